"""The figures page: what came and went by month, what is open now, when, where and what about.

Everything starts from what the person may see and stands on the cases as they are today. What was
received in the period is read once for all the drawings about it, what is open once too. A large
agency's page takes its counts out of `figures_kept`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, ExtractHour, ExtractIsoWeekDay, TruncMonth

from agency.models import Staff, Unit
from agency.thai import BANGKOK, local_day
from complaints.models import Category, Complaint
from complaints.models.complaint import ComplaintQuerySet
from complaints.selectors.grouping import sums_by

AGES = (7, 14, 30, 60, 90)  # days since receipt; the last band is older than that
MOST_OFFICERS = 20


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which months are shown, of which unit with those below, of which topic with its parts.

    `last_on` may lie ahead of today.
    """

    first_on: date
    last_on: date
    unit: int | None = None
    category: int | None = None

    @property
    def months(self) -> list[date]:
        """The first day of each month."""
        found = [self.first_on]
        while (following := next_month(found[-1])) <= self.last_on:
            found.append(following)
        return found


def next_month(first: date) -> date:
    """Return the first day of the month after one."""
    return (first + timedelta(days=31)).replace(day=1)


def last_twelve_months(today: date) -> tuple[date, date]:
    """Return the first day eleven months before this one, and today."""
    month = today.replace(day=1)
    for _month in range(11):
        month = (month - timedelta(days=1)).replace(day=1)
    return month, today


@dataclass(frozen=True, kw_only=True)
class Month:
    """What came and went in a month and what was open when it ended, today if it has not; None ahead."""

    first_on: date
    received: int | None
    answered: int | None
    closed: int | None
    open: int | None


@dataclass(frozen=True, kw_only=True)
class AgeBand:
    """Open cases received between two days; without `first_on` all before."""

    first_on: date | None
    last_on: date
    count: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A category with all that was received in it; of an upper one its parts are counted too."""

    category: Category
    count: int
    parts: Sequence[Topic] = ()


@dataclass(frozen=True, kw_only=True)
class Load:
    """Open cases of an officer; without one, of nobody."""

    officer: Staff | None
    count: int
    overdue: int


@dataclass(kw_only=True)
class Received:
    """What was received in the period, by each way of looking at it."""

    by_month: Counter[date] = field(default_factory=Counter)
    by_hour: Counter[tuple[int, int]] = field(default_factory=Counter)  # Monday = 1, hour
    by_category: Counter[int | None] = field(default_factory=Counter)
    by_province: Counter[str] = field(default_factory=Counter)
    total: int = 0
    anonymous: int = 0

    def add(self, other: Received) -> None:
        """Count other cases too."""
        self.by_month.update(other.by_month)
        self.by_hour.update(other.by_hour)
        self.by_category.update(other.by_category)
        self.by_province.update(other.by_province)
        self.total += other.total
        self.anonymous += other.anonymous


@dataclass(kw_only=True)
class Counts:
    """What the page is drawn from, as of an instant; `standing` was open when the period began."""

    at: datetime
    received: Received = field(default_factory=Received)
    answered: Counter[date] = field(default_factory=Counter)
    closed: Counter[date] = field(default_factory=Counter)
    standing: int = 0
    open: Counter[tuple[int | None, int]] = field(default_factory=Counter)  # officer, band of age
    overdue: Counter[tuple[int | None, int]] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Count other cases too."""
        self.received.add(other.received)
        self.answered.update(other.answered)
        self.closed.update(other.closed)
        self.standing += other.standing
        self.open.update(other.open)
        self.overdue.update(other.overdue)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All that the page shows, as of an instant."""

    at: datetime
    months: Sequence[Month]
    received: Received
    topics: Sequence[Topic]
    without_topic: int
    ages: Sequence[AgeBand]
    loads: Sequence[Load]
    officers_left_out: int
    open_count: int


def figures(staff: Staff, asked: Asked, *, at: datetime) -> Figures:
    """Count the figures of the cases that the person sees anew."""
    return drawn_from(counted(cases_of(staff, asked), asked, at=at), asked)


def counted(seen: ComplaintQuerySet, asked: Asked, *, at: datetime) -> Counts:
    """Count cases: what came, what ended, what stood open before the period and is open now."""
    answered, closed = ended_by_month(seen, asked)
    before = seen.filter(received_at__lt=start_of(asked.first_on))
    standing = before.filter(Q(closed_at=None) | Q(closed_at__gte=start_of(asked.first_on))).count()
    opened, overdue = open_now(seen, at=at)
    return Counts(
        at=at,
        received=received_of(seen, asked),
        answered=answered,
        closed=closed,
        standing=standing,
        open=opened,
        overdue=overdue,
    )


def drawn_from(counts: Counts, asked: Asked) -> Figures:
    """Return what the page shows of counts."""
    received, loads = counts.received, loads_by_officer(counts)
    return Figures(
        at=counts.at,
        months=months_of(counts, asked),
        received=received,
        topics=topics_of(received.by_category),
        without_topic=received.by_category.get(None, 0),
        ages=ages_of(counts),
        loads=loads_of(loads),
        officers_left_out=max(len(loads) - MOST_OFFICERS, 0),
        open_count=counts.open.total(),
    )


def cases_of(staff: Staff, asked: Asked) -> ComplaintQuerySet:
    """Return the cases that the person sees, of the unit and the topic asked for."""
    seen = of_topic(Complaint.objects.visible_to(staff), asked)
    if not asked.unit:
        return seen
    units = Unit.objects.filter(path__contains=f"/{asked.unit}/").order_by()
    return seen.filter(unit__in=units)


def of_topic(cases: ComplaintQuerySet, asked: Asked) -> ComplaintQuerySet:
    """Keep the cases of the topic asked for, and of its parts."""
    if not asked.category:
        return cases
    return cases.filter(Q(category=asked.category) | Q(category__parent=asked.category))


def start_of(day: date) -> datetime:
    """Return the first instant of a Bangkok day."""
    return datetime.combine(day, time.min, BANGKOK)


def within(asked: Asked, instant: str) -> Q:
    """Return the condition that an instant lies in the period."""
    until = start_of(asked.last_on + timedelta(days=1))
    return Q(**{f"{instant}__gte": start_of(asked.first_on), f"{instant}__lt": until})


def month_of(instant: str) -> Cast:
    """Return the first day of the Bangkok month in which an instant lies."""
    return Cast(TruncMonth(instant, tzinfo=BANGKOK), DateField())


# What came


def received_of(seen: ComplaintQuerySet, asked: Asked) -> Received:
    """Count what was received by month, hour, category and province, in one reading.

    Anonymous filings keep no time of day and stay out of the hours.
    """
    rows = seen.filter(within(asked, "received_at")).values(
        of_month=month_of("received_at"),
        of_weekday=ExtractIsoWeekDay("received_at", tzinfo=BANGKOK),
        of_hour=ExtractHour("received_at", tzinfo=BANGKOK),
        of_category=F("category_id"),
        of_province=F("province"),
        nameless=F("is_anonymous"),
    )
    found = Received()
    cells = sums_by(
        rows,
        sets=[(), ("of_month",), ("of_weekday", "of_hour"), ("of_category",), ("of_province",)],
        sums={"n": "count(*)", "told": "count(*) FILTER (WHERE NOT nameless)"},
    )
    for keys, values, sums in cells:
        match keys:
            case ():
                found.total, found.anonymous = sums["n"], sums["n"] - sums["told"]
            case ("of_month",):
                found.by_month[values[0]] = sums["n"]
            case ("of_category",):
                found.by_category[values[0]] = sums["n"]
            case ("of_province",):
                found.by_province[values[0]] = sums["n"]
            case _ if sums["told"]:
                hour, weekday = values
                found.by_hour[weekday, hour] = sums["told"]
    return found


def topics_of(counts: Mapping[int | None, int]) -> list[Topic]:
    """Return the categories as a tree, the largest first; a category counts its parts too."""
    if not any(key for key in counts):
        return []
    parts: dict[int, list[Topic]] = {}
    tops: list[Category] = []
    for category in Category.objects.order_by("code"):
        if category.parent_id is None:
            tops.append(category)
        elif counts.get(category.pk):
            topic = Topic(category=category, count=counts[category.pk])
            parts.setdefault(category.parent_id, []).append(topic)
    topics = [
        Topic(
            category=top,
            count=counts.get(top.pk, 0) + sum(part.count for part in parts.get(top.pk, ())),
            parts=sorted(parts.get(top.pk, ()), key=lambda part: -part.count),
        )
        for top in tops
    ]
    return sorted((topic for topic in topics if topic.count), key=lambda topic: -topic.count)


# Month by month


def months_of(counts: Counts, asked: Asked) -> list[Month]:
    """Return each month; what was open is what came before and was not closed by then."""
    standing, months = counts.standing, []
    for first in asked.months:
        if first > local_day(counts.at):
            months.append(
                Month(first_on=first, received=None, answered=None, closed=None, open=None)
            )
            continue
        came, went = counts.received.by_month.get(first, 0), counts.closed.get(first, 0)
        standing += came - went
        months.append(
            Month(
                first_on=first,
                received=came,
                answered=counts.answered.get(first, 0),
                closed=went,
                open=standing,
            )
        )
    return months


def ended_by_month(seen: ComplaintQuerySet, asked: Asked) -> tuple[Counter[date], Counter[date]]:
    """Count what was answered and what was closed by month; one query."""
    counted = [
        seen.filter(within(asked, instant))
        .order_by()
        .annotate(month=month_of(instant))
        .values_list(Value(instant), "month")
        .annotate(n=Count("pk"))
        for instant in ("answered_at", "closed_at")
    ]
    found: dict[str, Counter[date]] = {"answered_at": Counter(), "closed_at": Counter()}
    for instant, month, n in counted[0].union(counted[1], all=True):
        found[instant][month] = n
    return found["answered_at"], found["closed_at"]


def open_on(queryset: ComplaintQuerySet, day: date) -> ComplaintQuerySet:
    """Keep the cases that were open when a day ended, as they stand today."""
    end = start_of(day + timedelta(days=1))
    return queryset.filter(received_at__lt=end).filter(Q(closed_at=None) | Q(closed_at__gte=end))


# What is open now


def open_now(
    seen: ComplaintQuerySet, *, at: datetime
) -> tuple[Counter[tuple[int | None, int]], Counter[tuple[int | None, int]]]:
    """Count the open cases by officer and band of age, and the overdue ones among them; one reading."""
    sums = {"n": "count(*)", "overdue": "count(*) FILTER (WHERE is_late)"}
    opened: Counter[tuple[int | None, int]] = Counter()
    overdue: Counter[tuple[int | None, int]] = Counter()
    for _keys, (band, officer), found in sums_by(
        open_rows(seen, at=at), sets=[("of_officer", "band")], sums=sums
    ):
        opened[officer, band] = found["n"]
        overdue[officer, band] = found["overdue"]
    return opened, overdue


def open_rows(seen: ComplaintQuerySet, *, at: datetime) -> QuerySet[Any, Any]:
    """Return the open cases with unit, officer, band of age and whether they are overdue."""
    edges = [local_day(at) - timedelta(days=days) for days in AGES]
    bands = [
        When(received_at__gte=start_of(edge), then=Value(place)) for place, edge in enumerate(edges)
    ]
    overdue = Q(answered_at=None, paused_at=None, due_at__lt=at)
    return seen.open().values(
        of_unit=F("unit_id"),
        of_officer=F("officer_id"),
        band=Case(*bands, default=Value(len(AGES)), output_field=IntegerField()),
        is_late=Case(
            When(overdue, then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        ),
    )


def ages_of(counts: Counts) -> list[AgeBand]:
    """Return the open cases by age, the newest first."""
    today = local_day(counts.at)
    edges = [today - timedelta(days=days) for days in AGES]
    lasts = [today, *(edge - timedelta(days=1) for edge in edges)]
    found: Counter[int] = Counter()
    late: Counter[int] = Counter()
    for (officer, band), n in counts.open.items():
        found[band] += n
        late[band] += counts.overdue[officer, band]
    return [
        AgeBand(first_on=first, last_on=last, count=found[place], overdue=late[place])
        for place, (first, last) in enumerate(zip([*edges, None], lasts, strict=True))
    ]


def loads_by_officer(counts: Counts) -> dict[int | None, tuple[int, int]]:
    """Return how many open and overdue cases each officer has."""
    loads: dict[int | None, tuple[int, int]] = {}
    for (officer, band), n in counts.open.items():
        before, late = loads.get(officer, (0, 0))
        loads[officer] = (before + n, late + counts.overdue[officer, band])
    return loads


def loads_of(loads: Mapping[int | None, tuple[int, int]]) -> list[Load]:
    """Return who carries most, and what nobody has at the end."""
    ordered = sorted(loads.items(), key=lambda item: (item[0] is None, -item[1][0], item[0] or 0))
    people = Staff.objects.select_related("unit").in_bulk([pk for pk in loads if pk is not None])
    named = [(pk, counts) for pk, counts in ordered if pk is not None][:MOST_OFFICERS]
    nobody = [(pk, counts) for pk, counts in ordered if pk is None]
    return [
        Load(officer=people[pk] if pk is not None else None, count=n, overdue=late)
        for pk, (n, late) in [*named, *nobody]
    ]
