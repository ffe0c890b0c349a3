"""The figures page of a large agency, out of counts by unit and month that a task keeps.

Where few cases are, the page counts anew. Where many are, it adds up what the units that its reader
sees had in the months asked for, and says as of when. The months are kept apart, so that a page
fetches only those it shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, F
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from redis.exceptions import RedisError

from agency.models import Unit
from agency.thai import BANGKOK
from complaints.models import Complaint
from complaints.models.complaint import ComplaintQuerySet, reach_of
from complaints.selectors import tally
from complaints.selectors.figures import (
    Asked,
    Counts,
    Figures,
    Received,
    cases_of,
    counted,
    drawn_from,
    month_of,
    next_month,
    open_rows,
    start_of,
)
from complaints.selectors.grouping import Sum, sums_by

if TYPE_CHECKING:
    from agency.models import Staff

KEPT = 40 * 60  # seconds; counted anew every quarter of an hour, older counts are not shown

Flows = dict[tuple[int, date], int]  # by unit and month
ByUnit = dict[int, Received]


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is kept beside the months: what came and went in all of them, and what is open now."""

    at: datetime
    received: Flows
    answered: Flows
    closed: Flows
    open: dict[tuple[int, int | None, int], tuple[int, int]]  # unit, officer, band: all, overdue


def figures(staff: Staff, asked: Asked, *, at: datetime) -> Figures:
    """Return the figures of the cases that the person sees: anew, or out of what is kept.

    What is kept holds no restricted case; those that name the person are counted beside it.
    """
    kept = kept_counts(asked)
    if kept is None:
        return drawn_from(counted(cases_of(staff, asked), asked, at=at), asked)
    head, months = kept
    counts = summed(head, months, units=units_of(staff, asked), asked=asked)
    if reach_of(staff)[1]:
        counts.add(counted(named_apart(staff, asked), asked, at=head.at))
    return drawn_from(counts, asked)


def kept_by_month(staff: Staff, asked: Asked) -> Mapping[date, int] | None:
    """Return how many cases the person sees that came, by month; None where nothing is kept."""
    kept = kept_counts(asked)
    if kept is None:
        return None
    head, months = kept
    by_month = summed(head, months, units=units_of(staff, asked), asked=asked).received.by_month
    if reach_of(staff)[1]:
        by_month += counted(named_apart(staff, asked), asked, at=head.at).received.by_month
    return by_month


def units_of(staff: Staff, asked: Asked) -> set[int]:
    """Return the units that are counted: those the person sees, below the one asked for."""
    units = set(reach_of(staff)[0])
    if not asked.unit:
        return units
    below = Unit.objects.filter(path__contains=f"/{asked.unit}/").order_by()
    return units & set(below.values_list("pk", flat=True))


def named_apart(staff: Staff, asked: Asked) -> ComplaintQuerySet:
    """Return the cases that name the person and are not in what is kept."""
    units, named = reach_of(staff)
    apart = cases_of(staff, asked).filter(pk__in=named)
    return apart.exclude(unit__in=units, is_restricted=False)


def kept_counts(asked: Asked) -> tuple[Head, dict[date, ByUnit]] | None:
    """Return what is kept for the months asked for; None when it is too old or the cache is dead."""
    try:
        head: Head | None = cache.get(key())
        if head is None:
            return None
        names = {key(head.at, first): first for first in asked.months}
        found = cache.get_many(names)
    except RedisError:
        tally.logger.warning("figures are counted anew: no cache")
        return None
    months = {first: found.get(name, {}) for name, first in names.items()}
    needed = {first for _unit, first in head.received} & set(asked.months)
    return (head, months) if all(months[first] for first in needed) else None


def summed(head: Head, months: dict[date, ByUnit], *, units: Iterable[int], asked: Asked) -> Counts:
    """Add up what units had in the months asked for."""
    wanted, counts = set(units), Counts(at=head.at)
    for by_unit in months.values():
        for unit in wanted & by_unit.keys():
            counts.received.add(by_unit[unit])
    spans = set(asked.months)
    for flows, into in ((head.answered, counts.answered), (head.closed, counts.closed)):
        for (unit, first), n in flows.items():
            if unit in wanted and first in spans:
                into[first] += n
    for flows, sign in ((head.received, 1), (head.closed, -1)):
        counts.standing += sign * sum(
            n for (unit, first), n in flows.items() if unit in wanted and first < asked.first_on
        )
    for (unit, officer, band), (n, late) in head.open.items():
        if unit in wanted:
            counts.open[officer, band] += n
            counts.overdue[officer, band] += late
    return counts


# Counting for all


def refresh(*, at: datetime) -> Head:
    """Count the agency by unit and month and keep the result, unless it is small; the months first."""
    seen = Complaint.objects.filter(is_restricted=False)
    head = Head(
        at=at,
        received=flows_of(seen, "received_at"),
        answered=flows_of(seen, "answered_at"),
        closed=flows_of(seen, "closed_at"),
        open=open_by_unit(seen, at=at),
    )
    if sum(head.received.values()) <= tally.LIVE:
        cache.delete(key())
        return head
    for first in sorted({first for _unit, first in head.received}):
        cache.set(key(at, first), received_by_unit(seen, first), KEPT)
    cache.set(key(), head, KEPT)
    return head


def key(at: datetime | None = None, first: date | None = None) -> str:
    """Return the name in the cache: of the head, or of a month counted at an instant."""
    name = f"complaints.figures:1:{connection.settings_dict['NAME']}"
    return f"{name}:{at.timestamp():.6f}:{first:%Y-%m}" if at and first else name


def flows_of(seen: ComplaintQuerySet, instant: str) -> Flows:
    """Count by unit and Bangkok month what came or ended."""
    rows = seen.exclude(**{instant: None}).order_by().values_list("unit_id", month_of(instant))
    return {(unit, first): n for unit, first, n in rows.annotate(n=Count("pk"))}


def open_by_unit(
    seen: ComplaintQuerySet, *, at: datetime
) -> dict[tuple[int, int | None, int], tuple[int, int]]:
    """Count the open cases by unit, officer and band of age, with the overdue ones."""
    sums = {"n": "count(*)", "overdue": "count(*) FILTER (WHERE is_late)"}
    cells = sums_by(open_rows(seen, at=at), sets=[("band", "of_officer", "of_unit")], sums=sums)
    return {
        (unit, officer, band): (found["n"], found["overdue"])
        for _keys, (band, officer, unit), found in cells
    }


def received_by_unit(seen: ComplaintQuerySet, first: date) -> ByUnit:
    """Count what each unit received in a month, in every way that the page shows; one reading."""
    rows = seen.filter(
        received_at__gte=start_of(first), received_at__lt=start_of(next_month(first))
    ).values(
        of_unit=F("unit_id"),
        of_weekday=ExtractIsoWeekDay("received_at", tzinfo=BANGKOK),
        of_hour=ExtractHour("received_at", tzinfo=BANGKOK),
        of_category=F("category_id"),
        of_province=F("province"),
        nameless=F("is_anonymous"),
    )
    cells = sums_by(
        rows,
        sets=[
            ("of_unit",),
            ("of_unit", "of_weekday", "of_hour"),
            ("of_unit", "of_category"),
            ("of_unit", "of_province"),
        ],
        sums={"n": "count(*)", "told": "count(*) FILTER (WHERE NOT nameless)"},
    )
    found: ByUnit = {}
    for cell in cells:
        put(found, cell, first=first)
    return found


def put(found: ByUnit, cell: Sum, *, first: date) -> None:
    """Note one cell with its unit."""
    values = dict(zip(cell.keys, cell.values, strict=True))
    received = found.setdefault(values["of_unit"], Received())
    n, told = cell.sums["n"], cell.sums["told"]
    match cell.keys:
        case ("of_unit",):
            received.total, received.anonymous = n, n - told
            received.by_month = Counter({first: n})
        case ("of_category", _):
            received.by_category[values["of_category"]] = n
        case ("of_province", _):
            received.by_province[values["of_province"]] = n
        case _ if told:
            received.by_hour[values["of_weekday"], values["of_hour"]] = told
