"""How a wave's answers stand for a population: weights, strata and clusters as the wave says.

The same columns go into every export, and `specification` says the same to `manage.py estimate`,
so that anybody can compute a published figure anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from agency.models import Unit
from surveys.estimation import Coded, Design, Unusable, coded, rake, survey_design
from surveys.models import Wave, Weighting
from surveys.selectors.frame import Floats, Frame

UNIT, STRATUM = "unit", "stratum"
OTHERS = "-"  # the cluster or stratum of who has none


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of the design, (n,) each; none where the wave has no such thing."""

    weights: Floats | None = None
    strata: Coded | None = None
    clusters: Coded | None = None
    population: Floats | None = None

    def design(self, n: int) -> Design:
        """Return the design before calibration."""
        return survey_design(
            n=n,
            weights=self.weights,
            strata=[self.strata] if self.strata else (),
            clusters=[self.clusters] if self.clusters else (),
            fpc=[self.population] if self.population is not None else (),
            lonely="adjust",
        )


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """The answers of a wave with their design; `problem` says why it is not the one wished for."""

    wave: Wave
    frame: Frame
    columns: Columns
    design: Design
    problem: str = ""

    @property
    def is_probability(self) -> bool:
        """Whether results speak of a population: only then there are intervals and tests."""
        return self.wave.is_probability and not self.problem


def sampling_of(wave: Wave, frame: Frame) -> Sampling:
    """Return the design of a wave; where it cannot be had, plain answers and the reason."""
    try:
        columns = columns_of(wave, frame)
        design = columns.design(len(frame))
        if wave.weighting == Weighting.RAKE:
            design = rake(design, margins_of(wave, frame))
    except (Unusable, KeyError) as problem:
        reason = problem.reason if isinstance(problem, Unusable) else "column"
        return Sampling(
            wave=wave,
            frame=frame,
            columns=Columns(),
            design=survey_design(n=len(frame)),
            problem=reason,
        )
    return Sampling(wave=wave, frame=frame, columns=columns, design=design)


def columns_of(wave: Wave, frame: Frame) -> Columns:
    """Return weights, strata, clusters and population of every answer."""
    strata = labels_of(STRATUM, wave, frame) if is_stratified(wave) else None
    clusters = labels_of(wave.cluster_column, wave, frame) if wave.cluster_column else None
    weights, sizes = None, None
    if wave.weighting == Weighting.STRATA and strata is not None:
        sizes = population_of(wave, strata)
        counts = np.bincount(strata.codes, minlength=len(strata.labels))[strata.codes]
        weights = sizes / counts
    elif wave.weighting == Weighting.GIVEN:
        weights = np.nan_to_num(frame.array("weight"))
    elif wave.is_probability and wave.population and strata is None:
        sizes = np.full(len(frame), float(wave.population))
        weights = sizes / max(len(frame), 1)
    if clusters is not None or sizes is None or is_overdrawn(sizes, strata):
        sizes = None
    return Columns(weights=weights, strata=strata, clusters=clusters, population=sizes)


def is_stratified(wave: Wave) -> bool:
    """Whether the sample was drawn by stratum."""
    return wave.weighting == Weighting.STRATA or (wave.is_probability and wave.strata.exists())


def is_overdrawn(sizes: Floats, strata: Coded | None) -> bool:
    """Whether more answered than there are, as where the frame is older than the fieldwork."""
    codes = strata.codes if strata else np.zeros(len(sizes), np.int64)
    return bool((np.bincount(codes)[codes] > sizes).any())


def population_of(wave: Wave, strata: Coded) -> Floats:
    """Return the population of each answer's stratum; who is in none stands for nobody."""
    known = dict(wave.strata.values_list("code", "population"))
    sizes = np.array([float(known.get(label, 0)) for label in strata.labels])
    return np.asarray(sizes[strata.codes])


def labels_of(name: str, wave: Wave, frame: Frame) -> Coded:
    """Return a column of labels without gaps: a stratum, a unit, or a choice."""
    if name in {STRATUM, UNIT}:
        names = (
            dict(wave.strata.values_list("pk", "code"))
            if name == STRATUM
            else dict(Unit.objects.filter(pk__in=pks_of(frame, UNIT)).values_list("pk", "code"))
        )
        return renamed(coded(frame.array(name)), names)
    column = frame.choice(name)
    return renamed(column, dict(zip(column.labels, column.labels, strict=True)))


def pks_of(frame: Frame, name: str) -> list[int]:
    """Return the ids that occur in a column of ids."""
    return [int(pk) for pk in np.unique(frame.array(name)) if pk >= 0]


def renamed(column: Coded, names: dict[Any, str]) -> Coded:
    """Return a column under other labels; empty cells and unknown labels are together `-`."""
    labels = [*(names.get(label, OTHERS) for label in column.labels), OTHERS]
    return coded(np.array(labels, object)[column.codes])


def margins_of(wave: Wave, frame: Frame) -> list[tuple[Coded, dict[str, float]]]:
    """Return the columns to which weights are raked, with the population of each value."""
    return [
        (labels_of(name, wave, frame), figures) for name, figures in margins_by_column(wave).items()
    ]


def margins_by_column(wave: Wave) -> dict[str, dict[str, float]]:
    """Return the known totals of the population."""
    found: dict[str, dict[str, float]] = {}
    for margin in wave.margins.all():
        found.setdefault(margin.column, {})[margin.value] = float(margin.population)
    return found


# Specification

DESIGN_COLUMNS = ("design_weight", "design_stratum", "design_cluster", "design_population")


def specification(sampling: Sampling) -> dict[str, Any]:
    """Return what `manage.py estimate` needs to compute the published figures from the export."""
    columns, wave = sampling.columns, sampling.wave
    design: dict[str, Any] = {"lonely": "adjust"}
    if columns.weights is not None:
        design["weights"] = "design_weight"
    if columns.strata:
        design["strata"] = "design_stratum"
    if columns.clusters:
        design["psu"] = ["design_cluster"]
    if columns.population is not None:
        design["fpc"] = ["design_population"]
    spec: dict[str, Any] = {"design": design, "level": 0.95}
    if wave.weighting == Weighting.RAKE and not sampling.problem:
        spec["calibration"] = {"method": "rake", "margins": margins_by_column(wave)}
    return spec | {"estimates": list(wishes(sampling.frame.columns.values()))}


def wishes(columns: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Return the figures of the results pages: means, satisfied, NPS."""
    for column in columns:
        name = column["code"]
        if column["type"] == "nps":
            yield {"op": "nps", "variable": name}
        elif column["kind"] == "points":
            yield {"op": "mean", "variable": name}
            if is_five_points(column):
                satisfied = {"values": [4, 5], "method": "logit"}
                yield {"op": "proportion", "variable": name, **satisfied}


def is_five_points(column: dict[str, Any]) -> bool:
    """Whether a column is a scale of 1–5, of which both satisfaction percentages are told."""
    return column["kind"] == "points" and [value["code"] for value in column["values"]] == list(
        "12345"
    )
