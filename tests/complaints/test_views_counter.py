"""The public counter: filing in four steps, the receipt, tracking, replying."""

import io
import re
import zipfile
from html import escape

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from agency import parking
from agency.models import Attachment, AuditEntry
from complaints.models import Complaint, Message, Status
from tests.factories.agency import ChannelFactory, StaffFactory, UnitFactory
from tests.factories.complaints import ready, received

MATTER = {"kind": "service", "category": ""}
STORY = {
    "subject": "รอคิวนานที่เคาน์เตอร์",
    "body": "ไปติดต่อทำบัตรเมื่อวันจันทร์ รอคิวตั้งแต่เช้าจนบ่ายโดยไม่มีเจ้าหน้าที่แจ้งว่าระบบขัดข้อง",
    "wish": "ขอให้แจ้งผู้รับบริการเมื่อระบบขัดข้อง",
    "occurred_on": "๗/๑๐/๒๕๖๘",
    "place": "สำนักงานใหญ่ ชั้น 1",
    "province": "10",
}
WHO = {
    "identity": "named",
    "name": "นางสาวมานี มีสุข",
    "phone": "081-234-5678",
    "email": "",
    "address": "",
    "national_id": "",
    "preferred_channel": "page",
    "accessibility_needs": "",
}
DRAFT = "0123456789abcdef0123456789abcdef"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def agency(db):
    """An agency that can take a complaint in, where nobody has tried too often yet."""
    cache.clear()
    ChannelFactory(code="website")
    ready()
    return UnitFactory(parent=None)


@pytest.fixture(autouse=True)
def thai():
    """The screens speak Thai."""
    with translation.override("th"):
        yield


def filing(**changes):
    """Return what the last step posts."""
    return {
        "step": "send",
        "draft": DRAFT,
        "next": "1",
        **MATTER,
        **STORY,
        **WHO,
        "is_true": "on",
        **changes,
    }


def post(client, **changes):
    """Send the last step."""
    return client.post(reverse("complaints:file"), filing(**changes))


def code_of(client):
    """Read number and code off the receipt."""
    page = client.get(reverse("complaints:filed")).content.decode()
    number = re.search(r'data-testid="number">([^<]+)<', page)
    code = re.search(r'data-testid="code">([^<]+)<', page)
    return number.group(1), code.group(1)


def test_front_page_names_the_other_ways_that_have_an_address(client):
    ChannelFactory(code="kiosk")
    phone = ChannelFactory(code="phone", address="02 000 0000")

    assert client.get("/").context["desk"].channels == [phone]


def test_front_page_tells_the_standard_times(client):
    page = client.get(reverse("complaints:counter"))

    assert page.status_code == 200
    assert [target.measure for target in page.context["desk"].standards] == [
        "acknowledge",
        "stage1",
        "stage2",
        "progress",
    ]


@pytest.mark.parametrize(
    ("step", "following"), [("matter", "story"), ("story", "complainant"), ("complainant", "send")]
)
def test_each_step_leads_to_the_next_and_carries_what_was_typed(client, step, following):
    page = client.post(reverse("complaints:file"), filing(step=step))

    assert page.context["step"] == following
    assert (
        dict(page.context["carried"]).items() >= {**MATTER}.items()
        if following != "matter"
        else True
    )
    assert ("subject", STORY["subject"]) in page.context["carried"] or following == "story"


def test_back_keeps_what_was_typed_unchecked(client):
    page = client.post(
        reverse("complaints:file"), {**filing(step="story", subject=""), "back": "1"}
    )

    assert page.context["step"] == "matter"
    assert page.context["form"].initial["kind"] == "service"
    assert page.context["form"].errors == {}


def test_filing_makes_one_complaint_with_its_person(client, agency):
    answer = post(client)

    complaint = Complaint.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("complaints:filed"))
    assert (complaint.subject, complaint.body) == (STORY["subject"], STORY["body"])
    assert (complaint.unit, complaint.channel.code, complaint.province) == (agency, "website", "10")
    assert complaint.occurred_on.isoformat() == "2025-10-07"
    assert (complaint.person.name, complaint.person.phone) == ("นางสาวมานี มีสุข", "0812345678")


def test_second_press_finds_the_first_receipt(client):
    post(client)
    first = code_of(client)
    post(client)

    assert code_of(client) == first
    assert Complaint.objects.count() == 1


def test_receipt_opens_the_case_and_nothing_else_does(client):
    post(client)
    number, code = code_of(client)

    page = client.post(
        reverse("complaints:track"), {"number": number, "code": code.lower()}, follow=True
    )

    assert page.context["case"].complaint.number == number


@pytest.mark.parametrize("changes", [{"number": "2570-999999"}, {"code": "AAAA-AAAA-AA"}])
def test_wrong_number_and_wrong_code_are_answered_alike(client, changes):
    post(client)
    number, code = code_of(client)

    page = client.post(reverse("complaints:track"), {"number": number, "code": code, **changes})

    assert page.context["form"].non_field_errors() == [
        "เลขที่เรื่องกับรหัสไม่ตรงกัน กรุณาตรวจสอบกับใบรับเรื่องอีกครั้ง ตัวพิมพ์เล็กหรือใหญ่ใช้ได้เหมือนกัน"
    ]


def test_national_id_serves_where_the_code_is_lost(client):
    post(client, national_id="1-2345-67890-12-1")
    number, _code = code_of(client)

    page = client.post(
        reverse("complaints:track"), {"number": number, "code": "1234567890121"}, follow=True
    )

    assert page.context["case"].complaint.number == number


def test_eleventh_wrong_try_is_stopped(client):
    client.defaults["REMOTE_ADDR"] = "192.0.2.77"
    for _try in range(10):
        client.post(reverse("complaints:track"), {"number": "2570-000001", "code": "AAAA-AAAA-AA"})

    page = client.post(
        reverse("complaints:track"), {"number": "2570-000001", "code": "AAAA-AAAA-AA"}
    )

    assert page.context["form"].non_field_errors() == ["มีการลองหลายครั้งเกินไป กรุณารอ 10 นาทีแล้วลองใหม่"]


def test_case_page_asks_a_stranger_for_the_code(client):
    complaint = received()

    answer = client.get(reverse("complaints:case", args=[complaint.number]))

    assert answer.url == f"{reverse('complaints:track')}?number={complaint.number}"


def test_proof_for_one_case_does_not_open_another(client):
    post(client)
    number, code = code_of(client)
    client.post(reverse("complaints:track"), {"number": number, "code": code})
    other = received()

    assert client.get(reverse("complaints:case", args=[other.number])).status_code == 302
    assert client.get(reverse("complaints:case", args=[number])).status_code == 200


def test_reply_reaches_the_thread_and_keeps_what_was_typed_when_refused(client):
    post(client)
    number, code = code_of(client)
    client.post(reverse("complaints:track"), {"number": number, "code": code})

    refused = client.post(reverse("complaints:case_reply", args=[number]), {"body": " "})
    answer = client.post(
        reverse("complaints:case_reply", args=[number]), {"body": "เพิ่มเติม <b>ข้อมูล</b>"}
    )

    assert refused.context["reply_form"].errors["body"] == ["กรุณากรอกช่องนี้"]
    assert answer.status_code == 302
    assert list(Message.objects.filter(kind="reply").values_list("body", flat=True)) == [
        "เพิ่มเติม <b>ข้อมูล</b>"
    ]


def test_page_of_the_complainant_shows_no_note_and_no_officer(client):
    post(client)
    number, code = code_of(client)
    client.post(reverse("complaints:track"), {"number": number, "code": code})
    complaint = Complaint.objects.get()
    officer = StaffFactory(first_name="เจ้าหน้าที่ลับ")
    Message.objects.create(
        complaint=complaint, kind="note", body="บันทึกภายในลับ", by=officer, at=complaint.received_at
    )

    page = client.get(reverse("complaints:case", args=[number])).content.decode()

    assert "บันทึกภายในลับ" not in page
    assert "เจ้าหน้าที่ลับ" not in page


@pytest.mark.parametrize(
    "text",
    [
        "😀👩‍👩‍👧 ขอบคุณ",
        "\u202eกลับหลัง\u202c مرحبا",
        "'; DROP TABLE complaints; --",
        "<script>alert(1)</script>",
        "{{ 7|add:7 }} {% now 'Y' %} %(x)s {0}",
    ],
)
def test_any_text_is_taken_and_shown_as_typed(client, text):
    post(client, subject=text, body=f"{text} {STORY['body']}", wish=text, place=text, name=text)
    number, code = code_of(client)
    page = client.post(
        reverse("complaints:track"), {"number": number, "code": code}, follow=True
    ).content.decode()

    complaint = Complaint.objects.get()
    assert (complaint.subject, complaint.place, complaint.person.name) == (text, text, text)
    assert escape(text) in page
    assert "<script>alert(1)</script>" not in page


@pytest.mark.parametrize(
    "field",
    ["subject", "body", "wish", "place", "name", "phone", "national_id", "address", "occurred_on"],
)
def test_nul_gets_a_sentence_and_keeps_the_rest(client, field):
    page = post(client, **{field: "ก\x00ข"})

    assert page.status_code == 200
    [errors] = [page.context["form"].errors[field]]
    assert len(errors) == 1
    assert re.search("[ก-๙]", errors[0])
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize("field", ["subject", "body", "wish", "place", "name", "address"])
def test_a_megabyte_gets_a_sentence_and_keeps_the_rest(client, field):
    page = post(client, **{field: "ก" * 350_000})

    assert page.status_code == 200
    [error] = page.context["form"].errors[field]
    assert error.startswith("ข้อความยาวเกินไป")
    carried = {
        **dict(page.context["carried"]),
        **{name: page.context["form"].data.get(name) for name in page.context["form"].fields},
    }
    assert carried["phone"] == WHO["phone"]


def test_wrong_check_digit_is_told(client):
    page = post(client, national_id="1-2345-67890-12-3")

    assert page.context["step"] == "complainant"
    assert len(page.context["form"].errors["national_id"]) == 1
    assert page.context["form"].data["name"] == WHO["name"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("ว่าง.pdf", b""), ("รูป.jpg", b"MZ\x90\x00" + b"\x00" * 200), ("งาน.pdf", b"not a pdf at all")],
    ids=["empty", "renamed exe", "other content"],
)
def test_bad_file_gets_a_sentence_and_the_good_one_waits(client, name, content):
    files = [SimpleUploadedFile("ดี.pdf", PDF), SimpleUploadedFile(name, content)]

    page = client.post(reverse("complaints:file"), {**filing(), "files": files})

    [error] = page.context["form"].errors["files"]
    assert re.search("[ก-๙]", error)
    assert [one.name for one in page.context["parked"]] == ["ดี.pdf"]
    assert dict(page.context["carried"])["subject"] == STORY["subject"]


def test_file_of_200_megabytes_is_refused_with_a_sentence(client, tmp_path):
    path = tmp_path / "ใหญ่.pdf"
    with path.open("wb") as file:
        file.write(PDF)
        file.truncate(200 * 1024 * 1024)

    with path.open("rb") as file:
        page = client.post(reverse("complaints:file"), {**filing(), "files": file})

    assert page.status_code == 200
    [error] = page.context["form"].errors["files"]
    assert "20" in error


def test_parked_files_become_attachments_the_complainant_may_fetch(client):
    waiting = parking.park(SimpleUploadedFile("หลักฐาน.pdf", PDF))

    post(client, parked=waiting.token)
    number, code = code_of(client)
    client.post(reverse("complaints:track"), {"number": number, "code": code})
    attachment = Attachment.objects.get()
    answer = client.get(reverse("complaints:case_file", args=[number, attachment.pk]))

    assert (attachment.name, attachment.is_public) == ("หลักฐาน.pdf", True)
    assert b"".join(answer.streaming_content) == PDF
    assert parking.known([waiting.token]) == []


def test_anonymous_filing_keeps_nobody_and_no_time_of_day(client):
    post(client, identity="anonymous", body=STORY["body"] * 2, name="ต้องไม่เก็บ", phone="0812345678")

    complaint = Complaint.objects.get()
    instants = {
        complaint.received_at,
        complaint.recorded_at,
        complaint.touched_at,
        complaint.deemed_received_at,
    }
    assert (complaint.is_anonymous, complaint.person) == (True, None)
    assert {instant.astimezone().strftime("%M:%S.%f") for instant in instants} == {"30:00.000000"}
    assert AuditEntry.objects.filter(address__isnull=False).count() == 0
    assert complaint.status == Status.RECEIVED


def test_anonymous_filing_needs_detail(client):
    page = post(client, identity="anonymous", body="สั้นไป")

    assert page.context["step"] == "complainant"
    assert len(page.context["form"].errors["identity"]) == 1


def test_zip_named_docx_without_a_document_is_refused(client):
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("evil.exe", b"MZ")

    page = client.post(
        reverse("complaints:file"),
        {**filing(), "files": SimpleUploadedFile("หนังสือ.docx", box.getvalue())},
    )

    assert len(page.context["form"].errors["files"]) == 1


@pytest.mark.parametrize("name", ["complaints:filed", "complaints:counter", "complaints:privacy"])
def test_pages_to_read_refuse_post(client, name):
    assert client.post(reverse(name)).status_code == 405


def test_removing_a_file_keeps_the_rest_whatever_was_tampered_with(client):
    waiting = parking.park(SimpleUploadedFile("เอกสาร.pdf", PDF))

    page = client.post(
        reverse("complaints:file"),
        {**filing(category="x; --"), "parked": waiting.token, "drop": waiting.token},
    )

    assert (page.status_code, page.context["step"], page.context["parked"]) == (200, "send", [])
    assert page.context["summary"]["category"] == ""
    assert parking.known([waiting.token]) == []
