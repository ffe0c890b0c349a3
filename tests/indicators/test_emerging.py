"""The indicator 3.1-07: topics above their own history, as known at a cut-off; later work changes nothing."""

from datetime import timedelta

import pytest

from agency.models import Channel
from agency.statistics import holm
from listening import lifecycle
from listening.models import Voice
from listening.selectors.emerging import months_between, moved
from pmqa.indicators import periods
from pmqa.indicators.compute import heard_of, rows_of, sums_of
from tests.factories.agency import ChannelFactory, StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.listening import TaxonomyFactory, TopicFactory, VoiceFactory
from tests.indicators.story import at

pytestmark = pytest.mark.django_db
NOVEMBER = periods.month(at(1, month=11).date())
CUTOFF = at(5, month=12)


@pytest.fixture
def officer():
    """An officer of a unit below the root."""
    ThaiCalendarFactory()
    return StaffFactory(unit=UnitFactory(parent=UnitFactory()))


@pytest.fixture
def flood():
    """A topic of the list in use."""
    return TopicFactory(code="flood", name_th="น้ำท่วม", name_en="Floods")


def heard(officer, topic, month, count, **more):
    channel = Channel.objects.first() or ChannelFactory()
    return Voice.objects.bulk_create(
        VoiceFactory.build(
            unit=officer.unit,
            first_unit=officer.unit,
            channel=channel,
            topic=topic,
            received_at=at(10, month=month),
            **more,
        )
        for _each in range(count)
    )


def calm(officer, topic, *, since=1, count=4):
    for month in range(since, 11):
        heard(officer, topic, month, count)


def told(officer, *, cutoff=CUTOFF, period=NOVEMBER):
    rows = rows_of(sums_of(period, unit=officer.unit.parent, cutoff=cutoff))
    (row,) = (row for row in rows if row.id == "3.1-07")
    return row.numerator


def test_a_topic_far_above_its_history_emerges(officer, flood):
    calm(officer, flood)
    heard(officer, flood, 11, 20)

    assert told(officer) == 1
    assert heard_of(NOVEMBER, unit=officer.unit, cutoff=CUTOFF).records["emerging"] == [
        {
            "code": "flood",
            "name": {"th": "น้ำท่วม", "en": "Floods"},
            "month": "2026-11-01",
            "people": 20,
            "expected": 4.0,
        }
    ]


def test_a_usual_month_is_none(officer, flood):
    calm(officer, flood)
    heard(officer, flood, 11, 6)

    assert told(officer) == 0


def test_under_five_people_is_none(officer, flood):
    other = TopicFactory(code="other")
    calm(officer, other, count=1)
    for month in range(2, 11, 2):
        heard(officer, flood, month, 1)
    heard(officer, flood, 11, 4)

    assert told(officer) == 0


def test_a_new_topic_and_a_short_history_are_none(officer, flood):
    new = TopicFactory(code="new")
    calm(officer, flood, since=6)
    heard(officer, flood, 11, 40)
    heard(officer, new, 11, 40)

    assert told(officer) == 0


def test_a_new_topic_is_none_in_a_long_history(officer, flood):
    calm(officer, flood)
    heard(officer, TopicFactory(code="new"), 11, 40)

    assert told(officer) == 0


def test_one_person_counts_once(officer, flood):
    calm(officer, flood)
    heard(officer, flood, 11, 20, handle="same")

    assert told(officer) == 0


def test_a_topic_goes_on_through_versions_of_the_list(officer, flood):
    old = TopicFactory(code="flood", taxonomy=TaxonomyFactory(number=99, is_in_use=False))
    calm(officer, old)
    heard(officer, flood, 11, 20)

    assert told(officer) == 1


def test_what_is_recorded_or_classified_after_the_cutoff_changes_nothing(officer, flood):
    other = TopicFactory(code="other")
    calm(officer, flood)
    calm(officer, other)
    risen = heard(officer, flood, 11, 20)
    after = CUTOFF + timedelta(days=1)
    heard(officer, other, 11, 30, recorded_at=after)

    before = told(officer)
    for voice in risen:
        lifecycle.triage(
            voice,
            classes=lifecycle.Classes(kind="request", topic=other),
            by=officer,
            at=after,
        )

    assert (before, told(officer)) == (1, 1)
    assert (
        heard_of(NOVEMBER, unit=officer.unit, cutoff=CUTOFF).records["emerging"][0]["code"]
        == "flood"
    )
    later = heard_of(NOVEMBER, unit=officer.unit, cutoff=after + timedelta(days=1))
    assert [each["code"] for each in later.records["emerging"]] == ["other"]


def test_what_had_no_topic_at_the_cutoff_has_none(officer, flood):
    calm(officer, flood)
    for voice in heard(officer, None, 11, 20):
        lifecycle.triage(
            voice,
            classes=lifecycle.Classes(kind="request", topic=flood),
            by=officer,
            at=CUTOFF + timedelta(days=1),
        )

    assert told(officer) == 0
    assert told(officer, cutoff=CUTOFF + timedelta(days=2)) == 1


def test_another_unit_has_nothing(officer, flood):
    calm(officer, flood)
    heard(officer, flood, 11, 20)
    elsewhere = StaffFactory(unit=UnitFactory(parent=officer.unit.parent))

    assert heard_of(NOVEMBER, unit=elsewhere.unit, cutoff=CUTOFF).records["emerging"] == []


def test_months_and_adjustment():
    first = at(15, month=11).date()

    assert [month.isoformat() for month in months_between(first, at(1, month=12).date())] == [
        "2026-11-01"
    ]
    assert moved(first.replace(day=1), -12).isoformat() == "2025-11-01"
    assert holm([0.01, 0.5, 0.02]) == [0.03, 0.5, 0.04]
    assert holm([]) == []
