"""Means, totals, ratios and proportions, overall and by group, with their joint covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from surveys.estimation.codes import Bools, Coded, Floats, Ints, added, coded, everyone, numbers
from surveys.estimation.design import Design
from surveys.estimation.errors import Unusable
from surveys.estimation.variance import covariance, grouped_covariance


@dataclass(frozen=True)
class Estimates:
    """k estimates of one kind with their joint covariance.

    `labels` name the groups or variables; `values` (k,), `covariance` (k, k), `n` (k,) unweighted
    answers, `df` (k,) degrees of freedom in the domain of each, `answered_df` (k,) those among the
    rows that answered, `deff` (k,) design effects against simple random sampling without replacement,
    `effective` (k,) Kish's effective number of answers, `design_df` that of the whole design.
    Covariance and df are those that can be told: where the answers come from too few primary
    units (df < 1) the standard error is NaN.
    """

    labels: tuple[Any, ...]
    values: Floats
    covariance: Floats
    n: Ints
    df: Ints
    answered_df: Ints
    deff: Floats
    effective: Floats
    design_df: int

    def __len__(self) -> int:
        """Return the number of estimates."""
        return len(self.labels)

    @property
    def se(self) -> Floats:
        """Standard errors (k,), in the unit of the values."""
        return np.sqrt(np.maximum(np.diagonal(self.covariance), 0))

    def interval(
        self, level: float = 0.95, *, df: ArrayLike | None = None
    ) -> tuple[Floats, Floats]:
        """Return the symmetric interval (low, high) by Student's t on the domain's df, or on `df`.

        Infinite `df` is the normal interval of R's `confint`. Raises Unusable on a bad level.
        """
        reach = t_quantile(level, self.df if df is None else df) * self.se
        return self.values - reach, self.values + reach

    def times(self, factor: float) -> Estimates:
        """Return the same estimates in another unit, as percent."""
        return replace(
            self, values=self.values * factor, covariance=self.covariance * factor * factor
        )


def t_quantile(level: float, df: ArrayLike) -> Floats:
    """Return the two-sided t quantile of a level; NaN where df < 1."""
    if not 0 < level < 1:
        raise Unusable("level")
    degrees = np.asarray(df, np.float64)
    usable = np.where(degrees < 1, np.nan, degrees)
    return np.asarray(stdtrit(usable, (1 + level) / 2))


def means(
    values: ArrayLike,
    *,
    design: Design,
    by: Coded | ArrayLike | None = None,
    where: Bools | None = None,
) -> Estimates:
    """Estimate the mean of a column (n,), NaN = missing, overall or by group.

    `by` (n,) are group labels, `where` (n,) limits to a domain; rows outside, and missing answers,
    stay in the design. Unit: that of the column. Raises Unusable("empty") without answers.
    Source: R survey 4.1 `svymean`, `svyby(covmat=TRUE)`; deff = its `deff=TRUE`.
    """
    column = numbers(values, n=len(design))
    return ratios(column, np.ones(len(column)), design=design, by=by, where=where)


def ratios(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    design: Design,
    by: Coded | ArrayLike | None = None,
    where: Bools | None = None,
) -> Estimates:
    """Estimate total of numerator over total of denominator, both (n,), NaN = missing.

    A row counts when both are answered. Raises Unusable("empty") or ("denominator"). Source: R
    survey 4.1 `svyratio`: influence w (y − R x) / X.
    """
    upper, lower = numbers(numerator, n=len(design)), numbers(denominator, n=len(design))
    domain = domain_of(design, by=by, where=where)
    codes, count = domain.codes, len(domain.labels)
    inside = (codes >= 0) & np.isfinite(upper) & np.isfinite(lower) & (design.weights > 0)
    if not inside.any():
        raise Unusable("empty")
    answered = np.where(inside, codes, -1)
    at, weights = codes[inside], design.weights[inside]
    top, bottom = upper[inside], lower[inside]
    size = added(at, weights * bottom, count)
    if (size[np.bincount(at, minlength=count) > 0] == 0).any():
        raise Unusable("denominator")
    with np.errstate(invalid="ignore", divide="ignore"):
        found = added(at, weights * top, count) / size
        influence = np.zeros(len(design))
        residual = top - found[at] * bottom
        influence[inside] = weights * residual / size[at]
    facts = answers(design, codes=answered, count=count, residual=residual)
    effect = facts.simple_variance * (facts.population / np.where(size == 0, np.nan, size)) ** 2
    spread = grouped_covariance(design, influence, codes=answered, count=count)
    return told(domain, found, spread, design=design, answered=answered, facts=facts, simple=effect)


def totals(
    values: ArrayLike,
    *,
    design: Design,
    by: Coded | ArrayLike | None = None,
    where: Bools | None = None,
) -> Estimates:
    """Estimate the population total of a column (n,), NaN = missing and counted as nothing.

    Raises Unusable("empty"). Source: R survey 4.1 `svytotal(na.rm=TRUE)`, influence w y.
    """
    column = numbers(values, n=len(design))
    domain = domain_of(design, by=by, where=where)
    count = len(domain.labels)
    inside = (domain.codes >= 0) & np.isfinite(column) & (design.weights > 0)
    if not inside.any():
        raise Unusable("empty")
    answered = np.where(inside, domain.codes, -1)
    at = domain.codes[inside]
    influence = np.where(inside, design.weights * np.where(inside, column, 0), 0)
    found = added(at, influence[inside], count)
    weight = added(at, design.weights[inside], count)
    with np.errstate(invalid="ignore", divide="ignore"):
        residual = column[inside] - (found / weight)[at]
    facts = answers(design, codes=answered, count=count, residual=residual)
    spread = grouped_covariance(design, influence, codes=answered, count=count)
    simple = facts.simple_variance * facts.population**2
    return told(domain, found, spread, design=design, answered=answered, facts=facts, simple=simple)


def proportions(
    values: Coded | ArrayLike, *, design: Design, where: Bools | None = None
) -> Estimates:
    """Estimate the share of each category of a column (n,) among its answered rows.

    Shares are between 0 and 1 and add up to 1; the covariance is joint. Source: `svymean` of a
    factor.
    """
    column = coded(values)
    kept = column.codes >= 0
    if where is not None:
        kept = kept & where
    columns = [
        np.where(column.codes < 0, np.nan, column.codes == place)
        for place in range(len(column.labels))
    ]
    if not columns:
        raise Unusable("empty")
    return joint_means(columns, design=design, labels=column.labels, where=kept)


def joint_means(
    columns: Sequence[ArrayLike],
    *,
    design: Design,
    labels: Sequence[Any],
    where: Bools | None = None,
) -> Estimates:
    """Estimate several means on the rows complete in all columns (n,), with their covariance.

    Source: R survey 4.1 `svymean(~a+b, na.rm=TRUE)`.
    """
    table = np.stack([numbers(column, n=len(design)) for column in columns], axis=1)
    domain = domain_of(design, by=None, where=where)
    inside = (domain.codes >= 0) & np.isfinite(table).all(axis=1) & (design.weights > 0)
    if not inside.any():
        raise Unusable("empty")
    answered = np.where(inside, 0, -1)
    weights = np.where(inside, design.weights, 0)
    clean = np.where(inside[:, None], table, 0)
    found = weights @ clean / weights.sum()
    influence = weights[:, None] * (clean - found) / weights.sum()
    spread = covariance(design, influence)
    each = [
        answers(design, codes=answered, count=1, residual=clean[inside, place] - found[place])
        for place in range(len(found))
    ]
    simple = np.array([facts.simple_variance[0] for facts in each])
    one = told(domain, found[:1], spread[:1, :1], design=design, answered=answered, facts=each[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        deff = np.diagonal(spread) / simple
    count = len(found)
    usable = np.isfinite(one.covariance).all()
    return Estimates(
        labels=tuple(labels),
        values=found,
        covariance=spread if usable else np.full_like(spread, np.nan),
        n=np.repeat(one.n, count),
        df=np.repeat(one.df, count),
        answered_df=np.repeat(one.answered_df, count),
        deff=deff if usable else np.full(count, np.nan),
        effective=np.repeat(one.effective, count),
        design_df=one.design_df,
    )


def domain_of(design: Design, *, by: Coded | ArrayLike | None, where: Bools | None) -> Coded:
    """Return the group of every row, -1 outside the domain."""
    groups = everyone(len(design)) if by is None else coded(by)
    if len(groups) != len(design):
        raise Unusable("lengths")
    if where is None:
        return groups
    if np.shape(where) != (len(design),):
        raise Unusable("lengths")
    return Coded(np.where(where, groups.codes, -1), groups.labels)


@dataclass(frozen=True)
class Answers:
    """Of each group: answers, their weights' sum, Kish's effective number, variance if simple."""

    n: Ints
    population: Floats
    effective: Floats
    simple_variance: Floats


def answers(design: Design, *, codes: Ints, count: int, residual: Floats) -> Answers:
    """Return what simple random sampling of as many rows would give for a mean's variance.

    The sampled share n / population is taken off where the weights say how large the population
    is, that is, where they add up to more than n.
    """
    inside = codes >= 0
    at, weights = codes[inside], design.weights[inside]
    n = np.bincount(at, minlength=count)
    size = added(at, weights, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = size**2 / added(at, weights**2, count)
        spread = added(at, weights * residual**2, count) / size * n / (n - 1)
        left = np.where(size > n, 1 - n / size, 1.0)
    return Answers(n, size, effective, spread * left / np.maximum(n, 1))


def told(
    domain: Coded,
    values: Floats,
    spread: Floats,
    *,
    design: Design,
    answered: Ints,
    facts: Answers,
    simple: Floats | None = None,
) -> Estimates:
    """Return the estimates, without an error where the answers lie in too few primary units."""
    count = len(domain.labels)
    answered_df = design.df_by(answered, count)
    usable = answered_df >= 1
    known = np.where(np.outer(usable, usable), spread, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        deff = np.diagonal(known) / (facts.simple_variance if simple is None else simple)
    return Estimates(
        labels=domain.labels,
        values=np.where(facts.n > 0, values, np.nan),
        covariance=known,
        n=facts.n,
        df=np.where(usable, design.df_by(domain.codes, count), 0),
        answered_df=answered_df,
        deff=deff,
        effective=facts.effective,
        design_df=design.df(),
    )
