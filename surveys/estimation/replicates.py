"""Standard errors by leaving out one primary unit at a time, for statistics without a formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from surveys.estimation.codes import Floats
from surveys.estimation.design import Design
from surveys.estimation.errors import Unusable


@dataclass(frozen=True)
class Replicated:
    """A statistic (k,), its covariance (k, k) over replicates, and the design's df."""

    values: Floats
    covariance: Floats
    df: int

    @property
    def se(self) -> Floats:
        """Standard errors (k,)."""
        return np.sqrt(np.diagonal(self.covariance))


def jackknife(design: Design, statistic: Callable[[Floats], Floats]) -> Replicated:
    """Estimate the covariance of `statistic`, a function of weights (n,) with values (k,).

    Stratified jackknife (JKn) on the first stage, centred on the mean of the replicates. To let a
    calibration count, repeat it inside `statistic`. Raises Unusable("lonely") when a stratum has
    one unit. Source: R survey 4.1 `as.svrepdesign(type="JKn")`.
    """
    first = design.stages[0]
    if (first.sampled < 2).any():
        raise Unusable("lonely")
    values = np.atleast_1d(statistic(design.weights))
    rows = np.argsort(first.unit, kind="stable")
    starts = np.searchsorted(first.unit[rows], np.arange(len(first.stratum) + 1))
    of_row = first.stratum[first.unit]
    replicates = np.empty((len(first.stratum), len(values)))
    for unit, stratum in enumerate(first.stratum):
        size = first.sampled[stratum]
        weights = np.where(of_row == stratum, design.weights * size / (size - 1), design.weights)
        weights[rows[starts[unit] : starts[unit + 1]]] = 0
        replicates[unit] = statistic(weights)
    scale = ((first.sampled - 1) / first.sampled * first.left)[first.stratum]
    centred = replicates - replicates.mean(axis=0)
    return Replicated(values, (centred * scale[:, None]).T @ centred, design.df())
