"""Limits of a voice: when it must be classified and when its loop must be closed (3.1-03, 3.1-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agency.workdays import WorkingCalendar

TRIAGE_DAYS = 3
LOOP_DAYS = 15


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Both limits of a voice."""

    triage: datetime
    loop: datetime


def limits(received: datetime, *, calendar: WorkingCalendar) -> Limits:
    """Return the close of the third and of the fifteenth working day after a voice counts as received."""
    first = calendar.deemed_received(received).astimezone(calendar.zone).date()
    return Limits(
        triage=calendar.closing(calendar.add_working_days(first, TRIAGE_DAYS)),
        loop=calendar.closing(calendar.add_working_days(first, LOOP_DAYS)),
    )


def day_of(received: datetime, *, calendar: WorkingCalendar) -> datetime:
    """Return the opening of the working day: the finest that is kept of an anonymous voice."""
    deemed = calendar.deemed_received(received)
    return calendar.opening(deemed.astimezone(calendar.zone).date())
