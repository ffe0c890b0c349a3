"""Weights that add up to known population figures: post-stratification, raking, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from surveys.estimation.codes import Coded, Floats, added, coded
from surveys.estimation.design import Design, PostStrata, Raked, Regressed
from surveys.estimation.errors import Unusable

ROUNDS = 1000
CLOSE = 1e-12  # margins are reached when no category is farther off than this share


def post_stratify(
    design: Design, cells: Coded | ArrayLike, *, population: Mapping[Any, float]
) -> Design:
    """Scale weights so that each cell (n,) adds up to its `population` (persons).

    Raises Unusable("margin-…") when cells and population do not match. Standard errors afterwards
    use residuals from weighted cell means. Source: R survey 4.1 `postStratify`.
    """
    column = filled(design, cells)
    figures = figures_of(column, population)
    sums = sums_in_sample(design.weights, column)
    after = design.weights * (figures / sums)[column.codes]
    return design.with_weights(after, by=PostStrata(column.codes, design.weights, after))


def rake(
    design: Design, margins: Sequence[tuple[Coded | ArrayLike, Mapping[Any, float]]]
) -> Design:
    """Scale weights to each margin in turn until all are reached (iterative proportional fitting).

    A margin is a column (n,) and the population (persons) of each of its categories. Raises
    Unusable("margin-…") or ("no-convergence"). Standard errors afterwards use residuals after the
    margins' plain means, the method of R survey 4.1 `rake`; `calibrate` gives the same weights
    with regression residuals, and standard errors that differ by up to about 3 %.
    """
    columns, figures = margins_of(design, margins)
    weights = design.weights
    for _round in range(ROUNDS):
        for column, target in zip(columns, figures, strict=True):
            weights = weights * (target / sums_in_sample(weights, column))[column.codes]
        if all(is_reached(weights, c, target=t) for c, t in zip(columns, figures, strict=True)):
            return design.with_weights(
                weights, by=Raked(tuple(column.codes for column in columns), weights)
            )
    raise Unusable("no-convergence")


def calibrate(
    design: Design,
    margins: Sequence[tuple[Coded | ArrayLike, Mapping[Any, float]]],
    *,
    bounds: tuple[float, float] | None = None,
) -> Design:
    """Rake by Newton's method, no weight changed by a factor outside `bounds` (low, high).

    Factors are counted from weights scaled to the population as a whole. Without bounds the weights are those of `rake`. Raises Unusable("bounds"), ("margin-…") or
    ("no-convergence") when the bounds are too narrow. Standard errors afterwards use residuals of
    a weighted regression on the margins. Source: Deville and Särndal (1992); R survey 4.1
    `calibrate(calfun="raking")`.
    """
    low, high = bounds or (0.0, np.inf)
    if not (0 <= low < 1 < high):
        raise Unusable("bounds")
    columns, figures = margins_of(design, margins)
    table = np.concatenate([indicators(column) for column in columns], axis=1)
    target = np.concatenate(figures)
    scaled = design.weights * (figures[0].sum() / design.weights.sum())
    factors = raking_factors(table, scaled, target=target, bounds=(low, high))
    root = np.sqrt(scaled)
    by = Regressed(orthonormal(table * root[:, None]), factors * root)
    return design.with_weights(scaled * factors, by=by)


def trim(design: Design, *, low: float = 0, high: float = np.inf) -> Design:
    """Cut weights (persons per row) to [low, high] and spread what was cut over the others.

    Repeated until nothing is outside; the sum of weights stays. Raises Unusable("bounds") when
    no room is left. Source: R survey 4.1 `trimWeights(strict=TRUE)`.
    """
    weights = design.weights
    for _round in range(ROUNDS):
        outside = (weights < low) | (weights > high)
        if not outside.any():
            return design.with_weights(weights)
        if outside.all():
            break
        cut = np.clip(weights, low, high)
        cut[~outside] += (weights - cut).sum() / (~outside).sum()
        weights = cut
    raise Unusable("bounds")


def kish_deff(weights: ArrayLike) -> float:
    """Return Kish's design effect of unequal weights (n,): n Σw² / (Σw)², at least 1."""
    column = np.asarray(weights, np.float64)
    column = column[column > 0]
    if not len(column):
        raise Unusable("weights")
    return float(len(column) * (column**2).sum() / column.sum() ** 2)


def effective_n(weights: ArrayLike) -> float:
    """Return Kish's effective number of answers for weights (n,): (Σw)² / Σw²."""
    column = np.asarray(weights, np.float64)
    return float((column > 0).sum() / kish_deff(column))


def filled(design: Design, column: Coded | ArrayLike) -> Coded:
    """Return a column of categories without gaps."""
    found = coded(column)
    if len(found) != len(design):
        raise Unusable("lengths")
    if (found.codes < 0).any():
        raise Unusable("margin-population", category="")
    return found


def figures_of(column: Coded, population: Mapping[Any, float]) -> Floats:
    """Return the population of each category, in the order of the codes."""
    known = set(column.labels)
    for category, persons in population.items():
        if not (np.isfinite(persons) and persons > 0):
            raise Unusable("margin-values")
        if category not in known:
            raise Unusable("margin-sample", category=category)
    for label in column.labels:
        if label not in population:
            raise Unusable("margin-population", category=label)
    return np.array([population[label] for label in column.labels], np.float64)


def margins_of(
    design: Design, margins: Sequence[tuple[Coded | ArrayLike, Mapping[Any, float]]]
) -> tuple[list[Coded], list[Floats]]:
    """Return checked margins: all add up to the same population."""
    columns = [filled(design, column) for column, _population in margins]
    figures = [
        figures_of(column, population)
        for column, (_raw, population) in zip(columns, margins, strict=True)
    ]
    sums = [figure.sum() for figure in figures]
    if not sums or max(sums) - min(sums) > 1e-6 * max(sums):
        raise Unusable("margin-totals")
    return columns, figures


def sums_in_sample(weights: Floats, column: Coded) -> Floats:
    """Return the weight in each category; an empty one cannot be scaled."""
    sums = added(column.codes, weights, len(column.labels))
    if (sums <= 0).any():
        raise Unusable("margin-sample", category=column.labels[int(np.argmin(sums))])
    return sums


def is_reached(weights: Floats, column: Coded, *, target: Floats) -> bool:
    """Tell whether the weights add up to the target in every category."""
    sums = added(column.codes, weights, len(target))
    return bool((np.abs(sums - target) <= CLOSE * target.sum()).all())


def indicators(column: Coded) -> Floats:
    """Return a column of ones and zeros per category, (n, categories)."""
    table = np.zeros((len(column), len(column.labels)))
    table[np.arange(len(column)), column.codes] = 1
    return table


def raking_factors(
    table: Floats, weights: Floats, *, target: Floats, bounds: tuple[float, float]
) -> Floats:
    """Return the factor exp(table · λ), cut to the bounds, that reaches the target."""

    def factors_at(point: Floats) -> Floats:
        return np.asarray(np.clip(np.exp(np.clip(table @ point, -300, 300)), *bounds))

    point = np.zeros(table.shape[1])
    factors = factors_at(point)
    for _round in range(ROUNDS):
        short = target - table.T @ (weights * factors)
        if np.abs(short).max() <= CLOSE * target.max():
            return factors
        free = (factors > bounds[0]) & (factors < bounds[1])
        slope = (table * (weights * factors * free)[:, None]).T @ table
        step = np.linalg.lstsq(slope, short, rcond=1e-12)[0]
        for halving in range(30):
            tried = factors_at(point + step / 2**halving)
            if np.abs(target - table.T @ (weights * tried)).max() < np.abs(short).max():
                break
        else:
            break
        point, factors = point + step / 2**halving, tried
    raise Unusable("no-convergence")


def orthonormal(table: Floats) -> Floats:
    """Return an orthonormal basis (n, rank) of the columns."""
    basis, singular, _right = np.linalg.svd(table, full_matrices=False)
    return np.asarray(basis[:, singular > 1e-10 * singular[0]])
