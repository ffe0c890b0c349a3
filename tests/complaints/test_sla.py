"""Due dates: tables of real cases, and properties that must hold for all."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.workdays import BANGKOK, WorkingCalendar
from complaints import sla
from complaints.sla import CALENDAR, WORKING, Day, Pause

WEEK = {day: ((time(8, 30), time(16, 30)),) for day in range(1, 6)}
LUNCH = {day: ((time(8, 30), time(12)), (time(13), time(16, 30))) for day in range(1, 6)}
SONGKRAN = {
    date(2026, 4, 13): "วันสงกรานต์",
    date(2026, 4, 14): "วันสงกรานต์",
    date(2026, 4, 15): "วันสงกรานต์",
    date(2026, 5, 4): "วันฉัตรมงคล",
    date(2026, 6, 1): "ชดเชยวันวิสาขบูชา",
    date(2026, 6, 3): "วันเฉลิมพระชนมพรรษา",
    date(2026, 1, 1): "วันขึ้นปีใหม่",
    date(2026, 1, 2): "วันหยุดพิเศษ",
}
OFFICE = WorkingCalendar(intervals=WEEK, holidays=SONGKRAN)
WITH_LUNCH = WorkingCalendar(intervals=LUNCH, holidays={})


def bkk(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK).astimezone(UTC)


def due(start: str, days: int, **facts) -> datetime:
    facts = {"unit": WORKING, "is_first_day_counted": False, "calendar": OFFICE, **facts}
    return sla.due_at(OFFICE.deemed_received(bkk(start)), days=days, **facts)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-02T10:00", 1, "2026-11-03T16:30"),  # Monday
        ("2026-11-02T10:00", 5, "2026-11-09T16:30"),  # over a weekend
        ("2026-11-06T16:29", 1, "2026-11-09T16:30"),  # Friday, a minute before closing
        ("2026-11-06T16:30", 1, "2026-11-10T16:30"),  # the stroke of closing: deemed Monday
        ("2026-11-06T16:31", 1, "2026-11-10T16:30"),  # filed at 16:31
        ("2026-11-06T23:59", 1, "2026-11-10T16:30"),  # Friday evening
        ("2026-11-08T00:00", 1, "2026-11-10T16:30"),  # Sunday midnight in Bangkok
        ("2026-11-09T08:29", 1, "2026-11-10T16:30"),  # before opening: the same day
        ("2026-04-10T09:00", 3, "2026-04-20T16:30"),  # over Songkran
        ("2026-04-10T16:31", 3, "2026-04-21T16:30"),  # deemed the 16th
        ("2026-05-29T09:00", 1, "2026-06-02T16:30"),  # an in-lieu Monday
        ("2025-12-31T09:00", 1, "2026-01-05T16:30"),  # a bridge day after New Year
        ("2026-05-01T09:00", 1, "2026-05-05T16:30"),  # Labour Day is a working day
    ],
)
def test_due_at_counts_working_days(start, days, expected):
    assert due(start, days) == bkk(expected)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-02T10:00", 5, "2026-11-06T16:30"),
        ("2026-11-06T16:31", 5, "2026-11-13T16:30"),
        ("2026-11-02T10:00", 1, "2026-11-02T16:30"),
    ],
)
def test_due_at_counts_first_day_when_policy_says_so(start, days, expected):
    assert due(start, days, is_first_day_counted=True) == bkk(expected)


@pytest.mark.parametrize(
    ("start", "days", "is_first", "expected"),
    [
        ("2026-11-02T10:00", 15, False, "2026-11-17T23:59:59"),
        ("2026-11-02T10:00", 15, True, "2026-11-16T23:59:59"),
        ("2026-11-05T10:00", 2, False, "2026-11-07T23:59:59"),  # ends on a Saturday all the same
        ("2026-04-10T10:00", 3, False, "2026-04-13T23:59:59"),  # and on a holiday
    ],
)
def test_due_at_counts_calendar_days_over_holidays(start, days, is_first, expected):
    assert due(start, days, unit=CALENDAR, is_first_day_counted=is_first) == bkk(expected)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("2026-11-03T09:00", "2026-11-05T09:00")], "2026-11-09T16:30"),  # Tue, Wed stand still
        ([("2026-11-03T09:00", "2026-11-03T16:29")], "2026-11-05T16:30"),  # over before closing
        ([("2026-11-03T16:30", "2026-11-04T08:00")], "2026-11-06T16:30"),  # stood at the closing
        ([("2026-11-03T09:00", "2026-11-03T16:30")], "2026-11-05T16:30"),  # went on at the closing
        ([("2026-11-07T09:00", "2026-11-08T09:00")], "2026-11-05T16:30"),  # after the due date
        ([("2026-11-03T09:00", None)], "2026-11-05T16:30"),  # still paused: no end to add
        (
            [("2026-11-03T09:00", "2026-11-04T09:00"), ("2026-11-05T09:00", "2026-11-06T09:00")],
            "2026-11-09T16:30",
        ),
    ],
)
def test_due_at_leaves_out_days_paused_at_closing(pauses, expected):
    spans = [Pause(bkk(first), bkk(last) if last else None) for first, last in pauses]

    assert due("2026-11-02T10:00", 3, pauses=spans) == bkk(expected)


def test_pause_over_holiday_takes_only_working_days():
    songkran = [Pause(bkk("2026-04-10T15:00"), bkk("2026-04-16T10:00"))]

    assert due("2026-04-09T10:00", 3) == bkk("2026-04-17T16:30")
    assert due("2026-04-09T10:00", 3, pauses=songkran) == bkk("2026-04-20T16:30")


def test_pause_takes_calendar_days_by_their_last_second():
    spans = [Pause(bkk("2026-11-03T09:00"), bkk("2026-11-04T23:59:59"))]

    assert due("2026-11-02T10:00", 3, unit=CALENDAR, pauses=spans) == bkk("2026-11-06T23:59:59")


def test_extension_adds_days_of_the_same_kind():
    assert due("2026-11-02T10:00", 3, extended_days=2) == bkk("2026-11-09T16:30")
    assert due("2026-11-02T10:00", 3, extended_days=2, unit=CALENDAR) == bkk("2026-11-07T23:59:59")


def test_day_by_day_names_every_day_and_its_reason():
    days = sla.day_by_day(
        bkk("2026-04-10T09:00"),
        days=2,
        unit=WORKING,
        is_first_day_counted=False,
        calendar=OFFICE,
        pauses=[Pause(bkk("2026-04-16T09:00"), bkk("2026-04-17T09:00"))],
    )

    assert days == [
        Day(date(2026, 4, 10), False, None, "first_day"),
        Day(date(2026, 4, 11), False, None, "weekend"),
        Day(date(2026, 4, 12), False, None, "weekend"),
        Day(date(2026, 4, 13), False, None, "วันสงกรานต์"),
        Day(date(2026, 4, 14), False, None, "วันสงกรานต์"),
        Day(date(2026, 4, 15), False, None, "วันสงกรานต์"),
        Day(date(2026, 4, 16), False, None, "paused"),
        Day(date(2026, 4, 17), True, 1, ""),
        Day(date(2026, 4, 18), False, None, "weekend"),
        Day(date(2026, 4, 19), False, None, "weekend"),
        Day(date(2026, 4, 20), True, 2, ""),
    ]


def test_day_by_day_of_calendar_days_counts_holidays():
    days = sla.day_by_day(
        bkk("2026-04-10T09:00"),
        days=2,
        unit=CALENDAR,
        is_first_day_counted=False,
        calendar=OFFICE,
    )

    assert days == [
        Day(date(2026, 4, 10), False, None, "first_day"),
        Day(date(2026, 4, 11), True, 1),
        Day(date(2026, 4, 12), True, 2),
    ]


def elapsed(start: str, stop: str, **facts) -> int:
    facts = {"unit": WORKING, "is_first_day_counted": False, "calendar": OFFICE, **facts}
    return sla.elapsed_days(bkk(start), bkk(stop), **facts)


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("2026-11-02T11:00", 0),  # the same day
        ("2026-11-03T08:00", 1),
        ("2026-11-03T16:30", 1),  # the stroke of closing is still in time
        ("2026-11-03T16:31", 2),  # after it, it belongs to the next day
        ("2026-11-07T10:00", 5),  # Saturday belongs to Monday
        ("2026-11-09T10:00", 5),
        ("2026-11-01T10:00", 0),  # before the clock even ran
    ],
)
def test_elapsed_days_names_the_day_on_which_it_was_done(stop, expected):
    assert elapsed("2026-11-02T10:00", stop) == expected


def test_elapsed_days_counts_first_day_and_calendar_days():
    assert elapsed("2026-11-02T10:00", "2026-11-03T10:00", is_first_day_counted=True) == 2
    assert elapsed("2026-11-06T10:00", "2026-11-08T10:00", unit=CALENDAR) == 2


def test_elapsed_days_leaves_out_pauses():
    pauses = [Pause(bkk("2026-11-03T09:00"), bkk("2026-11-05T09:00"))]

    assert elapsed("2026-11-02T10:00", "2026-11-06T10:00", pauses=pauses) == 2


@pytest.mark.parametrize(
    ("at", "unit", "expected"),
    [
        ("2026-11-02T10:00", WORKING, 3),
        ("2026-11-05T16:29", WORKING, 0),
        ("2026-11-05T17:00", WORKING, 0),
        ("2026-11-06T09:00", WORKING, -1),
        ("2026-11-09T09:00", WORKING, -2),
        ("2026-11-09T09:00", CALENDAR, -4),
        ("2026-11-01T09:00", CALENDAR, 4),
    ],
)
def test_days_left_is_signed(at, unit, expected):
    left = sla.days_left(bkk(at), bkk("2026-11-05T16:30"), unit=unit, calendar=OFFICE)

    assert left == expected


@pytest.mark.parametrize(
    ("offset", "unit", "expected"),
    [
        (-2, WORKING, "2026-04-10T08:30"),  # two working days before the 17th, over Songkran
        (-1, WORKING, "2026-04-16T08:30"),
        (0, WORKING, "2026-04-17T16:30"),
        (1, WORKING, "2026-04-20T16:30"),
        (5, WORKING, "2026-04-24T16:30"),
        (-2, CALENDAR, "2026-04-10T08:30"),  # the 15th is off: the last working day before it
        (-1, CALENDAR, "2026-04-16T08:30"),
        (3, CALENDAR, "2026-04-20T23:59:59"),
    ],
)
def test_milestone_at_opens_before_and_closes_after(offset, unit, expected):
    instant = sla.milestone_at(bkk("2026-04-17T16:30"), offset, unit=unit, calendar=OFFICE)

    assert instant == bkk(expected)


def test_first_milestone_is_the_latest_past_one_else_the_first_to_come():
    facts = {"unit": WORKING, "calendar": OFFICE}
    offsets = (-2, 0, 1)
    limit = bkk("2026-11-05T16:30")

    assert sla.first_milestone(limit, offsets, at=bkk("2026-11-02T09:00"), **facts) == bkk(
        "2026-11-03T08:30"
    )
    assert sla.first_milestone(limit, offsets, at=bkk("2026-11-05T17:00"), **facts) == limit
    assert sla.first_milestone(limit, offsets, at=bkk("2026-12-05T17:00"), **facts) == bkk(
        "2026-11-06T16:30"
    )
    assert sla.first_milestone(limit, (), at=bkk("2026-11-05T17:00"), **facts) is None


def test_next_milestone_is_later_than_the_instant():
    limit = bkk("2026-11-05T16:30")
    facts = {"unit": WORKING, "calendar": OFFICE}

    assert sla.next_milestone(limit, (-2, 0, 1), after=limit, **facts) == bkk("2026-11-06T16:30")
    assert sla.next_milestone(limit, (-2, 0), after=limit, **facts) is None


def test_due_at_of_calendar_with_lunch_is_the_last_closing():
    start = WITH_LUNCH.deemed_received(bkk("2026-11-02T12:30"))
    end = sla.due_at(start, days=1, unit=WORKING, is_first_day_counted=False, calendar=WITH_LUNCH)

    assert start == bkk("2026-11-02T13:00")
    assert end == bkk("2026-11-03T16:30")


# Properties

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 500 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
limits = st.integers(1, 40)
units = st.sampled_from([WORKING, CALENDAR])
days_off = st.sets(
    st.integers(0, 700).map(lambda day: date(2026, 1, 1) + timedelta(days=day)), max_size=120
)


@st.composite
def calendars(draw):
    return WorkingCalendar(intervals=WEEK, holidays=dict.fromkeys(draw(days_off), "วันหยุด"))


@st.composite
def pause_lists(draw):
    pauses, at = [], FIRST
    for _number in range(draw(st.integers(0, 4))):
        at += timedelta(minutes=draw(st.integers(1, 20 * 24 * 60)))
        end = at + timedelta(minutes=draw(st.integers(0, 20 * 24 * 60)))
        pauses.append(Pause(at, end))
        at = end
    return pauses


@st.composite
def facts(draw):
    calendar = draw(calendars())
    return {
        "start": calendar.deemed_received(draw(instants)),
        "days": draw(limits),
        "unit": draw(units),
        "is_first_day_counted": draw(st.booleans()),
        "calendar": calendar,
        "pauses": draw(pause_lists()),
        "extended_days": draw(st.integers(0, 10)),
    }


@given(facts())
def test_due_at_agrees_with_day_by_day(given_facts):
    told = sla.day_by_day(**given_facts)
    end = sla.due_at(**given_facts)

    last = told[-1]
    assert last.number == given_facts["days"] + given_facts["extended_days"]
    assert end == sla.end_of(last.on, unit=given_facts["unit"], calendar=given_facts["calendar"])
    assert [day.number for day in told if day.is_counted] == list(range(1, last.number + 1))


@given(facts())
def test_no_day_off_is_ever_counted_in_working_days(given_facts):
    given_facts["unit"] = WORKING
    calendar = given_facts["calendar"]

    counted = [day.on for day in sla.day_by_day(**given_facts) if day.is_counted]

    assert [day for day in counted if not calendar.is_working_day(day)] == []


@given(facts(), instants)
def test_in_time_by_the_instant_is_in_time_by_the_days(given_facts, stop):
    limit = given_facts["days"] + given_facts.pop("extended_days")
    start = given_facts.pop("start")
    days = given_facts.pop("days")
    given_facts["pauses"] = [pause for pause in given_facts["pauses"] if pause.until_at <= stop]

    end = sla.due_at(start, days=days, extended_days=limit - days, **given_facts)
    used = sla.elapsed_days(start, stop, **given_facts)

    assert (stop <= end) == (used <= limit)


@given(facts(), st.integers(0, 30 * 24 * 60))
def test_due_at_never_moves_back_when_filed_later(given_facts, minutes):
    given_facts["pauses"] = []
    later = dict(given_facts)
    calendar = given_facts["calendar"]
    later["start"] = calendar.deemed_received(given_facts["start"] + timedelta(minutes=minutes))

    assert sla.due_at(**later) >= sla.due_at(**given_facts)


@given(facts())
def test_a_pause_never_brings_the_due_date_forward(given_facts):
    without = {**given_facts, "pauses": []}

    assert sla.due_at(**given_facts) >= sla.due_at(**without)
