"""The page of a case and the verbs on it: what is offered, done, refused; what two people at once see."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency import audit
from agency.models import Attachment, Role
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle.files import attach
from complaints.models import Complaint, Extension, Kind, Message, Reader, Status
from complaints.selectors.public import own_page
from complaints.selectors.stream import DONE
from tests.factories.agency import (
    AuditorFactory,
    PartnerAgencyFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    NOW,
    CategoryFactory,
    GradeFactory,
    answered,
    closed,
    document_of,
    in_progress,
    received,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
PERSON = PersonData(name="นางสมศรี มีสุข", phone="0812345678", national_id="1101700230708")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
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
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def chief(client, supervisor):
    client.force_login(supervisor)
    return client


def page_of(case):
    return reverse("complaints:detail", args=[case.pk])


def act(client, case, verb, **data):
    version = Complaint.objects.get(pk=case.pk).version
    url = reverse("complaints:act", args=[case.pk, verb])
    return client.post(url, {"expected_version": version} | data)


def offered(response):
    return [action.url.rsplit("/", 2)[1] for action in response.context["actions"].all]


# The page


def test_page_shows_the_case_and_its_course(desk, officer):
    case = in_progress(officer=officer, person=PERSON)
    lifecycle.note(case, body="โทรศัพท์ประสานงานแล้ว", by=officer, at=LATER)

    response = desk.get(page_of(case))

    body = response.content.decode()
    assert [entry.what for entry in response.context["entries"]] == [
        "รับเรื่อง",
        "มอบหมายเรื่อง",
        "รับดำเนินการ",
        "บันทึกภายใน",
    ]
    assert case.body in body
    assert "นาง ส***" in body
    assert "มีสุข" not in body


@pytest.mark.parametrize(
    ("show", "count"), [("all", 5), ("complainant", 1), ("internal", 1), ("history", 3), ("x", 5)]
)
def test_course_shows_one_part(desk, officer, show, count):
    case = in_progress(officer=officer)
    lifecycle.note(case, body="บันทึก", by=officer, at=NOW)
    lifecycle.send_progress(case, body="อยู่ระหว่างตรวจสอบ", by=officer, at=NOW)

    response = desk.get(page_of(case), {"show": show}, headers={"HX-Request": "true"})

    assert len(response.context["entries"]) == count
    assert b"<html" not in response.content


@pytest.mark.parametrize("message_count", [3, 50])
def test_page_costs_the_same_for_any_course(
    desk, officer, message_count, django_assert_num_queries
):
    case = in_progress(officer=officer, person=PERSON)
    Message.objects.bulk_create(
        [
            Message(complaint=case, kind=Message.Kind.NOTE, body=f"บันทึก {n}", by=officer, at=NOW)
            for n in range(message_count)
        ]
    )
    desk.get(page_of(case))

    with django_assert_num_queries(7):
        response = desk.get(page_of(case))

    assert len(response.context["entries"]) == message_count + 3


def test_page_of_a_case_with_everything_asks_little(
    desk, unit, officer, supervisor, django_assert_num_queries
):
    today = NOW.date()
    away = StaffFactory.create(unit=unit, deputy=officer, leave_from=today, leave_until=today)
    case = in_progress(officer=officer, person=PERSON)
    other = received(unit=unit, person=PERSON)
    Complaint.objects.filter(pk=other.pk).update(person=case.person)
    document_of(case, by=officer, at=NOW)
    lifecycle.watch(case, by=officer, at=NOW)
    lifecycle.note(case, body="บันทึก", by=officer, at=NOW)
    case = attach(case, files=[SimpleUploadedFile("a.txt", b"a")], by=officer, at=NOW)
    partner = PartnerAgencyFactory.create()
    lifecycle.fan_out(case, agencies=[partner], question="?", days=5, files=[], by=officer, at=NOW)
    plan = {"what": "ซ่อม", "owner": officer, "unit": unit, "due_on": today}
    lifecycle.plan_action(complaint=case, **plan, by=supervisor, at=NOW)
    lifecycle.ask_extension(case, days=5, reason="รอผล", by=officer, at=NOW)
    desk.get(page_of(case))

    with django_assert_num_queries(12):
        response = desk.get(page_of(case))

    shown = response.context["case"]
    assert (shown.attachments, shown.documents, shown.escalations, shown.others) != ([], [], [], [])
    assert response.wsgi_request.user.stands_in_for == [away]


@pytest.mark.parametrize(
    ("make", "first"),
    [
        (lambda unit, officer: received(unit=unit), "acknowledge"),
        (lambda unit, officer: in_progress(officer=officer), "answer"),
        (lambda unit, officer: answered(officer=officer), "close"),
        (lambda unit, officer: closed(officer=officer), "note"),
    ],
)
def test_the_likeliest_action_comes_first(desk, unit, officer, make, first):
    case = make(unit, officer)

    assert offered(desk.get(page_of(case)))[0] == first


def test_an_auditor_is_offered_nothing(client, unit, officer):
    case = in_progress(officer=officer)
    client.force_login(AuditorFactory.create(unit=unit))

    assert offered(client.get(page_of(case))) == []


# Doors


@pytest.mark.parametrize("path", ["", "note/", "receipt/", "clocks/1/"])
def test_another_units_case_is_not_found(client, unit, path):
    case = received(unit=unit)
    client.force_login(StaffFactory.create())

    assert client.get(page_of(case) + path).status_code == 404


def test_a_restricted_case_is_the_named_persons(desk, unit, officer):
    case = received(unit=unit, kind=Kind.CORRUPTION)
    before = desk.get(page_of(case)).status_code
    Reader.objects.create(complaint=case, staff=officer, named_at=NOW)

    assert (before, desk.get(page_of(case)).status_code) == (404, 200)


@pytest.mark.parametrize("verb", ["assign", "screen", "reopen", "decide_extension", "name_reader"])
def test_a_missing_right_is_forbidden(desk, unit, verb):
    case = received(unit=unit)

    assert desk.get(reverse("complaints:act", args=[case.pk, verb])).status_code == 403
    assert act(desk, case, verb).status_code == 403


def test_an_unknown_verb_is_not_found(desk, unit):
    case = received(unit=unit)

    assert desk.get(reverse("complaints:act", args=[case.pk, "explode"])).status_code == 404


def test_reading_pages_take_no_post(desk, unit):
    assert desk.post(page_of(received(unit=unit))).status_code == 405


# Verbs


def test_form_of_a_verb_comes_alone_to_htmx_and_in_the_page_without_script(desk, officer):
    case = in_progress(officer=officer)
    url = reverse("complaints:act", args=[case.pk, "answer"])

    part = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    whole = desk.get(url).content.decode()

    assert ("<html" in part, "<html" in whole) == (False, True)
    assert part.count('name="body"') == whole.count('name="body"') == 1


def test_officer_works_a_case_to_its_end(desk, unit, officer, supervisor):
    case = received(unit=unit)
    steps = [
        ("acknowledge", {}),
        ("take", {}),
        ("accept", {}),
        ("ask", {"body": "ขอเลขที่คำขอ"}),
        ("resume", {"why": "ผู้ร้องโทรศัพท์แจ้งแล้ว"}),
        ("send_progress", {"body": "อยู่ระหว่างตรวจสอบ"}),
        ("answer", {"body": "แก้ไขแล้ว"}),
        ("close", {"outcome": "upheld", "cause": "เครื่องเสีย", "learning": "ซ่อมบำรุง"}),
    ]

    answers = [act(desk, case, verb, **data) for verb, data in steps]

    case.refresh_from_db()
    assert [(answer.status_code, answer.get("Location")) for answer in answers] == [
        (302, page_of(case))
    ] * len(steps)
    assert (case.status, case.officer, case.outcome) == (Status.CLOSED, officer, "upheld")


def test_supervisor_screens_assigns_and_decides(chief, unit, officer, supervisor):
    case = received(unit=unit)
    grade, category = GradeFactory.create(), CategoryFactory.create()

    act(
        chief,
        case,
        "screen",
        kind=Kind.ENQUIRY,
        grade=grade.pk,
        category=category.pk,
        unit=unit.pk,
    )
    act(chief, case, "assign", to=officer.pk)
    case.refresh_from_db()
    lifecycle.accept(case, by=officer, at=LATER)
    extension = lifecycle.ask_extension(case, days=5, reason="รอผลตรวจ", by=officer, at=LATER)
    act(chief, case, "decide_extension", granted="yes")

    case.refresh_from_db()
    extension.refresh_from_db()
    assert (case.kind, case.category, case.officer) == (Kind.ENQUIRY, category, officer)
    assert extension.state == Extension.State.GRANTED


def test_refusing_more_time_needs_a_word(chief, officer):
    case = in_progress(officer=officer)
    lifecycle.ask_extension(case, days=5, reason="รอผลตรวจ", by=officer, at=NOW)

    response = act(chief, case, "decide_extension", granted="no")

    assert list(response.context["form"].errors) == ["remark"]


def test_what_the_rules_refuse_is_said_and_the_text_kept(desk, officer):
    case = in_progress(officer=officer)
    lifecycle.ask_extension(case, days=5, reason="รอผลตรวจ", by=officer, at=NOW)

    response = act(desk, case, "ask_extension", days=3, reason="ขออีกครั้ง")

    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1
    assert "ขออีกครั้ง" in response.content.decode()
    assert Extension.objects.count() == 1


@pytest.mark.parametrize("body", ["", "   ", "a\x00b", "ก" * 20_001])
def test_a_text_that_cannot_be_taken_is_said(desk, officer, body):
    case = in_progress(officer=officer)

    response = act(desk, case, "answer", body=body)

    assert list(response.context["form"].errors) == ["body"]
    assert not Message.objects.filter(kind=Message.Kind.ANSWER).exists()


def test_somebody_elses_change_is_shown_and_the_text_kept(desk, officer, supervisor):
    case = in_progress(officer=officer)
    seen = case.version
    lifecycle.note(case, body="หัวหน้าโทรศัพท์หาผู้ร้องแล้ว", by=supervisor, at=LATER)
    url = reverse("complaints:act", args=[case.pk, "answer"])
    typed = {"expected_version": seen, "body": "คำตอบที่พิมพ์ไว้"}

    refused = desk.post(url, typed)
    again = refused.context["form"]["expected_version"].value()
    done = desk.post(url, typed | {"expected_version": again})

    assert [entry.who for entry in refused.context["changes"]] == [str(supervisor)]
    assert "คำตอบที่พิมพ์ไว้" in refused.content.decode()
    assert done.status_code == 302
    assert Message.objects.get(kind=Message.Kind.ANSWER).body == "คำตอบที่พิมพ์ไว้"


def test_identity_is_shown_once_with_a_reason(desk, officer):
    case = in_progress(officer=officer, person=PERSON)

    short = act(desk, case, "reveal_identity", reason="ดู")
    shown = act(desk, case, "reveal_identity", reason="ต้องโทรศัพท์สอบถามเพิ่มเติม")
    after = desk.get(page_of(case))

    assert list(short.context["form"].errors) == ["reason"]
    assert "นางสมศรี มีสุข" in shown.content.decode()
    assert "081-234-5678" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "มีสุข" not in after.content.decode()
    verbs = [entry.verb for entry in audit.entries_of(case)]
    assert verbs.count("identity_revealed") == 1


def test_files_are_added_and_bad_ones_refused(desk, officer):
    case = in_progress(officer=officer)
    good = SimpleUploadedFile("บันทึก.txt", "ข้อความ".encode())
    empty = SimpleUploadedFile("ว่าง.txt", b"")
    disguised = SimpleUploadedFile("ใบเสร็จ.pdf", b"MZ\x90\x00")

    refused = [act(desk, case, "attach", files=[file]) for file in (empty, disguised)]
    taken = act(desk, case, "attach", files=[good], is_public="on")

    assert [list(response.context["form"].errors) for response in refused] == [["files"]] * 2
    assert taken.status_code == 302
    assert list(Attachment.objects.values_list("name", "is_public")) == [("บันทึก.txt", True)]


def test_files_go_with_what_is_said_and_the_complainant_sees_those_of_letters(
    client, desk, officer
):
    case = in_progress(officer=officer)

    def say(verb, name, **more):
        file = SimpleUploadedFile(f"{name}.txt", name.encode())
        return act(desk, case, verb, body=name, files=[file], **more)

    for verb, name in [("note", "บันทึก"), ("send_progress", "ความคืบหน้า"), ("ask", "แบบฟอร์ม")]:
        assert say(verb, name).status_code == 302
    lifecycle.reply(case, body="ส่งให้", files=[SimpleUploadedFile("r.txt", b"r")], at=LATER)
    say("answer", "หนังสือตอบ")

    said = {
        message.body: [file.name for file in message.files.all()] for message in case.messages.all()
    }
    assert said == {
        "บันทึก": ["บันทึก.txt"],
        "ความคืบหน้า": ["ความคืบหน้า.txt"],
        "แบบฟอร์ม": ["แบบฟอร์ม.txt"],
        "ส่งให้": ["r.txt"],
        "หนังสือตอบ": ["หนังสือตอบ.txt"],
    }
    entries = desk.get(case.get_absolute_url()).context["entries"]
    lines = [(line.text, [file.name for file in line.files]) for line in entries if line.files]
    assert lines == list(said.items())
    assert not [line for line in entries if line.what == str(DONE["attached"][1])]
    page = own_page(Complaint.objects.get(pk=case.pk), at=LATER)
    assert [len(message.files.all()) for message in page.messages] == [1, 1, 1, 1]
    assert page.attachments == []


def test_an_answer_quotes_what_was_said_and_nothing_from_elsewhere(desk, officer):
    case = in_progress(officer=officer)
    lifecycle.reply(case, body="ขอทราบผล\nโดยเร็ว", at=NOW)
    elsewhere = in_progress()
    lifecycle.reply(elsewhere, body="ความลับ", at=NOW)
    url = f"{page_of(case)}answer/"

    mine, theirs = (
        desk.get(url, {"quote": each.messages.latest("pk").pk}).context["form"]["body"].value()
        for each in (case, elsewhere)
    )

    assert mine == "เมื่อวันที่ 2 พ.ย. 2569 ท่านแจ้งว่า\n> ขอทราบผล\n> โดยเร็ว\n\n"
    assert not theirs
    assert f"{url}?quote=" in desk.get(page_of(case)).content.decode()


def test_masked_complainants_other_cases_stay_hidden(desk, unit, officer):
    case = received(unit=unit, person=PERSON)
    other = received(unit=unit, person=PERSON)
    masked = received(unit=unit, person=PERSON, is_identity_masked=True)

    assert desk.get(page_of(case)).context["case"].others == [other]
    assert desk.get(page_of(masked)).context["case"].others == []


# The due date explained


def test_clock_page_counts_the_days_to_the_due_date(desk, officer):
    case = in_progress(officer=officer)
    clock = case.clocks.get(measure="stage1")

    response = desk.get(reverse("complaints:clock", args=[case.pk, clock.pk]))

    days = response.context["days"]
    assert days[0].reason == "first_day"
    assert (days[-1].number, days[-1].is_counted) == (15, True)


def test_clock_of_another_case_is_not_found(desk, unit):
    case, other = received(unit=unit), received(unit=unit)
    clock = other.clocks.first()

    assert desk.get(reverse("complaints:clock", args=[case.pk, clock.pk])).status_code == 404


def test_an_officer_named_from_elsewhere_may_only_note(client, unit):
    case = received(unit=unit, kind=Kind.TIP_OFF)
    named = StaffFactory.create(roles=[Role.OFFICER])
    Reader.objects.create(complaint=case, staff=named, named_at=NOW)
    client.force_login(named)

    assert offered(client.get(page_of(case))) == ["note"]


def test_a_request_for_time_is_the_supervisors_first_thing(client, officer, supervisor):
    case = in_progress(officer=officer)
    client.force_login(supervisor)
    before = offered(client.get(page_of(case)))
    lifecycle.ask_extension(case, days=5, reason="รอผลตรวจ", by=officer, at=NOW)
    after = offered(client.get(page_of(case)))

    assert ("decide_extension" in before, "ask_extension" in before) == (False, True)
    assert (after[0], "ask_extension" in after) == ("decide_extension", False)


def test_deciding_what_nobody_asks_is_refused_in_words(client, officer, supervisor):
    case = in_progress(officer=officer)
    client.force_login(supervisor)

    response = act(client, case, "decide_extension", granted="yes")

    assert len(response.context["form"].non_field_errors()) == 1


def test_a_named_supervisor_names_another_reader(client, unit, supervisor):
    unit.restricted_readers.add(supervisor)
    case = received(unit=unit, kind=Kind.CORRUPTION)
    other = StaffFactory.create()
    client.force_login(supervisor)

    act(client, case, "name_reader", staff=other.pk)

    readers = Reader.objects.filter(complaint=case).order_by("pk")
    assert [reader.staff for reader in readers] == [supervisor, other]


def test_files_must_be_chosen(desk, officer):
    response = act(desk, in_progress(officer=officer), "attach")

    assert list(response.context["form"].errors) == ["files"]


def test_an_officer_of_a_restricted_case_is_one_who_may_read_it(client, unit, supervisor):
    unit.restricted_readers.add(supervisor)
    case = received(unit=unit, kind=Kind.CORRUPTION)
    StaffFactory.create(unit=unit)
    named = StaffFactory.create(unit=unit)
    Reader.objects.create(complaint=case, staff=named, named_at=NOW)
    client.force_login(supervisor)

    page = client.get(reverse("complaints:act", args=[case.pk, "assign"]))

    assert list(page.context["form"].fields["to"].queryset) == [named]
