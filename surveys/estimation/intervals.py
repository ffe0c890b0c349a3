"""Confidence intervals of proportions, which stay between 0 and 1 and do not vanish at 0 of n."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, fdtri, logit, ndtri, xlogy

from surveys.estimation.codes import Floats
from surveys.estimation.errors import Unusable
from surveys.estimation.estimates import Estimates, t_quantile

Interval = tuple[Floats, Floats]


def wilson(share: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of shares out of n independent answers, all (k,) or scalar.

    Raises Unusable on a bad level. Source: Wilson (1927); R `prop.test(correct=FALSE)`.
    """
    if not 0 < level < 1:
        raise Unusable("level")
    p, size, z = np.asarray(share, np.float64), np.asarray(n, np.float64), ndtri((1 + level) / 2)
    middle = (p + z * z / (2 * size)) / (1 + z * z / size)
    reach = z / (1 + z * z / size) * np.sqrt(p * (1 - p) / size + z * z / (4 * size * size))
    low = np.where(p == 0, 0.0, np.maximum(middle - reach, 0))
    return low, np.where(p == 1, 1.0, np.minimum(middle + reach, 1))


def clopper_pearson(share: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Return the exact binomial interval of shares out of n answers, n not necessarily whole.

    Raises Unusable on a bad level. Source: Clopper and Pearson (1934); R `binom.test`.
    """
    if not 0 < level < 1:
        raise Unusable("level")
    p, size, tail = np.asarray(share, np.float64), np.asarray(n, np.float64), (1 - level) / 2
    hits, misses = size * p, size * (1 - p)
    low = np.where(p == 0, 0.0, betaincinv(np.maximum(hits, 1e-300), misses + 1, tail))
    high = np.where(p == 1, 1.0, betaincinv(hits + 1, np.maximum(misses, 1e-300), 1 - tail))
    return low, high


def proportion_interval(
    shares: Estimates, *, method: str = "logit", level: float = 0.95
) -> Interval:
    """Return (low, high), both (k,), of k estimated shares between 0 and 1.

    The df are those among the answers of each.

    `mean` symmetric, `logit` (`xlogit`), `asin`, `likelihood`, and on the effective number of
    answers `korn-graubard` (`beta`), `wilson` and `clopper-pearson`. A share of exactly 0 or 1
    has no variance: it gets the Clopper–Pearson interval (Wilson's when that was asked) on Kish's
    effective number. NaN where df < 1. Raises Unusable on a bad level, method, or share.
    Source: R survey 4.1 `svyciprop`; Korn and Graubard (1998).
    """
    find = METHODS.get(method)
    if find is None:
        raise Unusable("method", method=method)
    p = shares.values
    if (np.nan_to_num(p) < -1e-12).any() or (np.nan_to_num(p) > 1 + 1e-12).any():
        raise Unusable("not-binary")
    reach = t_quantile(level, shares.answered_df)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = find(shares, reach, level)
        edge_low, edge_high = at_the_edge(shares, method=method, level=level)
    edge = (p <= 0) | (p >= 1)
    known = np.isfinite(reach) & np.isfinite(p)
    low, high = np.where(edge, edge_low, low), np.where(edge, edge_high, high)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def at_the_edge(shares: Estimates, *, method: str, level: float) -> Interval:
    """Return the interval of shares of 0 or 1 on Kish's effective number of answers."""
    size = shares.effective * lost_to_clusters(shares, level=level)
    find = wilson if method == "wilson" else clopper_pearson
    return find(np.clip(np.nan_to_num(shares.values), 0, 1), size, level)


def lost_to_clusters(shares: Estimates, *, level: float) -> Floats:
    """Return Korn and Graubard's squared ratio of t quantiles, from n − 1 to the design's df."""
    simple = t_quantile(level, shares.n - 1)
    return np.asarray((simple / t_quantile(level, shares.answered_df)) ** 2)


def symmetric(shares: Estimates, reach: Floats, level: float) -> Interval:
    """Return p ± t se."""
    return shares.values - reach * shares.se, shares.values + reach * shares.se


def on_logit(shares: Estimates, reach: Floats, level: float) -> Interval:
    """Return the interval that is symmetric on the log odds."""
    p = shares.values
    middle, half = logit(p), reach * shares.se / (p * (1 - p))
    return expit(middle - half), expit(middle + half)


def on_arcsine(shares: Estimates, reach: Floats, level: float) -> Interval:
    """Return the interval that is symmetric on the arcsine of the root, kept within its range."""
    p = shares.values
    middle, half = np.arcsin(np.sqrt(p)), reach * shares.se / (2 * np.sqrt(p * (1 - p)))
    return np.sin(np.maximum(middle - half, 0)) ** 2, np.sin(
        np.minimum(middle + half, np.pi / 2)
    ) ** 2


def korn_graubard(shares: Estimates, reach: Floats, level: float) -> Interval:
    """Return the exact interval on the effective number of answers, as R's `beta`."""
    size = shares.values * (1 - shares.values) / shares.se**2
    size = size * lost_to_clusters(shares, level=level)
    return clopper_pearson(shares.values, size, level)


def on_effective(find: Callable[[Floats, Floats, float], Interval]) -> Find:
    """Return a method on n over the design effect, which for a simple sample is n itself."""

    def found(shares: Estimates, reach: Floats, level: float) -> Interval:
        simple = shares.values * (1 - shares.values) / (shares.n - 1)
        size = shares.n * simple / shares.se**2
        return find(shares.values, size * lost_to_clusters(shares, level=level), level)

    return found


def on_likelihood(shares: Estimates, reach: Floats, level: float) -> Interval:
    """Return where the binomial deviance, divided by the design effect, reaches the F quantile."""
    pairs = [
        likelihood_of(p, variance, float(fdtri(1, df, level)) if df >= 1 else np.nan)
        for p, variance, df in zip(shares.values, shares.se**2, shares.answered_df, strict=True)
    ]
    return np.array([low for low, _high in pairs]), np.array([high for _low, high in pairs])


def likelihood_of(p: float, variance: float, most: float) -> tuple[float, float]:
    """Return the likelihood interval of one share."""
    if not (0 < p < 1 and variance > 0 and np.isfinite(most)):
        return np.nan, np.nan

    def excess(other: float) -> float:
        distance = xlogy(p, p / other) + xlogy(1 - p, (1 - p) / (1 - other))
        return float(2 * p * (1 - p) / variance * distance - most)

    tiny = 1e-15
    return (
        brentq(excess, tiny, p, xtol=1e-15, rtol=1e-14),
        brentq(excess, p, 1 - tiny, xtol=1e-15, rtol=1e-14),
    )


Find = Callable[[Estimates, Floats, float], Interval]

METHODS: dict[str, Find] = {
    "mean": symmetric,
    "logit": on_logit,
    "xlogit": on_logit,
    "asin": on_arcsine,
    "beta": korn_graubard,
    "korn-graubard": korn_graubard,
    "likelihood": on_likelihood,
    "wilson": on_effective(wilson),
    "clopper-pearson": on_effective(clopper_pearson),
}
