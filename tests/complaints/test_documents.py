"""Letters and memos: draft, number, issue, void; who sees what; the register without gaps."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from agency import audit
from agency.models import Attachment, Role
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle import Refused
from complaints.models import Complaint, Document, Message, Policy, RegisterNumber, Status
from complaints.selectors import documents as selectors
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, PAPER, LetterheadFactory, document_of, in_progress

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
PERSON = PersonData(name="สมศรี มีสุข", phone="0812345678")


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def unit():
    unit = UnitFactory.create(parent=UnitFactory.create(), phone="021234567")
    LetterheadFactory.create(unit=unit.parent)
    return unit


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit, position="นักวิชาการ")


@pytest.fixture
def case(officer):
    return in_progress(officer=officer, person=PERSON)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def issued(document, *, by, send_as="", at=LATER):
    lifecycle.reserve_number(document, by=by, at=at)
    files = {"pdf": b"%PDF-1.7 pages", "docx": selectors_docx(document)}
    return lifecycle.issue_document(document, name="หนังสือ", send_as=send_as, by=by, at=at, **files)


def selectors_docx(document):
    from agency.papers import docx_of

    return docx_of(selectors.paper_of(document, at=LATER))


def post(client, document, verb, **data):
    url = reverse("complaints:document_act", args=[document.pk, verb])
    return client.post(url, {"expected_version": document.version} | data)


def verbs_of(thing):
    return [entry.verb for entry in audit.entries_of(thing)][::-1]


# Verbs


def test_a_draft_takes_name_and_position_of_its_signer_from_the_record(case, officer):
    document = document_of(case, by=officer, subject="  เรื่อง\x00 ")

    assert (document.subject, document.signer_name, document.position) == (
        "เรื่อง",
        str(officer),
        "นักวิชาการ",
    )
    assert verbs_of(document) == ["drafted"]


@pytest.mark.parametrize("missing", ["subject", "to", "body"])
def test_a_draft_that_says_nothing_is_refused(case, officer, missing):
    with pytest.raises(Refused):
        document_of(case, by=officer, **{missing: " "})


def test_an_edit_is_refused_after_somebody_elses(case, officer):
    document = document_of(case, by=officer)
    told = PAPER | {"signer": officer, "body": "ใหม่"}
    lifecycle.edit_document(document, by=officer, at=LATER, expected_version=1, **told)

    with pytest.raises(Refused):
        lifecycle.edit_document(document, by=officer, at=LATER, expected_version=1, **told)

    assert Document.objects.get().body == "ใหม่"


def test_numbers_run_per_letterhead_and_calendar_year(case, officer, unit):
    documents = [document_of(case, by=officer) for _each in range(3)]
    next_year = NOW.replace(year=2027)

    numbers = [lifecycle.reserve_number(each, by=officer, at=NOW) for each in documents[:2]]
    again = lifecycle.reserve_number(documents[0], by=officer, at=NOW)
    other = lifecycle.reserve_number(documents[2], by=officer, at=next_year)

    assert [str(each) for each in numbers] == ["บป 0101/1", "บป 0101/2"]
    assert again == numbers[0]
    assert (other.number, other.register.year, other.register.unit) == (1, 2570, unit.parent)


def test_without_a_letterhead_nothing_is_numbered():
    officer = StaffFactory.create()
    document = document_of(in_progress(officer=officer), by=officer)

    with pytest.raises(Refused):
        lifecycle.reserve_number(document, by=officer, at=LATER)


def test_issuing_freezes_the_paper_and_keeps_its_files_with_their_hash(case, officer):
    document = issued(document_of(case, by=officer), by=officer)

    assert document.state == "issued"
    assert document.pdf.sha256 == hashlib.sha256(b"%PDF-1.7 pages").hexdigest()
    assert RegisterNumber.objects.get().state == "used"
    assert verbs_of(case)[-1] == "document_issued"
    assert not Attachment.objects.filter(is_public=True).exists()
    told = PAPER | {"signer": officer}
    with pytest.raises(Refused):
        lifecycle.edit_document(document, by=officer, at=LATER, **told)
    with pytest.raises(Refused):
        issued(document, by=officer)


def test_a_paper_without_a_number_is_not_issued(case, officer):
    with pytest.raises(Refused):
        lifecycle.issue_document(
            document_of(case, by=officer), pdf=b"%PDF-1.7", docx=b"", name="a", by=officer, at=LATER
        )


@pytest.mark.parametrize(
    ("send_as", "status", "kind"),
    [
        ("answer", Status.ANSWERED, "answer"),
        ("send_progress", Status.IN_PROGRESS, "progress"),
        ("ask", Status.WAITING, "question"),
    ],
)
def test_a_letter_goes_to_the_complainant_as_that_message(case, officer, send_as, status, kind):
    document = issued(document_of(case, by=officer), by=officer, send_as=send_as)

    assert Complaint.objects.get().status == status
    assert Message.objects.get().kind == kind
    assert document.sent_file.is_public
    assert document.sent_file.object_id == case.pk


@pytest.mark.parametrize("facts", [{"secrecy": "ลับ"}, {"kind": "memo"}])
def test_what_is_secret_or_a_memo_is_not_sent(case, officer, facts):
    with pytest.raises(Refused):
        issued(document_of(case, by=officer, **facts), by=officer, send_as="answer")

    assert not Message.objects.exists()


def test_an_answer_that_needs_a_second_person_is_not_sent_by_a_paper(desk, case, officer):
    Policy.objects.update(needs_review=True)
    document = document_of(case, by=officer)

    page = post(desk, document, "issue", send_as="answer")

    assert "ผู้อื่นตรวจคำตอบ" in str(page.context["form"].non_field_errors())
    document.refresh_from_db()
    assert (document.state, document.body) == ("draft", PAPER["body"])
    assert not RegisterNumber.objects.exists()
    assert not Message.objects.exists()
    assert post(desk, document, "issue", send_as="send_progress").status_code == 302


def test_an_unknown_way_of_sending_is_refused(case, officer):
    with pytest.raises(Refused):
        issued(document_of(case, by=officer), by=officer, send_as="close")


def test_voiding_explains_the_gap_and_takes_the_file_off_the_tracking_page(case, officer):
    document = issued(document_of(case, by=officer), by=officer, send_as="answer")

    document = lifecycle.void_document(document, reason="พิมพ์ผิด", by=officer, at=LATER)

    assert (document.state, document.void_reason) == ("void", "พิมพ์ผิด")
    assert RegisterNumber.objects.get().state == "void"
    assert not Attachment.objects.get(pk=document.sent_file_id).is_public
    assert verbs_of(case)[-1] == "document_voided"
    with pytest.raises(Refused):
        lifecycle.void_document(document, reason="อีกครั้ง", by=officer, at=LATER)


def test_a_draft_is_voided_without_a_line_on_the_case(case, officer):
    lifecycle.void_document(document_of(case, by=officer), reason="ไม่ใช้", by=officer, at=LATER)

    assert "document_voided" not in verbs_of(case)


# Who sees what


def test_a_secret_paper_is_seen_by_writer_signer_officer_and_superiors(case, officer, unit):
    signer, writer = StaffFactory.create(unit=unit), SupervisorFactory.create(unit=unit)
    colleague = StaffFactory.create(unit=unit)
    auditor = StaffFactory.create(unit=unit, roles=[Role.AUDITOR])
    head = StaffFactory.create(unit=unit.parent, roles=[Role.EXECUTIVE])
    secret = document_of(case, by=writer, signer=signer, secrecy="ลับ")
    plain = document_of(case, by=writer)

    def seen(staff):
        return set(Document.objects.visible_to(staff))

    assert all(seen(each) == {secret, plain} for each in (officer, signer, writer, head))
    assert seen(colleague) == seen(auditor) == {plain}
    assert seen(StaffFactory.create()) == set()


def test_the_register_hides_what_a_secret_paper_says(client, case, officer, unit):
    writer = SupervisorFactory.create(unit=unit)
    for secrecy in ("", "ลับ"):
        document = document_of(case, by=writer, secrecy=secrecy, subject=f"หัวข้อ{secrecy}")
        lifecycle.reserve_number(document, by=writer, at=LATER)
    client.force_login(StaffFactory.create(unit=unit))

    body = client.get(reverse("complaints:register")).content.decode()

    assert ("บป 0101/1" in body, "บป 0101/2" in body) == (True, True)
    assert ("หัวข้อ" in body, "หัวข้อลับ" in body) == (True, False)


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_register_costs_the_same(desk, case, officer, item_count, django_assert_num_queries):
    for _each in range(item_count):
        lifecycle.reserve_number(document_of(case, by=officer), by=officer, at=LATER)
    desk.get(reverse("complaints:register"))

    with django_assert_num_queries(6):
        response = desk.get(reverse("complaints:register"), {"q": "", "state": "reserved"})

    assert len(response.context["page"].rows) == item_count


@pytest.mark.parametrize(("typed", "count"), [("บป 0101/๑", 1), ("2", 0), ("ก", 0)])
def test_the_register_is_searched_by_number(desk, case, officer, typed, count):
    lifecycle.reserve_number(document_of(case, by=officer), by=officer, at=LATER)

    response = desk.get(reverse("complaints:register"), {"q": typed})

    assert len(response.context["page"].rows) == count


# The pages


def form_data(**facts):
    told = {name: value for name, value in PAPER.items() if value}
    return told | {"has_thai_numerals": "on"} | facts


def test_an_officer_writes_looks_issues_and_the_files_are_the_kept_ones(desk, case, officer):
    url = reverse("complaints:document_new", args=[case.pk, "letter"])
    begun = desk.get(url).context["form"]

    made = desk.post(url, form_data(signer=officer.pk))
    document = Document.objects.get()
    page = desk.get(document.get_absolute_url())
    draft = desk.get(reverse("complaints:document_file", args=[document.pk, "pdf"]))
    done = post(desk, document, "issue", send_as="answer")

    document.refresh_from_db()
    assert begun["to"].value() == "ผู้ร้อง"
    assert case.number in begun["references"].value()
    assert made.status_code == done.status_code == 302
    assert len(page.context["pages"]) == 1
    assert draft.content.startswith(b"%PDF")
    assert document.state == "issued"
    assert document.pdf.name == f"หนังสือ บป 0101 1 {case.number}.pdf"
    kept = desk.get(reverse("complaints:document_file", args=[document.pk, "docx"]), follow=True)
    assert b"".join(kept.streaming_content).startswith(b"PK")
    assert Complaint.objects.get().status == Status.ANSWERED
    listed = desk.get(case.get_absolute_url()).content.decode()
    assert "หนังสือภายนอก บป 0101/1" in listed


def test_bad_input_keeps_what_was_typed(desk, case, officer):
    url = reverse("complaints:document_new", args=[case.pk, "memo"])

    response = desk.post(url, form_data(signer="", subject=""))

    assert set(response.context["form"].errors) == {"signer", "subject"}
    assert PAPER["body"].splitlines()[0] in response.content.decode()
    assert not Document.objects.exists()


def test_the_name_is_put_in_on_request_only_and_that_is_recorded(desk, case, officer):
    url = reverse("complaints:document_new", args=[case.pk, "letter"])

    response = desk.post(url, form_data(insert_name="1"))

    assert response.context["form"]["to"].value() == "คุณสมศรี มีสุข"
    assert verbs_of(case)[-1] == "identity_revealed"


def test_a_hidden_name_is_not_put_in(desk, officer):
    hidden = in_progress(officer=officer, person=PERSON, is_identity_masked=True)
    url = reverse("complaints:document_new", args=[hidden.pk, "letter"])

    response = desk.post(url, form_data(insert_name="1"))

    assert response.context["form"]["to"].value() == "ผู้ร้อง"
    assert "identity_revealed" not in verbs_of(hidden)
    assert "insert_name" not in response.content.decode()


def test_a_draft_is_changed_and_another_persons_change_is_told(desk, case, officer):
    document = document_of(case, by=officer)
    url = reverse("complaints:document_edit", args=[document.pk])
    assert desk.get(url).context["form"]["body"].value() == PAPER["body"]

    first = desk.post(url, form_data(signer=officer.pk, body="แก้แล้ว", expected_version=1))
    second = desk.post(url, form_data(signer=officer.pk, body="ช้าไป", expected_version=1))

    assert (first.status_code, second.status_code) == (302, 200)
    assert second.context["form"].non_field_errors()
    assert Document.objects.get().body == "แก้แล้ว"


def test_what_was_not_seen_is_not_issued(desk, case, officer):
    document = document_of(case, by=officer)
    told = PAPER | {"signer": officer, "body": "อีกคนแก้"}
    lifecycle.edit_document(document, by=officer, at=LATER, **told)

    response = post(desk, document, "issue")

    assert response.context["form"].non_field_errors()
    assert not RegisterNumber.objects.exists()


def test_reserve_then_void_by_the_page(desk, case, officer):
    document = document_of(case, by=officer)

    post(desk, document, "reserve")
    document.refresh_from_db()
    refused = post(desk, document, "void", reason="")
    post(desk, document, "void", reason="ยกเลิกเรื่อง")

    assert refused.context["form"].errors
    assert RegisterNumber.objects.get().state == "void"
    page = desk.get(document.get_absolute_url())
    assert not page.context["actions"]
    assert desk.get(reverse("complaints:document_edit", args=[document.pk])).status_code == 302


def test_rights_and_unknown_kinds(client, case, officer, unit):
    document = document_of(case, by=officer)
    act = reverse("complaints:document_act", args=[document.pk, "issue"])
    client.force_login(StaffFactory.create(unit=unit))
    assert client.get(document.get_absolute_url()).status_code == 200
    assert client.get(act).status_code == 403
    assert (
        client.get(reverse("complaints:document_new", args=[case.pk, "letter"])).status_code == 403
    )
    client.force_login(StaffFactory.create())
    assert client.get(document.get_absolute_url()).status_code == 404
    client.force_login(officer)
    for name, args in (
        ("document_new", [case.pk, "poem"]),
        ("document_act", [document.pk, "burn"]),
        ("document_file", [document.pk, "odt"]),
    ):
        assert client.get(reverse(f"complaints:{name}", args=args)).status_code == 404
    client.force_login(StaffFactory.create(unit=unit, roles=[Role.ADMIN]))
    assert client.get(reverse("complaints:register")).status_code == 403


def test_a_memo_offers_no_sending_and_begins_as_one(desk, case, officer):
    memo = document_of(case, by=officer, kind="memo")
    url = reverse("complaints:document_act", args=[memo.pk, "issue"])

    form = desk.get(url, headers={"HX-Request": "true"}).context["form"]

    assert "send_as" not in form.fields
    assert selectors.first_facts(case, kind="memo")["closing"] == ""
    assert selectors.paper_of(memo, at=LATER).number == "บป ๐๑๐๑/........"


def test_numbers_of_a_paper_can_stay_arabic(case, officer):
    plain = document_of(case, by=officer, has_thai_numerals=False)

    assert selectors.paper_of(plain, at=LATER).day == "2  พฤศจิกายน  2569"
