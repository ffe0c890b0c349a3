"""What Celery runs for improvements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext as _

from agency import health, jobs
from agency.refusal import Refused
from agency.thai import local_day
from pmqa.improvements import lifecycle, permissions
from pmqa.improvements.effects import before_and_after
from pmqa.improvements.selectors.board import improvements
from pmqa.improvements.selectors.series import months_of, since_known, values_of


@shared_task(name="pmqa.remind_improvements")
@health.watched("pmqa.remind_improvements")
def remind_improvements() -> None:
    """Remind of milestones, improvements and guidelines that come due or are late."""
    at = timezone.now()
    while lifecycle.remind_due(at=at):
        pass
    while lifecycle.remind_of_guidelines(at=at):
        pass


@shared_task(name="pmqa.read_service_times")
@health.watched("pmqa.read_service_times")
def read_service_times() -> None:
    """Keep the monthly figures of changed services with the instant at which they were read."""
    lifecycle.read_service_times(at=timezone.now())


@shared_task(name="pmqa.measure_improvement")
def measure_improvement(job_pk: int) -> None:
    """Measure before and after, because a person asked."""
    jobs.run(job_pk, measured)


def measured(progress: jobs.Progress) -> dict[str, Any]:
    """Compute the months, compare them, and keep what came out; each month shows in the bar."""
    job, told = progress.job, progress.job.arguments
    found = improvements(job.by).filter(pk=told["improvement"]).first()
    if found is None or not permissions.can_work(job.by, found):
        raise Refused(_("You may no longer work on this improvement."))
    cutoff = datetime.fromisoformat(told["cutoff"])
    changed_on = date.fromisoformat(told["changed_on"])
    asked = months_of(changed_on, until=local_day(cutoff))
    progress.total(len(asked))
    months = []
    for month in values_of(told["measure"], found, asked, cutoff=cutoff):
        months.append(month)
        progress.stop_if_cancelled()
        progress.advance()
    months = since_known(months)
    turn = sum(month < changed_on for month, _value in months)
    lifecycle.note_measurement(
        found,
        before_and_after([value for _month, value in months], turn=turn),
        measure=told["measure"],
        changed_on=changed_on,
        months=months,
        cutoff=cutoff,
        by=job.by,
        at=timezone.now(),
    )
    return {"url": found.get_absolute_url(), "message": _("Before and after are measured.")}
