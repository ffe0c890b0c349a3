"""Reference data kept in memory: never staler than the database, whoever changed it and however."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from agency import calendars, reference, units
from agency.models import ReferenceState, Role, Staff
from tests.factories.agency import (
    CalendarVersionFactory,
    StaffFactory,
    SupervisorFactory,
    ThaiCalendarFactory,
    UnitFactory,
)

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return UnitFactory.create()


def heads(unit):
    with reference.at_hand():
        return units.supervisors_of(unit)


def test_a_second_look_asks_for_the_token_only(unit, django_assert_num_queries):
    head = SupervisorFactory.create(unit=unit)
    heads(unit)

    with django_assert_num_queries(1):
        assert heads(unit) == [head]


def test_outside_the_block_everything_is_asked(unit, django_assert_num_queries):
    head = SupervisorFactory.create(unit=unit)
    heads(unit)

    with django_assert_num_queries(1):  # the staff themselves, no token
        assert units.supervisors_of(unit) == [head]


def test_a_change_is_seen_at_once(unit):
    head = SupervisorFactory.create(unit=unit)
    before = heads(unit)

    Staff.objects.filter(pk=head.pk).update(roles=[Role.OFFICER])

    assert (before, heads(unit)) == ([head], [])


def test_a_change_that_was_rolled_back_is_not_remembered(unit):
    head = SupervisorFactory.create(unit=unit)
    heads(unit)

    with transaction.atomic():
        Staff.objects.filter(pk=head.pk).update(is_active=False)
        meanwhile = heads(unit)
        transaction.set_rollback(True)

    assert (meanwhile, heads(unit)) == ([], [head])


def test_what_is_handed_out_is_a_copy(unit):
    SupervisorFactory.create(unit=unit, first_name="สมศรี")
    ThaiCalendarFactory()
    (lent,) = heads(unit)

    lent.first_name = "changed by the borrower"
    with reference.at_hand():
        one, other = calendars.version_for(unit), calendars.version_for(unit)

    assert [head.first_name for head in heads(unit)] == ["สมศรี"]
    assert one == other
    assert one is not other


def test_a_new_calendar_version_counts_at_once(unit):
    national = ThaiCalendarFactory.create()
    with reference.at_hand():
        before = calendars.version_for(unit)
    second = CalendarVersionFactory.create(calendar=national, number=before.number + 1)

    with reference.at_hand():
        assert calendars.version_for(unit) == second


def test_without_a_token_everything_is_asked(unit, django_assert_num_queries):
    head = SupervisorFactory.create(unit=unit)
    ReferenceState.objects.all().delete()

    for _time in range(2):
        with django_assert_num_queries(2):  # the token, and the staff
            assert heads(unit) == [head]


def test_a_log_in_is_no_change():
    alice = StaffFactory.create()
    before = reference.token_now()

    Staff.objects.filter(pk=alice.pk).update(last_login=NOW)

    assert reference.token_now() == before


def test_every_other_column_of_staff_is_watched():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_column FROM information_schema.triggered_update_columns"
            " WHERE trigger_name = 'note_reference_change' AND event_object_table = 'agency_staff'"
        )
        watched = {column for (column,) in cursor.fetchall()}

    columns = {field.column for field in Staff._meta.concrete_fields}
    assert columns - watched == {"id", "last_login", "password"}


def test_each_table_that_is_kept_is_watched():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'note_reference_change'"
        )
        watched = {table for (table,) in cursor.fetchall()}

    assert watched == {
        "agency_calendar",
        "agency_calendarversion",
        "agency_staff",
        "agency_unit",
        "complaints_policy",
    }
