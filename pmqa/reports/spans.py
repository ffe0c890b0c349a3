"""Several months told from the frozen reports of each: quarters, half-years, fiscal years.

Counts of what happened add up; what stands at the end of a month is taken from the last one; shares
are made anew from added numerators and denominators; days to the answer come from the frozen cases;
figures of surveys are those of the last month that has one. Nothing is computed from live cases, so
a summary says what its monthly reports say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Aggregate, Avg, Case, F, FloatField, Value, When

from agency.models import Unit
from pmqa.indicators.compute import divided
from pmqa.indicators.periods import add_months
from pmqa.indicators.registry import Measure, Shape, find
from pmqa.reports.block import Block, Figure
from pmqa.reports.models import Report, ReportFact, State

AT_THE_END = ("open", "overdue", "age_0_5", "age_6_15", "age_16_30", "age_over_30")


def standing_reports(unit: Unit, months: Sequence[date]) -> dict[date, Report]:
    """Return for each month the version that counts: the published one, else the newest that is whole."""
    rank = Case(When(state=State.PUBLISHED, then=Value(0)), default=Value(1))
    found = (
        Report.objects.filter(unit=unit, month_on__in=months, figures__is_whole_month=True)
        .order_by("month_on", rank, "-version")
        .distinct("month_on")
    )
    return {report.month_on: report for report in found}


def reports_known(unit: Unit, months: Sequence[date], *, at: datetime) -> dict[date, Report]:
    """Return for each month the version that counted at an instant: the one published last, else the newest."""
    published = Case(When(published_at__lte=at, then=F("published_at")))
    found = (
        Report.objects.filter(
            unit=unit, month_on__in=months, figures__is_whole_month=True, built_at__lte=at
        )
        .order_by("month_on", published.desc(nulls_last=True), "-version")
        .distinct("month_on")
    )
    return {report.month_on: report for report in found}


@dataclass(frozen=True)
class Span:
    """Months of a unit and the reports that tell them."""

    months: Sequence[date]
    reports: Mapping[date, Report]

    @cached_property
    def blocks(self) -> list[Block]:
        """The figures of the months that have a report, in order."""
        return [
            Block(self.reports[month].figures) for month in self.months if month in self.reports
        ]

    @property
    def missing(self) -> list[date]:
        """The months without a report."""
        return [month for month in self.months if month not in self.reports]

    def part(self, months: Sequence[date]) -> Span:
        """Return some of the months as a span of their own."""
        return Span(months, {m: self.reports[m] for m in months if m in self.reports})

    def figure(
        self, indicator: str, measure: str, *, dimension: str = "", key: str = ""
    ) -> Figure | None:
        """Return a figure over all months; None where no month tells it."""
        definition = find(indicator, measure)
        told = [
            figure
            for block in self.blocks
            if (figure := block.figure(indicator, measure, dimension=dimension, key=key))
        ]
        if definition is None or not told:
            return None
        bare = replace(told[-1], last_month=None, last_year=None, year_to_date=None)
        if definition.shape == Shape.DAYS:
            return replace(bare, low=None, high=None, **self.days(definition, bare))
        return replace(bare, **combined(definition, told))

    def days(self, measure: Measure, figure: Figure) -> dict[str, Any]:
        """Return mean, median or percentile of the days of all frozen cases."""
        facts = ReportFact.objects.filter(
            report__in=[report.pk for report in self.reports.values()],
            counted__contains=["closed"],
            days__isnull=False,
        )
        if figure.dimension:
            facts = facts.filter(**{figure.dimension: figure.key})
        value = facts.aggregate(value=SPREADS[measure.name])["value"]
        return {"value": None if value is None else round(float(value), 4), "n": facts.count()}


class Percentile(Aggregate):
    """PostgreSQL's percentile."""

    template = "percentile_cont(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


SPREADS: dict[str, Any] = {
    "mean": Avg("days"),
    "median": Percentile("days", share="0.5"),
    "p90": Percentile("days", share="0.9"),
}


def combined(measure: Measure, told: Sequence[Figure]) -> dict[str, Any]:
    """Return counts, value and interval of a figure over several months."""
    if measure.counted in AT_THE_END or measure.shape == Shape.SURVEY:
        return taken(last_told(told))
    numerator = added(figure.numerator for figure in told)
    denominator = added(figure.denominator for figure in told)
    match measure.shape:
        case Shape.COUNT:
            return {"numerator": numerator, "value": float(numerator), "n": numerator}
        case Shape.SHARE | Shape.RATIO | Shape.MEAN:
            return NOTHING | divided(measure, numerator, denominator)
        case Shape.RATE:
            value = round(1000 * numerator / denominator, 4) if denominator else None
            return {
                "numerator": numerator,
                "denominator": denominator,
                "value": value,
                "n": numerator,
            }
        case Shape.CHANGE if measure.name == "change_count" and denominator:
            value = round(100 * (denominator - numerator) / denominator, 4)
            return {
                "numerator": numerator,
                "denominator": denominator,
                "value": value,
                "n": numerator,
            }
    return NOTHING


NOTHING: dict[str, Any] = dict.fromkeys(("numerator", "denominator", "value", "low", "high", "n"))


def taken(figure: Figure) -> dict[str, Any]:
    """Return what a figure says of itself."""
    return {name: getattr(figure, name) for name in NOTHING}


def last_told(told: Sequence[Figure]) -> Figure:
    """Return the last month's figure that has a value; for what stands at the end, the last month's."""
    return next((figure for figure in reversed(told) if figure.value is not None), told[-1])


def added(counts: Iterable[int | None]) -> int:
    """Add counts up; what is not told counts nothing."""
    return sum(count or 0 for count in counts)


def span_of(unit: Unit, months: Sequence[date]) -> Span:
    """Return the months of a unit as its reports tell them."""
    return Span(months, standing_reports(unit, months))


def with_past(span: Span, past: Span, figure: Figure) -> Figure:
    """Set a figure beside the same months a year before."""
    before = past.figure(figure.id, figure.measure, dimension=figure.dimension, key=figure.key)
    return replace(figure, last_year=taken(before) if before else None)


def a_year_before(months: Sequence[date]) -> list[date]:
    """Return the same months of the year before."""
    return [add_months(month, -12) for month in months]
