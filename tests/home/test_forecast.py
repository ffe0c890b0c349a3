"""The page of forecasts: what is counted, for whom, and what it says while the past is short."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from agency.models import Channel, Role
from listening.forecasting.series import Step
from listening.models import Voice
from pmqa.home.foretelling import begun, foretell, whole
from tests.factories.agency import ChannelFactory, StaffFactory, UnitFactory
from tests.factories.listening import VoiceFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # a Wednesday


def heard(unit, weeks, *, each=3):
    channel = Channel.objects.first() or ChannelFactory()
    Voice.objects.bulk_create(
        VoiceFactory.build(unit=unit, channel=channel, received_at=NOW - timedelta(weeks=week))
        for week in range(weeks)
        for _each in range(each)
    )


def test_the_running_week_is_left_out_and_a_week_without_any_is_zero():
    series = whole(
        {date(2026, 9, 7): 2, date(2026, 11, 9): 1}, until=date(2026, 11, 16), step=Step.WEEK
    )

    assert series.values.tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert begun(date(2026, 11, 18), Step.WEEK) == date(2026, 11, 16)
    assert begun(date(2026, 11, 18), Step.MONTH) == date(2026, 11, 1)


def test_what_may_be_seen_is_foretold():
    reader = StaffFactory(unit=UnitFactory())
    heard(reader.unit, 30)
    heard(UnitFactory(), 30, each=5)

    voices, cases = foretell(reader, step=Step.WEEK, at=NOW)

    assert [step.mean for step in voices.told.steps] == [3] * 8
    assert voices.told.steps[0].day == date(2026, 11, 16)
    assert voices.chart.lines[0].points[-9].value == 3
    assert (cases.told, cases.chart) == (None, None)


@pytest.mark.parametrize("by", ["week", "month", "never"])
def test_the_page_asks_few_questions(client, by, django_assert_num_queries):
    reader = StaffFactory(unit=UnitFactory(), language="en")
    heard(reader.unit, 60)
    client.force_login(reader)
    client.get(reverse("home:forecast"))

    with django_assert_num_queries(6):
        page = client.get(reverse("home:forecast"), {"by": by})

    current = [tab["url"] for tab in page.context["tabs"] if tab["is_current"]]
    assert current == ["?by=month" if by == "month" else "?by=week"]


def test_administrators_may_not_read(client):
    client.force_login(StaffFactory(roles=[Role.ADMIN]))

    assert client.get(reverse("home:forecast")).status_code == 403
