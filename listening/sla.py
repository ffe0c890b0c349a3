"""Limits of voices (3.1-03, 3.1-04) and of hearings: pure functions of their times, no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agency.thai import local_day
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


def years_before(at: datetime, years: int) -> datetime:
    """Return the same instant so many years earlier; 29 February falls on the 28th."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28)


# Hearings


@dataclass(frozen=True, kw_only=True)
class HearingLimits:
    """The days of a rule set that bear on one hearing."""

    notice_days: int
    material_days: int
    testimony_hours: int
    summary_days: int
    help_workdays: int
    interpretation_workdays: int


def days_of_notice(*, announced: date, first: date) -> int:
    """Return the whole days between the notice and the first day people can speak up."""
    return (first - announced).days


def materials_due(first: datetime, limits: HearingLimits) -> datetime:
    """Return by when documents have to be public, so that they can be read before."""
    return first - timedelta(days=limits.material_days)


def views_until(ends_at: datetime, limits: HearingLimits) -> datetime:
    """Return until when written views are taken after a session."""
    return ends_at + timedelta(hours=limits.testimony_hours)


def summary_due(closes_at: datetime, limits: HearingLimits) -> date:
    """Return the day on which the summary has to be public, counted from the last view that could come."""
    return local_day(closes_at) + timedelta(days=limits.summary_days)


def last_day_to_ask(starts_at: datetime, *, workdays: int, calendar: WorkingCalendar) -> date:
    """Return the last day to ask for assistance: so many whole working days before the session."""
    return calendar.add_working_days(local_day(starts_at), -workdays)
