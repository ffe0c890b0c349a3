"""The verbs on a voice: done, refused, recorded, told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agency.letters import parcel
from agency.models import AuditEntry, Event, Letter, Notice, Role
from agency.outbox import Parcel
from agency.persons import PersonData
from listening import lifecycle, permissions
from listening.lifecycle import Classes, Heard, Refused
from listening.models import TrainingExample, Voice
from tests.factories.agency import (
    ChannelFactory,
    PersonFactory,
    ServiceFactory,
    StaffFactory,
    SupervisorFactory,
    ThaiCalendarFactory,
    UnitFactory,
)
from tests.factories.listening import (
    NOW,
    EvidenceFactory,
    InsightFactory,
    NeedFactory,
    StakeholderFactory,
    SuggestionFactory,
    TopicFactory,
    VoiceFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def unit():
    """A unit with a working calendar."""
    ThaiCalendarFactory()
    return UnitFactory()


@pytest.fixture
def officer(unit):
    """An officer of the unit."""
    return StaffFactory(unit=unit)


def heard(**told):
    """What somebody said at the counter."""
    return Heard(**{"body": "คิวนานมาก โทร 081-234-5678", "channel": ChannelFactory(), **told})


def verbs_of(thing):
    """What the audit trail says of a thing, oldest first."""
    entries = AuditEntry.objects.filter(
        object_id=thing.pk, content_type__model=thing._meta.model_name
    )
    return list(entries.order_by("pk").values_list("verb", flat=True))


def refusal(act):
    """The sentence with which it is refused."""
    with pytest.raises(Refused) as caught:
        act()
    return str(caught.value)


def test_received_voice_is_masked_and_has_both_limits(unit, officer):
    supervisor = SupervisorFactory(unit=unit)
    service = ServiceFactory(unit=unit)
    person = PersonData(name="มานี มีสุข", email="manee@example.org")

    voice = lifecycle.receive(
        heard(service=service, person=person, urgency="high"), by=officer, at=NOW
    )

    voice.refresh_from_db()
    assert voice.masked_body == "คิวนานมาก โทร [โทรศัพท์]"
    assert "081" not in voice.text.body
    assert (voice.unit, voice.first_unit, voice.status) == (unit, unit, "new")
    assert (voice.person.name, voice.recorded_by) == ("มานี มีสุข", officer)
    # Monday 2 November: the third working day is Thursday, the fifteenth Monday 23 November
    assert voice.triage_due_at == datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    assert voice.loop_due_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert verbs_of(voice) == ["voice_received"]
    notice = Notice.objects.get()
    assert (notice.recipient, notice.data["number"]) == (supervisor, voice.number)


def test_voice_that_says_nothing_or_comes_from_the_future_is_refused(officer):
    assert refusal(lambda: lifecycle.receive(heard(body=" \x00 "), by=officer, at=NOW))
    assert refusal(lambda: lifecycle.receive(heard(received_at=LATER), by=officer, at=NOW))
    assert not Voice.objects.exists()


def test_anonymous_voice_keeps_neither_person_nor_hour(unit, officer):
    told = heard(unit=unit, is_anonymous=True, handle="somebody", person=PersonData(name="ก"))

    voice = lifecycle.receive(told, by=None, at=NOW)

    day = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
    assert (voice.person, voice.handle) == (None, "")
    assert (voice.received_at, voice.recorded_at, voice.touched_at) == (day, day, day)
    assert AuditEntry.objects.get(verb="voice_received").at == day


def test_the_same_reference_is_the_same_voice(unit):
    told = heard(unit=unit, source_system="line", external_ref="m1")

    first = lifecycle.receive_once(told, by=None, at=NOW)
    second = lifecycle.receive_once(replace(told, body="อีกครั้ง"), by=None, at=LATER)

    assert (first, Voice.objects.count()) == (second, 1)


def test_triage_judges_the_suggestion_and_teaches(officer):
    voice = VoiceFactory(unit=officer.unit)
    topic = TopicFactory()
    suggestion = SuggestionFactory(voice=voice, value="complaint")
    classes = Classes(kind="request", sentiment="negative", topic=topic)

    lifecycle.triage(voice, classes=classes, by=officer, at=NOW, expected_version=1)
    lifecycle.triage(voice, classes=replace(classes, sentiment=""), by=officer, at=LATER)

    voice.refresh_from_db()
    suggestion.refresh_from_db()
    assert (voice.kind, voice.status, voice.triaged_at, voice.version) == (
        *("request", "triaged", NOW),
        3,
    )
    assert (suggestion.chosen, suggestion.decided_by) == ("request", officer)
    taught = TrainingExample.objects.order_by("label").values_list(
        "label", "value", "is_correction"
    )
    assert list(taught) == [
        ("kind", "request", True),
        ("sentiment", "negative", False),
        ("topic", topic.code, False),
        ("urgency", "normal", False),
    ]
    assert "voice_triaged" in verbs_of(voice)
    assert "while you were writing" in refusal(
        lambda: lifecycle.triage(voice, classes=classes, by=officer, at=LATER, expected_version=1)
    )
    assert refusal(
        lambda: lifecycle.triage(voice, classes=Classes(kind="rumour"), by=officer, at=LATER)
    )


def test_assigned_voice_goes_to_another_unit_and_counts_where_it_came_in(officer):
    voice, other = VoiceFactory(unit=officer.unit), StaffFactory()

    assert refusal(lambda: lifecycle.assign(voice, unit=officer.unit, to=other, by=officer, at=NOW))
    lifecycle.assign(voice, unit=other.unit, to=other, by=officer, at=NOW)

    voice.refresh_from_db()
    assert (voice.unit, voice.officer, voice.first_unit) == (other.unit, other, officer.unit)
    assert Notice.objects.get().recipient == other
    assert refusal(lambda: lifecycle.assign(voice, unit=other.unit, to=other, by=other, at=LATER))


def test_reply_by_letter_is_sent_from_its_own_row(officer):
    voice = VoiceFactory(triaged=True, unit=officer.unit, person=PersonFactory(email="a@b.example"))

    lifecycle.reply(voice, text="เพิ่มช่องบริการแล้ว", way="letter", by=officer, at=NOW)
    lifecycle.reply(voice, text="ขอบคุณ", way="spoken", by=officer, at=LATER)

    voice.refresh_from_db()
    letter = Letter.objects.get()
    assert (voice.status, voice.answered_at) == ("answered", NOW)
    assert "เพิ่มช่อง" not in str(letter.data)
    assert isinstance(parcel(letter), Parcel)
    assert (parcel(letter).to, parcel(letter).body) == ("a@b.example", "เพิ่มช่องบริการแล้ว")


def test_reply_needs_classes_words_a_way_and_an_address(officer):
    fresh, told = VoiceFactory(), VoiceFactory(triaged=True)

    assert "classify" in refusal(
        lambda: lifecycle.reply(fresh, text="ก", way="spoken", by=officer, at=NOW)
    )
    assert refusal(lambda: lifecycle.reply(told, text=" ", way="spoken", by=officer, at=NOW))
    assert refusal(lambda: lifecycle.reply(told, text="ก", way="pigeon", by=officer, at=NOW))
    assert "e-mail" in refusal(
        lambda: lifecycle.reply(told, text="ก", way="letter", by=officer, at=NOW)
    )
    assert not told.replies.exists()


def test_closing_the_loop_closes_who_follows_and_nothing_is_done_after(officer):
    master, follower = VoiceFactory(triaged=True), VoiceFactory()
    lifecycle.merge(follower, master=master, by=officer, at=NOW)
    assert refusal(lambda: lifecycle.close(VoiceFactory(), action="ก", by=officer, at=NOW))
    assert refusal(lambda: lifecycle.close(master, action=" ", by=officer, at=NOW))

    lifecycle.close(master, action="เพิ่มช่องบริการ", by=officer, at=LATER)

    follower.refresh_from_db()
    assert (follower.status, follower.kind, follower.action, follower.closed_at) == (
        *("closed", "suggestion", "เพิ่มช่องบริการ"),
        LATER,
    )
    again = {"by": officer, "at": LATER}
    for act in (
        lambda: lifecycle.close(master, action="ก", **again),
        lambda: lifecycle.reply(master, text="ก", way="spoken", **again),
        lambda: lifecycle.convert(master, **again),
        lambda: lifecycle.triage(master, classes=Classes(kind="other"), **again),
        lambda: lifecycle.assign(master, unit=UnitFactory(), **again),
    ):
        assert refusal(act)


def test_a_merged_voice_keeps_itself_and_is_parted_again(officer):
    first, second, third = VoiceFactory.create_batch(3)
    lifecycle.merge(second, master=first, by=officer, at=NOW)
    second.refresh_from_db()

    for voice, master in ((first, first), (second, third), (third, second), (first, third)):
        assert refusal(lambda v=voice, m=master: lifecycle.merge(v, master=m, by=officer, at=NOW))
    assert refusal(lambda: lifecycle.close(second, action="ก", by=officer, at=NOW))
    assert refusal(lambda: lifecycle.convert(second, by=officer, at=NOW))
    lifecycle.unmerge(second, by=officer, at=LATER)

    stale = second
    second = Voice.objects.get(pk=second.pk)
    assert (second.master, second.status) == (None, "new")
    assert verbs_of(second) == ["voice_merged", "voice_parted"]
    assert refusal(lambda: lifecycle.unmerge(second, by=officer, at=LATER))
    assert refusal(lambda: lifecycle.unmerge(stale, by=officer, at=LATER))


def test_converting_asks_the_floor_above_once(officer):
    voice = VoiceFactory(unit=officer.unit)

    lifecycle.convert(voice, by=officer, at=NOW)

    voice.refresh_from_db()
    assert (voice.status, voice.kind, voice.triaged_by) == ("converted", "complaint", officer)
    event = Event.objects.get()
    assert (event.kind, event.data) == ("voice_to_complaint", {"by": officer.pk})
    assert refusal(lambda: lifecycle.convert(voice, by=officer, at=LATER))
    assert refusal(lambda: lifecycle.close(voice, action="ก", by=officer, at=LATER))
    assert refusal(lambda: lifecycle.merge(voice, master=VoiceFactory(), by=officer, at=LATER))


def test_a_need_is_tagged_on_a_passage_once(officer):
    voice, need = VoiceFactory(body="อยากให้เปิดวันเสาร์ ขอบคุณ"), NeedFactory()

    for _turn in range(2):
        made = lifecycle.tag(voice, need=need, passage=" เปิดวันเสาร์ ", by=officer, at=NOW)

    assert (made.start, made.end, voice.tags.count()) == (7, 19, 1)
    assert refusal(lambda: lifecycle.tag(voice, need=need, passage="ไม่มี", by=officer, at=NOW))
    lifecycle.untag(made, by=officer, at=LATER)
    assert refusal(lambda: lifecycle.untag(made, by=officer, at=LATER))
    assert verbs_of(voice) == ["voice_tagged", "voice_untagged"]


def test_registers_are_kept_with_their_history(officer):
    need = NeedFactory.build(segment=NeedFactory().segment, unit=officer.unit, made_at=None)
    lifecycle.keep_need(need, by=officer, at=NOW)
    lifecycle.keep_need(need, by=officer, at=LATER)
    group = StakeholderFactory(unit=officer.unit)
    twin = StakeholderFactory.build(unit=officer.unit, name=group.name, segment=group.segment)

    assert verbs_of(need) == ["added", "edited"]
    assert (need.made_at, need.changed_at) == (NOW, LATER)
    assert refusal(lambda: lifecycle.keep_stakeholder(twin, by=officer, at=NOW))
    twin.name = "ชมรมใหม่"
    lifecycle.keep_stakeholder(twin, by=officer, at=NOW)
    talk = twin.engagements.model(stakeholder=twin, held_on=NOW.date(), summary="หารือ")
    lifecycle.note_engagement(talk, by=officer, at=NOW)
    assert verbs_of(twin) == ["added", "engagement_noted"]


def test_an_insight_is_approved_by_another_on_evidence_and_handed_over_once(officer):
    supervisor = SupervisorFactory(unit=officer.unit)
    insight = InsightFactory.build(made_by=None, unit=officer.unit, made_at=None)
    lifecycle.draft_insight(insight, by=officer, at=NOW)
    lifecycle.discuss(insight, text="เห็นด้วย", by=supervisor, at=NOW)

    assert "evidence" in refusal(lambda: lifecycle.approve(insight, by=supervisor, at=NOW))
    proof = EvidenceFactory.build(insight=insight, source="voice", ref=1, by=None)
    lifecycle.add_evidence(proof, by=officer, at=NOW)
    proof.pk = None
    assert refusal(lambda: lifecycle.add_evidence(proof, by=officer, at=NOW))
    assert refusal(lambda: lifecycle.approve(insight, by=officer, at=NOW))
    assert refusal(lambda: lifecycle.hand_over(insight, by=supervisor, at=NOW))
    lifecycle.approve(insight, by=supervisor, at=LATER)
    lifecycle.hand_over(insight, by=supervisor, at=LATER)

    insight.refresh_from_db()
    assert (insight.state, insight.approved_by) == ("handed_over", supervisor)
    assert Event.objects.get().kind == "insight_handed_over"
    assert refusal(lambda: lifecycle.hand_over(insight, by=supervisor, at=LATER))
    assert refusal(lambda: lifecycle.draft_insight(insight, by=officer, at=LATER))


def test_rights_by_role():
    root = UnitFactory()
    unit, beside = UnitFactory(parent=root), UnitFactory(parent=root)
    voice = VoiceFactory(unit=unit)

    def may(role, at_unit):
        staff = StaffFactory.build(unit=at_unit, roles=[role])
        return {right(staff, voice) for right in permissions.RIGHTS.values()}

    for role, expected in [
        (Role.OFFICER, {True}),
        (Role.SUPERVISOR, {True}),
        (Role.EXECUTIVE, {False}),
        (Role.AUDITOR, {False}),
        (Role.ADMIN, {False}),
    ]:
        assert may(role, unit) == may(role, root) == expected
        assert may(role, beside) == {False}
