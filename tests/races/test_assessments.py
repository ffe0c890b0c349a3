"""Four who begin the same assessment at once, and four who write the same level."""

from collections import Counter

import pytest

from agency.models import Role
from pmqa.assessment import lifecycle
from pmqa.assessment.models import Answer, Assessment, Box, CriteriaSet
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.assessment import ASSESSED_AT, YEAR, an_entry
from tests.races.test_verbs import ONE_WINNER, PEOPLE, ROWS, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team():
    """The supervisors of a unit."""
    return StaffFactory.create_batch(PEOPLE, unit=UnitFactory.create(), roles=[Role.SUPERVISOR])


def test_an_assessment_begun_by_four_at_once_is_one_with_one_set_of_criteria(team):
    years = [YEAR + number for number in range(ROWS)]

    went = race(
        years,
        lambda year, person: lifecycle.start(
            team[person].unit, year=year, is_copying=True, by=team[person], at=ASSESSED_AT
        ),
    )

    assert went == [Counter(won=PEOPLE)] * ROWS
    assert Assessment.objects.count() == CriteriaSet.objects.count() == ROWS
    assert Box.objects.count() == 19 * ROWS


def test_of_four_who_write_a_level_at_once_one_is_kept_and_the_others_are_told(team):
    made = [
        lifecycle.start(
            team[0].unit, year=YEAR + number, is_copying=False, by=team[0], at=ASSESSED_AT
        )
        for number in range(ROWS)
    ]

    def press(assessment, person):
        item = assessment.criteria.items.first()
        entry = an_entry(item, 1, text=f"ฉบับของ {person}")
        lifecycle.write(assessment, item, entries=[entry], by=team[person], at=ASSESSED_AT)

    assert race(made, press) == ONE_WINNER
    assert Answer.objects.count() == ROWS
    assert set(Answer.objects.values_list("version", flat=True)) == {1}
