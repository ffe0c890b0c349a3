"""A case that holds several matters (แยกเรื่อง): each further matter becomes a case of its own.

Nothing is moved or deleted. The complainant is told once; the code of the first case opens the
others too, so no secret is written into a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from agency import attachments, audit, codes, units
from agency.calendars import version_for
from agency.models import Attachment, Staff, Unit
from agency.refusal import Refused
from complaints.lifecycle.announcements import readers_of, tell, write_to
from complaints.lifecycle.clocks import (
    calendar_numbered,
    hold_clocks,
    retarget,
    show_progress,
    start_clocks,
    stop,
)
from complaints.lifecycle.hold import hold, keep, written
from complaints.lifecycle.intake import SUBJECT_LENGTH, first_due, name_first_readers, text_of
from complaints.lifecycle.numbers import next_number
from complaints.lifecycle.policies import policy_for
from complaints.lifecycle.thread import say
from complaints.models import (
    Category,
    Clock,
    ClockPause,
    Complaint,
    ComplaintText,
    DueChange,
    Measure,
    Message,
    Reader,
    Status,
)

MOST = 5
AS_IT_WAS = (  # what a part has from the case it was split from
    *("kind", "grade", "channel", "service", "segment", "occurred_on", "place", "district"),
    *("province", "latitude", "longitude", "person", "is_anonymous", "is_identity_masked"),
    *("is_restricted", "received_at", "deemed_received_at"),
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One matter out of several, and whose it is."""

    subject: str
    body: str
    unit: Unit
    category: Category | None = None


@transaction.atomic
def split(
    complaint: Complaint,
    *,
    parts: Sequence[Part],
    files: Sequence[Attachment] = (),
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> list[Complaint]:
    """Make a case of each further matter (แยกเรื่อง); they count from the receipt of this one.

    Each gets a copy of the chosen files, so that each is read and erased with its own case.
    """
    complaint = hold(complaint, expected_version=expected_version)
    refuse_split(complaint, parts=parts)
    refuse_foreign(files, complaint)
    made = [split_off(complaint, checked(part), by=by, at=at) for part in parts]
    for each in made:
        for file in files:
            attachments.copy_to(file, each, by=by, at=at)
    text = split_text(complaint, numbers=[each.number for each in made])
    clocks = hold_clocks(complaint)
    message = say(complaint, Message.Kind.SPLIT, text, by=by, at=at)
    show_progress(clocks, at=at)
    keep(complaint, "split", by=by, at=at, message=message.pk, made=[each.pk for each in made])
    write_to(complaint, "split", at=at, message=message.pk)
    return made


def refuse_split(complaint: Complaint, *, parts: Sequence[Part]) -> None:
    """Refuse what has an answer or an end, what follows another case, and what is looked at again."""
    if complaint.status not in Status.assignable():
        raise Refused(
            _(
                "Only a complaint that waits for its answer is split. This one is: %(status)s. Reopen it first."
            )
            % {"status": complaint.get_status_display()}
        )
    if complaint.stage == 2:
        raise Refused(
            _("At stage 2 an answer is looked at again; new matters are taken in as new cases.")
        )
    if complaint.master is not None:
        raise Refused(
            _("This complaint follows %(number)s. Split that one, or take the link back first.")
            % {"number": complaint.master}
        )
    if not 1 <= len(parts) <= MOST:
        raise Refused(_("Please describe from 1 to %(most)s further matters.") % {"most": MOST})


def refuse_foreign(files: Sequence[Attachment], complaint: Complaint) -> None:
    """Refuse files of another case."""
    own = {file.pk for file in attachments.files_of(complaint)} if files else set()
    if {file.pk for file in files} - own:
        raise Refused(_("Only files of this case go along. Choose them again."))


def checked(part: Part) -> Part:
    """Return the part without outer spaces; refuse one that says nothing."""
    return Part(
        subject=written(part.subject, sentence=_("Please say in a few words what it is about."))[
            :SUBJECT_LENGTH
        ],
        body=written(part.body, sentence=_("Please describe what happened.")),
        unit=part.unit,
        category=part.category,
    )


def split_off(complaint: Complaint, part: Part, *, by: Staff, at: datetime) -> Complaint:
    """Write one part down as a case, with its clocks; announce it to its unit."""
    version_pk = version_for(part.unit).pk
    policy = policy_for(kind=complaint.kind, grade=complaint.grade, category=part.category)
    number = next_number(complaint.received_at)
    made = Complaint.objects.create(
        **{name: getattr(complaint, name) for name in AS_IT_WAS},
        number=number,
        tracking_hash=codes.tracking_hash(number, codes.new()),
        subject=part.subject,
        body=part.body,
        category=part.category,
        unit=part.unit,
        policy=policy,
        status=Status.SCREENED,
        split_from=complaint,
        recorded_at=at,
        recorded_by=by,
        due_at=first_due(policy, start=complaint.deemed_received_at, version_pk=version_pk),
        touched_at=at,
    )
    ComplaintText.objects.create(complaint=made, body=text_of(made))
    run_clocks(made, complaint, version_pk=version_pk, by=by, at=at)
    pass_readers_on(complaint, made, by=by, at=at)
    audit.record(
        made,
        "split_off",
        by=by,
        at=at,
        version=made.version,
        origin=complaint.pk,
        unit=made.unit_id,
        policy=policy.pk,
    )
    people = readers_of(made) if made.is_restricted else units.supervisors_of(made.unit)
    tell(made, "received", to=people, by=by, at=at)
    return made


def run_clocks(
    made: Complaint, origin: Complaint, *, version_pk: int, by: Staff, at: datetime
) -> None:
    """Start the clocks of a part: what is promised to the complainant counts from the first receipt.

    What the complainant was told on the first case counts here too; waits are taken over.
    """
    start = made.deemed_received_at
    promised = (Measure.ACKNOWLEDGE, Measure.STAGE1)
    run = partial(start_clocks, made, calendar_version_pk=version_pk, at=at, is_new=True)
    clocks = run(promised, start=start)
    now = calendar_numbered(version_pk).deemed_received(at)
    clocks |= run((Measure.PROGRESS, Measure.IDLE), start=now)
    made.acknowledged_at = origin.acknowledged_at or at
    acknowledged = clocks.get(Measure.ACKNOWLEDGE)
    if acknowledged:
        stop([acknowledged], at=made.acknowledged_at)
        acknowledged.stop_recorded_at = at
        acknowledged.save(update_fields=["stop_recorded_at"])
    take_waits_over(clocks[Measure.STAGE1], origin, by=by, at=at)
    made.due_at = clocks[Measure.STAGE1].due_at
    made.save(update_fields=["acknowledged_at", "due_at"])


def take_waits_over(clock: Clock, origin: Complaint, *, by: Staff, at: datetime) -> None:
    """Give a part the days for which the first case waited for the complainant."""
    waits = ClockPause.objects.filter(
        clock__complaint=origin, clock__measure=Measure.STAGE1, clock__stopped_at=None
    )
    taken = [
        ClockPause(clock=clock, from_at=wait.from_at, until_at=wait.until_at or at)
        for wait in waits.order_by("pk")
    ]
    if taken:
        ClockPause.objects.bulk_create(taken)
        retarget([clock], why=DueChange.Why.PAUSE, by=by, at=at, note=origin.number)


def pass_readers_on(complaint: Complaint, made: Complaint, *, by: Staff, at: datetime) -> None:
    """Let those who may read a restricted case read its part too, and those whom its unit names."""
    if not complaint.is_restricted:
        return
    named = complaint.readers.values_list("staff", flat=True)
    Reader.objects.bulk_create(
        [Reader(complaint=made, staff_id=pk, named_by=by, named_at=at) for pk in named]
    )
    name_first_readers(made, by=by, at=at)


def split_text(complaint: Complaint, *, numbers: Sequence[str]) -> str:
    """Return what the complainant reads: the new numbers, and that the known code opens them."""
    language = complaint.person.language if complaint.person else "th"
    with translation.override(language):
        return _(
            "What you wrote holds several matters. So that each gets its own answer, we have given the others numbers of their own: %(numbers)s. They count from the day on which we received your complaint, and the code on your receipt opens them too."
        ) % {"numbers": ", ".join(numbers)}
