"""Results 7.2 as known at an instant: three fiscal years, target, per cent of success and score.

A fiscal year is told from the frozen monthly reports. Where they do not tell all its months, what was
entered by hand with its source stands before them; both are kept, so that a reader sees which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from agency.models import Unit
from agency.thai import fiscal_year
from pmqa.indicators.periods import months_of_part
from pmqa.reports.models import ResultEntry, ScoreRule
from pmqa.reports.results.attainment import SHIPPED, Band, percent_of, score_of
from pmqa.reports.results.lines import LINES, Line
from pmqa.reports.selectors import targets_at
from pmqa.reports.spans import Span, reports_known

YEARS = 3
Rows = Sequence[Mapping[str, Any]]
Entries = Mapping[tuple[str, int, str], ResultEntry]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the portal measured of a fiscal year, and out of how many of its months."""

    value: float | None
    months: int
    of: int

    @property
    def is_whole(self) -> bool:
        """Whether no month that has passed is missing."""
        return self.value is not None and self.months == self.of


def item72(unit: Unit, *, month: date, at: datetime, to_date: Rows | None = None) -> dict[str, Any]:
    """Tell results 7.2 up to a month as known at an instant; `to_date` has the figures of the running year."""
    year = fiscal_year(month)
    years = range(year - YEARS + 1, year + 1)
    spans = spans_of(unit, years, month=month, at=at)
    entries, bands = entries_at(unit, years=years, at=at), bands_at(year, at=at)
    aims = targets_at(unit, month=month, at=at)
    return {
        "fiscal_year": year,
        "bands": [band.as_data() for band in bands],
        "lines": [
            told(
                line,
                measured={
                    each: of_rows(line, to_date, months=len(spans[each].months))
                    if each == year and to_date is not None
                    else of_span(line, spans[each])
                    for each in years
                },
                entries=entries,
                aims=aims,
                bands=bands,
            )
            for line in LINES
        ],
    }


def spans_of(unit: Unit, years: Sequence[int], *, month: date, at: datetime) -> dict[int, Span]:
    """Return the months of fiscal years that have passed, as the reports known at an instant tell them."""
    passed = {
        year: [each for each in months_of_part(year, "year") if each <= month] for year in years
    }
    months = [each for year in years for each in passed[year]]
    whole = Span(months, reports_known(unit, months, at=at))
    return {year: whole.part(passed[year]) for year in years}


def entries_at(
    unit: Unit, *, years: Sequence[int], at: datetime
) -> dict[tuple[str, int, str], ResultEntry]:
    """Return what was entered last by an instant for each line, year and kind."""
    rows = ResultEntry.objects.filter(unit=unit, fiscal_year__in=years, entered_at__lte=at)
    ordered = rows.order_by("entered_at", "pk")
    return {(row.line, row.fiscal_year, row.what): row for row in ordered}


def bands_at(year: int, *, at: datetime) -> Sequence[Band]:
    """Return the rule of the score that counts for a fiscal year, as set at an instant."""
    rules = ScoreRule.objects.filter(fiscal_year__lte=year, set_at__lte=at)
    rule = rules.order_by("fiscal_year", "set_at", "pk").last()
    return [band.as_band() for band in rule.bands.all()] if rule else SHIPPED


def of_span(line: Line, span: Span) -> Measured:
    """Return what frozen reports tell of a line."""
    value = None
    if line.measure:
        value = valued(line, figure_value(span, line.measure), figure_value(span, line.among))
    return Measured(value=value, months=len(span.reports), of=len(span.months))


def figure_value(span: Span, which: tuple[str, str] | None) -> float | None:
    """Return a figure over the months of a span."""
    figure = span.figure(*which) if which else None
    return figure.value if figure else None


def of_rows(line: Line, rows: Rows, *, months: int) -> Measured:
    """Return what the figures of the fiscal year to date tell of a line."""
    known = {(row["id"], row["measure"]): row["value"] for row in rows if not row["key"]}
    value = None
    if line.measure:
        among = known.get(line.among) if line.among else None
        value = valued(line, known.get(line.measure), among)
    return Measured(value=value, months=months, of=months)


def valued(line: Line, value: float | None, rest: float | None) -> float | None:
    """Return a line's value; where it is a share, that of the two together."""
    if line.among is None or value is None:
        return value
    whole = value + (rest or 0)
    return round(100 * value / whole, 4) if whole else None


def told(
    line: Line,
    *,
    measured: Mapping[int, Measured],
    entries: Entries,
    aims: Mapping[tuple[str, str], float],
    bands: Sequence[Band],
) -> dict[str, Any]:
    """Return a line with its years, target, per cent and score."""
    years = [
        told_year(year, one, entry=entries.get((line.code, year, ResultEntry.What.RESULT)))
        for year, one in measured.items()
    ]
    year = years[-1]["year"]
    target = told_target(line, entries.get((line.code, year, ResultEntry.What.TARGET)), aims)
    percent = percent_of(years[-1]["value"], target["value"], better=line.better)
    score = score_of(percent, bands)
    return {
        "code": line.code,
        "years": years,
        "target": target,
        "percent": None if percent is None else float(percent),
        "score": None if score is None else float(score),
    }


def told_year(year: int, one: Measured, *, entry: ResultEntry | None) -> dict[str, Any]:
    """Return a fiscal year: measured whole, else entered, else as far as it is measured."""
    is_entered = not one.is_whole and entry is not None and entry.value is not None
    value = entered_value(entry) if is_entered else one.value
    origin = "entered" if is_entered else "measured" if value is not None else "none"
    return {
        "year": year,
        "value": value,
        "origin": origin,
        "measured": one.value,
        "months": one.months,
        "of": one.of,
        "entry": origin_of(entry) if is_entered else None,
    }


def told_target(
    line: Line, entry: ResultEntry | None, aims: Mapping[tuple[str, str], float]
) -> dict[str, Any]:
    """Return this year's target: as entered for the line, else that of its indicator."""
    if entry is not None and entry.value is not None:
        return {"value": entered_value(entry), "entry": origin_of(entry)}
    aim = aims.get(line.target_measure) if line.target_measure else None
    return {"value": aim, "entry": None}


def entered_value(entry: ResultEntry | None) -> float | None:
    """Return what was entered as a number."""
    return float(entry.value) if entry is not None and entry.value is not None else None


def origin_of(entry: ResultEntry | None) -> dict[str, Any] | None:
    """Return which entry it is, with its source; who made it stands with the entry itself."""
    if entry is None:
        return None
    entered_at = entry.entered_at.astimezone(UTC).isoformat()
    return {"id": entry.pk, "source": entry.source, "entered_at": entered_at}
