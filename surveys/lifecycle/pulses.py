"""Pulses (สำรวจหลังรับบริการ): one question after each closed complaint and each service, not too often.

Each happening is asked about once (`PulseAsk`, unique by pulse and source). After a complaint the
closing letter asks, and the rating made there is taken over as the response; after a service a
letter with a single-use link goes out, unless the person was asked lately.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, codes
from agency.models import Person, Service, Staff, Unit
from agency.refusal import Refused
from agency.thai import local_day
from surveys.lifecycle import followups
from surveys.models import Mode, Pulse, PulseAsk, Response, Wave
from surveys.selectors import pulses as selectors

NAMESPACE = uuid.UUID("6f1f0c1e-55a0-4b57-9d0c-2a6f3b9b7d11")  # of the uids of taken-over ratings
SETTINGS = ("delay_hours", "valid_days", "throttle_days", "letter_th", "letter_en", "is_active")


# Setting up


@transaction.atomic
def set_pulse(
    *, trigger: str, service: Service | None, wave: Wave, by: Staff, at: datetime, **settings: Any
) -> Pulse:
    """Say which wave is asked after which happening, and how often at most (ตั้งค่าการสำรวจหลังรับบริการ)."""
    refuse_unfit(wave)
    pulse, is_new = Pulse.objects.select_for_update().get_or_create(
        trigger=trigger, service=service, is_active=True, defaults={"wave": wave}
    )
    pulse.wave = wave
    for name in SETTINGS:
        setattr(pulse, name, settings.get(name, getattr(pulse, name)))
    pulse.save(update_fields=["wave", *SETTINGS])
    verb = "pulse_begun" if is_new else "pulse_changed"
    audit.record(pulse, verb, by=by, at=at, wave=wave.pk, is_active=pulse.is_active)
    return pulse


def refuse_unfit(wave: Wave) -> None:
    """Refuse a wave that a single question cannot answer."""
    if wave.survey.is_anonymous:
        raise Refused(
            _("An anonymous survey cannot be asked after a service: the link names the happening.")
        )
    if not selectors.question_of(wave.version):
        raise Refused(
            _("Choose a survey whose only required question is a scale from 1 to 5, and a comment.")
        )


# After a complaint


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What is asked about: a service that ended, or the answer to a complaint."""

    source: str
    unit: Unit | None = None
    service: Service | None = None


@transaction.atomic
def note_asked(
    *, source: str, person: Person, unit: Unit, service: Service | None, at: datetime
) -> PulseAsk | None:
    """Note that the closing letter of a complaint asked; it counts when services ask the same person.

    The letter goes out in any case and the question is one line of it, so nothing throttles it.
    """
    pulse = selectors.pulse_for(Pulse.Trigger.COMPLAINT_CLOSED, service)
    if pulse is None:
        return None
    return noted(
        pulse,
        Happening(source=source, unit=unit, service=service),
        result=PulseAsk.Result.ASKED,
        contact=contact_of(person),
        at=at,
    )


@transaction.atomic
def take_rating(
    *,
    source: str,
    person: Person,
    unit: Unit,
    service: Service | None,
    score: int,
    at: datetime,
) -> Response | None:
    """Take the rating of a complaint's answer over as the pulse's response; a later one replaces the score."""
    ask = note_asked(source=source, person=person, unit=unit, service=service, at=at)
    if ask is None or not ask.pulse.wave.is_taking(at):
        return None
    wave = ask.pulse.wave
    column = selectors.question_of(wave.version)
    if column is None or wave.survey.is_anonymous:
        return None
    response, _is_new = Response.objects.select_for_update(of=("self",)).get_or_create(
        wave=wave,
        uid=uuid.uuid5(NAMESPACE, source),
        defaults={
            "version": wave.version,
            "mode": Mode.PULSE,
            "language": person.language,
            "state": Response.State.COMPLETE,
            "person": person,
            "unit": unit,
            "service": service,
            "reference": source,
            "started_at": at,
            "submitted_at": at,
            "saved_on": local_day(at),
            "submitted_on": local_day(at),
        },
    )
    if response.state != Response.State.COMPLETE:
        return None
    response.answers = {column: score}
    response.saved_on = local_day(at)
    response.save(update_fields=["answers", "saved_on"])
    followups.open_if_dissatisfied(response, at=at)
    return response


# Both


def noted(
    pulse: Pulse, happening: Happening, *, result: str, contact: bytes | None, at: datetime
) -> PulseAsk:
    """Write that a pulse heard of a happening, or return what was written before."""
    ask, _is_new = PulseAsk.objects.get_or_create(
        pulse=pulse,
        source=happening.source,
        defaults={
            "contact_hash": contact,
            "unit": happening.unit,
            "service": happening.service,
            "result": result,
            "at": at,
        },
    )
    return ask


def contact_of(person: Person) -> bytes | None:
    """Return the keyed hash of a person's contact."""
    return hash_of(person.email or person.phone or person.address)


def hash_of(contact: str) -> bytes | None:
    """Return the keyed hash of a contact, by which it rests; none without one."""
    plain = "".join(contact.split()).lower()
    return codes.keyed(f"survey-contact:{plain}") if plain else None


def is_resting(pulse: Pulse, contact: bytes, *, at: datetime) -> bool:
    """Whether this contact was asked within the pulse's days of rest, by whichever pulse."""
    since = at - timedelta(days=pulse.throttle_days)
    return PulseAsk.objects.filter(
        contact_hash=contact, result=PulseAsk.Result.ASKED, at__gt=since
    ).exists()
