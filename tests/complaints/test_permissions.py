"""Rights: one table, role × verb; and what the buttons of a case show by its state."""

import pytest

from agency.models import Role
from complaints import lifecycle, permissions
from complaints.models import Complaint, CorrectiveAction, Escalation, Kind, Status, SubTask
from tests.factories.agency import (
    PartnerAgencyFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    NOW,
    ReaderFactory,
    answered,
    closed,
    in_progress,
    ready,
    received,
)

pytestmark = pytest.mark.django_db

NOBODY = frozenset()
SUPERVISOR = frozenset({"supervisor", "supervisor_above"})
OWN = SUPERVISOR | {"owner"}
TABLE = {  # verb → who may on an ordinary case that the owner works on
    "accept": {"owner"},
    "acknowledge": OWN,
    "answer": OWN,
    "approve_answer": SUPERVISOR | {"executive"},
    "ask": OWN,
    "ask_extension": OWN,
    "assign": SUPERVISOR,
    "attach": OWN,
    "close": OWN,
    "decide_extension": SUPERVISOR,
    "escalate_to_stage2": SUPERVISOR,
    "hold_legally": SUPERVISOR | {"executive"},
    "fan_out": OWN,
    "give": SUPERVISOR,
    "instruct": SUPERVISOR | {"executive"},
    "link": OWN,
    "name_reader": SUPERVISOR,
    "note": OWN | {"officer", "executive"},
    "record_referral_answer": OWN,
    "refer": SUPERVISOR,
    "reject": SUPERVISOR,
    "release_hold": SUPERVISOR | {"executive"},
    "reopen": SUPERVISOR,
    "resume": OWN,
    "return_answer": SUPERVISOR | {"executive"},
    "reveal_identity": OWN,
    "screen": SUPERVISOR,
    "send_for_review": OWN,
    "send_progress": OWN,
    "split": OWN,
    "take": NOBODY,
    "take_answer_back": OWN,
    "unarchive": SUPERVISOR,
    "unlink": OWN,
    "withdraw": OWN,
}


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create(parent=UnitFactory.create())


@pytest.fixture
def people(unit):
    """One of each role in the unit, a supervisor above it, and the same of another unit."""
    other = UnitFactory.create()
    people = {
        "owner": StaffFactory.create(unit=unit),
        "officer": StaffFactory.create(unit=unit),
        "supervisor": StaffFactory.create(unit=unit, roles=[Role.SUPERVISOR]),
        "supervisor_above": SupervisorFactory.create(unit=unit.parent),
        "executive": StaffFactory.create(unit=unit, roles=[Role.EXECUTIVE]),
        "auditor": StaffFactory.create(unit=unit, roles=[Role.AUDITOR]),
        "admin": StaffFactory.create(unit=unit, roles=[Role.ADMIN]),
        "nobody": StaffFactory.create(unit=unit, roles=[]),
    }
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE, Role.AUDITOR):
        people[f"other_{role}"] = StaffFactory.create(unit=other, roles=[role])
    return people


def allowed(verb, complaint, people) -> set[str]:
    right = permissions.RIGHTS[verb]
    return {name for name, staff in people.items() if right(staff, complaint)}


def test_the_table_names_every_verb():
    assert set(TABLE) == set(permissions.RIGHTS)


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_rights_on_an_ordinary_case(verb, people):
    from agency.persons import PersonData

    complaint = in_progress(officer=people["owner"], person=PersonData(name="นาง ก"))

    assert allowed(verb, complaint, people) == set(TABLE[verb])


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_rights_on_a_restricted_case_are_those_of_the_named(verb, people, unit):
    unit.restricted_readers.set([people["supervisor"], people["auditor"]])
    complaint = in_progress(officer=people["owner"], kind=Kind.CORRUPTION)
    ReaderFactory.create(complaint=complaint, staff=people["other_officer"])
    named = {"owner", "supervisor", "auditor", "other_officer"}

    expected = set(TABLE[verb]) & named
    if verb == "note":
        expected |= {"other_officer"}  # named from elsewhere: reads and notes
    if verb == "reveal_identity":
        expected = set()  # nobody is on record
    assert allowed(verb, complaint, people) == expected


def test_an_unassigned_case_is_taken_by_officers_of_the_unit_itself(people, unit):
    complaint = received(unit=unit)

    takers = {"owner", "officer", "supervisor", "supervisor_above"}
    assert allowed("take", complaint, people) == takers
    assert allowed("acknowledge", complaint, people) == takers
    above = received(unit=unit.parent)
    assert allowed("take", above, people) == {"supervisor_above"}


def test_nobody_is_revealed_where_nobody_is_on_record(people):
    complaint = in_progress(officer=people["owner"])

    assert allowed("reveal_identity", complaint, people) == set()


def test_who_takes_complaints_in(people):
    takers = {name for name, staff in people.items() if permissions.can_receive(staff)}

    assert takers == {
        "owner",
        "officer",
        "supervisor",
        "supervisor_above",
        "other_officer",
        "other_supervisor",
    }


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Role.SUPERVISOR, {"supervisor", "supervisor_above"}),
        (Role.EXECUTIVE, {"supervisor", "supervisor_above", "executive"}),
    ],
)
def test_who_reviews_an_escalation(people, level, expected):
    complaint = in_progress(officer=people["owner"])
    row = Escalation.objects.create(complaint=complaint, why="overdue", level=level, raised_at=NOW)

    for right in (permissions.can_review, permissions.can_redirect):
        assert {name for name, staff in people.items() if right(staff, row)} == expected


def offered(staff, complaint) -> set[str]:
    return {verb for verb, is_offered in permissions.may(staff, complaint).items() if is_offered}


def test_may_offers_only_what_fits_the_state(people, unit):
    supervisor = people["supervisor"]
    always = {"attach", "hold_legally", "link", "note", "escalate_to_stage2"}
    end = {"fan_out", "refer", "reject", "split", "withdraw"}
    work = {"answer", "ask", "ask_extension", "send_progress", "decide_extension"}

    fresh = received(unit=unit)
    assert offered(supervisor, fresh) == always | end | {
        "acknowledge",
        "assign",
        "instruct",
        "screen",
        "take",
    }
    owner = people["owner"]
    working = in_progress(officer=owner)
    assert offered(supervisor, working) == always | end | work | {
        "acknowledge",
        "assign",
        "instruct",
        "screen",
    }
    waiting = lifecycle.ask(working, body="ที่ไหน", by=owner, at=NOW)
    assert offered(supervisor, waiting) == (
        always | end | work | {"assign", "instruct", "resume"}
    ) - {"ask"}
    assert offered(supervisor, answered(officer=owner)) == always | {"close", "reopen", "instruct"}
    assert offered(supervisor, closed(officer=owner)) == always - {"attach"} | {"reopen"}


def test_may_offers_acceptance_to_the_officer_only_while_given(people, unit):
    owner, supervisor = people["owner"], people["supervisor"]
    complaint = lifecycle.assign(received(unit=unit), to=owner, by=supervisor, at=NOW)

    assert permissions.may(owner, complaint)["accept"] is True
    assert permissions.may(supervisor, complaint)["accept"] is False
    complaint = lifecycle.accept(complaint, by=owner, at=NOW)
    assert permissions.may(owner, complaint)["accept"] is False


def test_may_names_readers_of_restricted_cases_only(people, unit):
    unit.restricted_readers.add(people["supervisor"])
    secret = received(unit=unit, kind=Kind.CORRUPTION)

    assert permissions.may(people["supervisor"], secret)["name_reader"] is True
    assert permissions.may(people["supervisor"], received(unit=unit))["name_reader"] is False


ENDED = {"hold_legally", "link", "note", "reopen"}


def test_may_offers_what_an_ended_case_still_takes(people, unit):
    supervisor = people["supervisor"]
    agency = PartnerAgencyFactory.create()
    referred = lifecycle.refer(received(unit=unit), agency=agency, body="x", by=supervisor, at=NOW)
    withdrawn = lifecycle.withdraw(received(unit=unit), body="x", by=supervisor, at=NOW)

    assert offered(supervisor, referred) == ENDED | {"record_referral_answer"}
    assert offered(supervisor, withdrawn) == ENDED
    lifecycle.record_referral_answer(referred, body="x", by=supervisor, at=NOW)
    again = Complaint.objects.get(pk=referred.pk)
    assert offered(supervisor, again) == ENDED


def test_may_offers_little_in_the_archive_and_nothing_on_an_erased_case(people, unit):
    supervisor, case = people["supervisor"], closed(officer=people["owner"])
    case.archived_at = NOW

    assert offered(supervisor, case) == {"hold_legally", "reopen", "unarchive"}
    case.legal_hold_at = NOW
    assert offered(supervisor, case) == {"release_hold", "reopen", "unarchive"}
    case.legal_hold_at, case.erased_at = None, NOW
    assert offered(supervisor, case) == set()


def test_who_sets_what_holds_for_the_whole_agency(people, unit):
    head = {
        role: StaffFactory.create(unit=unit.parent, roles=[role])
        for role in (Role.SUPERVISOR, Role.EXECUTIVE, Role.OFFICER, Role.AUDITOR)
    }
    everybody = people | {f"head_{role}": staff for role, staff in head.items()}

    def who(right):
        return {name for name, staff in everybody.items() if right(staff)}

    heads = {"admin", "supervisor_above", "head_supervisor", "head_executive"}
    assert who(permissions.can_publish_standard) - heads == {"other_supervisor", "other_executive"}
    assert who(permissions.can_change_retention) >= heads
    assert who(permissions.can_keep_causes) == who(permissions.can_publish_standard)
    assert who(permissions.can_draft_standard) == heads | {
        *("supervisor", "executive", "other_supervisor", "other_executive")
    }
    assert who(permissions.can_see_rules) == set(everybody) - {"nobody"}


def test_may_offers_to_take_a_link_back_where_there_is_one(people, unit):
    supervisor, master = people["supervisor"], received(unit=unit)
    linked = lifecycle.link(
        received(unit=unit), master=master, kind="repeat", reason="x", by=supervisor, at=NOW
    )

    assert {"link", "unlink"} & offered(supervisor, linked) == {"unlink"}
    assert {"link", "unlink"} & offered(supervisor, master) == {"link"}


def test_may_asks_once_for_the_readers(people, unit, django_assert_num_queries):
    unit.restricted_readers.add(people["supervisor"])
    secret = received(unit=unit, kind=Kind.CORRUPTION)
    staff = people["supervisor"]

    with django_assert_num_queries(1):
        permissions.may(staff, secret)


def test_states_name_only_statuses():
    named = set().union(*permissions.STATES.values())

    assert named == set(Status.values)


SUBTASK_TABLE = {  # right → who may on a sub-task that another unit was asked
    "reply": {"asked_officer", "asked_supervisor"},
    "cancel": {"owner", "supervisor", "supervisor_above"},
}


@pytest.mark.parametrize("is_restricted", [False, True])
@pytest.mark.parametrize("verb", sorted(SUBTASK_TABLE))
def test_rights_on_a_sub_task(verb, is_restricted, people, unit):
    right = getattr(permissions, f"can_{verb}_subtask")
    asked = UnitFactory.create()
    people["asked_officer"] = StaffFactory.create(unit=asked)
    people["asked_supervisor"] = SupervisorFactory.create(unit=asked)
    case = in_progress(officer=people["owner"])
    case.is_restricted = is_restricted
    subtask = SubTask(complaint=case, unit=asked)

    expected = set(SUBTASK_TABLE[verb])
    if is_restricted:
        expected &= {"asked_supervisor"}  # nobody is named for the case
    assert {name for name, staff in people.items() if right(staff, subtask)} == expected


def test_the_reply_of_another_agency_is_keyed_in_by_who_works_on_the_case(people):
    case = in_progress(officer=people["owner"])
    subtask = SubTask(complaint=case, agency=PartnerAgencyFactory.create())

    allowed_people = {
        name for name, staff in people.items() if permissions.can_reply_subtask(staff, subtask)
    }
    assert allowed_people == set(OWN)


def test_rights_on_a_corrective_action(people, unit):
    action = CorrectiveAction(unit=unit, owner=people["officer"])

    def may(right):
        return {name for name, staff in people.items() if right(staff, action)}

    planners = {name for name, staff in people.items() if permissions.can_plan_action(staff)}
    assert may(permissions.can_work_on_action) == {"officer", *SUPERVISOR}
    assert may(permissions.can_verify_action) == set(SUPERVISOR)
    action.owner = people["supervisor"]
    assert may(permissions.can_verify_action) == {"supervisor_above"}
    takers = {"owner", "officer", "other_officer", "other_supervisor"}
    assert planners == takers | set(SUPERVISOR)
