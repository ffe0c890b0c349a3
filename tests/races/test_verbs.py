"""Four people press the same button at once: one wins, the others are told; on real PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from agency.models import AuditEntry, Notice
from agency.papers import docx_of
from complaints import lifecycle
from complaints.lifecycle import Part, Refused
from complaints.models import (
    AnswerReview,
    Clock,
    Closing,
    Complaint,
    Ending,
    Escalation,
    Extension,
    Message,
    Policy,
    Referral,
    RegisterNumber,
    SubTask,
)
from complaints.selectors.documents import paper_of
from tests.factories.agency import (
    ChannelFactory,
    PartnerAgencyFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    NOW,
    LetterheadFactory,
    PolicyFactory,
    RejectionReasonFactory,
    document_of,
    filing,
    ready,
)

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 20
PEOPLE = 4


class Team:
    """Four officers and four supervisors of a unit, and a case for each row."""

    def __init__(self):
        ready()
        self.unit = UnitFactory.create()
        self.officers = StaffFactory.create_batch(PEOPLE, unit=self.unit)
        self.supervisors = SupervisorFactory.create_batch(PEOPLE, unit=self.unit)
        told = filing(unit=self.unit, channel=ChannelFactory.create())
        self.cases = [lifecycle.receive(told, by=None, at=NOW).complaint for _row in range(ROWS)]

    def refresh(self):
        """Read the cases as they stand, so that all four have seen the same."""
        found = Complaint.objects.select_related("officer", "unit").in_bulk(
            [case.pk for case in self.cases]
        )
        self.cases = [found[case.pk] for case in self.cases]


def outcome(action) -> str:
    """Do it and say how it went."""
    try:
        action()
    except Refused:
        return "told"
    return "won"


def race(rows, press) -> list[Counter]:
    """Let all press on each row at once; returns how it went, row by row."""
    barrier = Barrier(PEOPLE)

    def work(person):
        went = []
        try:
            for row in rows:
                barrier.wait(timeout=30)
                went.append(outcome(lambda row=row: press(row, person)))
        finally:
            connection.close()
        return went

    with ThreadPoolExecutor(PEOPLE) as pool:
        people = list(pool.map(work, range(PEOPLE)))
    return [Counter(row) for row in zip(*people, strict=True)]


ONE_WINNER = [Counter(won=1, told=PEOPLE - 1)] * ROWS


def acknowledge(team, case, person):
    lifecycle.acknowledge(case, by=team.supervisors[person], at=NOW)


def screen(team, case, person):
    lifecycle.screen(
        case,
        kind=case.kind,
        grade=None,
        category=None,
        unit=team.unit,
        by=team.supervisors[person],
        at=NOW,
        expected_version=case.version,
    )


def take(team, case, person):
    officer = team.officers[person]
    lifecycle.assign(case, to=officer, by=officer, at=NOW, expected_version=case.version)


def accept(team, case, person):
    lifecycle.accept(case, by=case.officer, at=NOW)


def note(team, case, person):
    by = team.officers[person]
    lifecycle.note(case, body="x", by=by, at=NOW, expected_version=case.version)


def send_progress(team, case, person):
    lifecycle.send_progress(case, body="x", by=case.officer, at=NOW, expected_version=case.version)


def ask(team, case, person):
    lifecycle.ask(case, body="ที่ไหน", by=team.supervisors[person], at=NOW)


def resume(team, case, person):
    lifecycle.resume(case, by=team.supervisors[person], at=NOW, why="โทรแล้ว")


def ask_extension(team, case, person):
    lifecycle.ask_extension(case, days=5, reason="x", by=case.officer, at=NOW)


def decide_extension(team, case, person):
    asked = Extension.objects.select_related("clock__complaint").get(clock__complaint=case)
    lifecycle.decide_extension(asked, granted=person % 2 == 0, by=team.supervisors[person], at=NOW)


def answer(team, case, person):
    lifecycle.answer(case, body="เสร็จ", by=team.supervisors[person], at=NOW)


def close(team, case, person):
    lifecycle.close(case, outcome="upheld", by=team.supervisors[person], at=NOW)


def reopen(team, case, person):
    lifecycle.reopen(case, reason="x", by=team.supervisors[person], at=NOW)


def escalate(team, case, person):
    lifecycle.escalate_to_stage2(case, reason="x", by=team.supervisors[person], at=NOW)


VERBS = [
    acknowledge,
    screen,
    take,
    accept,
    note,
    send_progress,
    ask,
    resume,
    ask_extension,
    decide_extension,
    answer,
    close,
    reopen,
    escalate,
]


def test_one_person_wins_every_verb_that_two_can_press():
    team = Team()

    for verb in VERBS:
        team.refresh()
        assert race(team.cases, partial(verb, team)) == ONE_WINNER, verb.__name__

    assert Counter(AuditEntry.objects.values_list("verb", flat=True)).total() == ROWS * 15
    assert Message.objects.count() == ROWS * 5
    assert Closing.objects.count() == ROWS
    assert Extension.objects.exclude(state="asked").count() == ROWS
    assert Clock.objects.filter(measure="stage2").count() == ROWS


def test_one_person_ends_a_case_without_an_answer_and_one_records_the_agencys():
    team = Team()
    reason, agency = RejectionReasonFactory.create(), PartnerAgencyFactory.create()

    def end(case, person):
        by = team.supervisors[person]
        (
            lambda: lifecycle.reject(case, reason=reason, by=by, at=NOW),
            lambda: lifecycle.refer(case, agency=agency, body="x", by=by, at=NOW),
            lambda: lifecycle.withdraw(case, body="x", by=by, at=NOW),
            lambda: lifecycle.withdraw(case, body="", by=None, at=NOW),
        )[person]()

    assert race(team.cases, end) == ONE_WINNER
    assert Ending.objects.count() == ROWS
    assert Clock.objects.unstopped().count() == 0

    more = Team()
    for case in more.cases:
        lifecycle.refer(case, agency=agency, body="x", by=more.supervisors[0], at=NOW)

    def record(case, person):
        lifecycle.record_referral_answer(case, body="x", by=more.supervisors[person], at=NOW)

    assert race(more.cases, record) == ONE_WINNER
    assert Referral.objects.filter(answer="x").count() == ROWS


def test_one_link_stands_whichever_way_round_four_people_make_it():
    team, other = Team(), Team()
    pairs = list(zip(team.cases, other.cases, strict=True))

    def press(pair, person):
        one, two = pair if person % 2 else reversed(pair)
        by = team.supervisors[person]
        lifecycle.link(one, master=two, kind="repeat", reason="x", by=by, at=NOW)

    assert race(pairs, press) == ONE_WINNER
    linked = list(Complaint.objects.exclude(master=None))
    assert len(linked) == ROWS

    def undo(case, person):
        lifecycle.unlink(case, reason="x", by=team.supervisors[person], at=NOW)

    assert race(linked, undo) == ONE_WINNER
    assert Complaint.objects.exclude(master=None).count() == 0


def test_one_person_looks_at_a_drafted_answer():
    Policy.objects.all().delete()
    PolicyFactory.create(needs_review=True)
    team = Team()
    officer, boss = team.officers[0], team.supervisors[0]
    for case in team.cases:
        lifecycle.assign(case, to=officer, by=boss, at=NOW)

    def send(case, person):
        lifecycle.send_for_review(case, body="x", by=officer, at=NOW)

    def look(case, person):
        by = team.supervisors[person]
        (
            lambda: lifecycle.approve_answer(case, by=by, at=NOW),
            lambda: lifecycle.return_answer(case, reason="x", by=by, at=NOW),
            lambda: lifecycle.take_answer_back(case, by=officer, at=NOW),
            lambda: lifecycle.approve_answer(case, by=by, at=NOW),
        )[person]()

    assert race(team.cases, send) == ONE_WINNER
    assert race(team.cases, look) == ONE_WINNER
    assert AnswerReview.objects.exclude(decided_at=None).count() == ROWS
    answered = Complaint.objects.filter(status="answered").count()
    assert Message.objects.filter(kind="answer").count() == answered


def test_one_person_splits_a_case_and_one_asks_a_unit():
    team, other = Team(), UnitFactory.create()
    parts = [Part(subject="x", body="x", unit=team.unit)]
    by = team.supervisors

    def split(case, person):
        seen = case.version
        lifecycle.split(case, parts=parts, by=by[person], at=NOW, expected_version=seen)

    def ask(case, person):
        lifecycle.fan_out(case, units=[other], question="x", days=3, by=by[person], at=NOW)

    def end(row, person):
        (
            lambda: lifecycle.reply_subtask(row, body="x", by=by[person], at=NOW),
            lambda: lifecycle.return_subtask(row, reason="x", by=by[person], at=NOW),
            lambda: lifecycle.cancel_subtask(row, reason="x", by=by[person], at=NOW),
            lambda: lifecycle.reply_subtask(row, body="y", by=by[person], at=NOW),
        )[person]()

    assert race(team.cases, split) == ONE_WINNER
    assert Complaint.objects.exclude(split_from=None).count() == ROWS
    assert race(team.cases, ask) == ONE_WINNER
    rows = list(SubTask.objects.select_related("complaint"))
    assert len(rows) == ROWS
    assert race(rows, end) == ONE_WINNER
    replied = SubTask.objects.filter(state="replied").count()
    assert Message.objects.filter(kind="subtask_reply").count() == replied


def test_four_sweeps_escalate_each_late_subtask_once():
    team, other = Team(), UnitFactory.create()
    for case in team.cases:
        lifecycle.fan_out(case, units=[other], question="x", days=1, by=team.supervisors[0], at=NOW)
    late = NOW + timedelta(days=4)
    moved = []

    race(range(4), lambda row, person: moved.append(lifecycle.sweep_subtasks(at=late)))

    assert sum(moved) == ROWS
    assert Escalation.objects.filter(why="subtask").count() == ROWS
    assert AuditEntry.objects.filter(verb="subtask_escalated").count() == ROWS


def test_a_case_goes_straight_to_stage_2_once():
    team = Team()

    def press(case, person):
        by = team.supervisors[person]
        (
            lambda: lifecycle.escalate_to_stage2(case, reason="x", by=by, at=NOW),
            lambda: lifecycle.screen(
                case,
                kind=case.kind,
                grade=None,
                category=None,
                unit=team.unit,
                stage2_reason="x",
                by=by,
                at=NOW,
            ),
        )[person % 2]()

    assert race(team.cases, press) == ONE_WINNER
    assert Clock.objects.filter(measure="stage2").count() == ROWS


def test_four_sweeps_remind_of_each_referral_once():
    team = Team()
    agency = PartnerAgencyFactory.create(reply_days=1)
    for case in team.cases:
        lifecycle.refer(case, agency=agency, body="x", by=team.supervisors[0], at=NOW)
    late = NOW + timedelta(days=2)
    reminded = []

    race(range(4), lambda row, person: reminded.append(lifecycle.remind_referrals(at=late)))

    assert sum(reminded) == ROWS
    assert AuditEntry.objects.filter(verb="referral_reminded").count() == ROWS


def test_one_reviewer_decides_an_escalation():
    team = Team()
    rows = Escalation.objects.bulk_create(
        [Escalation(complaint=case, why="overdue", raised_at=NOW) for case in team.cases]
    )

    def decide(row, person):
        by = team.supervisors[person]
        (
            lambda: lifecycle.mark_reviewed(row, by=by, at=NOW),
            lambda: lifecycle.take_over(row, by=by, at=NOW),
            lambda: lifecycle.instruct(row, body="x", by=by, at=NOW),
            lambda: lifecycle.reassign(row, to=team.officers[0], by=by, at=NOW),
        )[person]()

    assert race(rows, decide) == ONE_WINNER
    assert AuditEntry.objects.filter(verb="decided").count() == ROWS


def test_a_complainant_and_an_officer_end_the_same_wait_once():
    team = Team()
    officer = team.officers[0]
    for case in team.cases:
        lifecycle.assign(case, to=officer, by=team.supervisors[0], at=NOW)
        lifecycle.ask(case, body="ที่ไหน", by=officer, at=NOW)

    def press(case, person):
        if person == 0:
            lifecycle.reply(case, body="ที่ตลาด", at=NOW)
        else:
            lifecycle.resume(case, by=officer, at=NOW, why="โทรแล้ว")

    went = race(team.cases, press)

    assert {row["won"] for row in went} <= {
        1,
        2,
    }  # a reply is taken whether or not it was waited for
    assert Message.objects.filter(kind="reply").count() == ROWS
    assert Clock.objects.exclude(paused_at=None).count() == 0
    ends = Clock.objects.filter(measure="stage1").values_list("pauses__until_at", flat=True)
    assert list(ends) == [NOW] * ROWS


def test_a_filing_sent_four_times_is_one_case():
    ready()
    unit = UnitFactory.create()
    SupervisorFactory.create(unit=unit)
    channel = ChannelFactory.create()
    told = [
        filing(unit=unit, channel=channel, source_system="web", external_ref=f"r{row}")
        for row in range(ROWS)
    ]
    receipts = []

    def press(row, person):
        receipt = lifecycle.receive_once(row, by=None, at=NOW)
        receipts.append((receipt.complaint.number, receipt.code))

    race(told, press)

    assert Complaint.objects.count() == ROWS
    assert set(Counter(receipts).values()) == {PEOPLE}
    assert Notice.objects.count() == ROWS


def test_a_letter_is_issued_once_and_the_register_has_no_gap():
    team = Team()
    LetterheadFactory.create(unit=team.unit)
    papers = [document_of(case, by=team.supervisors[0]) for case in team.cases]

    def press(paper, person):
        by = team.supervisors[person]
        lifecycle.reserve_number(paper, by=by, at=NOW)
        files = {"pdf": b"%PDF-1.7", "docx": docx_of(paper_of(paper, at=NOW))}
        lifecycle.issue_document(paper, name="x", by=by, at=NOW, **files)

    assert race(papers, press) == ONE_WINNER
    numbers = RegisterNumber.objects.order_by("number").values_list("number", "state")
    assert list(numbers) == [(number, "used") for number in range(1, ROWS + 1)]


def test_numbers_of_a_new_year_are_drawn_once_though_four_begin_it():
    ready()
    unit, channel = UnitFactory.create(), ChannelFactory.create()
    year = iter(range(2051, 2051 + 5))
    instants = [datetime(next(year), 1, 5, 3, 0, tzinfo=UTC) for _year in range(5)]

    def press(at, person):
        lifecycle.receive(filing(unit=unit, channel=channel), by=None, at=at)

    race(instants, press)

    numbers = sorted(Complaint.objects.values_list("number", flat=True))
    assert numbers == [f"{year}-{n:06}" for year in range(2594, 2599) for n in range(1, 5)]
    with connection.cursor() as cursor:
        for fiscal_year in range(2594, 2599):
            cursor.execute(f"DROP SEQUENCE complaint_number_{fiscal_year}")
