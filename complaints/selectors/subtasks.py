"""What the screens of sub-tasks show: the list of a unit, one sub-task, how they stand on a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from agency.calendars import cached_calendar
from agency.models import Attachment
from agency.ruler import Ruler, TimeLeft, days_between
from complaints import sla
from complaints.models import Complaint, SubTask
from complaints.selectors.times import LONGEST_TAIL, day_on

if TYPE_CHECKING:
    from agency.models import Staff
    from complaints.models.fanout import SubTaskQuerySet


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A sub-task and how its time stands."""

    subtask: SubTask
    left: TimeLeft


@dataclass(frozen=True, kw_only=True)
class FanOut:
    """All sub-tasks of a case: how many have come back, out of how many that still count."""

    rows: Sequence[Standing] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def replied_count(self) -> int:
        """How many have replied."""
        return sum(row.subtask.state == SubTask.State.REPLIED for row in self.rows)

    @property
    def count(self) -> int:
        """How many were asked and neither returned it nor were let off."""
        awaited = (SubTask.State.OPEN, SubTask.State.REPLIED)
        return sum(row.subtask.state in awaited for row in self.rows)


def fan_out_of(complaint: Complaint, *, at: datetime) -> FanOut:
    """Return the sub-tasks of a case with their times; one query."""
    found = complaint.subtasks.select_related("unit", "agency").order_by("pk")
    return FanOut(rows=[Standing(subtask=each, left=time_left(each, at=at)) for each in found])


def subtasks(staff: Staff) -> SubTaskQuerySet:
    """Return the sub-tasks the person may see, with all that a row shows."""
    found = SubTask.objects.visible_to(staff)
    return found.select_related("unit", "agency", "complaint__unit", "asked_by")


def subtasks_of_page(staff: Staff) -> QuerySet[SubTask]:
    """Return the sub-tasks the person may see, with all that a page shows."""
    files = Attachment.objects.order_by("pk")
    return subtasks(staff).prefetch_related(
        "complaint__readers", Prefetch("files", files), Prefetch("reply_files", files)
    )


def file_of(subtask: SubTask, pk: int) -> Attachment | None:
    """Return a file that was chosen for the sub-task, or came back with its reply."""
    shown = {*subtask.files.all(), *subtask.reply_files.all()}
    return next((each for each in shown if each.pk == pk), None)


def files_of(complaint: Complaint) -> QuerySet[Attachment]:
    """Return the files of a case, out of which those to be shown are chosen."""
    content_type = ContentType.objects.get_for_model(Complaint)
    found = Attachment.objects.filter(content_type=content_type, object_id=complaint.pk)
    return found.exclude(scan=Attachment.Scan.INFECTED).order_by("pk")


def joined_answer(complaint: Complaint) -> str:
    """Return a draft of the answer out of what was replied, in the order in which it was asked."""
    replied = complaint.subtasks.filter(state=SubTask.State.REPLIED)
    found = replied.select_related("unit", "agency").order_by("number")
    return "\n\n".join(f"{each.asked_name}\n{each.reply}" for each in found)


# Time


def time_left(subtask: SubTask, *, at: datetime) -> TimeLeft:
    """Return how the limit of a sub-task stands: as of its end, else as of now."""
    calendar = cached_calendar(subtask.calendar_version_id)
    moment = subtask.ended_at or at
    days = sla.days_left(moment, subtask.due_at, unit=sla.WORKING, calendar=calendar)
    return TimeLeft(
        days=days,
        used=1 - days / subtask.days,
        is_over=moment > subtask.due_at,
        is_ended=subtask.ended_at is not None,
    )


def explained(subtask: SubTask) -> list[sla.Day]:
    """Return every day from the asking to the due date and why it counted or not."""
    return sla.day_by_day(
        subtask.asked_at,
        days=subtask.days,
        unit=sla.WORKING,
        is_first_day_counted=False,
        calendar=cached_calendar(subtask.calendar_version_id),
    )


def ruler_of(subtask: SubTask, *, at: datetime) -> Ruler:
    """Return the working-day ruler of a sub-task."""
    calendar = cached_calendar(subtask.calendar_version_id)
    moments = (subtask.asked_at, at, subtask.due_at)
    start, today, due = (sla.day_of(moment, calendar=calendar) for moment in moments)
    ended = sla.day_of(subtask.ended_at, calendar=calendar) if subtask.ended_at else None
    last = min(max(due, ended or today), due + LONGEST_TAIL)
    return Ruler(
        start=start,
        today=today,
        due=due,
        left=time_left(subtask, at=at),
        days=tuple(day_on(day, calendar=calendar) for day in days_between(start, last)),
        acknowledged=None,
        ended=ended,
        pauses=(),
        extensions=(),
        explain_url=reverse("complaints:subtask_clock", args=[subtask.pk]),
    )
