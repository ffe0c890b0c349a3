"""Evidence that the portal offers: counted in the fiscal year, frozen when it is attached."""

from datetime import datetime, timedelta, timezone

import pytest

from agency.refusal import Refused
from pmqa.assessment import lifecycle, offers
from pmqa.assessment.models import Exhibit
from pmqa.assessment.models.criteria import Source
from tests.factories.agency import UnitFactory
from tests.factories.assessment import ASSESSED_AT, YEAR, a_head, an_assessment
from tests.factories.listening import VoiceFactory

pytestmark = pytest.mark.django_db
BANGKOK = timezone(timedelta(hours=7))


@pytest.fixture
def head():
    """A supervisor."""
    return a_head()


def heard(unit, at):
    """A voice that came in then."""
    return VoiceFactory.create(first_unit=unit, unit=unit, received_at=at)


def test_the_span_is_the_fiscal_year_in_bangkok_up_to_the_instant(head):
    asked = offers.asked_of(head.unit, year=YEAR, at=ASSESSED_AT)
    later = offers.asked_of(head.unit, year=YEAR, at=ASSESSED_AT + timedelta(days=800))

    assert asked.since == datetime(2026, 10, 1, tzinfo=BANGKOK)
    assert asked.until == ASSESSED_AT
    assert later.until == datetime(2027, 10, 1, tzinfo=BANGKOK)


def test_every_source_can_be_counted_and_said_in_both_languages(head):
    found = offers.offers(Source.values, unit=head.unit, year=YEAR, at=ASSESSED_AT)

    assert [each.source for each in found] == Source.values
    assert all(each.words_th and each.words_en != each.words_th for each in found)


def test_voices_are_offered_by_channel_and_stay_as_they_were(head):
    below = UnitFactory.create(parent=head.unit)
    first = heard(below, ASSESSED_AT - timedelta(days=2))
    heard(UnitFactory.create(), ASSESSED_AT - timedelta(days=2))  # of another unit
    heard(head.unit, ASSESSED_AT - timedelta(days=300))  # of the year before
    assessment = an_assessment(head)
    item = assessment.criteria.items.get(code="3.1")

    made = lifecycle.attach_offer(
        assessment, item, level=1, source="voices", by=head, at=ASSESSED_AT
    )
    heard(head.unit, ASSESSED_AT)

    kept = Exhibit.objects.get(pk=made.pk)
    name = first.channel.name_th  # it has no English one
    assert kept.count == 1
    assert kept.words_en == f"1 voices heard by 1 channels: {name} 1."
    assert kept.added_at == ASSESSED_AT
    with pytest.raises(Refused):
        lifecycle.attach_offer(assessment, item, level=1, source="voices", by=head, at=ASSESSED_AT)


@pytest.mark.parametrize("source", ["hearings", "cases", "nothing"])
def test_nothing_to_show_and_what_is_not_offered_is_refused(head, source):
    assessment = an_assessment(head)
    item = assessment.criteria.items.get(code="3.1")

    with pytest.raises(Refused):
        lifecycle.attach_offer(assessment, item, level=1, source=source, by=head, at=ASSESSED_AT)

    assert Exhibit.objects.count() == 0
