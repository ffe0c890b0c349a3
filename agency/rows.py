"""Writes many rows in one statement, without an object for each: for what a sweep writes by the thousand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Field, Model

BATCH = 5000


def write_rows(
    model: type[Model], rows: Iterable[Mapping[str, Any]], *, skip_known: bool = False
) -> int:
    """Insert rows given by field names (`by_id`, not `by`); a field no row names has its default.

    The rows go as one JSON text that PostgreSQL takes apart, which costs a fraction of an object
    and a parameter for each value. All rows name the same fields. With `skip_known` a row that a
    constraint knows already is left as it stands. Returns how many were written.
    """
    count = 0
    for piece in pieces(rows):
        names = tuple(piece[0])
        query = statement(model, names, skip_known=skip_known)
        constants = [default_of(field) for field in unnamed(model, names)]
        with connection.cursor() as cursor:
            cursor.execute(query, [*constants, json.dumps(piece)])
            count += cursor.rowcount
    return count


def pieces(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Cut rows into pieces of bounded size, each value as JSON writes it."""
    plain = ({name: as_json(value) for name, value in row.items()} for row in rows)
    while piece := list(islice(plain, BATCH)):
        yield piece


def as_json(value: object) -> object:
    """Return a value as JSON knows it."""
    return value.isoformat() if isinstance(value, datetime) else value


def unnamed(model: type[Model], names: tuple[str, ...]) -> list[Field[Any, Any]]:
    """Return the fields that rows of these names leave to their defaults; the database numbers the rows."""
    fields = model._meta.concrete_fields
    return [field for field in fields if not field.primary_key and field.attname not in names]


def default_of(field: Field[Any, Any]) -> Any:
    """Return what a field holds that nobody named, as the database takes it."""
    return field.get_db_prep_save(field.get_default(), connection)


@cache
def statement(model: type[Model], names: tuple[str, ...], *, skip_known: bool) -> str:
    """Return the statement for rows of these fields; every name in it comes from the model."""
    quote = connection.ops.quote_name
    known = {field.attname: field for field in model._meta.concrete_fields}
    types = ", ".join(
        f"{quote(known[name].column)} {known[name].db_type(connection)}" for name in names
    )
    given = [quote(known[name].column) for name in names]
    others = unnamed(model, names)
    columns = ", ".join([*given, *(quote(field.column) for field in others)])
    values = ", ".join([*given, *(f"%s::{field.db_type(connection)}" for field in others)])
    conflict = " ON CONFLICT DO NOTHING" if skip_known else ""
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns})"  # noqa: S608
        f" SELECT {values} FROM json_to_recordset(%s) AS given ({types}){conflict}"
    )
