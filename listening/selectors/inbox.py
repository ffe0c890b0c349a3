"""The inbox of voices, one voice's page, and what their forms offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet, TextField, Value
from django.utils.translation import gettext as _

from agency import audit, persons
from agency.choices import units
from agency.models import AuditEntry, Channel, Segment, Service, Staff
from agency.persons import PersonData
from agency.search import Grams, normalise
from listening import permissions
from listening.models import (
    Kind,
    Label,
    Need,
    Reply,
    Sentiment,
    Status,
    Suggestion,
    Topic,
    Urgency,
    Voice,
    VoiceTag,
    VoiceText,
)
from listening.models.voice import VoiceQuerySet, units_seen
from listening.selectors.text_models import sure_words

CANDIDATES = 2000
SHORTEST = 3
Choices = list[tuple[str, str]]


def inbox(staff: Staff) -> VoiceQuerySet:
    """Return the voices that the person may see, with all that a row shows."""
    rows: VoiceQuerySet = Voice.objects.visible_to(staff).select_related(
        "channel", "unit", "officer", "topic"
    )
    return rows


def matching(queryset: VoiceQuerySet, text: str) -> VoiceQuerySet:
    """Keep the voices in which the words stand, inside a word too; V12 is the voice itself.

    Of a common word only the newest hits are found, so that no search costs more for being common.
    """
    words = normalise(text)
    if words[:1] == "v" and words[1:].isdigit():
        return queryset.filter(pk=int(words[1:][:18]))
    if len(words) < SHORTEST:
        newest = queryset.order_by("-received_at", "-pk").select_related(None).values("pk")
        hits = VoiceText.objects.filter(voice__in=newest[:CANDIDATES], body__contains=words)
        return queryset.filter(pk__in=list(hits.values_list("pk", flat=True)))
    grams = Grams(Value(words, output_field=TextField()))
    found = VoiceText.objects.alias(grams=Grams("body")).filter(
        body__contains=words, grams__contains=grams
    )
    newest_first = (F("pk") + 0).desc()  # not by an index's order, so that the trigrams are asked
    newest_found = found.order_by(newest_first).values_list("pk", flat=True)[:CANDIDATES]
    return queryset.filter(pk__in=list(newest_found))


def topics_in_use() -> QuerySet[Topic]:
    """Return the topics of the list in use."""
    return Topic.objects.filter(taxonomy__is_in_use=True).order_by("position", "code")


def options(staff: Staff) -> dict[str, Choices]:
    """Return what the inbox can be filtered by."""
    return {
        "channel": listed(Channel.objects.filter(is_active=True)),
        "topic": listed(topics_in_use()),
        "service": listed(Service.objects.filter(is_active=True)),
        "segment": listed(Segment.objects.filter(is_active=True)),
        "unit": unit_options(staff),
    }


def unit_options(staff: Staff) -> Choices:
    """Return the units whose voices the person sees."""
    below = units().filter(pk__in=units_seen(staff))
    return [(str(unit.pk), unit.name) for unit in below]


def listed(
    rows: QuerySet[Channel] | QuerySet[Topic] | QuerySet[Service] | QuerySet[Segment],
) -> Choices:
    """Return rows as choices."""
    return [(str(row.pk), str(row)) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Thought:
    """What the machine thinks of one field, in words."""

    field: str
    label: str
    value: str
    words: str
    percent: int
    sure: str  # the probability in words
    accuracy: int | None
    is_filled: bool
    model: str
    is_right: bool | None  # None until an officer judged it


@dataclass(frozen=True, kw_only=True)
class VoicePage:
    """All that the page of a voice shows."""

    voice: Voice
    text: str
    is_masked: bool
    person: PersonData | None
    may: Mapping[str, bool]
    thoughts: Sequence[Thought]
    replies: Sequence[Reply]
    tags: Sequence[VoiceTag]
    followers: Sequence[Voice]
    history: Sequence[tuple[str, AuditEntry]]

    @property
    def may_work(self) -> bool:
        """Whether anything is offered."""
        return any(self.may.values())


def voice_page(voice: Voice, *, staff: Staff) -> VoicePage:
    """Return what the page shows; only who works on the voice reads what is personal in it."""
    may_work = permissions.can_triage(staff, voice)
    entries = audit.entries_of(voice)[:50]
    suggestions = voice.suggestions.order_by("label", "-pk")
    return VoicePage(
        voice=voice,
        text=voice.body if may_work else voice.masked_body,
        is_masked=not may_work and voice.body != voice.masked_body,
        person=persons.masked(voice.person) if voice.person and may_work else None,
        may=may(staff, voice),
        thoughts=thoughts(list(suggestions)),
        replies=list(voice.replies.select_related("by")),
        tags=list(voice.tags.select_related("need")),
        followers=list(Voice.objects.filter(master=voice).select_related("channel")[:50]),
        history=[(audit.words_of(entry.verb), entry) for entry in entries],
    )


def may(staff: Staff, voice: Voice) -> dict[str, bool]:
    """Return, by verb, what the person may do with the voice as it stands."""
    allowed = {verb: right(staff, voice) for verb, right in permissions.RIGHTS.items()}
    is_open = voice.status in Status.open()
    is_own = voice.master_id is None
    is_classified = voice.status != Status.NEW
    fits = {
        "triage": is_open,
        "assign": is_open,
        "reply": is_open and is_classified,
        "convert": is_open and is_own and voice.converted_at is None,
        "close": is_open and is_own and is_classified,
        "merge": is_own and voice.converted_at is None,
        "unmerge": not is_own,
        "tag": True,
    }
    return {verb: allowed[verb] and fits[verb] for verb in fits}


def thoughts(suggestions: Sequence[Suggestion]) -> list[Thought]:
    """Return the newest thought about each field, in words."""
    newest: dict[str, Suggestion] = {}
    for suggestion in suggestions:
        newest.setdefault(suggestion.label, suggestion)
    names = names_of(newest)
    return [
        Thought(
            field=label,
            label=str(Label(label).label),
            value=each.value,
            words=names.get((label, each.value), each.value),
            percent=round(each.probability * 100),
            sure=sure_words(float(each.probability)),
            accuracy=None if each.accuracy is None else round(each.accuracy * 100),
            is_filled=each.is_filled,
            model=f"{each.model_name} {each.model_version}",
            is_right=None if each.decided_at is None else each.chosen == each.value,
        )
        for label, each in newest.items()
    ]


def guesses(rows: Sequence[Voice]) -> dict[int, str]:
    """Say what the machine thinks each voice is that nobody classified, and how sure it is."""
    waiting = [row.pk for row in rows if not row.kind]
    found = Suggestion.objects.filter(voice__in=waiting, label=Label.KIND).order_by("pk")
    words = dict(Kind.choices)
    return {
        each.voice_id: _("perhaps %(kind)s (%(sure)s)")
        % {"kind": words.get(each.value, each.value), "sure": sure_words(float(each.probability))}
        for each in found
    }


def names_of(newest: Mapping[str, Suggestion]) -> dict[tuple[str, str], str]:
    """Return how suggested values read."""
    names = {
        (str(label), value): str(words)
        for label, choices in (
            (Label.KIND, Kind.choices),
            (Label.SENTIMENT, Sentiment.choices),
            (Label.URGENCY, Urgency.choices),
        )
        for value, words in choices
    }
    tables: dict[str, QuerySet[Topic] | QuerySet[Segment] | QuerySet[Service]] = {
        Label.TOPIC: topics_in_use(),
        Label.SEGMENT: Segment.objects.order_by(),
        Label.SERVICE: Service.objects.order_by(),
    }
    for label, rows in tables.items():
        if label in newest:
            found = rows.filter(code=newest[label].value)
            names.update({(str(label), row.code): str(row) for row in found})
    return names


def needs_for(staff: Staff) -> QuerySet[Need]:
    """Return the needs that a passage can be tagged with."""
    rows: QuerySet[Need] = Need.objects.visible_to(staff).filter(state=Need.State.STANDING)
    return rows.order_by("title", "pk")


def due_words(voice: Voice, *, at: datetime) -> str:
    """Say which limit is past, empty where none is."""
    if voice.status == Status.NEW and voice.triage_due_at < at:
        return _("classification is late")
    if voice.status in Status.open() and voice.answered_at is None and voice.loop_due_at < at:
        return _("the loop is late")
    return ""
