"""The sample that a specification chooses out of a file, weighted and calibrated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from agency.refusal import Refused
from surveys import estimation
from surveys.estimation.codes import Bools, Coded
from surveys.estimation.errors import Unusable
from surveys.management.specification import JOINED, Sheet, Spec, crossed_names, listed


@dataclass(frozen=True)
class Sample:
    """What an estimate is computed from."""

    sheet: Sheet
    design: estimation.Design
    domain: Bools | None
    level: float


def sample_of(sheet: Sheet, *, spec: Spec) -> Sample:
    """Return the sample that `where` chooses, weighted and calibrated, and the domain in it.

    A condition on whole clusters (a wave, a region) or on a sample without clusters chooses the
    sample. One that cuts through clusters, and any under `domain`, chooses persons within it:
    the other rows stay in the design, because how many there would be was left to chance.
    """
    domain = every(sheet, spec["domain"])
    kept = np.ones(sheet.size, bool)
    for name, wanted in spec["where"].items():
        met = matching(sheet.columns[name], wanted)
        if cuts_clusters(sheet, met, names=listed(spec["design"].get("psu"))[:1]):
            domain &= met
        else:
            kept &= met
    if not (kept & domain).any():
        raise Refused(_("No row meets the conditions of “where”."))
    inside = sheet.chosen(kept)
    design = calibrated(inside, design_of(inside, spec["design"]), wish=spec["calibration"])
    domain = domain[kept]
    return Sample(inside, design, None if domain.all() else domain, spec["level"])


def every(sheet: Sheet, conditions: Mapping[str, Any]) -> Bools:
    """Return which rows meet all conditions."""
    met = np.ones(sheet.size, bool)
    for name, wanted in conditions.items():
        met &= matching(sheet.columns[name], wanted)
    return met


def matching(cells: list[str], wanted: Any) -> Bools:
    """Return which cells equal the value wanted, or one of several; numbers compare as numbers."""
    known = {cell: any(is_same(cell, value) for value in listed(wanted)) for cell in set(cells)}
    return np.array([known[cell] for cell in cells], bool)


def is_same(cell: str, value: Any) -> bool:
    """Tell whether a cell holds a value of the specification."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(cell) == value
        except ValueError:
            return False
    return cell == str(value)


def cuts_clusters(sheet: Sheet, met: Bools, *, names: list[str]) -> bool:
    """Tell whether a condition holds for some rows of a cluster and not for others."""
    if not names:
        return False
    units = sheet.labels(names).codes
    count = int(units.max()) + 1
    filled = units >= 0
    hits = np.bincount(units[filled & met], minlength=count)
    return bool(((hits > 0) & (hits < np.bincount(units[filled], minlength=count))).any())


def design_of(sheet: Sheet, wish: Spec) -> estimation.Design:
    """Return the design; several columns of strata are crossed, psu and fpc are given by stage."""
    weights, strata = listed(wish.get("weights")), listed(wish.get("strata"))
    if len(weights) > 1:
        raise Refused(_("Name one column of weights."))
    return estimation.survey_design(
        n=sheet.size,
        weights=sheet.numbers(weights[0]) if weights else None,
        strata=[sheet.labels(strata)] if strata else (),
        clusters=[estimation.coded(sheet.columns[name]) for name in listed(wish.get("psu"))],
        fpc=[sheet.numbers(name) for name in listed(wish.get("fpc"))],
        lonely=wish.get("lonely", "fail"),
    )


def calibrated(sheet: Sheet, design: estimation.Design, *, wish: Spec) -> estimation.Design:
    """Return the design with weights that reach the population figures."""
    if not wish:
        return design
    margins = [margin_of(sheet, name, figures) for name, figures in wish.get("margins", {}).items()]
    method = wish.get("method", "rake")
    if method == "poststratify":
        if len(margins) != 1:
            raise Refused(_("Post-stratification takes one margin; cross columns as “a+b”."))
        return estimation.post_stratify(design, margins[0][0], population=margins[0][1])
    if method == "rake":
        return estimation.rake(design, margins)
    if method == "calibrate":
        return estimation.calibrate(design, margins, bounds=bounds_of(wish))
    raise Unusable("method", method=method)


def bounds_of(wish: Spec) -> tuple[float, float] | None:
    """Return the bounds of a calibration, lower and upper, or none."""
    if wish.get("bounds") is None:
        return None
    try:
        low, high = wish["bounds"]
        return float(low), float(high)
    except (TypeError, ValueError):
        raise Unusable("bounds") from None


def margin_of(sheet: Sheet, name: str, figures: Any) -> tuple[Coded, dict[str, float]]:
    """Return one margin with its categories as they stand in the file."""
    found = sheet.labels(crossed_names(name, header=sheet.columns))
    named = Coded(found.codes, tuple(JOINED.join(label) for label in found.labels))
    try:
        return named, {str(category): float(persons) for category, persons in figures.items()}
    except (AttributeError, TypeError, ValueError):
        raise Unusable("margin-values") from None
