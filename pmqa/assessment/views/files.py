"""An assessment as files: PDF and DOCX at once, the ZIP with all evidence as background work."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agency import jobs
from agency.models import Job
from agency.requests import StaffRequest
from agency.thai import local_day
from pmqa.assessment import papers, selectors
from pmqa.assessment.permissions import may
from pmqa.assessment.views.assessments import found
from pmqa.reports.files import MEDIA_TYPES


@require_GET
def download(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Hand out an assessment as it stands now, with what the person may see."""
    assessment = found(request, pk)
    if kind not in papers.MAKERS:
        raise Http404
    sheet = selectors.sheet(assessment)
    content = papers.MAKERS[kind](
        sheet,
        has_committee=may(request.user, assessment)["see_committee"],
        today=local_day(timezone.now()),
    )
    response = HttpResponse(content, content_type=MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{papers.name_of(sheet, kind)}"'
    return response


@require_POST
def pack(request: StaffRequest, pk: int) -> HttpResponse:
    """Start packing documents and evidence; the job's page shows how far it is."""
    assessment = found(request, pk)
    job = jobs.start(
        "assessment_zip",
        title=_("Self-assessment %(year)s of %(unit)s with its evidence")
        % {"year": assessment.fiscal_year, "unit": assessment.unit.name},
        by=request.user,
        at=timezone.now(),
        task="pmqa.pack_assessment",
        arguments={"assessment": assessment.pk},
        url=assessment.get_absolute_url(),
    )
    return redirect(job)


@require_GET
def packed(request: StaffRequest, job_pk: int) -> FileResponse:
    """Hand the packed file to the person who asked for it."""
    done = Job.objects.visible_to(request.user).filter(kind="assessment_zip", state=Job.State.DONE)
    return jobs.download(get_object_or_404(done, pk=job_pk))
