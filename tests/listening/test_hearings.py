"""Hearings: the notice, the queue, written views in time, moderation, answers, the frozen summary."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from agency.models import AuditEntry, Letter, Notice
from agency.refusal import Refused
from listening import models
from listening.lifecycle import hearings, outcomes, rule_sets, speaking, testimonies
from listening.models import Hearing, RuleSet, SignUp
from tests.factories.agency import StaffFactory, SupervisorFactory
from tests.factories.hearings import (
    CITIZEN,
    DAY,
    ENDS,
    STARTS,
    AgendaItemFactory,
    HearingFactory,
    RuleSetFactory,
    announced,
    sent,
    signed_up,
    speaker,
    view,
    written_hearing,
)
from tests.factories.listening import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ANSWER = {"support": "", "oppose": "", "other": "", "change": "kept", "why": "ตามกฎหมาย"}


@pytest.fixture
def officer():
    return StaffFactory.create()


# The notice


def test_rule_sets_are_seeded_once_and_kept_as_changed(db):
    assert rule_sets.seed() == 4
    RuleSet.objects.filter(code="draft-law").update(notice_days=30)

    assert rule_sets.seed() == 0
    assert RuleSet.objects.get(code="draft-law").notice_days == 30


def test_written_views_end_by_the_rule_set_unless_said(officer):
    rules = RuleSetFactory.create(testimony_hours=72)
    facts = {"rules": rules, "title_th": "ก", "starts_at": STARTS, "ends_at": ENDS, "by": officer}

    made = hearings.prepare_hearing(unit=officer.unit, code="fee-1", at=NOW, **facts)

    assert made.closes_at == ENDS + timedelta(hours=72)
    with pytest.raises(Refused, match="fee-1 is taken"):
        hearings.prepare_hearing(unit=officer.unit, code="fee-1", at=NOW, **facts)


def test_notice_is_refused_until_every_part_is_there(officer):
    part = {"code": "problem", "th": "สภาพปัญหา", "en": "The problem"}
    rules = RuleSetFactory.create(parts=[part], wants_law_url=True)
    hearing = HearingFactory.create(owner=officer, rules=rules, item=None, affected=" ")

    with pytest.raises(
        Refused, match=r"affected; At least one issue; Address at law\.go\.th; The problem"
    ):
        hearings.announce(hearing, by=officer, at=NOW)

    AgendaItemFactory.create(hearing=hearing)
    facts = {"affected": "ทุกคน", "law_url": "https://law.example/1"}
    hearing = hearings.change_hearing(hearing, by=officer, at=NOW, **facts)
    hearing = hearings.set_notice_parts(
        hearing, {"problem": {"th": "ค่าธรรมเนียมเก่า"}}, by=officer, at=NOW
    )
    done = hearings.announce(hearing, by=officer, at=NOW)

    assert done.state == Hearing.State.ANNOUNCED
    assert (done.summary_due_on - done.closes_at.date()).days == 15


@pytest.mark.parametrize(
    ("is_binding", "reason", "words"),
    [(True, "เร่งด่วน", "has to be given 30"), (False, "", "Say why"), (False, "เร่งด่วน", "")],
)
def test_a_short_notice_is_refused_or_explained(officer, is_binding, reason, words):
    rules = RuleSetFactory.create(notice_days=30, is_notice_binding=is_binding)
    hearing = HearingFactory.create(owner=officer, rules=rules)

    if words:
        with pytest.raises(Refused, match=words):
            hearings.announce(hearing, by=officer, at=NOW, late_reason=reason)
    else:
        done = hearings.announce(hearing, by=officer, at=NOW, late_reason=reason)
        assert done.late_reason == "เร่งด่วน"


def test_what_was_announced_stays_and_links_may_change(officer):
    hearing = announced(owner=officer)

    changed = hearings.change_hearing(hearing, by=officer, at=NOW, live_url="https://live.example")
    with pytest.raises(Refused, match="title_th stay as they are"):
        hearings.change_hearing(hearing, by=officer, at=NOW, title_th="อื่น")
    with pytest.raises(Refused, match="as it was announced"):
        hearings.add_item(hearing, by=officer, at=NOW, title_th="อีกประเด็น")

    assert changed.live_url == "https://live.example"


def test_issues_can_be_reordered(officer):
    hearing = HearingFactory.create(owner=officer)
    second = hearings.add_item(hearing, by=officer, at=NOW, title_th="สอง")

    hearings.move_item(second, step=-1, by=officer, at=NOW)
    hearings.move_item(second, step=-1, by=officer, at=NOW)

    assert [item.title_th for item in hearing.items.all()] == ["สอง", "อัตราค่าธรรมเนียม"]


@pytest.mark.parametrize(("before", "is_late"), [(4 * DAY, False), (2 * DAY, True)])
def test_a_document_too_late_to_be_read_says_so(officer, before, is_late):
    hearing = announced(owner=officer)
    text_file = ContentFile("ข้อมูล".encode(), name="ข้อมูล.txt")

    made = hearings.add_document(hearing, text_file, title="", by=officer, at=STARTS - before)

    assert made.is_late == is_late
    assert made.title == "ข้อมูล.txt"


def test_the_end_is_moved_later_only_and_everybody_hears_of_a_cancellation(officer):
    hearing = announced(owner=officer)
    sent(hearing, person=CITIZEN)

    with pytest.raises(Refused, match="later"):
        hearings.extend_hearing(hearing, closes_at=ENDS, reason="ก", by=officer, at=NOW)
    later = hearing.closes_at + DAY
    extended = hearings.extend_hearing(hearing, closes_at=later, reason="ก", by=officer, at=NOW)
    hearings.cancel_hearing(extended, reason="เลื่อนโครงการ", by=officer, at=NOW)

    assert extended.closes_at == later
    assert extended.summary_due_on == hearing.summary_due_on + DAY
    assert Letter.objects.get().data["reason"] == "เลื่อนโครงการ"
    with pytest.raises(Refused, match="no longer taken"):
        sent(hearing)


# Speaking


def test_the_queue_runs_one_speaker_at_a_time(officer):
    hearing = announced(owner=officer)
    first, second, third = (signed_up(hearing, shown_name=name) for name in "กขค")
    with pytest.raises(Refused, match="Open the session"):
        speaking.call(first, by=officer, at=STARTS)
    speaking.open_session(hearing, by=officer, at=STARTS)

    speaking.move_signup(third, step=-1, by=officer, at=STARTS)
    speaking.call(first, by=officer, at=STARTS)
    speaking.miss(second, by=officer, at=STARTS)
    speaking.give_time(first, seconds=60, by=officer, at=STARTS)
    speaking.call(third, by=officer, at=STARTS + timedelta(minutes=3))
    speaking.call(second, by=officer, at=STARTS + timedelta(minutes=6))
    speaking.close_session(hearing, by=officer, at=STARTS + timedelta(minutes=9))

    rows = list(hearing.signups.order_by("position"))
    assert [(row.shown_name, row.state) for row in rows] == [
        *(("ก", "spoke"), ("ค", "spoke")),
        ("ข", "spoke"),
    ]
    assert rows[0].ended_at - rows[0].called_at == timedelta(minutes=3)
    assert rows[0].seconds == 240
    with pytest.raises(Refused, match="closed"):
        signed_up(hearing, at=STARTS + timedelta(minutes=10))
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.update(state="called", ended_at=None)


def test_signing_up_twice_with_one_form_is_one_place_and_can_be_withdrawn(officer):
    hearing = announced(owner=officer)
    form = speaker()

    one, again = (speaking.sign_up(hearing, form, at=NOW) for _time in range(2))
    withdrawn = speaking.withdraw_signup(one.signup, at=NOW)

    assert (one.signup, one.code) == (again.signup, again.code)
    assert withdrawn.state == "withdrawn"
    with pytest.raises(Refused, match="used already"):
        speaking.withdraw_signup(withdrawn, at=NOW)
    with pytest.raises(Refused, match="in this way"):
        signed_up(announced(mode="online"), way="site")


def test_assistance_has_its_last_working_day_and_an_answer(officer):
    hearing = announced(owner=officer)
    ask = {"words": "ล่ามภาษามือ", "person": CITIZEN}
    day = speaking.last_day(hearing, "sign")  # 22 November is a Sunday: five working days before

    asked, late = (
        speaking.ask_help(hearing, uid=uuid4(), kind="sign", at=at, **ask)
        for at in (NOW, STARTS - DAY)
    )
    speaking.decide_help(asked, is_arranged=True, answer="จัดล่ามแล้ว", by=officer, at=NOW)

    assert day.isoformat() == "2026-11-16"
    assert (asked.is_late, late.is_late) == (False, True)
    assert Letter.objects.get().data["answer"] == "จัดล่ามแล้ว"


# Written views


def test_views_are_taken_until_the_announced_instant_and_not_one_later(officer):
    hearing = written_hearing(owner=officer)
    form, moment = view(), timedelta(microseconds=1)

    taken = testimonies.submit(hearing, form, at=hearing.closes_at - moment)
    again = testimonies.submit(hearing, form, at=hearing.closes_at + DAY)
    with pytest.raises(Refused, match="Yours was not sent"):
        sent(hearing, at=hearing.closes_at)
    with pytest.raises(Refused, match="Say why"):
        testimonies.enter(hearing, view(way="paper"), at=hearing.closes_at, by=officer)
    late = testimonies.enter(
        hearing, view(way="paper"), at=hearing.closes_at, by=officer, late_reason="ไปรษณีย์ล่าช้า"
    )

    assert (taken.testimony, taken.code) == (again.testimony, again.code)
    assert (late.is_late, late.way, late.entered_by) == (True, "paper", officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Testimony.objects.filter(pk=late.pk).update(is_late=False)


def test_personal_data_are_covered_before_anybody_reads_them(officer):
    hearing = written_hearing(owner=officer)
    made = sent(hearing, body="โทร 081-234-5678 ถามนายสมชาย ใจดี")

    changed = testimonies.redact(made, "ข้อความที่แก้แล้ว 0812345678", by=officer, at=NOW)

    assert made.is_redacted
    assert "081" not in made.public_body
    assert "0812345678" not in changed.public_body
    assert changed.body == made.body


def test_moderation_needs_a_reason_and_its_appeal_another_person(officer):
    hearing = written_hearing(owner=officer, is_premoderated=True)
    one, other = sent(hearing, person=CITIZEN), sent(hearing)
    assert one.state == "waiting"
    with pytest.raises(Refused, match="Choose why"):
        testimonies.hide([one], reason="", note="", by=officer, at=NOW)

    assert testimonies.hide([one, other], reason="abuse", note="", by=officer, at=NOW) == 2
    asked = testimonies.appeal(one, "ไม่ได้ด่าใคร", at=NOW)
    with pytest.raises(Refused, match="already"):
        testimonies.appeal(one, "อีกครั้ง", at=NOW)
    with pytest.raises(Refused, match="somebody else"):
        testimonies.decide_appeal(asked, is_granted=True, answer="ได้", by=officer, at=NOW)
    boss = SupervisorFactory.create(unit=officer.unit)
    testimonies.decide_appeal(asked, is_granted=True, answer="เผยแพร่ได้", by=boss, at=NOW)

    one.refresh_from_db()
    assert (one.state, one.reason, one.moderated_by) == ("shown", "", boss)
    assert Letter.objects.get().kind == "listening.testimony_moderated"


# What comes of it


def test_campaigns_are_grouped_and_every_view_counts(officer):
    hearing = written_hearing(owner=officer)
    text = "ขอคัดค้านการขึ้นค่าธรรมเนียมทุกกรณีเพราะผู้ประกอบการรายย่อยเดือดร้อนมาก"
    first = sent(hearing, body=text, stance="oppose")
    for number in range(3):
        sent(hearing, body=f"{text} {'!' * number}", stance="oppose")
    sent(hearing, body="เห็นด้วยกับการลดขั้นตอนและขอให้เปิดบริการวันเสาร์ด้วยเพื่อความสะดวก")

    assert outcomes.group_alike(hearing, by=officer, at=NOW) == 1
    assert first.alike.count() == 3
    assert hearing.testimonies.count() == 5


def test_summary_waits_for_the_end_the_session_moderation_and_answers_then_is_frozen(officer):
    hearing = announced(owner=officer, is_premoderated=True)
    item = hearing.items.get()
    made = sent(hearing, item=item, person=CITIZEN, stance="oppose")
    over = hearing.closes_at
    for words in ("time announced", "session is not closed", "1 views wait", "no official answer"):
        with pytest.raises(Refused, match=words):
            outcomes.publish_summary(hearing, by=officer, at=NOW if "time" in words else over)
        if "session" in words:
            speaking.open_session(hearing, by=officer, at=STARTS)
            speaking.close_session(hearing, by=officer, at=ENDS)
        if "wait" in words:
            testimonies.show([made], by=officer, at=over)
    outcomes.write_minutes(hearing, by=officer, at=over, body="ประชุมแล้ว", on_site_count=12)
    with pytest.raises(Refused, match="Views still come in"):
        outcomes.answer_items([item], by=officer, at=NOW, **ANSWER)
    outcomes.answer_items([item], by=officer, at=over, **ANSWER)

    made_summary = outcomes.publish_summary(hearing, by=officer, at=over)

    facts = made_summary.facts
    assert facts["counts"]["views"] == 1
    assert facts["en"]["items"][0]["sides"] == [["Support", 0], ["Oppose", 1], ["Neither", 0]] or (
        facts["en"]["items"][0]["sides"][1] == ("Oppose", 1)
    )
    assert facts["th"]["items"][0]["change"] == "ไม่เปลี่ยนแปลง"
    assert facts["th"]["minutes"]["on_site"] == 12
    assert [letter.kind for letter in Letter.objects.all()] == ["listening.hearing_published"]
    with pytest.raises(Refused, match="stays as it is"):
        testimonies.hide([made], reason="abuse", note="", by=officer, at=over)
    with pytest.raises(Refused, match="what was corrected"):
        outcomes.publish_summary(hearing, by=officer, at=over)
    assert outcomes.publish_summary(hearing, by=officer, at=over, reason="แก้คำผิด").number == 2
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        hearing.summaries.update(facts={})


def test_a_hearing_that_nobody_answered_says_so(officer):
    hearing = written_hearing(owner=officer)
    outcomes.answer_items(hearing.items.all(), by=officer, at=hearing.closes_at, **ANSWER)

    facts = outcomes.publish_summary(hearing, by=officer, at=hearing.closes_at).facts

    assert "Nobody sent a view or spoke." in facts["en"]["remarks"]


def test_owners_are_reminded_once_of_documents_assistance_and_the_summary(officer):
    hearing = announced(owner=officer)
    speaking.ask_help(hearing, uid=uuid4(), kind="access", words="", person=None, at=NOW)
    for at in (STARTS - 5 * DAY, STARTS - 4 * DAY, hearing.closes_at + 40 * DAY):
        outcomes.remind_of_hearings(at=at)

    kinds = sorted(Notice.objects.values_list("kind", flat=True))
    assert kinds == [f"listening.hearing_{kind}" for kind in ("documents", "help", "summary_late")]


def test_every_verb_is_in_the_audit_trail_with_words(officer):
    hearing = announced(owner=officer)
    made = sent(hearing)
    testimonies.hide([made], reason="advert", note="", by=officer, at=NOW)

    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["hearing_announced", "testimony_taken", "testimony_hidden"]
