"""The joint view of a customer group (ภาพรวมกลุ่มผู้รับบริการ): voices, complaints, satisfaction, needs and services.

It holds sums only, of what the person sees. Cells of fewer than ten are hidden, and with them the
next smallest ones wherever a total would give them away. Segment and age are told by the person or
written by the officer who heard it; nothing is guessed, nothing about health is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from django.urls import reverse

from agency.marginals import ALL, Marginals
from agency.models import Segment, Staff
from agency.provinces import province_name
from agency.thai import fiscal_year, fiscal_year_span, local_day
from complaints.selectors import segments as cases
from listening.selectors import segments as voices
from pmqa.indicators import periods
from pmqa.indicators.coverage import LEAST
from surveys.estimation import suppressed
from surveys.selectors import segments as answers
from surveys.selectors.segments import Answered, Said

SMALLEST = 10  # records in a cell that is shown
MOST = 5  # lines of a list on the card
PLACES = 8  # provinces and units of a table; the others stand together
PRAISE, HURT = "compliment", "complaint"


@dataclass(frozen=True)
class Span:
    """A fiscal year, up to now."""

    year: int
    first: date
    after: date

    @property
    def since(self) -> datetime:
        """The instant it begins."""
        return periods.midnight(self.first)

    @property
    def until(self) -> datetime:
        """The instant at which it is over."""
        return periods.midnight(self.after)


def span_of(year: int) -> Span:
    """Return a fiscal year given in พ.ศ."""
    first, last = fiscal_year_span(year)
    return Span(year, first, date.fromordinal(last.toordinal() + 1))


def years(at: datetime) -> list[int]:
    """Return the fiscal years that can be looked at, this one first."""
    now = fiscal_year(local_day(at))
    return [now - back for back in range(3)]


# The list


@dataclass(frozen=True, kw_only=True)
class Line:
    """A segment in the list; None is a number too small to be shown."""

    segment: Segment
    url: str
    voices: int | None
    complaints: int | None
    responses: int | None
    is_covered: bool
    lacks: (
        int | None
    )  # voices and responses still wanted; None where that would tell a small number


def lines(staff: Staff, *, span: Span) -> list[Line]:
    """Return the segments in use with what was heard from each, by code."""
    when = {"since": span.since, "until": span.until}
    heard, filed = voices.of_segments(staff, **when), cases.of_segments(staff, **when)
    said = answers.of_segments(staff, since=span.first, until=span.after)
    return [
        line(
            each,
            heard=heard.get(each.pk, 0),
            filed=filed.get(each.pk, 0),
            said=said.get(each.code, 0),
        )
        for each in Segment.objects.filter(is_active=True)
    ]


def line(segment: Segment, *, heard: int, filed: int, said: int) -> Line:
    """Return a segment's line."""
    both = heard + said
    return Line(
        segment=segment,
        url=reverse("home:segment", args=[segment.code]),
        voices=told(heard),
        complaints=told(filed),
        responses=told(said),
        is_covered=both >= LEAST,
        lacks=max(LEAST - both, 0) if None not in (told(heard), told(said)) else None,
    )


def told(number: int) -> int | None:
    """Return a number; nothing in place of a small one."""
    return None if 0 < number < SMALLEST else number


# The card


@dataclass(frozen=True, kw_only=True)
class Share:
    """A line of a list: its name, how many, and its share of the whole in per cent."""

    name: str
    n: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Answers of one age band at one place; hidden when few."""

    n: int | None
    percent: float | None  # mean ÷ 5 × 100
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """Voices and complaints from a province; hidden when few."""

    name: str
    voices: int | None
    complaints: int | None


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Answers by place and age band."""

    ages: Sequence[str] = ()
    rows: Sequence[tuple[str, Sequence[Cell]]] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """A segment on one page."""

    segment: Segment
    span: Span
    voices: int | None
    complaints: int | None
    responses: int | None
    is_covered: bool
    is_known: bool  # enough was heard to tell anything
    satisfaction: float | None
    satisfied: float | None
    scored: int | None
    ages: Sequence[Share]
    channels: Sequence[Share]
    services: Sequence[Share]
    hurts: Sequence[Share]
    praised: Sequence[Share]
    places: Sequence[Place]
    grid: Grid
    needs: Sequence[Any]
    quotes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    catalogue: Sequence[Any] = ()


def card(staff: Staff, segment: Segment, *, span: Span) -> Card:
    """Return what is known of a segment in a fiscal year."""
    when = {"since": span.since, "until": span.until}
    heard = voices.of_segment(staff, segment, **when)
    filed = cases.of_segment(staff, segment, **when)
    said = answers.of_segment(staff, segment, since=span.first, until=span.after)
    numbers = whole(heard), whole(filed), sum(cell.n for cell in said.cells)
    quoted = {}
    if numbers[0] >= SMALLEST:
        quoted = voices.quotes(staff, segment, kinds=(HURT, PRAISE), **when)
    return Card(
        segment=segment,
        span=span,
        voices=told(numbers[0]),
        complaints=told(numbers[1]),
        responses=told(numbers[2]),
        is_covered=numbers[0] + numbers[2] >= LEAST,
        is_known=any(number >= SMALLEST for number in numbers),
        **opinion(said.cells),
        ages=shares(by_age(said)),
        channels=shares(added(heard["channel"], filed["channel"])),
        services=shares(added(heard["service"], filed["service"])),
        hurts=shares(added(heard["hurts"], filed["topic"])),
        praised=shares(heard["praised"]),
        places=places(heard["province"], filed["province"]),
        grid=grid(said),
        needs=list(voices.needs_of(staff, segment)),
        quotes={
            kind: words for kind, words in quoted.items() if heard["kind"].get(kind, 0) >= SMALLEST
        },
        catalogue=list(segment.services.filter(is_active=True)),
    )


def whole(found: Marginals) -> int:
    """Return how many rows were counted."""
    return sum(found[ALL].values())


def added(*counts: Mapping[str, int]) -> dict[str, int]:
    """Add up counts of the same names."""
    found: dict[str, int] = {}
    for each in counts:
        for name, number in each.items():
            found[name] = found.get(name, 0) + number
    return found


def shares(counts: Mapping[str, int]) -> list[Share]:
    """Return the most frequent ones with their shares of all named; small ones are left out, and what would tell them."""
    names = sorted(counts, key=lambda name: (-counts[name], name))
    total = sum(counts.values())
    if not names:
        return []
    hidden = suppressed([counts[name] for name in names], minimum=SMALLEST)
    return [
        Share(name=name, n=counts[name], percent=round(100 * counts[name] / total))
        for name, is_hidden in zip(names, hidden, strict=True)
        if not is_hidden
    ][:MOST]


def opinion(cells: Sequence[Answered]) -> dict[str, Any]:
    """Return the satisfaction of the respondents, both ways of a per cent; nothing from a few."""
    scored = sum(cell.scored for cell in cells)
    if scored < SMALLEST:
        return {"scored": told(scored), "satisfaction": None, "satisfied": None}
    points, satisfied = sum(cell.points for cell in cells), sum(cell.satisfied for cell in cells)
    return {
        "scored": scored,
        "satisfaction": 20 * points / scored,
        "satisfied": 100 * satisfied / scored,
    }


def by_age(said: Said) -> dict[str, int]:
    """Count respondents by age band in words."""
    return added(*({said.ages.get(cell.age, cell.age): cell.n} for cell in said.cells if cell.age))


def places(heard: Mapping[str, int], filed: Mapping[str, int]) -> list[Place]:
    """Return the provinces that most came from; small cells and their complements are hidden."""
    both = added(heard, filed)
    codes = sorted(both, key=lambda code: (-both[code], code))[:PLACES]
    if not codes:
        return []
    table = np.array([[heard.get(code, 0), filed.get(code, 0)] for code in codes])
    hidden = hidden_of(table)
    if hidden.all():
        return []
    return [
        Place(
            name=province_name(code),
            voices=None if row[0] else int(numbers[0]),
            complaints=None if row[1] else int(numbers[1]),
        )
        for code, numbers, row in zip(codes, table, hidden, strict=True)
    ]


def hidden_of(table: Any) -> Any:
    """Tell which cells of a table are not shown; an empty cell tells of nobody."""
    return suppressed(table, minimum=SMALLEST)


def grid(said: Said) -> Grid:
    """Return satisfaction by place and age band, of who named an age."""
    found = {(cell.unit, cell.age): cell for cell in said.cells if cell.age}
    ages = [age for age in said.ages if any(each == age for _unit, each in found)]
    ages += sorted({age for _unit, age in found} - set(ages))
    units = sorted({unit for unit, _age in found}, key=lambda unit: size_of(unit, found.values()))
    units = units[:PLACES]
    if not units or not ages:
        return Grid()
    table = np.array([[n_of(found.get((unit, age))) for age in ages] for unit in units])
    hidden = hidden_of(table)
    if hidden.all():
        return Grid()
    rows = [
        (
            unit,
            [cell_of(found.get((unit, age)), is_hidden=hidden[i, j]) for j, age in enumerate(ages)],
        )
        for i, unit in enumerate(units)
    ]
    return Grid(ages=[said.ages.get(age, age) for age in ages], rows=rows)


def size_of(unit: str, cells: Iterable[Answered]) -> tuple[int, str]:
    """Return by what units stand in order: the most answers first."""
    return -sum(cell.scored for cell in cells if cell.unit == unit), unit


def n_of(cell: Answered | None) -> int:
    """Return how many rated."""
    return cell.scored if cell else 0


def cell_of(cell: Answered | None, *, is_hidden: bool) -> Cell:
    """Return a cell as shown."""
    if cell is None or is_hidden or not cell.scored:
        return Cell(n=None, percent=None, is_hidden=is_hidden)
    return Cell(n=cell.scored, percent=20 * cell.points / cell.scored)
