"""Long-running work (งานเบื้องหลัง) that a person started and watches: a row, a worker, a progress bar."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.http import FileResponse, Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agency import locks, notices, wakeup
from agency.faults import where
from agency.models import Job, Staff
from agency.refusal import Refused

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Work = Callable[["Progress"], dict[str, Any]]

WRITE_EVERY = 0.5  # seconds between two writes of the progress
STALE_AFTER = timedelta(minutes=2)
FILES_KEPT = timedelta(days=7)  # docs/PRIVACY.md
NOTICE = "job_ended"
ENDING = ["state", "url", "message", "result", "done_count", "total_count", "ended_at", "beat_at"]
OPEN = (Job.State.WAITING, Job.State.RUNNING)
MESSAGE_LENGTH = 500
LOCK_SPACE = "agency.job"


class Stopped(Exception):
    """The person asked for the work to stop."""


def start(
    kind: str,
    *,
    title: str,
    by: Staff,
    at: datetime,
    task: str,
    arguments: Mapping[str, Any] | None = None,
    file: File | None = None,
    file_name: str = "",
    url: str = "",
    is_done_here: bool = False,
) -> Job:
    """Write the row of a job and wake a worker for it when the transaction is through.

    `task` is the name of a Celery task that takes the row's id and calls `run`. Where no broker
    answers, `restart_stale` publishes it later. With `is_done_here` the caller runs it at once, and
    a worker takes it only if the caller is killed.
    """
    with transaction.atomic():
        job = Job(
            kind=kind,
            title=title[:200],
            by=by,
            task=task,
            arguments=dict(arguments or {}),
            file_name=file_name[:255],
            url=url,
            created_at=at,
            beat_at=at if is_done_here else None,
        )
        if file is not None:
            job.file.save(f"{kind}-{at:%Y%m%dT%H%M%S}", file, save=False)
        job.save(force_insert=True)
        if not is_done_here:
            transaction.on_commit(partial(hand_over, job, at=at))
    return job


def hand_over(job: Job, *, at: datetime) -> bool:
    """Publish the job's task, and note when, so that it is not published again at once."""
    published = wakeup.publish(job.task, job.pk)
    if published:
        Job.objects.filter(pk=job.pk, state__in=OPEN).update(beat_at=at)
    return published


def restart_stale(*, at: datetime, stale_after: timedelta = STALE_AFTER) -> int:
    """Publish again what waits unseen or lost its worker; returns how many the broker took.

    A job that is merely slow is published in vain: its worker holds the row's lock.
    """
    silent = Q(beat_at=None) | Q(beat_at__lte=at - stale_after)
    jobs = Job.objects.filter(silent, state__in=OPEN).exclude(task="").order_by("pk")
    return sum(hand_over(job, at=at) for job in jobs)


def clear_files(*, at: datetime, limit: int = 500) -> int:
    """Delete the files of work that ended a week ago; returns how many, 0 when none is left.

    Exports and imports hold what people told us; the rows stay and say what was done.
    """
    old = Job.objects.filter(ended_at__lt=at - FILES_KEPT).exclude(file="")
    found = list(old.order_by("ended_at", "pk")[:limit])
    for job in found:  # the file before its name: killed in between, the next run goes on
        job.file.delete(save=False)
        job.save(update_fields=["file"])
    return len(found)


def download(job: Job) -> FileResponse:
    """Hand out what a job wrote; say so where the file is gone."""
    if not job.file:
        raise Http404(
            _("The file was deleted after %(days)s days. Please start the export again.")
            % {"days": FILES_KEPT.days}
        )
    return FileResponse(job.file.open("rb"), as_attachment=True, filename=job.file_name)


def cancel(job: Job) -> bool:
    """Ask a job to stop; it does so at its next step. False when it had ended already."""
    return bool(Job.objects.filter(pk=job.pk, state__in=OPEN).update(is_cancel_asked=True))


class Progress:
    """How far a job is; what the work tells the person who watches."""

    def __init__(self, job: Job, *, clock: Clock) -> None:
        self.job = job
        self.clock = clock
        self.done_count = 0
        self.total_count: int | None = None
        self.is_stopped = False
        self.last_look = time.monotonic()

    def total(self, count: int | None) -> None:
        """Say how many steps there are."""
        self.total_count = count
        self.write()

    def advance(self, steps: int = 1) -> None:
        """Say that so many more steps are done; written at most twice a second."""
        self.done_count += steps
        self.write_now_and_then()

    def is_cancelled(self) -> bool:
        """Whether the person asked to stop; looked up at most twice a second."""
        self.write_now_and_then()
        return self.is_stopped

    def stop_if_cancelled(self) -> None:
        """Leave the work by `Stopped` when the person asked to stop."""
        if self.is_cancelled():
            raise Stopped

    def write_now_and_then(self) -> None:
        """Write the progress if the last time is long enough ago."""
        if time.monotonic() - self.last_look >= WRITE_EVERY:
            self.write()

    def write(self) -> None:
        """Write progress and sign of life in a short transaction, and learn of a wish to stop.

        Inside a transaction of the work it waits: the row would stay locked, and nobody would see.
        """
        self.last_look = time.monotonic()
        try:
            with transaction.atomic(durable=True):
                row = Job.objects.filter(pk=self.job.pk)
                row.update(
                    done_count=self.done_count, total_count=self.total_count, beat_at=self.clock()
                )
                self.is_stopped = row.values_list("is_cancel_asked", flat=True).get()
        except RuntimeError:
            return


def run(
    job_pk: int,
    work: Work,
    *,
    clock: Clock = timezone.now,  # noqa: TID251  for tasks
    is_told: bool = True,
) -> Job | None:
    """Do a job once, whoever else was told to; returns it as it ended, or None if it is not ours.

    `work` does its own transactions, can begin anew where a killed worker left, and returns the
    result: a dict for the row, `url` and `message` in it go to their own columns.
    """
    with locks.exclusive(LOCK_SPACE, job_pk) as is_mine:
        job = claimed(job_pk, at=clock()) if is_mine else None
        if job is None:
            return None
        progress = Progress(job, clock=clock)
        with translation.override(job.by.language):
            state, outcome = attempt(job, work, progress)
        at = clock()
        return ended(job, progress, state=state, outcome=outcome, at=at, is_told=is_told)


def claimed(job_pk: int, *, at: datetime) -> Job | None:
    """Take a job that has not ended; its worker, if it had one, is gone."""
    row = Job.objects.filter(pk=job_pk, state__in=OPEN)
    if not row.update(state=Job.State.RUNNING, started_at=at, beat_at=at):
        return None
    return Job.objects.select_related("by", "by__unit").get(pk=job_pk)


def attempt(job: Job, work: Work, progress: Progress) -> tuple[Job.State, dict[str, Any]]:
    """Do the work and return how it ended, with a sentence where it did not succeed."""
    if job.is_cancel_asked:
        return Job.State.CANCELLED, {}
    try:
        result = work(progress)
    except Stopped:
        return Job.State.CANCELLED, {}
    except Refused as refusal:
        return Job.State.FAILED, {"message": str(refusal)}
    except Exception as error:  # noqa: BLE001  whatever happens, the person reads a sentence
        logger.error("job %s (%s) failed: %s", job.pk, job.kind, where(error))  # noqa: TRY400  the text may hold personal data
        sentence = _("The work stopped at an error. Tell the administrator the number %(job)s.")
        return Job.State.FAILED, {"message": sentence % {"job": job.pk}}
    return (Job.State.CANCELLED if progress.is_stopped else Job.State.DONE), result


def ended(
    job: Job,
    progress: Progress,
    *,
    state: Job.State,
    outcome: dict[str, Any],
    at: datetime,
    is_told: bool = True,
) -> Job:
    """Write how a job ended, and tell the person, who may have left its page."""
    result = dict(outcome)
    job.state = state
    job.url = result.pop("url", job.url)
    job.message = str(result.pop("message", ""))[:MESSAGE_LENGTH]
    job.result = result
    job.done_count, job.total_count = progress.done_count, progress.total_count
    job.ended_at = job.beat_at = at
    with transaction.atomic():
        job.save(update_fields=ENDING)
        if is_told and state != Job.State.CANCELLED:
            notices.enqueue(
                job,
                NOTICE,
                to=job.by,
                at=at,
                url=job.get_absolute_url(),
                title=job.title,
                state=state,
            )
    return job


def title(data: dict[str, str]) -> str:
    """Return the sentence for who started a job."""
    if data["state"] == Job.State.DONE:
        return _("“%(title)s” is done.") % {"title": data["title"]}
    return _("“%(title)s” could not be done.") % {"title": data["title"]}
