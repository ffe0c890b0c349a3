"""Tests of independence of two categories under a design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, fdtrc

from surveys.estimation.codes import Bools, Coded, Floats, added, coded
from surveys.estimation.design import Design, survey_design
from surveys.estimation.errors import Unusable
from surveys.estimation.variance import grouped_covariance


@dataclass(frozen=True)
class Independence:
    """A test: statistic, df, denominator df (infinite for a chi-square), p, unweighted n."""

    statistic: float
    df: float
    denominator_df: float
    p: float
    n: int


@dataclass(frozen=True)
class Crossing:
    """A two-way table: each row's cell among r × c (row-major), -1 for none, and its design.

    `sampled` counts the rows of the domain, answered or not.
    """

    cells: Coded
    rows: int
    columns: int
    design: Design
    sampled: int

    @property
    def n(self) -> int:
        """Return the number of rows in the table."""
        return int((self.cells.codes >= 0).sum())

    @property
    def shares(self) -> Floats:
        """Return the weighted share (r, c) of each cell."""
        inside = self.cells.codes >= 0
        at, weights = self.cells.codes[inside], self.design.weights[inside]
        sums = added(at, weights, self.rows * self.columns)
        return np.asarray((sums / sums.sum()).reshape(self.rows, self.columns))

    def covariance(self, gradient: Floats) -> Floats:
        """Return the covariance of totals of what each cell's persons count for, (r·c, k)."""
        weights = np.where(self.cells.codes >= 0, self.design.weights, 0)
        spread = grouped_covariance(
            self.design,
            weights / weights.sum(),
            codes=self.cells.codes,
            count=self.rows * self.columns,
        )
        return np.asarray(gradient.T @ spread @ gradient)


def chi_square(
    rows: Coded | ArrayLike,
    columns: Coded | ArrayLike,
    *,
    design: Design,
    where: Bools | None = None,
    statistic: str = "F",
) -> Independence:
    """Test that two columns of categories (n,) are independent in the population.

    `statistic`: "F" Rao–Scott's second-order correction (the default, and what to report),
    "Chisq" its first-order one (the statistic shown is Pearson's, as if all sampled rows had
    answered), "Wald" and "adjWald" on the cells. Raises Unusable("table"), ("method"), ("empty"); p is NaN where df < 1. Source: Rao and
    Scott (1984); R survey 4.1 `svychisq`.
    """
    table = crossing(rows, columns, design=design, where=where)
    df = design.df(table.cells.codes >= 0)
    if statistic in {"Wald", "adjWald"}:
        return wald_on_cells(table, df=df, adjusted=statistic == "adjWald")
    if statistic not in {"F", "Chisq"}:
        raise Unusable("method", method=statistic)
    pearson = pearson_of(table.shares) * table.sampled
    count = (table.rows - 1) * (table.columns - 1)
    if df < 1:
        return Independence(pearson, count, df, np.nan, table.n)
    effects = generalised_effects(table)
    trace = float(np.trace(effects))
    if statistic == "Chisq":
        p = float(chdtrc(count, pearson * count / trace))
        return Independence(pearson, count, np.inf, p, table.n)
    numerator = trace**2 / float(np.trace(effects @ effects))
    p = float(fdtrc(numerator, numerator * df, pearson / trace))
    return Independence(pearson / trace, numerator, numerator * df, p, table.n)


def pearson_chi_square(rows: Coded | ArrayLike, columns: Coded | ArrayLike) -> Independence:
    """Test independence of plain answers (n,) without weights or clusters.

    For simple random samples only: with clusters it finds differences that are none. Source: R
    `chisq.test(correct=FALSE)`.
    """
    table = crossing(rows, columns, design=survey_design(n=len(coded(rows))), where=None)
    pearson, count = pearson_of(table.shares) * table.n, (table.rows - 1) * (table.columns - 1)
    return Independence(pearson, count, np.inf, float(chdtrc(count, pearson)), table.n)


def crossing(
    rows: Coded | ArrayLike, columns: Coded | ArrayLike, *, design: Design, where: Bools | None
) -> Crossing:
    """Return the cells of a two-way table; categories that nobody chose are left out."""
    first, second = coded(rows), coded(columns)
    if len(first) != len(design) or len(second) != len(design):
        raise Unusable("lengths")
    inside = (first.codes >= 0) & (second.codes >= 0) & (design.weights > 0)
    if where is not None:
        inside = inside & where
    if not inside.any():
        raise Unusable("empty")
    one, upper = np.unique(first.codes[inside], return_inverse=True)
    two, lower = np.unique(second.codes[inside], return_inverse=True)
    if len(one) < 2 or len(two) < 2:
        raise Unusable("table")
    cells = np.full(len(design), -1, np.int64)
    cells[inside] = upper * len(two) + lower
    sampled = len(design) if where is None else int(where.sum())
    labels = tuple(range(len(one) * len(two)))
    return Crossing(Coded(cells, labels), len(one), len(two), design, sampled)


def pearson_of(shares: Floats) -> float:
    """Return Pearson's statistic of a table of shares, for one answer."""
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(((shares - expected) ** 2 / expected).sum())


def generalised_effects(table: Crossing) -> Floats:
    """Return the matrix of design effects of the interaction contrasts."""
    shares = table.shares.ravel()
    contrasts = interactions(table.rows, table.columns)
    inverse = np.divide(1, shares, out=np.zeros_like(shares), where=shares > 0)
    weighted = inverse[:, None] * contrasts
    simple = contrasts.T @ weighted / table.sampled
    centred = weighted - shares @ weighted
    return np.asarray(np.linalg.solve(simple, table.covariance(centred)), np.float64)


def interactions(rows: int, columns: int) -> Floats:
    """Return (r·c, (r−1)(c−1)) contrasts orthogonal to both main effects."""
    first = np.eye(rows)[:, 1:] - 1 / rows
    second = np.eye(columns)[:, 1:] - 1 / columns
    return np.asarray(np.kron(first, second), np.float64)


def wald_on_cells(table: Crossing, *, df: int, adjusted: bool) -> Independence:
    """Test that every cell's total equals that of its margins' product."""
    shares = table.shares
    upper, lower = shares.sum(axis=1), shares.sum(axis=0)
    gaps = (shares - np.outer(upper, lower))[1:, 1:].ravel()
    count, degrees = len(gaps), df - len(gaps) + 1 if adjusted else df
    if degrees < 1:
        return Independence(np.nan, count, degrees, np.nan, table.n)
    row, column = np.divmod(np.arange(shares.size), table.columns)
    gradient = np.stack(
        [
            ((row == i) - upper[i]) * ((column == j) - lower[j])
            for i in range(1, table.rows)
            for j in range(1, table.columns)
        ],
        axis=1,
    )
    spread = table.covariance(gradient)
    wald = float(gaps @ np.linalg.solve(spread, gaps))
    f = wald * degrees / (count * df) if adjusted else wald / count
    return Independence(f, count, degrees, float(fdtrc(count, degrees, f)), table.n)
