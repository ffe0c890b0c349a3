"""A unit's own results: its figures beside those of all and of the wave before, and who has acknowledged."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db.models import QuerySet

from agency import audit
from agency.models import AuditEntry, Staff, Unit
from surveys import estimation as est
from surveys.estimation.codes import Bools, Coded, Floats
from surveys.models import Acknowledgement, Wave
from surveys.selectors import analysis, pictures
from surveys.selectors.results import Results, results_of
from surveys.selectors.sampling import UNIT, Sampling, is_five_points

REST, OWN = "rest", "unit"
FEW: dict[str, Any] = {"state": "few", "n": None}


def board(wave: Wave) -> QuerySet[Acknowledgement]:
    """Return the units that the results of a wave went to."""
    rows = Acknowledgement.objects.filter(wave=wave)
    return rows.select_related("unit", "acknowledged_by", "plan_owner")


def unit_results(staff: Staff) -> QuerySet[Acknowledgement]:
    """Return the results that units of the person got."""
    rows = Acknowledgement.objects.visible_to(staff)
    return rows.select_related("wave__survey", "unit", "acknowledged_by", "plan_owner")


def counts(wave: Wave) -> dict[str, int]:
    """Return how many units have the results, have acknowledged them, plan, and are done."""
    rows = list(wave.acknowledgements.values_list("acknowledged_at", "planned_at", "done_at"))
    return {
        "sent": len(rows),
        "acknowledged": sum(row[0] is not None for row in rows),
        "planned": sum(row[1] is not None for row in rows),
        "done": sum(row[2] is not None for row in rows),
    }


def history_of(row: Acknowledgement) -> list[AuditEntry]:
    """Return what happened to a unit's results, newest first."""
    return list(audit.entries_of(row)[:50])


# Figures of one unit


def figures_of(row: Acknowledgement) -> dict[str, Any] | None:
    """Return what a unit's page shows; None while nothing is computed."""
    results = results_of(row.wave)
    if results is None:
        return None
    data: list[dict[str, Any]] = results.kept(
        f"own.{row.unit.path}", lambda: unit_rows(results, row.unit)
    )
    return {
        "results": results,
        "n": data[0]["n"] if data else 0,
        "before": results.earlier[0].wave if results.earlier else None,
        "is_sure": results.sampling.is_probability,
        "rows": [shown(results, one) for one in data],
    }


def shown(results: Results, one: dict[str, Any]) -> dict[str, Any]:
    """Return a line of the page in the reader's language."""
    return {
        "name": pictures.label(results, one["code"]),
        "is_headline": one["is_headline"],
        "own": pictures.row("", one["mean"], digits=2),
        "satisfied": pictures.row("", one["satisfied"]),
        "whole": pictures.row("", one["whole"], digits=2),
        "whole_satisfied": pictures.row("", one["whole_satisfied"]),
        "against": side_of(one["difference"], one["p"]),
        "before": pictures.row("", one["before"], digits=2) if one["before"] else None,
        "change": side_of(one["change"], one["p_change"]),
    }


def side_of(difference: float | None, p: float | None) -> str:
    """Return higher, lower, same (tested, nothing shown) or untested."""
    if p is None or difference is None:
        return "untested"
    if p >= analysis.SIGNIFICANT:
        return "same"
    return "higher" if difference > 0 else "lower"


def unit_rows(results: Results, unit: Unit) -> list[dict[str, Any]]:
    """Return the figures of a unit and those below it: every five-point question, the headline first."""
    sampling = results.sampling
    before = results.earlier[0] if results.earlier else None
    codes = [code for code, one in results.columns.items() if is_five_points(one)]
    headline = results.headline["code"] if results.headline else ""
    rows = [
        {
            "code": code,
            "is_headline": code == headline,
            **against_all(results, unit, code),
            **against_before(sampling, before, unit, code),
        }
        for code in sorted(codes, key=lambda code: code != headline)
    ]
    for name in ("p", "p_change"):
        adjusted = est.holm([np.nan if row[name] is None else row[name] for row in rows])
        for row, p in zip(rows, adjusted, strict=True):
            row[name] = float(p) if np.isfinite(p) else None
    return rows


def inside(sampling: Sampling, unit: Unit) -> Coded:
    """Return whether each answer is of the unit or below; an answer of no unit is of the rest."""
    places = sampling.frame.array(UNIT)
    below = list(Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))
    return Coded(np.isin(places, below).astype(np.int64), (REST, OWN))


def design_for(sampling: Sampling, side: Coded) -> est.Design:
    """Return the design for a unit: where it is one cluster alone, its persons are the units of sampling."""
    clusters = sampling.columns.clusters
    if clusters is None:
        return sampling.design
    own = np.unique(clusters.codes[side.codes == 1])
    return sampling.design if len(own) > 1 else analysis.persons_within(sampling)


def is_hidden(sampling: Sampling, side: Coded, values: Floats, unit: Unit) -> bool:
    """Whether a unit's figure stays hidden: few of its own, few of the others, or one that would give another away."""
    least = sampling.wave.smallest_cell
    known: Bools = np.isfinite(values)
    own = int((known & (side.codes == 1)).sum())
    rest = int((known & (side.codes == 0)).sum())
    if own < least or 0 < rest < least:
        return True
    places = sampling.frame.array(UNIT)
    alone = int((known & (places == unit.pk)).sum())
    if alone != own:
        return False
    pks, at = np.unique(places[known], return_inverse=True)
    return bool(est.suppressed(np.bincount(at), minimum=least)[list(pks).index(unit.pk)])


def cells(
    sampling: Sampling, unit: Unit, code: str
) -> tuple[dict[str, Any], dict[str, Any], Coded, est.Design]:
    """Return mean and share of the satisfied of a unit, with the side of each answer and the design."""
    values, side = sampling.frame.points(code), inside(sampling, unit)
    design = design_for(sampling, side)
    if is_hidden(sampling, side, values, unit):
        return FEW, FEW, side, design
    mean = est.means(values, design=design, by=side)
    share = est.means(analysis.hits_of(values), design=design, by=side)
    hidden = np.array([True, False])
    return (
        analysis.cells_of(sampling, mean, hidden=hidden)[1],
        analysis.share_cells(sampling, share, hidden=hidden)[1],
        side,
        design,
    )


def against_all(results: Results, unit: Unit, code: str) -> dict[str, Any]:
    """Return a unit's figures, those of all, and the test against all others."""
    sampling = results.sampling
    mean, satisfied, side, design = cells(sampling, unit, code)
    values = sampling.frame.points(code)
    found: dict[str, Any] = {
        "n": mean["n"],
        "mean": mean,
        "satisfied": satisfied,
        "whole": analysis.mean_cell(sampling, values),
        "whole_satisfied": analysis.share_cell(sampling, analysis.hits_of(values)),
        "difference": None,
        "p": None,
    }
    if mean["state"] == "ok" and sampling.is_probability and (side.codes == 0).any():
        try:
            test = est.difference(values, side, pair=(REST, OWN), design=design)
        except est.Unusable:
            return found
        if np.isfinite(test.p):
            found |= {"difference": float(test.value), "p": float(test.p)}
    return found


def against_before(
    sampling: Sampling, before: Results | None, unit: Unit, code: str
) -> dict[str, Any]:
    """Return a unit's mean in the wave before, and the test of the change; none where the offices are the same.

    In the same offices the two samples are not independent, and one office alone cannot tell their covariance.
    """
    found: dict[str, Any] = {"before": None, "change": None, "p_change": None}
    if before is None or code not in before.columns:
        return found
    found["before"], _share, side, design = cells(before.sampling, unit, code)
    now = cells(sampling, unit, code)
    is_tested = (
        found["before"]["state"] == now[0]["state"] == "ok"
        and sampling.is_probability
        and before.sampling.is_probability
        and not sampling.wave.is_same_clusters
    )
    if not is_tested:
        return found
    earlier, later = (
        own_mean(one, code, side=at, design=how)
        for one, at, how in (
            (before.sampling, side, design),
            (sampling, now[2], now[3]),
        )
    )
    test = est.independent_difference(earlier, later)
    if np.isfinite(test.p):
        found |= {"change": float(test.value), "p_change": float(test.p)}
    return found


def own_mean(sampling: Sampling, code: str, *, side: Coded, design: est.Design) -> Any:
    """Return the mean of a unit alone, the others left in the design."""
    alone = Coded(np.where(side.codes == 1, 0, -1), (OWN,))
    return est.means(sampling.frame.points(code), design=design, by=alone)
