"""Long-running work: what I started, how far it is, stop it."""

from datetime import datetime, timedelta
from math import ceil
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.jobs import OPEN, cancel
from agency.models import Job, Staff

SHOWN = 50
SILENT_AFTER = timedelta(minutes=2)


def percent_done(job: Job) -> int | None:
    """How far a job is, None while the total is not known."""
    if job.state == Job.State.DONE:
        return 100
    if not job.total_count:
        return None
    return min(100, job.done_count * 100 // job.total_count)


def time_left(job: Job, *, at: datetime) -> str:
    """Say how long a running job will still take, judged by its pace so far."""
    if job.state != Job.State.RUNNING or not (
        job.started_at and job.total_count and job.done_count
    ):
        return ""
    spent = (at - job.started_at).total_seconds()
    seconds = spent * (job.total_count - job.done_count) / job.done_count
    if seconds < 60:
        return _("less than a minute left")
    minutes = ceil(seconds / 60)
    return ngettext("about %(minutes)s minute left", "about %(minutes)s minutes left", minutes) % {
        "minutes": minutes
    }


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """List the jobs that the person started, the newest first."""
    mine = Job.objects.visible_to(cast("Staff", request.user)).order_by("-pk")[:SHOWN]
    rows = [(job, percent_done(job)) for job in mine]
    return render(request, "agency/job_list.html", {"rows": rows})


@require_GET
@vary_on_headers("HX-Request")
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a job's progress; asked again every two seconds while it runs."""
    found = get_object_or_404(Job.objects.visible_to(cast("Staff", request.user)), pk=pk)
    at = timezone.now()
    is_open = found.state in OPEN
    context = {
        "job": found,
        "percent": percent_done(found),
        "left": time_left(found, at=at),
        "is_open": is_open,
        "is_silent": is_open and (found.beat_at or found.created_at) < at - SILENT_AFTER,
    }
    template = "agency/job_detail.html" + ("#progress" if request.htmx else "")  # type: ignore[attr-defined]
    return render(request, template, context)


@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop; it stops at the next row."""
    found = get_object_or_404(Job.objects.visible_to(cast("Staff", request.user)), pk=pk)
    if cancel(found):
        messages.info(request, _("The work will stop in a moment. What is done so far stays."))
    else:
        messages.info(request, _("This work had already ended."))
    return redirect(found)
