"""Reading the tables that people send."""

import gzip
import io
import tracemalloc
from datetime import datetime

import pytest
from django.utils import translation
from openpyxl import Workbook

from agency import tabular
from agency.tabular import Unreadable, open_table


@pytest.fixture(autouse=True)
def english():
    """Let sentences be read as they stand in the code."""
    with translation.override("en"):
        yield


def read(content: bytes):
    with open_table(io.BytesIO(content)) as table:
        return table.header, [(row.number, row.cells) for row in table.rows], table


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


THAI = "เลขที่,เรื่อง\n1,น้ำท่วม\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (THAI.encode(), "utf-8-sig"),
        (THAI.encode("utf-8-sig"), "utf-8-sig"),
        (THAI.encode("utf-16"), "utf-16"),
        (THAI.encode("utf-16-le"), "utf-16-le"),
        (THAI.encode("utf-16-be"), "utf-16-be"),
        (THAI.encode("cp874"), "cp874"),
        (gzip.compress(THAI.encode()), "utf-8-sig"),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "tis-620", "gz"],
)
def test_open_table_recognises_encodings(content, encoding):
    header, rows, table = read(content)

    assert (header, rows, table.encoding) == (
        ["เลขที่", "เรื่อง"],
        [(2, ["1", "น้ำท่วม"])],
        encoding,
    )


def test_open_table_says_which_old_encoding_it_read():
    _header, _rows, table = read(THAI.encode("cp874"))

    assert table.notes == [
        "The file is written in TIS-620 (windows-874), not UTF-8; it was read as such."
    ]


def test_open_table_finds_thai_after_much_plain_text():
    content = ("a,b\n" + "1,plain\n" * 200_000 + "2,น้ำท่วม\n").encode("cp874")

    _header, rows, table = read(content)

    assert (rows[-1], table.encoding, table.total) == ((200_002, ["2", "น้ำท่วม"]), "cp874", 200_001)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_open_table_finds_the_separator(separator):
    content = separator.join(["a", '"b,;"', "c"]) + "\n" + separator.join(["1", "2", "3"]) + "\n"

    header, rows, table = read(content.encode())

    assert (header, rows, table.separator) == (["a", "b,;", "c"], [(2, ["1", "2", "3"])], separator)


def test_open_table_counts_rows_as_the_sender_sees_them():
    content = 'a,b\n1,"two\nlines\r\nand three"\n\n3,x\n'

    header, rows, table = read(content.encode())

    assert header == ["a", "b"]
    assert rows == [(2, ["1", "two\nlines\r\nand three"]), (4, ["3", "x"])]
    assert table.total == 3


def test_open_table_trims_names_and_fills_short_rows():
    header, rows, _table = read(b" a ,  b  c \n1\n")

    assert (header, rows) == (["a", "b c"], [(2, ["1", ""])])


def test_open_table_says_what_is_wrong_with_a_long_row():
    with open_table(io.BytesIO(b"a,b\n1,2,3\n4,5\n")) as table:
        first, second = table.rows

    assert first.problem == (
        "The row has 3 cells, the header only 2. Put text that holds the separator in quotation marks."
    )
    assert (second.number, second.cells, second.problem) == (3, ["4", "5"], "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty. Save the table again and send that file."),
        (b"\n\n", "The file has no rows. Save the table again and send that file."),
        (
            b"a,b,a\n1,2,3\n",
            "Two columns are called “a”. Give each column a name of its own in the first row and send it again.",
        ),
        (
            b"a,b\n1,x\n2,caf\xe9 \xff\n",
            "The text near row 3 is neither UTF-8 nor Thai TIS-620. Save the file in Excel as "
            "“CSV UTF-8 (Comma delimited)”, or as .xlsx, and send it again.",
        ),
        (
            "a,b\n1,น้ำ".encode() + b"\xff\xfe" + "ท่วม\n".encode(),
            "The text near row 2 is neither UTF-8 nor Thai TIS-620. Save the file in Excel as "
            "“CSV UTF-8 (Comma delimited)”, or as .xlsx, and send it again.",
        ),
        (
            b"PK\x03\x04 no workbook",
            "The file is not a readable Excel workbook. Open it in Excel, save it as .xlsx or “CSV UTF-8”, and send that.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "This is an old Excel file (.xls). Save it as “Excel Workbook (.xlsx)” or as “CSV UTF-8” and send that.",
        ),
        (
            gzip.compress(b"a,b\n" + b"1,2\n" * 9999)[:-20],
            "The compressed file (.gz) is damaged or incomplete. Compress it again, or send it unpacked.",
        ),
    ],
    ids=["empty", "blank", "doubled", "latin", "damaged", "no-workbook", "xls", "cut-gz"],
)
def test_open_table_refuses_with_the_mend(content, sentence):
    with pytest.raises(Unreadable) as refusal:
        read(content)

    assert str(refusal.value) == sentence


def test_require_names_missing_columns_and_those_that_look_like_them():
    with (
        open_table(io.BytesIO(b"ticket,coment\n1,2\n")) as table,
        pytest.raises(Unreadable) as refusal,
    ):
        table.require(["ticket", "comment", "state"])

    assert str(refusal.value) == (
        "The file has no column “comment”, “state”. Its columns are: ticket, coment. Name the columns in "
        "the first row as the mapping does, or choose the right columns, and send it again. Perhaps meant: “coment”."
    )


def test_open_table_reads_a_workbook_as_text():
    content = workbook(
        [None, None, None],
        ["no", "at", "text"],
        [1.0, datetime(2026, 11, 2, 9, 30), "น้ำท่วม"],  # noqa: DTZ001 - cells have no zone
        [],
        [2, None, "x"],
    )

    header, rows, _table = read(content)

    assert header == ["no", "at", "text"]
    assert rows == [(3, ["1", "2026-11-02 09:30:00", "น้ำท่วม"]), (5, ["2", "", "x"])]


def test_open_table_says_that_a_file_cannot_be_opened(tmp_path):
    path = tmp_path / "none.csv"

    with pytest.raises(Unreadable) as refusal, open_table(path):
        pass

    assert str(refusal.value) == f"The file {path} cannot be opened: No such file or directory."


def test_open_table_survives_an_open_quotation_mark():
    content = b'a,b\n1,"never closed\n' + b"x,y\n" * 400_000

    with open_table(io.BytesIO(content)) as table:
        first = next(table.rows)

    assert first.problem == "The row cannot be read: a quotation mark is probably not closed."


def test_open_table_leaves_the_file_open():
    file = io.BytesIO(THAI.encode())

    with open_table(file) as table:
        list(table.rows)

    assert not file.closed


def test_open_table_needs_no_more_memory_for_more_rows():
    """A table ten times as long takes no more memory: rows are streamed."""

    def peak(count: int) -> int:
        content = io.BytesIO(b"a,b\n" + b"1,some text of usual length\n" * count)
        tracemalloc.start()
        with open_table(content) as table:
            for _row in table.rows:
                pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1000)
    small, large = peak(60_000), peak(240_000)

    assert large < small * 1.2 + tabular.CHUNK
