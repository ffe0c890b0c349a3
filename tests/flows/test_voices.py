"""A voice becomes a complaint and hears how it ended."""

from datetime import timedelta

import pytest

from agency.models import Event
from complaints import lifecycle as complaints
from complaints.models import Complaint
from listening import lifecycle
from pmqa.tasks import consume_events
from tests.factories.agency import PersonFactory, StaffFactory, UnitFactory
from tests.factories.complaints import NOW, ready
from tests.factories.listening import VoiceFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def consume_all():
    """Carry the events, and once more: what happened is heard once."""
    consume_events()
    Event.objects.update(consumed_at=None)
    consume_events()
    assert not Event.objects.exclude(error="").exists()


def test_a_voice_becomes_a_complaint_and_its_loop_closes_with_it():
    ready()
    officer = StaffFactory(unit=UnitFactory(), roles=["officer", "supervisor"])
    person = PersonFactory()
    voice = VoiceFactory(
        unit=officer.unit,
        person=person,
        body="เก็บเงินเกิน 0812345678",
        masked_body="เก็บเงินเกิน [โทรศัพท์]",
    )
    lifecycle.convert(voice, by=officer, at=NOW)

    consume_all()

    case = Complaint.objects.get()
    voice.refresh_from_db()
    assert (voice.complaint_pk, voice.complaint_number) == (case.pk, case.number)
    assert (case.person, case.unit, case.recorded_by) == (person, officer.unit, officer)
    assert (case.source_system, case.external_ref) == ("voice", str(voice.pk))
    assert (case.subject, case.body) == (voice.masked_body, voice.body)
    assert case.received_at == NOW

    complaints.assign(case, to=officer, by=officer, at=LATER)
    complaints.accept(case, by=officer, at=LATER)
    complaints.answer(case, body="คืนเงินแล้ว", by=officer, at=LATER)
    complaints.close(
        case, outcome="upheld", cause="เก็บซ้ำ", learning="ตรวจใบเสร็จ", by=officer, at=LATER
    )
    consume_all()

    voice.refresh_from_db()
    assert (voice.status, voice.closed_at) == ("closed", LATER)
    assert case.number in voice.action


def test_an_anonymous_voice_becomes_an_anonymous_complaint():
    ready()
    officer = StaffFactory()
    voice = VoiceFactory(unit=officer.unit, is_anonymous=True)
    lifecycle.convert(voice, by=officer, at=NOW)

    consume_all()

    assert Complaint.objects.get().is_anonymous
