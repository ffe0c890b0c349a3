"""Reading a frozen figures block: a figure, what it was before, and how it is written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from pmqa.indicators import periods
from pmqa.indicators.registry import BY_ID, Better, Measure, Shape, find

FEW = 10  # cases: below, a figure is read with care

# The six figures of the executive summary.
HEADLINE = (
    ("3.4-01", "received"),
    ("3.4-02", "share"),
    ("3.4-03", "share"),
    ("3.4-05", "median"),
    ("3.4-10", "overdue"),
    ("3.4-09", "rate"),
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of a report with its definition and with what it was before."""

    id: str
    measure: str
    dimension: str
    key: str
    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    unit: str
    target: float | None
    last_month: Mapping[str, Any] | None = None
    last_year: Mapping[str, Any] | None = None
    year_to_date: Mapping[str, Any] | None = None

    @property
    def definition(self) -> Measure:
        """What it measures."""
        found = find(self.id, self.measure)
        if found is None:
            raise LookupError(f"{self.id} {self.measure}")
        return found

    @property
    def name(self) -> str:
        """Its indicator and measure in words."""
        indicator, measure = BY_ID[self.id], self.definition
        if len(indicator.measures) == 1 or (measure.is_share and measure is indicator.measures[0]):
            return str(indicator.name)
        return f"{indicator.name}: {measure.label}"

    @property
    def short_name(self) -> str:
        """Its name where there is little room."""
        return str(self.definition.label) if self.definition.shape == Shape.COUNT else self.name

    @property
    def words(self) -> str:
        """The value as written."""
        return written(self.value, unit=self.unit)

    @property
    def interval_words(self) -> str:
        """The 95 % interval as written; empty where there is none."""
        if self.low is None or self.high is None:
            return ""
        return f"{self.low:.1f}–{self.high:.1f}"

    @property
    def target_words(self) -> str:
        """The target as written; empty where none is set."""
        return "" if self.target is None else written(self.target, unit=self.unit)

    @property
    def has_records(self) -> bool:
        """Whether cases of this report stand behind it."""
        return self.definition.shape in (
            Shape.COUNT,
            Shape.SHARE,
            Shape.RATIO,
            Shape.MEAN,
            Shape.DAYS,
            Shape.RATE,
            Shape.CHANGE,
        )

    @property
    def is_few(self) -> bool:
        """Whether it rests on so few cases that it is read with care."""
        return self.definition.shape != Shape.COUNT and self.n is not None and 0 < self.n < FEW

    @property
    def is_reached(self) -> bool | None:
        """Whether the target is met; None without value or target."""
        if self.value is None or self.target is None:
            return None
        if self.definition.better == Better.LOWER:
            return self.value <= self.target
        return self.value >= self.target

    @property
    def is_surely_missed(self) -> bool:
        """Whether the whole interval lies on the wrong side of the target."""
        if (
            self.is_reached is not False
            or self.low is None
            or self.high is None
            or self.target is None
        ):
            return False
        if self.definition.better == Better.LOWER:
            return self.low > self.target
        return self.high < self.target


def written(value: Any, *, unit: str) -> str:
    """Write a value as people do, with a dash when there is nothing to tell."""
    if value is None:
        return "–"
    match unit:
        case "cases":
            return f"{value:,.0f}"
        case "%":
            return f"{value:.1f}%"
        case "working_days":
            return f"{value:.1f}"
    return f"{value:,.2f}"


def unit_words(unit: str) -> str:
    """Return a unit in words."""
    return {
        "cases": _("cases"),
        "%": _("per cent"),
        "working_days": _("working days"),
        "per_1000": _("per 1,000 transactions"),
        "points": _("of 5 points"),
        "percent_points": _("points of per cent"),
    }[unit]


@dataclass(frozen=True)
class Block:
    """A figures block."""

    figures: Mapping[str, Any]

    @property
    def month(self) -> date:
        """The month it is about."""
        return periods.parse_month(self.figures["month"])

    def rows(self, indicator: str = "", *, dimension: str | None = None) -> list[Figure]:
        """Return figures in the order of the report, of one indicator or dimension if asked."""
        return [
            self.with_past(row)
            for row in self.figures["rows"]
            if indicator in ("", row["id"]) and dimension in (None, row["dimension"])
        ]

    def figure(
        self, indicator: str, measure: str, *, dimension: str = "", key: str = ""
    ) -> Figure | None:
        """Return one figure, None when the report has none such."""
        wanted = (indicator, measure, dimension, key)
        row = next((row for row in self.figures["rows"] if place(row) == wanted), None)
        return self.with_past(row) if row else None

    def with_past(self, row: Mapping[str, Any]) -> Figure:
        """Set a figure beside its own past."""
        if row["dimension"]:
            return Figure(**row)
        return Figure(
            **row,
            last_month=self.past(row, months=1),
            last_year=self.past(row, months=12),
            year_to_date=same(row, self.figures["year_to_date"]),
        )

    def past(self, row: Mapping[str, Any], *, months: int) -> Mapping[str, Any] | None:
        """Return the same figure so many months before."""
        return same(row, self.figures["trend"][-1 - months]["rows"])

    def trend(self, indicator: str, measure: str) -> list[tuple[date, Mapping[str, Any] | None]]:
        """Return a figure over the months, oldest first."""
        row = {"id": indicator, "measure": measure, "key": ""}
        return [
            (periods.parse_month(month["month"]), same(row, month["rows"]))
            for month in self.figures["trend"]
        ]

    @cached_property
    def places(self) -> dict[tuple[str, str, str, str], int]:
        """Where each figure stands among the rows."""
        return {place(row): number for number, row in enumerate(self.figures["rows"])}

    def at(self, number: int) -> Figure | None:
        """Return the figure at a place, None when the block is not that long."""
        rows = self.figures["rows"]
        return self.with_past(rows[number]) if number < len(rows) else None

    def headline(self) -> list[Figure]:
        """Return the six figures of the summary."""
        found = (self.figure(*which) for which in HEADLINE)
        return [figure for figure in found if figure]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was received, closed or open."""
        counts = (self.figure("3.4-01", name) for name in ("received", "closed", "open"))
        return not any(figure and figure.value for figure in counts)


def place(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return what names a row within a block."""
    return row["id"], row["measure"], row["dimension"], row["key"]


def same(row: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the row of the same figure."""
    wanted = (row["id"], row["measure"], row["key"])
    return next((o for o in others if (o["id"], o["measure"], o["key"]) == wanted), None)


def largest(figures: Iterable[Figure]) -> Figure | None:
    """Return the figure with the highest value, the first of equals."""
    told = [figure for figure in figures if figure.value]
    return max(told, key=lambda figure: figure.value or 0, default=None)
