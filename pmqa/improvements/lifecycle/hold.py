"""The frame of every verb: lock the improvement, notice that somebody was faster, write and record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from pmqa.improvements.models import Improvement, State


def hold(improvement: Improvement, *, expected_version: int | None = None) -> Improvement:
    """Lock the improvement and return it as it stands; refuse if it is not the one the person saw."""
    Improvement.objects.select_for_update(no_key=True).filter(pk=improvement.pk).values("pk").get()
    related = Improvement.objects.select_related("unit", "owner", "segment", "service")
    held = related.get(pk=improvement.pk)
    if expected_version not in {None, held.version}:
        raise Refused(
            _("Somebody changed this improvement while you were writing. Look again, then send.")
        )
    return held


def hold_running(improvement: Improvement, *, expected_version: int | None = None) -> Improvement:
    """Lock an improvement that is under way; refuse one that has ended."""
    held = hold(improvement, expected_version=expected_version)
    if held.state != State.RUNNING:
        raise Refused(_("This improvement has ended; it stays as it is."))
    return held


def keep(
    improvement: Improvement, verb: str, *fields: str, by: Staff | None, at: datetime, **facts: Any
) -> Improvement:
    """Write the named fields, count the change and record who did it."""
    improvement.version += 1
    improvement.changed_at = at
    improvement.save(update_fields=[*fields, "version", "changed_at"])
    audit.record(improvement, verb, by=by, at=at, **facts)
    return improvement


def written(text: str, *, sentence: str) -> str:
    """Return what the person wrote, trimmed; refuse nothing at all."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused(sentence)
    return text
