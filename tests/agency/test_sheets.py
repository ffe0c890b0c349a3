"""Spreadsheets: Thai that Excel opens, and text that is never a formula."""

from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from agency import sheets

HEAD = ["เลขที่", "เรื่อง"]
EVIL = ["=1+1", "+1", "-1", "@x", "\tx", "=HYPERLINK(1)"]


def test_csv_begins_with_a_mark_that_tells_excel_the_letters(tmp_path):
    count = sheets.write_csv(tmp_path / "a.csv", head=HEAD, rows=[["1", "ป้ายไม่ชัด, เลอะ"]])

    assert count == 1
    assert (tmp_path / "a.csv").read_bytes().decode() == (
        '\ufeffเลขที่,เรื่อง\r\n1,"ป้ายไม่ชัด, เลอะ"\r\n'
    )


@pytest.mark.parametrize("text", EVIL)
def test_csv_holds_no_formula(text):
    assert sheets.harmless(text) == f"'{text}"


@pytest.mark.parametrize("rows", [[], [["1", text] for text in EVIL]])
def test_xlsx_holds_text_as_typed(tmp_path, rows):
    count = sheets.write_xlsx(tmp_path / "a.xlsx", head=HEAD, rows=rows)

    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert count == len(rows)
    assert cells == [HEAD, *rows]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (datetime(2026, 11, 2, 3, 0, tzinfo=UTC), "2026-11-02 10:00"),
        (date(2026, 11, 2), "2026-11-02"),
        (7, 7),
        ("ก", "ก"),
    ],
)
def test_cells(value, cell):
    assert sheets.plain(value) == cell


def test_a_full_sheet_is_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "SHEET_ROWS", 2)

    sheets.write_xlsx(tmp_path / "a.xlsx", head=HEAD, rows=[[str(n), "x"] for n in range(5)])

    book = load_workbook(tmp_path / "a.xlsx")
    assert [sheet.max_row for sheet in book.worksheets] == [3, 3, 2]
