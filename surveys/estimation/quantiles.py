"""Quantiles with Woodruff's intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from surveys.estimation.codes import Bools, Coded, Floats, Ints, numbers
from surveys.estimation.design import Design
from surveys.estimation.errors import Unusable
from surveys.estimation.estimates import domain_of, means, t_quantile

TIE = 1e-12  # cumulated weights closer than this share to the one looked for are equal to it


@dataclass(frozen=True)
class Quantiles:
    """One quantile for each of k groups: value, interval, standard error, n and df, all (k,)."""

    labels: tuple[Any, ...]
    values: Floats
    low: Floats
    high: Floats
    se: Floats
    n: Ints
    df: Ints


def quantiles(
    values: ArrayLike,
    share: float = 0.5,
    *,
    design: Design,
    by: Coded | ArrayLike | None = None,
    where: Bools | None = None,
    rule: str = "math",
    level: float = 0.95,
) -> Quantiles:
    """Estimate the quantile below which `share` (0–1) of the population lies, overall or by group.

    `values` (n,), NaN = missing. `rule` "math" is the smallest value that reaches the share,
    "school" the middle of two values that meet it exactly. The interval inverts that of the share
    at or below the estimate; the standard error is its width over 2 t. NaN where the share's
    interval leaves 0–1 or df < 1. Raises Unusable("shares"), ("method"), ("empty"). Source:
    Woodruff (1952); R survey 4.1 `svyquantile(interval.type="mean")`.
    """
    if not 0 < share < 1:
        raise Unusable("shares")
    if rule not in {"math", "school"}:
        raise Unusable("method", method=rule)
    column = numbers(values, n=len(design))
    domain = domain_of(design, by=by, where=where)
    answered = (domain.codes >= 0) & np.isfinite(column) & (design.weights > 0)
    if not answered.any():
        raise Unusable("empty")
    sorted_groups = [
        ordered(column, design.weights, chosen=answered & (domain.codes == group))
        for group in range(len(domain.labels))
    ]
    points = np.array([quantile_of(group, share, rule=rule) for group in sorted_groups])
    at = np.where(domain.codes >= 0, points[domain.codes], np.nan)
    below = np.where(answered, column <= at, np.nan)
    shares = means(below, design=design, by=domain)
    low, high = shares.interval(level)
    ends = [
        (inverse(group, a, rule=rule), inverse(group, b, rule=rule))
        for group, a, b in zip(sorted_groups, low, high, strict=True)
    ]
    lows, highs = np.array([a for a, _b in ends]), np.array([b for _a, b in ends])
    se = (highs - lows) / (2 * t_quantile(level, shares.df))
    return Quantiles(domain.labels, points, lows, highs, se, shares.n, shares.df)


def ordered(column: Floats, weights: Floats, *, chosen: Bools) -> tuple[Floats, Floats]:
    """Return the chosen values in order, with their cumulated share of the weight."""
    order = np.argsort(column[chosen], kind="stable")
    cumulated = np.cumsum(weights[chosen][order])
    return column[chosen][order], cumulated / cumulated[-1] if len(cumulated) else cumulated


def inverse(group: tuple[Floats, Floats], share: float, *, rule: str) -> float:
    """Return the quantile at a share, NaN outside 0–1."""
    return quantile_of(group, share, rule=rule) if 0 <= share <= 1 else np.nan


def quantile_of(group: tuple[Floats, Floats], share: float, *, rule: str) -> float:
    """Return the quantile of ordered values with cumulated shares."""
    column, cumulated = group
    if not len(column):
        return np.nan
    place = min(int(np.searchsorted(cumulated, share - TIE)), len(column) - 1)
    if rule == "school" and abs(cumulated[place] - share) <= TIE and place + 1 < len(column):
        return float((column[place] + column[place + 1]) / 2)
    return float(column[place])
