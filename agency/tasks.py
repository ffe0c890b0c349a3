"""Scheduled work of the ground floor; the schedule is `pmqa.schedule`."""

from celery import shared_task
from django.utils import timezone

from agency import health, jobs, letters, notices


@shared_task(name="agency.send_notices")
@health.watched("agency.send_notices")
def send_notices() -> None:
    """Send the notices that are due."""
    notices.send_pending(at=timezone.now())


@shared_task(name="agency.send_letters")
@health.watched("agency.send_letters")
def send_letters() -> None:
    """Send the letters that wait."""
    letters.send_pending(at=timezone.now())


@shared_task(name="agency.restart_stale_jobs")
@health.watched("agency.restart_stale_jobs")
def restart_stale_jobs() -> None:
    """Publish again the jobs that no worker took or whose worker is gone."""
    jobs.restart_stale(at=timezone.now())


@shared_task(name="agency.watch_task_health")
@health.watched("agency.watch_task_health")
def watch_task_health() -> None:
    """Tell the admins of scheduled runs that did not happen."""
    health.watch_tasks(at=timezone.now())
