"""The same done to many cases: what is chosen, how each went, and nothing twice."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agency import jobs
from agency.models import Job, Notice
from complaints import lifecycle
from complaints.lifecycle import bulk
from complaints.models import BulkRow, Complaint, Message, Status
from complaints.views import bulk as views
from tests.factories.agency import JobFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, answered, closed, in_progress, received

pytestmark = pytest.mark.django_db
BULK = "/complaints/bulk/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit, language="en")


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit, language="en")


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def press(client, action, cases, **data):
    chosen = {"action": action, "chosen": [case.pk for case in cases]}
    return client.post(BULK, chosen | data, follow=True)


def answering(cases, *, by):
    """Return a job that answers the cases and has not begun."""
    told = {"verb": "answer", "told": {"body": "แก้แล้ว"}}
    job = JobFactory.create(kind="bulk", by=by, arguments=told)
    bulk.write_rows(job, cases)
    return job


def states(job):
    return dict(BulkRow.objects.filter(job=job).values_list("complaint", "state"))


@pytest.mark.parametrize("action", ["assign"])
def test_assigning_many_is_the_supervisors(desk, unit, action):
    assert press(desk, action, [received(unit=unit)]).status_code == 403
    assert "assign" not in [each.name for each in desk.get("/complaints/").context["page"].bulk]


def test_who_works_on_no_cases_does_nothing_to_many(client, unit):
    client.force_login(StaffFactory.create(unit=unit, roles=["auditor"]))

    assert press(client, "note", [received(unit=unit)]).status_code == 403
    assert client.get("/complaints/").context["page"].bulk == []


def test_assigning_says_case_by_case_how_it_went(client, unit, officer, supervisor):
    client.force_login(supervisor)
    first, second, done, foreign = (
        *(received(unit=unit), received(unit=unit)),
        *(closed(unit=unit), received()),
    )
    cases = [first, second, done, foreign]

    asked = press(client, "assign", cases)
    result = press(client, "assign", cases, sent="1", to=officer.pk)

    assert {case.pk for case in asked.context["chosen"]} == {first.pk, second.pk, done.pk}
    assert states(result.context["job"]) == {
        first.pk: "done",
        second.pk: "done",
        done.pk: "refused",
    }
    assert result.context["rows"][0].sentence == (
        "An answered or closed complaint cannot be assigned. Reopen it first."
    )
    officers = dict(Complaint.objects.values_list("pk", "officer"))
    assert [officers[case.pk] for case in (first, foreign)] == [officer.pk, None]
    assert not Notice.objects.filter(kind="job_ended").exists()


@pytest.mark.parametrize("chosen", [[], ["x"], ["9" * 40]])
@pytest.mark.parametrize("action", ["note", ""])
def test_nothing_chosen_is_said(desk, chosen, action):
    response = desk.post(BULK, {"chosen": chosen, "action": action}, follow=True)

    assert response.redirect_chain == [("/complaints/", 302)]
    assert [message.level_tag for message in response.context["messages"]] == ["warning"]


def test_an_answer_is_read_through_before_it_goes_out(desk, officer):
    mine = in_progress(officer=officer)
    body = "เรื่อง {number} ({subject}) แก้ไขแล้ว"

    shown = press(desk, "answer", [mine], sent="1", body=body)
    assert Message.objects.filter(kind="answer").count() == 0
    assert shown.context["examples"][0][1] == f"เรื่อง {mine.number} ({mine.subject}) แก้ไขแล้ว"

    again = press(desk, "answer", [mine], sent="1", body=body, back="1")
    assert again.context["form"]["body"].value() == body

    press(desk, "answer", [mine], sent="1", body=body, confirmed="1")
    mine.refresh_from_db()
    assert mine.status == Status.ANSWERED
    assert Message.objects.get(kind="answer").body == shown.context["examples"][0][1]


def test_a_field_that_does_not_exist_is_said_and_the_text_kept(desk, officer):
    shown = press(desk, "answer", [in_progress(officer=officer)], sent="1", body="เรียน {name}")

    assert "{name}" not in str(shown.context["form"]["body"].help_text)
    assert shown.context["form"].errors["body"][0].startswith("There is no field {name}.")
    assert shown.context["form"]["body"].value() == "เรียน {name}"


def test_only_own_cases_are_answered(desk, unit, officer):
    mine, theirs = in_progress(officer=officer), in_progress(unit=unit)

    result = press(desk, "answer", [mine, theirs], sent="1", body="แก้แล้ว", confirmed="1")

    assert states(result.context["job"]) == {mine.pk: "done", theirs.pk: "refused"}
    assert result.context["rows"][0].sentence == "You may not do this to this case any more."


def test_closing_and_noting_many(desk, officer):
    done, mine = answered(officer=officer), in_progress(officer=officer)

    closing = press(desk, "close", [done, mine], sent="1", outcome="resolved")
    press(desk, "note", [done, mine], sent="1", body="ตรวจแล้ว {number}")

    assert states(closing.context["job"]) == {done.pk: "done", mine.pk: "refused"}
    assert sorted(Message.objects.filter(kind="note").values_list("body", flat=True)) == sorted(
        f"ตรวจแล้ว {case.number}" for case in (done, mine)
    )


def test_all_that_is_found_is_taken_by_the_filters(desk, unit, officer):
    mine = [in_progress(officer=officer), in_progress(officer=officer)]
    in_progress(unit=unit)

    asked = press(desk, "note", mine[:1], everything="1", query="scope=mine")

    assert {case.pk for case in asked.context["chosen"]} == {case.pk for case in mine}


def test_the_refused_are_tried_again_as_they_stand(desk, officer):
    mine = in_progress(officer=officer)
    result = press(desk, "close", [mine], sent="1", outcome="upheld")
    lifecycle.answer(mine, body="แก้แล้ว", by=officer, at=NOW)

    again = desk.post(
        reverse("complaints:bulk_again", args=[result.context["job"].pk]), follow=True
    )

    assert states(again.context["job"]) == {mine.pk: "done"}
    assert states(result.context["job"]) == {mine.pk: "refused"}
    nothing = desk.post(
        reverse("complaints:bulk_again", args=[again.context["job"].pk]), follow=True
    )
    assert [message.level_tag for message in nothing.context["messages"]] == ["warning"]


def test_a_case_that_changed_meanwhile_is_refused(officer):
    mine = in_progress(officer=officer)
    job = answering([mine], by=officer)
    lifecycle.note(mine, body="ผู้ร้องโทรมา", by=officer, at=NOW)

    jobs.run(job.pk, bulk.work_through)

    assert states(job) == {mine.pk: "refused"}


def test_many_are_left_to_the_worker(desk, officer, monkeypatch):
    monkeypatch.setattr(views, "FEW", 1)
    mine = [in_progress(officer=officer) for _each in range(2)]

    page = press(desk, "note", mine, sent="1", body="ตรวจแล้ว")
    job = Job.objects.get(kind="bulk")
    early = desk.get(reverse("complaints:bulk_result", args=[job.pk]))
    desk.post(reverse("complaints:bulk_again", args=[job.pk]))
    jobs.run(job.pk, bulk.work_through)

    assert page.redirect_chain == [(job.get_absolute_url(), 302)]
    assert early.context["is_open"]
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"waiting": 0, "done": 2, "refused": 0})
    assert job.url == reverse("complaints:bulk_result", args=[job.pk])


def test_killed_in_the_middle_and_started_twice_no_case_is_answered_twice(officer, monkeypatch):
    mine = [in_progress(officer=officer) for _each in range(3)]
    job = answering(mine, by=officer)
    do_one = bulk.do_one

    def killed_after_the_first(pk, **rest):
        if pk != BulkRow.objects.order_by("pk").first().pk:
            raise KeyboardInterrupt
        return do_one(pk, **rest)

    monkeypatch.setattr(bulk, "do_one", killed_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.pk, bulk.work_through)
    monkeypatch.setattr(bulk, "do_one", do_one)
    half = Message.objects.filter(kind="answer").count()
    jobs.run(job.pk, bulk.work_through)
    jobs.run(job.pk, bulk.work_through)
    for row in BulkRow.objects.all():
        bulk.do_one(row.pk, job=job, at=NOW)

    assert half == 1
    assert set(states(job).values()) == {"done"}
    assert list(Complaint.objects.values_list("messages__kind").order_by("pk")).count(
        ("answer",)
    ) == len(mine)


def test_a_result_is_its_starters(client, desk, supervisor, officer):
    result = press(desk, "note", [in_progress(officer=officer)], sent="1", body="ตรวจแล้ว")
    client.force_login(supervisor)

    for name in ("bulk_result", "bulk_again"):
        url = reverse(f"complaints:{name}", args=[result.context["job"].pk])
        ask = client.get if name == "bulk_result" else client.post
        assert ask(url).status_code == 404
