"""Brings cases that were imported before up to date with what the source says now.

The source leads as long as nobody here worked on a case (`version` 1). After that an import only
moves the status forward and takes over ratings: what officers wrote is never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agency.search import normalise
from complaints.lifecycle.clocks import calendar_of
from complaints.lifecycle.importing.drafts import BadCell
from complaints.lifecycle.importing.rows import (
    Rows,
    answer_of,
    assignment_of,
    closing_of,
    ends_of,
    entry,
    stop,
)
from complaints.lifecycle.intake import text_of
from complaints.models import (
    Clock,
    ClockPause,
    Closing,
    Complaint,
    ComplaintText,
    Measure,
    Message,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from complaints.lifecycle.importing.book import Book, Case
    from complaints.lifecycle.importing.rows import Ends

PLAIN = (
    "subject",
    "body",
    "wish",
    "occurred_on",
    "place",
    "district",
    "province",
    "latitude",
    "longitude",
    "cause",
    "learning",
    "kind",
)
REFERENCES = ("category", "grade", "channel", "service", "segment")
ALWAYS = ("rating", "reopened_count")
RANK = {
    Status.RECEIVED: 0,
    Status.SCREENED: 1,
    Status.ASSIGNED: 2,
    Status.IN_PROGRESS: 3,
    Status.WAITING: 3,
    Status.ANSWERED: 4,
    **dict.fromkeys(Status.ended(), 5),
}


@dataclass
class Change:
    """A case, what the source says of it now, and which columns differ."""

    complaint: Complaint
    case: Case
    columns: set[str] = field(default_factory=set)
    is_answer_new: bool = False

    def take(self, column: str, value: Any) -> None:
        """Take over a value if it says something and differs."""
        if value not in (None, "") and getattr(self.complaint, column) != value:
            setattr(self.complaint, column, value)
            self.columns.add(column)

    @property
    def is_any(self) -> bool:
        """Whether anything differs."""
        return bool(self.columns) or self.is_answer_new


def change_of(complaint: Complaint, case: Case, book: Book, *, has_answer: bool) -> Change:
    """Return what the source changes on a case, on one in the archive nothing; nothing is written."""
    change = Change(complaint, case)
    if complaint.archived_at:
        return change
    for name in ALWAYS:
        change.take(name, getattr(case.draft, name) or None)
    if complaint.version == 1:
        take_texts(change, book)
    move_on(change, book)
    change.is_answer_new = bool(case.draft.answer) and not has_answer
    return change


def take_texts(change: Change, book: Book) -> None:
    """Take over what the source tells of the matter itself."""
    case = change.case
    for name in PLAIN:
        if name in book.spec.fields or name == "subject":
            change.take(name, getattr(case.draft, name))
    for name in REFERENCES:
        found = getattr(case, name)
        if name in book.spec.fields and found is not None:
            change.take(f"{name}_id", found.pk)
    if "unit" in book.spec.fields:
        change.take("unit_id", case.unit.pk)
    if case.is_restricted and not change.complaint.is_restricted:
        change.take("is_restricted", value=True)


def move_on(change: Change, book: Book) -> None:
    """Move the status forward; a matter that the source opened again is for a person to reopen."""
    complaint, case, ends = change.complaint, change.case, ends_of(change.case, book)
    forward = RANK[Status(case.status)] - RANK[Status(complaint.status)]
    if forward < 0 and complaint.version == 1 and complaint.answered_at:
        raise BadCell(
            "",
            _("Case %(number)s is settled here, but open in the source. Reopen it on its page.")
            % {"number": complaint.number},
        )
    if complaint.acknowledged_at is None:
        change.take("acknowledged_at", ends.acknowledged_at)
    if forward <= 0:
        return
    change.take("status", case.status)
    if complaint.officer_id is None and case.officer:
        change.take("officer_id", case.officer.pk)
    if complaint.answered_at is None:
        change.take("answered_at", ends.answered_at)
    change.take("closed_at", ends.closed_at)
    change.take("outcome", case.draft.outcome)
    if complaint.paused_at:
        complaint.paused_at = None
        change.columns.add("paused_at")


# --- writing ---------------------------------------------------------------------------------


def write_changes(changes: Sequence[Change], book: Book) -> None:
    """Write the changed cases of a batch, in the caller's transaction."""
    if not changes:
        return
    columns = set().union(*(change.columns for change in changes))
    for change in changes:
        change.complaint.touched_at = book.at
    Complaint.objects.bulk_update(
        [change.complaint for change in changes],
        ["touched_at", *sorted(column.removesuffix("_id") for column in columns)],
    )
    stop_clocks(changes, book)
    rows = Rows()
    for change, number in zip(changes, closing_numbers(changes), strict=True):
        add_rows(rows, change, book, closing_number=number)
    rows.write()
    rewrite_texts(changes)


def closing_numbers(changes: Iterable[Change]) -> list[int]:
    """Return the number that the next closing of each case gets."""
    pks = [change.complaint.pk for change in changes]
    last = dict(
        Closing.objects.filter(complaint__in=pks)
        .order_by("number")
        .values_list("complaint", "number")
    )
    return [last.get(pk, 0) + 1 for pk in pks]


def add_rows(rows: Rows, change: Change, book: Book, *, closing_number: int) -> None:
    """Add what a change leaves behind: entry, answer, assignment, closing."""
    complaint, case = change.complaint, change.case
    facts = {"source": book.source, "columns": sorted(change.columns)}
    rows.entries.append(entry(complaint, "updated_by_import", book, **facts))
    if change.is_answer_new:
        at = complaint.answered_at or book.at
        rows.messages.extend(answer_of(case, book, complaint=complaint, at=at))
    if "officer_id" in change.columns:
        rows.assignments.append(assignment_of(case, book, complaint=complaint))
    if "closed_at" in change.columns:
        rows.closings.append(closing_of(complaint, book, number=closing_number))


def stop_clocks(changes: Sequence[Change], book: Book) -> None:
    """Stop what the new facts settle."""
    by_case = {change.complaint.pk: change for change in changes}
    clocks = list(
        Clock.objects.unstopped().filter(complaint__in=by_case).select_for_update(no_key=True)
    )
    stopped = []
    for clock in clocks:
        change = by_case[clock.complaint_id]
        ends = ends_of(change.case, book)
        if is_settled(clock, change.complaint):
            clock.paused_at = None
            stop(clock, at=end_of(clock, ends), recorded_at=book.at, calendar=calendar_of(clock))
            stopped.append(clock)
    ClockPause.objects.filter(clock__in=stopped, until_at=None).update(until_at=book.at)
    fields = [
        "paused_at",
        "stopped_at",
        "stop_recorded_at",
        "result",
        "elapsed_days",
        "next_milestone_at",
    ]
    Clock.objects.bulk_update(stopped, fields)


def is_settled(clock: Clock, complaint: Complaint) -> bool:
    """Whether a running clock ends because of what the case says now."""
    if clock.measure == Measure.ACKNOWLEDGE:
        return complaint.status != Status.RECEIVED or complaint.acknowledged_at is not None
    return complaint.answered_at is not None


def end_of(clock: Clock, ends: Ends) -> Any:
    """Return when a clock ended; None when that is not known or does not matter any more."""
    if clock.measure == Measure.ACKNOWLEDGE:
        return ends.acknowledged_at
    if clock.measure in Measure.stages() and ends.is_told:
        return ends.answered_at
    return None


def rewrite_texts(changes: Sequence[Change]) -> None:
    """Write the search texts of cases anew whose words changed."""
    words = {"subject", "body", "wish", "place", "district"}
    changed = [
        change.complaint for change in changes if change.is_answer_new or words & change.columns
    ]
    said: dict[int, list[str]] = {complaint.pk: [] for complaint in changed}
    public = Message.objects.filter(complaint__in=list(said)).order_by("pk")
    for pk, body in public.values_list("complaint", "body"):
        said[pk].append(normalise(body))
    texts = [
        ComplaintText(complaint=complaint, body=" ".join([text_of(complaint), *said[complaint.pk]]))
        for complaint in changed
    ]
    ComplaintText.objects.bulk_update(texts, ["body"])
