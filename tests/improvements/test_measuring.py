"""The months that before and after are measured on: of a service, and of an indicator, as a job of a person."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from agency.models import Job, ServiceMonth
from pmqa.improvements.models import Measurement
from pmqa.improvements.selectors.series import measure_choices, months_of, since_known, values_of
from pmqa.improvements.tasks import measure_improvement
from tests.factories.agency import (
    JobFactory,
    ServiceFactory,
    StaffFactory,
    ThaiCalendarFactory,
    UnitFactory,
)
from tests.factories.improvements import ImprovementFactory

pytestmark = pytest.mark.django_db
CUTOFF = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
TURN = date(2026, 5, 1)


def figure(improvement, month_on, minutes, *, count=100, unit=None):
    ServiceMonth.objects.create(
        service=improvement.service,
        unit=unit or improvement.unit,
        month_on=month_on,
        transactions=count,
        mean_minutes=minutes,
    )


@pytest.fixture
def improvement():
    ThaiCalendarFactory()
    unit = UnitFactory()
    made_by = StaffFactory(unit=unit)
    return ImprovementFactory(made_by=made_by, service=ServiceFactory(unit=unit))


def test_two_years_before_up_to_the_last_whole_month():
    months = months_of(TURN, until=date(2026, 11, 9))

    assert (months[0], months[-1], len(months)) == (date(2024, 5, 1), date(2026, 10, 1), 30)


def test_minutes_are_weighted_by_what_each_unit_did(improvement):
    figure(improvement, TURN, 10, count=300)
    figure(improvement, TURN, 30, count=100, unit=UnitFactory())
    asked = [date(2026, 4, 1), TURN]

    found = list(values_of("service:minutes", improvement, asked, cutoff=CUTOFF))

    assert found == [(asked[0], None), (TURN, 15.0)]
    assert since_known(found) == [(TURN, 15.0)]


def test_a_job_measures_and_keeps_the_verdict(improvement):
    months = months_of(TURN, until=date(2026, 11, 9))[-16:]
    for place, month in enumerate(months):
        figure(improvement, month, (40 if month < TURN else 30) + place % 2)
    job = JobFactory(
        by=improvement.made_by,
        kind="improvement",
        state=Job.State.WAITING,
        arguments={
            "improvement": improvement.pk,
            "measure": "service:minutes",
            "changed_on": TURN.isoformat(),
            "cutoff": CUTOFF.isoformat(),
        },
    )

    with time_machine.travel(CUTOFF, tick=False):
        measure_improvement(job.pk)

    job.refresh_from_db()
    row = Measurement.objects.get()
    assert (job.state, job.url) == (Job.State.DONE, improvement.get_absolute_url())
    assert (row.verdict, row.facts["before"], row.facts["after"]) == ("fell", 10, 6)
    assert row.made_at == CUTOFF


def test_an_indicator_is_asked_month_by_month(improvement):
    asked = [date(2026, 9, 1), date(2026, 10, 1)]

    for code in ("3.4-01:received", "3.1-01:heard", "3.2-01:percent"):
        found = list(values_of(code, improvement, asked, cutoff=CUTOFF))
        assert [month for month, _value in found] == asked
    codes = [code for code, _words in measure_choices(improvement)]
    assert codes[0] == "service:minutes"
    assert not {"3.4-07:share", "3.2-04:mean", "3.4-14:change"} & set(codes)
