"""The columns of several versions as one list, so that results and exports neither shift nor drop any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surveys.rendering.document import Column, Document, Text

KINDS_WITH_VALUES = ("choice", "choices", "ranking", "points")


def union(documents: Mapping[int, Document]) -> list[dict[str, Any]]:
    """Return the columns of versions by number, in order of first appearance, as plain data.

    Each is `{code, kind, type, dimension, label, values: [{code, text}], versions, earlier}`: words
    are those of the newest version that has the column, `earlier` keeps what older ones said, and
    a value that a later version lost stays.
    """
    found: dict[str, dict[str, Any]] = {}
    for number in sorted(documents):
        for column in documents[number].columns():
            add(found, column, number=number)
    return list(found.values())


def add(found: dict[str, dict[str, Any]], column: Column, *, number: int) -> None:
    """Put a version's column among the others."""
    label = {"th": column.label("th"), "en": column.label("en")}
    entry = found.setdefault(
        column.code,
        {
            "code": column.code,
            "kind": column.kind,
            "type": "text" if column.is_other else column.item.type,
            "label": label,
            "values": [],
            "versions": [],
            "earlier": [],
        },
    )
    if entry["label"] != label:
        entry["earlier"].append({"version": entry["versions"][-1], "label": entry["label"]})
    entry["label"] = label
    entry["dimension"] = "" if column.is_other else column.dimension
    entry["versions"].append(number)
    if column.kind in KINDS_WITH_VALUES:
        entry["values"] = joined(entry["values"], values_of(column))


def values_of(column: Column) -> list[dict[str, Any]]:
    """Return the answers that can be chosen, in order."""
    if column.item.type == "nps":
        return [{"code": str(point), "text": words(Text())} for point in column.item.points]
    return [
        {"code": option.code, "text": words(option.text)}
        for option in column.item.options
        if column.kind != "points" or option.code.isdecimal()
    ]


def joined(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return both lists' values: in order of first appearance, in the newest words."""
    by_code = {value["code"]: value for value in old}
    return list((by_code | {value["code"]: value for value in new}).values())


def words(text: Text) -> dict[str, str]:
    """Return a text as plain data."""
    return {"th": text.th, "en": text.en}


def parts(column: Mapping[str, Any]) -> list[str]:
    """Return the names of the arrays that hold a column: one, or one for each value."""
    if column["kind"] in {"choices", "ranking"}:
        return [f"{column['code']}/{value['code']}" for value in column["values"]]
    return [column["code"]]
