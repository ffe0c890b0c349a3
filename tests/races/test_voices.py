"""Four people press the same button on the same voice at once: one wins, the others are told."""

import pytest

from agency.models import Event, Notice
from listening import lifecycle
from listening.lifecycle import Classes, Heard, alerting, learning
from listening.models import Reply, TextModel, TopicAlert, Voice
from tests.factories.agency import ChannelFactory, StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.listening import NOW, TextModelFactory, TopicAlertFactory, VoiceFactory
from tests.races.test_verbs import ONE_WINNER, PEOPLE, ROWS, race

pytestmark = pytest.mark.django_db(transaction=True)


def triage(voice, **who):
    lifecycle.triage(voice, classes=Classes(kind="request"), expected_version=1, **who)


def reply(voice, **who):
    lifecycle.reply(voice, text="ขอบคุณ", way="spoken", expected_version=1, **who)


def close(voice, **who):
    lifecycle.close(voice, action="แก้แล้ว", **who)


def convert(voice, **who):
    lifecycle.convert(voice, **who)


def unmerge(voice, **who):
    lifecycle.unmerge(voice, **who)


@pytest.mark.parametrize("verb", [triage, reply, close, convert, unmerge])
def test_one_wins(verb):
    unit, channel = UnitFactory.create(), ChannelFactory.create()
    team = StaffFactory.create_batch(PEOPLE, unit=unit)
    master = VoiceFactory.create(unit=unit, channel=channel) if verb is unmerge else None
    voices = VoiceFactory.create_batch(
        ROWS, unit=unit, channel=channel, triaged=verb in {reply, close}, master=master
    )

    went = race(voices, lambda voice, person: verb(voice, by=team[person], at=NOW))

    assert went == ONE_WINNER
    assert Event.objects.count() == (ROWS if verb is convert else 0)
    assert Reply.objects.count() == (ROWS if verb is reply else 0)


def test_two_voices_merged_crosswise_make_no_ring():
    voices = VoiceFactory.create_batch(
        2 * ROWS, unit=UnitFactory.create(), channel=ChannelFactory.create()
    )
    team = StaffFactory.create_batch(PEOPLE)
    pairs = list(zip(voices[:ROWS], voices[ROWS:], strict=True))

    def press(pair, person):
        one, other = pair if person % 2 else reversed(pair)
        lifecycle.merge(one, master=other, by=team[person], at=NOW)

    assert race(pairs, press) == ONE_WINNER
    assert Voice.objects.exclude(master=None).count() == ROWS


def test_one_settles_a_rise():
    alerts = TopicAlertFactory.create_batch(ROWS)
    team = StaffFactory.create_batch(PEOPLE)

    def press(alert, person):
        alerting.settle_rise(alert, outcome="acted", action="แก้แล้ว", by=team[person], at=NOW)

    assert race(alerts, press) == ONE_WINNER
    assert TopicAlert.objects.exclude(settled_at=None).count() == ROWS


def test_a_message_that_comes_four_times_is_one_voice():
    ThaiCalendarFactory.create()
    unit, channel = UnitFactory.create(), ChannelFactory.create()
    told = [
        Heard(body="สวัสดี", channel=channel, unit=unit, source_system="x", external_ref=f"m{row}")
        for row in range(ROWS)
    ]

    race(told, lambda row, _person: lifecycle.receive_once(row, by=None, at=NOW))

    assert Voice.objects.count() == ROWS
    assert not Notice.objects.exists()


def test_four_administrators_switch_a_model_off_once():
    admin = StaffFactory.create()
    models = [
        TextModelFactory.create(label=label)
        for label in ("kind", "sentiment", "urgency", "segment", "service")
    ]

    went = race(models, lambda model, _person: learning.switch_off(model, by=admin, at=NOW))

    assert went == ONE_WINNER[: len(models)]
    assert TextModel.objects.filter(state=TextModel.State.OFF).count() == 5
