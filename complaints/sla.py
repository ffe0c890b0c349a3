"""Due dates, days used and days left, from arguments alone: no database, no clock.

The rules (DOMAIN sections 2 and 3):

- `start` is deemed received already. The first day does not count unless the policy says so
  (Administrative Procedure Act B.E. 2539, section 64; SPSO counts it).
- Working days: the limit ends at the closing of the N-th counted day. Calendar days: at the last
  second of the N-th counted day, holiday or not.
- A day on whose closing (calendar days: last second) the clock stands paused does not count.
- An extension adds days of the same kind.
- Done after closing is done on the next working day: so a matter is in time, by the instant,
  exactly when it took no more days than it had.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from agency.workdays import WorkingCalendar

WORKING = "working"
CALENDAR = "calendar"
FIRST_DAY = "first_day"
PAUSED = "paused"
ONE_DAY = timedelta(days=1)
LAST_SECOND = time(23, 59, 59)
STAGE2_MONTHS_SINCE_EVENT = 6
STAGE2_MONTHS_SINCE_ANSWER = 2
RATING_DAYS = 60  # calendar days after the answer in which it can be rated
RATING_CHANGE_DAYS = 14  # and after the rating in which it can be changed


class Pause(NamedTuple):
    """A span in which a clock stood still; without an end it still does."""

    from_at: datetime
    until_at: datetime | None


@dataclass(frozen=True)
class Day:
    """One day on the way to a due date; `reason` says why it did not count.

    The reason is "first_day", "weekend", "paused" or the holiday's name; empty for a counted day.
    """

    on: date
    is_counted: bool
    number: int | None
    reason: str = ""


def day_of(at: datetime, *, calendar: WorkingCalendar) -> date:
    """Return the day of an instant where the office is."""
    return at.astimezone(calendar.zone).date()


def end_of(day: date, *, unit: str, calendar: WorkingCalendar) -> datetime:
    """Return the instant at which a day is over, for a limit counted in this unit."""
    if unit == WORKING:
        return calendar.closing(day)
    return datetime.combine(day, LAST_SECOND, calendar.zone).astimezone(UTC)


def is_paused_at(at: datetime, pauses: Iterable[Pause]) -> bool:
    """Tell whether a clock with these pauses stands still at an instant."""
    return any(
        pause.from_at <= at and (pause.until_at is None or at < pause.until_at) for pause in pauses
    )


def shifted(day: date, days: int, *, unit: str, calendar: WorkingCalendar) -> date:
    """Return the day so many days of this unit later (earlier if negative)."""
    if unit == CALENDAR:
        return day + days * ONE_DAY
    return calendar.add_working_days(day, days) if days else day


def effective_day(at: datetime, *, unit: str, calendar: WorkingCalendar) -> date:
    """Return the day to which what is done at an instant belongs: after closing, the next one."""
    day = day_of(at, calendar=calendar)
    if unit == CALENDAR:
        return day
    if calendar.is_working_day(day) and at <= calendar.closing(day):
        return day
    return calendar.add_working_days(day, 1)


def due_at(
    start: datetime,
    *,
    days: int,
    unit: str,
    is_first_day_counted: bool,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
    extended_days: int = 0,
) -> datetime:
    """Return the instant at which the limit ends."""
    last = first_counted(
        start, unit=unit, is_first_day_counted=is_first_day_counted, calendar=calendar
    )
    total = days + extended_days
    if not pauses:
        last = shifted(last, total - 1, unit=unit, calendar=calendar)
        return end_of(last, unit=unit, calendar=calendar)
    ends = (pause for pause in pauses if pause.until_at is not None)  # an open pause is no end
    closed = tuple(ends)
    for day in counting_days(last, unit=unit, calendar=calendar):
        end = end_of(day, unit=unit, calendar=calendar)
        total -= not is_paused_at(end, closed)
        if not total:
            return end
    raise AssertionError("unreachable")


def first_counted(
    start: datetime, *, unit: str, is_first_day_counted: bool, calendar: WorkingCalendar
) -> date:
    """Return the first day that may count."""
    day = day_of(start, calendar=calendar)
    if unit == CALENDAR:
        return day if is_first_day_counted else day + ONE_DAY
    return calendar.add_working_days(day, 0 if is_first_day_counted else 1)


def counting_days(first: date, *, unit: str, calendar: WorkingCalendar) -> Iterator[date]:
    """Yield the days of this unit, from the first on."""
    day = first
    while True:
        yield day
        day = shifted(day, 1, unit=unit, calendar=calendar)


def elapsed_days(
    start: datetime,
    stop: datetime,
    *,
    unit: str,
    is_first_day_counted: bool,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
) -> int:
    """Return the number of the day, counted as the limit counts, on which a matter was done."""
    first = first_counted(
        start, unit=unit, is_first_day_counted=is_first_day_counted, calendar=calendar
    )
    last = effective_day(stop, unit=unit, calendar=calendar)
    if last < first:
        return 0
    if unit == CALENDAR:
        whole = (last - first).days + 1
    else:
        whole = calendar.working_days_between(first, last) + 1
    return whole - paused_days(first, last, unit=unit, calendar=calendar, pauses=pauses)


def paused_days(
    first: date, last: date, *, unit: str, calendar: WorkingCalendar, pauses: Sequence[Pause]
) -> int:
    """Count the days from first to last, both included, that a pause takes away."""
    count = 0
    if not pauses:
        return count
    for day in counting_days(first, unit=unit, calendar=calendar):
        if day > last:
            break
        count += is_paused_at(end_of(day, unit=unit, calendar=calendar), pauses)
    return count


def days_left(at: datetime, due: datetime, *, unit: str, calendar: WorkingCalendar) -> int:
    """Return the days of this unit until the due date: 0 on the last day, negative when over."""
    today, last = day_of(at, calendar=calendar), day_of(due, calendar=calendar)
    if unit == CALENDAR:
        return (last - today).days
    return calendar.working_days_between(today, last)


def day_by_day(
    start: datetime,
    *,
    days: int,
    unit: str,
    is_first_day_counted: bool,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
    extended_days: int = 0,
) -> list[Day]:
    """Explain a due date: every day from the start to the last counted one, with the reason."""
    total = days + extended_days
    day = day_of(start, calendar=calendar)
    first = first_counted(
        start, unit=unit, is_first_day_counted=is_first_day_counted, calendar=calendar
    )
    closed = tuple(pause for pause in pauses if pause.until_at is not None)
    told: list[Day] = []
    number = 0
    while number < total:
        reason = why_not_counted(day, first=first, unit=unit, calendar=calendar, pauses=closed)
        number += not reason
        told.append(Day(day, not reason, None if reason else number, reason))
        day += ONE_DAY
    return told


def why_not_counted(
    day: date, *, first: date, unit: str, calendar: WorkingCalendar, pauses: Sequence[Pause]
) -> str:
    """Return why a day does not count, nothing if it does."""
    closed = calendar.why_closed(day) if unit == WORKING else ""
    if closed:
        return closed
    if day < first:
        return FIRST_DAY
    return PAUSED if is_paused_at(end_of(day, unit=unit, calendar=calendar), pauses) else ""


def milestone_at(due: datetime, offset: int, *, unit: str, calendar: WorkingCalendar) -> datetime:
    """Return when a step of the escalation matrix comes due.

    Before the limit: at the opening of the day so many days earlier (of the last working day
    before it, if that day is off), so that the day itself can still be used. At the limit: the due
    instant. After it: when the day so many days later is over.
    """
    if not offset:
        return due
    day = shifted(day_of(due, calendar=calendar), offset, unit=unit, calendar=calendar)
    if offset > 0:
        return end_of(day, unit=unit, calendar=calendar)
    if not calendar.is_working_day(day):
        day = calendar.add_working_days(day, -1)
    return calendar.opening(day)


def next_milestone(
    due: datetime, offsets: Iterable[int], *, after: datetime, unit: str, calendar: WorkingCalendar
) -> datetime | None:
    """Return the first milestone later than an instant."""
    instants = (milestone_at(due, offset, unit=unit, calendar=calendar) for offset in offsets)
    return min((instant for instant in instants if instant > after), default=None)


def last_milestone(
    due: datetime, offsets: Iterable[int], *, until: datetime, unit: str, calendar: WorkingCalendar
) -> datetime | None:
    """Return the last milestone that came by an instant."""
    instants = (milestone_at(due, offset, unit=unit, calendar=calendar) for offset in offsets)
    return max((instant for instant in instants if instant <= until), default=None)


def first_milestone(
    due: datetime, offsets: Iterable[int], *, at: datetime, unit: str, calendar: WorkingCalendar
) -> datetime | None:
    """Return where a clock that starts at an instant begins to remind.

    Steps that lie in the past already are not all told (an import would flood the desks): only the
    latest of them, then those to come.
    """
    steps = tuple(offsets)
    past = last_milestone(due, steps, until=at, unit=unit, calendar=calendar)
    return past or next_milestone(due, steps, after=at, unit=unit, calendar=calendar)


def stage2_last_day(event: date, answered: date) -> date:
    """Return the last day to ask for stage 2: six months of the event or two of the answer, the later (SPSO)."""
    return max(
        months_after(event, STAGE2_MONTHS_SINCE_EVENT),
        months_after(answered, STAGE2_MONTHS_SINCE_ANSWER),
    )


def rating_last_day(answered: date, first_rated: date | None) -> date:
    """Return the last day to rate an answer: sixty days after it, or to change a rating: fourteen after that."""
    if first_rated is not None:
        return first_rated + timedelta(days=RATING_CHANGE_DAYS)
    return answered + timedelta(days=RATING_DAYS)


def months_after(day: date, count: int) -> date:
    """Return the same day so many months later, the last of the month where there is none."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
