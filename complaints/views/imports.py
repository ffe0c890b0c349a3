"""Importing a table in three steps: the file, the columns, the result with the rows to be mended."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agency import jobs, parking
from agency.importing import SHOWN_ROWS, rejected_lines, sample_of
from agency.models import Job
from agency.refusal import Refused
from agency.requests import StaffRequest
from complaints.forms.imports import MappingForm, UploadForm
from complaints.lifecycle import importing
from complaints.selectors import imports as selectors

if TYPE_CHECKING:
    from agency.parking import Parked
    from complaints.lifecycle.importing import MappingSpec, Result

CHECKED_ROWS = 1000
KIND = "import"


@require_http_methods(["GET", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """Ask for the file; what can be read goes on to the columns."""
    require_supervisor(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sample_of(file)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            file.seek(0)
            wanted = {"file": parking.park(file).token, "source": form.cleaned_data["source"]}
            return redirect(f"{reverse('complaints:import_preview')}?{urlencode(wanted)}")
    context = {
        "title": _("Import complaints"),
        "form": form,
        "button": _("Look at the table"),
        "jobs": Job.objects.visible_to(request.user).filter(kind=KIND)[:10],
    }
    return render(request, "complaints/import.html", context)


def require_supervisor(request: StaffRequest) -> None:
    """Let only supervisors import: it makes cases for a whole unit."""
    if not request.user.has_role("supervisor"):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def preview(request: StaffRequest) -> HttpResponse:
    """Show the beginning of the table and what an import would do; start it when asked to."""
    require_supervisor(request)
    parked, source = parked_file(request)
    with closing(parking.fetch(parked)) as file:
        sample = sample_of(file)
    base = importing.shipped(source) or importing.guess(sample.header)
    data = request.POST if request.method == "POST" else None
    form = MappingForm(data, header=sample.header, spec=base)
    result: Result | None = None
    if request.method == "GET" or form.is_valid():
        spec = base if request.method == "GET" else base.with_columns(form.chosen())
        result = tried(form, parked, spec=spec, source=source, request=request)
        if result and "start" in request.POST:
            return redirect(started(request, parked, base=base.name, source=source, form=form))
    context = {
        "title": _("Import complaints"),
        "form": form,
        "sample": sample,
        "result": result,
        "base": base,
        "source": source,
        "back_url": reverse("complaints:imports"),
    }
    return render(request, "complaints/import_preview.html", context)


def parked_file(request: StaffRequest) -> tuple[Parked, str]:
    """Return the waiting file and its source; a page that is a day old begins anew."""
    found = parking.known([request.GET.get("file", "")])
    source = request.GET.get("source", "")
    if not found or not source:
        raise Http404
    return found[0], source


def tried(
    form: MappingForm, parked: Parked, *, spec: MappingSpec, source: str, request: StaffRequest
) -> Result | None:
    """Try the first rows without writing; what is wrong with the mapping stands in the form."""
    try:
        with closing(parking.fetch(parked)) as file:
            return importing.import_table(
                file,
                source=source,
                spec=spec,
                by=request.user,
                at=timezone.now(),
                is_dry=True,
                limit=CHECKED_ROWS,
                default_unit=request.user.unit,
                within=request.user.unit,
            )
    except Refused as refusal:
        if form.is_bound:
            form.add_error(None, str(refusal))
        return None


def started(
    request: StaffRequest, parked: Parked, *, base: str, source: str, form: MappingForm
) -> Job:
    """Start the import as a job of the person."""
    with closing(parking.fetch(parked)) as file:
        job = jobs.start(
            KIND,
            title=_("Import of %(name)s") % {"name": parked.name},
            by=request.user,
            at=timezone.now(),
            task="complaints.import_file",
            arguments={"source": source, "base": base, "columns": form.chosen()},
            file=file,
            file_name=parked.name,
        )
    parking.drop(parked)
    return job


@require_GET
def imported(request: StaffRequest, job_pk: int) -> HttpResponse:
    """Show what an import did."""
    job = own_import(request, job_pk)
    context = {
        "title": job.title,
        "job": job,
        "result": job.result,
        "rows": selectors.rejected_rows(job)[:SHOWN_ROWS],
    }
    return render(request, "complaints/import_result.html", context)


@require_GET
def rejected(request: StaffRequest, job_pk: int) -> StreamingHttpResponse:
    """Hand out the rejected rows as they came, with the reason, to be mended and sent again."""
    job = own_import(request, job_pk)
    rows = selectors.rejected_rows(job).iterator(chunk_size=1000)
    lines = rejected_lines(rows, selectors.columns_of(job))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{job.pk}.csv"'
    return response


def own_import(request: StaffRequest, job_pk: int) -> Job:
    """Return an import that the person started."""
    return get_object_or_404(Job.objects.visible_to(request.user).filter(kind=KIND), pk=job_pk)
