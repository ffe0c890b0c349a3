"""Sub-tasks that come due (ติดตามงานย่อย): reminded, then put before the supervisor, by themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agency import audit, notices, reference
from agency.models import CalendarVersion, Role, Staff
from agency.notices import NoticeDraft
from complaints import sla
from complaints.lifecycle.announcements import desk_of, supervisors_of
from complaints.lifecycle.clocks import calendar_numbered
from complaints.lifecycle.fanout import OFFSETS, aim, people_asked
from complaints.models import Escalation, SubTask

BATCH = 500


def sweep_subtasks(*, at: datetime, limit: int = 200) -> int:
    """Tell of the sub-tasks whose reminder came due by `at`; returns how many, 0 when none is left.

    Reminder, audit line, escalation and the next reminder are one transaction, as in the sweep of
    the clocks; a key per sub-task and step lets each be told once.
    """
    with transaction.atomic(), reference.at_hand():
        due = SubTask.objects.filter(next_milestone_at__lte=at).order_by("next_milestone_at", "pk")
        due = due.select_related("unit", "agency", "complaint__unit", "complaint__officer")
        rows = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
        for subtask in rows:
            move_on(subtask, at=at)
    return len(rows)


def move_on(subtask: SubTask, *, at: datetime) -> None:
    """Tell the latest step that was reached, and set the next one."""
    calendar = calendar_numbered(subtask.calendar_version_id)
    steps = {
        offset: sla.milestone_at(subtask.due_at, offset, unit=sla.WORKING, calendar=calendar)
        for offset in OFFSETS
    }
    offset = max((each for each in OFFSETS if steps[each] <= at), default=OFFSETS[0])
    subtask.next_milestone_at = sla.next_milestone(
        subtask.due_at, OFFSETS, after=at, unit=sla.WORKING, calendar=calendar
    )
    subtask.save(update_fields=["next_milestone_at"])
    is_late = offset > 0
    if is_late:
        Escalation.objects.bulk_create([escalation_of(subtask, at=at)], ignore_conflicts=True)
    audit.record(
        subtask.complaint,
        "subtask_escalated" if is_late else "subtask_reminded",
        by=None,
        at=at,
        subtask=subtask.pk,
        offset=offset,
    )
    notices.enqueue_many(drafts(subtask, offset=offset), at=at)


def escalation_of(subtask: SubTask, *, at: datetime) -> Escalation:
    """Return a late sub-task as the review board shows it."""
    return Escalation(
        complaint=subtask.complaint,
        subtask=subtask,
        why=Escalation.Why.SUBTASK,
        level=Role.SUPERVISOR,
        raised_at=at,
    )


def drafts(subtask: SubTask, *, offset: int) -> list[NoticeDraft]:
    """Return the notices of a step: those who are asked; when it is late, or an agency's, our desk too."""
    people: list[Staff] = people_asked(subtask)
    if offset > 0 or not people:
        people = [*people, *desk_of(subtask.complaint)]
    if offset > 0:
        people += supervisors_of(subtask.complaint)
    key = f"complaints.subtask_due:{subtask.pk}:{subtask.due_at:%Y%m%d}:{offset}"
    return [
        NoticeDraft(
            subject=subtask,
            kind="complaints.subtask_due",
            to=person,
            key=key,
            url=subtask.get_absolute_url(),
            data={
                "number": subtask.complaint.number,
                "subtask": subtask.pk,
                "offset": offset,
            },
            is_personal=subtask.complaint.is_restricted,
        )
        for person in dict.fromkeys(people)
    ]


def follow_calendar(version: CalendarVersion, *, at: datetime) -> int:
    """Move the limits of open sub-tasks to a new version of their calendar; returns how many moved."""
    moved = 0
    while True:
        with transaction.atomic():
            older = SubTask.objects.open().filter(
                calendar_version__calendar=version.calendar_id,
                calendar_version__number__lt=version.number,
            )
            rows = list(older.select_for_update(of=("self",), no_key=True).order_by("pk")[:BATCH])
            for subtask in rows:
                old, subtask.calendar_version = subtask.due_at, version
                aim(subtask, at=at)
                moved += subtask.due_at != old
            fields = ["calendar_version", "due_at", "next_milestone_at"]
            SubTask.objects.bulk_update(rows, fields)
        if not rows:
            return moved
