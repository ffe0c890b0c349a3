"""A calendar changed under open cases: what moves, what stays, what a preview says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agency import calendars
from agency.models import AuditEntry, CalendarVersion
from complaints import lifecycle
from complaints.lifecycle import recount
from complaints.models import Clock, DueChange, Measure
from tests.factories.agency import CalendarFactory, CalendarVersionFactory, UnitFactory
from tests.factories.complaints import NOW, answered, in_progress, ready, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

WEEK = [[weekday, "08:30", "16:30"] for weekday in range(1, 6)]


def instant(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 9, 30, tzinfo=UTC)


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


def off(*days: date, calendar=None) -> CalendarVersion:
    """Publish the next version of a calendar with these days off."""
    calendar = calendar or CalendarVersion.objects.latest("pk").calendar
    last = calendars.current_version(calendar)
    holidays = {day.isoformat(): "วันหยุดพิเศษ" for day in days}
    return CalendarVersionFactory.create(
        calendar=calendar,
        number=last.number + 1,
        facts={"intervals": WEEK, "holidays": holidays},
        reason="มติคณะรัฐมนตรี",
    )


def stage(complaint) -> Clock:
    return Clock.objects.filter(complaint=complaint, measure=Measure.STAGE1).latest("pk")


def test_a_new_holiday_moves_open_due_dates_and_says_why(unit):
    case = received(unit=unit)
    version = off(date(2026, 11, 10))

    moved = lifecycle.recompute_due_dates([version.pk], at=NOW)

    clock = stage(case)
    assert moved == 1  # the acknowledgement is due before that day, the others count calendar days
    assert (clock.due_at, clock.revision, clock.calendar_version) == (instant(24), 2, version)
    change = DueChange.objects.get()
    assert (change.old_due_at, change.new_due_at, change.why, change.note) == (
        instant(23),
        instant(24),
        "calendar",
        "มติคณะรัฐมนตรี",
    )
    case.refresh_from_db()
    assert (case.due_at, case.version) == (instant(24), 2)
    entry = AuditEntry.objects.get(verb="due_changed")
    assert (entry.object_id, entry.by, entry.reason) == (case.pk, None, "มติคณะรัฐมนตรี")
    assert set(Clock.objects.values_list("calendar_version", flat=True)) == {version.pk}


def test_a_holiday_taken_back_moves_it_back(unit):
    version = off(date(2026, 11, 10))
    case = received(unit=unit)
    assert case.due_at == instant(24)

    lifecycle.recompute_due_dates([off().pk], at=NOW)

    case.refresh_from_db()
    assert case.due_at == instant(23)
    assert version.number == 2


def test_a_second_run_changes_nothing(unit):
    received(unit=unit)
    version = off(date(2026, 11, 10))
    lifecycle.recompute_due_dates([version.pk], at=NOW)

    assert lifecycle.recompute_due_dates([version.pk], at=NOW) == 0
    assert DueChange.objects.count() == 1


def test_what_was_answered_keeps_the_calendar_it_was_judged_by(unit):
    case = answered(unit=unit)
    old = stage(case).calendar_version

    lifecycle.recompute_due_dates([off(date(2026, 11, 10)).pk], at=NOW)

    assert (stage(case).calendar_version, stage(case).due_at) == (old, instant(23))


def test_a_unit_with_its_own_calendar_is_left_alone(unit):
    own = CalendarFactory.create()
    CalendarVersionFactory.create(calendar=own, number=1)
    elsewhere = received(unit=UnitFactory.create(calendar=own))
    here = received(unit=unit)
    thai = calendars.version_for(unit).calendar

    assert lifecycle.recompute_due_dates([off(date(2026, 11, 10), calendar=thai).pk], at=NOW) == 1

    assert (stage(here).due_at, stage(elsewhere).due_at) == (instant(24), instant(23))


def test_pauses_and_extensions_count_on(unit):
    case = in_progress(unit=unit)
    later = NOW + timedelta(days=1)
    lifecycle.ask(case, body="ที่ไหน", by=case.officer, at=later)
    lifecycle.reply(case, body="ที่ตลาด", at=later + timedelta(days=1))
    assert stage(case).due_at == instant(24)

    lifecycle.recompute_due_dates([off(date(2026, 11, 10)).pk], at=later + timedelta(days=2))

    assert stage(case).due_at == instant(25)


def test_a_paused_clock_moves_and_goes_on_waiting(unit):
    case = in_progress(unit=unit)
    lifecycle.ask(case, body="ที่ไหน", by=case.officer, at=NOW)

    lifecycle.recompute_due_dates([off(date(2026, 11, 10)).pk], at=NOW)

    clock = stage(case)
    assert (clock.due_at, clock.paused_at, clock.next_milestone_at) == (instant(24), NOW, None)


def test_reminders_follow_the_new_due_date(unit):
    case = received(unit=unit)

    lifecycle.recompute_due_dates([off(date(2026, 11, 10)).pk], at=NOW)

    assert stage(case).next_milestone_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def test_many_cases_are_moved_in_batches(unit, monkeypatch):
    monkeypatch.setattr(recount, "BATCH", 2)
    cases = [received(unit=unit) for _case in range(5)]

    assert lifecycle.recompute_due_dates([off(date(2026, 11, 10)).pk], at=NOW) == 5

    assert {stage(case).due_at for case in cases} == {instant(24)}


def becoming(unit, *days):
    calendar = calendars.version_for(unit).calendar
    holidays = {day.isoformat(): "วันหยุดพิเศษ" for day in days}
    return {calendar.pk: calendars.calendar_of({"intervals": WEEK, "holidays": holidays})}


def test_preview_counts_what_would_be_due_later_and_earlier(unit, monkeypatch):
    monkeypatch.setattr(recount, "BATCH", 2)
    for _case in range(3):
        received(unit=unit)

    assert lifecycle.preview_due_dates(becoming(unit)) == [
        "No open complaint gets another due date."
    ]
    later = lifecycle.preview_due_dates(becoming(unit, date(2026, 11, 10)))
    off(date(2026, 11, 10))
    received(unit=unit)
    earlier = lifecycle.preview_due_dates(becoming(unit))

    assert later == ["3 open complaints are due later."]
    assert earlier == ["1 open complaint is due earlier."]
    assert stage(received(unit=unit)).due_at == instant(24)  # nothing was written


def test_preview_is_shown_before_a_calendar_is_published(unit):
    assert lifecycle.preview_due_dates in calendars.HOOKS
