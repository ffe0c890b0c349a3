"""Scheduled work of the top floor; the schedule is `pmqa.schedule`."""

from celery import shared_task
from django.utils import timezone

from agency import health
from pmqa.flows import consume, handlers

__all__ = ["consume_events", "handlers"]  # the handlers are registered wherever events are consumed


@shared_task(name="pmqa.consume_events")
@health.watched("pmqa.consume_events")
def consume_events() -> None:
    """Carry to each room what happened in another."""
    consume(at=timezone.now())
