"""Writes cases of the past as if they had been worked on here: many at once, for the demo agency.

What the verbs would have left is written in bulk: clocks with results, pauses, extensions, thread,
assignments, closing, audit entries. Nobody is told, nothing is sent. Living cases use the verbs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from agency import calendars
from agency.copying import copy, next_ids
from agency.models import AuditEntry, Person, Staff, Unit
from agency.search import normalise
from complaints import sla
from complaints.lifecycle.clocks import due_of
from complaints.lifecycle.importing.rows import numbers_for
from complaints.lifecycle.intake import Filing, restricted_readers_of, text_of
from complaints.lifecycle.policies import Limit, limits_of, policy_for
from complaints.models import (
    Assignment,
    Cause,
    Clock,
    ClockPause,
    Closing,
    Complaint,
    ComplaintText,
    DueChange,
    Extension,
    Kind,
    Measure,
    Message,
    Policy,
    Rating,
    Reader,
    Status,
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A line of the thread; without `by` the complainant says it."""

    kind: str
    body: str
    by: Staff | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MoreTime:
    """An extension that was granted."""

    days: int
    reason: str
    asked_at: datetime
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class Past:
    """A case from receipt to closing; instants must be in order."""

    filing: Filing
    tracking_hash: bytes
    person: Person | None
    recorded_by: Staff | None
    supervisor: Staff
    officers: Sequence[Staff]
    assigned_at: datetime
    acknowledged_at: datetime
    said: Sequence[Said] = ()
    waits: Sequence[sla.Pause] = ()
    more_time: MoreTime | None = None
    stage1_answered_at: datetime | None = None
    is_direct_stage2: bool = False
    answered_at: datetime
    closed_at: datetime
    outcome: str
    cause: str = ""
    cause_code: Cause | None = None
    learning: str = ""
    rating: int | None = None


@dataclass
class Written:
    """The rows of many cases, by table."""

    complaints: list[Complaint] = field(default_factory=list)
    texts: list[ComplaintText] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    pauses: list[ClockPause] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    due_changes: list[DueChange] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)
    policies: dict[tuple[str, int | None, int | None], Policy] = field(default_factory=dict)

    def version_of(self, unit: Unit) -> int:
        """Return the calendar version a unit works by."""
        if unit.pk not in self.versions:
            self.versions[unit.pk] = calendars.version_for(unit).pk
        return self.versions[unit.pk]

    def policy_of(self, filing: Filing) -> Policy:
        """Return the standard for a filing."""
        grade, category = filing.grade, filing.category
        key = (filing.kind, grade.pk if grade else None, category.pk if category else None)
        if key not in self.policies:
            self.policies[key] = policy_for(kind=filing.kind, grade=grade, category=category)
        return self.policies[key]

    def write(self) -> None:
        """Copy all of it, parents first."""
        for clock, number in zip(self.clocks, next_ids(Clock, len(self.clocks)), strict=True):
            clock.pk = number
        children: list[ClockPause | Extension | DueChange] = [
            *self.pauses,
            *self.extensions,
            *self.due_changes,
        ]
        for child in children:
            child.clock_id = child.clock.pk
        copy(self.complaints)
        copy(self.texts)
        copy(self.readers)
        copy(self.messages)
        copy(self.assignments)
        copy(self.clocks)
        copy(self.pauses)
        copy(self.extensions)
        copy(self.due_changes)
        copy(self.closings)
        copy(self.ratings)
        copy(sorted(self.entries, key=lambda entry: entry.at))


@transaction.atomic
def write_past(cases: Sequence[Past]) -> list[Complaint]:
    """Write cases of the past; returns them in the same order."""
    written = Written()
    ids = next_ids(Complaint, len(cases))
    numbers = numbers_for([received_at(case) for case in cases])
    for case, pk, number in zip(cases, ids, numbers, strict=True):
        add(written, case, pk=pk, number=number)
    written.write()
    return written.complaints


def received_at(case: Past) -> datetime:
    """Return when a case was received, which a case of the past must say."""
    if case.filing.received_at is None:
        raise ValueError("A case of the past needs received_at.")
    return case.filing.received_at


def add(written: Written, case: Past, *, pk: int, number: str) -> None:
    """Add the rows of one case."""
    complaint = complaint_of(written, case, pk=pk, number=number)
    written.complaints.append(complaint)
    written.messages += [
        Message(complaint=complaint, kind=line.kind, body=line.body, by=line.by, at=line.at)
        for line in case.said
    ]
    thread = " ".join(normalise(line.body) for line in case.said)
    written.texts.append(ComplaintText(complaint=complaint, body=f"{text_of(complaint)} {thread}"))
    if complaint.is_restricted:
        written.readers += [
            Reader(complaint=complaint, staff=staff, named_at=complaint.recorded_at)
            for staff in {*restricted_readers_of(complaint.unit), *case.officers}
        ]
    written.assignments += assignments_of(case, complaint)
    add_clocks(written, case, complaint)
    written.closings.append(closing_of(case, complaint))
    written.ratings += ratings_of(case, complaint)
    written.entries += entries_of(case, complaint)


def complaint_of(written: Written, case: Past, *, pk: int, number: str) -> Complaint:
    """Return the row of a case as it stands after its closing."""
    filing, received = case.filing, received_at(case)
    unit = filing.unit or case.officers[-1].unit
    calendar = calendars.cached_calendar(written.version_of(unit))
    return Complaint(
        pk=pk,
        number=number,
        tracking_hash=case.tracking_hash,
        kind=filing.kind,
        grade=filing.grade,
        category=filing.category,
        channel=filing.channel,
        service=filing.service,
        segment=filing.segment,
        subject=filing.subject,
        body=filing.body,
        wish=filing.wish,
        occurred_on=filing.occurred_on,
        place=filing.place,
        district=filing.district,
        province=filing.province,
        latitude=filing.latitude,
        longitude=filing.longitude,
        person=case.person,
        is_anonymous=filing.is_anonymous,
        is_identity_masked=filing.is_identity_masked,
        is_restricted=filing.is_confidential or filing.kind in Kind.restricted(),
        unit=unit,
        officer=case.officers[-1],
        status=Status.CLOSED,
        stage=2 if case.is_direct_stage2 or case.stage1_answered_at else 1,
        policy=written.policy_of(filing),
        received_at=received,
        deemed_received_at=calendar.deemed_received(received),
        recorded_at=received,
        recorded_by=case.recorded_by,
        acknowledged_at=case.acknowledged_at,
        due_at=received,
        answered_at=case.answered_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        cause=case.cause,
        cause_code=case.cause_code,
        learning=case.learning,
        rating=case.rating,
        touched_at=case.closed_at,
        version=len(case.said) + 4,
    )


def assignments_of(case: Past, complaint: Complaint) -> list[Assignment]:
    """Return the namings of officers, a day apart when there was more than one."""
    return [
        Assignment(
            complaint=complaint,
            officer=officer,
            unit=complaint.unit,
            by=case.supervisor,
            at=case.assigned_at,
            accepted_at=case.assigned_at if officer is case.officers[-1] else None,
        )
        for officer in case.officers
    ]


# --- clocks ----------------------------------------------------------------------------------


def add_clocks(written: Written, case: Past, complaint: Complaint) -> None:
    """Add the clocks of a case with their results, its pauses and its extension."""
    limits = limits_of(complaint.policy_id)
    deemed = complaint.deemed_received_at
    stage1_end = case.stage1_answered_at or case.answered_at
    written.clocks.append(
        ended(
            written, complaint, limits[Measure.ACKNOWLEDGE], start=deemed, stop=case.acknowledged_at
        )
    )
    if case.is_direct_stage2:
        stages = [(Measure.STAGE2, deemed, case.answered_at)]
    elif case.stage1_answered_at:
        stages = [
            (Measure.STAGE1, deemed, stage1_end),
            (Measure.STAGE2, stage1_end, case.answered_at),
        ]
    else:
        stages = [(Measure.STAGE1, deemed, stage1_end)]
    for measure, start, stop in stages:
        clock = ended(written, complaint, limits[measure], start=start, stop=stop)
        lengthen(written, case, clock)
        written.clocks.append(clock)
        complaint.due_at = clock.due_at
    add_letters(written, case, complaint, limits[Measure.PROGRESS])
    written.clocks.append(
        ended(
            written,
            complaint,
            limits[Measure.IDLE],
            start=deemed,
            stop=case.closed_at,
            is_dropped=True,
        )
    )


def ended(
    written: Written,
    complaint: Complaint,
    limit: Limit,
    *,
    start: datetime,
    stop: datetime,
    version: int = 1,
    is_dropped: bool = False,
) -> Clock:
    """Return a clock that ran from one instant to another."""
    target = limit.target
    clock = Clock(
        complaint=complaint,
        measure=target.measure,
        version=version,
        target=target,
        days=target.days,
        unit=target.unit,
        is_first_day_counted=target.is_first_day_counted,
        calendar_version_id=written.version_of(complaint.unit),
        started_at=start,
        stopped_at=stop,
        stop_recorded_at=stop,
    )
    settle(clock, pauses=(), is_dropped=is_dropped)
    return clock


def settle(clock: Clock, *, pauses: Sequence[sla.Pause], is_dropped: bool = False) -> None:
    """Compute due date, result and days used of a stopped clock."""
    stop = clock.stopped_at or clock.started_at
    clock.due_at = due_of(clock, pauses=pauses)
    met = Clock.Result.MET if stop <= clock.due_at else Clock.Result.MISSED
    clock.result = Clock.Result.DROPPED if is_dropped else met
    clock.elapsed_days = sla.elapsed_days(
        clock.started_at,
        stop,
        unit=clock.unit,
        is_first_day_counted=clock.is_first_day_counted,
        calendar=calendars.cached_calendar(clock.calendar_version_id),
        pauses=pauses,
    )


def lengthen(written: Written, case: Past, clock: Clock) -> None:
    """Let the waits and the extension that fall into a stage move its due date."""
    first, last = clock.started_at, clock.stopped_at or clock.started_at
    waits = [wait for wait in case.waits if first <= wait.from_at <= last]
    done: list[sla.Pause] = []
    for wait in waits:
        done.append(wait)
        move(written, clock, pauses=done, why=DueChange.Why.PAUSE, at=wait.until_at or last)
        written.pauses.append(
            ClockPause(clock=clock, from_at=wait.from_at, until_at=wait.until_at or last)
        )
    more = case.more_time
    if more and first <= more.asked_at <= last:
        clock.extended_days = more.days
        move(written, clock, pauses=done, why=DueChange.Why.EXTENSION, at=more.decided_at)
        written.extensions.append(
            Extension(
                clock=clock,
                days=more.days,
                reason=more.reason,
                state=Extension.State.GRANTED,
                asked_by=case.officers[-1],
                asked_at=more.asked_at,
                decided_by=case.supervisor,
                decided_at=more.decided_at,
            )
        )


def move(
    written: Written, clock: Clock, *, pauses: Sequence[sla.Pause], why: str, at: datetime
) -> None:
    """Compute a due date anew and keep what it was."""
    old = clock.due_at
    settle(clock, pauses=pauses)
    if clock.due_at != old:
        clock.revision += 1
        written.due_changes.append(
            DueChange(clock=clock, at=at, old_due_at=old, new_due_at=clock.due_at, why=why)
        )


def add_letters(written: Written, case: Past, complaint: Complaint, limit: Limit) -> None:
    """Add a clock for each stretch between two letters to the complainant."""
    kinds = {Message.Kind.QUESTION, Message.Kind.PROGRESS, Message.Kind.ANSWER}
    start = complaint.deemed_received_at
    stops = [line.at for line in case.said if line.kind in kinds]
    for version, stop in enumerate(stops, start=1):
        written.clocks.append(
            ended(written, complaint, limit, start=start, stop=stop, version=version)
        )
        start = stop


# --- the rest --------------------------------------------------------------------------------


def ratings_of(case: Past, complaint: Complaint) -> list[Rating]:
    """Return the rating that the complainant gave when the case was closed."""
    if case.rating is None:
        return []
    at = case.closed_at
    return [
        Rating(
            complaint=complaint,
            answered_at=case.answered_at,
            score=case.rating,
            first_at=at,
            at=at,
        )
    ]


def closing_of(case: Past, complaint: Complaint) -> Closing:
    """Return the closing of a case."""
    return Closing(
        complaint=complaint,
        closed_at=case.closed_at,
        recorded_at=case.closed_at,
        by=case.officers[-1],
        stage=complaint.stage,
        is_direct_stage2=case.is_direct_stage2,
        outcome=case.outcome,
        has_cause=bool(case.cause or case.cause_code),
        cause_code=case.cause_code,
        has_learning=bool(case.learning),
        kind=complaint.kind,
        grade=complaint.grade,
        category=complaint.category,
        channel=complaint.channel,
        unit=complaint.unit,
        person=complaint.person,
    )


VERBS = {
    Message.Kind.ACKNOWLEDGEMENT: "acknowledged",
    Message.Kind.QUESTION: "asked",
    Message.Kind.REPLY: "replied",
    Message.Kind.PROGRESS: "progress_sent",
    Message.Kind.ANSWER: "answered",
    Message.Kind.NOTE: "noted",
    Message.Kind.INSTRUCTION: "instructed",
}


def entries_of(case: Past, complaint: Complaint) -> list[AuditEntry]:
    """Return what the audit trail would hold of a case."""
    steps: list[tuple[datetime, str, Staff | None, dict[str, object]]] = [
        (complaint.received_at, "received", case.recorded_by, {"channel": complaint.channel.code})
    ]
    steps += [
        (case.assigned_at, "assigned", case.supervisor, {"to": officer.pk})
        for officer in case.officers
    ]
    steps.append((case.assigned_at, "accepted", case.officers[-1], {}))
    steps += [(line.at, VERBS[Message.Kind(line.kind)], line.by, {}) for line in case.said]
    if case.more_time:
        days: dict[str, object] = {"days": case.more_time.days}
        steps.append((case.more_time.asked_at, "extension_asked", case.officers[-1], days))
        steps.append((case.more_time.decided_at, "extension_granted", case.supervisor, days))
    if case.stage1_answered_at:
        steps.append((case.stage1_answered_at, "escalated", None, {}))
    steps.append((case.closed_at, "closed", case.officers[-1], {"outcome": case.outcome}))
    subject = ContentType.objects.get_for_model(Complaint)
    return [
        AuditEntry(
            content_type=subject,
            object_id=complaint.pk,
            verb=verb,
            by=by,
            at=at,
            data={"version": number, **facts},
        )
        for number, (at, verb, by, facts) in enumerate(sorted(steps, key=lambda step: step[0]), 1)
    ]
