"""Scheduled work of the ground floor; the schedule is `pmqa.schedule`."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from agency import attachments, health, jobs, letters, notices, outbox, parking, persons

STALE_AFTER = outbox.STALE_AFTER.total_seconds()


@shared_task(name="agency.send_notices")
@health.watched("agency.send_notices")
def send_notices(stale_after: float = STALE_AFTER) -> None:
    """Send the notices that are due; claims older than so many seconds are taken over."""
    notices.send_pending(at=timezone.now(), stale_after=timedelta(seconds=stale_after))


@shared_task(name="agency.send_letters")
@health.watched("agency.send_letters")
def send_letters(stale_after: float = STALE_AFTER) -> None:
    """Send the letters that wait; claims older than so many seconds are taken over."""
    letters.send_pending(at=timezone.now(), stale_after=timedelta(seconds=stale_after))


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


@shared_task(name="agency.clear_parked_files")
@health.watched("agency.clear_parked_files")
def clear_parked_files() -> None:
    """Remove the uploads of forms that were never finished, and files whose filing failed after them."""
    parking.clear(at=timezone.now())
    attachments.sweep_orphans(at=timezone.now())


@shared_task(name="agency.clear_job_files")
@health.watched("agency.clear_job_files")
def clear_job_files() -> None:
    """Delete the files of exports and imports that ended a week ago."""
    at = timezone.now()
    while jobs.clear_files(at=at):
        pass


@shared_task(name="agency.erase_expired_persons")
@health.watched("agency.erase_expired_persons")
def erase_expired_persons() -> None:
    """Erase the persons whose retention time is over; what is left waits for the next run."""
    persons.retention(at=timezone.now())
