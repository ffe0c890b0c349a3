"""The review board: what stands on it for whom, what is decided there, and what it costs."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agency.models import Role
from complaints import lifecycle
from complaints.models import Complaint, Escalation, Extension, Kind, Message
from tests.factories.agency import ExecutiveFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, in_progress

pytestmark = pytest.mark.django_db
BOARD = "/complaints/escalations/"
Why = Escalation.Why


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


@pytest.fixture
def board(client, supervisor):
    client.force_login(supervisor)
    return client


def escalated(officer, *, why=Why.OVERDUE, level=Role.SUPERVISOR, **facts):
    case = in_progress(officer=officer, **facts)
    clock = case.clocks.get(measure="stage1")
    return Escalation.objects.create(
        complaint=case, clock=clock, why=why, level=level, raised_at=NOW
    )


def extension_asked(officer):
    case = in_progress(officer=officer)
    lifecycle.ask_extension(case, days=5, reason="รอผลตรวจจากห้องปฏิบัติการ", by=officer, at=NOW)
    return Escalation.objects.get(complaint=case)


def decide(client, escalation, verb, **data):
    version = Complaint.objects.get(pk=escalation.complaint_id).version
    url = reverse("complaints:review", args=[escalation.pk, verb])
    return client.post(url, {"expected_version": version} | data)


def shown(response):
    return [row["escalation"] for row in response.context["rows"]]


def offered(response):
    return [
        [action.url.rsplit("/", 2)[1] for action in row["actions"].all]
        for row in response.context["rows"]
    ]


def test_board_shows_what_waits_oldest_first(board, officer):
    second = escalated(officer)
    first = extension_asked(officer)
    Escalation.objects.filter(pk=first.pk).update(raised_at=NOW - timedelta(days=1))
    other = escalated(StaffFactory.create())

    response = board.get(BOARD)

    assert shown(response) == [first, second]
    assert other.complaint.number not in response.content.decode()


def test_board_offers_what_fits_the_reason(board, officer):
    escalated(officer)
    extension_asked(officer)
    settled = escalated(officer)
    lifecycle.answer(settled.complaint, body="แก้ไขแล้ว", by=officer, at=NOW)

    assert offered(board.get(BOARD)) == [
        ["reassign", "instruct", "take_over", "send_back", "mark_reviewed"],
        ["decide", "reassign", "take_over"],
        ["mark_reviewed"],
    ]


def test_board_offers_an_officer_nothing(client, officer):
    escalated(officer)
    client.force_login(officer)

    assert offered(client.get(BOARD)) == [[]]


def test_executive_decides_what_came_before_executives(client, unit, officer):
    escalated(officer)
    escalated(officer, level=Role.EXECUTIVE)
    client.force_login(ExecutiveFactory.create(unit=unit))

    assert [bool(each) for each in offered(client.get(BOARD))] == [False, True]


@pytest.mark.parametrize(
    ("verb", "data", "decision"),
    [
        ("take_over", {}, "taken_over"),
        ("instruct", {"body": "ให้โทรศัพท์ชี้แจงวันนี้"}, "instructed"),
        ("send_back", {"body": "เพิ่มผลตรวจ"}, "sent_back"),
        ("mark_reviewed", {"remark": "รับทราบ"}, "reviewed"),
    ],
)
def test_supervisor_decides(board, officer, verb, data, decision):
    escalation = escalated(officer)

    response = decide(board, escalation, verb, **data)

    escalation.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, BOARD)
    assert (escalation.decision, escalation.decided_by) == (decision, response.wsgi_request.user)


def test_supervisor_reassigns(board, unit, officer):
    escalation = escalated(officer)
    other = StaffFactory.create(unit=unit)

    decide(board, escalation, "reassign", to=other.pk)

    escalation.complaint.refresh_from_db()
    assert escalation.complaint.officer == other
    assert shown(board.get(BOARD)) == []
    assert shown(board.get(BOARD, {"state": "decided"})) == [escalation]


@pytest.mark.parametrize(("answer", "state"), [("yes", "granted"), ("no", "refused")])
def test_supervisor_decides_on_more_time(board, officer, answer, state):
    escalation = extension_asked(officer)

    decide(board, escalation, "decide", granted=answer, remark="ตามที่ขอ")

    assert Extension.objects.get().state == state


def test_an_empty_instruction_is_said(board, officer):
    escalation = escalated(officer)

    response = decide(board, escalation, "instruct", body="")

    assert list(response.context["form"].errors) == ["body"]
    assert not Message.objects.exists()


def test_what_was_decided_meanwhile_is_said_and_the_text_kept(board, officer):
    escalation = escalated(officer)
    decide(board, escalation, "mark_reviewed")

    response = decide(board, escalation, "instruct", body="ให้โทรศัพท์ชี้แจง")

    assert response.status_code == 200
    assert "ให้โทรศัพท์ชี้แจง" in response.content.decode()


def test_form_comes_alone_to_htmx_and_as_a_page_without_script(board, officer):
    escalation = escalated(officer)
    url = reverse("complaints:review", args=[escalation.pk, "instruct"])

    part = board.get(url, headers={"HX-Request": "true"}).content.decode()
    whole = board.get(url).content.decode()

    assert ("<html" in part, "<html" in whole) == (False, True)


def test_doors_of_the_board(client, board, officer):
    escalation = escalated(officer)
    url = reverse("complaints:review", args=[escalation.pk, "instruct"])
    unknown = board.get(reverse("complaints:review", args=[escalation.pk, "explode"]))
    client.force_login(officer)
    without_right = client.post(url, {"body": "x"})
    client.force_login(SupervisorFactory.create())
    other_unit = client.get(url)

    assert (unknown.status_code, without_right.status_code, other_unit.status_code) == (
        404,
        403,
        404,
    )
    assert client.post(BOARD).status_code == 405


def test_restricted_cases_stand_on_the_named_persons_board_only(client, unit, officer, supervisor):
    unit.restricted_readers.add(supervisor, officer)
    case = in_progress(officer=officer, kind=Kind.CORRUPTION)
    escalation = Escalation.objects.create(complaint=case, why=Why.STAGE2, raised_at=NOW)
    client.force_login(supervisor)
    named = shown(client.get(BOARD))
    client.force_login(SupervisorFactory.create(unit=unit))

    assert (named, shown(client.get(BOARD))) == ([escalation], [])


@pytest.mark.parametrize("item_count", [1, 3])
def test_board_costs_the_same_for_any_number_of_rows(
    board, officer, item_count, django_assert_num_queries
):
    for _each in range(item_count):
        escalated(officer)
    board.get(BOARD)

    with django_assert_num_queries(8):
        response = board.get(BOARD)

    assert len(shown(response)) == item_count


@pytest.mark.parametrize(
    ("query", "count"),
    [("why=overdue", 1), ("why=extension", 1), ("state=all", 2), ("kind=enquiry", 0), ("why=x", 2)],
)
def test_board_filters(board, officer, query, count):
    escalated(officer)
    extension_asked(officer)

    assert len(shown(board.get(f"{BOARD}?{query}"))) == count
