"""A second person's look at an answer: never the author's own, the clock runs on, both are told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from agency.models import AuditEntry, Letter, Notice
from agency.persons import PersonData
from agency.thai import local_day
from agency.units import stand_in
from complaints import lifecycle, permissions
from complaints.lifecycle import Refused
from complaints.models import AnswerReview, Clock, Complaint, Message, Policy
from complaints.selectors import work
from tests.factories.agency import (
    ExecutiveFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import NOW, in_progress, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = timedelta(days=1)
CITIZEN = PersonData(name="นาง ก", email="a@example.com", preferred_channel="email")


@pytest.fixture
def unit():
    ready()
    Policy.objects.update(needs_review=True)
    return UnitFactory.create(parent=UnitFactory.create())


@pytest.fixture
def boss(unit):
    return SupervisorFactory.create(unit=unit)


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def case(officer, boss):
    return in_progress(officer=officer, person=CITIZEN)


def drafted(case, *, by, at=NOW):
    return lifecycle.send_for_review(case, body="ได้แก้ไขแล้ว", by=by, at=at)


def told(kind):
    rows = Notice.objects.filter(kind=f"complaints.{kind}").order_by("pk")
    return [row.recipient for row in rows]


def stage_clock(case):
    return Clock.objects.get(complaint=case, measure="stage1")


def test_an_answer_goes_out_only_when_another_person_approved_it(case, officer, boss):
    with pytest.raises(Refused, match="second person"):
        lifecycle.answer(case, body="x", by=officer, at=NOW)

    waiting = drafted(case, by=officer)
    assert (waiting.status, waiting.answered_at) == ("in_progress", None)
    assert stage_clock(case).stopped_at is None
    assert boss in told("review_asked")
    assert officer not in told("review_asked")
    assert not Letter.objects.filter(kind="complaints.answered").exists()

    done = lifecycle.approve_answer(case, by=boss, at=NOW + DAY)

    assert (done.status, done.answered_at) == ("answered", NOW + DAY)
    assert (stage_clock(case).stopped_at, stage_clock(case).result) == (NOW + DAY, "met")
    sent = Message.objects.get(kind="answer")
    assert (sent.body, sent.by) == ("ได้แก้ไขแล้ว", officer)
    assert AuditEntry.objects.get(verb="answered").by == boss
    assert told("review_approved") == [officer]
    assert Letter.objects.filter(kind="complaints.answered").count() == 1
    assert AnswerReview.objects.get().decision == "approved"


def test_a_returned_answer_says_why_and_can_be_sent_again(case, officer, boss):
    drafted(case, by=officer)

    with pytest.raises(Refused, match="what is to be changed"):
        lifecycle.return_answer(case, reason=" ", by=boss, at=NOW)
    lifecycle.return_answer(case, reason="ขาดวันนัด", by=boss, at=NOW)

    assert told("review_returned") == [officer]
    assert Message.objects.filter(kind="instruction", body="ขาดวันนัด", by=boss).count() == 1
    with pytest.raises(Refused, match="waits for review"):
        lifecycle.approve_answer(case, by=boss, at=NOW)
    drafted(case, by=officer)
    assert AnswerReview.objects.waiting().count() == 1


def test_nobody_approves_or_returns_the_own_answer(case, boss):
    drafted(case, by=boss)

    for verb in (
        lambda: lifecycle.approve_answer(case, by=boss, at=NOW),
        lambda: lifecycle.return_answer(case, reason="x", by=boss, at=NOW),
    ):
        with pytest.raises(Refused, match="You wrote"):
            verb()


def test_what_a_supervisor_wrote_goes_to_the_others_to_those_above_or_to_the_executives(unit):
    boss, officer = SupervisorFactory.create(unit=unit), StaffFactory.create(unit=unit)
    case = in_progress(officer=officer)
    colleagues = set(lifecycle.second_look.reviewers_of(case, author=boss))
    assert boss not in colleagues
    assert colleagues  # `in_progress` made a supervisor of the unit

    unit.staff.filter(roles__contains=["supervisor"]).exclude(pk=boss.pk).update(is_active=False)
    chief = ExecutiveFactory.create(unit=unit.parent)
    assert lifecycle.second_look.reviewers_of(case, author=boss) == [chief]
    above = SupervisorFactory.create(unit=unit.parent)
    assert lifecycle.second_look.reviewers_of(case, author=boss) == [above]


def test_a_draft_is_sent_once_and_only_where_the_standard_asks_for_it(case, officer, boss):
    drafted(case, by=officer)
    with pytest.raises(Refused, match="already"):
        drafted(case, by=officer)
    lifecycle.take_answer_back(case, by=officer, at=NOW)
    with pytest.raises(Refused, match="No answer"):
        lifecycle.take_answer_back(case, by=officer, at=NOW)

    Policy.objects.update(needs_review=False)
    with pytest.raises(Refused, match="needs no second person"):
        drafted(case, by=officer)


@pytest.mark.parametrize("verb", ["ask", "withdraw", "escalate_to_stage2", "screen"])
def test_a_draft_is_dropped_when_the_case_goes_another_way(verb, case, officer, boss, unit):
    drafted(case, by=officer)
    facts = {
        "ask": {"body": "x"},
        "withdraw": {"body": "x"},
        "escalate_to_stage2": {"reason": "x"},
        "screen": {"kind": case.kind, "grade": None, "category": None, "unit": unit},
    }

    getattr(lifecycle, verb)(case, by=boss, at=NOW, **facts[verb])

    assert AnswerReview.objects.get().decision == "dropped"


def test_an_answer_can_be_approved_while_the_case_waits_for_the_complainant(case, officer, boss):
    lifecycle.ask(case, body="ที่ไหน", by=officer, at=NOW)
    drafted(case, by=officer)

    done = lifecycle.approve_answer(case, by=boss, at=NOW + DAY)

    assert (done.status, done.paused_at) == ("answered", None)


def test_the_deputy_of_a_supervisor_on_leave_may_approve(case, officer, boss, unit):
    deputy, today = StaffFactory.create(unit=unit), local_day(NOW)
    drafted(case, by=officer)
    boss.deputy = deputy
    boss.save(update_fields=["deputy"])
    assert permissions.can_approve_answer(stand_in(deputy, on=today), case) is False

    boss.leave_from, boss.leave_until = today, today
    boss.save(update_fields=["leave_from", "leave_until"])

    assert permissions.can_approve_answer(stand_in(deputy, on=today), case) is True
    assert permissions.can_decide_extension(deputy, case) is True
    assert permissions.can_assign(deputy, case) is False
    assert permissions.can_approve_answer(stand_in(deputy, on=today + DAY), case) is False
    assert permissions.can_approve_answer(StaffFactory.create(unit=unit), case) is False
    assert permissions.can_approve_answer(StaffFactory.create(), case) is False


def test_the_page_offers_each_the_own_verbs_and_shows_the_draft(client, case, officer, boss):
    case = drafted(Complaint.objects.get(pk=case.pk), by=officer)
    client.force_login(officer)
    mine = client.get(case.get_absolute_url())
    offered = {action.url.rstrip("/").rpartition("/")[2] for action in mine.context["actions"].all}
    assert {"take_answer_back"} == offered & {
        *("answer", "send_for_review", "take_answer_back", "approve_answer", "return_answer")
    }

    client.force_login(boss)
    page = client.get(case.get_absolute_url())
    assert page.context["actions"].primary.url.endswith("/approve_answer/")
    assert "ได้แก้ไขแล้ว" in page.content.decode()
    assert list(work.waiting_reviews(boss)) == [AnswerReview.objects.get()]
    assert list(work.waiting_reviews(officer)) == []
    rows = client.get(reverse("complaints:queue"), {"scope": "review"}).context["page"].rows
    assert [row.pk for row in rows] == [case.pk]
    assert case.subject in client.get(reverse("home:home")).content.decode()

    address = reverse("complaints:act", args=[case.pk, "approve_answer"])
    assert client.post(address, {"expected_version": case.version}).status_code == 302
    assert Complaint.objects.get(pk=case.pk).answered_at <= datetime.now(tz=UTC)
