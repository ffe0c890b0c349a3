"""What the home pages count: by hand against crafted cases, within what the person may see."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agency.models import Role
from complaints import lifecycle
from complaints.models import Escalation, Kind
from complaints.selectors import work
from complaints.selectors.tally import tally_of
from tests.factories.agency import (
    AuditorFactory,
    ExecutiveFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import NOW, answered, closed, in_progress, ready, received

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TODAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # cases of NOW are due on the 23rd
LATE = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create(parent=UnitFactory.create())


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


def test_my_work_sorts_own_cases_by_what_they_need(officer, supervisor, unit):
    due_later = in_progress(officer=officer, at=NOW + DAY)
    due_first = in_progress(officer=officer)
    given = lifecycle.assign(received(unit=unit), to=officer, by=supervisor, at=NOW)
    waiting = in_progress(officer=officer)
    lifecycle.ask(waiting, body="ที่ไหน", by=officer, at=NOW)
    to_close = answered(officer=officer)
    closed(officer=officer)
    in_progress(unit=unit)
    fresh = received(unit=unit)
    received(unit=unit.parent)
    lifecycle.reply(due_later, body="เพิ่มเติม", at=NOW + DAY)

    mine = work.my_work(officer, TODAY)

    assert list(mine.next_due) == [due_first, given, due_later]
    assert list(mine.to_accept) == [given]
    assert list(mine.to_close) == [to_close]
    assert list(mine.replied) == [due_later]
    assert list(mine.unassigned) == [fresh]
    counts = (mine.open_count, mine.overdue_count, mine.soon_count, mine.waiting_count)
    assert counts == (5, 0, 0, 1)


def test_my_work_counts_what_is_late_and_soon(officer):
    in_progress(officer=officer)
    in_progress(officer=officer, at=NOW + 2 * DAY)

    mine = work.my_work(officer, LATE)

    assert (mine.overdue_count, mine.soon_count) == (1, 1)


def test_an_answered_reply_is_no_news(officer):
    case = in_progress(officer=officer)
    lifecycle.reply(case, body="เพิ่มเติม", at=NOW)
    lifecycle.note(case, body="รับทราบ", by=officer, at=NOW)

    assert list(work.my_work(officer, TODAY).replied) == []


@pytest.mark.parametrize("count", [1, 3])
def test_my_work_asks_the_same_for_one_case_and_three(officer, count, django_assert_num_queries):
    for _case in range(count):
        in_progress(officer=officer)

    with django_assert_num_queries(7):
        mine = work.my_work(officer, TODAY)
        for rows in (mine.next_due, mine.replied, mine.to_accept, mine.to_close, mine.unassigned):
            for row in rows:
                assert (row.unit.name, str(row.channel)) != ("", "")


def test_team_load_counts_each_officers_cases_and_the_unassigned(officer, supervisor, unit):
    other = StaffFactory.create(unit=unit)
    unit.restricted_readers.add(StaffFactory.create())
    in_progress(officer=officer)
    waiting = in_progress(officer=officer)
    lifecycle.ask(waiting, body="ที่ไหน", by=officer, at=NOW)
    in_progress(officer=other, at=NOW + DAY)
    closed(officer=other)
    received(unit=unit)
    received(unit=UnitFactory.create())
    received(unit=unit, kind=Kind.CORRUPTION)

    load = work.team_load(tally_of(supervisor, at=LATE))

    assert [
        (row.officer, row.open_count, row.overdue_count, row.soon_count, row.waiting_count)
        for row in load
    ] == [(officer, 2, 1, 0, 1), (other, 1, 0, 1, 0), (None, 1, 1, 0, 0)]


@pytest.mark.parametrize("count", [1, 3])
def test_team_load_asks_three_times(officer, supervisor, unit, count, django_assert_num_queries):
    for _officer in range(count):
        in_progress(officer=StaffFactory.create(unit=unit))

    with django_assert_num_queries(3):
        load = work.team_load(tally_of(supervisor, at=TODAY, with_months=False))
        assert len([row.officer.unit.name for row in load]) == count


def test_ageing_puts_open_cases_into_bands_by_unit(supervisor, unit):
    below = UnitFactory.create(parent=unit)
    for days in (0, 6, 7, 13, 29, 61):
        received(unit=unit, at=TODAY - days * DAY)
    received(unit=below, at=TODAY - 20 * DAY)
    closed(unit=unit)

    ages = work.ageing(tally_of(supervisor, at=TODAY))

    assert ages.bands == (7, 14, 21, 30, 60, None)
    assert [(row.unit, row.counts, row.total) for row in ages.rows] == [
        (unit, (2, 2, 0, 1, 0, 1), 6),
        (below, (0, 0, 1, 0, 0, 0), 1),
    ]


def test_waiting_escalations_are_those_of_the_persons_level(unit, supervisor):
    chief = ExecutiveFactory.create(unit=unit)
    case = received(unit=unit)
    for level in (Role.SUPERVISOR, Role.EXECUTIVE):
        Escalation.objects.create(complaint=case, why="overdue", level=level, raised_at=NOW)
    Escalation.objects.create(
        complaint=case, why="overdue", raised_at=NOW, decided_at=NOW, decision="reviewed"
    )

    counts = [
        work.waiting_escalations_count(staff)
        for staff in (
            supervisor,
            chief,
            AuditorFactory.create(unit=unit),
            SupervisorFactory.create(),
        )
    ]

    assert counts == [2, 1, 0, 0]


def test_headline_compares_this_month_with_the_last(unit):
    chief = ExecutiveFactory.create(unit=unit)
    october = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
    officer = StaffFactory.create(unit=unit)
    old = in_progress(officer=officer, at=october)
    lifecycle.answer(old, body="x", by=officer, at=october + 2 * DAY)
    in_progress(officer=officer, at=october)  # due on 26 October, never answered
    quick = in_progress(officer=officer)
    lifecycle.answer(quick, body="x", by=officer, at=NOW + DAY)
    slow = in_progress(officer=officer)
    lifecycle.answer(slow, body="x", by=officer, at=LATE)
    received(unit=UnitFactory.create())

    told = work.headline(chief, tally_of(chief, at=LATE))

    assert (told.received.value, told.received.before) == (2, 2)
    assert (told.open_count, told.overdue_count) == (4, 1)
    assert (told.in_time_percent.value, told.in_time_percent.before) == (50.0, 100.0)
    assert (told.mean_days.value, told.mean_days.before, told.mean_days.n) == (8.5, 2.0, 2)
    assert told.escalations_waiting == 0


def test_headline_of_nothing_measures_nothing(unit):
    chief = ExecutiveFactory.create(unit=unit)

    told = work.headline(chief, tally_of(chief, at=LATE))

    assert (told.in_time_percent.value, told.mean_days.value, told.received.value) == (
        None,
        None,
        0,
    )


def test_trend_counts_by_bangkok_month(unit):
    chief = ExecutiveFactory.create(unit=unit)
    last_minute = datetime(2026, 10, 31, 16, 59, tzinfo=UTC)  # 23:59 in Bangkok
    received(unit=unit, at=last_minute)
    received(unit=unit, at=last_minute + timedelta(minutes=1))
    answered(unit=unit)

    months = work.trend(tally_of(chief, at=TODAY))

    assert len(months) == 12
    assert [(month.month_on, month.received, month.answered) for month in months[-3:]] == [
        (date(2026, 9, 1), 0, 0),
        (date(2026, 10, 1), 1, 0),
        (date(2026, 11, 1), 2, 1),
    ]
