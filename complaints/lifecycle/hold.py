"""The frame of every verb: hold the row, notice that somebody else was there, write and record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from agency import audit
from agency.models import AuditEntry, Staff
from agency.refusal import Refused
from agency.thai import format_datetime
from complaints.lifecycle.watching import tell_watchers
from complaints.models import Complaint


class Outdated(Refused):
    """Somebody changed the row while the person was writing; `changes` says what, newest first."""

    def __init__(self, sentence: str, *, changes: list[AuditEntry]) -> None:
        super().__init__(sentence)
        self.changes = changes


def hold(
    complaint: Complaint, *, expected_version: int | None = None, is_archive_open: bool = False
) -> Complaint:
    """Lock the case and return it as it stands now; refuse if it is not the one the person saw.

    The lock lets rows that point to the case be written, so that it never waits for the sweep. A
    case in the archive is read only, but for the few verbs for which the archive is open.
    """
    locked = Complaint.objects.select_for_update(no_key=True).filter(pk=complaint.pk)
    locked.values_list("pk").get()
    # Read after the lock: joins in the locking statement would show officer and unit of before the
    # wait, and no case at all where the unit changed meanwhile.
    held = Complaint.objects.select_related(
        "unit", "policy", "officer", "person", "master__unit", "master__officer"
    ).get(pk=complaint.pk)
    if expected_version not in {None, held.version}:
        raise outdated(held, expected_version=expected_version or 0)
    if held.archived_at and not is_archive_open:
        raise Refused(_("This case is in the archive. Take it out of the archive first."))
    return held


def outdated(row: Model, *, expected_version: int) -> Outdated:
    """Tell who changed the case, or what else the form is about, meanwhile."""
    changes = list(audit.entries_of(row).filter(data__version__gt=expected_version))
    last = changes[0] if changes else None
    if last and last.by:
        sentence = _(
            "%(who)s made a change on %(when)s while you were writing. Look at it again, then send."
        ) % {"who": last.by, "when": format_datetime(last.at)}
    else:
        sentence = _("This changed while you were writing. Look at it again, then send.")
    return Outdated(sentence, changes=changes)


def keep(
    complaint: Complaint,
    verb: str,
    *fields: str,
    by: Staff | None,
    at: datetime,
    reason: str = "",
    **facts: Any,
) -> Complaint:
    """Write the named fields, count the edit, record who did it and tell those who follow the case."""
    complaint.version += 1
    complaint.touched_at = at
    complaint.save(update_fields=[*fields, "version", "touched_at"])
    audit.record(complaint, verb, by=by, at=at, reason=reason, version=complaint.version, **facts)
    tell_watchers(complaint, verb, by=by, at=at)
    return complaint


def written(text: str, *, sentence: str) -> str:
    """Return what the person wrote, trimmed; refuse nothing at all."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused(sentence)
    return text


def refuse_erased(complaint: Complaint) -> None:
    """Refuse to work on a case of which only figures are left."""
    if complaint.erased_at:
        raise Refused(
            _(
                "Person and text of this case were erased because its time of keeping was over. Take the matter in as a new case."
            )
        )
