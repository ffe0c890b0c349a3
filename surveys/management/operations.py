"""The estimates that `manage.py estimate` knows, each as rows of its output."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from agency.refusal import Refused
from surveys import estimation
from surveys.estimation.codes import Coded, Floats
from surveys.estimation.errors import Unusable
from surveys.management.sample import Sample, matching, sample_of
from surveys.management.specification import MISSING, Sheet, Spec, listed

MOST_PAIRS = 5000

Row = dict[str, Any]


def estimated(sheet: Sheet, *, spec: Spec) -> list[Row]:
    """Return one row per estimate and group."""
    if not sheet.size:
        raise Unusable("empty")
    sample = sample_of(sheet, spec=spec)
    return [row for wish in spec["estimates"] for row in COMPUTED[wish["op"]](sample, wish)]


def told(wish: Spec, group: Any, **figures: Any) -> Row:
    """Return a row of output, its keys in the order that is documented."""
    row: Row = {"op": wish["op"], "variable": wish["variable"], "group": group}
    for name in ("n", "estimate", "se", "df", "low", "high", "deff"):
        row[name] = plain(figures.pop(name, None))
    return row | {name: plain(value) for name, value in figures.items()}


def plain(value: Any) -> Any:
    """Return a number as JSON knows it; what is not a number is null."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def grouped(sample: Sample, wish: Spec) -> tuple[Coded | None, list[Any]]:
    """Return the groups of an estimate and how each is told: null, or {column: value}."""
    names = listed(wish.get("by"))
    if not names:
        return None, [None]
    found = sample.sheet.labels(names)
    return found, [dict(zip(names, label, strict=True)) for label in found.labels]


def rows_of(
    wish: Spec,
    found: estimation.Estimates,
    *,
    groups: list[Any],
    interval: tuple[Floats, Floats],
    **more: Any,
) -> list[Row]:
    """Return a row per group that has answers."""
    return [
        told(
            wish,
            group,
            n=found.n[at],
            estimate=found.values[at],
            se=found.se[at],
            df=found.df[at],
            low=interval[0][at],
            high=interval[1][at],
            deff=found.deff[at],
            **more,
        )
        for at, group in enumerate(groups)
        if found.n[at]
    ]


def simple(compute: Callable[..., estimation.Estimates]) -> Callable[[Sample, Spec], list[Row]]:
    """Return the operation for an estimate of one column of numbers."""

    def operation(sample: Sample, wish: Spec) -> list[Row]:
        by, groups = grouped(sample, wish)
        column = sample.sheet.numbers(wish["variable"])
        found = compute(column, design=sample.design, by=by, where=sample.domain)
        return rows_of(wish, found, groups=groups, interval=found.interval(sample.level))

    return operation


def ratio(sample: Sample, wish: Spec) -> list[Row]:
    """Return total of the variable over total of the denominator."""
    lower = listed(wish.get("denominator"))
    if len(lower) != 1:
        raise Refused(_("A ratio needs a “denominator”."))
    by, groups = grouped(sample, wish)
    found = estimation.ratios(
        sample.sheet.numbers(wish["variable"]),
        sample.sheet.numbers(lower[0]),
        design=sample.design,
        by=by,
        where=sample.domain,
    )
    return rows_of(
        wish, found, groups=groups, interval=found.interval(sample.level), denominator=lower[0]
    )


def proportion(sample: Sample, wish: Spec) -> list[Row]:
    """Return the share of `values`; without them of 1 among 0 and 1, else of every answer."""
    by, groups = grouped(sample, wish)
    cells = sample.sheet.columns[wish["variable"]]
    answered = np.array([cell not in MISSING for cell in cells])
    present = sorted({cell for cell in cells if cell not in MISSING})
    wanted = listed(wish.get("values"))
    if not wanted and set(present) <= {"0", "1"}:
        wanted = [1]
    choices = [wanted] if wanted else [[cell] for cell in present]
    rows = []
    for choice in choices:
        hit = np.where(answered, matching(cells, choice), np.nan)
        found = estimation.means(hit, design=sample.design, by=by, where=sample.domain)
        interval = estimation.proportion_interval(
            found, method=wish.get("method") or "logit", level=sample.level
        )
        category = {} if wanted else {"category": choice[0]}
        rows += rows_of(wish, found, groups=groups, interval=interval, **category)
    if not rows:
        raise Unusable("empty")
    return rows


def quantile(sample: Sample, wish: Spec) -> list[Row]:
    """Return the quantiles `p` (0.5 unless given; a list for several)."""
    by, groups = grouped(sample, wish)
    column = sample.sheet.numbers(wish["variable"])
    rows = []
    for share in listed(wish.get("p", 0.5)):
        if isinstance(share, bool) or not isinstance(share, (int, float)):
            raise Unusable("shares")
        found = estimation.quantiles(
            column,
            share,
            design=sample.design,
            by=by,
            where=sample.domain,
            rule=wish.get("method") or "math",
            level=sample.level,
        )
        rows += [
            told(
                wish,
                group,
                n=found.n[at],
                estimate=found.values[at],
                se=found.se[at],
                df=found.df[at],
                low=found.low[at],
                high=found.high[at],
                p=share,
            )
            for at, group in enumerate(groups)
            if found.n[at]
        ]
    return rows


def groups_needed(wish: Spec) -> list[str]:
    """Return the columns that group an operation which compares groups."""
    names = listed(wish.get("by"))
    if not names:
        raise Refused(_("The operation “%(op)s” needs “by”.") % {"op": wish["op"]})
    return names


def difference(sample: Sample, wish: Spec) -> list[Row]:
    """Return later less earlier group for every pair, tested, with p adjusted by Holm."""
    names = groups_needed(wish)
    column, by = sample.sheet.numbers(wish["variable"]), sample.sheet.labels(names)
    inside = np.isfinite(column) & (by.codes >= 0)
    if sample.domain is not None:
        inside &= sample.domain
    met = [by.labels[code] for code in np.unique(by.codes[inside])]
    pairs = list(combinations(met, 2))
    if not 0 < len(pairs) <= MOST_PAIRS:
        raise Unusable("two-groups")
    found = [
        estimation.difference(
            column, by, pair=pair, design=sample.design, where=sample.domain, level=sample.level
        )
        for pair in pairs
    ]
    adjusted = estimation.holm([test.p for test in found])
    sizes = dict(zip(*np.unique(by.codes[inside], return_counts=True), strict=True))
    return [
        told(
            wish,
            {name: [pair[0][at], pair[1][at]] for at, name in enumerate(names)},
            n=sum(int(sizes[by.labels.index(label)]) for label in pair),
            estimate=test.value,
            se=test.se,
            df=test.df,
            low=test.low,
            high=test.high,
            t=test.t,
            p=test.p,
            p_holm=adjusted[place],
        )
        for place, (pair, test) in enumerate(zip(pairs, found, strict=True))
    ]


def independence(sample: Sample, wish: Spec) -> list[Row]:
    """Return the test that the variable and `by` are independent."""
    names = groups_needed(wish)
    cells = sample.sheet.columns[wish["variable"]]
    answers = estimation.coded(["" if cell in MISSING else cell for cell in cells])
    found = estimation.chi_square(
        answers,
        sample.sheet.labels(names),
        design=sample.design,
        where=sample.domain,
        statistic=wish.get("method") or "F",
    )
    return [
        told(
            wish,
            None,
            n=found.n,
            estimate=found.statistic,
            df=found.df,
            by=names,
            denominator_df=found.denominator_df,
            p=found.p,
        )
    ]


COMPUTED: dict[str, Callable[[Sample, Spec], list[Row]]] = {
    "mean": simple(estimation.means),
    "total": simple(estimation.totals),
    "nps": simple(estimation.net_promoter_score),
    "proportion": proportion,
    "ratio": ratio,
    "quantile": quantile,
    "difference": difference,
    "chisq": independence,
}
