"""Receiving a voice (รับฟังเสียง), by whatever channel it comes, and noting an outing."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agency import audit, notices, persons, reference, signposts, units
from agency.calendars import version_for, working_calendar
from agency.models import Channel, Person, Segment, Service, Staff, Unit
from agency.notices import NoticeDraft
from agency.persons import PersonData
from agency.refusal import Refused
from agency.search import normalise
from agency.thai import local_day
from listening import sla
from listening.lifecycle.hold import written
from listening.models import Occasion, Status, Urgency, Voice, VoiceText
from listening.text.masking import masked


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What somebody said, as a form, a file or another system tells it."""

    body: str
    channel: Channel
    unit: Unit | None = None
    occasion: Occasion | None = None
    person: PersonData | Person | None = None
    handle: str = ""
    is_anonymous: bool = False
    segment: Segment | None = None
    service: Service | None = None
    province: str = ""
    district: str = ""
    place: str = ""
    kind: str = ""
    sentiment: str = ""
    urgency: str = Urgency.NORMAL
    received_at: datetime | None = None
    source_system: str = ""
    external_ref: str = ""


def receive_once(heard: Heard, *, by: Staff | None, at: datetime) -> Voice:
    """Take in a voice that may come twice with one reference (a second press, a message sent again)."""
    try:
        return receive(heard, by=by, at=at)
    except IntegrityError:
        known = Voice.objects.filter(
            source_system=heard.source_system, external_ref=heard.external_ref
        ).first()
        if known is None:
            raise
        return known


@transaction.atomic
def receive(heard: Heard, *, by: Staff | None, at: datetime) -> Voice:
    """Take a voice in (รับเสียง): limits, search text, audit and notices in one transaction.

    Of an anonymous one no instant finer than the working day is kept, and no person. Whoever names
    its kind has classified it.
    """
    heard = checked(heard, at=at)
    with reference.at_hand():
        unit = heard.unit or usual_unit(heard.service)
        voice = write_down(heard, unit=unit, by=by, at=at)
    audit.record(
        voice, "voice_received", by=by, at=voice.recorded_at, channel=voice.channel_id, unit=unit.pk
    )
    if voice.urgency == Urgency.HIGH:
        tell(voice, "urgent", to=units.supervisors_of(unit), by=by, at=voice.recorded_at)
    return voice


def checked(heard: Heard, *, at: datetime) -> Heard:
    """Return it without NUL and outer spaces; refuse one that says nothing or comes from the future."""
    if heard.received_at and heard.received_at > at:
        raise Refused(_("A voice cannot be received in the future. Please correct the time."))
    body = written(heard.body, sentence=_("Please write what was said."))
    if heard.is_anonymous:
        return replace(heard, body=body, person=None, handle="")
    return replace(heard, body=body, handle=heard.handle.replace("\x00", "").strip())


def usual_unit(service: Service | None) -> Unit:
    """Return the unit that gives the service, else the root of the tree."""
    if service:
        return service.unit
    root = reference.kept("root", lambda: Unit.objects.filter(parent=None).order_by("pk").first())
    if root is None:
        raise Refused(_("There is no unit yet. An administrator must add one first."))
    return copy(root)


def write_down(heard: Heard, *, unit: Unit, by: Staff | None, at: datetime) -> Voice:
    """Write the voice and its search text."""
    voice = Voice.objects.create(
        **facts_of(heard, unit=unit, at=at),
        recorded_by=by,
        person=person_of(heard, at=at),
        triaged_by=by if heard.kind else None,
    )
    VoiceText.objects.create(voice=voice, body=text_of(voice))
    return voice


def facts_of(heard: Heard, *, unit: Unit, at: datetime) -> dict[str, Any]:
    """Return what a voice keeps of what was heard, but for persons; also for an import."""
    calendar = working_calendar(version_for(unit))
    received, recorded = heard.received_at or at, at
    if heard.is_anonymous:
        received = recorded = sla.day_of(received, calendar=calendar)
    limits = sla.limits(received, calendar=calendar)
    return {
        "channel": heard.channel,
        "mode": heard.channel.mode,
        "is_digital": heard.channel.is_digital,
        "occasion": heard.occasion,
        "received_at": received,
        "recorded_at": recorded,
        "touched_at": recorded,
        "body": heard.body,
        "masked_body": masked(heard.body),
        "handle": heard.handle,
        "is_anonymous": heard.is_anonymous,
        "unit": unit,
        "first_unit": unit,
        "segment": heard.segment,
        "service": heard.service,
        "province": heard.province,
        "district": heard.district,
        "place": heard.place,
        "kind": heard.kind,
        "sentiment": heard.sentiment,
        "urgency": heard.urgency,
        "status": Status.TRIAGED if heard.kind else Status.NEW,
        "triaged_at": recorded if heard.kind else None,
        "triage_due_at": limits.triage,
        "loop_due_at": limits.loop,
        "source_system": heard.source_system,
        "external_ref": heard.external_ref,
    }


def person_of(heard: Heard, *, at: datetime) -> Person | None:
    """Record who said it, unless there is nobody to record."""
    if isinstance(heard.person, PersonData):
        return persons.record(heard.person, at=at)
    return heard.person


def text_of(voice: Voice) -> str:
    """Return what a search finds the voice by; never anything about the person."""
    parts = (voice.masked_body, voice.place, voice.district, voice.external_ref)
    return normalise(" ".join(part for part in parts if part))


@transaction.atomic
def note_occasion(occasion: Occasion, *, by: Staff, at: datetime) -> Occasion:
    """Write down an outing (บันทึกการออกรับฟัง); its voices are received one by one."""
    if occasion.held_on > local_day(at):
        raise Refused(_("An outing is written down once it was held. Please correct the date."))
    occasion.by, occasion.recorded_at = by, at
    occasion.save()
    audit.record(occasion, "outing_noted", by=by, at=at, kind=occasion.kind)
    return occasion


# Telling


def tell(voice: Voice, kind: str, *, to: list[Staff], by: Staff | None, at: datetime) -> None:
    """Write a notice to each person but the one who did it, with the number and nothing else."""
    drafts = [
        NoticeDraft(
            subject=voice,
            kind=f"listening.{kind}",
            to=person,
            key=f"listening.{kind}:{voice.pk}:{voice.version}",
            url=signposts.url_of("voice", voice.pk),
            data={"number": voice.number, "voice": voice.pk},
            is_unhurried=voice.is_anonymous and by is None,
        )
        for person in dict.fromkeys(to)
        if person != by
    ]
    if drafts:
        notices.enqueue_many(drafts, at=at)
