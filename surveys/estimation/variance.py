"""Covariances of linearised statistics under a design (Taylor series, ultimate clusters and below)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from surveys.estimation.codes import Bools, Floats, Ints, added
from surveys.estimation.design import Design, PostStrata, Raked, Regressed, Stage
from surveys.estimation.errors import Unusable

CENSUS = 1e-7  # a stratum with less than this left unsampled has no sampling error
DENSE = 8_000_000  # most cells of a table units x statistics that is held in full
RAKING_ROUNDS = 10  # as R's svyrecvar


def covariance(design: Design, influence: Floats) -> Floats:
    """Return the covariance (k, k) of k totals of weighted influence values (n, k).

    Rows outside a domain have the value 0 and stay in: their units count. With calibrated
    weights the values are first replaced by their residuals. Raises Unusable when a stratum has
    one unit and the rule is "fail". Source: R survey 4.1, `svyrecvar`.
    """
    values = residuals(design, influence)
    return np.asarray(sum(stage_covariance(design, stage, values) for stage in design.stages))


def grouped_covariance(design: Design, influence: Floats, *, codes: Ints, count: int) -> Floats:
    """Return the covariance (count, count) of totals by group, each row in at most one group.

    `influence` (n,) are weighted values, `codes` (n,) the groups, -1 for none. The same as
    `covariance` on a table with a column per group, without that table where it can be spared.
    """
    effects: list[Effect] = []
    if design.calibrations:
        step = design.calibrations[-1]
        units = max(len(stage.stratum) for stage in design.stages)
        if len(design.calibrations) > 1 or isinstance(step, Regressed) or units * count > DENSE:
            return in_columns(design, influence, codes=codes, count=count)
        effects = effects_of(step, influence, codes=codes, count=count)
    inside = codes >= 0
    at, values = codes[inside], influence[inside]
    total = np.zeros((count, count))
    for stage in design.stages:
        units = len(stage.stratum)
        if units == len(design) and not effects:
            strata = stage.stratum[stage.unit[inside]]
            total += scattered_covariance(design, stage, values, at=(strata, at), count=count)
        elif units * count <= DENSE:
            places = stage.unit[inside] * count + at
            sums = added(places, values, units * count).reshape(-1, count)
            for effect in effects:
                sums -= effect.by_unit(stage)
            total += units_covariance(design, stage, sums)
        else:
            found = csr_array((values, (stage.unit[inside], at)), shape=(units, count))
            total += sparse_covariance(design, stage, found)
    return total


@dataclass(frozen=True)
class Effect:
    """What a margin explains of each group: `table` (categories, count) times the weight `after`."""

    codes: Ints
    table: Floats
    after: Floats

    def by_unit(self, stage: Stage) -> Floats:
        """Return the sums (units, count) of what is explained."""
        width, units = len(self.table), len(stage.stratum)
        load = added(stage.unit * width + self.codes, self.after, units * width)
        return np.asarray(load.reshape(-1, width) @ self.table)


def effects_of(
    step: PostStrata | Raked, influence: Floats, *, codes: Ints, count: int
) -> list[Effect]:
    """Return what a calibration explains of each group's influence values (n,)."""
    inside = codes >= 0
    at, share = codes[inside], (influence / positive(step.after))[inside]

    def by_category(margin: Ints, values: Floats) -> Floats:
        width = category_count(margin)
        return added(margin[inside] * count + at, values, width * count).reshape(width, count)

    if isinstance(step, Raked):
        tables = raked_effects(step, [by_category(margin, share) for margin in step.margins])
        pairs = zip(step.margins, tables, strict=True)
        return [Effect(margin, table, step.after) for margin, table in pairs]
    total = positive(added(step.codes, step.before, category_count(step.codes)))
    table = by_category(step.codes, share * step.before[inside]) / total[:, None]
    return [Effect(step.codes, table, step.after)]


def in_columns(design: Design, influence: Floats, *, codes: Ints, count: int) -> Floats:
    """Return the same covariance two blocks of groups at a time, so that memory stays bounded."""
    width = max(DENSE // (4 * len(design)), 1)
    blocks = [range(at, min(at + width, count)) for at in range(0, count, width)]
    total = np.zeros((count, count))
    for index, left in enumerate(blocks):
        for right in blocks[index:]:
            wanted = list(dict.fromkeys([*left, *right]))
            table = np.zeros((len(design), len(wanted)))
            for place, group in enumerate(wanted):
                chosen = codes == group
                table[chosen, place] = influence[chosen]
            total[np.ix_(wanted, wanted)] = covariance(design, table)
    return total


def residuals(design: Design, influence: Floats) -> Floats:
    """Return what the margins of a calibration leave unexplained of the influence values."""
    values = influence
    for step in design.calibrations:
        if isinstance(step, PostStrata):
            ratio = (step.before / positive(step.after))[:, None]
            means = cell_means(values * ratio, step.codes, sizes=step.before)
            values = values - means * step.after[:, None]
        elif isinstance(step, Raked):
            values = raked_residuals(step, values)
        else:
            values = regressed_residuals(step, values)
    return values


def raked_residuals(step: Raked, values: Floats) -> Floats:
    """Return values less their plain means in every category of every margin, over and over."""
    after = positive(step.after)
    sums = [
        np.stack([added(codes, column, category_count(codes)) for column in (values.T / after)], 1)
        for codes in step.margins
    ]
    for codes, effect in zip(step.margins, raked_effects(step, sums), strict=True):
        values = values - step.after[:, None] * effect[codes]
    return values


def raked_effects(step: Raked, sums: list[Floats]) -> list[Floats]:
    """Return what each category explains, out of each margin's sums (categories, k)."""
    margins = step.margins
    sizes = [np.bincount(codes)[:, None] for codes in margins]
    crossed = [[contingency(one, other) for other in margins] for one in margins]
    effects = [np.zeros_like(part) for part in sums]
    for _round in range(RAKING_ROUNDS):
        for place, part in enumerate(sums):
            known = sum(
                table @ effect for table, effect in zip(crossed[place], effects, strict=True)
            )
            effects[place] = effects[place] + (part - known) / sizes[place]
    return effects


def contingency(one: Ints, other: Ints) -> Floats:
    """Return the number of rows in each pair of categories."""
    width = category_count(other)
    cells = np.bincount(one * width + other, minlength=category_count(one) * width)
    return cells.reshape(-1, width).astype(np.float64)


def category_count(codes: Ints) -> int:
    """Return how many categories a margin has."""
    return int(codes.max()) + 1


def positive(weights: Floats) -> Floats:
    """Return weights by which can be divided."""
    return np.where(weights == 0, 1.0, weights)


def regressed_residuals(step: Regressed, values: Floats) -> Floats:
    """Return the residuals of a weighted regression on the margins."""
    scale = positive(step.scale)[:, None]
    standard = values / scale
    return np.asarray((standard - step.basis @ (step.basis.T @ standard)) * scale)


def cell_means(values: Floats, codes: Ints, *, sizes: Floats) -> Floats:
    """Return for every row its cell's sum of values divided by the cell's sum of sizes."""
    count = int(codes.max()) + 1
    total = positive(added(codes, sizes, count))
    sums = np.stack([added(codes, column, count) for column in values.T], axis=1)
    return np.asarray((sums / total[:, None])[codes])


def stage_covariance(design: Design, stage: Stage, values: Floats) -> Floats:
    """Return what one stage adds to the covariance of totals of values (n, k)."""
    units = len(stage.stratum)
    sums = [added(stage.unit, column, units) for column in values.T]
    return units_covariance(design, stage, np.stack(sums, axis=1))


def units_covariance(design: Design, stage: Stage, sums: Floats) -> Floats:
    """Return what one stage adds, given each unit's totals (units, k)."""
    met = by_stratum(stage, np.abs(sums)) > 0
    single = lonely_strata(design, stage, met=met)
    means = by_stratum(stage, sums) / stage.sampled[:, None]
    if design.lonely == "adjust":
        means[single] = 0
    centred = sums - means[stage.stratum]
    found = (centred * scale_of(stage)[stage.stratum, None]).T @ centred
    return found * raised(design, met=met, single=single)


def scattered_covariance(
    design: Design, stage: Stage, values: Floats, *, at: tuple[Ints, Ints], count: int
) -> Floats:
    """Return the same where each row is a unit; `at` are each value's stratum and group.

    Of one group, squares around its mean in the stratum plus what its share of the stratum's
    units leaves; of two groups, which share no unit, less the product of their totals.
    """
    strata = len(stage.sampled)
    cells, size = at[0] * count + at[1], strata * count
    shape = (strata, count)
    n = np.bincount(cells, minlength=size).reshape(shape)
    sums = added(cells, values, size).reshape(shape)
    means = sums / np.maximum(n, 1)
    squares = added(cells, (values - means.ravel()[cells]) ** 2, size).reshape(shape)
    single = lonely_strata(design, stage, met=sums != 0)
    share = np.where(single & (design.lonely == "adjust"), 0, 1 / stage.sampled)[:, None]
    scale = scale_of(stage)[:, None]
    found = -(sums * share * scale).T @ sums
    np.fill_diagonal(found, (scale * (squares + means**2 * n * (1 - n * share))).sum(axis=0))
    return np.asarray(found * raised(design, met=n > 0, single=single))


def sparse_covariance(design: Design, stage: Stage, sums: csr_array) -> Floats:
    """Return the same from a sparse table: squares less the squares of the strata's means."""
    pick = csr_array(
        (np.ones(len(stage.stratum)), (stage.stratum, np.arange(len(stage.stratum)))),
        shape=(len(stage.sampled), len(stage.stratum)),
    )
    met = (pick @ abs(sums)).toarray() > 0
    single = lonely_strata(design, stage, met=met)
    scale = scale_of(stage)
    totals = (pick @ sums).toarray()
    weights = scale / stage.sampled
    if design.lonely == "adjust":
        weights = np.where(single, 0, weights)
    squares = (sums.T @ sums.multiply(scale[stage.stratum][:, None]).tocsr()).toarray()
    found = squares - (totals * weights[:, None]).T @ totals
    return np.asarray(found * raised(design, met=met, single=single))


def by_stratum(stage: Stage, sums: Floats) -> Floats:
    """Return the totals (strata, k) of units' totals (units, k)."""
    strata = len(stage.sampled)
    columns = [added(stage.stratum, column, strata) for column in sums.T]
    return np.stack(columns, axis=1)


def scale_of(stage: Stage) -> Floats:
    """Return the factor (strata,) on the squared deviations of units' totals."""
    several = np.maximum(stage.sampled - 1, 1)
    return stage.factor * stage.left * stage.sampled / several


def lonely_strata(design: Design, stage: Stage, *, met: Bools) -> Bools:
    """Tell which strata have one unit only; with the rule "fail" none may matter."""
    single = (stage.sampled == 1) & (stage.left > CENSUS)
    if design.lonely == "fail" and met[single].any():
        raise Unusable("lonely")
    return np.asarray(single)


def raised(design: Design, *, met: Bools, single: Bools) -> Floats:
    """Return the factor (k, k) by which the rule "average" lets strata stand for lonely ones."""
    count = met.shape[1]
    if design.lonely != "average" or not single.any():
        return np.ones((count, count))
    usable = (met & ~single[:, None]).sum(axis=0)
    factor = np.where(usable > 0, met.sum(axis=0) / np.maximum(usable, 1), np.nan)
    return np.asarray(np.sqrt(np.outer(factor, factor)))
