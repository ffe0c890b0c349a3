"""Calendars: versions, whose they are, publishing and its preview."""

import threading
from datetime import UTC, date, datetime, time

import pytest
from django.db import connection

from agency import calendars
from agency.models import AuditEntry, CalendarVersion, Event
from agency.refusal import Refused
from tests.factories.agency import (
    AdminFactory,
    CalendarFactory,
    HolidayFactory,
    ThaiCalendarFactory,
    UnitFactory,
    WorkingIntervalFactory,
)

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 20, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar():
    """Mondays, one day off, not published yet."""
    calendar = CalendarFactory(code="OFFICE", name="ปฏิทินสำนักงาน")
    WorkingIntervalFactory(calendar=calendar)
    HolidayFactory(calendar=calendar, day_on=date(2026, 4, 13), name="วันสงกรานต์")
    return calendar


def published(calendar, **kwargs):
    return calendars.publish(calendar, **{"by": None, "at": NOW, "reason": "ตั้งต้น", **kwargs})


def test_publish_writes_the_facts_of_the_rows(calendar):
    admin = AdminFactory()

    version = published(calendar, by=admin, reason="ประกาศใหม่")

    assert (version.number, version.reason, version.made_by, version.made_at) == (
        1,
        "ประกาศใหม่",
        admin,
        NOW,
    )
    assert version.facts == {
        "intervals": [[1, "08:30", "16:30"]],
        "holidays": {"2026-04-13": "วันสงกรานต์"},
    }
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.reason, entry.data) == (
        "calendar_published",
        admin,
        "ประกาศใหม่",
        {"version": version.pk, "number": 1},
    )
    event = Event.objects.get()
    assert (event.kind, event.object_id, event.data, event.at) == (
        "calendar_changed",
        calendar.pk,
        {"versions": [version.pk]},
        NOW,
    )


def test_publishing_what_is_published_changes_nothing(calendar):
    first = published(calendar)

    again = published(calendar, at=LATER)

    assert again == first
    assert (CalendarVersion.objects.count(), Event.objects.count()) == (1, 1)


def test_each_change_is_a_version_and_the_old_one_stays(calendar):
    first = published(calendar)
    HolidayFactory(calendar=calendar, day_on=date(2026, 4, 20), name="วันหยุดพิเศษ")

    second = published(calendar, at=LATER)

    assert (first.number, second.number) == (1, 2)
    assert list(CalendarVersion.objects.get(number=1).facts["holidays"]) == ["2026-04-13"]
    assert list(second.facts["holidays"]) == ["2026-04-13", "2026-04-20"]
    assert calendars.current_version(calendar) == second


def test_a_day_that_does_not_count_is_worked(calendar):
    calendar.holidays.update(is_active=False)

    assert published(calendar).facts["holidays"] == {}


def test_a_calendar_adds_to_the_one_above(calendar):
    child = CalendarFactory(code="SOUTH", parent=calendar)
    HolidayFactory(calendar=child, day_on=date(2026, 5, 27), name="วันรายอ")
    HolidayFactory(calendar=child, day_on=date(2026, 4, 13), name="วันสงกรานต์", is_active=False)
    published(calendar)

    version = calendars.current_version(child)

    assert version.facts == {
        "intervals": [[1, "08:30", "16:30"]],
        "holidays": {"2026-05-27": "วันรายอ"},
    }
    assert Event.objects.get().data == {
        "versions": [calendars.current_version(calendar).pk, version.pk]
    }


def test_own_hours_replace_those_above(calendar):
    child = CalendarFactory(parent=calendar)
    WorkingIntervalFactory(calendar=child, weekday=6, starts=time(9), ends=time(12))

    assert published(child).facts["intervals"] == [[6, "09:00", "12:00"]]


def test_publish_without_working_time_is_refused():
    with pytest.raises(Refused) as refusal:
        published(CalendarFactory())

    assert str(refusal.value) == "ปฏิทินต้องมีเวลาทำการอย่างน้อยหนึ่งวันในสัปดาห์ โปรดเพิ่มก่อน"
    assert CalendarVersion.objects.count() == 0


def test_publish_with_overlapping_time_is_refused(calendar):
    WorkingIntervalFactory(calendar=calendar, starts=time(12), ends=time(13))

    with pytest.raises(Refused) as refusal:
        published(calendar)

    assert (
        str(refusal.value)
        == "ช่วงเวลา วันจันทร์ 08:30–16:30 กับ วันจันทร์ 12:00–13:00 ซ้อนกัน โปรดแก้ไขช่วงใดช่วงหนึ่ง"
    )


def test_a_circle_of_calendars_is_refused(calendar):
    child = CalendarFactory(parent=calendar)
    calendar.parent = child
    calendar.save(update_fields=["parent"])

    with pytest.raises(Refused) as refusal:
        published(calendar)

    assert str(refusal.value) == "ปฏิทินจะเพิ่มจากตัวเองไม่ได้ โปรดเลือกปฏิทินอื่น"


def test_working_calendar_counts_with_the_version(calendar):
    working = calendars.working_calendar(published(calendar))

    assert working.add_working_days(date(2026, 4, 6), 1) == date(2026, 4, 20)
    assert working.why_closed(date(2026, 4, 13)) == "วันสงกรานต์"


def test_working_calendar_is_made_once(calendar, django_assert_num_queries):
    version = published(calendar)
    first = calendars.working_calendar(version)

    with django_assert_num_queries(0):
        assert calendars.working_calendar(version) is first


def test_unit_works_by_its_own_calendar_then_the_nearest_above_then_the_national_one(calendar):
    national = ThaiCalendarFactory()
    version = published(calendar)
    root = UnitFactory()
    division = UnitFactory(parent=root, calendar=calendar)
    section = UnitFactory(parent=division)

    assert calendars.version_for(root) == calendars.current_version(national)
    assert calendars.version_for(division) == version
    assert calendars.version_for(section) == version


def test_a_calendar_that_was_never_published_does_not_count(calendar):
    national = ThaiCalendarFactory()
    unit = UnitFactory(calendar=calendar)

    assert calendars.version_for(unit) == calendars.current_version(national)


def test_preview_says_what_would_change_and_changes_nothing(calendar):
    child = CalendarFactory(parent=calendar)
    published(calendar)
    calendar.holidays.update(day_on=date(2026, 4, 20))
    calendar.intervals.update(ends=time(12))

    preview = calendars.preview(calendar)

    assert preview == calendars.Preview(
        calendar=calendar,
        is_changed=True,
        days_added=[(date(2026, 4, 20), "วันสงกรานต์")],
        days_removed=[(date(2026, 4, 13), "วันสงกรานต์")],
        are_hours_changed=True,
        also=[child],
        effects=preview.effects,
    )
    assert CalendarVersion.objects.count() == 2


def test_preview_of_nothing(calendar):
    published(calendar)

    assert calendars.preview(calendar).is_changed is False
    assert calendars.preview(calendar).effects == []


def test_preview_asks_the_other_rooms(calendar, monkeypatch):
    monkeypatch.setattr(calendars, "HOOKS", [])
    published(calendar)
    HolidayFactory(calendar=calendar, day_on=date(2026, 4, 20))

    @calendars.on_preview
    def say(becoming):
        return [
            f"{pk == calendar.pk} {working.add_working_days(date(2026, 4, 6), 1)}"
            for pk, working in becoming.items()
        ]

    assert calendars.preview(calendar).effects == ["True 2026-04-27"]


@pytest.mark.django_db(transaction=True)
def test_four_who_publish_at_once_make_one_version():
    calendar = CalendarFactory()
    WorkingIntervalFactory(calendar=calendar)
    barrier = threading.Barrier(4)

    def press():
        barrier.wait()
        published(calendar)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(CalendarVersion.objects.values_list("number", flat=True)) == [1]
    assert Event.objects.count() == 1


def test_years_to_confirm_are_those_with_days_not_announced(calendar):
    HolidayFactory(calendar=calendar, day_on=date(2025, 12, 31), is_confirmed=False)
    HolidayFactory(calendar=calendar, day_on=date(2027, 1, 1), is_confirmed=False)
    HolidayFactory(calendar=calendar, day_on=date(2027, 4, 13), is_confirmed=False)
    HolidayFactory(calendar=calendar, day_on=date(2028, 1, 3), is_confirmed=False, is_active=False)
    HolidayFactory(calendar=calendar, day_on=date(2029, 1, 1))

    assert calendars.years_to_confirm(calendar, on=date(2026, 11, 22)) == [2027]
