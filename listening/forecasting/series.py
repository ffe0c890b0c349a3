"""A regular series of counts (อนุกรมเวลา) out of dated numbers: daily, weekly or monthly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEWEST = 8  # counts below which nothing is foretold
LONGEST = 1500  # steps that are looked at: older ones say nothing of tomorrow
MOST_MISSING = 0.5


class Step(StrEnum):
    """How far two neighbouring counts lie apart."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


SEASONS = {Step.DAY: 7, Step.WEEK: 52, Step.MONTH: 12}


class Irregular(ValueError):
    """The dates form no series; `reason` is one of the words below."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason, self.facts = reason, facts


TOO_SHORT, NO_STEP, TOO_MANY_MISSING = "too_short", "no_step", "too_many_missing"


@dataclass(frozen=True)
class Series:
    """Counts one step apart; NaN where nothing is known."""

    first: date
    step: Step
    values: Floats

    def day(self, place: int) -> date:
        """Return the first day of a step, also of one to come."""
        return moved(self.first, self.step, place)

    @property
    def missing(self) -> int:
        """How many steps have no count."""
        return int(np.isnan(self.values).sum())


def moved(day: date, step: Step, steps: int) -> date:
    """Return the day so many steps later; of a month the day in it stays as far as it exists."""
    if step != Step.MONTH:
        return day + timedelta(days=steps * (7 if step == Step.WEEK else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def step_of(days: list[date]) -> Step:
    """Return the step of sorted days: the one that all of them keep, gaps left aside."""
    gaps = [(later - sooner).days for sooner, later in pairwise(days)]
    months = {day.year * 12 + day.month for day in days}
    if min(gaps) >= 28 and len(months) == len(days):
        return Step.MONTH
    if all(gap % 7 == 0 for gap in gaps):
        return Step.WEEK
    if min(gaps) == 1:
        return Step.DAY
    raise Irregular(NO_STEP, shortest=min(gaps))


def place_of(day: date, *, first: date, step: Step) -> int:
    """Return how many steps a day lies after the first."""
    if step == Step.MONTH:
        return (day.year - first.year) * 12 + day.month - first.month
    return (day - first).days // (7 if step == Step.WEEK else 1)


def series_of(counts: Mapping[date, float], *, missing_is_zero: bool = False) -> Series:
    """Return the series of dated counts. A step without a count is unknown, 0 only if that is said."""
    days = sorted(counts)
    if len(days) < FEWEST:
        raise Irregular(TOO_SHORT, found=len(days), fewest=FEWEST)
    step = step_of(days)
    values = np.full(place_of(days[-1], first=days[0], step=step) + 1, np.nan)
    for day in days:
        values[place_of(day, first=days[0], step=step)] = counts[day]
    if missing_is_zero:
        values = np.nan_to_num(values, nan=0.0)
    missing = float(np.isnan(values).mean())
    if missing > MOST_MISSING:
        raise Irregular(TOO_MANY_MISSING, known=len(days), steps=len(values))
    cut = max(len(values) - LONGEST, 0)
    while np.isnan(values[cut]):
        cut += 1
    return Series(first=moved(days[0], step, cut), step=step, values=values[cut:])
