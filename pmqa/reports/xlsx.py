"""The report as a workbook: one sheet per chapter, numbers as numbers, and the cases behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from agency.thai import BANGKOK, format_month
from pmqa.reports.cells import Cell, Chapter, Table
from pmqa.reports.chapters import chapters_of
from pmqa.reports.models import Report, ReportFact
from pmqa.reports.selectors import label, names_of

FONT = "Sarabun"
ROWS_PER_SHEET = 1_000_000  # a sheet ends at 1,048,576
FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "constant_memory": True,  # a row is written and forgotten: a month may hold 100,000 cases
}


def xlsx_of(report: Report) -> bytes:
    """Write a report as a workbook in the active language."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": str(report), "created": report.built_at.replace(tzinfo=None)})
        formats = formats_of(book)
        write_chapters(book, chapters_of(report), formats=formats, head=head_of(report))
        write_cases(book, report, formats=formats)
    return out.getvalue()


def chapters_xlsx(chapters: Sequence[Chapter], *, head: str) -> bytes:
    """Write chapters without cases as a workbook in the active language."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": head})
        write_chapters(book, chapters, formats=formats_of(book), head=head)
    return out.getvalue()


def write_chapters(
    book: xlsxwriter.Workbook, chapters: Sequence[Chapter], *, formats: dict[str, Any], head: str
) -> None:
    """Write a sheet for each chapter."""
    for number, chapter in enumerate(chapters, start=1):
        sheet = book.add_worksheet(sheet_name(number, chapter.title))
        write_chapter(sheet, chapter, formats=formats, head=head)


def formats_of(book: xlsxwriter.Workbook) -> dict[str, Any]:
    """Return the cell formats, all in the Thai font."""
    base = {"font_name": FONT, "font_size": 11, "valign": "top"}
    return {
        "text": book.add_format({**base, "text_wrap": True}),
        "plain": book.add_format(base),
        "title": book.add_format({**base, "bold": True, "font_size": 16}),
        "caption": book.add_format({**base, "bold": True}),
        "head": book.add_format(
            {**base, "bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E8EEF0"}
        ),
        "count": book.add_format({**base, "num_format": "#,##0"}),
        "number": book.add_format({**base, "num_format": "#,##0.0"}),
        "date": book.add_format({**base, "num_format": "yyyy-mm-dd hh:mm"}),
    }


def head_of(report: Report) -> str:
    """Return the line that every printed page carries."""
    unit = label(names_of(report), "unit", report.figures["unit"])
    month = format_month(report.month_on)
    return f"{unit} – {month} – {_('Version')} {report.version}"


def sheet_name(number: int, title: str) -> str:
    """Return a sheet name that a workbook accepts: 31 characters, none of the forbidden ones."""
    return f"{number} {title}".translate(FORBIDDEN)[:31].strip()


def write_chapter(
    sheet: Worksheet, chapter: Chapter, *, formats: dict[str, Any], head: str
) -> None:
    """Write a chapter: sentences, then each table under its caption."""
    set_up(sheet, head=head)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 12, 14)
    sheet.write_string(0, 0, chapter.title, formats["title"])
    row = 2
    for sentence in (*chapter.sentences, *chapter.points):
        sheet.merge_range(row, 0, row, 8, "", formats["text"])
        sheet.write_string(row, 0, sentence, formats["text"])
        sheet.set_row(row, 16 * (1 + len(sentence) // 130))
        row += 1
    for table in chapter.tables:
        row = write_table(sheet, table, row=row + 1, formats=formats)
    sheet.freeze_panes(1, 1)


def write_table(sheet: Worksheet, table: Table, *, row: int, formats: dict[str, Any]) -> int:
    """Write a table; returns the row after it."""
    sheet.write_string(row, 0, table.caption, formats["caption"])
    for column, words in enumerate(table.head):
        sheet.write_string(row + 1, column, words, formats["head"])
    for line, cells in enumerate(table.rows, start=row + 2):
        for column, cell in enumerate(cells):
            write_cell(sheet, line, column, cell, formats=formats)
    return row + 2 + len(table.rows)


def write_cell(
    sheet: Worksheet, row: int, column: int, cell: Cell, *, formats: dict[str, Any]
) -> None:
    """Write a number as a number and words as words, never as a formula."""
    if cell.value is not None:
        is_whole = float(cell.value).is_integer() and "." not in cell.text
        sheet.write_number(row, column, cell.value, formats["count" if is_whole else "number"])
    elif not cell.is_number:
        sheet.write_string(row, column, cell.text, formats["text"])


def set_up(sheet: Worksheet, *, head: str) -> None:
    """Prepare a sheet for printing on A4."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.6)
    sheet.set_header(f"&L&9{head.replace('&', '&&')}")
    sheet.set_footer("&C&9&P / &N")


def write_cases(book: xlsxwriter.Workbook, report: Report, *, formats: dict[str, Any]) -> None:
    """Write the cases that counted, without persons; a restricted case shows only that it counts."""
    head = [
        _("Number"), _("Kind"), _("Grade"), _("Category"), _("Channel"), _("Unit"), _("Received on"),
        _("Closed on"), _("Outcome"), _("Working days to the answer"), _("Working days open"), _("Counts in"),
    ]  # fmt: skip
    names = names_of(report)
    sheet: Worksheet | None = None
    for place, fact in enumerate(facts_of(report)):
        if place % ROWS_PER_SHEET == 0:
            sheet = cases_sheet(book, report, head, number=place // ROWS_PER_SHEET, formats=formats)
        if sheet is not None:
            write_case(sheet, 1 + place % ROWS_PER_SHEET, fact, names=names, formats=formats)
    if sheet is None:
        cases_sheet(book, report, head, number=0, formats=formats)


def facts_of(report: Report) -> Iterator[ReportFact]:
    """Yield the frozen cases, a few thousand at a time."""
    return ReportFact.objects.filter(report=report).order_by("number").iterator(chunk_size=5000)


def cases_sheet(
    book: xlsxwriter.Workbook,
    report: Report,
    head: Sequence[str],
    *,
    number: int,
    formats: dict[str, Any],
) -> Worksheet:
    """Begin a sheet of cases."""
    name = _("Cases") if not number else f"{_('Cases')} {number + 1}"
    sheet: Worksheet = book.add_worksheet(name[:31])
    set_up(sheet, head=head_of(report))
    sheet.set_column(0, 11, 18)
    for column, words in enumerate(head):
        sheet.write_string(0, column, words, formats["head"])
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    return sheet


def write_case(
    sheet: Worksheet,
    row: int,
    fact: ReportFact,
    *,
    names: dict[str, dict[str, str]],
    formats: dict[str, Any],
) -> None:
    """Write one case."""
    counted = ", ".join(fact.counted)
    if fact.is_restricted:
        sheet.write_string(row, 0, _("Restricted"), formats["plain"])
        sheet.write_string(row, 11, counted, formats["plain"])
        return
    words = [
        fact.number,
        *(
            label(names, name, getattr(fact, name))
            for name in ("kind", "grade", "category", "channel", "unit")
        ),
        None,
        None,
        label(names, "outcome", fact.outcome),
    ]
    for column, word in enumerate(words):
        if word is not None:
            sheet.write_string(row, column, word, formats["plain"])
    write_instants(sheet, row, fact, formats=formats)
    for column, count in ((9, fact.days), (10, fact.age_days)):
        if count is not None:
            sheet.write_number(row, column, count, formats["count"])
    sheet.write_string(row, 11, counted, formats["plain"])


def write_instants(
    sheet: Worksheet, row: int, fact: ReportFact, *, formats: dict[str, Any]
) -> None:
    """Write when a case was received and closed, in Bangkok time."""
    for column, at in ((6, fact.received_at), (7, fact.closed_at)):
        if at is not None:
            sheet.write_datetime(row, column, local(at), formats["date"])


def local(at: datetime) -> datetime:
    """Return Bangkok's clock time, which is all that a workbook knows."""
    return at.astimezone(BANGKOK).replace(tzinfo=None)
