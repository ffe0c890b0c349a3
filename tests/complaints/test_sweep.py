"""The sweep: what it tells to whom, once; and waits that last too long."""

from datetime import UTC, datetime, timedelta

import pytest

from agency import notices
from agency.models import AuditEntry, Notice
from complaints import lifecycle
from complaints.lifecycle import sweep
from complaints.models import (
    Clock,
    Escalation,
    Kind,
    Measure,
    Milestone,
    Policy,
    Status,
    Step,
)
from tests.factories.agency import (
    ExecutiveFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    NOW,
    PolicyFactory,
    ReaderFactory,
    in_progress,
    ready,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = timedelta(days=1)


def instant(day: int, month: int = 11, *, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


TWO_BEFORE = instant(19, hour=1)  # the standard of the tests ends on the 23rd
DUE = instant(23)
ONE_AFTER = instant(24)
FIVE_AFTER = instant(30)


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create(parent=UnitFactory.create())


@pytest.fixture
def team(unit):
    """Officer and supervisor of the unit, executive above."""
    return {
        "officer": StaffFactory.create(unit=unit),
        "supervisor": SupervisorFactory.create(unit=unit),
        "executive": ExecutiveFactory.create(unit=unit.parent),
    }


@pytest.fixture
def case(unit, team):
    """A case in progress, with nobody told yet."""
    complaint = received(unit=unit)
    lifecycle.assign(complaint, to=team["officer"], by=team["supervisor"], at=NOW)
    complaint = lifecycle.accept(complaint, by=team["officer"], at=NOW)
    Clock.objects.exclude(measure=Measure.STAGE1).update(next_milestone_at=None)
    Notice.objects.all().delete()
    return complaint


def stage(case) -> Clock:
    return Clock.objects.get(complaint=case, measure=Measure.STAGE1)


def told() -> list:
    rows = Notice.objects.filter(kind="complaints.milestone").order_by("pk")
    return [(row.data["offset"], row.recipient) for row in rows]


def sweep_all(at) -> int:
    count = 0
    while moved := lifecycle.sweep_milestones(at=at):
        count += moved
    return count


def test_nothing_is_told_before_its_time(case):
    assert lifecycle.sweep_milestones(at=TWO_BEFORE - timedelta(seconds=1)) == 0
    assert told() == []


def test_each_step_is_told_once_to_whom_it_concerns(case, team):
    officer, supervisor, executive = team["officer"], team["supervisor"], team["executive"]

    expected = []
    for at, people in [
        (TWO_BEFORE, [(-2, officer)]),
        (DUE, [(0, officer), (0, supervisor)]),
        (ONE_AFTER, [(1, supervisor)]),
        (FIVE_AFTER, [(5, executive)]),
    ]:
        assert sweep_all(at) == 1
        assert sweep_all(at) == 0
        expected += people
        assert told() == expected
    assert stage(case).next_milestone_at is None
    assert Milestone.objects.count() == 5


def test_milestone_keeps_when_it_came_due_and_when_it_was_told(case, team):
    late = TWO_BEFORE + timedelta(hours=3)

    lifecycle.sweep_milestones(at=late)

    row = Milestone.objects.get()
    assert (row.clock, row.clock_version, row.recipient) == (stage(case), 1, team["officer"])
    assert (row.due_at, row.reached_at) == (TWO_BEFORE, late)
    entry = AuditEntry.objects.get(verb="reminded")
    assert (entry.object_id, entry.by) == (case.pk, None)
    assert entry.data["to"] == [team["officer"].pk]


def test_all_steps_since_the_last_sweep_are_told(case, team):
    sweep_all(TWO_BEFORE)

    sweep_all(FIVE_AFTER)

    assert [offset for offset, _staff in told()] == [-2, 0, 0, 1, 5]


def test_escalating_steps_come_on_the_board_once(case):
    sweep_all(FIVE_AFTER)

    rows = Escalation.objects.order_by("pk").values_list("why", "level", "raised_at")
    assert list(rows) == [
        ("overdue", "supervisor", FIVE_AFTER),
        ("overdue", "executive", FIVE_AFTER),
    ]
    assert AuditEntry.objects.filter(verb="put_on_board").count() == 2


def test_a_step_before_the_limit_says_due_soon_and_an_idle_one_no_progress(unit, team):
    Policy.objects.update(is_current=False)
    policy = PolicyFactory.create(
        limits={Measure.STAGE1: (15, "working"), Measure.IDLE: (30, "calendar")}
    )
    Step.objects.filter(target__policy=policy, offset_days=-2).update(action=Step.Action.ESCALATE)
    received(unit=unit)

    sweep_all(TWO_BEFORE)
    sweep_all(instant(30, 11, hour=2))

    assert [row.why for row in Escalation.objects.filter(step__offset_days=-2)] == [
        "due_soon",
        "no_progress",
    ]


def test_an_unassigned_case_is_told_to_the_supervisors(unit, team):
    received(unit=unit)
    Clock.objects.exclude(measure=Measure.STAGE1).update(next_milestone_at=None)

    sweep_all(TWO_BEFORE)

    assert told() == [(-2, team["supervisor"])]


def test_a_case_that_nobody_answers_for_is_passed_over(unit):
    received(unit=unit)

    assert sweep_all(FIVE_AFTER) > 0
    assert (Milestone.objects.count(), Notice.objects.count()) == (0, 0)
    assert Escalation.objects.filter(clock__measure=Measure.STAGE1).count() == 2


def test_a_restricted_case_is_told_to_the_named_only(unit, team):
    trusted = StaffFactory.create(unit=unit)
    unit.restricted_readers.add(trusted)
    complaint = received(unit=unit, kind=Kind.CORRUPTION)
    ReaderFactory.create(complaint=complaint, staff=team["supervisor"])
    Clock.objects.exclude(measure=Measure.STAGE1).update(next_milestone_at=None)

    sweep_all(FIVE_AFTER)

    supervisor = team["supervisor"]
    assert told() == [
        (-2, supervisor),
        (0, supervisor),
        (1, supervisor),
        (5, supervisor),  # no executive is named: whoever is
        (5, trusted),
    ]
    assert {
        key for row in Notice.objects.filter(kind="complaints.milestone") for key in row.data
    } == {
        "number",
        "clock",
        "revision",
        "measure",
        "offset",
    }


def test_a_waiting_case_is_left_in_peace(case, team):
    lifecycle.ask(case, body="ที่ไหน", by=team["officer"], at=NOW)

    assert sweep_all(FIVE_AFTER) == 0


def test_an_answered_case_is_left_in_peace(case, team):
    lifecycle.answer(case, body="เสร็จ", by=team["officer"], at=NOW)
    Clock.objects.filter(measure=Measure.IDLE).update(next_milestone_at=None)

    assert sweep_all(FIVE_AFTER) == 0


def test_a_new_due_date_is_a_new_reminder(case, team):
    sweep_all(TWO_BEFORE)
    more = lifecycle.ask_extension(case, days=5, reason="x", by=team["officer"], at=TWO_BEFORE)
    lifecycle.decide_extension(more, granted=True, by=team["supervisor"], at=TWO_BEFORE)

    sweep_all(DUE)
    assert told() == [(-2, team["officer"])]
    sweep_all(instant(26, hour=1))

    rows = Milestone.objects.order_by("pk").values_list("clock_version", "step__offset_days")
    assert list(rows) == [(1, -2), (2, -2)]


def test_a_reminder_is_cancelled_when_the_due_date_moved_meanwhile(case, team):
    sweep_all(TWO_BEFORE)
    more = lifecycle.ask_extension(case, days=5, reason="x", by=team["officer"], at=TWO_BEFORE)
    lifecycle.decide_extension(more, granted=True, by=team["supervisor"], at=TWO_BEFORE)

    notices.send_pending(at=FIVE_AFTER)

    assert Notice.objects.get(kind="complaints.milestone").state == "cancelled"


def test_a_reminder_of_a_running_clock_is_sent(case):
    sweep_all(TWO_BEFORE)

    notices.send_pending(at=TWO_BEFORE)

    assert Notice.objects.get(kind="complaints.milestone").state == "sent"


def test_what_is_past_is_told_when_an_earlier_due_date_makes_it_so(case, team):
    """A reminder that was told already is not told again only because the date moved."""
    Clock.objects.filter(measure=Measure.STAGE1).update(days=3)
    clock = stage(case)
    clock.complaint = case
    lifecycle.ask(case, body="ที่ไหน", by=team["officer"], at=NOW)
    lifecycle.resume(case, by=team["officer"], at=NOW, why="x")

    clock.refresh_from_db()
    assert clock.due_at == instant(5)
    assert clock.next_milestone_at == instant(3, hour=1)


def test_past_steps_are_told_once_whatever_moves_the_date(case, team):
    sweep_all(ONE_AFTER)
    before = told()
    lifecycle.ask(case, body="ที่ไหน", by=team["officer"], at=ONE_AFTER)
    lifecycle.resume(case, by=team["officer"], at=ONE_AFTER + DAY, why="x")

    clock = stage(case)
    assert clock.due_at == DUE  # the pause came after the limit: it moves nothing
    sweep_all(ONE_AFTER + DAY)
    assert told() == before
    assert clock.next_milestone_at == FIVE_AFTER


@pytest.mark.parametrize(
    ("measure", "offset", "words"),
    [
        ("stage1", -2, "2570-000009: Answer at stage 1 is due in 2 days"),
        ("stage1", -1, "2570-000009: Answer at stage 1 is due in 1 day"),
        ("stage1", 0, "2570-000009: Answer at stage 1 is due now"),
        ("stage1", 1, "2570-000009: Answer at stage 1 is 1 day late"),
        ("stage1", 5, "2570-000009: Answer at stage 1 is 5 days late"),
        ("idle", -2, "2570-000009: nothing moves; the time limit is in 2 days"),
        ("idle", 0, "2570-000009: nothing has moved within the time limit"),
        ("idle", 5, "2570-000009: nothing has moved within the time limit"),
    ],
)
def test_title_of_a_milestone_says_how_the_clock_stands(measure, offset, words):
    kind = notices.KINDS["complaints.milestone"]

    title = kind.title({"number": "2570-000009", "measure": measure, "offset": offset})

    assert title == words


def test_a_clock_that_cannot_be_computed_is_put_off_and_told_later(case, team, monkeypatch, caplog):
    other = in_progress(unit=case.unit)
    Clock.objects.exclude(measure=Measure.STAGE1).update(next_milestone_at=None)
    Notice.objects.all().delete()
    broken = stage(other).pk
    real = sweep.next_of

    def fail(clock, *, at):
        if clock.pk == broken:
            raise ValueError("no such day")
        return real(clock, at=at)

    monkeypatch.setattr(sweep, "next_of", fail)
    assert sweep_all(TWO_BEFORE) == 2

    assert told() == [(-2, team["officer"])]
    assert stage(other).next_milestone_at == TWO_BEFORE + sweep.LATER
    assert "cannot be swept" in caplog.text
    monkeypatch.undo()
    sweep_all(TWO_BEFORE + sweep.LATER)
    assert told() == [(-2, team["officer"]), (-2, other.officer)]


def test_a_batch_asks_as_many_questions_for_ten_cases_as_for_two(
    unit, team, django_assert_num_queries
):
    def late_cases(count):
        for _number in range(count):
            received(unit=unit)
        Clock.objects.exclude(measure=Measure.STAGE1).update(next_milestone_at=None)

    late_cases(1)
    sweep_all(TWO_BEFORE)  # caches warm

    for count in (2, 10):
        late_cases(count)
        # begin, token, clocks, units, milestones, audit, notices, next milestones, end
        with django_assert_num_queries(9):
            assert lifecycle.sweep_milestones(at=TWO_BEFORE) == count


# Waits


def test_a_wait_that_lasts_too_long_ends_by_itself(case, team):
    Policy.objects.update(max_pause_days=10)
    lifecycle.ask(case, body="ที่ไหน", by=team["officer"], at=NOW)

    assert lifecycle.resume_overlong_pauses(at=instant(16) - timedelta(seconds=1)) == 0
    assert lifecycle.resume_overlong_pauses(at=instant(16)) == 1

    case.refresh_from_db()
    assert (case.status, case.paused_at) == (Status.IN_PROGRESS, None)
    assert case.due_at == instant(4, 12)  # nine working days stood still, the first was not counted
    entry = AuditEntry.objects.get(verb="resumed")
    assert (entry.by, "10 working days" in entry.reason) == (None, True)
    assert lifecycle.resume_overlong_pauses(at=instant(17)) == 0


def test_waits_end_some_at_a_time(team, unit):
    Policy.objects.update(max_pause_days=1)
    for _number in range(3):
        waiting = in_progress(officer=team["officer"])
        lifecycle.ask(waiting, body="ที่ไหน", by=team["officer"], at=NOW)

    assert lifecycle.resume_overlong_pauses(at=FIVE_AFTER, limit=2) == 2
    assert lifecycle.resume_overlong_pauses(at=FIVE_AFTER, limit=2) == 1


def test_a_wait_that_somebody_ended_meanwhile_is_left_alone(case, team, monkeypatch):
    Policy.objects.update(max_pause_days=1)
    lifecycle.ask(case, body="ที่ไหน", by=team["officer"], at=NOW)

    def quicker(complaint, *, at):
        lifecycle.reply(complaint, body="ตอบแล้ว", at=at)
        return True

    monkeypatch.setattr(sweep, "wait_is_over", quicker)

    assert lifecycle.resume_overlong_pauses(at=FIVE_AFTER) == 0


def test_a_waiting_case_without_a_paused_clock_goes_on_waiting(case, team):
    lifecycle.ask(case, body="ที่ไหน", by=team["officer"], at=NOW)
    for clock in Clock.objects.exclude(paused_at=None):
        clock.pauses.all().delete()
    Clock.objects.update(paused_at=None)

    assert lifecycle.resume_overlong_pauses(at=FIVE_AFTER + 90 * DAY) == 0
