"""Whether the scheduled work is done: each run leaves a row, and admins are told of runs that did not happen."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from celery.schedules import BaseSchedule, maybe_schedule
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agency import letters, notices, outbox
from agency.faults import where
from agency.models import Event, Letter, Notice, Role, Staff, TaskHealth
from agency.models.notice import Outgoing
from agency.thai import format_datetime

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


NOTICE = "scheduled_work_missed"
GRACE = timedelta(minutes=10)
LONGEST_RUN = timedelta(hours=1)

WORDS: dict[str, _StrPromise] = {}  # what people call the scheduled tasks

Clock = Callable[[], datetime]


def words_for(task: str) -> str:
    """Return what people call a scheduled task, in the active language."""
    return str(WORDS.get(task, task))


class TaskFailed(Exception):
    """A scheduled task failed; says where, and nothing of the data it worked on."""


@contextmanager
def watched(task: str, *, clock: Clock = timezone.now) -> Iterator[None]:  # noqa: TID251  for tasks
    """Note that a scheduled task ran and how it ended; use it as the decorator of the task's function."""
    begin(task, at=clock())
    try:
        yield
    except Exception as error:  # noqa: BLE001  raised again below, without the data
        fault = where(error)
        fail(task, fault, at=clock())
        raise TaskFailed(f"{task}: {fault}") from None
    succeed(task, at=clock())


def begin(task: str, *, at: datetime) -> None:
    """Note a start."""
    TaskHealth.objects.get_or_create(task=task)
    TaskHealth.objects.filter(task=task).update(started_at=at, run_count=F("run_count") + 1)


def succeed(task: str, *, at: datetime) -> None:
    """Note a good end; an outage, if there was one, is over."""
    TaskHealth.objects.filter(task=task).update(succeeded_at=at, error="", alerted_at=None)


def fail(task: str, error: str, *, at: datetime) -> None:
    """Note a bad end."""
    TaskHealth.objects.filter(task=task).update(failed_at=at, error=error[:500])


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One line of the schedule and how it stands."""

    health: TaskHealth
    due_at: datetime
    is_missed: bool

    @property
    def words(self) -> str:
        """What people call it."""
        return words_for(self.health.task)


def plan() -> dict[str, BaseSchedule | float]:
    """Return each scheduled task and when it is wanted."""
    return {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def watches(*, at: datetime) -> list[Watch]:
    """Return how each line of the schedule stands; what was never seen counts from now."""
    rows = {row.task: row for row in TaskHealth.objects.filter(task__in=plan())}
    return [
        watch(rows.get(task) or TaskHealth(task=task, started_at=at), schedule, at=at)
        for task, schedule in sorted(plan().items())
    ]


def see_new_tasks(*, at: datetime) -> None:
    """Give new lines of the schedule their row, so that their first run can be missed too."""
    rows = [TaskHealth(task=task, started_at=at) for task in plan()]
    TaskHealth.objects.bulk_create(rows, ignore_conflicts=True)


def watch(health: TaskHealth, schedule: BaseSchedule | float, *, at: datetime) -> Watch:
    """Return when a task had to run after its last good run, and whether that was missed."""
    due_at = due_after(last_good(health, at=at), schedule)
    return Watch(health=health, due_at=due_at, is_missed=due_at + GRACE <= at)


def last_good(health: TaskHealth, *, at: datetime) -> datetime:
    """Return the last good run; one that began lately and has not failed may still become good."""
    good = health.succeeded_at
    started = health.started_at
    is_at_work = started and (health.failed_at is None or health.failed_at < started)
    if started and (good is None or (is_at_work and at - started <= LONGEST_RUN)):
        return max(started, good) if good else started
    return good or at


def due_after(last: datetime, schedule: BaseSchedule | float) -> datetime:
    """Return when a schedule wants its next run after `last`."""
    calm = copy.copy(maybe_schedule(schedule))
    local = last.astimezone(ZoneInfo(settings.CELERY_TIMEZONE))
    calm.nowfun = lambda: local  # asked from that instant, not from now
    waiting: timedelta = calm.remaining_estimate(local)
    return local + waiting


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One queue of the outbox: what is due now, and what was given up."""

    label: str
    due: int
    given_up: int


def queues(*, at: datetime) -> list[Queue]:
    """Return how the queues of the outbox stand."""
    due = Q(state=Outgoing.State.PENDING, not_before__lte=at) | Q(state=Outgoing.State.CLAIMED)
    failed = Q(state=Outgoing.State.FAILED)
    letter, notice, event = Letter.objects, Notice.objects, Event.objects
    return [
        Queue(
            label=_("Notices to staff"),
            due=notice.filter(due).count(),
            given_up=notice.filter(failed).count(),
        ),
        Queue(
            label=_("Letters to persons"),
            due=letter.filter(due).count(),
            given_up=letter.filter(failed).count(),
        ),
        Queue(
            label=_("Events between rooms"),
            due=event.waiting(at).count(),
            given_up=event.given_up().count(),
        ),
    ]


def send_failed(*, by: Staff, at: datetime) -> int:
    """Try once more to send every notice and letter that was given up; returns how many."""
    return outbox.revive(notices.OFFICE, by=by, at=at) + outbox.revive(letters.OFFICE, by=by, at=at)


def watch_tasks(*, at: datetime) -> int:
    """Tell the admins of runs that did not happen, once for each outage; returns how many."""
    see_new_tasks(at=at)
    missed = [each.health.pk for each in watches(at=at) if each.is_missed]
    with transaction.atomic():
        rows = list(
            TaskHealth.objects.select_for_update(skip_locked=True)
            .filter(pk__in=missed, alerted_at=None)
            .order_by("pk")
        )
        admins = Staff.objects.active().with_role(Role.ADMIN).select_related("unit", "deputy")
        notices.enqueue_many(
            [draft(row, to=admin, at=at) for admin in admins for row in rows], at=at
        )
        TaskHealth.objects.filter(pk__in=[row.pk for row in rows]).update(alerted_at=at)
    return len(rows)


def draft(row: TaskHealth, *, to: Staff, at: datetime) -> notices.NoticeDraft:
    """Return the notice of one outage."""
    last = row.succeeded_at.isoformat() if row.succeeded_at else ""
    return notices.NoticeDraft(
        subject=row,
        kind=NOTICE,
        to=to,
        key=f"{NOTICE}:{row.pk}:{at.isoformat()}",
        url=reverse("agency:health"),
        data={"task": row.task, "last": last},
    )


def title(data: dict[str, str]) -> str:
    """Return the sentence for admins."""
    words = words_for(data["task"])
    if not data["last"]:
        return _("“%(task)s” has never been done since it was planned.") % {"task": words}
    last = format_datetime(datetime.fromisoformat(data["last"]))
    return _("“%(task)s” has not been done since %(last)s.") % {"task": words, "last": last}


def still_missed(rows: list[Notice]) -> set[int]:
    """Return the ids of notices whose task has not run since."""
    waiting = set(
        TaskHealth.objects.filter(pk__in=[row.object_id for row in rows])
        .exclude(alerted_at=None)
        .values_list("pk", flat=True)
    )
    return {row.pk for row in rows if row.object_id in waiting}
