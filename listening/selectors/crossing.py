"""What leaves the room: a voice that becomes a complaint, an insight that becomes an improvement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agency.models import Channel, Person, Segment, Service, Unit
from listening.models import Insight, Voice

SUBJECT_LENGTH = 90


@dataclass(frozen=True, kw_only=True)
class ToComplaint:
    """What the complaint is made from."""

    ref: str
    subject: str
    body: str
    channel: Channel
    unit: Unit
    person: Person | None
    is_anonymous: bool
    segment: Segment | None
    service: Service | None
    province: str
    district: str
    place: str
    received_at: datetime


def to_complaint(pk: int) -> ToComplaint | None:
    """Return what the complaint of a voice is made from; None where it has one already."""
    found = Voice.objects.select_related("channel", "unit", "person", "segment", "service")
    voice = found.filter(pk=pk, converted_at__isnull=False, complaint_pk=None).first()
    if voice is None:
        return None
    return ToComplaint(
        ref=str(voice.pk),
        subject=subject_of(voice.masked_body),
        body=voice.body,
        channel=voice.channel,
        unit=voice.unit,
        person=voice.person,
        is_anonymous=voice.is_anonymous,
        segment=voice.segment,
        service=voice.service,
        province=voice.province,
        district=voice.district,
        place=voice.place,
        received_at=voice.received_at,
    )


@dataclass(frozen=True, kw_only=True)
class ToImprovement:
    """What the improvement is made from."""

    title: str
    problem: str
    idea: str
    unit: Unit
    segment: Segment | None
    service: Service | None


def to_improvement(pk: int) -> ToImprovement | None:
    """Return what the improvement of an insight is made from; None where it has one already."""
    handed = Insight.objects.filter(pk=pk, state=Insight.State.HANDED_OVER, improvement_pk=None)
    insight = handed.select_related("unit", "segment", "service").first()
    if insight is None:
        return None
    return ToImprovement(
        title=insight.title,
        problem=insight.finding,
        idea=insight.proposal,
        unit=insight.unit,
        segment=insight.segment,
        service=insight.service,
    )


def subject_of(text: str) -> str:
    """Return the first line of a text, cut at a space where there is one."""
    line = text.strip().splitlines()[0]
    if len(line) <= SUBJECT_LENGTH:
        return line
    head, _space, _rest = line[:SUBJECT_LENGTH].rpartition(" ")
    return f"{head or line[:SUBJECT_LENGTH]}…"
