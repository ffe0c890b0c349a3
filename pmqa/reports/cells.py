"""What a chapter is made of: sentences, charts and tables of cells, the same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agency.charts import BarChart, LineChart
from pmqa.reports.block import written

Chart = BarChart | LineChart


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell: as written, as a number where it is one, and the records behind it."""

    text: str
    value: float | None = None
    url: str = ""
    code: str = ""  # the printed reference of the figure
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with its caption."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()  # of the columns on paper, as shares; by what they hold when empty

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers, judged by the first line."""
        return [cell.is_number for cell in self.rows[0]] if self.rows else [False] * len(self.head)

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heads, each with whether numbers stand below it."""
        return list(zip(self.head, self.numeric, strict=True))


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A chapter of the report; `name` is its anchor and its sheet."""

    name: str
    title: str
    sentences: Sequence[str] = ()
    points: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()


def text(words: Any) -> Cell:
    """Return a cell of words."""
    return Cell(text=str(words))


def number(value: float | None, *, unit: str = "cases", url: str = "", code: str = "") -> Cell:
    """Return a cell of a number."""
    return Cell(text=written(value, unit=unit), value=value, url=url, code=code, is_number=True)


def past_cell(past: Mapping[str, Any] | None, *, unit: str) -> Cell:
    """Return a figure's value in another period."""
    return number(past["value"] if past else None, unit=unit)


def count_cell(count: int | None) -> Cell:
    """Return a count."""
    return number(None if count is None else float(count))


def filled(tables: Iterable[Table]) -> list[Table]:
    """Leave out tables without a line."""
    return [table for table in tables if table.rows]
