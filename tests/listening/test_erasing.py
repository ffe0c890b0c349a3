"""Voices and hearings whose time is over lose words and contacts; what was counted stays."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from agency import attachments, audit, persons
from agency.models import Attachment, Person
from agency.persons import PersonData
from agency.refusal import Refused
from listening import lifecycle
from listening.lifecycle import erasing, hearings, outcomes, testimonies
from listening.lifecycle.intake import Heard
from listening.models import (
    Appeal,
    Hearing,
    HearingSummary,
    HelpRequest,
    KeepingRule,
    Reply,
    SignUp,
    TrainingExample,
    Voice,
    VoiceTag,
    VoiceText,
)
from listening.models import Testimony as WrittenView
from tests.factories.agency import ChannelFactory, StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.hearings import CITIZEN, DAY, sent, written_hearing
from tests.factories.listening import NOW, NeedFactory

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)
LATER = NOW + 6 * YEAR
SAID = PersonData(name="นางสาวพิมพ์ใจ สมมุติ", phone="0891112222")
REASON = "เจ้าของข้อมูลขอให้ลบ"


@pytest.fixture
def officer():
    ThaiCalendarFactory()
    return StaffFactory(unit=UnitFactory())


@pytest.fixture
def rules():
    erasing.seed()


@pytest.fixture
def voice(officer):
    """A voice with all that hangs on it."""
    heard = Heard(
        body="ดอกปีบ รอคิวนาน โทร 0891112222",
        channel=ChannelFactory(),
        unit=officer.unit,
        person=SAID,
        handle="pimjai",
        place="บ้านดอกปีบ",
        province="50",
    )
    made = lifecycle.receive(heard, by=officer, at=NOW)
    classes = lifecycle.Classes(kind="request")
    made = lifecycle.triage(made, classes=classes, by=officer, at=NOW)
    lifecycle.tag(made, need=NeedFactory(unit=officer.unit), passage="ดอกปีบ", by=officer, at=NOW)
    lifecycle.reply(made, text="ดอกปีบ ทราบแล้ว", way="spoken", by=officer, at=NOW)
    file = SimpleUploadedFile("a.txt", "ดอกปีบ".encode(), content_type="text/plain")
    attachments.attach(made, file, by=officer, at=NOW)
    return lifecycle.close(Voice.objects.get(pk=made.pk), action="ดอกปีบ แก้แล้ว", by=officer, at=NOW)


def run(at) -> int:
    """Run the nightly task to its end; returns how many rows it erased."""
    done = 0
    while count := erasing.erase_due(at=at):
        done += count
    return done


def everything(*chosen) -> str:
    """Return all words of some tables."""
    return repr([list(model.objects.values()) for model in chosen])


def test_voice_whose_time_is_over_loses_words_person_and_files(rules, voice):
    path = Attachment.objects.get().file
    counted = Voice.objects.values("kind", "received_at", "triaged_at", "closed_at", "province")
    before = counted.get()

    assert run(NOW + 4 * YEAR) == 0
    assert run(LATER) == 1
    assert run(LATER) == 0

    said = everything(Voice, VoiceText, VoiceTag, Reply, TrainingExample, Person)
    for secret in ("ดอกปีบ", "พิมพ์ใจ", "0891112222", "pimjai"):
        assert secret not in said
    assert not path.storage.exists(path.name)
    assert counted.get() == before
    erased = Voice.objects.get()
    assert (erased.body, erased.person_id, erased.erased_at) == (erasing.ERASED, None, LATER)
    assert Person.objects.get().erased_at == LATER
    assert audit.entries_of(erased).filter(verb="voice_erased", by=None).count() == 1


def test_nothing_works_on_an_erased_voice(rules, voice, officer):
    run(LATER)

    with pytest.raises(Refused):
        lifecycle.reply(voice, text="x", way="spoken", by=officer, at=LATER)


@pytest.mark.parametrize("years", [None, 7])
def test_the_rule_is_what_the_administrator_set(rules, voice, years):
    KeepingRule.objects.filter(what="voices").update(years=years)

    assert run(LATER) == 0


def test_without_rules_everything_is_kept(voice):
    assert run(LATER) == 0


def test_legal_hold_keeps_the_voice(rules, voice, officer):
    reason = "ศาลขอให้เก็บไว้เป็นหลักฐาน"
    persons.hold(voice.person, is_held=True, by=officer, at=NOW, reason=reason)

    assert run(LATER) == 0

    persons.hold(voice.person, is_held=False, by=officer, at=NOW, reason=reason)
    assert run(LATER) == 1


def test_person_of_another_voice_stays(rules, voice, officer):
    heard = Heard(body="ใหม่", channel=voice.channel, unit=officer.unit, person=voice.person)
    lifecycle.receive(heard, by=officer, at=LATER - YEAR)

    assert run(LATER) == 1

    assert Person.objects.get().erased_at is None
    assert Voice.objects.filter(erased_at=None).get().body == "ใหม่"


# Hearings


@pytest.fixture
def heard():
    """A hearing with a view, a speaker-like request and an appeal, called off."""
    hearing = written_hearing()
    shown = sent(hearing, body="ดอกปีบ เห็นด้วย", shown_name="นาง ดอกปีบ", person=CITIZEN)
    testimonies.hide([shown], reason="abuse", note="ดอกปีบ", by=hearing.owner, at=NOW)
    testimonies.appeal(WrittenView.objects.get(), "ดอกปีบ ขอให้ดูใหม่", at=NOW)
    return hearing


def test_hearing_whose_time_is_over_keeps_figures_only(rules, heard):
    hearings.cancel_hearing(heard, reason="เลื่อน", by=heard.owner, at=NOW + DAY)
    stances = list(WrittenView.objects.values("stance", "state", "reason", "received_at", "way"))

    assert run(NOW + 9 * YEAR) == 0
    assert run(NOW + 11 * YEAR) == 1
    assert run(NOW + 11 * YEAR) == 0

    said = everything(WrittenView, SignUp, HelpRequest, Appeal, Person)
    assert "ดอกปีบ" not in said
    assert "citizen@example.org" not in said
    assert (
        list(WrittenView.objects.values("stance", "state", "reason", "received_at", "way"))
        == stances
    )
    assert Hearing.objects.get().erased_at == NOW + 11 * YEAR


def test_published_summary_stays(rules):
    hearing = written_hearing()
    sent(hearing, person=CITIZEN)
    over = hearing.closes_at + DAY
    items = list(hearing.items.all())
    outcomes.answer_items(items, by=hearing.owner, at=over, change="kept", why="ยังจำเป็น")
    outcomes.publish_summary(hearing, by=hearing.owner, at=over)
    frozen = HearingSummary.objects.values("facts", "sha256").get()

    assert run(over + 11 * YEAR) == 1

    assert HearingSummary.objects.values("facts", "sha256").get() == frozen


def test_open_hearing_and_one_under_legal_hold_are_kept(rules, heard):
    assert run(NOW + 30 * YEAR) == 0
    hearings.cancel_hearing(heard, reason="เลื่อน", by=heard.owner, at=NOW + DAY)
    person = WrittenView.objects.get().person
    reason = "ศาลขอให้เก็บไว้เป็นหลักฐาน"
    persons.hold(person, is_held=True, by=heard.owner, at=NOW, reason=reason)

    assert run(NOW + 11 * YEAR) == 0


# On request


def test_erasing_a_person_on_request_reaches_voices_and_hearings(voice, heard, officer):
    mine = WrittenView.objects.get()
    other = sent(heard, body="คนอื่น", shown_name="นาย ข")
    signed = HelpRequest.objects.count()
    WrittenView.objects.filter(pk=mine.pk).update(person=voice.person)

    persons.erase(voice.person, by=officer, at=LATER, reason=REASON)

    said = everything(Voice, VoiceText, VoiceTag, Reply, WrittenView, Appeal)
    assert "ดอกปีบ" not in said
    assert WrittenView.objects.get(pk=other.pk).body == "คนอื่น"
    assert Voice.objects.get().erased_at == LATER
    assert (WrittenView.objects.count(), HelpRequest.objects.count()) == (2, signed)


def test_erasing_a_person_by_schedule_of_another_room_leaves_the_voice(voice):
    persons.erase(voice.person, by=None, at=LATER, reason="Retention time over")

    assert Voice.objects.get().erased_at is None


def test_the_nightly_erasure_of_persons_waits_for_the_voice(rules, voice):
    persons.keep_until(voice.person, day=NOW.date(), by=None, at=NOW)

    assert persons.retention(at=LATER) == 0
    run(LATER)
    assert Person.objects.get().erased_at == LATER


# Nothing is forgotten


def test_every_column_of_words_is_erased_or_named_as_kept():
    forgotten, unknown = {}, {}
    for model in apps.get_app_config("listening").get_models():
        label = model._meta.label_lower
        erased = {
            name
            for table in (erasing.OF_VOICE, erasing.OF_HEARING)
            for each, (_way, names) in table.items()
            if each is model
            for name in names
        }
        words = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        }
        kept = set(erasing.KEPT.get(label, {}))
        if words - erased - kept:
            forgotten[label] = words - erased - kept
        if (erased | kept) - words or erased & kept:
            unknown[label] = (erased | kept) - words | erased & kept

    assert forgotten == {}
    assert unknown == {}
    assert all(reason for columns in erasing.KEPT.values() for reason in columns.values())


def test_seeding_adds_once_and_leaves_what_was_changed(rules):
    KeepingRule.objects.filter(what="voices").update(years=3)

    assert erasing.seed() == 0
    assert KeepingRule.objects.get(what="voices").years == 3
