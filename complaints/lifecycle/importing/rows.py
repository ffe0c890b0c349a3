"""Builds the database rows of an imported case: the case, its search text, clocks, closing, answer.

What the source tells becomes history: clocks that ended carry their result, so that past months
can be counted. What it does not tell is not made up: a case that is settled, the source does not
say when, counts as received and closed on one day, and its clocks are dropped from every rate.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from agency import persons
from agency.calendars import cached_calendar
from agency.copying import copy, next_ids
from agency.models import AuditEntry, Person
from agency.persons import PersonData
from agency.search import normalise
from agency.thai import fiscal_year, local_day
from complaints import sla
from complaints.lifecycle.clocks import due_of, started
from complaints.lifecycle.importing.book import readers_of
from complaints.lifecycle.intake import text_of
from complaints.lifecycle.numbers import next_numbers
from complaints.lifecycle.policies import limits_of
from complaints.models import (
    Assignment,
    Clock,
    Closing,
    Complaint,
    ComplaintText,
    Measure,
    Message,
    Reader,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agency.workdays import WorkingCalendar
    from complaints.lifecycle.importing.book import Book, Case
    from complaints.lifecycle.policies import Limit


@dataclass(frozen=True, slots=True)
class Ends:
    """When the parts of a case ended, as far as the source tells."""

    acknowledged_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    is_told: bool


@dataclass
class Rows:
    """The rows of a batch, by table, parents first."""

    complaints: list[Complaint] = field(default_factory=list)
    texts: list[ComplaintText] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)

    def write(self) -> None:
        """Copy everything, parents first."""
        groups: tuple[Sequence[Model], ...] = (
            self.complaints,
            self.texts,
            self.clocks,
            self.messages,
            self.assignments,
            self.closings,
            self.readers,
            self.entries,
        )
        for rows in groups:
            copy(rows)


def write_new(cases: Sequence[Case], book: Book) -> None:
    """Write new cases, in the caller's transaction."""
    rows = Rows()
    numbers = numbers_for([case.draft.received_at for case in cases])
    people = people_for(cases, book)
    ids = next_ids(Complaint, len(cases))
    for case, number, person, pk in zip(cases, numbers, people, ids, strict=True):
        add(
            rows,
            case,
            book,
            complaint=complaint_of(case, book, pk=pk, number=number, person=person),
        )
    rows.write()


def numbers_for(instants: Sequence[datetime]) -> list[str]:
    """Return a number of the fiscal year of each receipt, drawn a year at a time."""
    by_year: dict[int, list[int]] = {}
    for position, at in enumerate(instants):
        by_year.setdefault(fiscal_year(local_day(at)), []).append(position)
    found = [""] * len(instants)
    for positions in by_year.values():
        drawn = next_numbers(instants[positions[0]], count=len(positions))
        for position, number in zip(positions, drawn, strict=True):
            found[position] = number
    return found


def people_for(cases: Sequence[Case], book: Book) -> list[Person | None]:
    """Record the persons of a batch: by national ID one by one, the others at once."""
    people: list[Person | None] = [person_of(case, book) for case in cases]
    copy([person for person in people if isinstance(person, Person) and not person.pk])
    return people


def person_of(case: Case, book: Book) -> Person | None:
    """Return the person of a case; without a national ID a row that is not written yet."""
    draft = case.draft
    if not draft.has_person:
        return None
    if draft.national_id:
        data = PersonData(
            name=draft.name,
            phone=draft.phone,
            email=draft.email,
            address=draft.address,
            national_id=draft.national_id,
        )
        return persons.record(data, at=book.at)
    return Person(
        name=draft.name,
        phone=draft.phone,
        email=draft.email,
        address=draft.address,
        created_at=book.at,
    )


def complaint_of(
    case: Case, book: Book, *, pk: int, number: str, person: Person | None
) -> Complaint:
    """Return the row of a new case; its due date follows with the clocks."""
    draft, ends = case.draft, ends_of(case, book)
    calendar = cached_calendar(case.calendar_version_pk)
    deemed = calendar.deemed_received(draft.received_at)
    received = draft.received_at
    if draft.is_anonymous:  # nothing finer than the working day, as at the counter
        received = deemed = calendar.opening(deemed.astimezone(calendar.zone).date())
    return Complaint(
        pk=pk,
        number=number,
        tracking_hash=secrets.token_bytes(32),  # no code fits: the source keeps its own tracking
        kind=draft.kind,
        grade=case.grade,
        category=case.category,
        channel=case.channel,
        service=case.service,
        segment=case.segment,
        subject=draft.subject,
        body=draft.body,
        wish=draft.wish,
        occurred_on=draft.occurred_on,
        place=draft.place,
        district=draft.district,
        province=draft.province,
        latitude=draft.latitude,
        longitude=draft.longitude,
        person=person,
        is_anonymous=draft.is_anonymous,
        is_restricted=case.is_restricted,
        unit=case.unit,
        officer=case.officer,
        status=case.status,
        stage=draft.stage,
        policy=case.policy,
        received_at=received,
        deemed_received_at=deemed,
        recorded_at=book.at,
        recorded_by=book.by,
        acknowledged_at=ends.acknowledged_at,
        due_at=deemed,
        answered_at=ends.answered_at,
        closed_at=ends.closed_at,
        outcome=draft.outcome,
        cause=draft.cause,
        learning=draft.learning,
        rating=draft.rating,
        reopened_count=draft.reopened_count,
        touched_at=last_of(received, ends),
        source_system=book.source,
        external_ref=draft.external_ref,
    )


def last_of(received: datetime, ends: Ends) -> datetime:
    """Return the last sign of life that the source tells of."""
    told = (ends.acknowledged_at, ends.answered_at, ends.closed_at)
    return max([received, *(at for at in told if at)])


def ends_of(case: Case, book: Book) -> Ends:
    """Return when a case was acknowledged, answered and closed.

    A source that never tells of acknowledgements leaves them open; in one that does, a row
    without one was acknowledged by its answer.
    """
    draft = case.draft
    if not draft.is_settled:
        return Ends(draft.acknowledged_at, None, None, is_told=True)
    told = draft.answered_at or draft.closed_at
    answered = told or draft.received_at
    acknowledged = draft.acknowledged_at
    if acknowledged is None and told and "acknowledged_at" in book.spec.fields:
        acknowledged = told
    closed = (draft.closed_at or answered) if draft.status == Status.CLOSED else None
    return Ends(acknowledged, answered, closed, is_told=told is not None)


def add(rows: Rows, case: Case, book: Book, *, complaint: Complaint) -> None:
    """Add the rows of a case to those of its batch."""
    ends = ends_of(case, book)
    clocks = clocks_of(case, book, complaint=complaint, ends=ends)
    complaint.due_at = next(
        (clock.due_at for clock in clocks if clock.measure in Measure.stages()), complaint.due_at
    )
    rows.complaints.append(complaint)
    rows.clocks.extend(clocks)
    answer = answer_of(case, book, complaint=complaint, at=ends.answered_at or book.at)
    rows.messages.extend(answer)
    body = " ".join([text_of(complaint), *(normalise(message.body) for message in answer)])
    rows.texts.append(ComplaintText(complaint=complaint, body=body))
    rows.entries.append(entry(complaint, "imported", book, source=book.source))
    if complaint.is_restricted:
        rows.readers.extend(
            Reader(complaint=complaint, staff=staff, named_by=book.by, named_at=book.at)
            for staff in readers_of(case.unit, book)
        )
    if case.officer:
        rows.assignments.append(assignment_of(case, book, complaint=complaint))
    if ends.closed_at:
        rows.closings.append(closing_of(complaint, book))


# --- clocks ----------------------------------------------------------------------------------


def clocks_of(case: Case, book: Book, *, complaint: Complaint, ends: Ends) -> list[Clock]:
    """Return the clocks of a case: those that ended with their result, those that run from now on."""
    limits = limits_of(case.policy.pk)
    stage = Measure.STAGE2 if case.draft.stage == 2 else Measure.STAGE1
    stopped = {
        Measure.ACKNOWLEDGE: ends.acknowledged_at,
        stage: ends.answered_at if ends.is_told else None,
    }
    dropped = set()
    if ends.acknowledged_at is None and case.status != Status.RECEIVED:
        dropped.add(Measure.ACKNOWLEDGE)  # done, the source does not say when
    if ends.answered_at and not ends.is_told:
        dropped.add(stage)
    clocks = [
        ended(complaint, limits[measure], case, book, at=stopped[measure])
        if stopped[measure] or measure in dropped
        else running(complaint, limits[measure], case, book, start=complaint.deemed_received_at)
        for measure in (Measure.ACKNOWLEDGE, stage)
        if measure in limits
    ]
    if ends.answered_at is None:  # from now on it is our matter to write and to get on
        clocks += [
            running(
                complaint, limits[measure], case, book, start=start_of(limits[measure], case, book)
            )
            for measure in (Measure.PROGRESS, Measure.IDLE)
            if measure in limits
        ]
    return clocks


def start_of(limit: Limit, case: Case, book: Book) -> datetime:
    """Return from when a limit runs that starts with the import."""
    if limit.target.unit == sla.CALENDAR:
        return book.at
    return cached_calendar(case.calendar_version_pk).deemed_received(book.at)


def running(
    complaint: Complaint, limit: Limit, case: Case, book: Book, *, start: datetime
) -> Clock:
    """Return a clock that runs; of reminders in the past only the latest comes."""
    return started(
        complaint,
        limit,
        version=1,
        calendar_version_pk=case.calendar_version_pk,
        start=start,
        at=book.at,
    )


def ended(
    complaint: Complaint, limit: Limit, case: Case, book: Book, *, at: datetime | None
) -> Clock:
    """Return a clock that ended at `at` with its result; dropped when nobody knows when it ended."""
    target = limit.target
    clock = Clock(
        complaint=complaint,
        measure=target.measure,
        target=target,
        days=target.days,
        unit=target.unit,
        is_first_day_counted=target.is_first_day_counted,
        calendar_version_id=case.calendar_version_pk,
        started_at=complaint.deemed_received_at,
    )
    clock.due_at = due_of(clock, pauses=())
    stop(clock, at=at, recorded_at=book.at, calendar=cached_calendar(case.calendar_version_pk))
    return clock


def stop(
    clock: Clock, *, at: datetime | None, recorded_at: datetime, calendar: WorkingCalendar
) -> None:
    """Write into a clock when and how it ended."""
    clock.stopped_at = at or recorded_at
    clock.stop_recorded_at = recorded_at
    clock.next_milestone_at = None
    if at is None:
        clock.result = Clock.Result.DROPPED
        return
    clock.result = Clock.Result.MET if at <= clock.due_at else Clock.Result.MISSED
    clock.elapsed_days = sla.elapsed_days(
        clock.started_at,
        at,
        unit=clock.unit,
        is_first_day_counted=clock.is_first_day_counted,
        calendar=calendar,
    )


# --- the rest --------------------------------------------------------------------------------


def answer_of(case: Case, book: Book, *, complaint: Complaint, at: datetime) -> list[Message]:
    """Return what the source answered; of an open case it is news on the way."""
    if not case.draft.answer:
        return []
    kind = Message.Kind.ANSWER if case.draft.is_settled else Message.Kind.PROGRESS
    by = case.officer or book.by
    return [Message(complaint=complaint, kind=kind, body=case.draft.answer, by=by, at=at)]


def assignment_of(case: Case, book: Book, *, complaint: Complaint) -> Assignment:
    """Return the naming of the officer that the source tells of."""
    at = complaint.acknowledged_at or complaint.received_at
    return Assignment(
        complaint=complaint,
        officer=case.officer,
        unit=case.unit,
        by=book.by,
        at=at,
        accepted_at=None if complaint.status == Status.ASSIGNED else at,
    )


def closing_of(complaint: Complaint, book: Book, *, number: int = 1) -> Closing:
    """Return the closing of a case as it stands."""
    return Closing(
        complaint=complaint,
        number=number,
        closed_at=complaint.closed_at or book.at,
        recorded_at=book.at,
        by=complaint.officer or book.by,
        stage=complaint.stage,
        is_direct_stage2=complaint.stage == 2,
        outcome=complaint.outcome,
        has_cause=bool(complaint.cause or complaint.cause_code_id),
        has_learning=bool(complaint.learning),
        kind=complaint.kind,
        grade_id=complaint.grade_id,
        category_id=complaint.category_id,
        channel_id=complaint.channel_id,
        unit_id=complaint.unit_id,
        person_id=complaint.person_id,
    )


def entry(complaint: Complaint, verb: str, book: Book, **facts: object) -> AuditEntry:
    """Return the audit entry of what an import did to a case."""
    return AuditEntry(
        content_type=ContentType.objects.get_for_model(Complaint),
        object_id=complaint.pk,
        verb=verb,
        by=book.by,
        at=book.at,
        data={"version": complaint.version, **facts},
    )
