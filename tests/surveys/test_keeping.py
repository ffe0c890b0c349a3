"""Whose time of keeping is over stays while a survey still needs the person."""

from datetime import date

import pytest

from agency import persons
from surveys.models import Wave
from tests.factories.agency import PersonFactory, ThaiCalendarFactory
from tests.factories.surveys import NOW, FollowUpFactory, InvitationFactory, WaveFactory

pytestmark = pytest.mark.django_db
OVER = date(2026, 1, 1)


def is_kept(person):
    """Let the time of keeping end; tell whether the person is still known."""
    persons.retention(at=NOW)
    person.refresh_from_db()
    return person.erased_at is None


@pytest.mark.parametrize(
    ("state", "kept"),
    [(Wave.State.OPEN, True), (Wave.State.DRAFT, True), (Wave.State.CLOSED, False)],
)
def test_who_is_invited_stays_until_the_wave_is_over(state, kept):
    person = PersonFactory.create(retain_until=OVER)
    instants = {Wave.State.CLOSED: {"closed_at": NOW}, Wave.State.DRAFT: {"opened_at": None}}
    wave = WaveFactory.create(state=state, **instants.get(state, {}))
    InvitationFactory.create(wave=wave, person=person)

    assert is_kept(person) is kept


def test_who_waits_for_a_call_stays_until_it_is_made():
    ThaiCalendarFactory.create()
    person = PersonFactory.create(retain_until=OVER)
    followup = FollowUpFactory.create(person=person)

    assert is_kept(person)

    type(followup).objects.filter(pk=followup.pk).update(closed_at=NOW, outcome="resolved")
    assert not is_kept(person)
