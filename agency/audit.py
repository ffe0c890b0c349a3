"""The audit trail: one entry per verb, append-only in the database itself (DESIGN section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agency.acting import acting_from, current_address
from agency.models import AuditEntry, Staff
from agency.rows import write_rows

__all__ = [
    "AuditDraft",
    "acting_from",
    "entries_of",
    "record",
    "record_many",
    "register_words",
    "words_of",
]

REASON_LENGTH = 1000
WORDS: dict[str, str | Promise] = {
    "added": _("Added"),
    "edited": _("Changed"),
    "calendar_published": _("Published the calendar"),
    "archived": _("Archived"),
    "attached": _("Attached a file"),
    "attachment_read": _("Opened an attachment"),
    "revealed": _("Saw the identity"),
    "merged": _("Merged two records"),
    "unmerged": _("Parted two records"),
    "erased": _("Erased personal data"),
    "held": _("Kept data from erasure"),
    "built": _("Built the report"),
    "returned_from_leave": _("Came back from leave"),
}


@dataclass(frozen=True, kw_only=True)
class AuditDraft:
    """An entry to be written; `facts` holds ids, codes and numbers, never personal data."""

    subject: Model
    verb: str
    by: Staff | None
    at: datetime
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """Return the row by field; what the system or a visitor does carries no address."""
        return {
            "content_type_id": ContentType.objects.get_for_model(self.subject).pk,
            "object_id": self.subject.pk,
            "verb": self.verb,
            "by_id": self.by.pk if self.by else None,
            "at": self.at,
            "reason": self.reason[:REASON_LENGTH],
            "address": current_address() if self.by else None,
            "data": dict(self.facts),
        }

    def entry(self) -> AuditEntry:
        """Return the row as a record."""
        return AuditEntry(**self.values())


def register_words(words: Mapping[str, str | Promise]) -> None:
    """Say how the verbs of a room read in lists; called from an app's `ready()`."""
    WORDS.update({verb: each for verb, each in words.items() if verb not in WORDS})


def words_of(verb: str) -> str:
    """Return how a verb reads; one that nobody has worded stands as it was written."""
    return str(WORDS.get(verb, verb))


def record(
    subject: Model, verb: str, *, by: Staff | None, at: datetime, reason: str = "", **facts: Any
) -> AuditEntry:
    """Write who did what to the subject, when, why and from where; `by=None` is the system or a visitor."""
    draft = AuditDraft(subject=subject, verb=verb, by=by, at=at, reason=reason, facts=facts)
    entry = draft.entry()
    entry.save(force_insert=True)
    return entry


def record_many(drafts: Iterable[AuditDraft]) -> int:
    """Write many entries in few statements; returns how many."""
    return write_rows(AuditEntry, (draft.values() for draft in drafts))


def entries_of(subject: Model) -> QuerySet[AuditEntry]:
    """Return the subject's entries, newest first, with who did it."""
    return AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk
    ).select_related("by")
