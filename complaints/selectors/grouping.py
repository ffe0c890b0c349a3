"""Sums of the same rows by several keys at once, in one pass over them (GROUPING SETS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Keys = tuple[str, ...]


class Sum(NamedTuple):
    """The sums of one cell: which keys it was grouped by, their values, the sums by name."""

    keys: Keys
    values: tuple[Any, ...]
    sums: dict[str, int]


def sums_by(
    rows: QuerySet[Any, Any], *, sets: Sequence[Keys], sums: Mapping[str, str]
) -> list[Sum]:
    """Return the sums of rows, grouped by each of the sets.

    `rows` is a queryset of values; keys are names of its columns and `sums` are SQL aggregates over
    them: both come from code, never from a person.
    """
    columns = sorted({key for keys in sets for key in keys})
    try:
        inner, parameters = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return []
    marks = [f"grouping({name})" for name in columns]
    wanted = ", ".join([*columns, *marks, *sums.values()])
    grouped = ", ".join(f"({', '.join(keys)})" for keys in sets)
    query = f"SELECT {wanted} FROM ({inner}) AS each_row GROUP BY GROUPING SETS ({grouped})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [as_sum(row, columns=columns, names=list(sums)) for row in cursor.fetchall()]


def as_sum(row: Sequence[Any], *, columns: Sequence[str], names: Sequence[str]) -> Sum:
    """Read one line; a grouping mark of 0 says that the column was a key."""
    width = len(columns)
    values, marks, rest = row[:width], row[width : 2 * width], row[2 * width :]
    keyed = [
        (name, value) for name, value, mark in zip(columns, values, marks, strict=True) if not mark
    ]
    return Sum(
        keys=tuple(name for name, _value in keyed),
        values=tuple(value for _name, value in keyed),
        sums={name: int(value or 0) for name, value in zip(names, rest, strict=True)},
    )
