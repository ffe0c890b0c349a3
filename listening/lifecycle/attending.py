"""Counting who came to a session by a code at the door (นับผู้เข้าร่วมด้วยรหัสหน้าห้อง): once a device, nobody is named."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agency import codes
from agency.refusal import Refused
from listening.lifecycle.hearings import hold
from listening.models import Attendance, Hearing, Way

EARLY = timedelta(hours=2)  # before the session begins
LETTERS = 4
WAYS = {
    Hearing.Mode.SITE: (Way.SITE,),
    Hearing.Mode.ONLINE: (Way.ONLINE,),
    Hearing.Mode.BOTH: (Way.SITE, Way.ONLINE),
    Hearing.Mode.WRITTEN: (),
}


def door_code(hearing: Hearing) -> str:
    """Return the short code that hangs at the door and is shown in the online meeting."""
    return codes.derived(f"hearing-door:{hearing.pk}")[:LETTERS]


def is_counting(hearing: Hearing, at: datetime) -> bool:
    """Whether people can count themselves in: from two hours before until the session is closed."""
    return (
        hearing.starts_at is not None
        and hearing.is_taking_speakers(at)
        and at >= hearing.starts_at - EARLY
    )


def check_code(hearing: Hearing, typed: str) -> None:
    """Refuse another code than the one at the door."""
    if codes.plain(typed) != door_code(hearing):
        raise Refused(_("This is not the code of this session. Please look at it again."))


@transaction.atomic
def attend(hearing: Hearing, *, way: str, uid: UUID, at: datetime) -> bool:
    """Count a device in (เข้าร่วมประชุม); the same one again changes nothing. Tells whether it is new."""
    hearing = hold(hearing)
    if not is_counting(hearing, at):
        raise Refused(_("Attendance is counted from two hours before the session until its end."))
    if way not in WAYS[Hearing.Mode(hearing.mode)]:
        raise Refused(_("One cannot take part in this way. Choose another one."))
    mark = codes.keyed(f"hearing-came:{hearing.pk}:{uid}")
    _row, is_new = Attendance.objects.get_or_create(
        hearing=hearing, mark=mark, defaults={"way": way}
    )
    return is_new
