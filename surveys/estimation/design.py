"""Sampling designs: who stands for how many, and which answers vary together.

After Lumley, Complex Surveys (2010), with the conventions of R's package survey 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from surveys.estimation.codes import Bools, Coded, Floats, Ints, coded, crossed, everyone, numbers
from surveys.estimation.errors import Unusable

SORTED = 20_000_000  # more cells than this are sorted instead of counted
LONELY_RULES = ("fail", "adjust", "average", "certainty", "remove")


@dataclass(frozen=True)
class Stage:
    """One stage of sampling.

    `unit` (n,) numbers the sampled units within their strata, `stratum` (units,) says where each
    lies, `sampled` and `left` (strata,) are the number of sampled units and the share of the
    population that was not sampled, `factor` (strata,) is the chance of all stages above.
    """

    unit: Ints
    stratum: Ints
    sampled: Ints
    left: Floats
    factor: Floats


@dataclass(frozen=True)
class PostStrata:
    """Weights were scaled to the population of each cell: `codes`, weights before and after (n,)."""

    codes: Ints
    before: Floats
    after: Floats


@dataclass(frozen=True)
class Raked:
    """Weights were scaled to margins in turn: `margins` of codes (n,), weights reached (n,)."""

    margins: tuple[Ints, ...]
    after: Floats


@dataclass(frozen=True)
class Regressed:
    """Weights were calibrated: orthonormal `basis` (n, p) of the margins, `scale` (n,)."""

    basis: Floats
    scale: Floats


Calibration = PostStrata | Raked | Regressed


@dataclass(frozen=True)
class Design:
    """A sample of n rows with weights (persons each row stands for) and its stages."""

    weights: Floats
    stages: tuple[Stage, ...]
    lonely: str = "fail"
    calibrations: tuple[Calibration, ...] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.weights)

    def df(self, where: Bools | None = None) -> int:
        """Return the degrees of freedom in a domain: primary units less strata that occur there."""
        if where is None:
            return self.whole_df
        return int(self.df_by(np.where(where, 0, -1), 1)[0])

    @cached_property
    def whole_df(self) -> int:
        """The degrees of freedom of the whole sample."""
        return int(self.df_by(np.zeros(len(self), np.int64), 1)[0])

    def df_by(self, codes: Ints, count: int) -> Ints:
        """Return the degrees of freedom of each of `count` domains; -1 is in none."""
        first = self.stages[0]
        inside = (codes >= 0) & (self.weights > 0)
        domain, unit = codes[inside], first.unit[inside]
        if len(first.stratum) < len(self):  # else each row is a unit
            cells = unit * count + domain
            met = np.unique(cells) if len(first.stratum) * count > SORTED else occupied(cells)
            unit, domain = np.divmod(met, count)
        strata = occupied(first.stratum[unit] * count + domain) % count
        return np.bincount(domain, minlength=count) - np.bincount(strata, minlength=count)

    def with_weights(self, weights: Floats, *, by: Calibration | None = None) -> Design:
        """Return the same sample with other weights, and how they were made."""
        steps = self.calibrations if by is None else (*self.calibrations, by)
        return replace(self, weights=weights, calibrations=steps)


def occupied(cells: Ints) -> Ints:
    """Return the different cell numbers, in order."""
    return np.flatnonzero(np.bincount(cells))


def survey_design(
    *,
    n: int | None = None,
    weights: ArrayLike | None = None,
    strata: Sequence[ArrayLike | Coded] = (),
    clusters: Sequence[ArrayLike | Coded] = (),
    fpc: Sequence[ArrayLike] = (),
    lonely: str = "fail",
) -> Design:
    """Describe how a sample was drawn.

    `weights` (n,) are persons per row; without them they follow from `fpc`, else each is 1.
    `strata`, `clusters` and `fpc` hold one column (n,) per stage, the first stage first. Without
    clusters each row is a unit of its own. Units are nested in their strata and in the units
    above (`nest=TRUE` of R). `fpc` is the number of units in the population, or the sampled share
    when no value exceeds 1; as many stages enter the variance as there are columns of it (with
    replacement at the first stage when there are none). `lonely` is R's `survey.lonely.psu`.
    Raises Unusable. Source: R survey 4.1, `svydesign`.
    """
    size = rows_of(n, [weights, *strata, *clusters, *fpc])
    if lonely not in LONELY_RULES:
        raise Unusable("lonely-rule", rule=lonely)
    if len(strata) > max(len(clusters), 1):
        raise Unusable("strata-stages")
    if len(fpc) > max(len(clusters), 1):
        raise Unusable("fpc-stages")
    named_strata, units = complete(strata, n=size), complete(clusters, n=size)
    sizes = [numbers(column, n=size) for column in fpc]
    stages, chance = stages_of(named_strata, units, sizes, n=size)
    given = 1 / chance if weights is None else numbers(weights, n=size)
    if not np.isfinite(given).all() or (given < 0).any() or not given.any():
        raise Unusable("weights")
    return Design(given, stages, lonely)


def rows_of(n: int | None, columns: Sequence[ArrayLike | Coded | None]) -> int:
    """Return the number of rows that all columns share."""
    lengths = {
        len(column) if isinstance(column, Coded) else len(np.asarray(column))
        for column in columns
        if column is not None
    }
    lengths |= {n} if n is not None else set()
    if len(lengths) != 1:
        raise Unusable("lengths")
    return lengths.pop()


def complete(columns: Sequence[ArrayLike | Coded], *, n: int) -> list[Coded]:
    """Return the columns of a design as codes; none may have gaps."""
    found = [coded(column) for column in columns]
    if any((column.codes < 0).any() for column in found):
        raise Unusable("design-gaps")
    if any(len(column) != n for column in found):
        raise Unusable("lengths")
    return found


def stages_of(
    strata: list[Coded], clusters: list[Coded], fpc: list[Floats], *, n: int
) -> tuple[tuple[Stage, ...], Floats]:
    """Return the stages that enter the variance, and each row's chance of being in the sample."""
    above, chance = everyone(n), np.ones(n)
    stages: list[Stage] = []
    for number in range(max(len(fpc), 1)):
        layer = crossed(above, strata[number]) if number < len(strata) else above
        if number < len(clusters):
            unit = crossed(layer, clusters[number])
        else:
            unit = Coded(np.arange(n), tuple(range(n)))
        share = fpc[number] if number < len(fpc) else None
        stage = stage_of(layer.codes, unit.codes, fpc=share, chance=chance)
        chance = chance * (1 - stage.left[layer.codes]) if share is not None else chance
        stages.append(stage)
        above = unit
    return tuple(stages), chance


def stage_of(layer: Ints, unit: Ints, *, fpc: Floats | None, chance: Floats) -> Stage:
    """Return one stage out of the stratum and the unit of every row."""
    strata, units = int(layer.max()) + 1, int(unit.max()) + 1
    stratum = np.zeros(units, np.int64)
    stratum[unit] = layer
    sampled = np.bincount(stratum, minlength=strata)
    factor = np.zeros(strata)
    factor[layer] = chance
    if fpc is None:
        return Stage(unit, stratum, sampled, np.ones(strata), factor)
    population = population_of(layer, fpc, sampled=sampled)
    return Stage(unit, stratum, sampled, 1 - sampled / population, factor)


def population_of(layer: Ints, fpc: Floats, *, sampled: Ints) -> Floats:
    """Return the number of units in each stratum's population."""
    if not (np.isfinite(fpc).all() and (fpc > 0).all()):
        raise Unusable("fpc-values")
    given = np.zeros(len(sampled))
    given[layer] = fpc
    if not np.allclose(given[layer], fpc, rtol=1e-9):
        raise Unusable("fpc-varies")
    population = given if (fpc > 1).any() else sampled / given
    if (population < sampled * (1 - 1e-9)).any():
        raise Unusable("fpc-small")
    return np.maximum(population, sampled)
