"""Importing voices in three steps: the file, the columns with a preview, the result with the rows to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agency import jobs, parking, tabular
from agency.importing import rejected_lines, sample_of
from agency.models import Job
from agency.refusal import Refused
from agency.requests import StaffRequest
from listening import permissions
from listening.forms.imports import ColumnsForm, TableForm
from listening.lifecycle import importing

if TYPE_CHECKING:
    from agency.parking import Parked
    from listening.lifecycle.importing import Result

CHECKED_ROWS = 500
KIND = "voice_import"


def require_importer(request: StaffRequest) -> None:
    """Let only those import who may: it makes voices for a whole unit."""
    if not permissions.can_import(request.user):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """Ask for the file; what can be read goes on to the columns."""
    require_importer(request)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sample_of(file)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            file.seek(0)
            wanted = {"file": parking.park(file).token, "source": form.cleaned_data["source"]}
            return redirect(f"{reverse('listening:import_preview')}?{urlencode(wanted)}")
    context = {
        "title": _("Import voices"),
        "form": form,
        "button": _("Look at the table"),
        "back_url": reverse("listening:inbox"),
        "jobs": Job.objects.visible_to(request.user).filter(kind=KIND)[:10],
    }
    return render(request, "listening/import.html", context)


@require_http_methods(["GET", "POST"])
def preview(request: StaffRequest) -> HttpResponse:
    """Show the beginning of the table and what an import would do; start it when asked to."""
    require_importer(request)
    found, source = parking.known([request.GET.get("file", "")]), request.GET.get("source", "")
    if not found or not source:
        messages.error(request, _("The file is no longer there. Choose it again."))
        return redirect("listening:imports")
    with closing(parking.fetch(found[0])) as file:
        sample = sample_of(file)
    form = ColumnsForm(request.POST or None, header=sample.header)
    result = None
    if not form.is_bound or form.is_valid():
        result = tried(form, found[0], source=source, request=request)
        if result and "start" in request.POST:
            return redirect(started(request, found[0], source=source, form=form))
    context = {
        "title": _("Import voices"),
        "form": form,
        "sample": sample,
        "result": result,
        "back_url": reverse("listening:imports"),
    }
    return render(request, "listening/import_preview.html", context)


def tried(
    form: ColumnsForm, parked: Parked, *, source: str, request: StaffRequest
) -> Result | None:
    """Try the first rows without writing; what is wrong with the choice stands in the form."""
    try:
        with closing(parking.fetch(parked)) as file:
            return importing.import_table(
                file,
                source=source,
                mapped=importing.parsed(form.chosen()),
                by=request.user,
                at=timezone.now(),
                is_dry=True,
                unit=request.user.unit,
                within=request.user.unit,
                limit=CHECKED_ROWS,
            )
    except Refused as refusal:
        if form.is_bound:
            form.add_error(None, str(refusal))
        return None


def started(request: StaffRequest, parked: Parked, *, source: str, form: ColumnsForm) -> Job:
    """Start the import as a job of the person."""
    with closing(parking.fetch(parked)) as file:
        job = jobs.start(
            KIND,
            title=_("Voices from %(name)s") % {"name": parked.name},
            by=request.user,
            at=timezone.now(),
            task="listening.import_voices",
            arguments={"source": source, "mapping": form.chosen()},
            file=file,
            file_name=parked.name,
        )
    parking.drop(parked)
    return job


def own_import(request: StaffRequest, job_pk: int) -> Job:
    """Return an import that the person started."""
    return get_object_or_404(Job.objects.visible_to(request.user).filter(kind=KIND), pk=job_pk)


@require_GET
def imported(request: StaffRequest, job_pk: int) -> HttpResponse:
    """Show what an import did."""
    job = own_import(request, job_pk)
    rows = [
        {"row": each["row"], "column": each["column"], "error": each["sentence"]}
        for each in job.result.get("errors", [])
    ]
    context = {"title": job.title, "job": job, "result": job.result, "rows": rows}
    return render(request, "listening/import_result.html", context)


@require_GET
def rejected(request: StaffRequest, job_pk: int) -> StreamingHttpResponse:
    """Hand out the rejected rows as they came, read anew from the file, with the reason."""
    job = own_import(request, job_pk)
    if not job.file:
        raise Http404(_("The file was deleted. Import it again to see what is to be mended."))
    response = StreamingHttpResponse(mended(job), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{job.pk}.csv"'
    return response


def mended(job: Job) -> Iterator[str]:
    """Yield the lines of the rows to be mended."""
    with job.file.open("rb") as file:
        with tabular.open_table(file) as table:
            header = list(table.header)
        file.seek(0)
        rows = importing.rejected_of(
            file,
            source=job.arguments["source"],
            mapped=importing.parsed(job.arguments["mapping"]),
            at=job.created_at,
            unit=job.by.unit,
            within=job.by.unit,
        )
        yield from rejected_lines(rows, header)
