"""Four people press the same button on the same improvement at once: one wins, the others are told."""

from datetime import date

import pytest

from pmqa.improvements import lifecycle
from pmqa.improvements.models import DueDay, GuidelineVersion, Improvement, Receipt
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.improvements import NOW, ImprovementFactory
from tests.races.test_verbs import ONE_WINNER, PEOPLE, ROWS, race

pytestmark = pytest.mark.django_db(transaction=True)


def finish(improvement, **who):
    lifecycle.finish(improvement, result="รอสั้นลง", **who)


def take_into_use(improvement, **who):
    lifecycle.take_into_use(improvement, **who)


def give_due_day(improvement, **who):
    lifecycle.give_due_day(improvement, due_on=date(2026, 12, 1), **who)


def send_guideline(improvement, **who):
    told = {"text": "รับคำขอถึงสองทุ่ม", "acknowledge_by": date(2026, 12, 1)}
    lifecycle.send_guideline(improvement, to=[improvement.unit], **told, **who)


@pytest.mark.parametrize("verb", [finish, take_into_use, give_due_day, send_guideline])
def test_one_wins(verb):
    unit = UnitFactory.create()
    team = StaffFactory.create_batch(PEOPLE, unit=unit)
    rows = ImprovementFactory.create_batch(ROWS, made_by=team[0])

    went = race(rows, lambda row, person: verb(row, by=team[person], at=NOW))

    assert went == ONE_WINNER
    assert DueDay.objects.count() == (ROWS if verb is give_due_day else 0)
    assert Receipt.objects.count() == (ROWS if verb is send_guideline else 0)
    assert GuidelineVersion.objects.count() == (ROWS if verb is send_guideline else 0)


def test_an_insight_taken_up_four_times_is_one_improvement():
    unit = UnitFactory.create()
    team = StaffFactory.create_batch(PEOPLE, unit=unit)
    told = {"title": "ก", "problem": "ข", "idea": "", "segment": None, "service": None}

    race(
        list(range(1, ROWS + 1)),
        lambda ref, person: lifecycle.draft_from_insight(
            ref, **told, unit=unit, by=team[person], at=NOW
        ),
    )

    assert Improvement.objects.count() == ROWS
