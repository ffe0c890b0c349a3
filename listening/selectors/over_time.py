"""Topics over time: how many voices each topic had, day by day, week by week or month by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek

from agency.models import Staff
from agency.thai import BANGKOK, local_day
from listening.selectors.slices import NO_TOPIC, Slice, Topics, voices_of

DAYS, WEEKS = 35, 190  # slices up to so many days are shown by day, by week, else by month


@dataclass(frozen=True, kw_only=True)
class Span:
    """One step of the chart, cut at the ends of the slice."""

    first_on: date
    last_on: date


@dataclass(frozen=True, kw_only=True)
class OverTime:
    """Counts by topic code and step; `names` has the topics of all versions."""

    step: str
    spans: Sequence[Span]
    counts: Counter[tuple[str, date]]
    names: dict[str, str]

    @property
    def by_topic(self) -> Counter[str]:
        """Voices of each topic, those without one under `-`."""
        totals: Counter[str] = Counter()
        for (code, _first), count in self.counts.items():
            totals[code] += count
        return totals

    @property
    def total(self) -> int:
        """All voices of the slice."""
        return self.counts.total()

    def row(self, code: str) -> list[int]:
        """Return a topic's counts, one a step."""
        return [self.counts[code, span.first_on] for span in self.spans]


def step_of(asked: Slice) -> str:
    """Return how wide a step is."""
    if asked.days <= DAYS:
        return "day"
    return "week" if asked.days <= WEEKS else "month"


def spans_of(asked: Slice, *, step: str) -> list[Span]:
    """Return the steps of a slice; the first and last may be cut."""
    spans: list[Span] = []
    first = asked.first_on
    while first <= asked.last_on:
        following = next_step(first, step)
        spans.append(
            Span(first_on=first, last_on=min(following - timedelta(days=1), asked.last_on))
        )
        first = following
    return spans


def next_step(day: date, step: str) -> date:
    """Return the first day of the following step."""
    if step == "day":
        return day + timedelta(days=1)
    if step == "week":
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def over_time(staff: Staff, asked: Slice, *, topics: Topics) -> OverTime:
    """Count the voices of a slice by topic and step."""
    step = step_of(asked)
    begun = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}[step]
    grouped = (
        voices_of(staff, asked)
        .annotate(begun=begun("received_at", tzinfo=BANGKOK))
        .values_list("topic", "begun")
        .annotate(count=Count("pk"))
    )
    counts: Counter[tuple[str, date]] = Counter()
    for topic, at, count in grouped:
        first = max(local_day(at), asked.first_on)
        counts[topics.codes.get(topic, NO_TOPIC), first] += count
    return OverTime(
        step=step, spans=spans_of(asked, step=step), counts=counts, names=dict(topics.names)
    )
