"""Tables written for a spreadsheet program: CSV that Excel opens with its Thai intact, and XLSX.

Rows are streamed, so that a million of them need no more memory than one.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from agency.thai import BANGKOK

BOM = "\ufeff"
FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # what a spreadsheet would run, out of anybody's text
SHEET_ROWS = 1_000_000  # an XLSX sheet ends at 1,048,576


def plain(value: Any) -> Any:
    """Return a value as a cell holds it: Bangkok time, text that is never a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(BANGKOK):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | float):
        return value
    return str(value)


def harmless(value: Any) -> Any:
    """Put an apostrophe before what a spreadsheet would take for a formula; only CSV needs it."""
    cell = plain(value)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def csv_line(cells: Sequence[Any]) -> str:
    """Return one line of CSV, for an answer that is streamed."""
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cell) for cell in cells])
    return line.getvalue()


def write_csv(path: Path, *, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write UTF-8 with BOM; returns the rows written."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(BOM)
        writer = csv.writer(out)
        writer.writerow(head)
        for row in rows:
            writer.writerow([harmless(value) for value in row])
            count += 1
    return count


def write_xlsx(path: Path, *, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a workbook, a new sheet after each million rows; returns the rows written."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        sheet: Any = None
        for count, row in enumerate(rows, start=1):
            place = (count - 1) % SHEET_ROWS
            if place == 0:
                sheet = book.add_worksheet()
                sheet.write_row(0, 0, list(head), bold)
                sheet.freeze_panes(1, 0)
            sheet.write_row(place + 1, 0, [plain(value) for value in row])
        if sheet is None:
            book.add_worksheet().write_row(0, 0, list(head), bold)
    return count


WRITERS: dict[str, Callable[..., int]] = {"csv": write_csv, "xlsx": write_xlsx}
