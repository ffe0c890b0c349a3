"""The frame of every verb on a voice: lock it, notice that somebody else was there, write and record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from listening.models import Voice


def hold(voice: Voice, *, expected_version: int | None = None) -> Voice:
    """Lock the voice and return it as it stands now; refuse if it is not the one the person saw."""
    Voice.objects.select_for_update(no_key=True).filter(pk=voice.pk).values_list("pk").get()
    held = Voice.objects.select_related("unit", "officer", "person", "channel", "master").get(
        pk=voice.pk
    )
    if held.erased_at:
        raise Refused(_("The words of this voice were erased; it only counts now."))
    if expected_version not in {None, held.version}:
        raise Refused(
            _("Somebody changed this voice while you were writing. Look at it again, then send.")
        )
    return held


def keep(
    voice: Voice, verb: str, *fields: str, by: Staff | None, at: datetime, **facts: Any
) -> Voice:
    """Write the named fields, count the change and record who did it."""
    voice.version += 1
    voice.touched_at = at
    voice.save(update_fields=[*fields, "version", "touched_at"])
    audit.record(voice, verb, by=by, at=at, **facts)
    return voice


def written(text: str, *, sentence: str) -> str:
    """Return what the person wrote, trimmed; refuse nothing at all."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused(sentence)
    return text
