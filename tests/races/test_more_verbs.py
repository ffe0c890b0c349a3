"""Four people press at once, continued: actions, causes, papers, hand-overs, the public page; and that no verb was forgotten."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from agency.models import Person
from agency.thai import local_day
from complaints import lifecycle
from complaints.lifecycle import standards
from complaints.lifecycle.documents import FIELDS
from complaints.lifecycle.handing_over import hand_over
from complaints.models import (
    Apart,
    Assignment,
    Cause,
    Complaint,
    CorrectiveAction,
    Document,
    Escalation,
    Kind,
    Policy,
    Reader,
    RegisterNumber,
)
from pmqa.launch.places import PROJECT
from tests.factories.agency import StaffFactory, SupervisorFactory
from tests.factories.complaints import NOW, LetterheadFactory, document_of
from tests.races.test_verbs import ONE_WINNER, PEOPLE, ROWS, Team, race

# Which race shows that one wins and the others are told, by verb.
VERBS = "test_one_person_wins_every_verb_that_two_can_press"
ENDINGS = "test_one_person_ends_a_case_without_an_answer_and_one_records_the_agencys"
ESCALATIONS = "test_one_reviewer_decides_an_escalation"
LINKS = "test_one_link_stands_whichever_way_round_four_people_make_it"
SECOND_LOOK = "test_one_person_looks_at_a_drafted_answer"
PARTS = "test_one_person_splits_a_case_and_one_asks_a_unit"
ACTIONS = "test_one_person_ends_an_action_and_one_verifies_it"
CAUSES = "test_one_person_changes_a_cause_and_one_adds_it"
DESK = "test_one_person_hands_over_names_and_attaches"
PAPERS = "test_one_person_edits_and_one_voids_a_paper"
RULES = "test_one_person_drafts_and_one_ends_a_standard"
HOLDS = "test_one_person_wins_hold_release_and_unarchive"
RACED = {
    **dict.fromkeys(
        (
            *("acknowledge", "screen", "assign", "accept", "note", "send_progress", "ask"),
            *("resume", "ask_extension", "decide_extension", "answer", "close", "reopen"),
            "escalate_to_stage2",
        ),
        VERBS,
    ),
    **dict.fromkeys(("reject", "refer", "withdraw", "record_referral_answer"), ENDINGS),
    **dict.fromkeys(("take_over", "reassign", "instruct", "mark_reviewed"), ESCALATIONS),
    **dict.fromkeys(("send_back", "instruct_officer"), "test_one_reviewer_sends_a_case_back"),
    **dict.fromkeys(("link", "unlink"), LINKS),
    "keep_apart": "test_two_cases_are_never_both_linked_and_told_apart",
    **dict.fromkeys(
        ("send_for_review", "approve_answer", "return_answer", "take_answer_back"), SECOND_LOOK
    ),
    **dict.fromkeys(
        ("split", "fan_out", "reply_subtask", "return_subtask", "cancel_subtask"), PARTS
    ),
    **dict.fromkeys(("start_action", "finish_action", "drop_action", "verify_action"), ACTIONS),
    **dict.fromkeys(
        ("add_cause", "rename_cause", "retire_cause", "restore_cause", "move_cause"), CAUSES
    ),
    **dict.fromkeys(("hand_over", "hide_name", "name_reader", "attach"), DESK),
    **dict.fromkeys(("edit_document", "void_document"), PAPERS),
    **dict.fromkeys(
        ("reserve_number", "issue_document"),
        "test_a_letter_is_issued_once_and_the_register_has_no_gap",
    ),
    **dict.fromkeys(("draft", "put_in_force", "retire"), RULES),
    **dict.fromkeys(("hold_legally", "release_hold", "unarchive"), HOLDS),
    **dict.fromkeys(
        ("archive_due", "erase_due"), "test_four_nightly_runs_archive_and_erase_each_case_once"
    ),
    "sweep_subtasks": "test_four_sweeps_escalate_each_late_subtask_once",
    "sweep_milestones": "test_two_sweeps_at_once_share_the_work_and_tell_once",
    "remind_referrals": "test_four_sweeps_remind_of_each_referral_once",
    "remind_actions": ACTIONS,
    "give": "test_cases_that_come_at_once_are_spread_evenly",
    "reply": "test_a_complainant_and_an_officer_end_the_same_wait_once",
    "receive": "test_numbers_of_a_new_year_are_drawn_once_though_four_begin_it",
}
# Verbs without a loser, and why.
WITHOUT_A_LOSER = {
    "do_one": "runs the verbs above, each by its own rule; a row is done once (test_job_kills)",
    "draft_document": "each press begins a paper of its own",
    "follow_calendar": "comes to the same due dates however often it runs",
    "insert_canned": "fills in a text, changes no case",
    "keep_canned": "the last word holds; both changes stand in the trail",
    "keep_choices": "the complainant's own; the last word holds",
    "keep_letterhead": "the last word holds",
    "plan_action": "each press plans an action of its own",
    "rate": "the complainant's own; each change of the rating is a row that is kept",
    "begin": "each press begins a draft of its own",
    "remind_agency_deadlines": "skips rows that another run holds, and each day has a key of its own",
    "recompute_batch": "comes to the same due dates however often it runs",
    "refresh_past_times": "comes to the same counts however often it runs",
    "reveal_identity": "everybody's look is recorded",
    "revise": "a draft; the last word holds and both stand in the trail",
    "save_rule": "the last word holds; both stand in the history",
    "seed": "adds what is missing, once, at set-up",
    "send_own_link": "each press sends a link of its own to the same person",
    "set_duty": "the last word holds; both stand in the trail",
    "set_rota": "the last word holds; both stand in the trail",
    "take_batch": "imports of one source wait for one another, row by row the same (test_import)",
    "write_past": "writes the past of an import or of the demo, one process at a time",
}


def verbs_of_the_room() -> dict[str, str]:
    """Return the functions of the lifecycle that open a transaction, with the file of each."""
    return {
        node.name: path.name
        for path in sorted((Path(PROJECT) / "complaints" / "lifecycle").rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and "transaction.atomic" in ast.unparse(node)
    }


def test_every_verb_is_raced_or_has_a_reason_why_not():
    sources = {
        path: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py")
    }

    assert set(verbs_of_the_room()) == set(RACED) | set(WITHOUT_A_LOSER)
    assert set(RACED) & set(WITHOUT_A_LOSER) == set()
    for verb, test in RACED.items():
        (source,) = [text for text in sources.values() if f"def {test}(" in text]
        assert f".{verb}" in source or f"{verb}(" in source, verb


pytestmark = pytest.mark.django_db(transaction=True)


def test_one_person_ends_an_action_and_one_verifies_it():
    team = Team()
    cause = Cause.objects.create(code="slow", name_th="ช้า")
    owner, by = team.officers[0], team.supervisors
    told = {"what": "x", "owner": owner, "unit": team.unit, "cause": cause}
    due_on = local_day(NOW) + timedelta(days=5)
    for _row in range(ROWS):
        lifecycle.plan_action(**told, due_on=due_on, by=by[0], at=NOW)

    def rows():
        return list(CorrectiveAction.objects.order_by("pk"))

    def start(action, person):
        lifecycle.start_action(action, by=by[person], at=NOW)

    def end(action, person):
        seen = {"by": by[person], "at": NOW, "expected_version": action.version}
        if person % 2:
            lifecycle.finish_action(action, result="x", **seen)
        else:
            lifecycle.drop_action(action, reason="x", **seen)

    def verify(action, person):
        lifecycle.verify_action(action, by=by[person], at=NOW)

    reminded = []
    late = NOW + timedelta(days=20)
    race(range(4), lambda row, person: reminded.append(lifecycle.remind_actions(at=late)))
    assert sum(reminded) == ROWS
    assert race(rows(), start) == ONE_WINNER
    assert race(rows(), end) == ONE_WINNER
    ended = CorrectiveAction.objects.filter(status__in=["done", "dropped"], version=3)
    assert ended.count() == ROWS
    done = list(CorrectiveAction.objects.filter(status="done"))
    assert race(done, verify) == ONE_WINNER[: len(done)]


def test_one_person_changes_a_cause_and_one_adds_it():
    by = SupervisorFactory.create_batch(PEOPLE)
    names = [f"สาเหตุ {number}" for number in range(ROWS)]

    def add(name, person):
        lifecycle.add_cause(name_th=name, by=by[person], at=NOW)

    def change(cause, person):
        seen = {"by": by[person], "at": NOW, "expected_version": cause.version}
        (
            lambda: lifecycle.rename_cause(cause, name_th=f"{cause} ใหม่", **seen),
            lambda: lifecycle.retire_cause(cause, **seen),
            lambda: lifecycle.move_cause(cause, is_up=cause.position > 1, **seen),
            lambda: lifecycle.retire_cause(cause, **seen),
        )[person]()

    def restore(cause, person):
        lifecycle.restore_cause(cause, by=by[person], at=NOW)

    lifecycle.add_cause(name_th="แรก", by=by[0], at=NOW)
    assert race(names, add) == ONE_WINNER
    causes = list(Cause.objects.exclude(name_th="แรก").order_by("-pk"))
    assert race(causes, change) == ONE_WINNER
    retired = list(Cause.objects.filter(is_active=False))
    assert race(retired, restore) == ONE_WINNER[: len(retired)]
    assert Cause.objects.filter(is_active=True).count() == ROWS + 1


def test_one_person_hands_over_names_and_attaches():
    team = Team()
    by, leaver = team.supervisors, StaffFactory.create(unit=team.unit)
    for case in team.cases:
        lifecycle.assign(case, to=leaver, by=by[0], at=NOW)
    Complaint.objects.update(person=Person.objects.create(name="นาง ก", created_at=NOW))
    team.refresh()

    def heirs(case, person):
        to, seen = team.officers[person], case.version
        hand_over(case, to=to, by=by[person], at=NOW, expected_version=seen)

    def hide(case, person):
        lifecycle.hide_name(case, at=NOW)

    def name(case, person):
        lifecycle.name_reader(case, staff=leaver, by=by[person], at=NOW)

    def attach(case, person):
        seen = case.version
        lifecycle.attach(case, files=(), by=by[person], at=NOW, expected_version=seen)

    assert race(team.cases, heirs) == ONE_WINNER
    assert Assignment.objects.exclude(officer=leaver).count() == ROWS
    assert race(team.cases, hide) == ONE_WINNER
    team.refresh()
    assert race(team.cases, attach) == ONE_WINNER
    Complaint.objects.update(is_restricted=True, kind=Kind.CORRUPTION)
    assert race(team.cases, name) == ONE_WINNER
    assert Reader.objects.count() == ROWS


def test_one_reviewer_sends_a_case_back():
    team = Team()
    for case in team.cases:
        lifecycle.assign(case, to=team.officers[0], by=team.supervisors[0], at=NOW)
    rows = Escalation.objects.bulk_create(
        [Escalation(complaint=case, why="overdue", raised_at=NOW) for case in team.cases]
    )

    def decide(row, person):
        by = team.supervisors[person]
        if person % 2:
            lifecycle.send_back(row, body="x", by=by, at=NOW)
        else:
            lifecycle.mark_reviewed(row, by=by, at=NOW)

    def instruct(case, person):
        told = {"by": team.supervisors[person], "at": NOW, "expected_version": case.version}
        lifecycle.instruct_officer(case, body="x", **told)

    assert race(rows, decide) == ONE_WINNER
    team.refresh()
    assert race(team.cases, instruct) == ONE_WINNER


def test_two_cases_are_never_both_linked_and_told_apart():
    team, other = Team(), Team()
    pairs = list(zip(team.cases, other.cases, strict=True))

    def decide(pair, person):
        one, two = pair
        seen = {"by": team.supervisors[person], "at": NOW, "expected_version": one.version}
        if person % 2:
            lifecycle.keep_apart(one, other=two, **seen)
        else:
            told = {"master": two, "suggested": two, "kind": "repeat", "reason": "x"}
            lifecycle.link(one, **told, **seen)

    race(pairs, decide)

    linked = set(Complaint.objects.exclude(master=None).values_list("pk", flat=True))
    apart = set(Apart.objects.values_list("first", flat=True))
    assert len(linked) + len(apart) == ROWS
    assert linked & apart == set()


def test_one_person_edits_and_one_voids_a_paper():
    team = Team()
    LetterheadFactory.create(unit=team.unit)
    by = team.supervisors
    papers = [document_of(case, by=by[0]) for case in team.cases]

    def edit(paper, person):
        told = {name: getattr(paper, name) for name in FIELDS}
        seen = paper.version
        lifecycle.edit_document(paper, **told, by=by[person], at=NOW, expected_version=seen)

    def void(paper, person):
        lifecycle.void_document(paper, reason="x", by=by[person], at=NOW)

    assert race(papers, edit) == ONE_WINNER
    assert race(papers, void) == ONE_WINNER
    assert Document.objects.filter(state="void").count() == ROWS
    assert RegisterNumber.objects.count() == 0


def test_one_person_drafts_and_one_ends_a_standard():
    team = Team()
    by = team.supervisors
    general = Policy.objects.get()

    def draft(row, person):
        standards.draft(general, by=by[person], at=NOW)

    def force(policy, person):
        standards.put_in_force(policy, by=by[person], at=NOW)

    def end(policy, person):
        standards.retire(policy, by=by[person], at=NOW)

    for _turn in range(3):  # one standard has one draft: few rows, but the same four people
        assert race([None], draft) == ONE_WINNER[:1]
        made = Policy.objects.latest("version")
        assert race([made], force) == ONE_WINNER[:1]
        assert Policy.objects.current().get() == made
    other = Policy.objects.current().get()
    Policy.objects.filter(pk=other.pk).update(kind=Kind.ENQUIRY, code="OTHER")
    assert race([Policy.objects.get(pk=other.pk)], end) == ONE_WINNER[:1]
