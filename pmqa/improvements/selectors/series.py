"""Monthly values that before and after are measured on: indicators of the portal, times of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import DecimalField, F, Sum
from django.utils.translation import gettext as _

from agency.models import ServiceMonth, Unit
from pmqa.improvements.models import Improvement
from pmqa.indicators import periods
from pmqa.indicators.compute import (
    Row,
    Sums,
    Volume,
    has_overall,
    heard_of,
    opinion_of,
    rows_of_measure,
    sums_of,
)
from pmqa.indicators.registry import BY_ID, Measure, Shape, find, measures

MINUTES = "service:minutes"
MONTHS_BEFORE = 24
NOT_ASKED = {Shape.NONE, Shape.CHANGE}  # a change of a change says nothing


def measure_choices(improvement: Improvement) -> list[tuple[str, str]]:
    """Return by what an improvement can be measured, as (code, words)."""
    own = [(MINUTES, measure_words(MINUTES))] if improvement.service_id else []
    return own + [
        (f"{indicator.id}:{measure.name}", measure_words(f"{indicator.id}:{measure.name}"))
        for indicator, measure in measures()
        if measure.shape not in NOT_ASKED and is_one_figure(measure)
    ]


def is_one_figure(measure: Measure) -> bool:
    """Whether it has one figure a month, not only one for each of many keys."""
    is_by_topic = measure.shape == Shape.SURVEY and bool(measure.dimensions)
    return has_overall(measure) and not is_by_topic


def measure_words(code: str) -> str:
    """Return what a measure is called."""
    if code == MINUTES:
        return _("Mean minutes of the service")
    indicator, _colon, name = code.partition(":")
    found = find(indicator, name)
    if found is None:
        return code
    return f"{indicator} {BY_ID[indicator].name}: {found.label}"


def months_of(changed_on: date, *, until: date) -> list[date]:
    """Return the months looked at: two years before the change, up to the last whole month."""
    first = periods.add_months(changed_on.replace(day=1), -MONTHS_BEFORE)
    after = until.replace(day=1)
    count = (after.year - first.year) * 12 + after.month - first.month
    return [periods.add_months(first, number) for number in range(count)]


def values_of(
    code: str, improvement: Improvement, months: list[date], *, cutoff: datetime
) -> Iterator[tuple[date, float | None]]:
    """Yield the value of each month; leading months without any are left to the caller."""
    if code == MINUTES:
        yield from minutes_of(improvement, months)
        return
    indicator, _colon, name = code.partition(":")
    measure = find(indicator, name)
    for month in months:
        value = month_value(indicator, measure, month, unit=improvement.unit, cutoff=cutoff)
        yield month, value


def minutes_of(improvement: Improvement, months: list[date]) -> Iterator[tuple[date, float | None]]:
    """Yield the mean minutes of a service, its units weighted by what they did."""
    rows = ServiceMonth.objects.filter(
        service=improvement.service_id, month_on__in=months, mean_minutes__isnull=False
    )
    sums = (
        rows.order_by()
        .values_list("month_on")
        .annotate(
            time=Sum(F("mean_minutes") * F("transactions"), output_field=DecimalField()),
            done=Sum("transactions"),
        )
    )
    means = {month: float(time / done) for month, time, done in sums if done}
    for month in months:
        yield month, means.get(month)


def since_known(
    months: list[tuple[date, float | None]],
) -> list[tuple[date, float | None]]:
    """Leave out the months before anything was recorded: a portal that was not there yet counted nothing."""
    start = next((place for place, (_month, value) in enumerate(months) if value), len(months))
    return months[start:]


def month_value(
    indicator: str, measure: Measure | None, month: date, *, unit: Unit, cutoff: datetime
) -> float | None:
    """Return an indicator's value of one month as known at the cut-off; a count of nothing known is none."""
    if measure is None:
        return None
    sums = SUMS.get(measure.shape, sums_of)(periods.month(month), unit=unit, cutoff=cutoff)
    rows: list[Row] = list(rows_of_measure(indicator, measure, sums, target=None))
    whole = next((row for row in rows if not row.dimension), None)
    return whole.value if whole else None


def empty_sums(**told: Any) -> Sums:
    """Return sums of nothing but what is told."""
    nothing = Volume(received=0, transactions=0)
    return replace(Sums(cells=(), now=nothing, last_year=nothing), **told)


SUMS: dict[Shape, Callable[..., Sums]] = {
    Shape.SURVEY: lambda period, **asked: empty_sums(opinion=opinion_of(period, **asked)),
    Shape.VOICES: lambda period, **asked: empty_sums(heard=heard_of(period, **asked)),
}
