"""Counting working days and working time: pure arithmetic, no database, no clock.

The n-th working day is found by rank, not by walking: weekly working days follow from division,
holidays from a bisection over their ranks. So a call costs the same in any year and for any n.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import accumulate
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")
WEEKEND = "weekend"
WEEK = range(1, 8)
MICROSECOND = timedelta(microseconds=1)

Span = tuple[time, time]
Spans = tuple[Span, ...]


def microseconds(moment: time) -> int:
    """Return the microseconds since midnight."""
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond


def time_of(microsecond: int) -> time:
    """Return the time of day that many microseconds after midnight."""
    seconds, rest = divmod(microsecond, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return time(hour, minute, second, rest)


def merged(spans: Iterable[Span]) -> Spans:
    """Return the spans of a day in order, those that touch or overlap as one."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        elif start < end:
            whole.append((start, end))
    return tuple(whole)


def length(spans: Spans) -> int:
    """Return the working microseconds of a day with these spans."""
    return sum(microseconds(end) - microseconds(start) for start, end in spans)


def time_within(spans: Spans, microsecond: int) -> time:
    """Return the time of day at which that microsecond of the day's working time begins."""
    start, span = microseconds(spans[0][0]), length(spans[:1])
    if microsecond < span:
        return time_of(start + microsecond)
    return time_within(spans[1:], microsecond - span)


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """When an office works (วันทำการ, เวลาทำการ): spans by ISO weekday, and days off by date.

    A span holds its start and not its end: what arrives at the stroke of closing arrives after it.
    """

    intervals: Mapping[int, Spans]
    holidays: Mapping[date, str]
    zone: tzinfo = BANGKOK
    _spans: tuple[Spans, ...] = field(init=False, repr=False)
    _weekdays: tuple[int, ...] = field(init=False, repr=False)
    _days_before: tuple[int, ...] = field(init=False, repr=False)
    _time_before: tuple[int, ...] = field(init=False, repr=False)
    _off: tuple[int, ...] = field(init=False, repr=False)
    _off_day_keys: tuple[int, ...] = field(init=False, repr=False)
    _off_time: tuple[int, ...] = field(init=False, repr=False)
    _off_time_keys: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepare the sums that every question is answered from."""
        spans = tuple(merged(self.intervals.get(weekday, ())) for weekday in WEEK)
        if not any(spans):
            raise ValueError("A calendar needs working time on at least one weekday.")
        self._set("_spans", spans)
        self._set("_weekdays", tuple(weekday for weekday in WEEK if spans[weekday - 1]))
        self._set("_days_before", (0, *accumulate(bool(day) for day in spans)))
        self._set("_time_before", (0, *accumulate(length(day) for day in spans)))
        self._prepare_days_off()

    def _prepare_days_off(self) -> None:
        off = sorted(day.toordinal() for day in self.holidays if self._spans[day.weekday()])
        lengths = [length(self._spans[(ordinal - 1) % 7]) for ordinal in off]
        off_time = (0, *accumulate(lengths))
        self._set("_off", tuple(off))
        self._set("_off_time", off_time)
        # How many working days, and how much working time, lie before each day off.
        self._set("_off_day_keys", tuple(self._weekly_days(o - 1) - i for i, o in enumerate(off)))
        self._set(
            "_off_time_keys",
            tuple(self._weekly_time(o - 1) - off_time[i] for i, o in enumerate(off)),
        )

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    # Days

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on that day."""
        return bool(self._spans[day.weekday()]) and day not in self.holidays

    def why_closed(self, day: date) -> str:
        """Return the holiday's name, "weekend", or nothing for a working day."""
        if day in self.holidays:
            return self.holidays[day]
        return "" if self._spans[day.weekday()] else WEEKEND

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after `day` (before it if negative); 0: that day or the next."""
        if n > 0:
            return self._day_ranked(self._rank(day.toordinal()) + n)
        return self._day_ranked(self._rank(day.toordinal() - 1) + 1 + n)

    def working_days_between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and with `last`; negative when `last` is earlier."""
        return self._rank(last.toordinal()) - self._rank(first.toordinal())

    # Instants

    def opening(self, day: date) -> datetime:
        """Return when the office opens; on a closed day, when the next working day would."""
        return self._instant(day, self._hours(day)[0][0])

    def closing(self, day: date) -> datetime:
        """Return when the office closes; on a closed day, when the next working day would.

        A limit in calendar days that ends on a holiday so still has an hour.
        """
        return self._instant(day, self._hours(day)[-1][1])

    def deemed_received(self, at: datetime) -> datetime:
        """Return when what came at `at` counts as received: then, or when working time next begins.

        Electronic Government Procedure Act B.E. 2565, section 10.
        """
        local = at.astimezone(self.zone)
        day, moment = local.date(), local.time()
        if self.is_working_day(day):
            for start, end in self._spans[day.weekday()]:
                if moment < start:
                    return self._instant(day, start)
                if moment < end:
                    return at
        return self.opening(self.add_working_days(day, 1))

    def next_working_instant(self, at: datetime) -> datetime:
        """Return `at` if it is working time, else the start of the next working time."""
        return self.deemed_received(at)

    def working_time_between(self, first: datetime, last: datetime) -> timedelta:
        """Return the working time from `first` to `last`; negative when `last` is earlier."""
        return (self._elapsed(last) - self._elapsed(first)) * MICROSECOND

    def add_working_time(self, at: datetime, delta: timedelta) -> datetime:
        """Return the instant that much working time after `at` (before it if negative)."""
        if not delta:
            return self.deemed_received(at)
        goal = self._elapsed(at) + delta // MICROSECOND
        return self._first_instant(goal) if delta > timedelta() else self._last_instant(goal)

    # Sums since day 1 of the common era, which was a Monday

    def _weekly_days(self, ordinal: int) -> int:
        weeks, days = divmod(ordinal, 7)
        return weeks * self._days_before[7] + self._days_before[days]

    def _weekly_time(self, ordinal: int) -> int:
        weeks, days = divmod(ordinal, 7)
        return weeks * self._time_before[7] + self._time_before[days]

    def _rank(self, ordinal: int) -> int:
        """Count the working days up to and with that day."""
        return self._weekly_days(ordinal) - bisect_right(self._off, ordinal)

    def _day_ranked(self, rank: int) -> date:
        """Return the working day with that rank."""
        weekly = rank + bisect_left(self._off_day_keys, rank)
        weeks, position = divmod(weekly - 1, len(self._weekdays))
        return date.fromordinal(weeks * 7 + self._weekdays[position])

    def _elapsed(self, at: datetime) -> int:
        """Return the working microseconds up to an instant."""
        local = at.astimezone(self.zone)
        day, ordinal = local.date(), local.toordinal()
        whole = self._weekly_time(ordinal - 1) - self._off_time[bisect_left(self._off, ordinal)]
        if day in self.holidays:
            return whole
        now = microseconds(local.time())
        return whole + sum(
            max(0, min(now, microseconds(end)) - microseconds(start))
            for start, end in self._spans[day.weekday()]
        )

    def _first_instant(self, goal: int) -> datetime:
        """Return the first instant by which that much working time is over."""
        weekly = goal + self._off_time[bisect_left(self._off_time_keys, goal)]
        return self._weekly_instant(weekly - 1) + MICROSECOND

    def _last_instant(self, goal: int) -> datetime:
        """Return the last instant at which no more working time than that is over."""
        weekly = goal + self._off_time[bisect_right(self._off_time_keys, goal)]
        return self._weekly_instant(weekly)

    def _weekly_instant(self, microsecond: int) -> datetime:
        """Return when that microsecond of working time begins, were there no days off."""
        weeks, rest = divmod(microsecond, self._time_before[7])
        weekday = bisect_right(self._time_before, rest)
        rest -= self._time_before[weekday - 1]
        day = date.fromordinal(weeks * 7 + weekday)
        return self._instant(day, time_within(self._spans[weekday - 1], rest))

    def _hours(self, day: date) -> Spans:
        own = self._spans[day.weekday()] if day not in self.holidays else ()
        return own or self._spans[self.add_working_days(day, 1).weekday()]

    def _instant(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, self.zone).astimezone(UTC)
