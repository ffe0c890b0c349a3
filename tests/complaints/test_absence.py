"""Nothing stays stuck when somebody is away or leaves: deputies act, supervisors see and hand over."""

from datetime import timedelta

import pytest
import time_machine

from agency.models import Notice
from complaints import lifecycle
from complaints.models import BulkRow, Complaint, Kind, Rota, Status
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, answered, in_progress, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit, language="en")


def away(staff, *, deputy=None, days=3):
    staff.leave_from, staff.leave_until = NOW.date(), (NOW + timedelta(days=days)).date()
    staff.deputy = deputy
    staff.save(update_fields=["leave_from", "leave_until", "deputy"])


def test_the_deputy_works_on_the_case_while_the_officer_is_away(client, unit, officer, supervisor):
    case = lifecycle.assign(received(unit=unit), to=officer, by=supervisor, at=NOW)
    first, second = StaffFactory.create_batch(2, unit=unit)
    away(officer, deputy=first)
    away(first, deputy=second)
    client.force_login(second)

    client.post(f"/complaints/{case.pk}/accept/", {"expected_version": case.version})
    case.refresh_from_db()
    may = client.get(f"/complaints/{case.pk}/").context["may"]
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        client.force_login(second)
        later = client.get(f"/complaints/{case.pk}/").context["may"]

    assert case.status == Status.IN_PROGRESS
    assert (may["answer"], later["answer"]) == (True, False)
    client.force_login(first)
    assert not client.get(f"/complaints/{case.pk}/").context["may"]["answer"]


def test_the_deputy_of_a_supervisor_decides_meanwhile(client, unit, officer, supervisor):
    case = in_progress(officer=officer)
    lifecycle.ask_extension(case, days=3, reason="รอผลตรวจ", by=officer, at=NOW)
    escalation = case.escalations.get()
    first, second = StaffFactory.create_batch(2, unit=unit)
    away(supervisor, deputy=first)
    away(first, deputy=second)
    url = f"/complaints/escalations/{escalation.pk}/decide/"
    version = Complaint.objects.get(pk=case.pk).version
    told = {"expected_version": version, "granted": "yes", "remark": "เห็นควร"}

    client.force_login(first)
    assert client.get(url).status_code == 403
    client.force_login(second)
    board = client.get("/complaints/escalations/")
    decided = client.post(url, told)

    assert [row["escalation"].pk for row in board.context["rows"]] == [escalation.pk]
    assert decided.status_code == 302
    assert case.clocks.get(measure="stage1").extensions.get().decided_by == second


def test_a_deputy_from_a_unit_below_sees_what_the_leader_sees_while_the_leave_lasts(client, unit):
    below, sibling = (UnitFactory.create(parent=unit) for _each in range(2))
    leader = SupervisorFactory.create(unit=unit, first_name="สมศักดิ์")
    deputy = SupervisorFactory.create(unit=below, language="en")
    case = in_progress(unit=sibling)
    secret = received(unit=sibling, kind=Kind.CORRUPTION)
    away(leader, deputy=deputy, days=3)
    url = case.get_absolute_url()

    def seen():
        client.force_login(deputy)
        rows = client.get("/complaints/").context["page"].rows
        return {row.pk for row in rows}, client.get(url).status_code

    assert seen() == ({case.pk}, 200)
    may = client.get(url).context["may"]
    assert (may["note"], may["screen"], may["assign"]) == (True, False, False)
    assert client.get(secret.get_absolute_url()).status_code == 404
    home = client.get("/home/").content.decode()
    assert "สมศักดิ์" in home
    assert "Standing in for" in home
    for day in (-1, 4):
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            assert seen() == (set(), 404)
            assert "Standing in for" not in client.get("/home/").content.decode()


def test_the_home_page_counts_what_lies_on_the_desk_one_keeps(client, unit, officer):
    deputy = StaffFactory.create(unit=unit, language="en")
    case = in_progress(officer=officer)
    away(officer, deputy=deputy, days=60)
    client.force_login(deputy)
    with time_machine.travel(case.due_at + timedelta(days=1), tick=False):
        client.force_login(deputy)
        home = client.get("/home/").content.decode()
        rows = client.get("/complaints/", {"scope": "deputised"}).context["page"].rows

    assert "1 overdue" in home
    assert "1 open case<" in home
    assert [row.pk for row in rows] == [case.pk]


def test_a_deputy_answers_many_for_who_is_away(client, unit, officer):
    case, deputy = in_progress(officer=officer), StaffFactory.create(unit=unit)
    away(officer, deputy=deputy)
    client.force_login(deputy)

    client.post(
        "/complaints/bulk/",
        {"action": "answer", "chosen": [case.pk], "sent": "1", "confirmed": "1", "body": "แก้แล้ว"},
    )

    assert BulkRow.objects.get().state == BulkRow.State.DONE
    case.refresh_from_db()
    assert (case.status, case.officer) == (Status.ANSWERED, officer)


def test_deputies_in_a_ring_who_are_all_away_block_nobody(client, unit, officer):
    case = in_progress(officer=officer)
    other = StaffFactory.create(unit=unit)
    away(officer, deputy=other)
    away(other, deputy=officer)
    client.force_login(other)

    assert not client.get(f"/complaints/{case.pk}/").context["may"]["answer"]


def test_reminders_of_an_absent_officer_go_to_the_deputy(unit, officer):
    case = in_progress(officer=officer)
    deputy = StaffFactory.create(unit=unit)
    away(officer, deputy=deputy, days=60)

    while lifecycle.sweep_milestones(at=case.due_at):
        pass

    told = Notice.objects.filter(kind="complaints.milestone", on_behalf_of=officer)
    assert set(told.values_list("recipient", flat=True)) == {deputy.pk}


def test_supervisors_see_the_cases_of_people_who_are_away(client, unit, officer, supervisor):
    gone, here = StaffFactory.create_batch(2, unit=unit)
    cases = [in_progress(officer=each) for each in (officer, gone, here)]
    away(officer)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    client.force_login(supervisor)

    rows = client.get("/complaints/", {"scope": "away"}).context["page"].rows

    assert {row.pk for row in rows} == {case.pk for case in cases[:2]}


def test_cases_are_handed_to_a_person_case_by_case(client, unit, officer, supervisor):
    open_case, done, foreign = (
        in_progress(officer=officer),
        answered(officer=officer),
        in_progress(),
    )
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    heir = StaffFactory.create(unit=unit)
    client.force_login(supervisor)

    same = client.post("/complaints/hand-over/", {"leaver": officer.pk, "to": officer.pk})
    client.post("/complaints/hand-over/", {"leaver": officer.pk, "to": heir.pk})

    assert "to" in same.context["form"].errors
    officers = dict(Complaint.objects.values_list("pk", "officer"))
    assert [officers[each.pk] for each in (open_case, done)] == [heir.pk, heir.pk]
    done.refresh_from_db()
    assert (done.status, done.closed_at) == (Status.ANSWERED, None)
    assert officers[foreign.pk] == foreign.officer_id
    assert dict(BulkRow.objects.values_list("complaint", "state")) == {
        open_case.pk: "done",
        done.pk: "done",
    }


def test_cases_are_handed_to_the_next_in_line(client, unit, officer, supervisor):
    cases = [in_progress(officer=officer) for _each in range(2)]
    heirs = StaffFactory.create_batch(2, unit=unit)
    lifecycle.set_rota(unit, mode=Rota.Mode.ROUND, is_automatic=False, by=supervisor, at=NOW)
    client.force_login(supervisor)

    client.post("/complaints/hand-over/", {"leaver": officer.pk})

    officers = set(
        Complaint.objects.filter(pk__in=[each.pk for each in cases]).values_list(
            "officer", flat=True
        )
    )
    assert officers == {heir.pk for heir in heirs}


def test_handing_over_is_the_supervisors(client, officer):
    client.force_login(officer)

    assert client.get("/complaints/hand-over/").status_code == 403
