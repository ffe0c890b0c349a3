"""What the public counter shows: the front page, the receipt, the complainant's own page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import segno
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from agency import codes, persons
from agency.models import Attachment, Channel
from agency.thai import arabic_digits, local_day
from complaints.models import (
    Category,
    Clock,
    Complaint,
    Kind,
    Measure,
    Message,
    Policy,
    Status,
    Target,
)
from complaints.selectors.rating import Asked, asked_of
from complaints.sla import stage2_last_day


@dataclass(frozen=True, kw_only=True)
class CounterPage:
    """The front page: the standard times and the other ways to reach the agency."""

    standards: list[Target]
    channels: list[Channel]


@dataclass(frozen=True, kw_only=True)
class PublicReceipt:
    """What the complainant keeps: number, code, dates, and a picture code to the tracking page."""

    complaint: Complaint
    code: str
    clocks: dict[str, Clock]
    qr: str
    track_url: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the way, in plain words: done, now or ahead."""

    words: str
    at: datetime | None
    state: str


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """The complainant's page of a case: no name of an officer, no internal note."""

    complaint: Complaint
    steps: list[Step]
    messages: list[Message]
    attachments: list[Attachment]
    clock: Clock | None
    next_words: str
    outcome: str
    may_reply: bool
    may_withdraw: bool
    may_hide_name: bool
    may_ask_stage2: bool
    stage2_until: date | None
    rating: Asked | None


def counter_page() -> CounterPage:
    """Return the front page: the standard of most cases and the open channels."""
    default = Policy.objects.current().filter(kind="", grade=None, category=None).first()
    standards = default.targets.exclude(measure=Measure.IDLE) if default else Target.objects.none()
    channels = Channel.objects.filter(is_active=True, mode=Channel.Mode.REACTIVE)
    reachable = channels.exclude(address="", opening_hours="").order_by("position")
    return CounterPage(standards=list(standards), channels=list(reachable))


def by_number(number: str) -> Complaint | None:
    """Return the case of a number."""
    return (
        Complaint.objects.select_related("unit", "category", "person", "master")
        .filter(number=number)
        .first()
    )


def track(number: str, code: str) -> Complaint | None:
    """Return the case whose secret code this is, or whose complainant has this national ID; else None."""
    complaint = by_number(arabic_digits(number).strip())
    if complaint is None:
        secrets.compare_digest(codes.tracking_hash(number, code), codes.tracking_hash("", code))
        return None
    fits = any(is_code_of(each, code) for each in origins_of(complaint))
    return complaint if fits or is_complainants_id(complaint, code) else None


def is_code_of(complaint: Complaint, code: str) -> bool:
    """Tell whether this is the secret code of the case."""
    known = bytes(complaint.tracking_hash)
    return secrets.compare_digest(known, codes.tracking_hash(complaint.number, code))


def origins_of(complaint: Complaint) -> list[Complaint]:
    """Return the case and those it was split from: the code of the first opens all of them."""
    line = [complaint]
    while line[-1].split_from:
        line.append(line[-1].split_from)
    return line


def is_complainants_id(complaint: Complaint, text: str) -> bool:
    """Tell whether this is the national ID that the complainant gave."""
    if complaint.person_id is None:
        return False
    person = persons.find_by_national_id(text)
    return person is not None and person.pk == complaint.person_id


def receipt(number: str, code: str, *, track_url: str) -> PublicReceipt:
    """Return the receipt of a case just filed; the picture code carries the number, never the code."""
    complaint = Complaint.objects.select_related("unit").get(number=number)
    clocks = {clock.measure: clock for clock in complaint.clocks.all()}
    url = f"{track_url}?number={number}"
    qr = segno.make(url, error="m").png_data_uri(scale=6, border=2)
    return PublicReceipt(complaint=complaint, code=code, clocks=clocks, qr=qr, track_url=url)


def own_page(complaint: Complaint, *, at: datetime) -> OwnPage:
    """Return all that the complainant may know of the case."""
    clocks = list(complaint.clocks.filter(measure__in=Measure.stages()).order_by("-pk"))
    last_day = stage2_until(complaint)
    messages = list(complaint.messages.filter(kind__in=Message.Kind.public()))
    files = list(public_attachments(complaint))
    if files:
        prefetch_related_objects(messages, "files")
    return OwnPage(
        complaint=complaint,
        steps=steps_of(complaint),
        messages=messages,
        attachments=without(files, messages),
        clock=clocks[0] if clocks else None,
        next_words=next_words(complaint, at=at),
        outcome=complaint.get_outcome_display() if complaint.outcome else "",
        may_reply=complaint.takes_replies,
        may_withdraw=complaint.closed_at is None and complaint.answered_at is None,
        may_hide_name=complaint.person_id is not None and not complaint.is_identity_masked,
        may_ask_stage2=last_day is not None and local_day(at) <= last_day,
        stage2_until=last_day,
        rating=asked_of(complaint, at=at),
    )


def without(files: list[Attachment], messages: list[Message]) -> list[Attachment]:
    """Return the files that belong to no message: what came with the filing, and what was added."""
    theirs = {file.pk for message in messages for file in message.files.all()} if files else set()
    return [file for file in files if file.pk not in theirs]


def stage2_until(complaint: Complaint) -> date | None:
    """Return the last day on which the complainant may ask for stage 2; None without an answer of stage 1."""
    if complaint.stage != 1 or complaint.answered_at is None:
        return None
    event = complaint.occurred_on or local_day(complaint.received_at)
    return stage2_last_day(event, local_day(complaint.answered_at))


def steps_of(complaint: Complaint) -> list[Step]:
    """Return the way of the case; the first step that is not done is the present one."""
    if complaint.status in Status.unanswered_ends():
        return ended_steps(complaint)
    instants = [
        (_("Received"), complaint.received_at),
        (_("Acknowledged"), complaint.acknowledged_at),
        (_("Being looked into"), complaint.acknowledged_at if is_in_work(complaint) else None),
        (_("Answered"), complaint.answered_at),
        (_("Closed"), complaint.closed_at),
    ]
    steps, is_now_taken = [], False
    for words, instant in instants:
        state = "done" if instant else "ahead" if is_now_taken else "now"
        is_now_taken = is_now_taken or state == "now"
        steps.append(Step(words=words, at=instant, state=state))
    return steps


def ended_steps(complaint: Complaint) -> list[Step]:
    """Return the way of a case that ended without an answer: as far as it went, and how it ended."""
    went = [
        (_("Received"), complaint.received_at),
        (_("Acknowledged"), complaint.acknowledged_at),
        (complaint.get_status_display(), complaint.closed_at),
    ]
    return [Step(words=words, at=at, state="done") for words, at in went if at]


def is_in_work(complaint: Complaint) -> bool:
    """Tell whether an officer has it, or has had it."""
    return complaint.status not in {Status.RECEIVED, Status.SCREENED}


def next_words(complaint: Complaint, *, at: datetime) -> str:
    """Say in plain words what happens next."""
    if complaint.status == Status.WAITING:
        return _("We have asked you something. The time stands still until you reply.")
    if complaint.status in Status.unanswered_ends():
        return ended_words(complaint)
    if complaint.status == Status.CLOSED:
        return _(
            "The matter is closed. If you are not content with the answer, you may ask for another look."
        )
    if complaint.status == Status.ANSWERED:
        return _(
            "We have answered. If you are not content with the answer, you may ask for another look."
        )
    if complaint.due_at < at:
        return _(
            "We are late with the answer, and the supervisor has been told. We will answer as soon as we can."
        )
    return _("An officer looks into the matter and answers by the date below.")


def ended_words(complaint: Complaint) -> str:
    """Say in plain words how the matter ended without an answer."""
    return {
        Status.REJECTED: _(
            "We could not take the matter up. Below you read why, and what you can do instead."
        ),
        Status.REFERRED: _(
            "The matter belongs to another agency. Below you read which one and how to reach it."
        ),
        Status.WITHDRAWN: _("You withdrew the matter. We do not work on it any more."),
    }[Status(complaint.status)]


def public_attachments(complaint: Complaint) -> QuerySet[Attachment]:
    """Return the files that the complainant may see."""
    return Attachment.objects.filter(
        content_type=ContentType.objects.get_for_model(Complaint),
        object_id=complaint.pk,
        is_public=True,
    ).exclude(scan=Attachment.Scan.INFECTED)


def attachment(complaint: Complaint, pk: int) -> Attachment | None:
    """Return one of those files."""
    return public_attachments(complaint).filter(pk=pk).first()


def filing_summary(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what is checked before it is sent: labels of the choices, the words as typed."""
    number = str(data.get("category", ""))
    category = (
        Category.objects.filter(pk=number).first()
        if number.isascii() and number.isdecimal()
        else None
    )
    return {
        "kind": dict(Kind.choices).get(data.get("kind", ""), ""),
        "category": str(category) if category else "",
        "subject": data.get("subject", ""),
        "body": data.get("body", ""),
        "identity": data.get("identity", ""),
        "name": data.get("name", ""),
    }
