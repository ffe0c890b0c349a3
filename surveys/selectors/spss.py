"""Single answers for SPSS: numbers with variable and value labels, no text cut, names that SPSS takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from surveys.rendering.union import parts
from surveys.selectors.exports import Export

LONGEST_NAME, LONGEST_LABEL = 64, 250
NOT_APPLICABLE = -2


def write_sav(path: Path, export: Export, *, language: str) -> int:
    """Write the answers as `.sav`; choices become 1, 2, … under their labels; returns the rows."""
    frame = export.frame
    rows = pd.DataFrame(export.rows(), columns=export.head)
    labels: dict[str, str] = {}
    values: dict[str, dict[float, str]] = {}
    missing: dict[str, list[Any]] = {}
    for column in frame.columns.values():
        text = worded(column["label"], language)
        for name, value in zip(parts(column), split_values(column), strict=True):
            labels[name] = f"{text}: {worded(value['text'], language)}" if value else text
            rows[name] = as_numbers(rows[name], column)
        if column["kind"] in {"choice", "points"}:
            values[column["code"]] = value_labels(column, language)
        if column["kind"] == "points":
            missing[column["code"]] = [NOT_APPLICABLE]
    names = names_for(export.head)
    pyreadstat.write_sav(
        rows.rename(columns=names),
        str(path),
        file_label=worded({"th": export.sampling.wave.name_th}, language)[:60],
        column_labels={names[name]: label[:LONGEST_LABEL] for name, label in labels.items()},
        variable_value_labels={names[name]: each for name, each in values.items() if each},
        missing_ranges={names[name]: each for name, each in missing.items()},
    )
    return len(rows)


def split_values(column: dict[str, Any]) -> list[dict[str, Any] | None]:
    """Return the value that each column of a question stands for; none where it holds them all."""
    return column["values"] if column["kind"] in {"choices", "ranking"} else [None]


def as_numbers(cells: Any, column: dict[str, Any]) -> Any:
    """Return a column's cells as SPSS counts with them; texts and days stay texts."""
    if column["kind"] in {"text", "date"}:
        return cells
    if column["kind"] == "choice":
        places = {value["code"]: at for at, value in enumerate(column["values"], start=1)}
        return cells.map(places).astype("float64")
    return pd.to_numeric(cells.replace({"NA": NOT_APPLICABLE, "": None}), errors="coerce")


def value_labels(column: dict[str, Any], language: str) -> dict[float, str]:
    """Return the labels of a choice's or scale's numbers."""
    if column["kind"] == "choice":
        return {
            at: worded(value["text"], language)[:120]
            for at, value in enumerate(column["values"], start=1)
        }
    return {
        float(value["code"]): text[:120]
        for value in column["values"]
        if (text := worded(value["text"], language))
    }


def worded(text: dict[str, str], language: str) -> str:
    """Return a text in a language, else in the other."""
    return text.get(language) or text.get("th") or text.get("en") or ""


def names_for(columns: list[str]) -> dict[str, str]:
    """Return a name that SPSS takes for each column; no two are the same."""
    found: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"[^A-Za-z0-9_.]", "_", column)[:LONGEST_NAME].rstrip("._")
        while name.lower() in {other.lower() for other in found.values()}:
            name = f"{name[: LONGEST_NAME - 4]}_{len(found)}"
        found[column] = name
    return found
