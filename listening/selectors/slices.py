"""Which voices an analysis is of: a period, a unit with those below, a topic, channel, service, segment.

Counts come out of one covering index (`voice_analysis`); every count opens the list of its voices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import QuerySet

from agency.models import Staff
from agency.thai import BANGKOK
from listening.models import Topic, Voice
from listening.models.voice import VoiceQuerySet

NO_TOPIC = "-"  # how the lists name voices without a topic


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What is asked; both days are included."""

    first_on: date
    last_on: date
    unit: int | None = None
    topic: str = ""
    channel: int | None = None
    service: int | None = None
    segment: int | None = None

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_on - self.first_on).days + 1

    @property
    def since(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first_on, time(), BANGKOK)

    @property
    def until(self) -> datetime:
        """The instant after the last one."""
        return datetime.combine(self.last_on + timedelta(days=1), time(), BANGKOK)

    def before(self) -> Slice:
        """Return the same of as many days before."""
        return self.moved(-self.days)

    def year_before(self) -> Slice:
        """Return the same of 52 weeks before: equal weekdays."""
        return self.moved(-364)

    def moved(self, days: int) -> Slice:
        """Return the same of other days."""
        by = timedelta(days=days)
        return replace(self, first_on=self.first_on + by, last_on=self.last_on + by)


def voices_of(staff: Staff, asked: Slice) -> VoiceQuerySet:
    """Return the voices of a slice that the person may see, those that follow others too."""
    found: VoiceQuerySet = Voice.objects.visible_to(staff).filter(
        received_at__gte=asked.since, received_at__lt=asked.until
    )
    if asked.unit:
        found = below(found, asked.unit)
    if asked.topic:
        found = of_topic(found, asked.topic)
    chosen = {"channel": asked.channel, "service": asked.service, "segment": asked.segment}
    named: VoiceQuerySet = found.filter(**{name: pk for name, pk in chosen.items() if pk})
    return named.order_by()


def of_topic(queryset: VoiceQuerySet, code: str) -> VoiceQuerySet:
    """Keep voices of a topic, by its code through all versions of the list; `-` those without one."""
    if code == NO_TOPIC:
        return queryset.filter(topic=None)
    return queryset.filter(topic__code=code)


def below(queryset: VoiceQuerySet, unit: int) -> VoiceQuerySet:
    """Keep a unit with those below it."""
    return queryset.filter(unit__path__contains=f"/{unit}/")


@dataclass(frozen=True)
class Topics:
    """The topics of all versions of the list, the newest name of each code."""

    rows: tuple[Topic, ...]

    @cached_property
    def codes(self) -> Mapping[int, str]:
        """The code of each row of any version."""
        return {topic.pk: topic.code for topic in self.rows}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """How each code reads, in the order of the newest list."""
        names: dict[str, str] = {}
        for topic in self.rows:
            names.setdefault(topic.code, str(topic))
        return names


def topics() -> Topics:
    """Return all topics, those of the newest list first."""
    return Topics(tuple(all_topics()))


def all_topics() -> QuerySet[Topic]:
    """Return the topics of all versions, the newest first."""
    return Topic.objects.order_by("-taxonomy__number", "position", "code")
