"""Canned replies: who keeps and sees them, what is filled in, and the picker in the forms of a case."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from agency import audit
from agency.models import Role
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle.canned import called
from complaints.models import CannedReply, Message
from complaints.selectors.canned import canned_for
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, CannedReplyFactory, in_progress

pytestmark = pytest.mark.django_db
PERSON = PersonData(name="สมศรี มีสุข", phone="0812345678")
NAMED = "เรียน {name} เรื่อง {number}"


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create(parent=UnitFactory.create(), phone="021234567")


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


def insert(case, reply, *, by, verb="answer", may_see_name=True):
    return lifecycle.insert_canned(case, reply, verb=verb, may_see_name=may_see_name, by=by, at=NOW)


def verbs_of(case):
    return [entry.verb for entry in audit.entries_of(case)]


# What a case can use


def test_a_case_uses_the_set_of_its_unit_and_of_those_above_the_most_used_first(unit, officer):
    own = CannedReplyFactory.create(unit=unit, use="answer")
    above = CannedReplyFactory.create(unit=unit.parent, used_count=5)
    CannedReplyFactory.create(unit=UnitFactory.create(parent=unit))
    CannedReplyFactory.create(unit=UnitFactory.create())
    CannedReplyFactory.create(unit=unit, use="note")
    CannedReplyFactory.create(unit=unit, is_active=False)
    case = in_progress(officer=officer)

    assert canned_for(case, "answer") == [above, own]
    assert canned_for(case, "assign") == []


# What is filled in


def test_insert_fills_the_facts_in_and_counts(unit, officer):
    reply = CannedReplyFactory.create(
        unit=unit, body_th="{number} {subject} {officer} {unit} {phone} {received} {due} {today}"
    )
    case = in_progress(officer=officer)

    text = insert(case, reply, by=officer)

    assert text == (
        f"{case.number} {case.subject} {officer} {unit.name_th} 02-123-4567"
        " 2 พฤศจิกายน 2569 23 พฤศจิกายน 2569 2 พฤศจิกายน 2569"
    )
    reply.refresh_from_db()
    assert reply.used_count == 1
    assert "identity_revealed" not in verbs_of(case)


def test_the_name_is_filled_in_and_that_look_is_recorded(unit, officer):
    case = in_progress(officer=officer, person=PERSON)
    reply = CannedReplyFactory.create(unit=unit, body_th=NAMED)

    assert insert(case, reply, by=officer) == f"เรียน คุณสมศรี มีสุข เรื่อง {case.number}"
    assert verbs_of(case)[0] == "identity_revealed"


@pytest.mark.parametrize(
    ("facts", "may_see_name"),
    [
        ({"person": PERSON, "is_identity_masked": True}, True),
        ({"person": PERSON}, False),
        ({"is_anonymous": True}, True),
        ({}, True),
    ],
)
def test_a_hidden_name_is_never_filled_in(unit, officer, facts, may_see_name):
    case = in_progress(officer=officer, **facts)
    reply = CannedReplyFactory.create(unit=unit, body_th=NAMED)

    text = insert(case, reply, by=officer, may_see_name=may_see_name)

    assert text == f"เรียน ผู้ร้อง เรื่อง {case.number}"
    assert "identity_revealed" not in verbs_of(case)


def test_the_language_is_the_complainants_and_of_a_note_the_houses(unit, officer):
    reply = CannedReplyFactory.create(unit=unit, body_th="ไทย", body_en="English {received}")
    case = in_progress(officer=officer, person=PersonData(name="Ann", language="en"))

    assert insert(case, reply, by=officer) == "English 2 November 2026"
    assert insert(case, reply, by=officer, verb="note") == "ไทย"


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("สมศรี มีสุข", "th", "คุณสมศรี มีสุข"),
        ("นางสมศรี มีสุข", "th", "นางสมศรี มีสุข"),
        ("บริษัท ตัวอย่าง จำกัด", "th", "บริษัท ตัวอย่าง จำกัด"),
        ("Ann", "en", "Ann"),
        ("", "th", ""),
    ],
)
def test_a_name_is_addressed_politely(name, language, expected):
    assert called(name, language) == expected


# Keeping them


def post(client, url, **facts):
    told = {
        "use": "answer",
        "title": "ตอบ",
        "body_th": "{number}",
        "body_en": "",
        "is_active": "on",
    }
    return client.post(url, told | facts)


def test_a_supervisor_writes_and_changes_the_texts_of_the_unit(client, supervisor, unit):
    client.force_login(supervisor)

    made = post(client, reverse("complaints:canned_new"), unit=unit.pk)
    reply = CannedReply.objects.get()
    changed = post(client, reply.get_absolute_url(), unit=unit.pk, title="ตอบใหม่")

    reply.refresh_from_db()
    assert (made.status_code, changed.status_code) == (302, 302)
    assert (reply.unit, reply.title, reply.body_th) == (unit, "ตอบใหม่", "{number}")
    assert verbs_of(reply) == ["edited", "added"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"body_th": "{nmber}"}, "body_th"),
        ({"body_th": ""}, "body_th"),
        ({"title": "เดิม"}, "title"),
    ],
)
def test_bad_input_is_said_at_the_field_and_kept(client, supervisor, unit, facts, field):
    CannedReplyFactory.create(unit=unit, title="เดิม")
    client.force_login(supervisor)

    response = post(client, reverse("complaints:canned_new"), unit=unit.pk, **facts)

    assert list(response.context["form"].errors) == [field]
    assert CannedReply.objects.count() == 1


def test_the_preview_reads_as_on_a_sample_case_and_keeps_nothing(client, supervisor, unit):
    client.force_login(supervisor)

    response = post(
        client, reverse("complaints:canned_new"), unit=unit.pk, body_th="ที่ {number}", preview="1"
    )

    assert response.context["preview"] == [("th", "ที่ 2570-000123")]
    assert not CannedReply.objects.exists()


def test_texts_of_above_are_read_only_others_unknown_and_officers_do_not_write(
    client, supervisor, officer, unit
):
    above = CannedReplyFactory.create(unit=unit.parent)
    elsewhere = CannedReplyFactory.create(unit=UnitFactory.create())
    own = CannedReplyFactory.create(unit=unit)

    client.force_login(supervisor)
    assert client.get(above.get_absolute_url()).status_code == 200
    assert post(client, above.get_absolute_url(), unit=unit.pk).status_code == 403
    assert client.get(elsewhere.get_absolute_url()).status_code == 404
    client.force_login(officer)
    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.get(reverse("complaints:canned_new")).status_code == 403


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same(client, supervisor, unit, item_count, django_assert_num_queries):
    CannedReplyFactory.create_batch(item_count, unit=unit)
    client.force_login(supervisor)
    client.get(reverse("complaints:canned"))

    with django_assert_num_queries(4):
        response = client.get(reverse("complaints:canned"), {"q": "ข้อความ"})

    assert len(response.context["page"].rows) == item_count


def test_administrators_are_told_of_unknown_fields_too(client, unit):
    admin = StaffFactory.create(unit=unit, roles=[Role.ADMIN], is_staff=True)
    client.force_login(admin)

    response = client.post(
        reverse("admin:complaints_cannedreply_add"),
        {"unit": unit.pk, "use": "any", "title": "ก", "body_th": "{nobody}", "body_en": ""},
    )

    assert "body_th" in response.context["adminform"].form.errors


# In the forms of a case


def test_inserting_keeps_what_was_typed_and_sends_nothing(client, unit, officer):
    case = in_progress(officer=officer)
    reply = CannedReplyFactory.create(unit=unit)
    client.force_login(officer)
    url = reverse("complaints:act", args=[case.pk, "answer"])

    shown = client.get(url)
    typed = {"expected_version": 1, "body": "เกริ่นนำ", "canned": reply.pk, "insert": "1"}
    response = client.post(url, typed)

    assert shown.context["canned"] == [reply]
    form = response.context["form"]
    assert form["body"].value() == f"เกริ่นนำ\n\nเรื่องเลขที่ {case.number}"
    assert form["expected_version"].value() == "1"
    assert not form.is_bound
    assert not Message.objects.exists()


@pytest.mark.parametrize("chosen", ["", "999999", "x"])
def test_a_choice_that_is_not_offered_inserts_nothing(client, unit, officer, chosen):
    case = in_progress(officer=officer)
    CannedReplyFactory.create(unit=unit)
    client.force_login(officer)
    url = reverse("complaints:act", args=[case.pk, "answer"])

    response = client.post(url, {"body": "คงไว้", "canned": chosen, "insert": "1"})

    assert response.context["form"]["body"].value() == "คงไว้"


def test_a_form_without_texts_shows_no_picker(client, officer):
    case = in_progress(officer=officer)
    client.force_login(officer)

    response = client.get(reverse("complaints:act", args=[case.pk, "answer"]))

    assert 'name="canned"' not in response.content.decode()
