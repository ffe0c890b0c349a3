"""Reads tables that people send: CSV in any usual dress and XLSX, row by row, in flat memory.

Rows carry the number the sender sees: the header is row 1 and a cell with line breaks is one row.
Everything is text; what cannot be read is refused with a sentence that says how to mend it.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import re
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from agency.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK = 1 << 20
LONGEST_CELL = 1_000_000
LONGEST_LINE = 4_000_000
LARGEST_WORKBOOK_TEXT = 300 * 1024 * 1024
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
ZIP_MAGIC, GZIP_MAGIC, OLD_EXCEL_MAGIC = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
UTF8_THAI = re.compile(rb"\xe0[\xb8-\xb9][\x80-\xbf]")
HIGH_BYTE = re.compile(rb"[\x80-\xff]")
THAI_874 = re.compile(rb"[\xa1-\xda\xdf-\xfb]")
# Vowels and tone marks above and below stand on a consonant; elsewhere the text is not Thai.
MISPLACED_MARK_874 = re.compile(rb"(?<![\xa1-\xfb])[\xd1\xd4-\xda\xe7-\xee]")

Numbered = tuple[int, tuple[object, ...]]


class Unreadable(Refused):
    """The file cannot be read as a table; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as text; `problem` is set when the row itself is broken."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """An open table: its header, what was found out about it, and its rows, to be read once."""

    header: list[str]
    rows: Iterator[Row]
    total: int | None = None
    encoding: str = ""
    separator: str = ""
    notes: list[str] = field(default_factory=list)

    def position(self, column: str) -> int:
        """Return where a column stands; the sentence names it when it is missing."""
        self.require([column])
        return self.header.index(column)

    def require(self, columns: Iterable[str]) -> None:
        """Refuse the table when columns are missing, and say which look like them."""
        missing = [column for column in dict.fromkeys(columns) if column not in self.header]
        if not missing:
            return
        close = [near for name in missing for near in get_close_matches(name, self.header, 1, 0.6)]
        sentence = _(
            "The file has no column %(missing)s. Its columns are: %(found)s. Name the columns in the first row "
            "as the mapping does, or choose the right columns, and send it again."
        ) % {"missing": quoted(missing), "found": ", ".join(self.header[:40])}
        if close:
            sentence += " " + _("Perhaps meant: %(close)s.") % {"close": quoted(close)}
        raise Unreadable(sentence)


def quoted(names: Iterable[str]) -> str:
    """Return names as a sentence shows them."""
    return ", ".join(f"“{name}”" for name in names)


@contextmanager
def open_table(source: str | Path | IO[bytes]) -> Iterator[Table]:
    """Open a file by path, or an open binary file that can seek, as a table."""
    if isinstance(source, (str, Path)):
        with opened(Path(source)) as file, table_of(file) as table:
            yield table
    else:
        source.seek(0)
        with table_of(source) as table:
            yield table


def opened(path: Path) -> IO[bytes]:
    """Open a path; a wrong one is a sentence."""
    try:
        return path.open("rb")
    except OSError as error:
        raise Unreadable(
            _("The file %(name)s cannot be opened: %(why)s.")
            % {"name": path, "why": error.strerror}
        ) from None


@contextmanager
def table_of(file: IO[bytes]) -> Iterator[Table]:
    """Recognise the file by its content, whatever it is called."""
    magic = file.read(8)
    file.seek(0)
    if not magic:
        raise Unreadable(_("The file is empty. Save the table again and send that file."))
    if magic.startswith(OLD_EXCEL_MAGIC):
        raise Unreadable(
            _(
                "This is an old Excel file (.xls). Save it as “Excel Workbook (.xlsx)” or as “CSV UTF-8” and send that."
            )
        )
    if magic.startswith(ZIP_MAGIC):
        yield from_workbook(file)
    elif magic.startswith(GZIP_MAGIC):
        with gzip.GzipFile(fileobj=file) as unpacked, text_of(unpacked) as table:
            yield table
    else:
        with text_of(file) as table:
            yield table


# --- text ------------------------------------------------------------------------------------


@dataclass
class Scan:
    """What one pass over the whole file found: valid UTF-8 or not, and how many rows."""

    sample: bytes = b""
    first_bad_row: int = 0
    newlines: int = 0
    is_quoted: bool = False
    ends_with_newline: bool = True

    def count(self, chunk: bytes) -> None:
        """Count line ends outside quotation marks."""
        for part in chunk.split(b'"'):
            if not self.is_quoted:
                self.newlines += part.count(b"\n")
            self.is_quoted = not self.is_quoted
        self.is_quoted = not self.is_quoted
        self.ends_with_newline = chunk.endswith(b"\n")

    @property
    def rows(self) -> int:
        """How many rows there are, the header and empty ones counted."""
        return self.newlines + (not self.ends_with_newline)


@contextmanager
def text_of(file: IO[bytes] | gzip.GzipFile) -> Iterator[Table]:
    """Read a CSV file in the encoding and with the separator that it turns out to have."""
    encoding, scan = recognise(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield from_lines(iter(lambda: text.readline(LONGEST_LINE), ""), encoding, scan.rows)
    finally:
        text.detach()


def from_lines(lines: Iterator[str], encoding: str, count: int) -> Table:
    """Return the table in the lines of a CSV file."""
    skipped, first = 0, next(lines, "")
    while first and not first.strip("\r\n\t ;,\ufeff"):
        skipped, first = skipped + 1, next(lines, "")
    if not first:
        raise Unreadable(no_rows())
    separator = likely_separator(first)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(prepended(first, lines), delimiter=separator)
    header = clean_header(next(reader))
    total = None if encoding.startswith("utf-16") else max(count - skipped - 1, 0) or None
    return Table(
        header=header,
        rows=text_rows(reader, width=len(header), number=skipped + 2),
        total=total,
        encoding=encoding,
        separator=separator,
        notes=told(encoding),
    )


def no_rows() -> str:
    """Return the sentence for a table without anything in it."""
    return _("The file has no rows. Save the table again and send that file.")


def prepended(first: str, rest: Iterable[str]) -> Iterator[str]:
    """Put a line back before the others."""
    yield first
    yield from rest


def likely_separator(line: str) -> str:
    """Return the separator that occurs most often outside quotation marks."""
    bare = "".join(line.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def clean_header(cells: list[str]) -> list[str]:
    """Return trimmed names; two columns of one name are refused by name."""
    names = [
        re.sub(r"\s+", " ", cell.replace("\ufeff", "").replace("\0", "")).strip() for cell in cells
    ]
    while names and not names[-1]:
        names.pop()
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise Unreadable(
            _(
                "Two columns are called %(names)s. Give each column a name of its own in the first row and send it again."
            )
            % {"names": quoted(doubled)}
        )
    if not any(names):
        raise Unreadable(
            _("The first row names no columns. Put the names there and send it again.")
        )
    return names


def text_rows(reader: Iterator[list[str]], *, width: int, number: int) -> Iterator[Row]:
    """Yield the rows from `number` on; broken ones carry their problem, empty ones are left out."""
    for position in itertools.count(number):
        row = read_row(reader, position, width)
        if row is None:
            return
        if row.problem or any(row.cells):
            yield row


def read_row(reader: Iterator[list[str]], number: int, width: int) -> Row | None:
    """Return the next row, or None at the end."""
    try:
        cells = next(reader)
    except StopIteration:
        return None
    except csv.Error:
        problem = _("The row cannot be read: a quotation mark is probably not closed.")
        return Row(number, [""] * width, problem)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Unreadable(damaged_archive()) from None
    except UnicodeDecodeError:
        raise Unreadable(broken_text(number)) from None
    return fitted(number, cells, width)


def fitted(number: int, cells: list[str], width: int) -> Row:
    """Return a row as wide as the header, or say that it has too many cells."""
    if len(cells) < width:
        cells.extend([""] * (width - len(cells)))
    elif any(cells[width:]):
        problem = _(
            "The row has %(cells)s cells, the header only %(width)s. Put text that holds the separator in quotation marks."
        ) % {"cells": len(cells), "width": width}
        return Row(number, cells[:width], problem)
    return Row(number, cells[:width])


# --- encodings -------------------------------------------------------------------------------


def recognise(file: IO[bytes] | gzip.GzipFile) -> tuple[str, Scan]:
    """Return the encoding of the whole file, not of its first rows only."""
    scan = scanned(file)
    if scan.sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", scan
    wide = without_mark_utf16(scan.sample)
    if wide:
        return wide, scan
    if not scan.first_bad_row:
        return "utf-8-sig", scan
    if is_thai_874(scan.sample):
        return "cp874", scan
    raise Unreadable(broken_text(scan.first_bad_row))


def scanned(file: IO[bytes] | gzip.GzipFile) -> Scan:
    """Read the file once: is it UTF-8 to the end, and how many rows has it?"""
    scan, decoder = Scan(), codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(CHUNK):
            if not scan.sample:
                scan.sample = chunk
            if not scan.first_bad_row:
                check_utf8(scan, decoder, chunk)
            scan.count(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Unreadable(damaged_archive()) from None
    return scan


def check_utf8(scan: Scan, decoder: codecs.IncrementalDecoder, chunk: bytes) -> None:
    """Note the row of the first byte that is not UTF-8, with the text around it as the sample."""
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError as error:
        scan.first_bad_row = scan.newlines + chunk[: error.start].count(b"\n") + 1
        scan.sample = scan.sample[: CHUNK // 2] + chunk


def without_mark_utf16(sample: bytes) -> str:
    """Return the UTF-16 that a file without a byte order mark is written in, or nothing."""
    head = sample[:4096]
    if len(head) < 4:
        return ""
    low, high = share_of_wide(head[1::2]), share_of_wide(head[::2])
    if low > 0.8 and high < 0.2:
        return "utf-16-le"
    return "utf-16-be" if high > 0.8 and low < 0.2 else ""


def share_of_wide(half: bytes) -> float:
    """Return how many of the bytes are the upper half of a Latin or Thai letter in UTF-16."""
    return (half.count(0) + half.count(0x0E)) / max(len(half), 1)


def is_thai_874(sample: bytes) -> bool:
    """Tell whether the bytes read as Thai in TIS-620 (windows-874): letters plenty, marks on letters."""
    high = len(HIGH_BYTE.findall(sample))
    thai = len(THAI_874.findall(sample))
    if 3 * len(UTF8_THAI.findall(sample)) > high // 2 or thai < 0.95 * high:
        return False
    return len(MISPLACED_MARK_874.findall(sample)) <= 0.02 * thai


def told(encoding: str) -> list[str]:
    """Say aloud what was assumed about the letters."""
    if encoding == "cp874":
        return [_("The file is written in TIS-620 (windows-874), not UTF-8; it was read as such.")]
    if encoding.startswith("utf-16"):
        return [_("The file is written in UTF-16, not UTF-8; it was read as such.")]
    return []


def broken_text(row: int) -> str:
    """Return the sentence for text in an unknown or mixed encoding."""
    return _(
        "The text near row %(row)s is neither UTF-8 nor Thai TIS-620. "
        "Save the file in Excel as “CSV UTF-8 (Comma delimited)”, or as .xlsx, and send it again."
    ) % {"row": row}


def damaged_archive() -> str:
    """Return the sentence for a .gz that ends too early."""
    return _(
        "The compressed file (.gz) is damaged or incomplete. Compress it again, or send it unpacked."
    )


# --- workbooks -------------------------------------------------------------------------------


def from_workbook(file: IO[bytes]) -> Table:
    """Return the table on the first sheet of an XLSX file."""
    refuse_huge(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = enumerate(sheet.iter_rows(values_only=True), start=1)
        header = clean_header([as_text(value) for value in first_filled(rows)])
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError):
        raise Unreadable(damaged_workbook()) from None
    notes = []
    if len(book.worksheets) > 1:
        notes.append(_("Only the first sheet, “%(name)s”, was read.") % {"name": sheet.title})
    return Table(header=header, rows=workbook_rows(rows, width=len(header)), notes=notes)


def refuse_huge(file: IO[bytes]) -> None:
    """Refuse what is no workbook, and one whose texts would not fit into memory."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = {entry.filename: entry.file_size for entry in archive.infolist()}
    except zipfile.BadZipFile:
        raise Unreadable(damaged_workbook()) from None
    if not any(name.startswith("xl/") for name in names):
        raise Unreadable(damaged_workbook())
    if names.get("xl/sharedStrings.xml", 0) > LARGEST_WORKBOOK_TEXT:
        raise Unreadable(
            _("The workbook is too large. Save the sheet as “CSV UTF-8” and send that.")
        )
    file.seek(0)


def first_filled(rows: Iterator[Numbered]) -> tuple[object, ...]:
    """Return the first row that holds anything: the header."""
    for _number, values in rows:
        if any(value is not None for value in values):
            return values
    raise Unreadable(no_rows())


def workbook_rows(rows: Iterator[Numbered], *, width: int) -> Iterator[Row]:
    """Yield the rows of a sheet as text."""
    for number, values in rows:
        cells = [as_text(value) for value in values]
        if any(cells):
            yield fitted(number, cells, width)


def as_text(value: object) -> str:
    """Return a cell as it would stand in a CSV file; dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def damaged_workbook() -> str:
    """Return the sentence for a zip that is not a workbook."""
    return _(
        "The file is not a readable Excel workbook. Open it in Excel, save it as .xlsx or “CSV UTF-8”, and send that."
    )
