"""Background work of the alerts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from agency import health
from pmqa.alerts import lifecycle


@shared_task(name="pmqa.evaluate_alerts")
@health.watched("pmqa.evaluate_alerts")
def evaluate_alerts() -> None:
    """Try every alert rule on the last closed month and, where wished, on the running one."""
    lifecycle.evaluate(at=timezone.now())
