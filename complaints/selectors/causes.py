"""The list of causes as its page shows it: each with its parts, what is retired, and who changed what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from agency.models import AuditEntry
from complaints.models import Cause
from complaints.selectors.choices import in_order

CHANGES_SHOWN = 20


@dataclass(kw_only=True)
class CauseLine:
    """A cause in use, whether it can go up or down among its like, and its parts."""

    cause: Cause
    is_first: bool = False
    is_last: bool = False
    parts: list[CauseLine] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CauseList:
    """The causes in use, and those that are offered no longer."""

    lines: list[CauseLine]
    retired: list[Cause]


@dataclass(frozen=True, kw_only=True)
class CauseChange:
    """A line of the history: what was done to which cause."""

    entry: AuditEntry
    cause: Cause | None


def cause_list() -> CauseList:
    """Return all causes, in the order that the agency gave them; one query."""
    rows = list(in_order(Cause.objects.select_related("parent")))
    parts: defaultdict[int, list[CauseLine]] = defaultdict(list)
    lines = []
    for cause in (row for row in rows if row.is_active):
        line = CauseLine(cause=cause)
        if cause.parent_id:
            parts[cause.parent_id].append(line)
        else:
            lines.append(line)
    for line in lines:
        line.parts = ended(parts[line.cause.pk])
    return CauseList(lines=ended(lines), retired=[row for row in rows if not row.is_active])


def ended(lines: list[CauseLine]) -> list[CauseLine]:
    """Mark the first and the last of a list."""
    if lines:
        lines[0].is_first = lines[-1].is_last = True
    return lines


def cause_changes() -> list[CauseChange]:
    """Return the newest changes of the list, with who made them."""
    content_type = ContentType.objects.get_for_model(Cause)
    entries = list(
        AuditEntry.objects.filter(content_type=content_type)
        .select_related("by")
        .order_by("-pk")[:CHANGES_SHOWN]
    )
    causes = Cause.objects.in_bulk({entry.object_id for entry in entries})
    return [CauseChange(entry=entry, cause=causes.get(entry.object_id)) for entry in entries]


def upper_causes() -> QuerySet[Cause]:
    """Return the causes of the upper level in use, of which others can be parts."""
    return in_order(Cause.objects.filter(parent=None, is_active=True))
