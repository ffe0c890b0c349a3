"""Counts of the same rows by several columns, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import get_language

ALL = "all"
NOTHING = Value("", output_field=TextField())

Marginals = dict[str, dict[str, int]]


@dataclass(frozen=True)
class By:
    """A column to count by, and which rows."""

    column: Any
    where: Q = field(default_factory=Q)


def marginals(rows: QuerySet[Any], columns: Mapping[str, By]) -> Marginals:
    """Return by name how many rows have each value of a column, and under `all` how many there are.

    Rows without a value are left out of their column.
    """
    parts = [counted(rows, ALL, By(NOTHING))]
    parts += [counted(rows, name, by) for name, by in columns.items()]
    found: Marginals = defaultdict(dict)
    for name, key, number in parts[0].union(*parts[1:], all=True):
        if key or name == ALL:
            found[name][key] = number
    return found


def counted(rows: QuerySet[Any], name: str, by: By) -> QuerySet[Any]:
    """Return one column's counts."""
    named = (
        rows.filter(by.where)
        .order_by()
        .annotate(
            counted_by=Value(name, output_field=TextField()),
            counted_key=Coalesce(Cast(by.column, TextField()), NOTHING),
        )
    )
    found: QuerySet[Any] = named.values_list("counted_by", "counted_key").annotate(
        counted_rows=Count("pk")
    )
    return found


def name_of(way: str) -> Any:
    """Return the column of a reference row's name in the reader's language."""
    thai = Cast(f"{way}__name_th", TextField())
    if get_language() != "en":
        return thai
    return Coalesce(NullIf(Cast(f"{way}__name_en", TextField()), NOTHING), thai)
