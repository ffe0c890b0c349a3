"""Reference data: what an installation begins with, and that edits win."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from agency import calendars, seeds
from agency.models import Calendar, CalendarVersion, Channel, Event, Holiday, Segment, Unit
from tests.factories.agency import UnitFactory

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def day(*parts):
    return Holiday.objects.get(day_on=date(*parts))


def test_seed_counts_what_it_added():
    assert seeds.seed(NOW) == {
        "units": 1,
        "holidays": Holiday.objects.count(),
        "channels": 13,
        "segments": 5,
        "partners": 4,
    }
    assert (Channel.objects.count(), Segment.objects.count(), Unit.objects.count()) == (13, 5, 1)


def test_seeding_again_adds_nothing():
    seeds.seed(NOW)

    assert seeds.seed(NOW) == {
        "units": 0,
        "holidays": 0,
        "channels": 0,
        "segments": 0,
        "partners": 0,
    }
    assert CalendarVersion.objects.count() == 1
    assert Event.objects.count() == 1


def test_the_root_unit_is_planted_only_where_there_is_none():
    root = UnitFactory()

    seeds.seed(NOW)

    assert list(Unit.objects.all()) == [root]


def test_office_hours_are_monday_to_friday():
    seeds.seed(NOW)

    assert CalendarVersion.objects.get().facts["intervals"] == [
        [weekday, "08:30", "16:30"] for weekday in range(1, 6)
    ]


@pytest.mark.parametrize("year", range(2023, 2028))
def test_labour_day_and_childrens_day_are_worked(year):
    seeds.seed(NOW)

    assert not Holiday.objects.filter(day_on=date(year, 5, 1)).exists()
    assert not Holiday.objects.filter(name__contains="แรงงาน").exists()
    assert not Holiday.objects.filter(name__contains="วันเด็ก").exists()


@pytest.mark.parametrize("when", [(2023, 5, 17), (2024, 5, 10), (2025, 5, 9), (2026, 5, 13)])
def test_royal_ploughing_ceremony_is_off(when):
    seeds.seed(NOW)

    assert day(*when).name == "วันพืชมงคล"


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        ((2026, 4, 13), "national"),
        ((2026, 6, 1), "substitute"),
        ((2026, 12, 7), "substitute"),
        ((2026, 1, 2), "bridge"),
        ((2024, 12, 30), "bridge"),
    ],
)
def test_kinds_of_days(when, kind):
    seeds.seed(NOW)

    assert day(*when).kind == kind


def test_days_of_years_not_announced_are_unconfirmed():
    seeds.seed(NOW)

    assert day(2026, 12, 31).is_confirmed is True
    assert day(2027, 1, 1).is_confirmed is False


def test_every_year_of_the_plan_has_its_days():
    seeds.seed(NOW)

    years = {year: Holiday.objects.filter(day_on__year=year).count() for year in range(2022, 2029)}

    assert years == {2022: 0, 2023: 27, 2024: 28, 2025: 25, 2026: 22, 2027: 22, 2028: 0}


def test_edits_win_over_seeding():
    seeds.seed(NOW)
    Holiday.objects.filter(day_on=date(2026, 4, 13)).update(name="แก้ไขแล้ว", is_active=False)
    Channel.objects.filter(code="fax").update(name_th="โทรสารกลาง", is_active=False)
    Holiday.objects.filter(day_on=date(2026, 4, 14)).delete()

    added = seeds.seed(NOW)

    assert added["holidays"] == 1
    assert (day(2026, 4, 13).name, day(2026, 4, 13).is_active) == ("แก้ไขแล้ว", False)
    assert Channel.objects.get(code="fax").name_th == "โทรสารกลาง"


def test_the_national_calendar_counts_over_songkran():
    seeds.seed(NOW)
    version = calendars.current_version(Calendar.objects.get(code="TH"))

    working = calendars.working_calendar(version)

    assert working.add_working_days(date(2026, 4, 10), 1) == date(2026, 4, 16)


def run_command():
    out, err = StringIO(), StringIO()
    call_command("seed", stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue().splitlines()[0]


def test_the_command_says_what_it_added():
    first, again = run_command(), run_command()

    days = Holiday.objects.count()
    assert first == (
        {"units": 1, "holidays": days, "channels": 13, "segments": 5, "partners": 4},
        f"Added {days + 23} rows to the ground floor.",
    )
    assert again == (
        {"units": 0, "holidays": 0, "channels": 0, "segments": 0, "partners": 0},
        "The ground floor lacked nothing.",
    )
