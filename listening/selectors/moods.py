"""Sentiment by service, segment, place …: shares with Wilson intervals, small cells left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from agency.models import Channel, Segment, Service, Staff, Unit
from agency.provinces import province_name
from agency.statistics import wilson
from listening.models import Sentiment
from listening.selectors.slices import NO_TOPIC, Slice, Topics, voices_of

FEWEST = 10  # judged voices below which a cell is not shown
MOST = 30
COLUMNS = ("topic", "service", "segment", "province", "channel", "unit")


@dataclass(frozen=True, kw_only=True)
class Mood:
    """How the judged voices of a cell sound; shares of 1."""

    key: str
    name: str
    counts: Mapping[str, int]

    @property
    def n(self) -> int:
        """How many were judged."""
        return sum(self.counts.values())

    def share(self, sentiment: str) -> float:
        """Return a sentiment's share."""
        return self.counts.get(sentiment, 0) / self.n

    def interval(self, sentiment: str) -> tuple[float, float]:
        """Return its 95 % interval."""
        return wilson(self.counts.get(sentiment, 0), self.n)


@dataclass(frozen=True, kw_only=True)
class Moods:
    """All cells of one column; `hidden` has too few judged voices, `unjudged` says nothing of its sound."""

    whole: Mood
    cells: Sequence[Mood]
    hidden: int
    more: int
    unjudged: int


def moods(staff: Staff, asked: Slice, *, column: str, topics: Topics) -> Moods:
    """Return how the voices of a slice sound, by one column; the most negative first."""
    rows = voices_of(staff, asked).values_list(column, "sentiment").annotate(count=Count("pk"))
    cells: dict[str, Counter[str]] = {}
    whole: Counter[str] = Counter()
    unjudged = 0
    for key, sentiment, count in rows:
        if not sentiment:
            unjudged += count
            continue
        whole[sentiment] += count
        code = topics.codes.get(key, NO_TOPIC) if column == "topic" else str(key or "")
        cells.setdefault(code, Counter())[sentiment] += count
    names = names_of(column, list(cells), topics=topics)
    told = [
        Mood(key=key, name=names[key], counts=counts)
        for key, counts in cells.items()
        if key in names and counts.total() >= FEWEST
    ]
    told.sort(key=lambda mood: (-mood.share(Sentiment.NEGATIVE), -mood.n, mood.name))
    small = [key for key, counts in cells.items() if key in names and counts.total() < FEWEST]
    return Moods(
        whole=Mood(key="", name="", counts=whole),
        cells=told[:MOST],
        hidden=len(small),
        more=max(len(told) - MOST, 0),
        unjudged=unjudged,
    )


def names_of(column: str, keys: Sequence[str], *, topics: Topics) -> dict[str, str]:
    """Return how the keys of a column read; a key without a name is not a cell."""
    if column == "topic":
        return {key: topics.names[key] for key in keys if key in topics.names}
    if column == "province":
        return {key: province_name(key) for key in keys if key}
    tables: dict[
        str, QuerySet[Service] | QuerySet[Segment] | QuerySet[Channel] | QuerySet[Unit]
    ] = {
        "service": Service.objects.order_by(),
        "segment": Segment.objects.order_by(),
        "channel": Channel.objects.order_by(),
        "unit": Unit.objects.order_by(),
    }
    found = tables[column].filter(pk__in=[key for key in keys if key])
    return {str(row.pk): row.name if isinstance(row, Unit) else str(row) for row in found}
