"""Emerging topics (หัวข้อที่เกิดขึ้นใหม่), 3.1-07: months in which a topic was named by far more people than in its own past.

As known at a cut-off: voices recorded by then, each with the topic that it had then. A person
counts once a month and topic. The month is held against up to twelve months before it by the tail
of a negative binomial; Holm's adjustment over the month's topics keeps the chance that any of them
is there by accident below five per cent. A topic that is new on the list is no event.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, TruncMonth

from agency.statistics import holm
from agency.thai import BANGKOK, local_day
from listening.models import TopicChange, Voice
from listening.selectors.asked import Asked, Counted
from listening.selectors.slices import Topics, topics
from listening.text import trends

PAST_MONTHS = 12
FEWEST_MONTHS = 6  # of the past that must be known, and half of them with the topic
FEWEST = 5
LEVEL = 0.05  # over all topics of a month

Counts = Mapping[str, Mapping[date, int]]


@dataclass(frozen=True, kw_only=True)
class Emerged:
    """A topic in a month that stood out of its own past."""

    code: str
    month: date
    people: int
    expected: float
    chance: float  # adjusted for the topics of the month


def gather(asked: Asked) -> tuple[list[Counted], dict[str, list[dict[str, Any]]]]:
    """Return 3.1-07 and the topics behind it: those that emerged in any month of the span."""
    known = topics()
    months = months_between(local_day(asked.since), local_day(asked.until))
    counts, first = counted(asked, months=months, topics=known)
    found = [each for month in months for each in emerged(counts, month=month, first=first)]
    figure = Counted(id="3.1-07", measure="emerging", numerator=len({one.code for one in found}))
    names: dict[str, dict[str, str]] = {}
    for topic in known.rows:
        names.setdefault(topic.code, {"th": topic.name_th, "en": topic.name_en or topic.name_th})
    records = [
        {
            "code": one.code,
            "name": names[one.code],
            "month": one.month.isoformat(),
            "people": one.people,
            "expected": round(one.expected, 1),
        }
        for one in found
    ]
    return [figure], {"emerging": records}


def months_between(first: date, after: date) -> list[date]:
    """Return the first days of the months of a span."""
    months, month = [], first.replace(day=1)
    while month < after:
        months.append(month)
        month = moved(month, 1)
    return months


def moved(month: date, by: int) -> date:
    """Return the first day of the month so many later."""
    year, number = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(year, number + 1, 1)


def emerged(counts: Counts, *, month: date, first: date | None) -> list[Emerged]:
    """Return the topics that stood out in a month; `first` is the first month that anybody was heard in."""
    if first is None:
        return []
    past = [moved(month, -back) for back in range(1, PAST_MONTHS + 1)]
    past = [each for each in past if each >= first]
    if len(past) < FEWEST_MONTHS:
        return []
    judged: list[tuple[str, int, float, float]] = []
    for code, months in sorted(counts.items()):
        before = [months.get(each, 0) for each in past]
        if sum(value > 0 for value in before) * 2 >= len(past):
            people = months.get(month, 0)
            judged.append((code, people, sum(before) / len(before), trends.tail(people, before)))
    adjusted = holm([chance for _code, _people, _expected, chance in judged])
    return [
        Emerged(code=code, month=month, people=people, expected=expected, chance=chance)
        for (code, people, expected, _chance), chance in zip(judged, adjusted, strict=True)
        if people >= FEWEST and people > expected and chance < LEVEL
    ]


def counted(asked: Asked, *, months: Sequence[date], topics: Topics) -> tuple[Counts, date | None]:
    """Count people by topic and month, the past of the first month too; and the first month of all."""
    voices = Voice.objects.filter(
        first_unit__path__startswith=asked.unit.path, recorded_at__lte=asked.cutoff
    ).order_by()
    oldest = voices.order_by("received_at").values_list("received_at", flat=True).first()
    if oldest is None or not months:
        return {}, None
    since = datetime.combine(moved(months[0], -PAST_MONTHS), time(), BANGKOK)
    span = voices.filter(received_at__gte=since, received_at__lt=asked.until)
    rows = (
        as_then(span, asked=asked)
        .exclude(topic_then=None)
        .annotate(month=TruncMonth("received_at", tzinfo=BANGKOK), who=submitter())
        .values_list("topic_then", "month")
        .annotate(people=Count("who", distinct=True))
    )
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    for topic, month, people in rows:
        counts[topics.codes[topic]][local_day(month)] += people
    return counts, whole_month(local_day(oldest))


def whole_month(day: date) -> date:
    """Return the first month that was heard from its beginning on; a few days late is near enough."""
    month = day.replace(day=1)
    return month if day - month <= timedelta(days=3) else moved(month, 1)


def as_then(voices: QuerySet[Voice], *, asked: Asked) -> QuerySet[Any]:
    """Give each voice the topic that it had at the cut-off; those classified anew since go back."""
    later = TopicChange.objects.filter(at__gt=asked.cutoff, voice__in=voices)
    back: dict[int | None, list[int]] = defaultdict(list)
    rows = later.order_by("voice_id", "at", "pk").distinct("voice_id")
    for voice, earlier in rows.values_list("voice", "earlier"):
        back[earlier].append(voice)
    whens = [
        When(pk__in=pks, then=Value(earlier, output_field=IntegerField()))
        for earlier, pks in back.items()
    ]
    then = Case(*whens, default=F("topic_id"), output_field=IntegerField())
    return voices.annotate(topic_then=then)


def submitter() -> Coalesce:
    """Return who said it: the person, else the name in the channel, else nobody but this voice."""
    text: CharField[str, str] = CharField()
    person = Case(
        When(~Q(person=None), then=Concat(Value("p"), Cast("person_id", text))),
        output_field=text,
    )
    handle = Case(
        When(
            ~Q(handle=""),
            then=Concat(
                Value("h"), Cast("channel_id", text), Value(":"), NullIf("handle", Value(""))
            ),
        ),
        output_field=text,
    )
    return Coalesce(person, handle, Concat(Value("v"), Cast("pk", text)), output_field=text)
