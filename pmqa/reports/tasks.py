"""Background work of the reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext as _

from agency import health, jobs
from agency.jobs import Progress
from agency.models import Job, Unit
from agency.refusal import Refused
from pmqa.reports import files, lifecycle, post
from pmqa.reports.models import Report
from pmqa.reports.points import lifecycle as points


@shared_task(name="pmqa.build_missing_reports")
@health.watched("pmqa.build_missing_reports")
def build_missing_reports() -> None:
    """Build the agency's own report of each closed month that lacks one, of the last three months."""
    lifecycle.build_missing(at=timezone.now())


@shared_task(name="pmqa.send_reports")
@health.watched("pmqa.send_reports")
def send_reports() -> None:
    """Send published reports to the recipients on the list."""
    post.send_pending(at=timezone.now())


@shared_task(name="pmqa.remind_points")
@health.watched("pmqa.remind_points")
def remind_points() -> None:
    """Remind of decisions of published reports that come due or are late, each once."""
    points.remind(at=timezone.now())


@shared_task(name="pmqa.clear_report_files")
@health.watched("pmqa.clear_report_files")
def clear_report_files() -> None:
    """Delete files of reports from before their present state."""
    at = timezone.now()
    while files.clear_outdated(at=at):
        pass


@shared_task(name="pmqa.build_report")
def build_report(job_pk: int) -> None:
    """Build the report that a person asked for, with its files."""
    jobs.run(job_pk, built)


def built(progress: Progress) -> dict[str, Any]:
    """Build and make the files; each step shows in the bar."""
    progress.total(lifecycle.STEPS + len(files.MAKERS))
    report = built_for(progress.job, progress)
    for kind in files.MAKERS:
        files.file_of(report, kind, at=timezone.now())
        progress.advance()
    return {
        "url": report.get_absolute_url(),
        "message": _("Version %(version)s is ready.") % {"version": report.version},
        "report": report.pk,
    }


def built_for(job: Job, progress: Progress) -> Report:
    """Build what the job's arguments say."""
    unit = Unit.objects.filter(pk=job.arguments["unit"]).first()
    if unit is None:
        raise Refused(_("The unit is gone. Choose another one."))
    return lifecycle.build(
        unit=unit,
        month=date.fromisoformat(job.arguments["month"]),
        cutoff=datetime.fromisoformat(job.arguments["cutoff"]),
        by=job.by,
        at=timezone.now(),
        tell=progress.advance,
    )
