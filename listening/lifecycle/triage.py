"""Classifying a voice (จำแนกเสียง), and what a machine's suggestions learn from it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import units
from agency.models import Segment, Service, Staff, Unit
from agency.refusal import Refused
from listening import permissions
from listening.lifecycle.hold import hold, keep
from listening.lifecycle.intake import tell
from listening.models import (
    Kind,
    Label,
    SegmentChange,
    Status,
    Topic,
    TopicChange,
    TrainingExample,
    Urgency,
    Voice,
)


@dataclass(frozen=True, kw_only=True)
class Classes:
    """What an officer says of a voice."""

    kind: str
    sentiment: str = ""
    urgency: str = Urgency.NORMAL
    topic: Topic | None = None
    segment: Segment | None = None
    service: Service | None = None


@transaction.atomic
def triage(
    voice: Voice,
    *,
    classes: Classes,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Voice:
    """Classify a voice (จำแนก); the first time counts for 3.1-03, later ones correct it.

    What the machine suggested is judged by it: taken over or corrected. Both teach the next model.
    """
    voice = hold(voice, expected_version=expected_version)
    if voice.status not in Status.open():
        raise Refused(_("This voice is settled. Its classes stand as they are."))
    if classes.kind not in Kind.values:
        raise Refused(_("Please choose what kind of voice it is."))
    was_urgent = voice.urgency == Urgency.HIGH
    if (classes.segment.pk if classes.segment else None) != voice.segment_id:
        SegmentChange.objects.create(voice=voice, earlier_id=voice.segment_id, at=at)
    if (classes.topic.pk if classes.topic else None) != voice.topic_id:
        TopicChange.objects.create(voice=voice, earlier_id=voice.topic_id, at=at)
    for field in fields(classes):
        setattr(voice, field.name, getattr(classes, field.name))
    if voice.triaged_at is None:
        voice.triaged_at, voice.triaged_by = at, by
    if voice.status == Status.NEW:
        voice.status = Status.TRIAGED
    names = [field.name for field in fields(classes)]
    keep(
        voice,
        "voice_triaged",
        *(*names, "triaged_at", "triaged_by", "status"),
        by=by,
        at=at,
        kind=str(voice.kind),
    )
    judge(voice, by=by, at=at)
    if voice.urgency == Urgency.HIGH and not was_urgent:
        tell(voice, "urgent", to=units.supervisors_of(voice.unit), by=by, at=at)
    return voice


def values_of(voice: Voice) -> dict[str, str]:
    """Return the classes of a voice as a model names them."""
    values = {
        Label.KIND: voice.kind,
        Label.SENTIMENT: voice.sentiment,
        Label.URGENCY: voice.urgency,
        Label.TOPIC: voice.topic.code if voice.topic else "",
        Label.SEGMENT: voice.segment.code if voice.segment else "",
        Label.SERVICE: voice.service.code if voice.service else "",
    }
    return {str(label): value for label, value in values.items()}


def judge(voice: Voice, *, by: Staff, at: datetime) -> None:
    """Write beside each suggestion what the officer chose, and keep what was chosen to learn from."""
    values = values_of(voice)
    corrected = set()
    for suggestion in voice.suggestions.select_for_update():
        chosen = values[suggestion.label]
        if suggestion.value != chosen:
            corrected.add(suggestion.label)
        suggestion.chosen, suggestion.decided_by, suggestion.decided_at = chosen, by, at
        suggestion.save(update_fields=["chosen", "decided_by", "decided_at"])
    examples = [
        TrainingExample(
            label=label,
            voice=voice,
            text=voice.masked_body,
            value=value,
            taxonomy=voice.topic.taxonomy if voice.topic and label == Label.TOPIC else None,
            is_correction=label in corrected,
            by=by,
            at=at,
        )
        for label, value in values.items()
        if value
    ]
    TrainingExample.objects.bulk_create(
        examples,
        update_conflicts=True,
        unique_fields=["voice", "label"],
        update_fields=["value", "taxonomy", "is_correction", "by", "at"],
    )


@transaction.atomic
def assign(
    voice: Voice,
    *,
    unit: Unit,
    to: Staff | None = None,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Voice:
    """Give a voice to a unit or to somebody of it (มอบหมาย); reports count it where it came in."""
    voice = hold(voice, expected_version=expected_version)
    if voice.status not in Status.open():
        raise Refused(_("This voice is settled. It cannot be given to anybody."))
    if (unit, to) == (voice.unit, voice.officer):
        raise Refused(_("The voice is there already."))
    voice.unit, voice.officer = unit, to
    if to and not permissions.works_on(to, voice):
        raise Refused(
            _("%(name)s does not work on voices of this unit. Choose somebody else.") % {"name": to}
        )
    keep(
        voice,
        "voice_assigned",
        *("unit", "officer"),
        by=by,
        at=at,
        unit=unit.pk,
        to=to.pk if to else None,
    )
    tell(voice, "assigned", to=[to] if to else units.supervisors_of(unit), by=by, at=at)
    return voice
