"""Taking voices over from other people's tables (นำเข้าเสียง); idempotent by source and its reference.

A mapping says which column fills which field (`{"fields": {"body": "ข้อความ", "channel": {"value":
"line"}}}`); without one, columns are guessed by their names. Rows are written in batches, each a
transaction; a killed import leaves whole batches and is simply run again. What is known already is
left as it stands: officers may have worked on it. Nobody is notified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import tabular
from agency.importing import SHOWN_ERRORS, Rejected, batches, by_column, take_turns
from agency.models import Channel, Segment, Service, Staff, Unit
from agency.persons import PersonData
from agency.refusal import Refused
from agency.search import normalise
from agency.thai import BANGKOK, parse_date
from listening.lifecycle.history import Told, write_many
from listening.lifecycle.intake import Heard
from listening.models import Kind, Sentiment, Voice

SOURCE_LENGTH = 40
REFERENCE_LENGTH = 100
NOON = time(12)
COLUMNS: Mapping[str, tuple[str, ...]] = {  # field: how its column is usually called
    "external_ref": ("id", "ref", "external_ref", "ticket_id", "เลขที่", "รหัส", "ลำดับ"),
    "received_at": ("received_at", "date", "timestamp", "created_at", "วันที่", "วันที่รับ"),
    "body": ("body", "text", "comment", "message", "ข้อความ", "ความเห็น", "รายละเอียด"),
    "channel": ("channel", "ช่องทาง"),
    "kind": ("kind", "type", "ประเภท", "ชนิด"),
    "sentiment": ("sentiment", "ความรู้สึก"),
    "service": ("service", "บริการ"),
    "segment": ("segment", "กลุ่มผู้รับบริการ"),
    "unit": ("unit", "หน่วยงาน"),
    "province": ("province_code", "รหัสจังหวัด"),
    "district": ("district", "เขต", "อำเภอ"),
    "place": ("place", "address", "สถานที่"),
    "name": ("name", "ชื่อ"),
    "phone": ("phone", "โทรศัพท์"),
    "email": ("email", "อีเมล"),
    "handle": ("handle", "ชื่อผู้ใช้"),
}
REQUIRED = ("external_ref", "received_at", "body")


class BadCell(Exception):
    """A cell that cannot be taken: its field and the sentence that says how to mend it."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name, self.sentence = name, sentence


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a field comes from: a column, or the same value for every row; and what its values mean."""

    column: str = ""
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


Mapped = Mapping[str, Source]


@dataclass
class Result:
    """What an import did, or would do."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it for the command's output."""
        return {**vars(self), "errors": [error.as_json() for error in self.errors]}


@dataclass(frozen=True, kw_only=True)
class Book:
    """What every row is read against."""

    source: str
    mapped: Mapped
    header: Sequence[str]
    by: Staff | None
    at: datetime
    unit: Unit | None
    known: Mapping[str, Mapping[str, Any]]


def parsed(told: Any) -> Mapped:
    """Read a mapping; what is wrong with it is a sentence."""
    fields = told.get("fields") if isinstance(told, dict) else None
    if not isinstance(fields, dict) or not fields:
        raise Refused(_("The mapping needs “fields”: which column fills which field."))
    unknown = sorted(set(fields) - set(COLUMNS))
    if unknown:
        raise Refused(
            _("The mapping names the field “%(field)s”, which voices do not have.")
            % {"field": unknown[0]}
        )
    try:
        return {
            name: Source(column=each) if isinstance(each, str) else Source(**each)
            for name, each in fields.items()
        }
    except TypeError:
        raise Refused(
            _("Each field of the mapping is a column, or has column, value and values.")
        ) from None


def guessed(header: Sequence[str]) -> Mapped:
    """Return what the columns' names suggest."""
    places = {normalise(name): name for name in reversed(header)}
    found = {
        name: next((places[normalise(each)] for each in names if normalise(each) in places), "")
        for name, names in COLUMNS.items()
    }
    return {name: Source(column=column) for name, column in found.items() if column}


def import_table(
    file: str | Path | IO[bytes],
    *,
    source: str,
    mapped: Mapped | None = None,
    by: Staff | None,
    at: datetime,
    is_dry: bool = False,
    unit: Unit | None = None,
    within: Unit | None = None,
    limit: int | None = None,
    advance: Callable[[int, int | None], None] | None = None,
) -> Result:
    """Take a table of voices in (นำเข้าเสียง): with `within` only for that unit and those below."""
    if not source.strip() or len(source) > SOURCE_LENGTH:
        raise Refused(
            _("Give the source a name of at most %(longest)s characters.")
            % {"longest": SOURCE_LENGTH}
        )
    with tabular.open_table(file) as table:
        book = book_of(table, mapped, source=source, by=by, at=at, unit=unit, within=within)
        result = Result(notes=list(table.notes))
        seen: dict[str, int] = {}
        for batch in batches(table.rows, limit=limit):
            take_batch(batch, book, result, seen=seen, is_dry=is_dry)
            if advance:
                advance(len(batch), table.total)
    return result


def rejected_of(
    file: str | Path | IO[bytes],
    *,
    source: str,
    mapped: Mapped,
    at: datetime,
    unit: Unit | None,
    within: Unit | None,
) -> Iterator[Rejected]:
    """Yield the rows of a table that cannot be taken, without writing anything."""
    with tabular.open_table(file) as table:
        book = book_of(table, mapped, source=source, by=None, at=at, unit=unit, within=within)
        seen: dict[str, int] = {}
        for batch in batches(table.rows):
            yield from read(batch, book, seen=seen)[1]


def book_of(
    table: tabular.Table,
    mapped: Mapped | None,
    *,
    source: str,
    by: Staff | None,
    at: datetime,
    unit: Unit | None,
    within: Unit | None,
) -> Book:
    """Return what rows are read against; refuse a mapping without what every voice needs."""
    mapped = mapped or guessed(table.header)
    missing = [name for name in REQUIRED if name not in mapped]
    if missing:
        raise Refused(
            _("No column was found for %(fields)s. Name them in a mapping.")
            % {"fields": ", ".join(missing)}
        )
    table.require(each.column for each in mapped.values() if each.column)
    known = known_rows(within=within)
    return Book(
        source=source, mapped=mapped, header=table.header, by=by, at=at, unit=unit, known=known
    )


def known_rows(*, within: Unit | None = None) -> Mapping[str, Mapping[str, Any]]:
    """Return what rows may name, by code and by name."""
    tables: dict[str, Any] = {
        "channel": Channel.objects.filter(is_active=True),
        "service": Service.objects.select_related("unit").filter(is_active=True),
        "segment": Segment.objects.filter(is_active=True),
        "unit": Unit.objects.active().below(within) if within else Unit.objects.active(),
    }
    return {
        name: {
            normalise(word): row
            for row in rows
            for word in (row.code, row.name_th, row.name_en)
            if word
        }
        for name, rows in tables.items()
    }


def take_batch(
    batch: Sequence[tabular.Row],
    book: Book,
    result: Result,
    *,
    seen: dict[str, int],
    is_dry: bool,
) -> None:
    """Take one batch in: all of it, or nothing when the process is killed meanwhile."""
    with transaction.atomic():
        take_turns(f"listening.import:{book.source}")
        heards, rejected = read(batch, book, seen=seen)
        refs = [heard.external_ref for heard in heards]
        voices = Voice.objects.filter(source_system=book.source, external_ref__in=refs)
        known = set(voices.values_list("external_ref", flat=True))
        new = [heard for heard in heards if heard.external_ref not in known]
        if not is_dry:
            write_many([told(heard, book) for heard in new], by=book.by, verb="voice_imported")
    result.rows += len(batch)
    result.created += len(new)
    result.unchanged += len(heards) - len(new)
    result.rejected += len(rejected)
    result.errors.extend(rejected[: max(SHOWN_ERRORS - len(result.errors), 0)])


def told(heard: Heard, book: Book) -> Told:
    """Return a voice to be written: its limits count from now, when the office first hears of it."""
    became = {"received_at": heard.received_at}
    return Told(heard=replace(heard, received_at=None), at=book.at, became=became)


def read(
    batch: Sequence[tabular.Row], book: Book, *, seen: dict[str, int]
) -> tuple[list[Heard], list[Rejected]]:
    """Read the rows of a batch; what cannot be taken is said with row, column and sentence."""
    heards: list[Heard] = []
    rejected: list[Rejected] = []
    for row in batch:
        try:
            heards.append(read_row(row, book, seen=seen))
        except BadCell as bad:
            column = book.mapped[bad.name].column if bad.name in book.mapped else ""
            values = by_column(book.header, row.cells)
            rejected.append(Rejected(row.number, column, bad.sentence, values))
    return heards, rejected


def read_row(row: tabular.Row, book: Book, *, seen: dict[str, int]) -> Heard:
    """Return what a row tells; refuse a broken one and a reference that stood in an earlier row."""
    if row.problem:
        raise BadCell("", row.problem)
    heard = heard_of(row, book)
    first = seen.setdefault(heard.external_ref, row.number)
    if first != row.number:
        raise BadCell(
            "external_ref",
            _("Row %(row)s has the same reference %(ref)s. Keep one of the two.")
            % {"row": first, "ref": heard.external_ref},
        )
    return heard


def heard_of(row: tabular.Row, book: Book) -> Heard:
    """Return what a row tells."""
    cells = dict(zip(book.header, row.cells, strict=False))
    told = {name: cell_of(cells, each) for name, each in book.mapped.items()}
    for name in REQUIRED:
        if not told[name]:
            raise BadCell(name, _("The cell is empty. Every voice needs it."))
    if len(told["external_ref"]) > REFERENCE_LENGTH:
        raise BadCell("external_ref", _("The reference is longer than 100 characters."))
    person = {name: told.get(name, "") for name in ("name", "phone", "email")}
    return Heard(
        body=told["body"],
        channel=found("channel", told.get("channel", ""), book) or without_channel(),
        unit=found("unit", told.get("unit", ""), book) or book.unit,
        service=found("service", told.get("service", ""), book),
        segment=found("segment", told.get("segment", ""), book),
        kind=choice("kind", told.get("kind", ""), Kind.choices),
        sentiment=choice("sentiment", told.get("sentiment", ""), Sentiment.choices),
        province=told.get("province", "")[:2],
        district=told.get("district", "")[:100],
        place=told.get("place", "")[:300],
        handle=told.get("handle", "")[:120],
        person=PersonData(**person) if any(person.values()) else None,
        received_at=instant(told["received_at"], at=book.at),
        source_system=book.source,
        external_ref=told["external_ref"],
    )


def cell_of(cells: Mapping[str, str], source: Source) -> str:
    """Return what a row says of a field, without NUL and outer spaces."""
    text = cells.get(source.column, source.value).replace("\0", "").strip() or source.value
    return source.values.get(text, text)


def found(name: str, text: str, book: Book) -> Any:
    """Return the row that a cell names, None for an empty cell."""
    if not text:
        return None
    row = book.known[name].get(normalise(text))
    if row is None:
        raise BadCell(
            name, _("“%(text)s” is not known here. Add it, or correct it.") % {"text": text[:60]}
        )
    return row


def without_channel() -> Channel:
    """Refuse a row that names no channel: without one a voice cannot be counted."""
    raise BadCell("channel", _("No channel is named. Give one in the file or in the mapping."))


def choice(name: str, text: str, choices: Sequence[tuple[str, Any]]) -> str:
    """Return the value that a cell means, by value or by word."""
    if not text:
        return ""
    for value, words in choices:
        if normalise(text) in {normalise(value), normalise(str(words))}:
            return value
    raise BadCell(
        name, _("“%(text)s” is not known here. Add it, or correct it.") % {"text": text[:60]}
    )


def instant(text: str, *, at: datetime) -> datetime:
    """Read an instant: ISO, or a day as Thai officers write it; never one of the future."""
    try:
        read_at = datetime.fromisoformat(text)
    except ValueError:
        try:
            read_at = datetime.combine(parse_date(text), NOON)
        except ValueError:
            raise BadCell(
                "received_at",
                _("“%(text)s” is not a date. Write it as 31/12/2569 or 2026-12-31.")
                % {"text": text[:60]},
            ) from None
    aware = read_at if read_at.tzinfo else read_at.replace(tzinfo=BANGKOK)
    if aware > at:
        raise BadCell("received_at", _("The day lies in the future. Please correct it."))
    return aware
