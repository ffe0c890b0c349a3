"""Taking a case in at the desk: typed input, refusals that keep it, the receipt with the code shown once."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency.models import Attachment, Person, Role
from complaints import lifecycle
from complaints.models import Complaint, Kind, Reader
from tests.factories.agency import AuditorFactory, ChannelFactory, StaffFactory, UnitFactory
from tests.factories.complaints import NOW, CategoryFactory, ready, received

pytestmark = pytest.mark.django_db
NEW = "/complaints/new/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def typed(unit):
    return {
        "channel": ChannelFactory.create(code="phone").pk,
        "kind": Kind.SERVICE,
        "subject": "รอคิวนาน",
        "body": "รอตั้งแต่เช้าจนบ่าย",
        "unit": unit.pk,
    }


def taken(response):
    assert response.status_code == 302
    return Complaint.objects.latest("pk")


def errors(response):
    assert response.status_code == 200
    return sorted(response.context["form"].errors)


def test_four_facts_are_enough(desk, typed, officer):
    case = taken(desk.post(NEW, typed))

    assert (case.subject, case.recorded_by, case.received_at, case.person) == (
        "รอคิวนาน",
        officer,
        NOW,
        None,
    )


def test_all_that_can_be_typed_is_kept(desk, typed, unit):
    category = CategoryFactory.create()
    full = typed | {
        "wish": "ขอให้ชี้แจง",
        "name": "นางสมศรี มีสุข",
        "phone": "๐๘๑-๒๓๔ ๕๖๗๘",
        "email": "somsri@mail.example",
        "national_id": "๑-๑๐๑๗-๐๐๒๓๐-๗๐-๘",
        "address": "๑๒ ถนนสุขใจ",
        "preferred_channel": "email",
        "is_identity_masked": "on",
        "category": category.pk,
        "received_on": "๒๙ ต.ค. ๒๕๖๙",
        "received_time": "๙.๓๐ น.",
        "occurred_on": "28/10/2569",
        "place": "ชั้น 1",
        "district": "พระนคร",
        "province": "10",
        "external_ref": "นร 0105/123",
        "files": [SimpleUploadedFile("หลักฐาน.txt", "ข้อความ".encode())],
    }

    case = taken(desk.post(NEW, full))

    person = Person.objects.get()
    assert (person.name, person.phone, person.preferred_channel) == (
        "นางสมศรี มีสุข",
        "0812345678",
        "email",
    )
    assert (case.person, case.category, case.is_identity_masked) == (person, category, True)
    assert f"{case.received_at:%Y-%m-%d %H:%M}" == "2026-10-29 02:30"
    assert (str(case.occurred_on), case.province) == ("2026-10-28", "10")
    assert (case.source_system, case.external_ref) == ("phone", "นร 0105/123")
    assert Attachment.objects.get().name == "หลักฐาน.txt"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"channel": ""}, ["channel"]),
        ({"channel": "999999"}, ["channel"]),
        ({"kind": "nonsense"}, ["kind"]),
        ({"subject": ""}, ["subject"]),
        ({"subject": "ก" * 301}, ["subject"]),
        ({"subject": "a\x00b"}, ["subject"]),
        ({"body": " "}, ["body"]),
        ({"body": "ก" * 1_000_000}, ["body"]),
        ({"national_id": "1101700230709"}, ["national_id"]),
        ({"national_id": "123"}, ["national_id"]),
        ({"phone": "12"}, ["phone"]),
        ({"email": "somsri"}, ["email"]),
        ({"received_on": "31/2/2569"}, ["received_on"]),
        ({"received_on": "3/11/2569"}, ["received_on"]),
        ({"received_on": "2/11/2569", "received_time": "23.00"}, ["received_time"]),
        ({"received_time": "9.30"}, ["received_on"]),
        ({"received_on": "1/11/2569", "received_time": "99.99"}, ["received_time"]),
        ({"occurred_on": "1/1/2600"}, ["occurred_on"]),
        ({"is_anonymous": "on", "name": "สมศรี", "phone": "0812345678"}, ["name", "phone"]),
        ({"files": [SimpleUploadedFile("x.exe", b"MZ")]}, ["files"]),
        ({"files": [SimpleUploadedFile("x.pdf", b"")]}, ["files"]),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_the_rest_kept(desk, typed, changes, wrong):
    response = desk.post(NEW, typed | {"wish": "ข้อความที่พิมพ์ไว้"} | changes)

    assert errors(response) == wrong
    assert "ข้อความที่พิมพ์ไว้" in response.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    "text", ["😀🙏", "\u202eกลับด้าน", "'; DROP TABLE x; --", "<script>{{ x }}</script>"]
)
def test_odd_text_is_taken_and_shown_as_typed(desk, typed, text):
    case = taken(desk.post(NEW, typed | {"subject": text, "body": text}))

    page = desk.get(case.get_absolute_url()).content.decode()
    assert (case.subject, case.body) == (text, text)
    assert "<script>{{" not in page


def test_a_day_without_a_time_counts_as_noon(desk, typed):
    case = taken(desk.post(NEW, typed | {"received_on": "30/10/2569"}))

    assert f"{case.received_at:%Y-%m-%d %H:%M}" == "2026-10-30 05:00"


def test_a_reference_is_taken_in_once(desk, typed):
    first = taken(desk.post(NEW, typed | {"external_ref": "1111/42"}))

    again = desk.post(NEW, typed | {"external_ref": "1111/42"})

    assert errors(again) == ["external_ref"]
    assert first.number in str(again.context["form"].errors["external_ref"])


def test_an_anonymous_case_keeps_no_person(desk, typed):
    case = taken(desk.post(NEW, typed | {"is_anonymous": "on"}))

    assert (case.is_anonymous, case.person, Person.objects.count()) == (True, None, 0)


def test_a_tip_off_is_restricted_and_still_the_takers(desk, typed, officer):
    case = taken(desk.post(NEW, typed | {"kind": Kind.TIP_OFF}))

    assert case.is_restricted
    assert Reader.objects.filter(complaint=case, staff=officer).exists()


def test_receipt_shows_the_code_once(desk, typed):
    case = taken(desk.post(NEW, typed))
    url = reverse("complaints:receipt", args=[case.pk])

    first, second = desk.get(url), desk.get(url)

    code = first.context["code"]
    assert len(code) == 12
    assert code in first.content.decode()
    assert second.context["code"] == ""
    assert first.context["qr"].startswith("data:image/svg+xml")
    assert "no-store" in first["Cache-Control"]


@pytest.mark.parametrize("roles", [[Role.AUDITOR], [Role.EXECUTIVE], [Role.ADMIN], []])
def test_who_takes_nothing_in_is_turned_away(client, unit, roles):
    client.force_login(StaffFactory.create(unit=unit, roles=roles))

    assert (client.get(NEW).status_code, client.post(NEW).status_code) == (403, 403)


def test_a_refusal_of_the_rules_is_said(desk, typed, monkeypatch):
    def refuse(*args, **kwargs):
        raise lifecycle.Refused("ยังไม่มีมาตรฐานเวลา")

    monkeypatch.setattr(lifecycle, "receive", refuse)

    response = desk.post(NEW, typed)

    assert response.context["form"].non_field_errors() == ["ยังไม่มีมาตรฐานเวลา"]


def test_receipt_of_another_units_case_is_not_found(client, desk):
    case = received()
    client.force_login(AuditorFactory.create())

    assert client.get(reverse("complaints:receipt", args=[case.pk])).status_code == 404


def test_time_of_today_may_be_given(desk, typed):
    typed |= {"received_on": "2/11/2569", "received_time": "9:15"}

    case = taken(desk.post(NEW, typed))

    assert NOW - case.received_at == timedelta(minutes=45)
