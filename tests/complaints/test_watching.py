"""Following cases and naming colleagues in notes: who hears what, and who may not."""

from datetime import timedelta

import pytest
import time_machine

from agency.models import Notice
from complaints import lifecycle
from complaints.lifecycle.watching import mentioned_in
from complaints.models import Complaint, Duty, Kind, Topic, Watch
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, ReaderFactory, in_progress, received

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def case(unit):
    return in_progress(officer=StaffFactory.create(unit=unit))


@pytest.fixture
def follower(unit, case):
    follower = StaffFactory.create(unit=unit, username="somying")
    lifecycle.watch(case, by=follower, at=NOW)
    return follower


def heard(staff):
    return sorted(
        Notice.objects.filter(recipient=staff, kind__contains="watched").values_list(
            "kind", flat=True
        )
    )


def test_followers_hear_of_answer_status_and_stage2(case, follower, unit):
    supervisor = SupervisorFactory.create(unit=unit)
    lifecycle.note(case, body="โทรแล้ว", by=case.officer, at=NOW)
    lifecycle.answer(case, body="แก้แล้ว", by=case.officer, at=NOW)
    lifecycle.close(case, outcome="upheld", by=follower, at=NOW)
    lifecycle.escalate_to_stage2(case, reason="ไม่พอใจ", by=supervisor, at=NOW)

    assert heard(follower) == ["complaints.watched_answer", "complaints.watched_escalation"]
    assert heard(case.officer) == ["complaints.watched_status"]


def test_followers_hear_only_of_what_they_wish(case, follower):
    Duty.objects.create(staff=follower, told_of=[Topic.ESCALATION])

    lifecycle.answer(case, body="แก้แล้ว", by=case.officer, at=NOW)

    assert heard(follower) == []


def test_the_sweep_tells_followers_what_went_on_the_board(case, follower):
    later = case.due_at + timedelta(days=4)

    while lifecycle.sweep_milestones(at=later):
        pass

    assert "complaints.watched_escalation" in heard(follower)
    assert heard(case.officer) == []


def test_who_loses_sight_of_a_case_follows_no_more(case, follower):
    follower.unit = UnitFactory.create()
    follower.save(update_fields=["unit"])

    lifecycle.answer(case, body="แก้แล้ว", by=case.officer, at=NOW)

    assert heard(follower) == []
    assert not Watch.objects.exists()


def test_following_is_a_button_and_a_list(client, case, unit):
    follower = StaffFactory.create(unit=unit)
    client.force_login(follower)
    other = received(unit=unit)

    client.post(f"/complaints/{case.pk}/follow/")
    client.post(f"/complaints/{case.pk}/follow/")
    rows = client.get("/complaints/", {"scope": "followed"}).context["page"].rows
    page = client.get(f"/complaints/{case.pk}/").context["complaint"]
    client.post(f"/complaints/{case.pk}/follow/", {"stop": "1"})

    assert [row.pk for row in rows] == [case.pk]
    assert page.is_watched
    assert not Watch.objects.exists()
    assert client.post(f"/complaints/{received().pk}/follow/").status_code == 404
    assert not client.get(f"/complaints/{other.pk}/").context["complaint"].is_watched


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ฝาก @somying ดูต่อ", True),
        ("ฝาก@somyingดูต่อ", True),
        ("@somying.", True),
        ("somying@agency.example", False),
        ("@somyingx", False),
        ("@ somying", False),
    ],
)
def test_a_name_after_an_at_sign_is_a_mention(follower, text, named):
    assert mentioned_in(text) == ([follower] if named else [])


def test_who_is_named_in_a_note_is_told(case, follower):
    lifecycle.note(case, body="@somying ช่วยดูเอกสาร", by=case.officer, at=NOW)

    told = Notice.objects.get(kind="complaints.mentioned")
    assert (told.recipient, told.data["number"]) == (follower, case.number)


def test_who_may_not_see_the_case_cannot_be_named(client, case, english):
    StaffFactory.create(username="elsewhere", language="en")
    case.officer.language = "en"
    case.officer.save(update_fields=["language"])
    client.force_login(case.officer)
    version = Complaint.objects.get(pk=case.pk).version

    page = client.post(
        f"/complaints/{case.pk}/note/", {"body": "@elsewhere ดู", "expected_version": version}
    )

    assert "may not see this complaint" in page.context["form"].non_field_errors()[0]
    assert page.context["form"]["body"].value() == "@elsewhere ดู"
    assert not Notice.objects.filter(kind="complaints.mentioned").exists()


def test_only_who_may_see_the_case_is_offered(client, unit):
    above = UnitFactory.create()
    unit.parent, unit.path = above, f"{above.path}{unit.pk}/"
    unit.save(update_fields=["parent", "path"])
    here = StaffFactory.create(unit=unit, first_name="สมหญิง", username="a1")
    StaffFactory.create(unit=above, first_name="สมหญิง", username="a2")
    StaffFactory.create(first_name="สมหญิง", username="a3")
    StaffFactory.create(unit=unit, first_name="สมหญิง", username="a4", roles=[])
    StaffFactory.create(unit=unit, first_name="สมหญิง", username="a5", is_active=False)
    open_case, secret = received(unit=unit), received(unit=unit, kind=Kind.CORRUPTION)
    ReaderFactory.create(complaint=secret, staff=here)
    client.force_login(here)

    def offered(case, who="สมห"):
        page = client.get(f"/complaints/{case.pk}/people/", {"who": who})
        return [each.username for each in page.context["people"]]

    assert sorted(offered(open_case)) == ["a1", "a2"]
    assert offered(open_case, "@A2") == ["a2"]
    assert offered(secret) == ["a1"]
    assert client.get(f"/complaints/{received().pk}/people/").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_the_note_form_finds_colleagues(client, case):
    client.force_login(case.officer)

    page = client.get(f"/complaints/{case.pk}/note/").content.decode()

    assert f'hx-get="/complaints/{case.pk}/people/"' in page
