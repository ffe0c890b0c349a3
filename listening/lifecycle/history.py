"""Many voices in few statements: what another system or the past brings; nobody is notified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from agency import audit, reference
from agency.audit import AuditDraft
from agency.models import Staff
from listening.lifecycle.intake import Heard, facts_of, person_of, text_of, usual_unit
from listening.models import Voice, VoiceText


@dataclass(frozen=True, kw_only=True)
class Told:
    """A voice of the past: what was heard, when it was written down, and what became of it."""

    heard: Heard
    at: datetime
    became: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def write_many(told: Sequence[Told], *, by: Staff | None, verb: str) -> list[Voice]:
    """Write voices with their search texts and one audit entry each."""
    with reference.at_hand():
        voices = Voice.objects.bulk_create([drawn_up(each, by=by) for each in told])
    VoiceText.objects.bulk_create([VoiceText(voice=voice, body=text_of(voice)) for voice in voices])
    audit.record_many(
        AuditDraft(
            subject=voice, verb=verb, by=by, at=voice.recorded_at, facts={"unit": voice.unit_id}
        )
        for voice in voices
    )
    return voices


def drawn_up(told: Told, *, by: Staff | None) -> Voice:
    """Return the row of a voice, not written yet."""
    heard = told.heard
    unit = heard.unit or usual_unit(heard.service)
    facts = facts_of(heard, unit=unit, at=told.at)
    return Voice(
        **{**facts, **told.became},
        recorded_by=by,
        person=person_of(heard, at=told.at),
        triaged_by=by if facts["triaged_at"] or told.became.get("triaged_at") else None,
    )
