"""What Celery runs for self-assessments."""

from celery import shared_task
from django.utils import timezone

from agency import health
from pmqa.assessment import lifecycle


@shared_task(name="pmqa.remind_of_assessments")
@health.watched("pmqa.remind_of_assessments")
def remind_of_assessments() -> None:
    """Remind of follow-ups and of steps that come due or are late."""
    while lifecycle.remind(at=timezone.now()):
        pass
