"""Settings and board of the questions after a service."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from surveys.lifecycle import pulses as verbs
from surveys.models import Pulse
from surveys.selectors.pulses import by_month, by_unit
from tests.factories.agency import PersonFactory, StaffFactory, ThaiCalendarFactory
from tests.factories.surveys import (
    CLOSES,
    NOW,
    OPENS,
    PULSE_DOCUMENT,
    PulseFactory,
    SurveyFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor():
    ThaiCalendarFactory()
    return StaffFactory(roles=["supervisor"])


def rated(pulse, *scores, unit):
    """Let as many persons rate as there are scores."""
    for number, score in enumerate(scores):
        verbs.take_rating(
            source=f"complaint:{number}:1",
            person=PersonFactory(),
            unit=unit,
            service=None,
            score=score,
            at=NOW,
        )


def test_settings_are_kept_once_a_trigger(supervisor):
    wave = WaveFactory(version__document=PULSE_DOCUMENT)
    told = {"trigger": "complaint_closed", "service": None, "by": supervisor, "at": NOW}

    first = verbs.set_pulse(wave=wave, throttle_days=10, **told)
    again = verbs.set_pulse(wave=wave, throttle_days=20, **told)

    assert first == again
    assert Pulse.objects.get().throttle_days == 20


def test_refused_where_more_is_required_or_nobody_is_named(supervisor):
    many = WaveFactory()
    hidden = WaveFactory(
        version__document=PULSE_DOCUMENT, version__survey=SurveyFactory(is_anonymous=True)
    )

    for wave in (many, hidden):
        with pytest.raises(verbs.Refused):
            verbs.set_pulse(trigger="service_done", service=None, wave=wave, by=supervisor, at=NOW)


def test_contact_rests_for_the_days_of_the_pulse(supervisor):
    pulse = PulseFactory()
    person = PersonFactory(email="A@example.org ")
    verbs.note_asked(
        source="complaint:1:1", person=person, unit=supervisor.unit, service=None, at=NOW
    )
    same = verbs.hash_of("a@example.org")

    assert verbs.is_resting(pulse, same, at=NOW + timedelta(days=29))
    assert not verbs.is_resting(pulse, same, at=NOW + timedelta(days=30))
    assert not verbs.is_resting(pulse, verbs.hash_of("b@example.org"), at=NOW)


def test_board_tells_mean_and_satisfied_only_of_enough_answers(supervisor):
    pulse = PulseFactory()
    span = {"since": OPENS.date(), "until": CLOSES.date()}
    rated(pulse, *[5, 4, 4, 3, 1, 5, 5, 4, 2], unit=supervisor.unit)
    few = by_month(pulse, **span)[0]
    rated(pulse, *[5, 4, 4, 3, 1, 5, 5, 4, 2, 4], unit=supervisor.unit)
    month, unit = by_month(pulse, **span)[0], by_unit(pulse, **span)[0]

    assert (few.answered, few.mean, few.top2) == (9, None, None)
    assert (month.asked, month.answered, month.mean, month.top2) == (10, 10, 3.7, 70.0)
    assert (unit.name, unit.answered) == (supervisor.unit.name_th, 10)


def test_pages_begin_change_and_show(client, supervisor):
    wave = WaveFactory(version__document=PULSE_DOCUMENT, version__survey__unit=supervisor.unit)
    client.force_login(supervisor)
    told = {
        "trigger": "complaint_closed",
        "wave": wave.pk,
        "delay_hours": 0,
        "valid_days": 14,
        "throttle_days": 30,
        "is_active": "on",
    }

    made = client.post(reverse("surveys:pulse_new"), told)
    pulse = Pulse.objects.get()
    settings = reverse("surveys:pulse_settings", args=[pulse.pk])
    bad = client.post(settings, {**told, "throttle_days": "x"})
    client.post(settings, {**told, "throttle_days": 60})
    with time_machine.travel(NOW, tick=False):
        rated(pulse, 5, unit=supervisor.unit)
        page = client.get(reverse("surveys:pulse", args=[pulse.pk]))

    pulse.refresh_from_db()
    assert made.url == reverse("surveys:pulse", args=[pulse.pk])
    assert (bad.status_code, pulse.throttle_days) == (200, 60)
    assert [line.answered for line in page.context["months"]] == [1]
    assert list(client.get(reverse("surveys:pulses")).context["pulses"]) == [pulse]


def test_another_unit_gets_nothing_and_an_officer_no_settings(client, supervisor):
    pulse = PulseFactory(wave__version__survey__unit=supervisor.unit)
    officer = StaffFactory(unit=supervisor.unit, roles=["officer"])
    client.force_login(StaffFactory(roles=["supervisor"]))
    stranger = client.get(reverse("surveys:pulse", args=[pulse.pk]))
    client.force_login(officer)

    assert stranger.status_code == 404
    assert client.get(reverse("surveys:pulse", args=[pulse.pk])).status_code == 200
    assert client.get(reverse("surveys:pulse_settings", args=[pulse.pk])).status_code == 403
    assert client.get(reverse("surveys:pulse_new")).status_code == 403
