"""Paper on the desk: sheet numbers, batches with their progress, what two keyings differ in, the printed pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from stdnum import luhn

from agency.models import Staff
from agency.thai import only_digits
from surveys.models import Discrepancy, Keying, PaperBatch, Response, Wave
from surveys.rendering import Column, Document, parts_of, said

TEMPLATE = Path(__file__).with_name("sheet.typ")
PRINTED_AT_ONCE = 50  # sheets in one PDF
SHOWN = 50  # sheets with differences on one page


def sheet_name(number: int) -> str:
    """Return the number of a sheet as printed: with a check digit, so that a slip of the finger is no other sheet."""
    return f"{number:04d}-{luhn.calc_check_digit(str(number))}"


def sheet_number(text: str) -> int | None:
    """Return the number that was typed, with or without the dash; None where the check digit does not fit."""
    digits = only_digits(text).lstrip("0")
    return int(digits[:-1]) if len(digits) > 1 and luhn.is_valid(digits) else None


def document_of(batch: PaperBatch) -> Document:
    """Return what the sheets of a batch ask; paper takes no files."""
    return Document.read(batch.version.document).without("file")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a batch is."""

    batch: PaperBatch
    once: int  # keyed by one person
    differing: int  # keyed twice, not settled
    done: int

    @property
    def first(self) -> str:
        """Its first sheet."""
        return sheet_name(self.batch.first_number)

    @property
    def last(self) -> str:
        """Its last sheet."""
        return sheet_name(self.batch.last_number)

    @property
    def missing(self) -> int:
        """Sheets that nobody has keyed: not returned, or still to do."""
        return self.batch.sheet_count - self.once - self.differing - self.done

    @property
    def percent(self) -> int:
        """How much of the batch is done."""
        return round(100 * self.done / self.batch.sheet_count)

    @property
    def printings(self) -> list[tuple[int, str, str]]:
        """The PDFs of the batch: part, first and last sheet."""
        first, last = self.batch.first_number, self.batch.last_number
        return [
            (part, sheet_name(start), sheet_name(min(start + PRINTED_AT_ONCE - 1, last)))
            for part, start in enumerate(range(first, last + 1, PRINTED_AT_ONCE), 1)
        ]


def batches(wave: Wave) -> list[Progress]:
    """Return the batches of a wave with their progress, the newest first."""
    state = Response.State
    second = Q(keyings__number=2)
    rows = (
        wave.paper_batches.select_related("unit", "stratum", "version", "made_by")
        .annotate(
            once=Count("keyings", Q(keyings__number=1, keyings__response__state=state.PARTIAL)),
            twice=Count("keyings", second & Q(keyings__response__state=state.PARTIAL)),
            done=Count(
                "keyings",
                second & Q(keyings__response__state__in=[state.COMPLETE, state.SCREENED]),
            ),
        )
        .order_by("-first_number")
    )
    return [
        Progress(batch=row, once=row.once - row.twice, differing=row.twice, done=row.done)
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A place where two keyings differ, in words."""

    pk: int
    column: str
    label: str
    first: str
    second: str


@dataclass(frozen=True, kw_only=True)
class Differing:
    """A sheet whose keyings differ."""

    response: Response
    sheet: str
    first_by: Staff
    second_by: Staff
    places: list[Difference]


def differing(wave: Wave) -> list[Differing]:
    """Return the sheets that wait to be settled, the oldest first."""
    waiting = Discrepancy.objects.filter(settled_at=None, response__wave=wave).values("response")
    responses = (
        wave.responses.filter(pk__in=waiting, state=Response.State.PARTIAL)
        .select_related("version")
        .prefetch_related("keyings__by", "discrepancies")
        .order_by("pk")[:SHOWN]
    )
    return [differing_of(response) for response in responses]


def differing_of(response: Response) -> Differing:
    """Return one such sheet."""
    first, second = sorted(response.keyings.all(), key=lambda each: each.number)
    columns = columns_by_code(Document.read(response.version.document))
    return Differing(
        response=response,
        sheet=response.reference,
        first_by=first.by,
        second_by=second.by,
        places=[
            difference(each, columns[each.column])
            for each in response.discrepancies.all()
            if each.settled_at is None
        ],
    )


def columns_by_code(document: Document) -> dict[str, Column]:
    """Return the columns by their codes."""
    return {column.code: column for column in document.columns()}


def difference(row: Discrepancy, column: Column) -> Difference:
    """Return a difference in the reader's language."""
    language = get_language() or "th"
    return Difference(
        pk=row.pk,
        column=row.column,
        label=column.label(language),
        first=said(column, row.first, language=language),
        second=said(column, row.second, language=language),
    )


def settled(wave: Wave) -> list[Discrepancy]:
    """Return the differences settled last, with who settled them."""
    rows = Discrepancy.objects.filter(response__wave=wave).exclude(settled_at=None)
    return list(rows.select_related("response", "settled_by").order_by("-pk")[:SHOWN])


def keyed_by(batch: PaperBatch, staff: Staff) -> list[Keying]:
    """Return what a person keyed last of a batch."""
    rows = batch.keyings.filter(by=staff).select_related("response")
    return list(rows.order_by("-pk")[:8])


def own_keying(batch: PaperBatch, number: int, staff: Staff) -> Keying | None:
    """Return what a person keyed of a sheet."""
    rows = batch.keyings.filter(response__reference=sheet_name(number), by=staff)
    return rows.exclude(response__state=Response.State.VOID).select_related("response").first()


# The printed pages


def pages_of(batch: PaperBatch, *, part: int, language: str) -> dict[str, Any]:
    """Return some sheets of a batch for the typesetter."""
    document = document_of(batch)
    start = batch.first_number + (part - 1) * PRINTED_AT_ONCE
    numbers: Iterable[int] = range(start, min(start + PRINTED_AT_ONCE, batch.last_number + 1))
    return {
        "language": language,
        "title": document.title.in_(language),
        "intro": document.intro.in_(language),
        "thanks": document.thanks.in_(language),
        "unit": batch.wave.survey.unit.name,
        "wave": batch.wave.name,
        "sheets": [sheet_name(number) for number in numbers],
        "parts": [asdict(each) for each in parts_of(document, language=language)],
        "words": {
            "sheet": _("Sheet"),
            "page": _("Page"),
            "how": _(
                "Please mark one circle in each line; where several are possible, as many squares."
            ),
            "anonymous": _("This survey is anonymous. Please do not write your name.")
            if batch.wave.survey.is_anonymous
            else "",
            "rank": _("Write the places into the squares: 1 is the most important."),
            "several": _("several possible"),
        },
    }
