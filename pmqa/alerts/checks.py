"""When a figure asks for attention: limits, change against last year, the band of a year. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean
from typing import Any

from pmqa.indicators.registry import Better, Measure, Shape
from pmqa.indicators.statistics import Z95, two_share_p

ALPHA = 0.05
FEW = 10  # cases: a share or mean out of fewer fires nothing
BAND_FACTOR = 2.66  # of the mean moving range: three standard errors of an individuals chart
BAND_MONTHS = 6  # fewer months make no band

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a rule asks of a measure."""

    check: str  # below, above, year, band
    limit: float | None
    measure: Measure
    is_sure: bool = False  # only when the whole interval lies beyond the limit


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A figure that asks for attention, with what it was held against."""

    value: float
    low: float | None
    high: float | None
    n: int | None
    limit: float  # the limit, last year's value, or the edge of the band

    def as_data(self) -> dict[str, Any]:
        """Return it as kept with the alert."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "limit": self.limit,
        }


def judge(asked: Asked, row: Row | None, past: Sequence[Row | None]) -> Finding | None:
    """Return what a rule finds in a figure; `past` are the twelve months before, the oldest first."""
    if row is None or row["value"] is None or is_few(asked.measure, row):
        return None
    match asked.check:
        case "below" | "above":
            return crossed(asked, row)
        case "year":
            return changed(asked.measure, row, past[0] if len(past) == 12 else None)
        case "band":
            return outside(asked.measure, row, past)
    return None


def is_few(measure: Measure, row: Row) -> bool:
    """Whether a figure rests on too few cases; a number of cases never does."""
    if is_count(measure, row):
        return False
    return row["n"] is not None and row["n"] < FEW


def is_count(measure: Measure, row: Row) -> bool:
    """Whether a figure is a number of cases or voices."""
    return measure.shape == Shape.COUNT or (
        measure.shape == Shape.VOICES and row["denominator"] is None
    )


def found(row: Row, *, limit: float) -> Finding:
    """Return a figure as a finding."""
    return Finding(
        value=row["value"], low=row.get("low"), high=row.get("high"), n=row["n"], limit=limit
    )


def crossed(asked: Asked, row: Row) -> Finding | None:
    """Find a figure beyond a limit; with its whole interval, where the rule wants to be sure."""
    if asked.limit is None:
        return None
    edges = {"below": row.get("high"), "above": row.get("low")}
    edge = edges[asked.check] if asked.is_sure else None
    value = row["value"] if edge is None else edge
    is_beyond = value < asked.limit if asked.check == "below" else value > asked.limit
    return found(row, limit=asked.limit) if is_beyond else None


def changed(measure: Measure, row: Row, before: Row | None) -> Finding | None:
    """Find a significant change for the worse since the same month last year (test at 5 %)."""
    if before is None or before["value"] is None or not is_worse(measure, row, before["value"]):
        return None
    if is_count(measure, row):
        total = row["value"] + before["value"]
        is_change = total >= FEW and abs(row["value"] - before["value"]) / sqrt(total) > Z95
    else:
        p = two_share_p(counts(row), counts(before)) if is_share(measure, row) else None
        is_change = p is not None and p < ALPHA
    return found(row, limit=before["value"]) if is_change else None


def is_share(measure: Measure, row: Row) -> bool:
    """Whether a figure is a part of a whole, which two counts tell."""
    is_divided = row["numerator"] is not None and row["denominator"] is not None
    return is_divided and measure.shape in (Shape.SHARE, Shape.VOICES)


def counts(row: Row) -> tuple[int, int]:
    """Return the counts of a share."""
    return row["numerator"] or 0, row["denominator"] or 0


def outside(measure: Measure, row: Row, past: Sequence[Row | None]) -> Finding | None:
    """Find a figure outside the band of the months before, on its bad side (both, where neither is good)."""
    values = [each["value"] for each in past if each and each["value"] is not None]
    if len(values) < BAND_MONTHS:
        return None
    middle = fmean(values)
    moves = [abs(after - before) for before, after in pairwise(values)]
    reach = BAND_FACTOR * fmean(moves)
    edge = middle + reach if row["value"] > middle else middle - reach
    is_out = abs(row["value"] - middle) > reach
    if not is_out or not is_worse(measure, row, middle):
        return None
    return found(row, limit=round(edge, 4))


def is_worse(measure: Measure, row: Row, before: float) -> bool:
    """Whether a figure moved the wrong way; any way is, where neither is good."""
    if measure.better == Better.NEITHER:
        return bool(row["value"] != before)
    return (
        bool(row["value"] > before) == (measure.better == Better.LOWER) and row["value"] != before
    )


def fits(check: str, measure: Measure) -> bool:
    """Whether a check can be made of a measure: change needs counts."""
    if measure.shape == Shape.NONE:
        return False
    return check != "year" or measure.shape in (Shape.COUNT, Shape.SHARE, Shape.VOICES)


def fits_running_month(check: str, measure: Measure) -> bool:
    """Whether half a month can be judged: a number that still grows may only be above something."""
    if measure.shape in (Shape.SURVEY, Shape.CHANGE, Shape.NONE):
        return False
    is_growing = measure.shape in (Shape.COUNT, Shape.VOICES)
    return check == "above" if is_growing else check != "band"
