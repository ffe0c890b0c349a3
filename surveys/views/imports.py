"""Importing answers in three steps: the file, the columns with a preview, the result with the rows to be mended."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
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
from surveys.forms.imports import ColumnsForm, TableForm
from surveys.lifecycle import importing
from surveys.models import RejectedRow, Wave
from surveys.selectors import answering as selectors
from surveys.views.waves import runnable

if TYPE_CHECKING:
    from agency.parking import Parked
    from surveys.lifecycle.importing import Chosen, Result

CHECKED_ROWS = 500
KIND = "survey_import"


@require_http_methods(["GET", "POST"])
def imports(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for the file; what can be read goes on to the columns."""
    wave = runnable(request, pk)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sample_of(file)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            file.seek(0)
            query = urlencode({"file": parking.park(file).token})
            return redirect(f"{reverse('surveys:import_preview', args=[wave.pk])}?{query}")
    context = {
        "title": _("Import answers"),
        "wave": wave,
        "form": form,
        "button": _("Look at the table"),
        "back_url": wave.get_absolute_url(),
        "jobs": Job.objects.visible_to(request.user).filter(kind=KIND, arguments__wave=wave.pk)[
            :10
        ],
    }
    return render(request, "surveys/import.html", context)


@require_http_methods(["GET", "POST"])
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the beginning of the table and what an import would do; start it when asked to."""
    wave = runnable(request, pk)
    found = parking.known([request.GET.get("file", "")])
    if not found:
        messages.error(request, _("The file is no longer there. Choose it again."))
        return redirect("surveys:imports", wave.pk)
    with closing(parking.fetch(found[0])) as file:
        sample = sample_of(file)
    document = selectors.document_of(wave).without("file")
    form = ColumnsForm(request.POST or None, document=document, header=sample.header)
    result = None
    if not form.is_bound or form.is_valid():
        result = tried(form, found[0], wave=wave, request=request)
        if result and "start" in request.POST:
            return redirect(started(request, found[0], wave=wave, chosen=form.chosen()))
    context = {
        "title": _("Import answers"),
        "wave": wave,
        "form": form,
        "sample": sample,
        "result": result,
        "back_url": reverse("surveys:imports", args=[wave.pk]),
    }
    return render(request, "surveys/import_preview.html", context)


def tried(form: ColumnsForm, parked: Parked, *, wave: Wave, request: StaffRequest) -> Result | None:
    """Try the first rows without writing; what is wrong with the choice stands in the form."""
    try:
        with closing(parking.fetch(parked)) as file:
            return importing.import_responses(
                file,
                wave=wave,
                chosen=form.chosen(),
                by=request.user,
                at=timezone.now(),
                is_dry=True,
                limit=CHECKED_ROWS,
            )
    except Refused as refusal:
        if form.is_bound:
            form.add_error(None, str(refusal))
        else:
            messages.error(request, str(refusal))
        return None


def started(request: StaffRequest, parked: Parked, *, wave: Wave, chosen: Chosen) -> Job:
    """Start the import as a job of the person."""
    with closing(parking.fetch(parked)) as file:
        job = jobs.start(
            KIND,
            title=_("Answers to “%(wave)s” from %(name)s")
            % {"wave": wave.name, "name": parked.name},
            by=request.user,
            at=timezone.now(),
            task="surveys.import_responses",
            arguments={"wave": wave.pk, "columns": dict(chosen)},
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
    job: Any = own_import(request, job_pk)
    context = {
        "title": job.title,
        "job": job,
        "result": job.result,
        "wave_pk": job.arguments["wave"],
        "rows": RejectedRow.objects.filter(job=job)[:SHOWN_ROWS],
    }
    return render(request, "surveys/import_result.html", context)


@require_GET
def rejected(request: StaffRequest, job_pk: int) -> StreamingHttpResponse:
    """Hand out the rejected rows as they came, with the reason, to be mended and sent again."""
    job = own_import(request, job_pk)
    rows = RejectedRow.objects.filter(job=job).iterator(chunk_size=1000)
    lines = rejected_lines(rows, list(job.result.get("columns", [])))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{job.pk}.csv"'
    return response
