"""The day by which another agency wants its answer (กำหนดตอบหน่วยงานที่ส่งเรื่องมา), and who is told of it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from agency import audit
from agency.calendars import version_for
from agency.models import Unit
from complaints.lifecycle.announcements import desk_of, tell
from complaints.lifecycle.clocks import calendar_numbered
from complaints.models import IncomingLetter

REMINDERS = (-2, 0, 1)  # working days from the agency's day


def next_reminder(day: date | None, *, unit: Unit, after: datetime) -> datetime | None:
    """Return when the desk is told of the day next: two working days before, on it, the day after it."""
    if day is None:
        return None
    calendar = calendar_numbered(version_for(unit).pk)
    instants = (calendar.opening(calendar.add_working_days(day, n)) for n in REMINDERS)
    return min((instant for instant in instants if instant > after), default=None)


def remind_agency_deadlines(*, at: datetime, limit: int = 200) -> int:
    """Tell the desks of days that other agencies set; returns how many letters, 0 when none is left.

    A case that is answered or has ended is reminded of no more.
    """
    with transaction.atomic():
        due = IncomingLetter.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
        due = due.select_for_update(of=("self",), skip_locked=True)
        rows = list(due.select_related("complaint__unit", "complaint__officer")[:limit])
        for letter in rows:
            remind(letter, at=at)
    return len(rows)


def remind(letter: IncomingLetter, *, at: datetime) -> None:
    """Tell the desk of one letter's day unless it was answered, and set the next reminder."""
    complaint, day = letter.complaint, letter.reply_by_on
    is_owed = complaint.answered_at is None and complaint.closed_at is None
    letter.remind_at = next_reminder(day, unit=complaint.unit, after=at) if is_owed else None
    letter.save(update_fields=["remind_at"])
    if is_owed and day is not None:
        audit.record(complaint, "agency_day_reminded", by=None, at=at)
        turn = f"{day:%Y%m%d}.{at:%Y%m%d}"
        desk = desk_of(complaint)
        tell(complaint, "agency_day", to=desk, at=at, turn=turn, day=day.isoformat())
