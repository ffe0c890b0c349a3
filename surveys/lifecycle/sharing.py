"""Passing on: the public link by hand (ส่งทาง LINE), which staff post and write down, and what people wrote.

The portal has no LINE account to send through, so it sends nothing itself: it gives text, link and
QR code, and keeps who posted it where.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, events
from agency.models import AuditEntry, Staff
from agency.refusal import Refused
from surveys.models import Mode, Wave
from surveys.selectors.open_texts import HANDED_OVER, enough_wrote
from surveys.selectors.sharing import POSTED


@transaction.atomic
def note_posted(wave: Wave, *, place: str, by: Staff, at: datetime) -> AuditEntry:
    """Write down that the link was posted in LINE (บันทึกว่าโพสต์แล้ว), and in which account or group."""
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if Mode.LINK not in wave.modes:
        raise Refused(_("This wave takes no answers by the public link."))
    if not wave.is_taking(at):
        raise Refused(_("The wave takes no answers now. Post the link while it is open."))
    if not place.strip():
        raise Refused(_("Say in which LINE account or group it was posted."))
    return audit.record(wave, POSTED, by=by, at=at, place=place.strip()[:100])


@transaction.atomic
def hand_texts_over(wave: Wave, *, by: Staff, at: datetime) -> AuditEntry:
    """Let the open answers come to the inbox of voices (ส่งความเห็นไปรับฟัง), without names; again only what is new.

    The top floor carries them over; an answer that went over once is not a second voice.
    """
    wave = Wave.objects.select_for_update().select_related("survey").get(pk=wave.pk)
    if not enough_wrote(wave):
        raise Refused(
            _("Fewer than %(count)s people wrote something, so nothing is passed on.")
            % {"count": wave.smallest_cell}
        )
    events.emit(wave, HANDED_OVER, at=at, by=by.pk)
    return audit.record(wave, HANDED_OVER, by=by, at=at)
