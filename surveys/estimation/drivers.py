"""What goes with satisfaction: correlations, regression, relative weights, consistency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from surveys.estimation.codes import Bools, Floats, numbers
from surveys.estimation.design import Design
from surveys.estimation.errors import Unusable
from surveys.estimation.variance import covariance


@dataclass(frozen=True)
class Regression:
    """Coefficients, the intercept first: values, covariance, t, p, all k + 1; residual df; n."""

    coefficients: Floats
    covariance: Floats
    t: Floats
    p: Floats
    df: int
    n: int

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients."""
        return np.sqrt(np.maximum(np.diagonal(self.covariance), 0))


@dataclass(frozen=True)
class KeyDrivers:
    """For k drivers: correlation with the outcome, relative weight, its share of R² (0–1); R²; n."""

    correlations: Floats
    weights: Floats
    shares: Floats
    r_squared: float
    n: int


def correlations(
    columns: Sequence[ArrayLike], *, design: Design, where: Bools | None = None
) -> Floats:
    """Return the weighted Pearson correlations (k, k) of columns (n,) on complete rows.

    NaN for a column without variance. Raises Unusable("empty"). Source: R survey 4.1 `svyvar`,
    scaled.
    """
    table, weights, _inside = complete_rows(columns, design=design, where=where)
    centred = table - weights @ table / weights.sum()
    spread = (centred * weights[:, None]).T @ centred
    sizes = np.sqrt(np.diagonal(spread))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(spread / np.outer(sizes, sizes))


def regression(
    outcome: ArrayLike,
    drivers: Sequence[ArrayLike],
    *,
    design: Design,
    where: Bools | None = None,
) -> Regression:
    """Fit outcome = a + Σ b·driver by weighted least squares on complete rows, columns (n,).

    Standard errors are the design's sandwich, df = design df − k. Raises Unusable("collinear"),
    ("empty"). Source: R survey 4.1 `svyglm(family=gaussian)`.
    """
    table, weights, inside = complete_rows([outcome, *drivers], design=design, where=where)
    y, x = table[:, 0], np.column_stack([np.ones(len(table)), table[:, 1:]])
    cross = (x * weights[:, None]).T @ x
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise Unusable("collinear")
    inverse = np.linalg.inv(cross)
    found = inverse @ ((x * weights[:, None]).T @ y)
    influence = np.zeros((len(design), len(found)))
    influence[inside] = (x * (weights * (y - x @ found))[:, None]) @ inverse
    df = design.df(inside) + 1 - len(found)
    spread = covariance(design, influence) if df >= 1 else np.full_like(cross, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = found / np.sqrt(np.diagonal(spread))
    return Regression(found, spread, t, 2 * stdtr(max(df, 1), -np.abs(t)), df, len(table))


def key_drivers(
    outcome: ArrayLike,
    drivers: Sequence[ArrayLike],
    *,
    design: Design,
    where: Bools | None = None,
) -> KeyDrivers:
    """Share out R² among correlated drivers (n,) by Johnson's relative weights.

    The weights are not negative and add up to R² of the weighted regression on complete rows.
    Raises Unusable("collinear") for a column without variance, ("empty"). Source: Johnson (2000),
    Multivariate Behavioral Research 35.
    """
    table = correlations([outcome, *drivers], design=design, where=where)
    if not np.isfinite(table).all():
        raise Unusable("collinear")
    among, towards = table[1:, 1:], table[1:, 0]
    sizes, vectors = np.linalg.eigh(among)
    if sizes.min() < 1e-10:
        raise Unusable("collinear")
    loadings = (vectors * np.sqrt(sizes)) @ vectors.T
    effects = np.linalg.solve(loadings, towards)
    weights = loadings**2 @ effects**2
    total = float(weights.sum())
    _table, counted, _inside = complete_rows([outcome, *drivers], design=design, where=where)
    shares = weights / total if total > 0 else np.full_like(weights, np.nan)
    return KeyDrivers(towards, weights, shares, total, len(counted))


def cronbach_alpha(items: Sequence[ArrayLike]) -> tuple[float, int]:
    """Return Cronbach's alpha of k ≥ 2 items (n,) on complete rows, unweighted, and n.

    Raises Unusable("empty"), ("collinear") when nothing varies. Source: Cronbach (1951).
    """
    table = np.stack([np.asarray(item, np.float64) for item in items], axis=1)
    table = table[np.isfinite(table).all(axis=1)]
    count = table.shape[1]
    if len(table) < 2 or count < 2:
        raise Unusable("empty")
    whole = float(table.sum(axis=1).var(ddof=1))
    if whole == 0:
        raise Unusable("collinear")
    parts = float(table.var(axis=0, ddof=1).sum())
    return count / (count - 1) * (1 - parts / whole), len(table)


def complete_rows(
    columns: Sequence[ArrayLike], *, design: Design, where: Bools | None
) -> tuple[Floats, Floats, Bools]:
    """Return the rows answered in all columns (m, k), their weights (m,), and which they are."""
    table = np.stack([numbers(column, n=len(design)) for column in columns], axis=1)
    inside = np.isfinite(table).all(axis=1) & (design.weights > 0)
    if where is not None:
        inside = inside & where
    if inside.sum() < 2:
        raise Unusable("empty")
    return table[inside], design.weights[inside], inside
