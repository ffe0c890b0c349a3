"""Each verb: done, refused, audit line, notice; and what it does to the clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agency import letters, notices
from agency.models import Attachment, AuditEntry, Event, Letter, Notice
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle import Outdated, Refused
from complaints.models import (
    Clock,
    Closing,
    ComplaintText,
    DueChange,
    Escalation,
    Extension,
    Kind,
    Measure,
    Message,
    Policy,
    RoutingChange,
    Status,
)
from tests.factories.agency import (
    AuditorFactory,
    ExecutiveFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    LIMITS,
    NOW,
    CategoryFactory,
    GradeFactory,
    PolicyFactory,
    answered,
    closed,
    in_progress,
    ready,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = timedelta(days=1)
CITIZEN = PersonData(name="นาง ก", email="a@example.com", preferred_channel="email")


def instant(day: int, month: int = 11, *, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def clock(complaint, measure, version=1) -> Clock:
    return Clock.objects.get(complaint=complaint, measure=measure, version=version)


def last_entry(verb: str) -> AuditEntry:
    return AuditEntry.objects.filter(verb=verb).latest("pk")


def told(kind: str) -> list:
    rows = Notice.objects.filter(kind=f"complaints.{kind}").order_by("pk")
    return [row.recipient for row in rows]


def letter_kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def fresh(unit):
    """A case just received."""
    return received(unit=unit, person=CITIZEN)


@pytest.fixture
def working(officer):
    """A case on which the officer works."""
    return in_progress(officer=officer, person=CITIZEN)


# Version


def test_a_verb_refuses_a_page_that_is_older_than_the_case(working, officer, supervisor):
    seen = working.version
    lifecycle.note(working, body="โทรแล้ว", by=supervisor, at=NOW)

    with pytest.raises(Outdated, match=str(supervisor)) as caught:
        lifecycle.answer(working, body="ได้แก้ไขแล้ว", by=officer, at=NOW, expected_version=seen)

    assert [entry.verb for entry in caught.value.changes] == ["noted"]
    assert not Message.objects.filter(kind=Message.Kind.ANSWER).exists()


def test_a_verb_refuses_without_a_name_when_the_complainant_changed_the_case(working, officer):
    seen = working.version
    lifecycle.reply(working, body="ขอเพิ่มเติม", at=NOW)

    with pytest.raises(Outdated, match="changed while") as caught:
        lifecycle.note(working, body="โทรแล้ว", by=officer, at=NOW, expected_version=seen)

    assert [entry.verb for entry in caught.value.changes] == ["replied"]


def test_every_verb_counts_the_edit(working, officer):
    changed = lifecycle.note(working, body="โทรแล้ว", by=officer, at=NOW + DAY)

    assert changed.version == working.version + 1
    assert changed.touched_at == NOW + DAY


# Acknowledge


def test_acknowledge_stops_its_clock_and_writes_to_the_person(fresh, supervisor):
    changed = lifecycle.acknowledge(fresh, body="รับเรื่องแล้ว", by=supervisor, at=NOW + DAY)

    stopped = clock(fresh, Measure.ACKNOWLEDGE)
    assert changed.acknowledged_at == NOW + DAY
    assert (stopped.stopped_at, stopped.result, stopped.elapsed_days) == (NOW + DAY, "met", 1)
    assert Message.objects.get().body == "รับเรื่องแล้ว"
    assert last_entry("acknowledged").by == supervisor
    assert letter_kinds() == ["complaints.received", "complaints.acknowledged"]


def test_acknowledge_late_is_late(fresh, supervisor):
    lifecycle.acknowledge(fresh, by=supervisor, at=NOW + 2 * DAY)

    stopped = clock(fresh, Measure.ACKNOWLEDGE)
    assert (stopped.result, stopped.elapsed_days) == ("missed", 2)


def test_acknowledge_writes_a_usual_text_in_the_persons_language(unit, supervisor):
    english = received(unit=unit, person=PersonData(name="Ann", language="en"))

    lifecycle.acknowledge(english, by=supervisor, at=NOW)

    assert Message.objects.get().body.startswith("We have received your complaint")


def test_acknowledge_twice_is_refused(fresh, supervisor):
    lifecycle.acknowledge(fresh, by=supervisor, at=NOW)

    with pytest.raises(Refused, match="already"):
        lifecycle.acknowledge(fresh, by=supervisor, at=NOW)


# Screen


def screened(complaint, by, at=NOW, **facts):
    told_facts = {
        "kind": complaint.kind,
        "grade": complaint.grade,
        "category": complaint.category,
        "unit": complaint.unit,
    }
    told_facts.update(facts)
    return lifecycle.screen(complaint, **told_facts, by=by, at=at)


def test_screen_chooses_the_policy_anew_and_moves_the_clocks(fresh, supervisor):
    grade = GradeFactory.create(number=2)
    short = PolicyFactory.create(
        grade=grade, priority=9, limits={**LIMITS, Measure.STAGE1: (5, "working")}
    )

    changed = screened(fresh, supervisor, at=NOW + DAY, grade=grade)

    moved = clock(fresh, Measure.STAGE1)
    assert (changed.policy, changed.status) == (short, Status.SCREENED)
    assert (moved.days, moved.due_at, moved.revision) == (5, instant(9), 2)
    assert changed.due_at == instant(9)
    change = DueChange.objects.get(clock=moved)
    assert (change.old_due_at, change.new_due_at, change.why) == (instant(23), instant(9), "policy")
    before = RoutingChange.objects.get()
    assert (before.old_grade, before.old_unit, before.by) == (None, fresh.unit, supervisor)
    assert last_entry("screened").data["grade"] == 2


def test_screen_drops_and_starts_clocks_as_the_policy_says(fresh, supervisor):
    without = {key: LIMITS[key] for key in (Measure.STAGE1, Measure.STAGE2)}
    PolicyFactory.create(kind=Kind.ENQUIRY, priority=9, limits=without)
    PolicyFactory.create(kind=Kind.PETITION, priority=9)

    screened(fresh, supervisor, kind=Kind.ENQUIRY)
    dropped = Clock.objects.filter(complaint=fresh, result="dropped").order_by("pk")
    assert [row.measure for row in dropped] == ["acknowledge", "progress", "idle"]

    screened(fresh, supervisor, kind=Kind.PETITION)
    assert Clock.objects.filter(complaint=fresh, stopped_at=None).count() == 1


def test_screen_starts_clocks_that_the_former_policy_lacked(unit, supervisor):
    Policy.objects.update(is_current=False)
    only_stages = {key: LIMITS[key] for key in (Measure.STAGE1, Measure.STAGE2)}
    PolicyFactory.create(limits=only_stages)
    complaint = received(unit=unit)
    PolicyFactory.create(kind=Kind.ENQUIRY, priority=9)

    screened(complaint, supervisor, kind=Kind.ENQUIRY)

    running = complaint.clocks.filter(stopped_at=None).order_by("pk")
    assert [row.measure for row in running] == ["stage1", "acknowledge", "progress", "idle"]
    assert clock(complaint, Measure.PROGRESS).started_at == complaint.deemed_received_at


def test_screen_without_a_change_keeps_policy_and_leaves_no_routing_change(fresh, supervisor):
    changed = screened(fresh, supervisor)

    assert changed.status == Status.SCREENED
    assert (RoutingChange.objects.count(), DueChange.objects.count()) == (0, 0)


def test_screen_to_another_unit_takes_the_officer_and_tells_that_unit(working, supervisor):
    other = UnitFactory.create()
    head = SupervisorFactory.create(unit=other)

    changed = screened(working, supervisor, unit=other)

    assert (changed.unit, changed.officer, changed.status) == (other, None, Status.SCREENED)
    assert told("routed") == [head]


def test_screen_inside_the_unit_leaves_the_officer_at_work(working, supervisor, officer):
    changed = screened(working, supervisor, category=CategoryFactory.create())

    assert (changed.officer, changed.status) == (officer, Status.IN_PROGRESS)


def test_screen_to_a_restricted_kind_names_readers_and_stays_restricted(fresh, supervisor, unit):
    trusted = StaffFactory.create(unit=unit)
    unit.restricted_readers.add(trusted)

    changed = screened(fresh, supervisor, kind=Kind.CORRUPTION)
    again = screened(changed, supervisor, kind=Kind.SERVICE)

    assert (changed.is_restricted, again.is_restricted) == (True, True)
    assert {reader.staff for reader in changed.readers.all()} == {trusted, supervisor}


@pytest.mark.parametrize("make", [answered, closed])
def test_screen_of_a_finished_case_is_refused(make, supervisor):
    with pytest.raises(Refused, match="being worked on"):
        screened(make(), supervisor)


# Assign, accept


def test_assign_gives_the_case_to_an_officer_and_tells(fresh, supervisor, officer):
    changed = lifecycle.assign(fresh, to=officer, by=supervisor, at=NOW)

    assert (changed.officer, changed.status) == (officer, Status.ASSIGNED)
    row = changed.assignments.get()
    assert (row.officer, row.by, row.at, row.accepted_at) == (officer, supervisor, NOW, None)
    assert told("assigned") == [officer]
    assert last_entry("assigned").data["to"] == officer.pk


def test_assign_to_oneself_tells_nobody(fresh, supervisor):
    lifecycle.assign(fresh, to=supervisor, by=supervisor, at=NOW)

    assert told("assigned") == []


def test_assign_to_an_officer_below_moves_the_case_there(fresh, supervisor, unit):
    below = UnitFactory.create(parent=unit)
    officer = StaffFactory.create(unit=below)

    changed = lifecycle.assign(fresh, to=officer, by=supervisor, at=NOW)

    assert changed.unit == below
    assert RoutingChange.objects.get().old_unit == unit


def test_assign_of_a_restricted_case_names_the_officer(unit, supervisor, officer):
    unit.restricted_readers.add(supervisor)
    complaint = received(unit=unit, kind=Kind.CORRUPTION)

    changed = lifecycle.assign(complaint, to=officer, by=supervisor, at=NOW)

    assert {reader.staff for reader in changed.readers.all()} == {supervisor, officer}


def test_assign_while_waiting_keeps_waiting(working, supervisor, officer, unit):
    lifecycle.ask(working, body="ที่ไหน", by=officer, at=NOW)

    changed = lifecycle.assign(working, to=StaffFactory.create(unit=unit), by=supervisor, at=NOW)

    assert changed.status == Status.WAITING


def test_assign_refuses_whom_it_must(working, fresh, supervisor, officer, unit):
    refusals = {
        "already": (working, officer),
        "another unit": (fresh, StaffFactory.create()),
        "does not work on complaints": (fresh, AuditorFactory.create(unit=unit)),
    }

    for sentence, (complaint, to) in refusals.items():
        with pytest.raises(Refused, match=sentence):
            lifecycle.assign(complaint, to=to, by=supervisor, at=NOW)
    gone = StaffFactory.create(unit=unit, is_active=False)
    with pytest.raises(Refused, match="does not work on complaints"):
        lifecycle.assign(fresh, to=gone, by=supervisor, at=NOW)


@pytest.mark.parametrize("make", [answered, closed])
def test_assign_of_a_finished_case_is_refused(make, supervisor, officer):
    with pytest.raises(Refused, match="Reopen"):
        lifecycle.assign(make(), to=officer, by=supervisor, at=NOW)


def test_accept_takes_the_case_up(fresh, supervisor, officer):
    lifecycle.assign(fresh, to=officer, by=supervisor, at=NOW)

    changed = lifecycle.accept(fresh, by=officer, at=NOW + DAY)

    assert changed.status == Status.IN_PROGRESS
    assert changed.assignments.get().accepted_at == NOW + DAY
    assert last_entry("accepted").by == officer


def test_accept_is_for_the_officer_and_once(fresh, supervisor, officer):
    lifecycle.assign(fresh, to=officer, by=supervisor, at=NOW)

    with pytest.raises(Refused, match="Only the officer"):
        lifecycle.accept(fresh, by=supervisor, at=NOW)
    lifecycle.accept(fresh, by=officer, at=NOW)
    with pytest.raises(Refused, match="already"):
        lifecycle.accept(fresh, by=officer, at=NOW)


# Ask, reply, resume


def test_ask_stops_the_clocks_and_writes_to_the_person(working, officer):
    changed = lifecycle.ask(working, body="เกิดที่สาขาใด", by=officer, at=NOW)

    assert (changed.status, changed.paused_at) == (Status.WAITING, NOW)
    running = changed.clocks.filter(stopped_at=None)
    assert {(row.measure, row.paused_at, row.next_milestone_at) for row in running} == {
        ("stage1", NOW, None),
        ("progress", NOW, None),
        ("idle", NOW, None),
    }
    assert clock(working, Measure.ACKNOWLEDGE).result == "met"
    assert clock(working, Measure.PROGRESS).result == "met"
    assert letter_kinds()[-1] == "complaints.question"
    assert last_entry("asked").by == officer


def test_reply_lets_the_case_go_on_with_the_days_added(working, officer):
    lifecycle.ask(working, body="เกิดที่สาขาใด", by=officer, at=NOW)

    changed = lifecycle.reply(working, body="สาขาหลัก", at=NOW + 3 * DAY)

    assert (changed.status, changed.paused_at) == (Status.IN_PROGRESS, None)
    assert changed.due_at == instant(25)  # Tuesday and Wednesday stood still
    moved = clock(working, Measure.STAGE1)
    assert (moved.paused_at, moved.due_at, moved.revision) == (None, instant(25), 2)
    assert moved.next_milestone_at == instant(23, hour=1)
    change = DueChange.objects.get(clock=moved)
    assert (change.why, change.by, change.new_due_at) == ("pause", None, instant(25))
    assert told("replied") == [officer]
    assert last_entry("replied").by is None


def test_reply_with_files_on_a_running_case_only_tells(working, officer):
    file = SimpleUploadedFile("ภาพ.txt", b"x")

    changed = lifecycle.reply(working, body="ส่งหลักฐาน", files=[file], at=NOW)

    assert (changed.status, changed.due_at) == (working.status, working.due_at)
    assert Attachment.objects.get().is_public is True
    assert told("replied") == [officer]


def test_reply_to_a_case_without_officer_tells_the_supervisors(fresh, supervisor):
    lifecycle.reply(fresh, body="เพิ่มเติม", at=NOW)

    assert told("replied") == [supervisor]


def test_reply_is_found_by_search(working):
    lifecycle.reply(working, body="ใกล้ตลาดสด", at=NOW)

    assert ComplaintText.objects.get(complaint=working).body.endswith(" ใกล้ตลาดสด")


def test_reply_to_a_closed_case_or_with_nothing_is_refused(working):
    with pytest.raises(Refused, match="closed"):
        lifecycle.reply(closed(), body="ยังไม่จบ", at=NOW)
    with pytest.raises(Refused, match="write something"):
        lifecycle.reply(working, body=" \x00", at=NOW)


def test_resume_ends_the_wait_with_its_reason(working, officer, supervisor):
    lifecycle.ask(working, body="เกิดที่สาขาใด", by=officer, at=NOW + DAY)

    changed = lifecycle.resume(working, by=supervisor, at=NOW + 2 * DAY, why="โทรถามแล้ว")

    assert (changed.status, changed.due_at) == (Status.IN_PROGRESS, instant(24))
    assert DueChange.objects.filter(note="โทรถามแล้ว", by=supervisor).count() == 1
    assert told("resumed") == [officer]
    assert last_entry("resumed").reason == "โทรถามแล้ว"


def test_resume_within_the_day_moves_no_due_date(working, officer):
    lifecycle.ask(working, body="เกิดที่สาขาใด", by=officer, at=NOW)

    changed = lifecycle.resume(working, by=officer, at=NOW + timedelta(hours=2), why="โทรถามแล้ว")

    assert changed.due_at == working.due_at
    assert DueChange.objects.count() == 0


def test_resume_of_a_case_that_does_not_wait_is_refused(working, officer):
    with pytest.raises(Refused, match="does not wait"):
        lifecycle.resume(working, by=officer, at=NOW, why="x")


def test_ask_needs_an_officer_at_work_and_words(fresh, working, officer, supervisor):
    with pytest.raises(Refused, match="no officer"):
        lifecycle.ask(fresh, body="ที่ไหน", by=supervisor, at=NOW)
    with pytest.raises(Refused, match="what you want to know"):
        lifecycle.ask(working, body="  ", by=officer, at=NOW)
    lifecycle.ask(working, body="ที่ไหน", by=officer, at=NOW)
    with pytest.raises(Refused, match="waits"):
        lifecycle.ask(working, body="เมื่อไร", by=officer, at=NOW)


# Note, progress


def test_note_is_for_colleagues_only_and_shows_progress(working, officer):
    lifecycle.note(working, body="โทรแล้วไม่รับ", by=officer, at=NOW + 3 * DAY)

    idle = clock(working, Measure.IDLE)
    assert Message.objects.get().kind == Message.Kind.NOTE
    assert (idle.started_at, idle.due_at) == (
        NOW + 3 * DAY,
        instant(5, 12, hour=16, minute=59).replace(second=59),
    )
    assert letter_kinds() == ["complaints.received"]
    assert last_entry("noted").by == officer


def test_note_without_words_is_refused(working, officer):
    with pytest.raises(Refused, match="note"):
        lifecycle.note(working, body="", by=officer, at=NOW)


def test_send_progress_starts_the_next_period(working, officer):
    lifecycle.send_progress(working, body="กำลังตรวจสอบ", by=officer, at=NOW + 10 * DAY)

    first, second = clock(working, Measure.PROGRESS), clock(working, Measure.PROGRESS, 2)
    assert (first.result, first.elapsed_days) == ("met", 10)
    assert second.started_at == NOW + 10 * DAY
    assert second.due_at == datetime(2026, 11, 27, 16, 59, 59, tzinfo=UTC)
    assert letter_kinds()[-1] == "complaints.progress"
    assert last_entry("progress_sent").by == officer


def test_send_progress_while_waiting_keeps_waiting(working, officer):
    lifecycle.ask(working, body="ที่ไหน", by=officer, at=NOW)

    changed = lifecycle.send_progress(working, body="ยังรอข้อมูล", by=officer, at=NOW + DAY)

    assert changed.status == Status.WAITING
    assert clock(working, Measure.PROGRESS, 3).paused_at == NOW + DAY
    assert clock(working, Measure.STAGE1).paused_at == NOW


def test_send_progress_on_an_answered_case_is_refused():
    case = answered()

    with pytest.raises(Refused, match="answered or closed"):
        lifecycle.send_progress(case, body="x", by=case.officer, at=NOW)


# Answer, close


def test_answer_stops_the_stage_and_the_letters(working, officer):
    changed = lifecycle.answer(working, body="ได้ปรับปรุงคิวแล้ว", by=officer, at=NOW + 7 * DAY)

    stage = clock(working, Measure.STAGE1)
    assert (changed.status, changed.answered_at) == (Status.ANSWERED, NOW + 7 * DAY)
    assert (stage.result, stage.elapsed_days, stage.stop_recorded_at) == ("met", 5, NOW + 7 * DAY)
    assert clock(working, Measure.PROGRESS).result == "met"
    assert clock(working, Measure.ACKNOWLEDGE).result == "missed"
    assert changed.acknowledged_at == NOW + 7 * DAY
    assert [row.measure for row in changed.clocks.filter(stopped_at=None)] == ["idle"]
    assert letter_kinds()[-1] == "complaints.answered"
    assert last_entry("answered").data["stage"] == 1


def test_answer_after_the_due_date_is_late(working, officer):
    lifecycle.answer(working, body="ขออภัย", by=officer, at=instant(23) + timedelta(seconds=1))

    stage = clock(working, Measure.STAGE1)
    assert (stage.result, stage.elapsed_days) == ("missed", 16)


def test_answer_while_waiting_ends_the_wait(working, officer):
    lifecycle.ask(working, body="ที่ไหน", by=officer, at=NOW)

    changed = lifecycle.answer(working, body="ทราบแล้ว", by=officer, at=NOW + 3 * DAY)

    stage = clock(working, Measure.STAGE1)
    assert (changed.status, changed.paused_at) == (Status.ANSWERED, None)
    assert (stage.elapsed_days, stage.due_at, stage.paused_at) == (1, instant(25), None)


def test_answer_needs_an_officer_and_words(fresh, working, officer, supervisor):
    with pytest.raises(Refused, match="no officer"):
        lifecycle.answer(fresh, body="x", by=supervisor, at=NOW)
    with pytest.raises(Refused, match="write the answer"):
        lifecycle.answer(working, body="", by=officer, at=NOW)
    lifecycle.answer(working, body="x", by=officer, at=NOW)
    with pytest.raises(Refused, match="answered or closed"):
        lifecycle.answer(working, body="x", by=officer, at=NOW)


def test_letter_of_an_answer_holds_the_answer(working, officer):
    lifecycle.answer(working, body="ได้ปรับปรุงคิวแล้ว", by=officer, at=NOW)

    subject, body = letters.words_of(Letter.objects.latest("pk"))
    assert working.number in subject
    assert body == "ได้ปรับปรุงคิวแล้ว"


def test_close_stops_every_clock_and_keeps_the_closing(officer):
    case = answered(officer=officer, person=CITIZEN)

    changed = lifecycle.close(
        case, outcome="upheld", cause="กำลังคนไม่พอ", learning="เพิ่มช่องบริการ", by=officer, at=NOW + DAY
    )

    assert (changed.status, changed.closed_at, changed.outcome) == (
        Status.CLOSED,
        NOW + DAY,
        "upheld",
    )
    assert changed.clocks.filter(stopped_at=None).count() == 0
    assert clock(case, Measure.IDLE).result == "dropped"
    row = Closing.objects.get()
    assert (row.number, row.stage, row.outcome, row.by) == (1, 1, "upheld", officer)
    assert (row.has_cause, row.has_learning, row.is_direct_stage2) == (True, True, False)
    assert Event.objects.get().kind == "complaint_closed"
    assert letter_kinds()[-1] == "complaints.closed"
    assert last_entry("closed").data["outcome"] == "upheld"


def test_close_needs_an_answer_and_an_outcome(working, officer):
    with pytest.raises(Refused, match="Answer the complainant first"):
        lifecycle.close(working, outcome="upheld", by=officer, at=NOW)
    lifecycle.answer(working, body="x", by=officer, at=NOW)
    with pytest.raises(Refused, match="how the complaint ended"):
        lifecycle.close(working, outcome="won", by=officer, at=NOW)
    lifecycle.close(working, outcome="upheld", by=officer, at=NOW)
    with pytest.raises(Refused, match="closed already"):
        lifecycle.close(working, outcome="upheld", by=officer, at=NOW)


# Reopen


def test_reopen_starts_new_clocks_and_keeps_the_closing(officer, supervisor):
    case = closed(officer=officer)
    later = NOW + 14 * DAY

    changed = lifecycle.reopen(case, reason="มีข้อมูลใหม่", by=supervisor, at=later)

    assert (changed.status, changed.reopened_count) == (Status.ASSIGNED, 1)
    assert (changed.answered_at, changed.closed_at, changed.outcome) == (None, None, "")
    stage = clock(case, Measure.STAGE1, 2)
    assert (stage.started_at, stage.due_at, changed.due_at) == (
        later,
        instant(7, 12),
        instant(7, 12),
    )
    assert clock(case, Measure.STAGE1).result == "met"
    running = changed.clocks.filter(stopped_at=None)
    assert {(row.measure, row.version) for row in running} == {
        ("stage1", 2),
        ("progress", 2),
        ("idle", 2),
    }
    assert Closing.objects.get().reopened_at == later
    assert told("reopened") == [officer]
    assert last_entry("reopened").reason == "มีข้อมูลใหม่"


def test_reopen_of_an_answered_case_is_not_a_reopening_of_a_closing(officer, supervisor):
    case = answered(officer=officer)

    changed = lifecycle.reopen(case, reason="ตอบไม่ครบ", by=supervisor, at=NOW)

    assert (changed.reopened_count, changed.status) == (0, Status.ASSIGNED)


def test_second_closing_has_its_own_number(officer, supervisor):
    case = closed(officer=officer)
    lifecycle.reopen(case, reason="มีข้อมูลใหม่", by=supervisor, at=NOW)
    lifecycle.answer(case, body="x", by=officer, at=NOW)

    lifecycle.close(case, outcome="partly", by=officer, at=NOW)

    rows = Closing.objects.order_by("number").values_list("number", "outcome", "reopened_at")
    assert list(rows) == [(1, "upheld", NOW), (2, "partly", None)]


def test_reopen_of_an_open_case_or_without_reason_is_refused(working, supervisor):
    with pytest.raises(Refused, match="still open"):
        lifecycle.reopen(working, reason="x", by=supervisor, at=NOW)
    with pytest.raises(Refused, match="why"):
        lifecycle.reopen(closed(), reason=" ", by=supervisor, at=NOW)


# Stage 2


def test_complainant_asks_for_stage_two_after_the_answer(officer, supervisor):
    case = closed(officer=officer, person=CITIZEN)
    later = NOW + 7 * DAY

    changed = lifecycle.escalate_to_stage2(case, reason="ไม่เห็นด้วย", by=None, at=later)

    assert (changed.stage, changed.officer, changed.status) == (2, None, Status.SCREENED)
    stage = clock(case, Measure.STAGE2)
    assert (stage.started_at, stage.days, changed.due_at) == (later, 30, stage.due_at)
    row = Escalation.objects.get()
    assert (row.why, row.level, row.clock, row.raised_at) == ("stage2", "supervisor", stage, later)
    assert set(told("stage2")) == {
        supervisor,
        *SupervisorFactory._meta.model.objects.with_role("supervisor"),
    }
    assert letter_kinds()[-1] == "complaints.stage2"
    assert last_entry("escalated").reason == "ไม่เห็นด้วย"


def test_staff_escalate_a_grave_case_directly(working, supervisor):
    changed = lifecycle.escalate_to_stage2(working, reason="ร้ายแรง", by=supervisor, at=NOW)

    assert clock(working, Measure.STAGE1).result == "dropped"
    assert clock(working, Measure.STAGE2).stopped_at is None
    assert changed.stage == 2


def test_direct_stage_two_closing_says_so(working, supervisor, officer):
    lifecycle.escalate_to_stage2(working, reason="ร้ายแรง", by=supervisor, at=NOW)
    lifecycle.assign(working, to=officer, by=supervisor, at=NOW)
    lifecycle.answer(working, body="x", by=officer, at=NOW)

    lifecycle.close(working, outcome="upheld", by=officer, at=NOW)

    row = Closing.objects.get()
    assert (row.stage, row.is_direct_stage2) == (2, True)


def test_stage_two_needs_another_person(officer, supervisor, unit):
    case = answered(officer=officer)
    lifecycle.escalate_to_stage2(case, reason="ไม่เห็นด้วย", by=None, at=NOW + DAY)

    with pytest.raises(Refused, match="somebody else"):
        lifecycle.assign(case, to=officer, by=supervisor, at=NOW + DAY)
    other = StaffFactory.create(unit=unit)
    changed = lifecycle.assign(case, to=other, by=supervisor, at=NOW + DAY)
    lifecycle.answer(case, body="ยืนตามเดิม", by=other, at=NOW + DAY)

    assert changed.officer == other
    lifecycle.close(case, outcome="not_upheld", by=other, at=NOW + DAY)
    assert Closing.objects.get().is_direct_stage2 is False


def test_stage_two_from_waiting_ends_the_wait(working, officer, supervisor):
    lifecycle.ask(working, body="ที่ไหน", by=officer, at=NOW)

    changed = lifecycle.escalate_to_stage2(working, reason="ร้ายแรง", by=supervisor, at=NOW + DAY)

    assert (changed.status, changed.paused_at) == (Status.SCREENED, None)
    assert changed.clocks.filter(stopped_at=None).exclude(paused_at=None).count() == 0


@pytest.mark.parametrize(
    ("occurred_on", "asked_on", "is_taken"),
    [
        (None, instant(2, 5), False),  # six months after receipt were on 2 May 2027
        (date(2026, 10, 31), instant(30, 4), True),  # six months after the event, to the day
        (date(2026, 8, 31), instant(28, 2), True),  # August has more days than February
        (date(2026, 8, 31), instant(1, 3), False),
        (date(2025, 1, 1), instant(2, 1), True),  # two months after the answer
        (date(2025, 1, 1), instant(3, 1), False),
    ],
)
def test_complainant_asks_in_time(officer, occurred_on, asked_on, is_taken):
    case = answered(officer=officer, occurred_on=occurred_on)
    asked_on = asked_on.replace(year=2027)
    if occurred_on is None:
        asked_on += DAY

    if is_taken:
        changed = lifecycle.escalate_to_stage2(case, reason="x", by=None, at=asked_on)
        assert changed.stage == 2
    else:
        with pytest.raises(Refused, match="time to ask"):
            lifecycle.escalate_to_stage2(case, reason="x", by=None, at=asked_on)


def test_stage_two_too_early_or_twice_is_refused(working, supervisor):
    with pytest.raises(Refused, match="not been answered"):
        lifecycle.escalate_to_stage2(working, reason="x", by=None, at=NOW)
    lifecycle.escalate_to_stage2(working, reason="x", by=supervisor, at=NOW)
    with pytest.raises(Refused, match="stage 2 already"):
        lifecycle.escalate_to_stage2(working, reason="x", by=supervisor, at=NOW)


def test_stage_two_without_a_limit_is_refused(unit, supervisor):
    Policy.objects.update(is_current=False)
    PolicyFactory.create(limits={Measure.STAGE1: (15, "working")})
    complaint = received(unit=unit)

    with pytest.raises(Refused, match="no limit for stage 2"):
        lifecycle.escalate_to_stage2(complaint, reason="x", by=supervisor, at=NOW)


# Rating


def test_rate_keeps_one_to_five_after_the_answer(working):
    case = answered()

    assert lifecycle.rate(case, rating=4, at=NOW).rating == 4
    assert last_entry("rated").data["rating"] == 4
    with pytest.raises(Refused, match="1 to 5"):
        lifecycle.rate(case, rating=6, at=NOW)
    with pytest.raises(Refused, match="answered"):
        lifecycle.rate(working, rating=4, at=NOW)


def test_rating_is_changed_for_two_weeks_and_every_change_is_kept():
    case = answered()
    lifecycle.rate(case, rating=2, comment=" ช้า ", at=NOW)

    changed = lifecycle.rate(case, rating=5, at=NOW + timedelta(days=14))

    assert changed.rating == 5
    assert list(case.ratings.values_list("score", "comment", "first_at")) == [
        (2, "ช้า", NOW),
        (5, "", NOW),
    ]
    with pytest.raises(Refused, match="could be changed until"):
        lifecycle.rate(case, rating=1, at=NOW + timedelta(days=15))


def test_an_answer_is_rated_within_sixty_days():
    case = answered()

    with pytest.raises(Refused, match="could be rated until"):
        lifecycle.rate(case, rating=4, at=NOW + timedelta(days=61))
    assert lifecycle.rate(case, rating=4, at=NOW + timedelta(days=60)).rating == 4


def test_anonymous_rating_keeps_the_day_only():
    case = answered(is_anonymous=True)

    lifecycle.rate(case, rating=4, at=NOW + timedelta(hours=2, minutes=37, seconds=21))

    [rating] = case.ratings.all()
    assert (rating.at.minute, rating.at.second, rating.at.hour) == (30, 0, 1)


def test_closing_tells_the_other_rooms_what_they_ask_by():
    case = closed()

    event = Event.objects.get(kind="complaint_closed")
    assert event.data == {
        "closing": case.closings.get().pk,
        "case_kind": "service",
        "unit": case.unit_id,
        "service": None,
        "channel": case.channel_id,
        "closed_at": NOW.isoformat(),
        "has_contact": False,
    }


# Extensions


@pytest.fixture
def asked(working, officer, supervisor):
    """A request for five more days."""
    return lifecycle.ask_extension(working, days=5, reason="รอผลตรวจ", by=officer, at=NOW)


def test_ask_extension_comes_before_the_supervisors(asked, working, officer):
    row = Escalation.objects.get()
    assert (row.why, row.extension, row.level) == ("extension", asked, "supervisor")
    assert (asked.state, asked.asked_by, asked.days) == ("asked", officer, 5)
    assert len(told("extension_asked")) == 2
    assert last_entry("extension_asked").data["days"] == 5


def test_grant_moves_the_due_date_and_tells_the_complainant(asked, working, officer, supervisor):
    changed = lifecycle.decide_extension(
        asked, granted=True, remark="ตามที่ขอ", by=supervisor, at=NOW
    )

    stage = clock(working, Measure.STAGE1)
    assert (stage.extended_days, stage.due_at, changed.due_at) == (5, instant(30), instant(30))
    assert DueChange.objects.get().why == "extension"
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.remark) == ("granted", supervisor, "ตามที่ขอ")
    row = Escalation.objects.get()
    assert (row.decision, row.decided_by, row.remark) == ("extended", supervisor, "ตามที่ขอ")
    assert told("extension_granted") == [officer]
    assert letter_kinds()[-1] == "complaints.extended"
    assert "30 Nov 2026" in letters.words_of(Letter.objects.latest("pk"))[1]
    assert last_entry("extension_granted").by == supervisor


def test_refusal_of_time_leaves_the_due_date(asked, working, officer, supervisor):
    changed = lifecycle.decide_extension(
        asked, granted=False, remark="ทำได้ทัน", by=supervisor, at=NOW
    )

    assert changed.due_at == working.due_at
    assert Escalation.objects.get().decision == "not_extended"
    assert told("extension_refused") == [officer]
    assert letter_kinds() == ["complaints.received"]


def test_decide_extension_once_and_never_ones_own(asked, officer, supervisor):
    with pytest.raises(Refused, match="yourself"):
        lifecycle.decide_extension(asked, granted=True, by=officer, at=NOW)
    lifecycle.decide_extension(asked, granted=True, by=supervisor, at=NOW)
    with pytest.raises(Refused, match="already"):
        lifecycle.decide_extension(asked, granted=False, by=supervisor, at=NOW)


def test_decide_extension_after_the_answer_is_refused_and_reviewed(
    asked, working, officer, supervisor
):
    row = Escalation.objects.get()
    with pytest.raises(Refused, match="Grant or refuse"):
        lifecycle.mark_reviewed(row, by=supervisor, at=NOW)
    lifecycle.answer(working, body="เสร็จแล้ว", by=officer, at=NOW)

    with pytest.raises(Refused, match="meanwhile"):
        lifecycle.decide_extension(asked, granted=True, by=supervisor, at=NOW)
    lifecycle.mark_reviewed(row, by=supervisor, at=NOW)

    row.refresh_from_db()
    asked.refresh_from_db()
    assert (row.decision, asked.state) == ("settled", "refused")


def test_ask_extension_refuses(working, fresh, officer, supervisor):
    with pytest.raises(Refused, match="while an officer works"):
        lifecycle.ask_extension(fresh, days=5, reason="x", by=supervisor, at=NOW)
    with pytest.raises(Refused, match="why"):
        lifecycle.ask_extension(working, days=5, reason="", by=officer, at=NOW)
    for days in (0, 366):
        with pytest.raises(Refused, match="from 1 to 365"):
            lifecycle.ask_extension(working, days=days, reason="x", by=officer, at=NOW)
    lifecycle.ask_extension(working, days=5, reason="x", by=officer, at=NOW)
    with pytest.raises(Refused, match="already"):
        lifecycle.ask_extension(working, days=5, reason="x", by=officer, at=NOW)
    assert Extension.objects.count() == 1


# Review


@pytest.fixture
def escalated(working):
    """A case on the board because it is late."""
    stage = clock(working, Measure.STAGE1)
    return Escalation.objects.create(
        complaint=working,
        clock=stage,
        clock_version=stage.revision,
        step=stage.target.steps.get(offset_days=1),
        why="overdue",
        raised_at=NOW,
    )


def test_take_over_makes_the_reviewer_the_officer(escalated, supervisor):
    row = lifecycle.take_over(escalated, by=supervisor, at=NOW)

    assert (row.decision, row.decided_by, row.decided_at) == ("taken_over", supervisor, NOW)
    escalated.complaint.refresh_from_db()
    assert escalated.complaint.officer == supervisor
    assert last_entry("decided").data == {"decision": "taken_over"}


def test_reassign_gives_it_to_another_officer(escalated, supervisor, unit):
    other = StaffFactory.create(unit=unit)

    row = lifecycle.reassign(escalated, to=other, by=supervisor, at=NOW)

    assert row.decision == "reassigned"
    assert told("assigned")[-1] == other


@pytest.mark.parametrize(
    ("verb", "decision"), [(lifecycle.instruct, "instructed"), (lifecycle.send_back, "sent_back")]
)
def test_instruct_and_send_back_write_to_the_officer(escalated, officer, verb, decision):
    chief = ExecutiveFactory.create(unit=officer.unit)

    row = verb(escalated, body="ตอบภายในวันนี้", by=chief, at=NOW)

    assert (row.decision, row.remark) == (decision, "ตอบภายในวันนี้")
    message = Message.objects.get()
    assert (message.kind, message.by) == ("instruction", chief)
    assert told(decision) == [officer]


def test_instruct_without_words_or_on_an_extension_is_refused(asked, escalated, supervisor):
    with pytest.raises(Refused, match="should do"):
        lifecycle.instruct(escalated, body=" ", by=supervisor, at=NOW)
    with pytest.raises(Refused, match="Grant or refuse"):
        lifecycle.instruct(Escalation.objects.get(why="extension"), body="x", by=supervisor, at=NOW)


def test_mark_reviewed_takes_it_off_the_board(escalated, supervisor):
    row = lifecycle.mark_reviewed(escalated, remark="ติดตามต่อ", by=supervisor, at=NOW)

    assert (row.decision, row.remark) == ("reviewed", "ติดตามต่อ")
    assert Escalation.objects.waiting().count() == 0
    assert last_entry("escalation_reviewed").reason == "ติดตามต่อ"


def test_a_second_decision_is_told_who_was_first(escalated, supervisor):
    lifecycle.mark_reviewed(escalated, by=supervisor, at=NOW)

    with pytest.raises(Refused, match=str(supervisor)):
        lifecycle.take_over(escalated, by=supervisor, at=NOW)


def settle_by_answer(case, officer, supervisor):
    lifecycle.answer(case, body="เสร็จแล้ว", by=officer, at=NOW)


def settle_by_extension(case, officer, supervisor):
    more = lifecycle.ask_extension(case, days=5, reason="x", by=officer, at=NOW)
    lifecycle.decide_extension(more, granted=True, by=supervisor, at=NOW)


@pytest.mark.parametrize("settle", [settle_by_answer, settle_by_extension])
def test_what_was_settled_stays_on_the_board_until_it_is_seen(
    escalated, working, officer, supervisor, settle
):
    settle(working, officer, supervisor)

    assert escalated in Escalation.objects.waiting()
    with pytest.raises(Refused, match="settled meanwhile"):
        lifecycle.take_over(escalated, by=supervisor, at=NOW)
    assert lifecycle.mark_reviewed(escalated, by=supervisor, at=NOW).decision == "settled"


def test_stage_two_on_the_board_is_settled_by_its_own_end(officer, supervisor, unit):
    case = answered(officer=officer)
    lifecycle.escalate_to_stage2(case, reason="x", by=None, at=NOW)
    row = Escalation.objects.get()

    assert lifecycle.is_settled(row) is False
    lifecycle.reassign(row, to=StaffFactory.create(unit=unit), by=supervisor, at=NOW)
    assert Escalation.objects.get().decision == "reassigned"


def test_escalation_without_a_clock_is_open_while_the_case_is(working, supervisor):
    row = Escalation.objects.create(complaint=working, why="no_progress", raised_at=NOW)

    assert lifecycle.is_settled(row) is False
    assert lifecycle.mark_reviewed(row, by=supervisor, at=NOW).decision == "reviewed"


def test_instruct_officer_needs_no_escalation(working, officer, supervisor):
    changed = lifecycle.instruct_officer(working, body="เร่งตอบ", by=supervisor, at=NOW)

    assert Message.objects.get().kind == "instruction"
    assert told("instructed") == [officer]
    assert changed.version == working.version + 1
    with pytest.raises(Refused, match="has ended"):
        lifecycle.instruct_officer(closed(), body="x", by=supervisor, at=NOW)


# Readers and identity


def test_name_reader_lets_one_more_person_read(unit, supervisor, officer):
    unit.restricted_readers.add(supervisor)
    complaint = received(unit=unit, kind=Kind.CORRUPTION)
    auditor = AuditorFactory.create()

    lifecycle.name_reader(complaint, staff=auditor, by=supervisor, at=NOW)

    row = complaint.readers.get(staff=auditor)
    assert (row.named_by, row.named_at) == (supervisor, NOW)
    assert told("named") == [auditor]
    assert last_entry("reader_named").data["staff"] == auditor.pk


def test_name_reader_refuses(fresh, unit, supervisor):
    unit.restricted_readers.add(supervisor)
    secret = received(unit=unit, kind=Kind.CORRUPTION)

    with pytest.raises(Refused, match="not restricted"):
        lifecycle.name_reader(fresh, staff=supervisor, by=supervisor, at=NOW)
    with pytest.raises(Refused, match="named already"):
        lifecycle.name_reader(secret, staff=supervisor, by=supervisor, at=NOW)
    gone = StaffFactory.create(is_active=False)
    with pytest.raises(Refused, match="any more"):
        lifecycle.name_reader(secret, staff=gone, by=supervisor, at=NOW)


def test_reveal_identity_needs_a_reason_that_is_kept(fresh, supervisor):
    data = lifecycle.reveal_identity(fresh, reason="ต้องโทรนัดตรวจพื้นที่", by=supervisor, at=NOW)

    assert (data.name, data.email) == ("นาง ก", "a@example.com")
    entry = last_entry("identity_revealed")
    assert (entry.by, entry.reason, entry.object_id) == (supervisor, "ต้องโทรนัดตรวจพื้นที่", fresh.pk)
    with pytest.raises(Refused):
        lifecycle.reveal_identity(fresh, reason=" ", by=supervisor, at=NOW)


def test_reveal_identity_of_nobody_is_refused(unit, supervisor):
    nameless = received(unit=unit, is_anonymous=True)

    with pytest.raises(Refused, match="no complainant"):
        lifecycle.reveal_identity(nameless, reason="ต้องโทรนัดตรวจพื้นที่", by=supervisor, at=NOW)


# Attach


def test_attach_adds_files(working, officer):
    file = SimpleUploadedFile("ภาพ.txt", b"x")

    lifecycle.attach(working, files=[file], by=officer, at=NOW)

    kept = Attachment.objects.get()
    assert (kept.object_id, kept.is_public, kept.added_by) == (working.pk, False, officer)
    with pytest.raises(Refused, match="has ended"):
        lifecycle.attach(closed(), files=[file], by=officer, at=NOW)


# Notices that no longer stand


def test_notices_are_cancelled_when_the_matter_is_settled(supervisor, fresh, officer, unit):
    lifecycle.assign(fresh, to=officer, by=supervisor, at=NOW)
    lifecycle.assign(fresh, to=StaffFactory.create(unit=unit), by=supervisor, at=NOW)

    notices.send_pending(at=NOW)

    rows = Notice.objects.filter(kind="complaints.assigned").order_by("pk")
    assert [row.state for row in rows] == ["cancelled", "sent"]
    assert Notice.objects.get(kind="complaints.received").state == "sent"


def test_notices_of_a_closed_case_are_cancelled():
    closed()

    notices.send_pending(at=NOW)

    assert set(Notice.objects.values_list("state", flat=True)) == {"cancelled"}


def test_every_letter_has_a_subject_with_the_number_and_a_text(working, officer):
    lifecycle.ask(working, body="ที่ไหน", by=officer, at=NOW)
    facts = {
        "number": "2570-000009",
        "message": Message.objects.get().pk,
        "due": NOW.isoformat(),
        "answered_at": NOW.isoformat(),
        "case": working.pk,
        "person_pk": 1,
    }

    kinds = {kind: row for kind, row in letters.KINDS.items() if kind.startswith("complaints.")}

    assert [
        name for name, row in kinds.items() if "2570-000009" not in row.subject_line(facts)
    ] == ["complaints.own_link"]  # it is about the person, not about a case
    assert [name for name, row in kinds.items() if not row.body(facts)] == []


def test_every_title_is_a_sentence_with_the_number(supervisor, fresh):
    for row in Notice.objects.all():
        assert fresh.number in notices.title_of(row)
    kinds = [
        kind
        for kind in notices.KINDS
        if kind.startswith("complaints.") and kind != "complaints.milestone"
    ]
    facts = {"number": "2570-000009", "follower": "2570-000010", "count": 3, "offset": -1}
    facts["day"] = "2569-12-01"
    titles = {kind: notices.KINDS[kind].title(facts) for kind in kinds}
    assert {kind for kind, title in titles.items() if "2570-000009" not in title} == {
        "complaints.action_due",  # what prevents repeats may belong to no case
        "complaints.action_given",
    }
