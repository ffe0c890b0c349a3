"""Importing answers from a table (นำเข้าคำตอบ), row by row in batches; each batch is a transaction.

A row is known by its reference, else by what it says and the how-manieth alike row of the file it is, so that
the same file sent twice is taken once. A row that does not fit is named with column and mend; the others are
taken. Of an anonymous survey only a keyed hash of the reference is kept.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from agency import codes, importing, tabular
from agency.importing import Rejected
from agency.models import Service, Staff, Unit
from agency.refusal import Refused
from agency.search import normalise
from agency.thai import local_day, parse_date
from surveys.lifecycle.answering import Coming, complete
from surveys.lifecycle.importing.cells import Problem, is_yes, read_cell
from surveys.lifecycle.importing.columns import OWN, Chosen, guess
from surveys.models import Mode, RejectedRow, Response, Stratum, Wave
from surveys.rendering import Column, Document, check, relevant
from surveys.selectors import answering as selectors

if TYPE_CHECKING:
    from agency.models import Job

NAMESPACE = UUID("5b0f8f3a-4b0e-4f35-9c1b-6f6f0c3f7a52")  # of the uids of imported rows
BATCH = 200
LONGEST_TEXT = 5000
LONGEST_REFERENCE = 80
EARLIEST = date(1990, 1, 1)


class BadRow(ValueError):
    """A row that cannot be taken: each column at fault with its sentence."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass
class Result:
    """What an import did, or would do."""

    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    screened: int = 0
    rejected: int = 0
    errors: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it for the command's output and the job's row."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "screened": self.screened,
            "rejected": self.rejected,
            "errors": [error.as_json() for error in self.errors],
            "notes": self.notes,
        }


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A row as it was read."""

    row: int
    cells: dict[str, str]
    reference: str
    answers: dict[str, Any]
    submitted_on: date | None = None
    unit: Unit | None = None
    stratum: Stratum | None = None
    service: Service | None = None
    weight: float | None = None


@dataclass
class Book:
    """What the rows of one import refer to, and what was seen of the file so far."""

    wave: Wave
    document: Document
    chosen: Chosen
    header: list[str]
    by: Staff | None
    at: datetime
    units: dict[str, Unit]
    strata: dict[str, Stratum]
    services: dict[str, Service]
    columns: dict[str, Column]
    alike: Counter[str] = field(default_factory=Counter)
    first_rows: dict[str, int] = field(default_factory=dict)


def import_responses(
    file: str | Path | IO[bytes],
    *,
    wave: Wave,
    chosen: Chosen | None = None,
    by: Staff | None,
    at: datetime,
    is_dry: bool = False,
    limit: int | None = None,
    job: Job | None = None,
    advance: Callable[[int, int | None], None] | None = None,
) -> Result:
    """Take a table of answers into a wave; `chosen` says which column is what, else the names tell."""
    wave = Wave.objects.select_related("survey__unit", "version").get(pk=wave.pk)
    if wave.state == Wave.State.DRAFT:
        raise Refused(_("The wave is not open yet. Open it before answers are imported."))
    with tabular.open_table(file) as table:
        book = open_book(wave, table.header, chosen=chosen, by=by, at=at)
        result = Result(notes=list(table.notes), header=table.header)
        if job and not is_dry:
            RejectedRow.objects.filter(job=job).delete()
        for batch in importing.batches(table.rows, limit=limit, size=BATCH):
            take_batch(batch, book, result, job=job, is_dry=is_dry)
            if advance:
                advance(len(batch), table.total)
    return result


def open_book(
    wave: Wave, header: Sequence[str], *, chosen: Chosen | None, by: Staff | None, at: datetime
) -> Book:
    """Read what rows may refer to; refuse a table that holds no answer."""
    document = selectors.document_of(wave).without("file")
    found = dict(guess(document, header)) if chosen is None else named(chosen, header)
    if not any(name not in OWN for name in found):
        raise Refused(
            _(
                "No column of the file is a question of this survey. Head the columns with the codes of the questions, as in %(codes)s, or with their words."
            )
            % {"codes": ", ".join(column.code for column in document.columns()[:6])}
        )
    units = Unit.objects.filter(path__startswith=wave.survey.unit.path)
    return Book(
        wave=wave,
        document=document,
        chosen=found,
        header=list(header),
        by=by,
        at=at,
        units=by_names(units),
        strata={normalise(n): s for s in wave.strata.all() for n in (s.label_th, s.code)},
        services=by_names(Service.objects.filter(is_active=True)),
        columns={column.code: column for column in document.columns()},
    )


def named(chosen: Chosen, header: Sequence[str]) -> dict[str, str]:
    """Return a person's choice; a column that is not in the file is refused by name."""
    missing = sorted({name for name in chosen.values() if name and name not in header})
    if missing:
        raise Refused(
            _("The file has no column %(missing)s.") % {"missing": tabular.quoted(missing)}
        )
    return {code: name for code, name in chosen.items() if name}


def by_names(rows: Any) -> dict[str, Any]:
    """Return units or services by names and codes; the code wins."""
    listed = list(rows)
    found = {normalise(row.name_th): row for row in listed}
    return found | {normalise(row.code): row for row in listed}


# A batch


def take_batch(
    batch: Sequence[tabular.Row], book: Book, result: Result, *, job: Job | None, is_dry: bool
) -> None:
    """Take one batch in: all of it, or nothing when the process is killed meanwhile."""
    rejected: list[Rejected] = []
    with transaction.atomic():
        importing.take_turns(f"surveys.import:{book.wave.pk}")
        drafts = list(read_all(batch, book, rejected))
        refs = [draft.reference for draft in drafts]
        known = set(
            book.wave.responses.filter(reference__in=refs).values_list("reference", flat=True)
        )
        for draft in drafts:
            if draft.reference in known:
                result.unchanged += 1
                continue
            try:
                response = take(draft, book, is_dry=is_dry)
            except BadRow as bad:
                rejected += rejections(draft.row, bad, draft.cells)
                continue
            if response and response.state == Response.State.SCREENED:
                result.screened += 1
            else:
                result.accepted += 1
        if job and not is_dry:
            keep_rejected(rejected, job)
    rejected.sort(key=lambda each: each.row)
    result.rows += len(batch)
    result.rejected += len({each.row for each in rejected})
    result.errors.extend(rejected[: max(importing.SHOWN_ERRORS - len(result.errors), 0)])


def read_all(batch: Sequence[tabular.Row], book: Book, rejected: list[Rejected]) -> Iterator[Draft]:
    """Yield the rows that can be read; note the others."""
    for row in batch:
        cells = importing.by_column(book.header, row.cells)
        try:
            refuse_broken(row)
            yield draft_of(row.number, cells, book)
        except BadRow as bad:
            rejected.extend(rejections(row.number, bad, cells))


def refuse_broken(row: tabular.Row) -> None:
    """Refuse a row that could not be read as one."""
    if row.problem:
        raise BadRow(("", row.problem))


def rejections(row: int, bad: BadRow, cells: dict[str, str]) -> list[Rejected]:
    """Return what is to be mended in a row."""
    return [Rejected(row, column, sentence, cells) for column, sentence in bad.faults]


def keep_rejected(rejected: Sequence[Rejected], job: Job) -> None:
    """Keep the rows that were not taken, each once, to be mended and sent again."""
    first: dict[int, Rejected] = {}
    for each in rejected:
        first.setdefault(each.row, each)
    RejectedRow.objects.bulk_create(
        RejectedRow(
            job=job,
            row=each.row,
            column=each.column[:100],
            error=each.sentence[:500],
            values=each.values,
        )
        for each in first.values()
    )


def take(draft: Draft, book: Book, *, is_dry: bool) -> Response | None:
    """Store one row as a response; without writing only look whether it fits."""
    coming = Coming(
        wave=book.wave,
        uid=uuid5(NAMESPACE, f"{book.wave.pk}:{draft.reference}"),
        mode=Mode.IMPORT,
        version=book.wave.version,
        unit=draft.unit,
        stratum=draft.stratum,
        service=draft.service,
        weight=draft.weight,
        reference=draft.reference,
        keyed_by=book.by,
    )
    problems = check(book.document, draft.answers)
    if problems:
        raise BadRow(*((place_of(each.column, book), each.sentence) for each in problems))
    if is_dry:
        return None
    try:
        return complete(coming, draft.answers, at=book.at, submitted_on=draft.submitted_on)
    except Refused as refusal:
        raise BadRow(("", str(refusal))) from None


def place_of(code: str, book: Book) -> str:
    """Return the column of the file in which an answer stands, else the code of the question."""
    return book.chosen.get(code, code)


# A row


def draft_of(row: int, cells: dict[str, str], book: Book) -> Draft:
    """Read a row; every column at fault is named."""
    faults: list[tuple[str, str]] = []

    def read(name: str, reader: Callable[[str], Any]) -> Any:
        """Read an own column, if there is one and something stands in it."""
        column = book.chosen.get(name, "")
        text = cells.get(column, "").strip()
        try:
            return reader(text) if text else None
        except Problem as problem:
            faults.append((column, str(problem)))
            return None

    answers = answers_of(cells, book, faults)
    reference = reference_of(cells, answers, book)
    if reference in book.first_rows:
        words = _("Row %(row)s has the same reference. Keep one of the two.")
        faults.append((book.chosen["reference"], words % {"row": book.first_rows[reference]}))
    draft = Draft(
        row=row,
        cells=cells,
        reference=reference,
        answers=relevant(book.document, answers),
        submitted_on=read("submitted_on", lambda text: day_of(text, book.at)),
        unit=read("unit", lambda text: known(book.units, text)),
        stratum=read("stratum", lambda text: known(book.strata, text)),
        service=read("service", lambda text: known(book.services, text)),
        weight=read("weight", weight_of),
    )
    if faults:
        raise BadRow(*faults)
    if "reference" in book.chosen:
        book.first_rows[reference] = row
    return draft


def answers_of(
    cells: Mapping[str, str], book: Book, faults: list[tuple[str, str]]
) -> dict[str, Any]:
    """Read the answers of a row."""
    answers: dict[str, Any] = {}
    for code, name in book.chosen.items():
        text = cells.get(name, "").strip()[:LONGEST_TEXT]
        if not text or code in OWN:
            continue
        try:
            if code in book.columns:
                answers |= read_cell(book.columns[code], text)
            else:
                add_part(answers, code, text, book)
        except Problem as problem:
            faults.append((name, str(problem)))
    if not answers and not faults:
        faults.append(("", _("The row holds no answer.")))
    return answers


def add_part(answers: dict[str, Any], name: str, text: str, book: Book) -> None:
    """Read a column that stands for one option: yes or no of several, or the place of a ranking."""
    code, _slash, option = name.partition("/")
    item = book.columns[code].item
    if item.type == "ranking":
        if not text.isdecimal():
            raise Problem(_("“%(text)s” is no place. Write 1, 2, 3….") % {"text": text[:60]})
        places = answers.setdefault(f"{code}/", {})
        places[int(text)] = option
        answers[code] = [places[place] for place in sorted(places)]
        return
    chosen = {*answers.get(code, []), *([option] if is_yes(text) else [])}
    if chosen:
        answers[code] = [each.code for each in item.options if each.code in chosen]


def reference_of(cells: Mapping[str, str], answers: Mapping[str, Any], book: Book) -> str:
    """Return by what the row is known again."""
    told = cells.get(book.chosen.get("reference", ""), "").strip()
    if told and not book.wave.survey.is_anonymous:
        return told[:LONGEST_REFERENCE]
    if told:
        return f"k:{codes.keyed(f'survey-row:{book.wave.pk}:{told}').hex()[:32]}"
    said = json.dumps([cells, answers], ensure_ascii=False, sort_keys=True)
    digest = codes.keyed(f"survey-row:{book.wave.pk}:{said}").hex()[:32]
    book.alike[digest] += 1
    return f"h:{digest}:{book.alike[digest]}"


def day_of(text: str, at: datetime) -> date:
    """Read the day on which somebody answered."""
    try:
        found = date.fromisoformat(f"{text}-01" if len(text) == 7 else text[:10])
    except ValueError:
        try:
            found = parse_date(
                text.split(maxsplit=1)[0] if text[:1].isdigit() and "/" in text else text
            )
        except ValueError:
            raise Problem(
                _("“%(text)s” is not a date. Write it as 31/12/2569 or 2026-12-31.")
                % {"text": text[:60]}
            ) from None
    if found.year >= 2400:
        found = found.replace(year=found.year - 543)
    if not EARLIEST <= found <= local_day(at):
        raise Problem(_("The day lies in the future or long ago. Is the year of the right era?"))
    return found


def known(rows: Mapping[str, Any], text: str) -> Any:
    """Return what a code or name means."""
    found = rows.get(normalise(text))
    if found is None:
        raise Problem(_("“%(text)s” is not known here. Give its code.") % {"text": text[:60]})
    return found


def weight_of(text: str) -> float:
    """Read a design weight."""
    try:
        weight = float(text)
    except ValueError:
        weight = -1
    if not 0 < weight < math.inf:
        raise Problem(_("“%(text)s” is no weight. Write a number above 0.") % {"text": text[:60]})
    return weight
