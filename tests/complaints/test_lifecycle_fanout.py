"""Fan-out: several asked at once, each with its own limit; late ones escalate; one joined answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency.models import Attachment, AuditEntry, CalendarVersion, Notice
from agency.thai import local_day
from complaints import lifecycle
from complaints.lifecycle import Refused
from complaints.lifecycle.files import attach
from complaints.lifecycle.subtask_sweep import follow_calendar
from complaints.models import Clock, Complaint, Escalation, Kind, Message, SubTask
from complaints.selectors import subtasks as selectors
from tests.factories.agency import (
    PartnerAgencyFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import NOW, answered, in_progress, ready, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = timedelta(days=1)


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def case(officer):
    return in_progress(officer=officer)


@pytest.fixture
def other():
    """Another unit with its head and an officer."""
    return UnitFactory.create()


@pytest.fixture
def head(other):
    return SupervisorFactory.create(unit=other)


@pytest.fixture
def colleague(other):
    return StaffFactory.create(unit=other)


def ask(case, *units, by=None, at=NOW, agencies=(), days=3, **facts):
    lifecycle.fan_out(
        case,
        units=units,
        agencies=agencies,
        question="ขอผลตรวจสอบ",
        days=days,
        by=by or case.officer,
        at=at,
        **facts,
    )
    return list(SubTask.objects.filter(complaint=case).order_by("pk"))


def told(kind):
    rows = Notice.objects.filter(kind=f"complaints.{kind}").order_by("pk")
    return {row.recipient for row in rows}


def test_fan_out_asks_all_at_once_each_with_its_own_limit(case, officer, other, head, colleague):
    agency = PartnerAgencyFactory.create()

    one, two = ask(case, other, agencies=[agency])

    assert ((one.asked, one.number), (two.asked, two.number)) == ((other, 1), (agency, 2))
    assert one.due_at == datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    assert one.next_milestone_at < one.due_at
    assert told("subtask_asked") == {head, colleague}
    assert AuditEntry.objects.get(verb="fanned_out").data["subtasks"] == [one.pk, two.pk]
    assert Clock.objects.filter(complaint=case, measure="stage1", stopped_at=None).count() == 1


def test_the_answer_waits_for_all_and_joins_what_they_replied(case, officer, other, colleague):
    third = UnitFactory.create()
    one, two = ask(case, other, third)
    with pytest.raises(Refused, match="0 of 2 sub-tasks"):
        lifecycle.answer(case, body="x", by=officer, at=NOW)

    lifecycle.reply_subtask(one, body="ซ่อมแล้ว", by=colleague, at=NOW + DAY)
    assert told("subtask_replied") == {officer}
    with pytest.raises(Refused, match="1 of 2 sub-tasks"):
        lifecycle.answer(case, body="x", by=officer, at=NOW + DAY)
    lifecycle.cancel_subtask(two, reason="ไม่จำเป็นแล้ว", by=officer, at=NOW + DAY)

    assert selectors.joined_answer(case) == f"{other.name}\nซ่อมแล้ว"
    assert selectors.fan_out_of(case, at=NOW).replied_count == 1
    assert selectors.fan_out_of(case, at=NOW).count == 1
    assert lifecycle.answer(case, body="x", by=officer, at=NOW + DAY).status == "answered"


def test_a_reply_takes_its_files_to_the_case_and_stays_in_the_house(case, other, colleague):
    (one,) = ask(case, other)
    file = SimpleUploadedFile("ผล.txt", "ผลตรวจ".encode())

    done = lifecycle.reply_subtask(one, body="ซ่อมแล้ว", files=[file], by=colleague, at=NOW)

    assert done.reply_files.get().object_id == case.pk
    assert Attachment.objects.get().is_public is False
    message = Message.objects.get(kind="subtask_reply")
    assert (message.body, message.by) == ("ซ่อมแล้ว", colleague)
    assert message.kind not in Message.Kind.public()


@pytest.mark.parametrize("verb", ["reply_subtask", "return_subtask", "cancel_subtask"])
def test_what_has_ended_is_told(verb, case, other, colleague):
    (one,) = ask(case, other)
    lifecycle.return_subtask(one, reason="ไม่ใช่หน้าที่", by=colleague, at=NOW)

    facts = {"body": "x"} if verb == "reply_subtask" else {"reason": "x"}
    with pytest.raises(Refused, match="not open any more: Returned"):
        getattr(lifecycle, verb)(one, by=colleague, at=NOW, **facts)
    assert told("subtask_returned") == {case.officer}
    assert Message.objects.filter(kind="subtask_reply").count() == 0


def test_fan_out_refuses_nobody_the_own_unit_the_same_twice_and_what_is_answered(
    case, officer, unit, other
):
    ask(case, other)
    for units, sentence in (((), "from 1 to 20"), ((unit,), "own"), ((other,), "asked already")):
        with pytest.raises(Refused, match=sentence):
            ask(case, *units)
    with pytest.raises(Refused, match="from 1 to 90 days"):
        ask(case, UnitFactory.create(), days=0)
    with pytest.raises(Refused, match="does not work"):
        ask(case, UnitFactory.create(is_active=False))
    with pytest.raises(Refused, match="only before the answer"):
        ask(answered(officer=officer), other)
    assert SubTask.objects.count() == 1


def test_an_end_takes_back_what_is_open(case, officer, other, head):
    (one,) = ask(case, other)

    lifecycle.withdraw(case, body="โทรมา", by=officer, at=NOW)

    one.refresh_from_db()
    assert (one.state, one.next_milestone_at) == ("cancelled", None)
    assert one.reason == "The case ended: Withdrawn."
    assert told("subtask_cancelled") == {head}


def test_a_late_subtask_reminds_and_escalates_by_itself_once(case, officer, other, head):
    (one,) = ask(case, other)
    boss = lifecycle.announcements.supervisors_of(case)[0]
    steps = []
    for day in range(1, 9):
        at = NOW + day * DAY + timedelta(hours=8)
        while lifecycle.sweep_subtasks(at=at):
            steps.append(at.date().day)
        assert lifecycle.sweep_subtasks(at=at) == 0

    assert steps == [4, 5, 6]  # a working day before, at the limit, a working day after
    row = Escalation.objects.get(subtask=one)
    assert (row.why, row.level) == ("subtask", "supervisor")
    assert told("subtask_due") == {head, officer, boss}
    verbs = AuditEntry.objects.filter(verb__startswith="subtask_").order_by("pk")
    assert [each.verb for each in verbs] == [
        "subtask_reminded",
        "subtask_reminded",
        "subtask_escalated",
    ]
    assert lifecycle.is_settled(row) is False
    lifecycle.reply_subtask(one, body="x", by=head, at=NOW + 9 * DAY)
    row = Escalation.objects.select_related("complaint", "subtask").get()
    assert lifecycle.is_settled(row) is True
    lifecycle.mark_reviewed(row, by=boss, at=NOW + 9 * DAY)


def test_an_agencys_lateness_is_told_to_the_desk(case, officer):
    ask(case, agencies=[PartnerAgencyFactory.create()])

    lifecycle.sweep_subtasks(at=NOW + 2 * DAY + timedelta(hours=8))

    assert told("subtask_due") == {officer}


def test_a_change_of_the_calendar_moves_open_subtasks(case, other):
    (one,) = ask(case, other)
    old = one.calendar_version
    facts = old.facts | {"holidays": {"2026-11-04": "วันหยุด"}}
    new = CalendarVersion.objects.create(
        calendar=old.calendar, number=old.number + 1, facts=facts, reason="x", made_at=NOW
    )

    assert follow_calendar(new, at=NOW) == 1

    one.refresh_from_db()
    assert (one.due_at, one.calendar_version) == (
        datetime(2026, 11, 6, 9, 30, tzinfo=UTC),
        new,
    )
    assert follow_calendar(new, at=NOW) == 0


# Who sees what


def test_who_sees_a_subtask(case, officer, other, head, colleague):
    ask(case, other)
    above = SupervisorFactory.create(unit=UnitFactory.create())

    for staff, sees in ((officer, 1), (head, 1), (colleague, 1), (above, 0)):
        assert SubTask.objects.visible_to(staff).count() == sees
    assert SubTask.objects.addressed_to(officer).count() == 0
    assert not Complaint.objects.visible_to(colleague).filter(pk=case.pk).exists()


def test_of_a_restricted_case_only_heads_see_the_subtask_and_never_the_filing(
    client, unit, other, head, colleague
):
    boss = SupervisorFactory.create(unit=unit)
    unit.restricted_readers.add(boss)
    now = datetime.now(tz=UTC)
    case = received(unit=unit, kind=Kind.CORRUPTION, at=now)
    (one,) = ask(case, other, by=boss, at=now, is_filing_shown=True)

    assert one.is_filing_shown is False
    assert told("subtask_asked") == {head}
    client.force_login(colleague)
    assert client.get(one.get_absolute_url()).status_code == 404
    client.force_login(head)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "ขอผลตรวจสอบ" in page
    assert case.subject not in page
    assert case.body not in page


def test_the_limit_is_explained_day_by_day_to_who_sees_the_subtask(client, case, other, colleague):
    (one,) = ask(case, other)
    url = reverse("complaints:subtask_clock", args=[one.pk])

    client.force_login(colleague)
    page = client.get(url)
    client.force_login(StaffFactory.create())

    days = page.context["days"]
    assert [day.number for day in days if day.is_counted] == [1, 2, 3]
    assert days[-1].on == local_day(one.due_at)
    assert client.get(url).status_code == 404


def test_the_page_shows_what_was_chosen_and_nothing_else(client, officer, other, colleague):
    now = datetime.now(tz=UTC)
    case = in_progress(officer=officer, at=now)
    for name in ("ให้ดู.txt", "ไม่ให้ดู.txt"):
        attach(case, files=[SimpleUploadedFile(name, b"x")], by=officer, at=now)
    shown, hidden = Attachment.objects.order_by("pk")
    client.force_login(officer)
    address = reverse("complaints:act", args=[case.pk, "fan_out"])
    told = {
        "expected_version": Complaint.objects.get(pk=case.pk).version,
        "question": "ขอผลตรวจสอบ",
        "days": "3",
        "files": [shown.pk],
        "is_filing_shown": "on",
    }
    assert list(client.post(address, told).context["form"].errors) == ["units"]
    assert client.post(address, told | {"units": [other.pk]}).status_code == 302
    one = SubTask.objects.get()
    assert client.get(case.get_absolute_url()).context["fan_out"].count == 1

    client.force_login(colleague)
    page = client.get(one.get_absolute_url()).content.decode()
    assert (case.body in page, shown.name in page, hidden.name in page) == (True, True, False)
    file = partial_file(one, shown)
    assert b"".join(client.get(file).streaming_content) == b"x"
    assert client.get(partial_file(one, hidden)).status_code == 404
    assert client.get(reverse("agency:attachment", args=[shown.pk])).status_code == 404
    assert client.get(case.get_absolute_url()).status_code == 404


def test_the_unit_replies_from_its_list_and_the_officer_gets_the_draft(
    client, officer, other, colleague
):
    now = datetime.now(tz=UTC)
    case = in_progress(officer=officer, at=now)
    (one,) = ask(case, other, at=now)
    client.force_login(colleague)
    rows = client.get(reverse("complaints:subtasks")).context["page"].rows
    assert [row.pk for row in rows] == [one.pk]
    cancel = reverse("complaints:subtask_act", args=[one.pk, "cancel"])
    assert client.post(cancel, {"reason": "x"}).status_code == 403
    reply = reverse("complaints:subtask_act", args=[one.pk, "reply"])
    assert "body" in client.post(reply, {"body": ""}).context["form"].errors
    assert client.post(reply, {"body": "ซ่อมแล้ว"}).status_code == 302
    assert client.get(reply).status_code == 403
    late = client.post(reply, {"body": "ส่งช่างอีกคน"})
    assert [change.who for change in late.context["changes"]] == [str(colleague)]
    assert late.context["form"]["body"].value() == "ส่งช่างอีกคน"
    assert 'id="changes-title"' in late.content.decode()

    client.force_login(officer)
    form = client.get(reverse("complaints:act", args=[case.pk, "answer"])).context["form"]
    assert "ซ่อมแล้ว" in form["body"].value()
    asked = client.get(reverse("complaints:subtasks"), {"scope": "all"}).context["page"].rows
    assert [row.state for row in asked] == ["replied"]


def partial_file(subtask, file):
    return reverse("complaints:subtask_file", args=[subtask.pk, file.pk])


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same(client, officer, item_count, colleague, django_assert_num_queries):
    now = datetime.now(tz=UTC)
    for _each in range(item_count):
        ask(in_progress(officer=officer, at=now), colleague.unit, at=now)
    client.force_login(colleague)
    address = reverse("complaints:subtasks")
    client.get(address)

    with django_assert_num_queries(5):
        assert len(client.get(address).context["page"].rows) == item_count
