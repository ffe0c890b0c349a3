"""Closed and rated complaints reach the pulse: each answer once, nobody twice, some never."""

from datetime import timedelta

import pytest

from agency.models import Event
from agency.persons import PersonData
from complaints import lifecycle
from complaints.selectors.rating import handled
from pmqa.tasks import consume_events
from surveys.models import FollowUp, PulseAsk, Response
from tests.factories.complaints import NOW, closed
from tests.factories.surveys import PulseFactory

pytestmark = pytest.mark.django_db
MANEE = PersonData(name="มานี มีสุข", email="manee@example.org", preferred_channel="email")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def pulse():
    """The question after complaints; its wave is open when the cases end."""
    made = PulseFactory()
    made.wave.opens_at, made.wave.closes_at = NOW - timedelta(days=9), NOW + timedelta(days=900)
    made.wave.save(update_fields=["opens_at", "closes_at"])
    return made


def consume_all():
    """Carry the events, and once more: what happened is heard once."""
    consume_events()
    Event.objects.update(consumed_at=None)
    consume_events()
    assert not Event.objects.exclude(error="").exists()


def test_closed_case_is_noted_once_as_asked(pulse):
    case = closed(person=MANEE)

    consume_all()

    ask = PulseAsk.objects.get()
    assert (ask.pulse, ask.result, ask.unit) == (pulse, "asked", case.unit)
    assert ask.source.startswith(f"complaint:{case.pk}:")
    assert "manee" not in str(bytes(ask.contact_hash))


def test_rating_becomes_the_response_and_a_change_changes_it(pulse):
    case = closed(person=MANEE)
    lifecycle.rate(case, rating=4, comment="ขอบคุณ", at=LATER)
    consume_all()
    lifecycle.rate(case, rating=2, comment="คิดอีกที", at=LATER + timedelta(hours=1))
    consume_all()

    response = Response.objects.get()
    assert response.answers == {"overall": 2}  # what was written stays with the case
    assert (response.state, response.mode, response.unit) == ("complete", "pulse", case.unit)
    assert PulseAsk.objects.count() == 1
    assert FollowUp.objects.get().response == response


def test_anonymous_and_restricted_cases_are_never_asked_about(pulse):
    closed(is_anonymous=True)
    restricted = closed(person=MANEE)
    type(restricted).objects.filter(pk=restricted.pk).update(is_restricted=True)
    restricted.refresh_from_db()
    lifecycle.rate(restricted, rating=1, at=LATER)

    consume_all()

    assert handled(restricted.pk) is None
    assert Event.objects.filter(kind="complaint_rated").count() == 0
    assert (PulseAsk.objects.count(), Response.objects.count()) == (0, 0)


def test_without_a_pulse_nothing_is_kept():
    closed(person=MANEE)

    consume_all()

    assert PulseAsk.objects.count() == 0
