"""Runs an import: reads, checks and writes a table in batches, each a transaction of its own.

A kill leaves whole batches; a second run finds them unchanged and completes the rest. One import
of a source runs at a time. Nobody is notified and no letter goes out: it is history.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from agency import tabular
from agency.copying import copy
from agency.importing import SHOWN_ERRORS, Rejected, batches, by_column, take_turns
from agency.refusal import Refused
from complaints.lifecycle.importing import mapping as mappings
from complaints.lifecycle.importing.book import find, is_in_reach, open_book
from complaints.lifecycle.importing.drafts import BadCell, Draft, drafts_of
from complaints.lifecycle.importing.rows import write_new
from complaints.lifecycle.importing.updates import change_of, write_changes
from complaints.models import Complaint, ImportRow, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from agency.models import Job, Staff, Unit
    from complaints.lifecycle.importing.book import Book, Case
    from complaints.lifecycle.importing.mapping import MappingSpec
    from complaints.lifecycle.importing.updates import Change

BATCH = 1000
SOURCE_LENGTH = 40
REJECTED_KEPT = timedelta(days=30)  # docs/PRIVACY.md


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
    header: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it for the command's output and the job's row."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "errors": [error.as_json() for error in self.errors],
            "notes": self.notes,
        }


def import_table(
    file: str | Path | IO[bytes],
    *,
    source: str,
    spec: MappingSpec | None = None,
    by: Staff | None,
    at: datetime,
    is_dry: bool = False,
    limit: int | None = None,
    default_unit: Unit | None = None,
    within: Unit | None = None,
    job: Job | None = None,
    advance: Callable[[int, int | None], None] | None = None,
) -> Result:
    """Take a table of complaints in (นำเข้า); idempotent by source and the source's reference.

    `advance` hears after each batch how many rows it had and how many there are in all; it may
    raise to stop between two batches. `limit` looks at the first rows only. With `within` only cases
    of that unit and below are written or changed.
    """
    check_source(source)
    with tabular.open_table(file) as table:
        spec = spec or mapping_for(source, table.header)
        mappings.require_fields(spec)
        table.require(spec.columns())
        book = open_book(
            source=source,
            spec=spec,
            header=table.header,
            by=by,
            default_unit=default_unit,
            within=within,
            at=at,
            is_dry=is_dry,
        )
        result = Result(notes=list(table.notes), header=table.header)
        forget_seen()
        if job and not is_dry:
            ImportRow.objects.filter(job=job).delete()
        for batch in batches(drafts_of(table, spec, at=at), limit=limit, size=BATCH):
            take_batch(batch, book, result, job=job)
            if advance:
                advance(len(batch), table.total)
    return result


def check_source(source: str) -> None:
    """Refuse a source without a usable name: it is half of what makes a case known again."""
    if not source.strip() or len(source) > SOURCE_LENGTH:
        raise Refused(
            _(
                "Give the source a name of at most %(longest)s characters, always the same for the same system."
            )
            % {"longest": SOURCE_LENGTH}
        )


def mapping_for(source: str, header: Sequence[str]) -> MappingSpec:
    """Return the shipped mapping of the source's name, else what the columns' names suggest."""
    return mappings.shipped(source) or mappings.guess(list(header))


def take_batch(
    batch: Sequence[Draft | Rejected], book: Book, result: Result, *, job: Job | None
) -> None:
    """Take one batch in: all of it, or nothing when the process is killed meanwhile."""
    with transaction.atomic():
        take_turns(f"complaints.import:{book.source}")
        rejected = [each for each in batch if isinstance(each, Rejected)]
        cases, unknown = found_cases([each for each in batch if isinstance(each, Draft)], book)
        new, changes, unchanged, refused = sorted_out(cases, book)
        rejected = sorted([*rejected, *unknown, *refused], key=lambda each: each.row)
        if not book.is_dry:
            write_new(new, book)
            write_changes(changes, book)
            keep_rejected(rejected, job)
    result.rows += len(batch)
    result.created += len(new)
    result.updated += len(changes)
    result.unchanged += unchanged
    result.rejected += len(rejected)
    result.errors.extend(rejected[: max(SHOWN_ERRORS - len(result.errors), 0)])


def found_cases(drafts: Sequence[Draft], book: Book) -> tuple[list[Case], list[Rejected]]:
    """Find what the drafts refer to, and leave out those whose reference stood in an earlier row."""
    first_rows = note_seen(drafts)
    cases: list[Case] = []
    rejected: list[Rejected] = []
    for draft in drafts:
        try:
            refuse_second(draft, first_rows[draft.external_ref], book)
            cases.append(find(draft, book))
        except BadCell as bad:
            rejected.append(rejection(draft, bad, book))
    return cases, rejected


def refuse_second(draft: Draft, first_row: int, book: Book) -> None:
    """Refuse a reference that an earlier row of the file has already."""
    if first_row != draft.row:
        raise BadCell(
            " + ".join(book.spec.fields["external_ref"].columns),
            _("Row %(row)s has the same reference %(ref)s. Keep one of the two.")
            % {"row": first_row, "ref": draft.external_ref},
        )


def rejection(draft: Draft, bad: BadCell, book: Book) -> Rejected:
    """Return the rejection of a draft that was read but cannot be taken."""
    return Rejected(draft.row, bad.column, bad.sentence, by_column(book.header, draft.cells))


# --- references seen in this file, kept in the database so that memory stays flat ---------------


def forget_seen() -> None:
    """Begin with an empty list of references."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS import_seen (ref text PRIMARY KEY, row bigint NOT NULL)"
        )
        cursor.execute("TRUNCATE import_seen")


def note_seen(drafts: Sequence[Draft]) -> dict[str, int]:
    """Note the references of a batch; returns for each the row where it stood first."""
    refs = [draft.external_ref for draft in drafts]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_seen SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT DO NOTHING",
            [refs, [draft.row for draft in drafts]],
        )
        cursor.execute("SELECT ref, row FROM import_seen WHERE ref = ANY(%s)", [refs])
        return dict(cursor.fetchall())


# --- new, changed or as before --------------------------------------------------------------


def sorted_out(
    cases: Sequence[Case], book: Book
) -> tuple[list[Case], list[Change], int, list[Rejected]]:
    """Tell new cases from known ones that changed and those that did not."""
    refs = [case.draft.external_ref for case in cases]
    held = Complaint.objects.filter(source_system=book.source, external_ref__in=refs)
    held = held.select_related("unit").select_for_update(of=("self",), no_key=True)
    known = {each.external_ref: each for each in held}
    answered = with_answer(known.values())
    new: list[Case] = []
    changes: list[Change] = []
    refused: list[Rejected] = []
    unchanged = 0
    for case in cases:
        complaint = known.get(case.draft.external_ref)
        if complaint is None:
            new.append(case)
            continue
        try:
            refuse_other_unit(complaint, book)
            change = change_of(complaint, case, book, has_answer=complaint.pk in answered)
        except BadCell as bad:
            refused.append(rejection(case.draft, bad, book))
            continue
        if change.is_any:
            changes.append(change)
        else:
            unchanged += 1
    return new, changes, unchanged, refused


def refuse_other_unit(complaint: Complaint, book: Book) -> None:
    """Refuse to touch a case that the person who imports has no say in."""
    if not is_in_reach(complaint.unit, book):
        raise BadCell(
            " + ".join(book.spec.fields["external_ref"].columns),
            _("The reference belongs to a case of another unit."),
        )


def with_answer(complaints: Iterable[Complaint]) -> set[int]:
    """Return the cases that already hold what the source answered, or wrote on the way."""
    kinds = [Message.Kind.ANSWER, Message.Kind.PROGRESS]
    pks = [complaint.pk for complaint in complaints]
    return set(
        Message.objects.filter(complaint__in=pks, kind__in=kinds).values_list(
            "complaint", flat=True
        )
    )


def keep_rejected(rejected: Sequence[Rejected], job: Job | None) -> None:
    """Keep the rows that were not taken, to be mended and sent again."""
    if job is None:
        return
    copy(
        [
            ImportRow(
                job=job,
                row=each.row,
                column=each.column[:100],
                error=each.sentence[:500],
                values=each.values,
            )
            for each in rejected
        ]
    )


def forget_rejected(*, at: datetime) -> int:
    """Delete rejected rows of imports that ended a month ago: they hold what people told us; returns how many."""
    old = ImportRow.objects.filter(job__ended_at__lt=at - REJECTED_KEPT)
    return old.delete()[0]
