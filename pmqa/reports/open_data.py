"""The figures of a report as open data (JSON, CSV): no persons, small cells left out.

A cell of fewer than FEW cases is suppressed. What a reader could work out from the others is
suppressed with it: where one key of a breakdown is left out, the next smallest goes, too; and a figure
goes when its numerator, its denominator or the difference of the two is such a cell.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import override

from agency.sheets import BOM, harmless
from pmqa.indicators.registry import BY_ID, Measure, Shape, find
from pmqa.reports.block import FEW
from pmqa.reports.models import Report

LANGUAGES = ("th", "en")
COUNTS = ("numerator", "denominator", "value", "low", "high", "n")
COLUMNS = (
    *("month", "unit", "indicator", "measure", "name_th", "name_en", "dimension", "key"),
    *("label_th", "label_en", *COUNTS, "unit_of_measure", "target", "is_suppressed"),
)

Row = Mapping[str, Any]
Sum = tuple[str, str]  # what is counted, by which dimension
AGES: Sum = ("open", "age")  # the groups of 3.4-10 add up to the open cases


def rows_of(report: Report) -> list[dict[str, Any]]:
    """Return every figure of a report as it may be published."""
    figures = report.figures
    hidden = suppressed(figures["rows"])
    return [
        {
            "month": figures["month"],
            "unit": figures["unit"],
            "indicator": row["id"],
            "measure": row["measure"],
            **names_of(row),
            "dimension": row["dimension"],
            "key": row["key"],
            **labels_of(row, report.labels),
            **{name: None if place in hidden else row[name] for name in COUNTS},
            "unit_of_measure": row["unit"],
            "target": row["target"],
            "is_suppressed": place in hidden,
        }
        for place, row in enumerate(figures["rows"])
    ]


def names_of(row: Row) -> dict[str, str]:
    """Name indicator and measure in both languages."""
    measure = measure_of(row)
    return {
        f"name_{language}": f"{in_language(BY_ID[row['id']].name, language)}: {in_language(measure.label, language)}"
        for language in LANGUAGES
    }


def in_language(words: Any, language: str) -> str:
    """Return lazy words in a language."""
    with override(language):
        return str(words)


def labels_of(row: Row, labels: Mapping[str, Any]) -> dict[str, str]:
    """Name the group in both languages."""
    both = labels.get(row["dimension"], {}).get(row["key"], {})
    return {f"label_{language}": both.get(language, row["key"]) for language in LANGUAGES}


def measure_of(row: Row) -> Measure:
    """Return what a row measures."""
    measure = find(row["id"], row["measure"])
    if measure is None:
        raise LookupError(f"{row['id']} {row['measure']}")
    return measure


# Suppression


def suppressed(rows: Sequence[Row]) -> set[int]:
    """Return the places of the rows that may not be told."""
    cells: dict[Sum, dict[str, int]] = defaultdict(dict)
    for row in rows:
        for counted, count in cells_of(row):
            cells[counted, row["dimension"]][row["key"]] = count
    cells[AGES] = {row["measure"]: row["numerator"] for row in rows if is_age(row)}
    small = {(which, key) for which, group in cells.items() for key in too_small(which, group)}
    return {place for place, row in enumerate(rows) if is_hidden(row, small)}


def is_age(row: Row) -> bool:
    """Whether a row is one of the groups by age."""
    return not row["dimension"] and row["measure"].startswith("age_")


def is_hidden(row: Row, small: set[tuple[Sum, str]]) -> bool:
    """Whether one of a row's cells is too small, or follows from one that is."""
    if is_age(row) and (AGES, row["measure"]) in small:
        return True
    touched = {counted for counted, _count in cells_of(row)} | {measure_of(row).counted}
    return any(((counted, row["dimension"]), row["key"]) in small for counted in touched)


def cells_of(row: Row) -> Iterator[tuple[str, int]]:
    """Yield what a row counts: denominator, numerator, and by group what is left between them.

    Over all cases the numerator of a rate is the agency's own result and hides nobody; by group it
    comes close to persons.
    """
    measure = measure_of(row)
    if measure.shape in (Shape.SURVEY, Shape.DAYS):
        yield measure.counted or f"{row['id']} {row['measure']}", row["n"] or 0
        return
    numerator, denominator = row["numerator"], row["denominator"]
    if denominator is not None:
        yield measure.among or f"{row['id']} base", denominator
    if numerator is not None and (row["dimension"] or denominator is None):
        yield measure.counted, numerator
        if measure.is_share and measure.counted != measure.among:
            yield f"{measure.among}-{measure.counted}", (denominator or 0) - numerator


def too_small(which: Sum, group: Mapping[str, int]) -> set[str]:
    """Return the keys of a group that are left out: the small ones, and one more where only one is."""
    small = {key for key, count in group.items() if 0 < count < FEW}
    others = [(count, key) for key, count in group.items() if count >= FEW]
    if len(small) == 1 and which[1] and others:
        small.add(min(others)[1])
    return small


# Files


def json_of(report: Report) -> bytes:
    """Write a report's open data as JSON, with what a reader must know about it."""
    figures = report.figures
    told = {
        "title": "รายงานผลการดำเนินงาน PMQA 4.0 หมวด 3",
        "month": figures["month"],
        "unit": figures["unit"],
        "unit_name": report.labels.get("unit", {}).get(figures["unit"], {}),
        "version": report.version,
        "state": report.state,
        "cutoff": figures["cutoff"],
        "figures_sha256": report.sha256,
        "suppressed_below": FEW,
        "figures": rows_of(report),
        "indicators": [definition_of(row) for row in first_of_each(figures["rows"])],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def definition_of(row: Row) -> dict[str, str]:
    """Define an indicator in both languages."""
    indicator = BY_ID[row["id"]]
    return {
        "indicator": indicator.id,
        **{f"name_{one}": in_language(indicator.name, one) for one in LANGUAGES},
        **{f"formula_{one}": in_language(indicator.formula, one) for one in LANGUAGES},
    }


def first_of_each(rows: Iterable[Row]) -> list[Row]:
    """Return the first row of each indicator."""
    return list({row["id"]: row for row in reversed(list(rows))}.values())[::-1]


def csv_of(report: Report) -> bytes:
    """Write a report's open data as CSV, UTF-8 with its mark, so that Excel shows Thai."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows_of(report):
        writer.writerow([harmless(row[column]) for column in COLUMNS])
    return out.getvalue().encode()
