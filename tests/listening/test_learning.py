"""Models of text at work: learnt from officers, compared, suggesting, switched off, taken back."""

from datetime import timedelta

import pytest

from agency.models import AuditEntry, Notice, Role
from agency.notices import title_of
from listening import lifecycle
from listening.lifecycle import Classes, Refused, learning, suggesting
from listening.models import Kind, Suggestion, TextModel, TrainingExample, Voice
from listening.selectors import text_models as selectors
from listening.text import trust
from tests.factories.agency import StaffFactory, SupervisorFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.listening import (
    NOW,
    SuggestionFactory,
    TaxonomyFactory,
    TextModelFactory,
    TopicFactory,
    VoiceFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

State = TextModel.State
PLACES = [f"{first}{second}" for first in ("ตลาด", "โรงเรียน", "วัด", "ท่าเรือ", "สถานี", "ศูนย์", "สวน") for second in ("เก่า", "ใหม่", "กลาง", "เหนือ", "ใต้", "บน", "ล่าง")]  # fmt: skip
TEXTS = {
    Kind.COMPLAINT: ("รอคิวนานมากที่{}", "เจ้าหน้าที่{}พูดไม่สุภาพ", "ระบบของ{}ล่มทั้งวัน"),
    Kind.COMPLIMENT: ("ขอบคุณเจ้าหน้าที่{}มาก", "ประทับใจบริการที่{}", "{}ทำงานรวดเร็วดีมาก"),
}


def lessons():
    """Fictional texts and their kinds."""
    return [
        (text.format(place), kind)
        for kind, all_ in TEXTS.items()
        for text in all_
        for place in PLACES
    ]


def taught(rows, *, at=NOW, label="kind", taxonomy=None):
    """Write what officers classified."""
    return TrainingExample.objects.bulk_create(
        TrainingExample(label=label, text=text, value=value, taxonomy=taxonomy, at=at)
        for text, value in rows
    )


@pytest.fixture
def folder(tmp_path, settings):
    """A data folder of its own."""
    settings.VAR = tmp_path
    suggesting.loaded.cache_clear()
    return tmp_path


@pytest.fixture
def learnt(folder):
    """The first model, learnt from nearly three hundred texts."""
    taught(lessons())
    return learning.learn("kind", at=NOW)


def verbs_of(model):
    """Return what was recorded of a model."""
    entries = AuditEntry.objects.filter(content_type__model="textmodel", object_id=model.pk)
    return list(entries.order_by("pk").values_list("verb", flat=True))


# Learning


def test_the_first_model_is_measured_on_texts_it_never_saw_and_goes_to_work(learnt):
    held = [text for text, _kind in lessons() if learning.is_held_back(text)]

    assert learnt.state == State.IN_USE
    assert learnt.held_back_count == len(held) == sum(map(sum, learnt.card["confusion"]))
    assert learnt.text_count == len(lessons()) - len(held)
    assert learnt.mark == trust.taxonomy_version(Kind.values)
    assert learnt.accuracy >= 0.9
    assert learnt.card["bytes"] > 1000
    assert verbs_of(learnt) == ["text_model_learnt", "text_model_used"]


def test_equal_texts_are_on_one_side_of_the_measuring():
    assert learning.is_held_back("รอคิวนานมาก") == learning.is_held_back(
        "รอคิวนานมากกกก 5".rstrip(" 5")
    )


def test_too_few_texts_make_no_model(folder):
    taught(lessons()[:199])

    assert learning.learn("kind", at=NOW) is None
    assert not TextModel.objects.exists()


def test_nothing_is_learnt_again_before_fifty_new_texts(learnt):
    later = NOW + timedelta(days=7)
    taught([("ตัวอย่างใหม่", Kind.REQUEST)] * 49, at=later)

    assert learning.learn("kind", at=later) is None


def test_an_equal_model_does_not_take_the_place(learnt):
    later = NOW + timedelta(days=7)
    taught([(f"ขอบคุณ{place}", Kind.COMPLIMENT) for place in PLACES[:49]] + [lessons()[0]], at=later)

    second = learning.learn("kind", at=later)

    learnt.refresh_from_db()
    assert (learnt.state, second.state) == (State.IN_USE, State.RESERVE)
    assert second.card["comparison"]["is_better"] is False
    assert second.card["comparison"]["version"] == learnt.version


def test_a_better_model_takes_the_place(folder):
    wrong = {Kind.COMPLAINT: Kind.COMPLIMENT, Kind.COMPLIMENT: Kind.COMPLAINT}
    first_rows = [
        (text, kind if learning.is_held_back(text) else wrong[kind]) for text, kind in lessons()
    ]
    taught(first_rows)
    first = learning.learn("kind", at=NOW)
    TrainingExample.objects.all().delete()
    later = NOW + timedelta(days=7)
    taught(lessons(), at=later)

    second = learning.learn("kind", at=later)

    first.refresh_from_db()
    assert (first.state, second.state) == (State.RESERVE, State.IN_USE)
    told = second.card["comparison"]
    assert told["only_new"] > told["only_old"]
    assert told["chance"] <= trust.BY_ACCIDENT


def test_what_an_administrator_switched_off_is_not_replaced_by_itself(learnt):
    admin = StaffFactory(roles=[Role.ADMIN])
    learning.switch_off(learnt, by=admin, at=NOW + timedelta(hours=1))
    later = NOW + timedelta(days=7)
    taught([(f"{text} ครับ", kind) for text, kind in lessons()], at=later)

    second = learning.learn("kind", at=later)

    assert second.state == State.RESERVE
    assert not TextModel.objects.filter(state=State.IN_USE).exists()


def test_topics_are_learnt_of_the_list_in_use_only(folder):
    old = TaxonomyFactory(is_in_use=False)
    topics = [TopicFactory(code=code) for code in ("waiting", "thanks")]
    codes = {Kind.COMPLAINT: "waiting", Kind.COMPLIMENT: "thanks"}
    rows = [(text, codes[kind]) for text, kind in lessons()]
    taught(rows, label="topic", taxonomy=old)

    none = learning.learn("topic", at=NOW)
    taught(rows, label="topic", taxonomy=topics[0].taxonomy)
    model = learning.learn("topic", at=NOW)

    assert none is None
    assert model.taxonomy == topics[0].taxonomy


# Suggesting


def test_voices_that_wait_get_suggestions_once(learnt):
    voice = VoiceFactory(body="โทร 081-000-1234 รอคิวนานมาก", masked_body="โทร [โทรศัพท์] รอคิวนานมาก")
    test = VoiceFactory(body="ทดสอบ")
    VoiceFactory(triaged=True)

    counts = [suggesting.suggest_waiting(at=NOW) for _turn in range(2)]

    assert counts == [2, 0]
    made = Suggestion.objects.get()
    assert (made.voice, made.label, made.value) == (voice, "kind", Kind.COMPLAINT)
    assert (made.model_name, made.model_version) == ("kind", learnt.version)
    assert 0.5 < made.probability <= 1
    assert set(Voice.objects.filter(suggested_at=NOW)) == {voice, test}


def test_only_what_is_masked_is_read(learnt, monkeypatch):
    VoiceFactory(body="นายสมมุติ รอนาน", masked_body="นาย[ชื่อ] รอนาน")
    read = []
    classify = suggesting.Classifier.classify
    monkeypatch.setattr(
        suggesting.Classifier,
        "classify",
        lambda self, texts: read.extend(texts) or classify(self, texts),
    )

    suggesting.suggest_waiting(at=NOW)

    assert read == ["นาย[ชื่อ] รอนาน"]


def test_without_a_model_voices_wait_for_the_first(folder):
    voice = VoiceFactory()

    assert suggesting.suggest_waiting(at=NOW) == 0
    voice.refresh_from_db()
    assert voice.suggested_at is None


def test_a_model_of_another_list_suggests_nothing(learnt):
    TextModel.objects.filter(pk=learnt.pk).update(mark="another list")
    VoiceFactory()

    assert suggesting.suggest_waiting(at=NOW) == 0
    assert not Suggestion.objects.exists()


def test_lost_weights_suggest_nothing_and_break_nothing(learnt, folder):
    for file in (folder / "models").iterdir():
        file.unlink()
    VoiceFactory()

    assert suggesting.suggest_waiting(at=NOW) == 0


@pytest.mark.parametrize(
    ("precision", "is_filled"), [("0.9500", True), ("0.8900", False), (None, False)]
)
def test_a_field_is_filled_only_by_a_model_measured_right_when_sure(learnt, precision, is_filled):
    model = TextModel(fill_precision=precision and float(precision), accuracy=0.9)

    assert suggesting.suggestion(1, model, "complaint", 0.7, at=NOW).is_filled is is_filled
    assert not suggesting.suggestion(1, model, "complaint", 0.69, at=NOW).is_filled


def test_a_new_model_looks_at_waiting_voices_again(learnt):
    VoiceFactory(suggested_at=NOW)
    second = TextModelFactory(version="9", state=State.RESERVE)

    learning.put_to_work(second, by=None, at=NOW)

    assert Voice.objects.get().suggested_at is None


def test_a_correction_is_kept_to_learn_from():
    ThaiCalendarFactory()
    officer = StaffFactory(unit=UnitFactory())
    voice = VoiceFactory(unit=officer.unit, body="ขอบคุณมาก")
    SuggestionFactory(voice=voice, value=Kind.COMPLAINT)

    lifecycle.triage(voice, classes=Classes(kind=Kind.COMPLIMENT), by=officer, at=NOW)

    example = TrainingExample.objects.get(label="kind")
    assert (example.value, example.is_correction) == (Kind.COMPLIMENT, True)


# Going stale, and back


def judged(model, *, right, wrong, at):
    """Write suggestions of a model that officers judged."""
    for chosen, count in ((Kind.COMPLAINT, right), (Kind.COMPLIMENT, wrong)):
        for _turn in range(count):
            SuggestionFactory(
                model_name=model.label,
                model_version=model.version,
                value=Kind.COMPLAINT,
                chosen=chosen,
                decided_at=at,
            )


def test_two_bad_weeks_switch_a_model_off_and_tell_the_administrators():
    admin = StaffFactory(roles=[Role.ADMIN])
    model = TextModelFactory(accuracy=0.8)
    judged(model, right=20, wrong=10, at=NOW)
    judged(model, right=20, wrong=10, at=NOW + timedelta(days=7))

    assert learning.switch_off_stale(at=NOW + timedelta(days=8)) == 1
    assert learning.switch_off_stale(at=NOW + timedelta(days=9)) == 0

    model.refresh_from_db()
    assert model.state == State.STALE
    assert verbs_of(model) == ["text_model_stale"]
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind) == (admin, "listening.model_stale")
    assert title_of(notice) == f"The model for “Kind”, version {model.version}, was switched off"


@pytest.mark.parametrize(
    ("right", "wrong", "days"),
    [(21, 9, 7), (20, 9, 7), (20, 10, 0)],
    ids=["within ten points", "too few judged", "one week only"],
)
def test_a_model_stays_while_it_is_not_proven_bad(right, wrong, days):
    model = TextModelFactory(accuracy=0.8)
    judged(model, right=right, wrong=wrong, at=NOW)
    judged(model, right=right, wrong=wrong, at=NOW + timedelta(days=days))

    assert learning.switch_off_stale(at=NOW + timedelta(days=8)) == 0
    model.refresh_from_db()
    assert model.state == State.IN_USE


def test_an_administrator_takes_the_earlier_model_back(learnt):
    admin = StaffFactory(roles=[Role.ADMIN])
    TextModel.objects.filter(pk=learnt.pk).update(state=State.RESERVE)
    newer = TextModelFactory(version="2")

    learning.use(learnt, by=admin, at=NOW + timedelta(days=1))

    learnt.refresh_from_db()
    newer.refresh_from_db()
    assert (learnt.state, newer.state) == (State.IN_USE, State.RESERVE)
    assert learnt.state_by == admin


def test_a_model_taken_back_is_judged_anew_from_that_day(learnt):
    judged(learnt, right=10, wrong=20, at=NOW)
    judged(learnt, right=10, wrong=20, at=NOW + timedelta(days=7))
    TextModel.objects.filter(pk=learnt.pk).update(state=State.STALE)

    learning.use(learnt, by=StaffFactory(roles=[Role.ADMIN]), at=NOW + timedelta(days=8))

    assert learning.switch_off_stale(at=NOW + timedelta(days=8)) == 0


def test_what_cannot_suggest_is_not_taken_back(learnt):
    admin = StaffFactory(roles=[Role.ADMIN])
    with pytest.raises(Refused, match="in use already"):
        learning.use(learnt, by=admin, at=NOW)
    lost = TextModelFactory(version="7", state=State.RESERVE)
    with pytest.raises(Refused, match="weights of this model are missing"):
        learning.use(lost, by=admin, at=NOW)
    other = TextModelFactory(version="8", state=State.RESERVE, mark="other")
    with pytest.raises(Refused, match="another list"):
        learning.use(other, by=admin, at=NOW)
    with pytest.raises(Refused, match="not in use"):
        learning.switch_off(other, by=admin, at=NOW)


def test_the_page_says_what_is_missing_for_a_first_model(folder):
    SupervisorFactory()
    taught(lessons()[:30])

    kind = selectors.standings()[0]

    assert (kind.label, kind.model, kind.texts, kind.missing) == ("kind", None, 30, 170)
