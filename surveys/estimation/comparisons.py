"""Differences between groups and waves: tested as such, never read off overlapping intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, stdtr

from surveys.estimation.codes import Bools, Coded, Floats, coded, numbers
from surveys.estimation.design import Design
from surveys.estimation.errors import Unusable
from surveys.estimation.estimates import Estimates, means, t_quantile


@dataclass(frozen=True)
class Contrast:
    """A linear combination of estimates: its value, error, test statistic, df, p and interval."""

    value: float
    se: float
    t: float
    df: float
    p: float
    low: float
    high: float


@dataclass(frozen=True)
class Wald:
    """A joint test: F statistic, its two degrees of freedom, p."""

    f: float
    df: float
    denominator_df: float
    p: float


def contrast(
    estimates: Estimates,
    coefficients: ArrayLike,
    *,
    df: float | None = None,
    level: float = 0.95,
) -> Contrast:
    """Test a linear combination with coefficients (k,) of k estimates, by their joint covariance.

    `df` is that of the whole design unless given; infinite is the normal test. The estimates must
    come from one call, so that groups or waves that share offices keep their covariance. NaN
    where a standard error is. Source: R survey 4.1 `svycontrast`.
    """
    used = np.asarray(coefficients, np.float64)
    if used.shape != (len(estimates),):
        raise Unusable("lengths")
    chosen = used != 0
    value = float(used[chosen] @ estimates.values[chosen])
    spread = estimates.covariance[np.ix_(chosen, chosen)]
    variance = float(used[chosen] @ spread @ used[chosen])
    degrees = estimates.design_df if df is None else df
    return tested(value, np.sqrt(max(variance, 0)), df=degrees, level=level)


def tested(value: float, se: float, *, df: float, level: float) -> Contrast:
    """Return a value with its t test against 0 and its interval."""
    if df < 1 or not np.isfinite(se):
        return Contrast(value, np.nan, np.nan, df, np.nan, np.nan, np.nan)
    reach = float(t_quantile(level, df)) * se
    t = value / se if se > 0 else np.nan
    p = float(2 * stdtr(df, -abs(t)))
    return Contrast(value, float(se), float(t), float(df), p, value - reach, value + reach)


def difference(
    values: ArrayLike,
    groups: Coded | ArrayLike,
    *,
    pair: tuple[object, object],
    design: Design,
    where: Bools | None = None,
    level: float = 0.95,
) -> Contrast:
    """Test mean of the second group of `pair` less that of the first; `values`, `groups` (n,).

    The t test of the design: covariance between the groups enters, df are those of the two
    groups' rows less one. Raises Unusable("two-groups"). Source: R survey 4.1 `svyttest`.
    """
    column = numbers(values, n=len(design))
    labels = coded(groups)
    if len(labels) != len(design):
        raise Unusable("lengths")
    if pair[0] == pair[1] or not set(pair) <= set(labels.labels):
        raise Unusable("two-groups")
    first, second = (labels.codes == labels.labels.index(name) for name in pair)
    inside = (first | second) if where is None else (first | second) & where
    side = Coded(np.where(inside, np.where(second, 1, 0), -1), pair)
    found = means(column, design=design, by=side)
    if (found.n == 0).any():
        raise Unusable("two-groups")
    return contrast(found, [-1, 1], df=design.df(inside) - 1, level=level)


def independent_difference(
    earlier: Estimates, later: Estimates, *, df: float | None = None, level: float = 0.95
) -> Contrast:
    """Test later less earlier single estimates of samples drawn independently of one another.

    Standard error √(se₁² + se₂²), df the sum of both. Samples in the same offices are not
    independent: put both waves into one design and use `difference`.
    """
    if len(earlier) != 1 or len(later) != 1:
        raise Unusable("lengths")
    se = float(np.hypot(earlier.se[0], later.se[0]))
    degrees = earlier.df[0] + later.df[0] if df is None else df
    return tested(float(later.values[0] - earlier.values[0]), se, df=degrees, level=level)


def wald(estimates: Estimates, *, df: float | None = None) -> Wald:
    """Test that k estimates by group are all equal: F with k − 1 and df + 1 − k + … degrees.

    The denominator df are the design's df + 1 − k, as of a regression on the groups. Source: R
    survey 4.1 `regTermTest(svyglm(y ~ g), ~g)`.
    """
    known = np.isfinite(estimates.values)
    count = int(known.sum())
    if count < 2:
        raise Unusable("two-groups")
    signs = np.hstack([-np.ones((count - 1, 1)), np.eye(count - 1)])
    spread = signs @ estimates.covariance[np.ix_(known, known)] @ signs.T
    degrees = estimates.design_df + 1 - count if df is None else df
    gaps = signs @ estimates.values[known]
    if not np.isfinite(spread).all() or degrees < 1:
        return Wald(np.nan, count - 1, degrees, np.nan)
    f = float(gaps @ np.linalg.pinv(spread) @ gaps / (count - 1))
    return Wald(f, count - 1, degrees, float(fdtrc(count - 1, degrees, f)))


def welch(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Contrast:
    """Test mean of first less mean of second, two plain samples without design (n,) and (m,).

    NaN answers are left out. Source: Welch (1947); R `t.test`.
    """
    samples = [np.asarray(column, np.float64) for column in (first, second)]
    samples = [column[np.isfinite(column)] for column in samples]
    if min(len(column) for column in samples) < 2:
        raise Unusable("empty")
    parts = np.array([column.var(ddof=1) / len(column) for column in samples])
    sizes = np.array([len(column) for column in samples])
    se = float(np.sqrt(parts.sum()))
    if se == 0:
        return tested(float(samples[0].mean() - samples[1].mean()), 0.0, df=np.inf, level=level)
    df = float(parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum())
    return tested(float(samples[0].mean() - samples[1].mean()), se, df=df, level=level)


def holm(p_values: Sequence[float] | Floats) -> Floats:
    """Return p values (k,) adjusted for k tests so that any false finding has the stated chance.

    NaN stays NaN and is not counted. Source: Holm (1979); R `p.adjust("holm")`.
    """
    given = np.asarray(p_values, np.float64)
    known = np.flatnonzero(np.isfinite(given))
    order = known[np.argsort(given[known], kind="stable")]
    steps = len(order) - np.arange(len(order))
    adjusted = np.full(len(given), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * steps), 1)
    return adjusted


def benjamini_hochberg(p_values: Sequence[float] | Floats) -> Floats:
    """Return p values (k,) adjusted so that the expected share of false findings is as stated.

    NaN stays NaN and is not counted. Source: Benjamini and Hochberg (1995); R `p.adjust("BH")`.
    """
    given = np.asarray(p_values, np.float64)
    known = np.flatnonzero(np.isfinite(given))
    order = known[np.argsort(-given[known], kind="stable")]
    ranks = len(order) - np.arange(len(order))
    adjusted = np.full(len(given), np.nan)
    adjusted[order] = np.minimum.accumulate(np.minimum(given[order] * len(order) / ranks, 1))
    return adjusted
