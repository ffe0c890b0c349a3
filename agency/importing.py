"""What every import of a table shares (นำเข้าข้อมูล): rows in batches, one import at a time, rows to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.utils.translation import gettext as _

from agency import sheets, tabular

T = TypeVar("T")

BATCH = 1000
SHOWN_ERRORS = 20
SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: where, why, how to mend it, and what it held."""

    row: int
    column: str
    sentence: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def error(self) -> str:
        """The sentence, as a kept row calls it."""
        return self.sentence

    def as_json(self) -> dict[str, Any]:
        """Return it without what it held."""
        return {"row": self.row, "column": self.column, "sentence": self.sentence}


@dataclass(frozen=True)
class Sample:
    """The beginning of a table, as a page shows it."""

    header: list[str]
    rows: list[tabular.Row]
    notes: list[str]
    total: int | None


def sample_of(file: Any, *, rows: int = SHOWN_ROWS) -> Sample:
    """Read the beginning of a table."""
    with tabular.open_table(file) as table:
        return Sample(table.header, list(islice(table.rows, rows)), table.notes, table.total)


def batches(rows: Iterable[T], *, limit: int | None = None, size: int = BATCH) -> Iterator[list[T]]:
    """Yield rows in batches, of the first ones only where there is a limit."""
    wanted = islice(rows, limit)
    while batch := list(islice(wanted, size)):
        yield batch


def take_turns(name: str) -> None:
    """Let two imports of one name take turns, batch by batch: the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def by_column(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the cells of a row with the names of their columns, as they may be stored."""
    pairs = zip(header, cells, strict=False)
    return {name: cell.replace("\0", "") for name, cell in pairs}


def rejected_lines(rows: Iterable[Any], header: Sequence[str]) -> Iterator[str]:
    """Yield kept rejected rows as CSV that a spreadsheet opens with its Thai intact, with the reason."""
    yield sheets.BOM
    yield sheets.csv_line([_("row"), _("column"), _("what to mend"), *header])
    for row in rows:
        cells = [row.values.get(name, "") for name in header]
        yield sheets.csv_line([row.row, row.column, row.error, *cells])
