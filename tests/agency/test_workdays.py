"""Counting working days and working time: properties that always hold, and a table of real cases."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agency.official_days import official_days
from agency.workdays import BANGKOK, WorkingCalendar

OFFICE = ((time(8, 30), time(16, 30)),)
LUNCH = ((time(8, 30), time(12)), (time(13), time(16, 30)))
DAYS_OFF = {day.day_on: day.name for day in official_days(range(2023, 2028), announced_until=2026)}
THAI = WorkingCalendar(intervals=dict.fromkeys(range(1, 6), OFFICE), holidays=DAYS_OFF)
WITH_LUNCH = WorkingCalendar(intervals=dict.fromkeys(range(1, 6), LUNCH), holidays=DAYS_OFF)


def bangkok(*parts):
    return datetime(*parts, tzinfo=BANGKOK)


# Properties

days = st.dates(date(2026, 3, 1), date(2026, 6, 30))
instants = st.timedeltas(timedelta(), timedelta(days=120)).map(
    lambda passed: datetime(2026, 3, 1, tzinfo=UTC) + passed
)
counts = st.integers(-400, 400)
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 5, 30]))
spans = st.lists(
    st.tuples(times, times).map(sorted).filter(lambda span: span[0] < span[1]).map(tuple),
    max_size=3,
).map(tuple)
weeks = st.dictionaries(st.integers(1, 7), spans, min_size=1).filter(
    lambda week: any(week.values())
)
offs = st.dictionaries(st.dates(date(2026, 2, 1), date(2026, 7, 31)), st.just("off"), max_size=90)
calendars = st.builds(WorkingCalendar, intervals=weeks, holidays=offs)


def walked(calendar, day, n):
    """Count by walking: what the arithmetic must agree with."""
    step = timedelta(1 if n >= 0 else -1)
    if n == 0:
        while not calendar.is_working_day(day):
            day += step
        return day
    for _ in range(abs(n)):
        day += step
        while not calendar.is_working_day(day):
            day += step
    return day


@given(calendars, days, st.integers(-40, 40))
def test_adding_agrees_with_walking(calendar, day, n):
    assert calendar.add_working_days(day, n) == walked(calendar, day, n)


@given(calendars, days, counts)
def test_a_day_off_is_never_counted(calendar, day, n):
    reached = calendar.add_working_days(day, n)

    assert calendar.why_closed(reached) == ""
    assert calendar.is_working_day(reached)


@given(calendars, days, counts)
def test_subtracting_undoes_adding(calendar, day, n):
    start = calendar.add_working_days(day, 0)

    assert calendar.add_working_days(calendar.add_working_days(start, n), -n) == start


@given(calendars, days, counts, counts)
def test_adding_more_days_never_ends_earlier(calendar, day, n, m):
    assume(n < m)

    assert calendar.add_working_days(day, n) <= calendar.add_working_days(day, m)


@given(calendars, days, days, st.integers(0, 400))
def test_starting_later_never_ends_earlier(calendar, first, second, n):
    assume(first <= second)

    assert calendar.add_working_days(first, n) <= calendar.add_working_days(second, n)


@given(calendars, days, st.integers(1, 400))
def test_days_between_counts_what_was_added(calendar, day, n):
    assert calendar.working_days_between(day, calendar.add_working_days(day, n)) == n


@given(calendars, days, days)
def test_days_between_agrees_with_counting(calendar, first, last):
    assume(first <= last <= first + timedelta(800))
    each = [first + timedelta(n) for n in range(1, (last - first).days + 1)]

    counted = sum(map(calendar.is_working_day, each))

    assert calendar.working_days_between(first, last) == counted
    assert calendar.working_days_between(last, first) == -counted


@given(calendars, instants)
def test_deemed_received_is_never_earlier_and_is_stable(calendar, at):
    deemed = calendar.deemed_received(at)

    assert deemed >= at
    assert calendar.deemed_received(deemed) == deemed
    assert calendar.is_working_day(deemed.astimezone(BANGKOK).date())
    assert calendar.working_time_between(at, deemed) == timedelta()


@given(calendars, instants, instants)
def test_deemed_received_keeps_the_order(calendar, first, second):
    assume(first <= second)

    assert calendar.deemed_received(first) <= calendar.deemed_received(second)


@given(calendars, instants, st.timedeltas(timedelta(days=-60), timedelta(days=60)))
def test_added_working_time_is_the_time_between(calendar, at, delta):
    assert calendar.working_time_between(at, calendar.add_working_time(at, delta)) == delta


@given(calendars, instants, instants, instants)
def test_working_time_adds_up(calendar, first, second, third):
    parts = calendar.working_time_between(first, second) + calendar.working_time_between(
        second, third
    )

    assert parts == calendar.working_time_between(first, third)


@given(calendars, days)
def test_opening_is_before_closing_on_any_day(calendar, day):
    opening, closing = calendar.opening(day), calendar.closing(day)

    assert opening < closing
    assert opening.astimezone(BANGKOK).date() == closing.astimezone(BANGKOK).date() == day


# Real cases


@pytest.mark.parametrize(
    ("filed", "deemed"),
    [
        pytest.param(bangkok(2026, 3, 2, 10), bangkok(2026, 3, 2, 10), id="in office hours"),
        pytest.param(bangkok(2026, 3, 2, 8, 30), bangkok(2026, 3, 2, 8, 30), id="at opening"),
        pytest.param(bangkok(2026, 3, 2, 7, 59), bangkok(2026, 3, 2, 8, 30), id="before opening"),
        pytest.param(
            bangkok(2026, 3, 2, 16, 29, 59), bangkok(2026, 3, 2, 16, 29, 59), id="last second"
        ),
        pytest.param(bangkok(2026, 3, 4, 16, 30), bangkok(2026, 3, 5, 8, 30), id="at 16:30:00"),
        pytest.param(bangkok(2026, 3, 4, 16, 31), bangkok(2026, 3, 5, 8, 30), id="at 16:31"),
        pytest.param(bangkok(2026, 3, 5), bangkok(2026, 3, 5, 8, 30), id="at midnight"),
        pytest.param(bangkok(2026, 3, 6, 18), bangkok(2026, 3, 9, 8, 30), id="Friday evening"),
        pytest.param(bangkok(2026, 3, 7, 11), bangkok(2026, 3, 9, 8, 30), id="Saturday"),
        pytest.param(
            bangkok(2026, 4, 10, 17), bangkok(2026, 4, 16, 8, 30), id="Friday before Songkran 2569"
        ),
        pytest.param(
            bangkok(2025, 12, 31, 9), bangkok(2026, 1, 5, 8, 30), id="New Year with a bridge day"
        ),
        pytest.param(
            bangkok(2026, 5, 30, 9), bangkok(2026, 6, 2, 8, 30), id="in-lieu day after the weekend"
        ),
        pytest.param(bangkok(2026, 5, 1, 9), bangkok(2026, 5, 1, 9), id="Labour Day is worked"),
        pytest.param(
            bangkok(2026, 5, 13, 9), bangkok(2026, 5, 14, 8, 30), id="Royal Ploughing Ceremony"
        ),
    ],
)
def test_deemed_received(filed, deemed):
    assert THAI.deemed_received(filed) == deemed
    assert THAI.next_working_instant(filed) == deemed


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        pytest.param(date(2026, 4, 10), 1, date(2026, 4, 16), id="over Songkran 2569"),
        pytest.param(date(2026, 4, 3), 5, date(2026, 4, 16), id="Chakri Day and Songkran"),
        pytest.param(date(2026, 4, 16), -1, date(2026, 4, 10), id="back over Songkran"),
        pytest.param(date(2024, 4, 11), 1, date(2024, 4, 17), id="bridge day before Songkran 2567"),
        pytest.param(date(2025, 5, 30), 1, date(2025, 6, 4), id="bridge day 2 June 2568"),
        pytest.param(date(2026, 12, 4), 1, date(2026, 12, 8), id="in-lieu of Father's Day"),
        pytest.param(date(2026, 4, 30), 1, date(2026, 5, 1), id="Labour Day counts"),
        pytest.param(date(2027, 4, 30), 1, date(2027, 5, 3), id="its in-lieu day counts too"),
        pytest.param(date(2026, 3, 7), 0, date(2026, 3, 9), id="none from a Saturday"),
        pytest.param(date(2026, 3, 7), -1, date(2026, 3, 6), id="back from a Saturday"),
        pytest.param(date(2026, 3, 9), 20, date(2026, 4, 7), id="SPSO stage 2"),
        pytest.param(date(2031, 4, 11), 1, date(2031, 4, 14), id="a year without holiday rows"),
    ],
)
def test_add_working_days(start, n, end):
    assert THAI.add_working_days(start, n) == end


def test_days_between_leaves_the_first_out_and_takes_the_last_in():
    assert THAI.working_days_between(date(2026, 4, 10), date(2026, 4, 17)) == 2
    assert THAI.working_days_between(date(2026, 4, 17), date(2026, 4, 10)) == -2
    assert THAI.working_days_between(date(2026, 4, 10), date(2026, 4, 10)) == 0


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 4, 10), ""),
        (date(2026, 4, 11), "weekend"),
        (date(2026, 4, 13), "วันสงกรานต์"),
        (date(2026, 6, 1), "ชดเชยวันวิสาขบูชา"),
        (date(2026, 1, 2), "วันหยุดพิเศษ (เพิ่มเติม)"),
        (date(2026, 5, 31), "วันวิสาขบูชา"),
    ],
)
def test_why_closed(day, reason):
    assert THAI.why_closed(day) == reason


@pytest.mark.parametrize(
    ("filed", "deemed"),
    [
        (bangkok(2026, 3, 4, 11, 59, 59), bangkok(2026, 3, 4, 11, 59, 59)),
        (bangkok(2026, 3, 4, 12), bangkok(2026, 3, 4, 13)),
        (bangkok(2026, 3, 4, 12, 59), bangkok(2026, 3, 4, 13)),
        (bangkok(2026, 3, 4, 13), bangkok(2026, 3, 4, 13)),
    ],
)
def test_several_intervals_a_day(filed, deemed):
    assert WITH_LUNCH.deemed_received(filed) == deemed


def test_working_time_leaves_lunch_out():
    morning, afternoon = bangkok(2026, 3, 4, 11), bangkok(2026, 3, 4, 14)

    assert WITH_LUNCH.working_time_between(morning, afternoon) == timedelta(hours=2)
    assert WITH_LUNCH.add_working_time(morning, timedelta(hours=2)) == afternoon
    assert WITH_LUNCH.add_working_time(afternoon, timedelta(hours=-2)) == morning


def test_working_time_ends_at_closing_and_begins_at_opening():
    start = bangkok(2026, 4, 10, 8, 30)

    assert THAI.add_working_time(start, timedelta(hours=8)) == bangkok(2026, 4, 10, 16, 30)
    assert THAI.add_working_time(start, timedelta(hours=8, minutes=1)) == bangkok(
        2026, 4, 16, 8, 31
    )
    assert THAI.add_working_time(bangkok(2026, 4, 16, 16, 30), timedelta(hours=-8)) == bangkok(
        2026, 4, 16, 8, 30
    )


def test_a_day_off_has_no_working_time():
    morning, evening = bangkok(2026, 4, 14, 9), bangkok(2026, 4, 14, 16)

    assert THAI.working_time_between(morning, evening) == timedelta()
    assert THAI.working_time_between(bangkok(2026, 4, 10, 16), evening) == timedelta(minutes=30)
    assert THAI.working_time_between(morning, bangkok(2026, 4, 16, 9)) == timedelta(minutes=30)


def test_no_working_time_from_a_day_off_is_the_next_opening():
    assert THAI.add_working_time(bangkok(2026, 4, 11, 9), timedelta()) == bangkok(
        2026, 4, 16, 8, 30
    )


def test_opening_and_closing_are_instants_in_utc():
    assert THAI.opening(date(2026, 3, 4)) == datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
    assert THAI.closing(date(2026, 3, 4)) == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert THAI.closing(date(2026, 3, 4)).tzinfo is UTC


def test_a_closed_day_has_the_hours_of_the_next_working_day():
    assert THAI.closing(date(2026, 4, 15)) == bangkok(2026, 4, 15, 16, 30)


def test_touching_and_overlapping_spans_are_one():
    whole = ((time(8), time(12)), (time(12), time(15)), (time(14), time(16)), (time(17), time(17)))
    calendar = WorkingCalendar(intervals={1: whole}, holidays={})

    assert calendar.deemed_received(bangkok(2026, 3, 2, 12)) == bangkok(2026, 3, 2, 12)
    assert calendar.working_time_between(bangkok(2026, 3, 2), bangkok(2026, 3, 3)) == timedelta(
        hours=8
    )


def test_a_calendar_without_working_time_cannot_be_made():
    with pytest.raises(ValueError, match="at least one weekday"):
        WorkingCalendar(intervals={1: ()}, holidays={})


def test_the_same_instant_counts_the_same_in_any_zone():
    utc = datetime(2026, 3, 4, 9, 31, tzinfo=UTC)

    assert THAI.deemed_received(utc) == THAI.deemed_received(utc.astimezone(BANGKOK))
