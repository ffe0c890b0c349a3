"""What a wave says: figures with n and interval, suppressed where few answered; plain data, no words.

A cell is `{state, n, value, low, high, deff}`. Its state is `ok`; `few` (under the wave's smallest cell,
or hidden so that such a one cannot be computed); or `thin` (too few primary units for an error).
Only `ok` has a value; only a sample drawn from a frame has an interval and is tested.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agency.models import Service, Unit
from surveys import estimation as est
from surveys.estimation.codes import Bools, Coded, Floats
from surveys.selectors.frame import MODES
from surveys.selectors.sampling import STRATUM, UNIT, Sampling, is_five_points, pks_of

Cell = dict[str, Any]
Data = dict[str, Any]

SATISFIED = (4, 5)
SIGNIFICANT = 0.05
MOST_GROUPS = 40  # more labels than this make no table
OWN_GROUPS = (UNIT, "service", STRATUM, "mode")
DISSATISFACTION = "dissatisfaction"
OVERALL = "overall"


# Cells


def cells_of(
    sampling: Sampling,
    found: est.Estimates,
    *,
    interval: tuple[Floats, Floats] | None = None,
    hidden: Bools | None = None,
) -> list[Cell]:
    """Return estimates as cells."""
    low, high = found.interval() if interval is None else interval
    few = found.n < sampling.wave.smallest_cell if hidden is None else hidden
    return [
        cell(
            n=int(found.n[at]),
            figures=(found.values[at], low[at], high[at], found.deff[at]),
            is_hidden=bool(few[at]),
            is_sure=sampling.is_probability,
        )
        for at in range(len(found))
    ]


def cell(
    *, n: int, figures: tuple[float, float, float, float], is_hidden: bool, is_sure: bool
) -> Cell:
    """Return one figure, or why there is none."""
    value, low, high, deff = (float(figure) if np.isfinite(figure) else None for figure in figures)
    if is_hidden or value is None:
        return {"state": "few", "n": None if is_hidden else n}
    if is_sure and low is None:
        return {"state": "thin", "n": n}
    if not is_sure:
        low = high = deff = None
    return {"state": "ok", "n": n, "value": value, "low": low, "high": high, "deff": deff}


def mean_cell(sampling: Sampling, values: Floats, *, factor: float = 1) -> Cell:
    """Return the mean of a column; few answers make no figure."""
    if not np.isfinite(values).any():
        return {"state": "few", "n": 0}
    return cells_of(sampling, est.means(values, design=sampling.design).times(factor))[0]


def share_cell(sampling: Sampling, hits: Floats) -> Cell:
    """Return the share of 1 among 0 and 1, in percent, with an interval between 0 and 100."""
    if not np.isfinite(hits).any():
        return {"state": "few", "n": 0}
    return share_cells(sampling, est.means(hits, design=sampling.design))[0]


def share_cells(
    sampling: Sampling, found: est.Estimates, *, hidden: Bools | None = None
) -> list[Cell]:
    """Return shares as percent with logit intervals."""
    low, high = est.proportion_interval(found)
    percent = found.times(100)
    return cells_of(sampling, percent, interval=(low * 100, high * 100), hidden=hidden)


def hits_of(values: Floats) -> Floats:
    """Return 1 for the satisfied (4–5), 0 for others, NaN for no answer."""
    return np.where(np.isfinite(values), np.isin(values, SATISFIED), np.nan)


# The whole wave


def analysis_of(sampling: Sampling) -> Data:
    """Return everything but groups and trend: one question after another."""
    frame = sampling.frame
    questions = []
    for column in frame.columns.values():
        questions.append({"code": column["code"], **question(sampling, column)})
        frame.forget()
    overall = headline_column(sampling)
    return {
        "n": len(frame),
        "is_probability": sampling.is_probability,
        "problem": sampling.problem,
        "questions": questions,
        "headline": headline(sampling, overall) if overall else None,
        "drivers": drivers(sampling, overall) if overall else None,
        "modes": counts(frame.array("mode"), MODES),
        "deff": est.kish_deff(sampling.design.weights) if len(frame) else None,
    }


def counts(places: Any, names: tuple[str, ...]) -> dict[str, int]:
    """Return how often each name occurs."""
    found = np.bincount(places[places >= 0], minlength=len(names))
    return {name: int(count) for name, count in zip(names, found, strict=True) if count}


def headline_column(sampling: Sampling) -> str | None:
    """Return the column that the headline tells of: overall satisfaction, else the first scale of 1–5."""
    five = [one for one in sampling.frame.columns.values() if is_five_points(one)]
    overall = [one for one in five if one["dimension"] == OVERALL]
    return next((one["code"] for one in [*overall, *five]), None)


def headline(sampling: Sampling, code: str) -> Data:
    """Return the mean with its band and both percentages of a satisfaction question."""
    values = sampling.frame.points(code)
    mean = mean_cell(sampling, values)
    return {
        "code": code,
        "mean": mean,
        "percent": mean_cell(sampling, values, factor=20),
        "satisfied": share_cell(sampling, hits_of(values)),
        "band": band_of(sampling, mean),
    }


def band_of(sampling: Sampling, mean: Cell) -> Data | None:
    """Return which band a mean lies in, and whether its interval crosses a border."""
    bands = sampling.wave.survey.bands
    if mean["state"] != "ok" or not bands:
        return None
    borders = [band["to"] for band in bands[:-1]]
    low, high = (mean["value"] if mean[end] is None else mean[end] for end in ("low", "high"))
    found = est.band(mean["value"], low, high, borders=borders)
    words = bands[found.place]
    return {"th": words["th"], "en": words["en"], "crosses": found.crosses_a_border}


def question(sampling: Sampling, column: Data) -> Data:
    """Return the figures of one question, by its kind."""
    kind, code = column["kind"], column["code"]
    if column["type"] == "nps":
        return nps(sampling, column)
    if kind == "points":
        values = sampling.frame.points(code)
        found = {"mean": mean_cell(sampling, values), "shares": point_shares(sampling, column)}
        if is_five_points(column):
            found |= headline(sampling, code)
        return found
    if kind in {"choice", "choices"}:
        names = [value["code"] for value in column["values"]]
        hits = {name: sampling.frame.chosen(code, name) for name in names}
        return {"shares": shares(sampling, hits)}
    if kind == "number":
        return {"mean": mean_cell(sampling, sampling.frame.points(code))}
    if kind == "ranking":
        return {"ranks": ranks(sampling, column)}
    return {"answered": answered(sampling, column)}


def answered(sampling: Sampling, column: Data) -> int:
    """Return how many wrote a text, gave a day or files."""
    if column["kind"] == "text":
        return sampling.frame.text_count(column["code"])
    return int((sampling.frame.array(column["code"]) > 0).sum())


def shares(sampling: Sampling, hits: dict[str, Floats]) -> list[Data]:
    """Return the share of each answer in percent."""
    return [{"code": name, "cell": share_cell(sampling, hit)} for name, hit in hits.items()]


def point_shares(sampling: Sampling, column: Data) -> list[Data]:
    """Return the share of each point of a scale."""
    values = sampling.frame.points(column["code"])
    known = np.isfinite(values)
    points = [value["code"] for value in column["values"]]
    return shares(
        sampling, {point: np.where(known, values == float(point), np.nan) for point in points}
    )


def nps(sampling: Sampling, column: Data) -> Data:
    """Return the NPS with its interval, and the shares behind it."""
    values = sampling.frame.points(column["code"])
    known = np.isfinite(values)
    if not known.any():
        return {"nps": {"state": "few", "n": 0}, "shares": []}
    groups = {
        "promoters": values >= 9,
        "passives": (values >= 7) & (values <= 8),
        "detractors": values <= 6,
    }
    hits = {name: np.where(known, hit, np.nan) for name, hit in groups.items()}
    score = est.net_promoter_score(values, design=sampling.design)
    return {"nps": cells_of(sampling, score)[0], "shares": shares(sampling, hits)}


def ranks(sampling: Sampling, column: Data) -> list[Data]:
    """Return the mean rank of each option."""
    found = []
    for value in column["values"]:
        places = sampling.frame.array(f"{column['code']}/{value['code']}").astype(float)
        places[places == 0] = np.nan
        found.append({"code": value["code"], "cell": mean_cell(sampling, places)})
    return found


def drivers(sampling: Sampling, overall: str) -> Data:
    """Return what goes with the headline: each part's share of R² (relative weights) and its mean."""
    frame = sampling.frame
    parts = [code for code, one in frame.columns.items() if code != overall and is_five_points(one)]
    if len(parts) < 2:
        return {"problem": "parts"}
    columns = [frame.points(code) for code in parts]
    try:
        found = est.key_drivers(frame.points(overall), columns, design=sampling.design)
    except est.Unusable as problem:
        return {"problem": problem.reason}
    if found.n < max(sampling.wave.smallest_cell, 5 * len(parts)):
        return {"problem": "few"}
    return {
        "n": found.n,
        "r_squared": found.r_squared,
        "parts": [
            {
                "code": code,
                "share": float(found.shares[at] * 100),
                "mean": mean_cell(sampling, columns[at]),
            }
            for at, code in enumerate(parts)
        ],
    }


# Groups


def groupings(sampling: Sampling) -> list[str]:
    """Return the columns by which results can be shown: choices, and unit, service, stratum, way."""
    frame = sampling.frame
    asked = [
        code
        for code, one in frame.columns.items()
        if one["kind"] == "choice" and 2 <= len(one["values"]) <= MOST_GROUPS
    ]
    own = [name for name in OWN_GROUPS if len(np.unique(frame.array(name))) >= 2]
    return [*asked, *own]


def groups_of(sampling: Sampling, by: str) -> tuple[Coded, list[Data]]:
    """Return the group of every answer, and the groups with their names."""
    frame = sampling.frame
    if by in frame.columns:
        column = frame.choice(by)
        values = {value["code"]: value["text"] for value in frame.columns[by]["values"]}
        return column, [{"code": code, "text": values[code]} for code in column.labels]
    if by == "mode":
        return Coded(frame.array(by).astype(np.int64), MODES), [{"code": mode} for mode in MODES]
    known = est.coded(frame.array(by))
    names = names_of(sampling, by)
    kept = Coded(np.where(frame.array(by) < 0, -1, known.codes), known.labels)
    return kept, [{"code": str(pk), "text": names.get(pk, {})} for pk in known.labels]


def names_of(sampling: Sampling, by: str) -> dict[int, dict[str, str]]:
    """Return the names of units, services or strata that answers came from."""
    if by == STRATUM:
        strata = sampling.wave.strata.values_list("pk", "label_th", "label_en")
        return {pk: {"th": thai, "en": english} for pk, thai, english in strata}
    model = Unit if by == UNIT else Service
    found = model.objects.filter(pk__in=pks_of(sampling.frame, by))
    return {
        pk: {"th": thai, "en": english}
        for pk, thai, english in found.values_list("pk", "name_th", "name_en")
    }


def by_group(sampling: Sampling, code: str, *, by: str) -> list[Data]:
    """Return mean and both percentages of a scale by group, with n; small groups suppressed."""
    column, groups = groups_of(sampling, by)
    values = sampling.frame.points(code)
    if not (np.isfinite(values) & (column.codes >= 0)).any():
        return []
    design = persons_within(sampling) if by == sampling.wave.cluster_column else sampling.design
    means = est.means(values, design=design, by=column)
    satisfied = est.means(hits_of(values), design=design, by=column)
    hidden = hidden_groups(sampling, means.n)
    mean, percent = (cells_of(sampling, means.times(factor), hidden=hidden) for factor in (1, 20))
    shared = share_cells(sampling, satisfied, hidden=hidden)
    return [
        {**group, "mean": mean[at], "percent": percent[at], "satisfied": shared[at]}
        for at, group in enumerate(groups)
        if means.n[at]
    ]


def persons_within(sampling: Sampling) -> est.Design:
    """Return the design for figures of each cluster itself: its persons are the units, it a stratum.

    As clusters they would be single units without any error (PAINS, statistical traps).
    """
    clusters = sampling.columns.clusters
    if clusters is None:
        return sampling.design
    return est.survey_design(weights=sampling.design.weights, strata=[clusters], lonely="adjust")


def hidden_groups(sampling: Sampling, n: Any) -> Bools:
    """Return which groups are not shown; empty ones take no part."""
    hidden = np.zeros(len(n), bool)
    met = n > 0
    hidden[met] = est.suppressed(n[met], minimum=sampling.wave.smallest_cell)
    return hidden


def more_likely(sampling: Sampling, code: str) -> list[Data]:
    """Return which groups were satisfied more or less often than all others, tested, p by Holm.

    Empty where nothing was tested or nothing is significant; never for a convenience sample.
    """
    if not sampling.is_probability:
        return []
    hits = hits_of(sampling.frame.points(code))
    tested: list[Data] = []
    for by in groupings(sampling):
        tested += against_others(sampling, hits, by=by)
        if by != code:
            sampling.frame.forget()
    adjusted = est.holm([one["p"] for one in tested])
    found = [
        {**one, "p": float(p)}
        for one, p in zip(tested, adjusted, strict=True)
        if np.isfinite(p) and p < SIGNIFICANT
    ]
    return sorted(found, key=lambda one: -abs(one["difference"]))


def against_others(sampling: Sampling, hits: Floats, *, by: str) -> list[Data]:
    """Test each group of a grouping against all others together."""
    column, groups = groups_of(sampling, by)
    known = np.isfinite(hits) & (column.codes >= 0)
    if not known.any():
        return []
    n = np.bincount(column.codes[known], minlength=len(groups))
    shown = [int(at) for at in np.flatnonzero(~hidden_groups(sampling, n)) if n[at]]
    if int((n > 0).sum()) == 2:
        shown = shown[:1]  # the other one is the same test
    tests = [(groups[at], against_rest(sampling, hits, column, at=at)) for at in shown]
    return [{**test, "by": by, **group} for group, test in tests if test is not None]


def against_rest(sampling: Sampling, hits: Floats, column: Coded, *, at: int) -> Data | None:
    """Test one group against the rest."""
    inside = np.where(column.codes < 0, -1, column.codes == at)
    side = Coded(inside, ("rest", "group"))
    try:
        test = est.difference(hits, side, pair=("rest", "group"), design=sampling.design)
        shares = est.means(hits, design=sampling.design, by=side)
    except est.Unusable:
        return None
    if (shares.n < sampling.wave.smallest_cell).any() or not np.isfinite(test.p):
        return None
    rest, group = (float(value * 100) for value in shares.values)
    return {"difference": test.value * 100, "p": test.p, "rest": rest, "share": group}
