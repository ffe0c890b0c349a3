"""What Celery runs in this room."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agency import health, jobs
from agency.refusal import Refused
from listening import permissions
from listening.lifecycle import alerting, erasing, importing, learning, outcomes, suggesting


@shared_task(name="listening.remind_of_hearings")
@health.watched("listening.remind_of_hearings")
def remind_of_hearings() -> None:
    """Remind owners of what their hearings owe."""
    outcomes.remind_of_hearings(at=timezone.now())


@shared_task(name="listening.find_rises")
@health.watched("listening.find_rises")
def find_rises() -> None:
    """Find the topics that far more people spoke about than before."""
    alerting.find_rises(at=timezone.now())


@shared_task(name="listening.erase_old_words")
@health.watched("listening.erase_old_words")
def erase_old_words() -> None:
    """Erase words and contacts of voices and hearings whose time of keeping is over, batch by batch."""
    at = timezone.now()
    while erasing.erase_due(at=at):
        pass


@shared_task(name="listening.suggest_classes")
@health.watched("listening.suggest_classes")
def suggest_classes() -> None:
    """Let the models in use look at voices that nobody classified yet."""
    while suggesting.suggest_waiting(at=timezone.now()):
        pass


@shared_task(name="listening.learn_models")
@health.watched("listening.learn_models")
def learn_models() -> None:
    """Learn from what officers classified since the last model of each field."""
    learning.learn_all(at=timezone.now())


@shared_task(name="listening.watch_models")
@health.watched("listening.watch_models")
def watch_models() -> None:
    """Switch off models that officers correct far more often than their card promised."""
    learning.switch_off_stale(at=timezone.now())


@shared_task(name="listening.import_voices")
def import_voices(job_pk: int) -> None:
    """Take an uploaded table of voices in."""
    jobs.run(job_pk, import_table)


def import_table(progress: jobs.Progress) -> dict[str, Any]:
    """Take the table in as the person chose its columns, into the person's unit and those below."""
    job = progress.job
    if not permissions.can_import(job.by):
        raise Refused(_("You may no longer import voices."))

    def advance(rows: int, total: int | None) -> None:
        progress.total_count = total
        progress.advance(rows)
        progress.stop_if_cancelled()

    with job.file.open("rb") as file:
        result = importing.import_table(
            file,
            source=job.arguments["source"],
            mapped=importing.parsed(job.arguments["mapping"]),
            by=job.by,
            at=timezone.now(),
            unit=job.by.unit,
            within=job.by.unit,
            advance=advance,
        )
    return {"url": reverse("listening:imported", args=[job.pk]), **result.as_json()}
