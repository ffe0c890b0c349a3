"""Writes many rows at once by PostgreSQL's COPY: for imports, where a row at a time is too slow.

Nothing is checked here but what the database checks; callers hand over rows that are right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, models, transaction
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Field, Model

M = TypeVar("M", bound="Model")
AS_THEY_STAND = (
    models.BooleanField,
    models.DateField,
    models.DateTimeField,
    models.DecimalField,
    models.ForeignKey,
    models.IntegerField,
)


def next_ids(model: type[Model], count: int) -> list[int]:
    """Take ids for rows that will be copied, so that rows which point at them can be made now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [number for (number,) in cursor.fetchall()]


def copy(rows: Sequence[M]) -> int:
    """Insert rows of one model, in the caller's transaction; those without an id get one."""
    if not rows:
        return 0
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("copy() belongs in a transaction")
    model = type(rows[0])
    give_ids(model, rows)
    fields: list[Field[Any, Any]] = list(model._meta.concrete_fields)
    getters = [(field.attname, preparer(field)) for field in fields]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
    )
    with connection.cursor() as cursor, cursor.copy(statement.as_string(None)) as out:
        for row in rows:
            values = row.__dict__
            out.write_row(
                [prepare(values[name]) if prepare else values[name] for name, prepare in getters]
            )
    return len(rows)


def preparer(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    """Return what makes a field's value fit for the driver; most values are as they stand."""
    if isinstance(field, AS_THEY_STAND):
        return None
    if isinstance(field, (models.CharField, models.TextField)):
        return as_plain_text
    return lambda value: field.get_db_prep_save(value, connection)


def as_plain_text(value: str | None) -> str | None:
    """Return text without the class of a choice, which the driver would write by name."""
    return None if value is None else str(value)


def give_ids(model: type[Model], rows: Sequence[M]) -> None:
    """Give the rows that have none an id out of the table's own sequence."""
    without = [row for row in rows if row.pk is None]
    if without:
        for row, number in zip(without, next_ids(model, len(without)), strict=True):
            row.pk = number
