"""Figures of satisfaction: both percentages, NPS, dispersion, and the words for a mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveys.estimation.codes import Bools, Coded, Floats, numbers
from surveys.estimation.design import Design
from surveys.estimation.errors import Unusable
from surveys.estimation.estimates import Estimates, means

BORDERS = (1.80, 2.60, 3.40, 4.20)  # upper ends of all bands of the 5-point scale but the last


@dataclass(frozen=True)
class Variance:
    """The variance of a column in the population, its standard error, and n."""

    value: float
    se: float
    n: int


@dataclass(frozen=True)
class Band:
    """The band (0 the lowest) that a mean lies in, and those that its interval reaches."""

    place: int
    lowest: int
    highest: int

    @property
    def crosses_a_border(self) -> bool:
        """Tell whether the interval reaches into another band, so that the word is not sure."""
        return self.lowest != self.highest


def shares_of(
    values: ArrayLike,
    chosen: Sequence[float],
    *,
    design: Design,
    by: Coded | ArrayLike | None = None,
    where: Bools | None = None,
) -> Estimates:
    """Estimate the share (0–1) of answers (n,) that are among `chosen`, NaN = missing.

    Intervals come from `proportion_interval`. Raises Unusable("empty").
    """
    column = numbers(values, n=len(design))
    hit = np.where(np.isfinite(column), np.isin(column, list(chosen)), np.nan)
    return means(hit, design=design, by=by, where=where)


def mean_percent(
    values: ArrayLike,
    *,
    design: Design,
    by: Coded | ArrayLike | None = None,
    where: Bools | None = None,
    highest: float = 5,
) -> Estimates:
    """Estimate ร้อยละความพึงพอใจ as mean ÷ highest × 100, in percent (indicator 3.2-01).

    Not the share of the satisfied: that is `satisfied_percent`, 5 to 15 points away.
    """
    return means(values, design=design, by=by, where=where).times(100 / highest)


def satisfied_percent(
    values: ArrayLike,
    *,
    design: Design,
    by: Coded | ArrayLike | None = None,
    where: Bools | None = None,
    chosen: Sequence[float] = (4, 5),
) -> Estimates:
    """Estimate ร้อยละความพึงพอใจ as the share answering 4–5, in percent (indicator 3.2-02).

    For an interval that stays between 0 and 100 take `proportion_interval` of `shares_of`.
    """
    return shares_of(values, chosen, design=design, by=by, where=where).times(100)


def net_promoter_score(
    values: ArrayLike,
    *,
    design: Design,
    by: Coded | ArrayLike | None = None,
    where: Bools | None = None,
) -> Estimates:
    """Estimate the NPS of answers 0–10 (n,): promoters (9–10) less detractors (0–6), −100 to 100.

    The mean of 100, 0 and −100, so it has an interval and is never shown without one.
    Source: Reichheld (2003).
    """
    column = numbers(values, n=len(design))
    scores = np.where(column >= 9, 100.0, np.where(column <= 6, -100.0, 0.0))
    return means(np.where(np.isfinite(column), scores, np.nan), design=design, by=by, where=where)


def population_variance(
    values: ArrayLike, *, design: Design, where: Bools | None = None
) -> Variance:
    """Estimate the variance of a column (n,) in the population, with m / (m − 1).

    m counts the domain's rows, answered or not, as R survey 4.1 `svyvar(na.rm=TRUE)` does.
    Raises Unusable("empty") with fewer than two answers.
    """
    column = numbers(values, n=len(design))
    mean = means(column, design=design, where=where)
    n = int(mean.n[0])
    if n < 2:
        raise Unusable("empty")
    rows = int(((design.weights > 0) & (True if where is None else where)).sum())
    squares = (column - mean.values[0]) ** 2 * rows / (rows - 1)
    found = means(squares, design=design, where=where)
    return Variance(float(found.values[0]), float(found.se[0]), n)


def band(
    value: float, low: float, high: float, *, borders: Sequence[float] | Floats = BORDERS
) -> Band:
    """Return the band of a mean with its interval; a border belongs to the band below it.

    `borders` are the upper ends of all bands but the last. An unknown interval (NaN) reaches all
    bands. Raises Unusable("bands") when the borders do not rise. Source: the five bands of the
    official 1–5 scale (1.00–1.80 … 4.21–5.00).
    """
    ends = np.asarray(borders, np.float64)
    if (np.diff(ends) <= 0).any() or not np.isfinite(value):
        raise Unusable("bands")
    place = place_of(value, ends)
    lowest = place_of(low, ends) if np.isfinite(low) else 0
    highest = place_of(high, ends) if np.isfinite(high) else len(ends)
    return Band(place, lowest, highest)


def place_of(value: float, ends: Floats) -> int:
    """Return the number of borders below a value."""
    return int(np.searchsorted(ends, value - 1e-12))
