"""Answers of a survey with strata, clusters, weights and gaps, and what a report estimates of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.estimation import coded, means, survey_design

QUESTIONS, GROUPS = 30, 5
STRATA, UNITS = 20, 200  # units of a stratum: offices
MISSING = 0.03
SEED = 2570


@dataclass(frozen=True)
class Answers:
    """Columns of n answers: where each was given, for how many it stands, its group and its scores."""

    strata: NDArray[np.int64]
    units: NDArray[np.int64]
    weights: NDArray[np.float64]
    groups: NDArray[np.int64]
    scores: list[NDArray[np.float64]]


def answers(count: int) -> Answers:
    """Draw answers on a scale of five, the same every time."""
    chance = np.random.default_rng(SEED)
    strata = chance.integers(0, STRATA, count)
    scores = [chance.integers(1, 6, count).astype(np.float64) for _question in range(QUESTIONS)]
    for column in scores:
        column[chance.random(count) < MISSING] = np.nan
    return Answers(
        strata=strata,
        units=strata * UNITS + chance.integers(0, UNITS, count),
        weights=chance.uniform(0.5, 3, count),
        groups=chance.integers(0, GROUPS, count),
        scores=scores,
    )


def estimate(told: Answers) -> list[float]:
    """Return the largest standard error of each question by group."""
    design = survey_design(weights=told.weights, strata=[told.strata], clusters=[told.units])
    groups = coded(told.groups)
    found = [means(column, design=design, by=groups) for column in told.scores]
    return [float(each.se.max()) for each in found]
