"""Turns the rows of a table into drafts of complaints: typed, checked, not yet looked up or written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.th import pin

from agency.importing import Rejected
from agency.search import normalise
from agency.thai import only_digits
from complaints.lifecycle.importing import values
from complaints.lifecycle.importing.mapping import (
    CHOICE,
    DAY,
    DEGREES,
    FIELDS,
    INSTANT,
    LONG_TEXT,
    NUMBER,
    PROVINCE,
    REFERENCE,
    TEXT,
    YES,
)
from complaints.models import Kind, Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agency.tabular import Row, Table
    from complaints.lifecycle.importing.mapping import FieldSpec, MappingSpec

EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)
LONGEST_TEXT = 100_000
SUBJECT_LENGTH = 80
CHOICES: dict[str, Any] = {"kind": Kind, "status": Status, "outcome": Outcome}
EMPTY: tuple[object, ...] = (None, "", ())
NUMBERS = {"stage": (1, 2), "rating": (1, 5), "reopened_count": (0, 1000)}
LIMITS = {"latitude": 90, "longitude": 180}


class BadCell(ValueError):
    """A row that cannot be taken, with the column at fault."""

    def __init__(self, column: str, sentence: str) -> None:
        """Keep both apart, for the list of errors."""
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A complaint as the source tells it; what it refers to is still text."""

    row: int
    cells: list[str]
    external_ref: str
    received_at: datetime
    body: str
    subject: str
    wish: str = ""
    kind: str = Kind.SERVICE
    category: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    officer: tuple[str, ...] = ()
    status: str = Status.RECEIVED
    stage: int = 1
    acknowledged_at: datetime | None = None
    answer: str = ""
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    cause: str = ""
    learning: str = ""
    rating: int | None = None
    reopened_count: int = 0
    occurred_on: date | None = None
    place: str = ""
    district: str = ""
    province: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    national_id: str = ""
    is_anonymous: bool = False
    is_confidential: bool = False

    @property
    def has_person(self) -> bool:
        """Whether the row names a person."""
        return bool(self.name or self.phone or self.email or self.address or self.national_id)

    @property
    def is_settled(self) -> bool:
        """Whether the source has answered or closed the matter."""
        return self.status in {Status.ANSWERED, Status.CLOSED}


Reader = tuple[str, "FieldSpec", "Callable[[list[str]], Any]"]


def drafts_of(table: Table, spec: MappingSpec, *, at: datetime) -> Iterator[Draft | Rejected]:
    """Yield a draft, or the rejection, of each row."""
    table.require(spec.columns())
    readers = readers_for(table.header, spec)
    for row in table.rows:
        yield draft_of(row, readers, header=table.header, at=at)


def draft_of(
    row: Row, readers: Iterable[Reader], *, header: list[str], at: datetime
) -> Draft | Rejected:
    """Return the draft of one row, or why it cannot be one."""
    try:
        refuse_broken(row)
        found = read_cells(row.cells, readers)
        check(found, at=at)
    except BadCell as bad:
        return Rejected(row.number, bad.column, bad.sentence, as_sent(header, row.cells))
    return Draft(row=row.number, cells=row.cells, **found)


def refuse_broken(row: Row) -> None:
    """Refuse a row that could not be read as one."""
    if row.problem:
        raise BadCell("", row.problem)


def as_sent(header: list[str], cells: list[str]) -> dict[str, str]:
    """Return the row as it came, fit for the database."""
    return {name: cell.replace("\0", "")[:2000] for name, cell in zip(header, cells, strict=False)}


def read_cells(cells: list[str], readers: Iterable[Reader]) -> dict[str, Any]:
    """Return what the row says, by field; empty cells leave the default."""
    found: dict[str, Any] = {}
    for name, spec, read in readers:
        try:
            value = read(cells)
            if value not in EMPTY and spec.is_minutes_since_receipt:
                value = found["received_at"] + value
        except values.Problem as problem:
            raise BadCell(" + ".join(spec.columns), str(problem)) from None
        if value not in EMPTY:
            found[name] = value
        elif FIELDS[name].is_required:
            raise BadCell(
                " + ".join(spec.columns),
                _("“%(field)s” is empty. Fill it in.") % {"field": FIELDS[name].label},
            )
    return found


# --- one reader per field --------------------------------------------------------------------


def readers_for(header: list[str], spec: MappingSpec) -> list[Reader]:
    """Return how each field is read from the cells of this table; the receipt comes first."""
    names = sorted(spec.fields, key=lambda name: name != "received_at")
    return [
        (name, spec.fields[name], reader_for(name, header, spec.fields[name])) for name in names
    ]


def reader_for(name: str, header: list[str], spec: FieldSpec) -> Callable[[list[str]], Any]:
    """Return a function from the cells of a row to the value of a field."""
    places = [header.index(column) for column in spec.columns if column in header]
    text = text_reader(places, spec)
    convert = converter(name, spec)

    def read(cells: list[str]) -> Any:
        found = text(cells)
        return convert(found) if found else None

    return read


def text_reader(places: list[int], spec: FieldSpec) -> Callable[[list[str]], str]:
    """Return a function from cells to text: joined, picked out by pattern, defaulted, translated."""

    def text(cells: list[str]) -> str:
        found = " ".join(part for part in (cells[place].strip() for place in places) if part)
        if "\0" in found:
            raise values.Problem(
                _("The text holds a NUL character. Remove it and send the row again.")
            )
        if spec.pattern:
            match = spec.pattern.search(found)
            found = (match.group(1) if match else "") or ""
        if spec.is_digest:
            return hashlib.sha256(
                "\x1f".join(cells[place] for place in places).encode()
            ).hexdigest()[:32]
        return translated(found or spec.default, spec) if found or spec.default else spec.value

    return text


def translated(found: str, spec: FieldSpec) -> str:
    """Look the text up in the mapping's table of values, where it has one."""
    if not spec.values:
        return found
    if spec.split:
        return spec.split.join(dict.fromkeys(look_up(part, spec) for part in parts_of(found, spec)))
    return look_up(found, spec)


def look_up(found: str, spec: FieldSpec) -> str:
    """Return what the mapping says for a value; unknown ones stay, or become the mapping's other."""
    key = normalise(found)
    if key in spec.values:
        return spec.values[key]
    if spec.by_prefix:
        fitting = [known for known in spec.values if key.startswith(known)]
        if fitting:
            return spec.values[max(fitting, key=len)]
    return found if spec.otherwise is None else spec.otherwise


def parts_of(text: str, spec: FieldSpec) -> list[str]:
    """Return the parts of a list in one cell, those to be skipped left out."""
    parts = [part.strip() for part in text.split(spec.split)] if spec.split else [text]
    return [part for part in parts if part and part not in spec.skip]


def converter(name: str, spec: FieldSpec) -> Callable[[str], Any]:
    """Return the function that turns the text of this field into its value."""
    known: dict[str, Callable[[], Callable[[str], Any]]] = {
        TEXT: lambda: text_converter(name, spec),
        LONG_TEXT: lambda: long_text,
        INSTANT: lambda: instant_converter(spec),
        DAY: lambda: lambda text: values.day(text, formats=spec.formats, zone=spec.zone),
        CHOICE: lambda: choice_converter(name, spec),
        REFERENCE: lambda: lambda text: tuple(parts_of(text, spec)),
        NUMBER: lambda: number_converter(name),
        DEGREES: lambda: lambda text: values.degrees(text, limit=LIMITS[name]),
        PROVINCE: lambda: values.province,
        YES: lambda: values.yes,
    }
    return known[FIELDS[name].kind]()


def text_converter(name: str, spec: FieldSpec) -> Callable[[str], str]:
    """Return the reader of a short text, which refuses what is too long unless it may be shortened."""
    longest = FIELDS[name].longest

    def convert(text: str) -> str:
        if spec.shorten:
            return values.shortened(text, min(spec.shorten, longest))
        if len(text) > longest:
            raise values.Problem(
                _("The text has %(length)s characters; %(longest)s fit. Shorten it.")
                % {"length": len(text), "longest": longest}
            )
        return text

    return convert


def long_text(text: str) -> str:
    """Take a text of any sensible length."""
    if len(text) > LONGEST_TEXT:
        raise values.Problem(
            _("The text has %(length)s characters; %(longest)s fit. Shorten it.")
            % {"length": len(text), "longest": LONGEST_TEXT}
        )
    return text


def instant_converter(spec: FieldSpec) -> Callable[[str], Any]:
    """Return the reader of an instant; before `not_before` it is the source's way to say “none”."""
    if spec.is_minutes_since_receipt:
        return values.minutes
    not_before = (
        datetime.fromisoformat(spec.not_before).replace(tzinfo=UTC) if spec.not_before else None
    )

    def convert(text: str) -> datetime | None:
        found = values.instant(text, formats=spec.formats, zone=spec.zone)
        return None if not_before and found < not_before else found

    return convert


def choice_converter(name: str, spec: FieldSpec) -> Callable[[str], str]:
    """Return the reader of one of our own codes; their labels are understood too."""
    choices = CHOICES[name]
    known = {normalise(str(label)): code for code, label in choices.choices}
    known |= {code: code for code in choices.values}

    def convert(text: str) -> str:
        parts = parts_of(text, spec)
        found = next((known[key] for key in map(normalise, parts) if key in known), None)
        if found is None and parts:
            raise values.Problem(
                _(
                    "The mapping does not say what “%(text)s” means. Add it to the values of “%(field)s”."
                )
                % {"text": text[:60], "field": FIELDS[name].label}
            )
        return found or ""

    return convert


def number_converter(name: str) -> Callable[[str], int]:
    """Return the reader of a whole number within the field's bounds."""
    low, high = NUMBERS[name]
    return lambda text: values.whole_number(text, low=low, high=high)


# --- what must hold between the fields of a row ----------------------------------------------


def check(found: dict[str, Any], *, at: datetime) -> None:
    """Refuse what cannot be true, and fill in what follows from the rest."""
    check_receipt(found["received_at"], at=at)
    if found.get("status") in Status.unanswered_ends():
        raise BadCell(
            "",
            _(
                "A matter that was not accepted, referred or withdrawn is ended on its page, with a reason. Leave the row out, or map its status to another one."
            ),
        )
    if found.get("status") == Status.WAITING:
        found["status"] = Status.IN_PROGRESS  # since when it waits, the source does not tell
    found.setdefault("subject", values.shortened(found["body"], SUBJECT_LENGTH))
    if not found["subject"]:
        found["subject"] = found["body"][:SUBJECT_LENGTH]
    check_order(found, at=at)
    check_person(found)


def check_receipt(received: datetime, *, at: datetime) -> None:
    """Refuse a receipt in the future or before there were records."""
    if received > at + timedelta(days=1):
        raise BadCell("", _("The receipt lies in the future. Is the year of the right era?"))
    if received < EARLIEST:
        raise BadCell("", _("The receipt lies before 1950 (B.E. 2493). Is the year right?"))


def check_order(found: dict[str, Any], *, at: datetime) -> None:
    """Refuse an answer or a closing before the receipt; what is not settled has neither."""
    if found.get("status", Status.RECEIVED) not in {Status.ANSWERED, Status.CLOSED}:
        for name in ("answered_at", "closed_at", "outcome"):
            found.pop(name, None)
    if found.get("status") != Status.CLOSED:
        found.pop("closed_at", None)
    for name in ("acknowledged_at", "answered_at", "closed_at"):
        if name in found and not found["received_at"] <= found[name] <= at + timedelta(days=1):
            raise BadCell(
                "",
                _(
                    "“%(field)s” lies before the receipt or in the future. Mend one of the two dates."
                )
                % {"field": FIELDS[name].label},
            )


def check_person(found: dict[str, Any]) -> None:
    """Refuse a wrong national ID; an anonymous matter keeps no person."""
    if found.get("is_anonymous"):
        for name in ("name", "phone", "email", "address", "national_id"):
            found.pop(name, None)
    if "national_id" not in found:
        return
    digits = only_digits(found["national_id"])
    try:
        pin.validate(digits)
    except ValidationError:
        raise BadCell(
            "", _("The national ID has a wrong check digit. Compare it with the card.")
        ) from None
    found["national_id"] = digits
