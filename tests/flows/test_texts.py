"""Open answers come to the inbox of voices: without names, each once, and only what names something."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agency.models import AuditEntry, Channel, Event
from agency.refusal import Refused
from listening import lifecycle as listening
from listening.lifecycle import survey_texts
from listening.models import Voice
from pmqa.tasks import consume_events
from surveys import lifecycle
from tests.factories.agency import (
    ChannelFactory,
    StaffFactory,
    SupervisorFactory,
    ThaiCalendarFactory,
    UnitFactory,
)
from tests.factories.surveys import NOW, ResponseFactory, SurveyFactory, WaveFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
SPOKEN = "ขอให้ นายสมชาย ใจดี โทร 081-234-5678 ปรับป้ายบอกทางไปห้องทะเบียน"
OTHERS = [
    "อยากให้เพิ่มที่จอดรถหน้าอาคาร",
    "รอคิวนานเกินไปในช่วงเช้า",
    "ห้องน้ำชั้นสองไม่สะอาดเลย",
    "เจ้าหน้าที่อธิบายเข้าใจง่ายดีมาก",
]


@pytest.fixture
def supervisor():
    """Who passes the answers on."""
    return SupervisorFactory.create()


@pytest.fixture
def wave(supervisor):
    """A wave in which five people wrote something and three wrote nothing that names a matter."""
    ThaiCalendarFactory.create()
    ChannelFactory.create(code="survey_text", mode=Channel.Mode.PROACTIVE)
    survey = SurveyFactory.create(unit=supervisor.unit)
    made = WaveFactory.create(version__survey=survey, smallest_cell=5)
    for words in [SPOKEN, *OTHERS, "ไม่มีข้อเสนอแนะ", "ดี", "ทดสอบ"]:
        written(made, words)
    return made


def written(wave, words, **more):
    """Return a response with a comment."""
    return ResponseFactory.create(wave=wave, answers={"overall": 4, "comment": words}, **more)


def consume_all():
    """Carry the events, and once more: what was told is heard once."""
    consume_events()
    Event.objects.update(consumed_at=None)
    consume_events()
    assert not Event.objects.exclude(error="").exists()


def test_open_answers_become_voices_without_names_each_once(wave, supervisor):
    lifecycle.hand_texts_over(wave, by=supervisor, at=NOW)

    consume_all()

    voices = Voice.objects.order_by("body")
    assert [voice.body for voice in voices] == sorted(
        [*OTHERS, "ขอให้ นาย[ชื่อ] โทร [โทรศัพท์] ปรับป้ายบอกทางไปห้องทะเบียน"]
    )
    assert {voice.is_anonymous for voice in voices} == {True}
    assert {(voice.mode, voice.source_system) for voice in voices} == {("proactive", "survey")}
    assert {voice.unit for voice in voices} == {wave.survey.unit}
    assert {voice.received_at.date() for voice in voices} == {date(2026, 11, 2)}
    assert AuditEntry.objects.filter(verb="voice_from_survey", by=supervisor).count() == 5


def test_nothing_of_a_voice_leads_back_to_the_response(wave, supervisor):
    lifecycle.hand_texts_over(wave, by=supervisor, at=NOW)
    consume_all()

    known = {str(value) for row in wave.responses.values("pk", "uid") for value in row.values()}
    for voice in Voice.objects.all():
        told = {str(value) for value in vars(voice).values() if isinstance(value, str)}
        assert not known & told
        assert len(voice.external_ref) == 24


def test_pressing_again_brings_only_what_is_new(wave, supervisor):
    lifecycle.hand_texts_over(wave, by=supervisor, at=NOW)
    consume_all()
    first = Voice.objects.get(body=OTHERS[0])
    listening.triage(first, classes=listening.Classes(kind="suggestion"), by=supervisor, at=LATER)

    written(wave, "ควรมีภาษามือสำหรับผู้พิการทางการได้ยิน")
    lifecycle.hand_texts_over(wave, by=supervisor, at=LATER)
    consume_all()

    assert Voice.objects.count() == 6
    first.refresh_from_db()
    assert first.kind == "suggestion"


def test_answers_of_a_unit_come_to_that_unit_and_empty_talk_to_nobody(wave, supervisor):
    below = UnitFactory.create(parent=supervisor.unit)
    written(wave, "บันไดทางขึ้นสำนักงานชำรุด", unit=below)

    lifecycle.hand_texts_over(wave, by=supervisor, at=NOW)
    consume_all()

    assert Voice.objects.get(body="บันไดทางขึ้นสำนักงานชำรุด").unit == below
    said = ["-", "ไม่มี", "ไม่มีค่ะ", "ok", "ดีมาก", "12345678901", "ทดสอบระบบ", "ป้ายเล็กเกินไป"]
    assert [survey_texts.says_something(one) for one in said] == [False] * 7 + [True]


def test_few_writers_are_not_passed_on(supervisor):
    wave = WaveFactory.create(
        version__survey=SurveyFactory.create(unit=supervisor.unit), smallest_cell=5
    )
    for words in OTHERS:
        written(wave, words)

    with pytest.raises(Refused):
        lifecycle.hand_texts_over(wave, by=supervisor, at=NOW)

    assert not Event.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_only_a_supervisor_in_reach_passes_them_on(wave, supervisor, english):
    client, address = Client(), reverse("surveys:texts_hand_over", args=[wave.pk])
    page = reverse("surveys:results_texts", args=[wave.pk])

    client.force_login(StaffFactory.create(unit=UnitFactory.create()))
    assert client.post(address).status_code == 404
    client.force_login(StaffFactory.create(unit=supervisor.unit))
    assert client.post(address).status_code == 403
    client.force_login(supervisor)
    assert client.get(address).status_code == 405
    assert client.post(address).url == page
    assert Event.objects.get().kind == "texts_handed_over"
