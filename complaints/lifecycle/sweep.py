"""The sweep of the escalation matrix (ติดตามกำหนดเวลา), and the end of waits that last too long.

Cost follows what is due, not what is open: the due clocks come from a partial index, are locked
with SKIP LOCKED and written in bulk. Milestones, audit, escalations, notices and the next milestone
are one transaction: killed in the middle, it has not happened, and the next run does it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from agency import notices, reference, units
from agency.audit import AuditDraft, record_many
from agency.models import Role, Staff, Unit
from agency.notices import NoticeDraft
from agency.refusal import Refused
from agency.rows import write_rows
from complaints import sla
from complaints.lifecycle.announcements import allowed, page_of
from complaints.lifecycle.clocks import calendar_of, instant_of
from complaints.lifecycle.policies import limit_of
from complaints.lifecycle.thread import resume
from complaints.lifecycle.watching import escalation_drafts
from complaints.models import (
    Clock,
    Complaint,
    Escalation,
    Measure,
    Milestone,
    Policy,
    Status,
    Step,
)

logger = logging.getLogger(__name__)

LATER = timedelta(hours=1)  # when a row that cannot be computed is tried again
BATCH = 1000
NEEDED = (
    "measure",
    "revision",
    "target",
    "unit",
    "calendar_version",
    "due_at",
    "next_milestone_at",
    "complaint__number",
    "complaint__unit",
    "complaint__officer",
    "complaint__is_restricted",
)


@dataclass(frozen=True)
class Reached:
    """A step of the matrix that came due for a clock, and whom it tells."""

    clock: Clock
    step: Step
    due_at: datetime
    recipients: tuple[Staff, ...]


@dataclass
class Desk:
    """Who answers for which unit, asked once for each unit and role in a sweep."""

    found: dict[tuple[str, int], list[Staff]] = field(default_factory=dict)

    def recipients(self, complaint: Complaint, role: str) -> tuple[Staff, ...]:
        """Return whom a step tells: the officer, or by role the nearest upwards."""
        if role == Role.OFFICER and complaint.officer:
            people = [complaint.officer]
        else:
            people = self.holders(complaint.unit, role)
        return tuple(allowed(people, complaint))

    def holders(self, unit: Unit, role: str) -> list[Staff]:
        """Return those who hold a role for a unit; supervisors stand in for a missing officer."""
        key = (Role.EXECUTIVE if role == Role.EXECUTIVE else Role.SUPERVISOR, unit.pk)
        if key not in self.found:
            ask = units.executives_of if role == Role.EXECUTIVE else units.supervisors_of
            self.found[key] = ask(unit)
        return self.found[key]


def sweep_milestones(*, at: datetime, limit: int = 1000) -> int:
    """Record the milestones that came due by `at`; returns the clocks moved on, 0 when nothing is left."""
    with transaction.atomic(), reference.at_hand():
        clocks = due_clocks(at=at, limit=limit)
        desk = Desk()
        reached: list[Reached] = []
        following: dict[int, datetime | None] = {}
        for clock in clocks:
            try:
                following[clock.pk] = next_of(clock, at=at)
                reached += reached_by(clock, at=at, desk=desk)
            except (LookupError, ValueError, ArithmeticError):
                logger.exception("clock %s cannot be swept; tried again later", clock.pk)
                following[clock.pk] = at + LATER
        write_milestones(reached, at=at)
        escalate(reached, at=at)
        record_many(entries(reached, at=at))
        notices.enqueue_many([*drafts(reached), *watched(reached)], at=at)
        advance(following)
    return len(clocks)


def due_clocks(*, at: datetime, limit: int) -> list[Clock]:
    """Lock clocks whose next milestone has come and that no other sweep or verb holds.

    Of the cases only what the matrix asks; units and officers, which are few, once for all.
    """
    due = Clock.objects.running().due_by(at).select_related("complaint").only(*NEEDED)
    clocks = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    cases = [clock.complaint for clock in clocks]
    owners = Unit.objects.in_bulk({case.unit_id for case in cases})
    officers = Staff.objects.select_related("unit", "deputy").in_bulk(
        {case.officer_id for case in cases if case.officer_id}
    )
    for case in cases:
        case.unit = owners[case.unit_id]
        case.officer = officers[case.officer_id] if case.officer_id else None
    return clocks


def reached_by(clock: Clock, *, at: datetime, desk: Desk) -> list[Reached]:
    """Return the steps of a clock that came due since its last milestone.

    Of a clock that was put off because it could not be computed, the latest step is told.
    """
    steps = [
        (instant_of(clock, step.offset_days), step) for step in limit_of(clock.target_id).steps
    ]
    past = [(due, step) for due, step in steps if due <= at]
    first = clock.next_milestone_at or at
    if past and max(due for due, _step in past) < first:
        first = max(due for due, _step in past)
    return [
        Reached(clock, step, due, people)
        for (due, step), people in told_once(clock, past, first=first, desk=desk)
    ]


def told_once(
    clock: Clock, past: Sequence[tuple[datetime, Step]], *, first: datetime, desk: Desk
) -> Iterator[tuple[tuple[datetime, Step], tuple[Staff, ...]]]:
    """Yield the steps from an instant on with whom each tells; nobody is told twice of one instant.

    Where a supervisor stands in for a missing officer, the two lines of the matrix are one notice.
    """
    told: set[tuple[datetime, int]] = set()
    for due, step in past:
        if due >= first:
            people = desk.recipients(clock.complaint, step.role)
            yield (due, step), tuple(each for each in people if (due, each.pk) not in told)
            told.update((due, each.pk) for each in people)


def next_of(clock: Clock, *, at: datetime) -> datetime | None:
    """Return the milestone after those that were reached."""
    return sla.next_milestone(
        clock.due_at,
        limit_of(clock.target_id).offsets,
        after=at,
        unit=clock.unit,
        calendar=calendar_of(clock),
    )


def write_milestones(reached: Iterable[Reached], *, at: datetime) -> None:
    """Write a milestone for each recipient; the database lets each in only once."""
    rows = (
        {
            "clock_id": each.clock.pk,
            "clock_version": each.clock.revision,
            "step_id": each.step.pk,
            "recipient_id": staff.pk,
            "due_at": each.due_at,
            "reached_at": at,
        }
        for each in reached
        for staff in each.recipients
    )
    write_rows(Milestone, rows, skip_known=True)


def escalate(reached: Iterable[Reached], *, at: datetime) -> None:
    """Put on the board what the matrix puts before a supervisor or executive."""
    rows = (
        {
            "complaint_id": each.clock.complaint_id,
            "clock_id": each.clock.pk,
            "clock_version": each.clock.revision,
            "step_id": each.step.pk,
            "why": str(why(each)),
            "level": Role.EXECUTIVE if each.step.role == Role.EXECUTIVE else Role.SUPERVISOR,
            "raised_at": at,
        }
        for each in reached
        if each.step.action == Step.Action.ESCALATE
    )
    write_rows(Escalation, rows, skip_known=True)


def why(reached: Reached) -> str:
    """Say what put a case on the board."""
    if reached.clock.measure == Measure.IDLE:
        return Escalation.Why.NO_PROGRESS
    is_before = reached.step.offset_days < 0
    return Escalation.Why.DUE_SOON if is_before else Escalation.Why.OVERDUE


def entries(reached: Sequence[Reached], *, at: datetime) -> list[AuditDraft]:
    """Return a line of the audit trail for each step."""
    return [
        AuditDraft(
            subject=each.clock.complaint,
            verb="reminded" if each.step.action == Step.Action.REMIND else "put_on_board",
            by=None,
            at=at,
            facts={
                "clock": each.clock.pk,
                "measure": each.clock.measure,
                "revision": each.clock.revision,
                "offset": each.step.offset_days,
                "to": [staff.pk for staff in each.recipients],
            },
        )
        for each in reached
    ]


def drafts(reached: Sequence[Reached]) -> list[NoticeDraft]:
    """Return a notice for each milestone; its key is the milestone's."""
    return [
        NoticeDraft(
            subject=each.clock.complaint,
            kind="complaints.milestone",
            to=staff,
            key=f"complaints.milestone:{each.clock.pk}:{each.clock.revision}:{each.step.pk}",
            url=page_of(each.clock.complaint),
            data={
                "number": each.clock.complaint.number,
                "clock": each.clock.pk,
                "revision": each.clock.revision,
                "measure": each.clock.measure,
                "offset": each.step.offset_days,
            },
            is_personal=each.clock.complaint.is_restricted,
        )
        for each in reached
        for staff in each.recipients
    ]


def watched(reached: Sequence[Reached]) -> list[NoticeDraft]:
    """Return notices to those who follow a case that was put on the board."""
    raised = [each for each in reached if each.step.action == Step.Action.ESCALATE]
    if not raised:
        return []
    return escalation_drafts(
        (each.clock.complaint, f"{each.clock.pk}:{each.clock.revision}:{each.step.pk}")
        for each in raised
    )


def advance(following: dict[int, datetime | None]) -> None:
    """Set the next milestone of many clocks in one statement."""
    if not following:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_clock AS clock SET next_milestone_at = new.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS new (id, at) WHERE clock.id = new.id",
            [list(following), list(following.values())],
        )


def resume_overlong_pauses(*, at: datetime, limit: int = 500) -> int:
    """Let cases go on that wait for the complainant longer than their standard allows.

    Returns how many went on; one that the complainant or an officer was quicker with is left alone.
    """
    shortest = Policy.objects.aggregate(days=Min("max_pause_days"))["days"] or 0
    waiting = (
        Complaint.objects.filter(status=Status.WAITING, paused_at__lt=at - timedelta(days=shortest))
        .select_related("policy", "unit")
        .prefetch_related("clocks")
        .order_by("paused_at", "pk")
    )
    count = 0
    for complaint in waiting.iterator(chunk_size=BATCH):
        if count == limit:
            break
        if wait_is_over(complaint, at=at):
            count += resumed(complaint, at=at)
    return count


def wait_is_over(complaint: Complaint, *, at: datetime) -> bool:
    """Whether the case has waited the most working days its standard allows."""
    clock = next((clock for clock in complaint.clocks.all() if clock.paused_at), None)
    if clock is None or clock.paused_at is None:
        return False
    calendar = calendar_of(clock)
    end = sla.due_at(
        calendar.deemed_received(clock.paused_at),
        days=complaint.policy.max_pause_days,
        unit=sla.WORKING,
        is_first_day_counted=False,
        calendar=calendar,
    )
    return end <= at


def resumed(complaint: Complaint, *, at: datetime) -> bool:
    """Let one case go on, unless somebody was quicker."""
    try:
        resume(
            complaint,
            by=None,
            at=at,
            why=_("No reply within the longest wait of %(days)s working days.")
            % {"days": complaint.policy.max_pause_days},
            expected_version=complaint.version,
        )
    except Refused:
        return False
    return True
