"""Keyset paging: a page after or before a row, as fast on page 10,000 as on the first.

An order is one field and the primary key, both in the same direction, so that PostgreSQL walks an
index on (field, id). Empty values count as the largest, which is PostgreSQL's own order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import (  # type: ignore[import-untyped]
    TupleGreaterThan,
    TupleLessThan,
)

SALT = "agency.paging"
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Order:
    """One way to sort a list; `field` may be an annotation, `-` in front turns it round."""

    field: str
    is_descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "Order":
        """Read `-received_at`."""
        return cls(field=text.removeprefix("-"), is_descending=text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.field}" if self.is_descending else self.field

    @property
    def reverse(self) -> "Order":
        """The same field, the other way round."""
        return Order(field=self.field, is_descending=not self.is_descending)

    @property
    def keys(self) -> tuple[str, ...]:
        """What `order_by` takes."""
        sign = "-" if self.is_descending else ""
        if self.field == "pk":
            return (f"{sign}pk",)
        return (f"{sign}{self.field}", f"{sign}pk")


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A row's place in an order; `is_backward` asks for the rows before it."""

    value: Any
    pk: int
    is_backward: bool = False


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """The rows of one page and the cursors to its neighbours; empty when there is none."""

    rows: list[Row]
    newer: str
    older: str


def pack(value: Any) -> list[Any]:
    """Give a value a type tag that survives JSON."""
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    return ["v", value]


def unpack(tagged: Sequence[Any]) -> Any:
    """Undo `pack`."""
    tag, value = tagged
    readers: dict[str, Callable[[str], Any]] = {
        "t": datetime.fromisoformat,
        "d": date.fromisoformat,
        "n": Decimal,
    }
    return readers[tag](value) if tag in readers else value


def write_cursor(row: Model, *, order: Order, is_backward: bool) -> str:
    """Make the signed text that goes into the address."""
    value: Any = row
    for name in order.field.split("__"):
        value = getattr(value, name) if value is not None else None
    payload = [str(order), int(is_backward), row.pk, *pack(value)]
    return signing.dumps(payload, salt=SALT)


def read_cursor(text: str, *, order: Order) -> Cursor | None:
    """Read a cursor; one that was tampered with, or of another order, means the first page."""
    try:
        made_for, is_backward, pk, *tagged = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    if made_for != str(order):
        return None
    return Cursor(value=unpack(tagged), pk=pk, is_backward=bool(is_backward))


def stretches(queryset: QuerySet[Row], *, order: Order, cursor: Cursor) -> list[QuerySet[Row]]:
    """Return what follows a row, in one or two index ranges: an OR would read from the start."""
    beyond = TupleLessThan if order.is_descending else TupleGreaterThan
    sign = "lt" if order.is_descending else "gt"
    if order.field == "pk":
        return [queryset.filter(**{f"pk__{sign}": cursor.pk})]
    empty = queryset.filter(**{f"{order.field}__isnull": True})
    filled = queryset.filter(**{f"{order.field}__isnull": False})
    if cursor.value is None:
        rest = empty.filter(**{f"pk__{sign}": cursor.pk})
        return [rest, filled] if order.is_descending else [rest]
    keys = (F(order.field), F("pk"))
    rest = queryset.filter(beyond(keys, (cursor.value, cursor.pk)))
    return [rest] if order.is_descending else [rest, empty]


def follow(
    queryset: QuerySet[Row],
    *,
    order: Order,
    cursor: Cursor | None,
    limit: int,
    is_narrow_first: bool,
) -> list[Row]:
    """Return up to `limit` rows after a row, or the first ones."""
    ranges = [queryset] if cursor is None else stretches(queryset, order=order, cursor=cursor)
    rows: list[Row] = []
    for part in ranges:
        if len(rows) < limit:
            ordered, room = part.order_by(*order.keys), limit - len(rows)
            rows += narrowed(queryset, ordered, room) if is_narrow_first else ordered[:room]
    return rows


def narrowed(queryset: QuerySet[Row], ordered: QuerySet[Row], room: int) -> QuerySet[Row]:
    """Find the keys of the page first, then read whole rows of these only; still one query.

    So a filter that few rows pass is answered out of an index that holds its columns.
    """
    return queryset.filter(pk__in=ordered.values("pk")[:room]).order_by(*ordered.query.order_by)


def page_of(
    queryset: QuerySet[Row],
    *,
    order: Order,
    cursor: str = "",
    per_page: int = 50,
    is_narrow_first: bool = False,
) -> Page[Row]:
    """Return a page: one query, and a second one only where the rows without a value begin."""
    place = read_cursor(cursor, order=order) if cursor else None
    is_backward = place is not None and place.is_backward
    way = order.reverse if is_backward else order
    rows = follow(
        queryset, order=way, cursor=place, limit=per_page + 1, is_narrow_first=is_narrow_first
    )
    has_more = len(rows) > per_page
    rows = rows[:per_page]
    if is_backward:
        rows.reverse()
    if not rows:
        return Page(rows=[], newer="", older="")
    has_newer = has_more if is_backward else place is not None
    has_older = True if is_backward else has_more
    return Page(
        rows=rows,
        newer=write_cursor(rows[0], order=order, is_backward=True) if has_newer else "",
        older=write_cursor(rows[-1], order=order, is_backward=False) if has_older else "",
    )
