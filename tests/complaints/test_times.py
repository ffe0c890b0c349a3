"""How a clock stands, for the rulers: left, over, paused, ended, extended; the days explained."""

from datetime import timedelta

import pytest

from agency.ruler import Tone
from complaints import lifecycle
from complaints.models import Clock, Complaint
from complaints.selectors.times import (
    explained,
    ruler_of,
    stage_clock,
    time_left,
    times_left,
    with_pauses,
)
from tests.factories.agency import SupervisorFactory
from tests.factories.complaints import NOW, answered, in_progress, received

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def stage(case):
    return with_pauses(Clock.objects.filter(complaint=case, measure="stage1"))[0]


def test_a_fresh_case_has_all_its_days():
    left = time_left(stage(received()), at=NOW)

    assert (left.days, round(left.used, 2), left.tone) == (15, 0.0, Tone.ON_TIME)


def test_a_case_past_its_due_date_is_over():
    clock = stage(received())

    left = time_left(clock, at=clock.due_at + 3 * DAY)

    assert (left.is_over, left.tone, left.days) == (True, Tone.OVERDUE, -3)


def test_a_waiting_case_stands_as_when_it_began_to_wait():
    case = in_progress()
    lifecycle.ask(case, body="ขอเลขที่คำขอ", by=case.officer, at=NOW + DAY)

    left = time_left(stage(case), at=NOW + 60 * DAY)

    assert (left.is_paused, left.tone, left.days) == (True, Tone.PAUSED, 14)


def test_an_answered_case_tells_what_was_left():
    left = time_left(stage(answered()), at=NOW + 60 * DAY)

    assert (left.is_ended, left.is_late, left.days) == (True, False, 15)


def test_rows_get_their_times_in_one_query(django_assert_num_queries):
    cases = [received(), in_progress(), answered()]
    times_left(cases, at=NOW)

    with django_assert_num_queries(1):
        lefts = times_left(cases, at=NOW)

    assert [lefts[case.pk].tone for case in cases] == [Tone.ON_TIME, Tone.ON_TIME, Tone.DONE]


def test_a_case_without_a_clock_has_no_due_date():
    case = received()
    Clock.objects.filter(complaint=case).delete()

    assert times_left([case], at=NOW)[case.pk].days is None
    assert stage_clock([]) is None


def test_ruler_shows_pause_extension_and_end():
    case = in_progress()
    supervisor = SupervisorFactory.create(unit=case.unit)
    lifecycle.ask(case, body="ขอเลขที่คำขอ", by=case.officer, at=NOW + DAY)
    lifecycle.resume(case, why="โทรศัพท์แล้ว", by=case.officer, at=NOW + 2 * DAY)
    extension = lifecycle.ask_extension(
        case, days=5, reason="รอผล", by=case.officer, at=NOW + 2 * DAY
    )
    lifecycle.decide_extension(extension, granted=True, by=supervisor, at=NOW + 2 * DAY)
    lifecycle.answer(case, body="แก้ไขแล้ว", by=case.officer, at=NOW + 3 * DAY)
    clock = stage(case)
    case.refresh_from_db()

    ruler = ruler_of(clock, acknowledged_at=case.acknowledged_at, at=NOW + 30 * DAY)

    day = NOW.date()
    assert (ruler.start, ruler.ended) == (day, day + 3 * DAY)
    assert [(span.start, span.end) for span in ruler.pauses] == [(day + DAY, day + 2 * DAY)]
    assert [span.end for span in ruler.extensions] == [ruler.due]
    assert sum(each.is_working for each in ruler.days if each.on > ruler.extensions[0].start) == 4
    assert ruler.days[-1].on == ruler.due


def test_an_open_pause_lasts_until_today():
    case = in_progress()
    lifecycle.ask(case, body="ขอเลขที่คำขอ", by=case.officer, at=NOW + DAY)

    ruler = ruler_of(stage(case), acknowledged_at=None, at=NOW + 4 * DAY)

    assert [(span.start, span.end) for span in ruler.pauses] == [
        (NOW.date() + DAY, NOW.date() + 4 * DAY)
    ]
    assert ruler.acknowledged is None


def test_ruler_of_a_case_years_over_stays_readable():
    ruler = ruler_of(stage(received()), acknowledged_at=None, at=NOW + 800 * DAY)

    assert ruler.days[-1].on == ruler.due + 45 * DAY


def test_explanation_ends_on_the_due_date_and_names_the_pause():
    case = in_progress()
    lifecycle.ask(case, body="ขอเลขที่คำขอ", by=case.officer, at=NOW + DAY)
    lifecycle.resume(case, why="โทรศัพท์แล้ว", by=case.officer, at=NOW + 3 * DAY)
    clock = stage(case)

    days = explained(clock)

    assert days[-1].on == clock.due_at.date()
    assert [day.on - NOW.date() for day in days if day.reason == "paused"] == [DAY, 2 * DAY]
    assert Complaint.objects.get().due_at == clock.due_at
