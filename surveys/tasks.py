"""What Celery runs in this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from agency import health
from surveys.lifecycle import followups


@shared_task(name="surveys.remind_followups")
@health.watched("surveys.remind_followups")
def remind_followups() -> None:
    """Remind of follow-ups that come due or are late."""
    at = timezone.now()
    while followups.remind_followups(at=at):
        pass
