"""Which method speaks, and how wide its intervals are: both by errors that were known at that moment.

So the back-test tries the whole procedure, choice and intervals included, not a method picked afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from listening.forecasting.series import Floats
from listening.forecasting.smoothing import Told

LEVELS = (0.80, 0.95)
FEWEST_ERRORS = 20  # past errors below which no interval is judged
MARGIN = 0.93  # another method must err so much less before it speaks


@dataclass(frozen=True)
class Procedure:
    """What was said at each moment by the method then chosen, and the errors in logs."""

    chosen: list[str]
    first: int
    ahead: Floats
    errors: Floats  # NaN where the count is unknown or still to come


def procedure(told: Sequence[Told], *, counts: Floats, usual: int) -> Procedure:
    """Let at each moment the method speak that had erred least until then; before that, the usual one."""
    first, (moments, horizon) = told[0].first, told[0].ahead.shape
    target = (first + np.arange(moments)[:, None] + np.arange(horizon)).astype(np.int64)
    future = np.full(horizon + moments, np.nan)
    actual = np.concatenate([counts, future])[target]
    until = np.array([known_until(np.abs(np.expm1(each.ahead) - actual), target) for each in told])[
        :, first : first + moments
    ]
    until[[place for place in range(len(told)) if place != usual]] /= MARGIN
    choice = np.where(until.max(axis=0) > 0, until.argmin(axis=0), usual)
    ahead = np.array([told[pick].ahead[moment] for moment, pick in enumerate(choice)])
    names = [told[pick].name for pick in choice]
    return Procedure(names, first, ahead, np.log1p(actual) - ahead)


def known_until(errors: Floats, target: NDArray[np.int64]) -> Floats:
    """Add up, for each moment, the errors about steps that lie before it."""
    by_step = np.zeros(int(target.max()) + 2)
    known = ~np.isnan(errors)
    np.add.at(by_step, target[known] + 1, errors[known])
    return np.cumsum(by_step)


def half_widths(errors: Floats, *, rows: int | None = None) -> Floats | None:
    """Return the intervals' half widths by level and steps ahead, from past errors; None from too few.

    Errors of each distance are divided by their own spread and put together; the quantile is that of
    conformal prediction, so that so many errors of the past, and one more, would lie inside.
    """
    past = errors if rows is None else known_errors(errors, rows)
    sizes = np.abs(past)
    if np.count_nonzero(~np.isnan(sizes)) < FEWEST_ERRORS:
        return None
    spread = spreads(sizes)
    parts = sizes / spread
    pooled = np.sort(parts[~np.isnan(parts)])
    independent = max(len(pooled) / parts.shape[1], 1.0)  # errors of one moment go together
    return np.outer([reach(pooled, level, independent) for level in LEVELS], spread)


def reach(sizes: Floats, level: float, independent: float) -> float:
    """Return the size that a share `level` of coming errors stays below; from few errors by Student's t."""
    share = level * (1 + 1 / independent)
    if share < 1:
        return float(np.quantile(sizes, share))
    usual = float(np.sqrt(np.mean(sizes**2)))
    return max(float(sizes[-1]), float(student.ppf((1 + level) / 2, independent)) * usual)


def known_errors(errors: Floats, moment: int) -> Floats:
    """Return the errors that were known at a moment (counted from the first): steps before it."""
    past = errors[:moment].copy()
    age = moment - np.arange(moment)[:, None]
    past[np.arange(errors.shape[1]) >= age] = np.nan
    return past


def spreads(sizes: Floats) -> Floats:
    """Return the usual size of an error by steps ahead: never smaller further out, smoothed over few."""
    horizon = sizes.shape[1]
    known = ~np.isnan(sizes)
    counts, sums = known.sum(axis=0), np.where(known, sizes, 0.0).sum(axis=0)
    whole = sums.sum() / counts.sum()
    mean = (sums + 3 * whole) / (counts + 3)
    order = np.arange(horizon)
    slope = np.polynomial.polynomial.polyfit(order, mean, 1, w=np.sqrt(counts + 1))
    line = np.polynomial.polynomial.polyval(order, slope)
    return np.maximum(np.maximum.accumulate(0.5 * mean + 0.5 * line), 1e-9)


def coverage(done: Procedure) -> tuple[dict[float, float], int] | None:
    """Return the share of later counts inside the intervals of their moment, and of how many."""
    inside, points = np.zeros(len(LEVELS)), 0
    for moment in range(len(done.errors)):
        widths = half_widths(done.errors, rows=moment)
        actual = done.errors[moment]
        known = ~np.isnan(actual)
        if widths is None or not known.any():
            continue
        inside += (np.abs(actual[known]) <= widths[:, known] + 1e-12).sum(axis=1)
        points += int(known.sum())
    if not points:
        return None
    return dict(zip(LEVELS, (inside / points).tolist(), strict=True)), points
