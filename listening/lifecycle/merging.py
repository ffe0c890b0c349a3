"""The same voice from two channels (รวมเสียงเดียวกัน): one follows the other; nothing is moved or deleted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency.models import Staff
from agency.refusal import Refused
from listening.lifecycle.hold import hold, keep
from listening.models import Voice


@transaction.atomic
def merge(
    voice: Voice,
    *,
    master: Voice,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Voice:
    """Let a voice follow another one that says the same (รวมกับเสียงหลัก); each keeps author and channel."""
    if voice.pk == master.pk:
        raise Refused(_("A voice cannot follow itself."))
    voice, master = hold_pair(voice, master, expected_version=expected_version)
    if voice.master_id:
        raise Refused(_("This voice follows another one already. Part them first."))
    if master.master_id:
        raise Refused(_("That voice follows another one itself. Choose the first one."))
    if voice.converted_at:
        raise Refused(_("This voice became a complaint and stands on its own."))
    if Voice.objects.filter(master=voice).exists():
        raise Refused(_("Other voices follow this one. Let the other one follow it instead."))
    voice.master = master
    keep(voice, "voice_merged", "master", by=by, at=at, master=master.pk)
    keep(master, "voice_followed", by=by, at=at, follower=voice.pk)
    return voice


@transaction.atomic
def unmerge(voice: Voice, *, by: Staff, at: datetime, expected_version: int | None = None) -> Voice:
    """Part two voices again (แยกออก); both go on as they stand."""
    former = voice.master
    if former is None:
        raise Refused(_("This voice follows no other one."))
    voice, master = hold_pair(voice, former, expected_version=expected_version)
    if voice.master_id != master.pk:
        raise Refused(_("This voice was parted from the other one meanwhile."))
    voice.master = None
    keep(voice, "voice_parted", "master", by=by, at=at, master=master.pk)
    return voice


def hold_pair(voice: Voice, master: Voice, *, expected_version: int | None) -> tuple[Voice, Voice]:
    """Lock two voices in the order of their numbers, so that two people never wait for each other."""
    if voice.pk < master.pk:
        held = hold(voice, expected_version=expected_version)
        return held, hold(master)
    first = hold(master)
    return hold(voice, expected_version=expected_version), first
