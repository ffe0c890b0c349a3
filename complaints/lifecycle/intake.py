"""Receiving a complaint (รับเรื่อง), by whatever channel it comes."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agency import attachments, audit, codes, persons, reference, units
from agency.attachments import Checked
from agency.calendars import version_for
from agency.models import Channel, PartnerAgency, Person, Segment, Service, Staff, Unit
from agency.persons import PersonData
from agency.refusal import Refused
from agency.search import normalise
from complaints import sla
from complaints.lifecycle.agency_deadlines import next_reminder
from complaints.lifecycle.announcements import readers_of, tell, write_to
from complaints.lifecycle.clocks import calendar_numbered, start_clocks
from complaints.lifecycle.hold import written
from complaints.lifecycle.numbers import next_number
from complaints.lifecycle.policies import limits_of, policy_for
from complaints.models import (
    Category,
    Complaint,
    ComplaintText,
    Grade,
    IncomingLetter,
    Kind,
    Measure,
    Policy,
    Reader,
)
from complaints.selectors.twins import letter_key

FIRST_CLOCKS = (Measure.ACKNOWLEDGE, Measure.STAGE1, Measure.PROGRESS, Measure.IDLE)
SUBJECT_LENGTH = 300


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """What stands at the head of the letter that brought the matter, and its text for the search."""

    number: str = ""
    dated_on: date | None = None
    agency: PartnerAgency | None = None
    reply_by_on: date | None = None
    text: str = ""

    def __bool__(self) -> bool:
        return any((self.number, self.dated_on, self.agency, self.reply_by_on, self.text))


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What a person brings forward, as a form or another system tells it."""

    kind: str
    subject: str
    body: str
    channel: Channel
    wish: str = ""
    category: Category | None = None
    grade: Grade | None = None
    service: Service | None = None
    segment: Segment | None = None
    occurred_on: date | None = None
    place: str = ""
    district: str = ""
    province: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    person: PersonData | None = None
    known_person: Person | None = (
        None  # who is on file already, as when a voice becomes a complaint
    )
    is_anonymous: bool = False
    is_identity_masked: bool = False
    is_confidential: bool = False
    unit: Unit | None = None
    received_at: datetime | None = None
    source_system: str = ""
    external_ref: str = ""
    files: tuple[UploadedFile | Checked, ...] = ()
    best_time: str = ""
    letter: LetterFacts | None = None


@dataclass(frozen=True)
class Receipt:
    """The case, and the secret code, which is shown this once and kept nowhere."""

    complaint: Complaint
    code: str


@dataclass(frozen=True, kw_only=True)
class Instants:
    """When a filing came, from when it counts, and when it was keyed in."""

    received: datetime
    deemed: datetime
    recorded: datetime


def receive_once(filing: Filing, *, by: Staff | None, at: datetime) -> Receipt:
    """Take a filing in that may come twice with one reference (a second press, a lost answer).

    The code is derived from the reference, so that the second answer says what the first one said.
    """
    code = codes.derived(f"{filing.source_system}:{filing.external_ref}")
    try:
        return receive(filing, by=by, at=at, code=code)
    except IntegrityError:
        first = Complaint.objects.filter(
            source_system=filing.source_system, external_ref=filing.external_ref
        ).first()
        if first is None:
            raise
        return Receipt(first, code)


@transaction.atomic
def receive(filing: Filing, *, by: Staff | None, at: datetime, code: str = "") -> Receipt:
    """Take a complaint in: number, code, clocks, notices and a letter in one transaction.

    An electronic filing outside working time counts from the next working instant (Electronic
    Government Procedure Act B.E. 2565, section 10). Of an anonymous one no instant finer than the
    working day is kept, and no person.
    """
    with reference.at_hand():
        return taken_in(checked(filing, at=at), by=by, at=at, code=code)


def taken_in(filing: Filing, *, by: Staff | None, at: datetime, code: str) -> Receipt:
    """Write a checked filing down and tell of it."""
    unit = filing.unit or usual_unit(filing.category)
    calendar_version = version_for(unit)
    instants = instants_of(filing, calendar_version_pk=calendar_version.pk, at=at)
    code = code or codes.new()
    complaint = written_down(
        filing, unit=unit, code=code, instants=instants, by=by, version_pk=calendar_version.pk
    )
    start_clocks(
        complaint,
        FIRST_CLOCKS,
        calendar_version_pk=calendar_version.pk,
        start=instants.deemed,
        at=instants.recorded,
        is_new=True,
    )
    name_first_readers(complaint, by=by, at=instants.recorded)
    for file in filing.files:
        attachments.attach(complaint, file, by=by, at=instants.recorded, is_public=True)
    announce(complaint, by=by, at=instants.recorded)
    return Receipt(complaint, code)


def checked(filing: Filing, *, at: datetime) -> Filing:
    """Return the filing without NUL and outer spaces; refuse one that says nothing or comes from the future."""
    if filing.received_at and filing.received_at > at:
        raise Refused(_("A complaint cannot be received in the future. Please correct the time."))
    return replace(
        filing,
        subject=written(filing.subject, sentence=_("Please say in a few words what it is about."))[
            :SUBJECT_LENGTH
        ],
        body=written(filing.body, sentence=_("Please describe what happened.")),
        wish=filing.wish.replace("\x00", "").strip(),
        place=filing.place.replace("\x00", "").strip(),
        district=filing.district.replace("\x00", "").strip(),
        best_time="" if filing.is_anonymous else filing.best_time.strip(),
        person=None if filing.is_anonymous else filing.person,
        known_person=None if filing.is_anonymous else filing.known_person,
    )


def usual_unit(category: Category | None) -> Unit:
    """Return the unit that usually owns this topic, else the root of the tree."""
    if category and category.default_unit:
        return category.default_unit
    root = reference.kept("root", lambda: Unit.objects.filter(parent=None).order_by("pk").first())
    if root is None:
        raise Refused(_("There is no unit yet. An administrator must add one first."))
    return copy(root)


def instants_of(filing: Filing, *, calendar_version_pk: int, at: datetime) -> Instants:
    """Return the instants to keep; of an anonymous filing only the opening of its working day."""
    calendar = calendar_numbered(calendar_version_pk)
    received = filing.received_at or at
    deemed = calendar.deemed_received(received)
    if not filing.is_anonymous:
        return Instants(received=received, deemed=deemed, recorded=at)
    day = calendar.opening(deemed.astimezone(calendar.zone).date())
    return Instants(received=day, deemed=day, recorded=day)


def written_down(
    filing: Filing,
    *,
    unit: Unit,
    code: str,
    instants: Instants,
    by: Staff | None,
    version_pk: int,
) -> Complaint:
    """Write the case and its search text."""
    number = next_number(instants.received)
    policy = policy_for(kind=filing.kind, grade=filing.grade, category=filing.category)
    complaint = Complaint.objects.create(
        number=number,
        tracking_hash=codes.tracking_hash(number, code),
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
        person=person_of(filing, at=instants.recorded),
        best_time=filing.best_time,
        is_anonymous=filing.is_anonymous,
        is_identity_masked=filing.is_identity_masked,
        is_restricted=filing.is_confidential or filing.kind in Kind.restricted(),
        unit=unit,
        policy=policy,
        received_at=instants.received,
        deemed_received_at=instants.deemed,
        recorded_at=instants.recorded,
        recorded_by=by,
        due_at=first_due(policy, start=instants.deemed, version_pk=version_pk),
        touched_at=instants.recorded,
        source_system=filing.source_system,
        external_ref=filing.external_ref,
    )
    text = text_of(complaint)
    if filing.letter:
        keep_letter(complaint, filing.letter)
        text = f"{text} {normalise(f'{filing.letter.number} {filing.letter.text}')}"
    ComplaintText.objects.create(complaint=complaint, body=text)
    return complaint


def keep_letter(complaint: Complaint, letter: LetterFacts) -> None:
    """Write down by which letter the case came; its text is searched, not part of what was filed."""
    number = letter.number.replace("\x00", "").strip()
    IncomingLetter.objects.create(
        complaint=complaint,
        number=number,
        number_key=letter_key(number),
        dated_on=letter.dated_on,
        agency=letter.agency,
        reply_by_on=letter.reply_by_on,
        remind_at=next_reminder(
            letter.reply_by_on, unit=complaint.unit, after=complaint.recorded_at
        ),
        text=letter.text.replace("\x00", "").strip(),
    )


def first_due(policy: Policy, *, start: datetime, version_pk: int) -> datetime:
    """Return when the full answer is due, as the clock of stage 1 will say."""
    limit = limits_of(policy.pk).get(Measure.STAGE1)
    if limit is None:
        raise Refused(
            _(
                "The time standard %(policy)s has no limit for stage 1. An administrator must add it."
            )
            % {"policy": policy}
        )
    return sla.due_at(
        start,
        days=limit.target.days,
        unit=limit.target.unit,
        is_first_day_counted=limit.target.is_first_day_counted,
        calendar=calendar_numbered(version_pk),
    )


def person_of(filing: Filing, *, at: datetime) -> Person | None:
    """Record the complainant, unless there is none to record."""
    return persons.record(filing.person, at=at) if filing.person else filing.known_person


def text_of(complaint: Complaint) -> str:
    """Return what a search finds the case by; never anything about the person."""
    parts = (
        complaint.number,
        complaint.subject,
        complaint.body,
        complaint.wish,
        complaint.place,
        complaint.district,
        complaint.external_ref,
    )
    return normalise(" ".join(part for part in parts if part))


def name_first_readers(complaint: Complaint, *, by: Staff | None, at: datetime) -> None:
    """Name who may read a restricted case, so that there is always somebody."""
    if not complaint.is_restricted:
        return
    named = {*restricted_readers_of(complaint.unit), *([by] if by else [])}
    Reader.objects.bulk_create(
        [
            Reader(complaint=complaint, staff=staff, named_by=by, named_at=at)
            for staff in sorted(named, key=lambda staff: staff.pk)
        ],
        ignore_conflicts=True,
    )


def restricted_readers_of(unit: Unit) -> list[Staff]:
    """Return the persons named by the nearest unit upwards; else the executives, else the supervisors.

    A tip-off that nobody may open would be lost: somebody answers for it in any agency.
    """
    line = units.line_of(unit)
    named = {
        each.pk: list(each.restricted_readers.all())
        for each in Unit.objects.filter(pk__in=line).prefetch_related("restricted_readers")
    }
    for pk in line:
        active = [staff for staff in named.get(pk, []) if staff.is_active]
        if active:
            return active
    return units.executives_of(unit) or units.supervisors_of(unit)


def announce(complaint: Complaint, *, by: Staff | None, at: datetime) -> None:
    """Record the receipt, tell the unit's supervisors, write to the complainant."""
    audit.record(
        complaint,
        "received",
        by=by,
        at=at,
        version=complaint.version,
        channel=complaint.channel.code,
        unit=complaint.unit_id,
        policy=complaint.policy_id,
    )
    if complaint.is_restricted:
        people = readers_of(complaint)
    else:
        people = units.supervisors_of(complaint.unit)
    tell(complaint, "received", to=people, by=by, at=at)
    write_to(complaint, "received", at=at)
