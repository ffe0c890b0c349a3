"""Letters that bring a case: what is kept of them, found by their text, seen before; the next at once; silence."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency import notices
from agency.models import Channel, Notice
from agency.papers import pdf_of
from agency.pdf_text import text_layer
from complaints import lifecycle
from complaints.lifecycle import LetterFacts
from complaints.models import Complaint, IncomingLetter
from complaints.selectors.desk import matching, queue
from tests.agency.test_papers import LETTER
from tests.factories.agency import (
    ChannelFactory,
    PartnerAgencyFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import NOW, in_progress, ready

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def desk(client, unit):
    client.force_login(StaffFactory.create(unit=unit))
    return client


def post(client, unit, **facts):
    channel = Channel.objects.first() or ChannelFactory.create()
    told = {
        "channel": channel.pk,
        "kind": "service",
        "subject": "ถนนชำรุด",
        "body": "ตามหนังสือ",
        "unit": unit.pk,
    }
    return client.post(reverse("complaints:new"), told | facts)


LETTER_FACTS = {"letter_number": "ชม ๐๐๑๒/ว 45", "letter_on": "1/11/2569"}


def test_the_letter_is_kept_and_found_by_its_text_which_is_not_the_body(desk, unit):
    agency = PartnerAgencyFactory.create()

    post(
        desk,
        unit,
        **LETTER_FACTS,
        from_agency=agency.pk,
        reply_by_on="20/11/2569",
        letter_text="สะพานไม้ข้ามคลองทรุดตัว",
    )

    letter = IncomingLetter.objects.get()
    assert (letter.number_key, str(letter.dated_on), letter.agency) == (
        "ชม0012/ว45",
        "2026-11-01",
        agency,
    )
    staff = SupervisorFactory.create(unit=unit)
    assert list(matching(queue(staff), "ข้ามคลองทรุด")) == [letter.complaint]
    assert letter.complaint.body == "ตามหนังสือ"
    page = desk.get(letter.complaint.get_absolute_url()).content.decode()
    assert ("ชม ๐๐๑๒/ว 45" in page, str(agency) in page) == (True, True)


def test_the_text_comes_out_of_a_pdf_that_carries_it(desk, unit):
    file = SimpleUploadedFile("scan.pdf", pdf_of(LETTER))

    post(desk, unit, files=file)

    assert "ขอแสดงความนับถือ" in IncomingLetter.objects.get().text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"\x00" * 100])
def test_a_broken_pdf_has_no_text(content):
    assert text_layer(content) == ""


def test_a_letter_dated_tomorrow_is_refused(desk, unit):
    response = post(desk, unit, letter_on="5/11/2569")

    assert set(response.context["form"].errors) == {"letter_on"}


# Seen before


@pytest.mark.parametrize(
    ("again", "is_seen"),
    [
        ({"letter_number": "ชม 0012/ว45", "letter_on": "1/11/2569"}, True),
        ({"letter_number": "ชม 0012/ว45", "letter_on": "2/11/2569"}, False),
        ({"letter_number": "ชม 0012/ว45"}, False),
        ({"letter_on": "1/11/2569"}, False),
    ],
)
def test_the_same_letter_is_shown_and_nothing_typed_is_lost(desk, unit, again, is_seen):
    post(desk, unit, **LETTER_FACTS)
    first = Complaint.objects.get()

    response = post(desk, unit, subject="เรื่องเดิมเขียนใหม่", **again)

    assert (Complaint.objects.count() == 1) == is_seen
    if is_seen:
        assert response.context["twins"] == [first]
        body = response.content.decode()
        assert (first.get_absolute_url() in body, "เรื่องเดิมเขียนใหม่" in body) == (True, True)


def test_the_same_file_is_noticed_and_another_matter_taken_in(desk, unit):
    def scan():
        return SimpleUploadedFile("scan.txt", "ข้อความในจดหมาย".encode())

    post(desk, unit, files=scan())
    seen = post(desk, unit, files=scan())
    post(desk, unit, files=scan(), is_another="on")

    assert len(seen.context["twins"]) == 1
    assert Complaint.objects.count() == 2


def test_letters_of_cases_one_may_not_see_are_not_told(client, desk, unit):
    post(desk, unit, **LETTER_FACTS)
    client.force_login(StaffFactory.create())

    post(client, unit, **LETTER_FACTS)

    assert Complaint.objects.count() == 2


def test_letter_and_scan_are_noticed_while_typing(desk, unit):
    def scan():
        return SimpleUploadedFile("scan.txt", "ข้อความในจดหมาย".encode())

    post(desk, unit, **LETTER_FACTS, files=scan())
    first, url = Complaint.objects.get(), reverse("complaints:same_letter")

    by_head = desk.post(url, {"letter_number": "ชม 0012/ว45", "letter_on": "๑/๑๑/๒๕๖๙"})
    by_scan = desk.post(url, {"files": scan()})
    half = desk.post(url, {"letter_number": "ชม 0012/ว45", "letter_on": "๑/", "from_agency": "x"})
    wrong = desk.post(url, {"files": SimpleUploadedFile("x.exe", b"MZ")})

    assert [each.context["seen"] for each in (by_head, by_scan, half)] == [[first], [first], []]
    assert first.get_absolute_url() in by_head.content.decode()
    assert "x.exe" in wrong.content.decode()


# By channel


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("phone", ["name", "phone", "best_time"]),
        ("fax", ["letter_number", "letter_on"]),
        ("mobile_unit", ["place", "district"]),
        ("referral", ["from_agency", "external_ref", "reply_by_on"]),
        ("line", []),
    ],
)
def test_each_channel_asks_first_what_it_knows_and_keeps_what_was_typed(desk, unit, code, first):
    channel = ChannelFactory.create(code=code)

    page = desk.get(reverse("complaints:new"), {"channel": channel.pk})
    told = {"lay_out": "1", "channel": channel.pk, "subject": "พิมพ์ไว้", "received_on": "๑/"}
    changed = desk.post(reverse("complaints:new"), told)

    for response in (page, changed):
        fields = [field.name for field in response.context["parts"]["first"]]
        assert fields[: len(first)] == first
        laid = [field.name for part in response.context["parts"].values() for field in part]
        assert len(laid) == len(set(laid)) == len(response.context["form"].fields) - 2
        assert response.content.decode().count('name="channel"') == 1
    assert "พิมพ์ไว้" in changed.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("code", "facts", "wrong"),
    [
        ("phone", {"best_time": "หลังสี่โมงเย็น"}, {"phone"}),
        ("phone", {"best_time": "เย็น", "is_anonymous": "on"}, {"best_time"}),
        ("mobile_unit", {}, {"place"}),
        ("mobile_unit", {"place": "ตลาดสด"}, set()),
    ],
)
def test_what_a_channel_needs_is_asked_at_its_field(desk, unit, code, facts, wrong):
    channel = ChannelFactory.create(code=code)

    response = post(desk, unit, channel=channel.pk, **facts)

    assert set(response.context["form"].errors if wrong else ()) == wrong
    assert Complaint.objects.exists() != bool(wrong)


def test_when_to_call_back_stands_with_the_case(desk, unit):
    post(desk, unit, phone="0812345678", best_time="หลังสี่โมงเย็น")

    case = Complaint.objects.get()
    assert case.best_time == "หลังสี่โมงเย็น"
    assert "หลังสี่โมงเย็น" in desk.get(case.get_absolute_url()).content.decode()


# The day another agency set


def test_the_desk_is_told_of_the_agencys_day_until_the_case_is_answered(unit):
    officer = StaffFactory.create(unit=unit)
    letter = LetterFacts(agency=PartnerAgencyFactory.create(), reply_by_on=date(2026, 11, 9))
    case, other = (in_progress(officer=officer, letter=letter) for _each in range(2))

    def told(day, hour=2):
        return lifecycle.remind_agency_deadlines(at=datetime(2026, 11, day, hour, tzinfo=UTC))

    before = [told(4), told(5), told(5, 3)]
    lifecycle.answer(other, body="ตอบแล้ว", by=officer, at=NOW + timedelta(days=4))
    after = [told(9), told(9, 3), told(10), told(11)]

    assert (before, after) == ([0, 2, 0], [2, 0, 1, 0])
    sent = Notice.objects.filter(kind="complaints.agency_day").order_by("pk")
    assert [row.object_id for row in sent] == [case.pk, other.pk, case.pk, case.pk]
    assert {row.recipient_id for row in sent} == {officer.pk}
    kind = notices.KINDS["complaints.agency_day"]
    assert kind.still_stands(list(sent)) == {row.pk for row in sent if row.object_id == case.pk}
    assert "9 พ.ย. 2569" in kind.title(sent[0].data)


# One after the other


def test_the_next_begins_at_once_and_each_code_is_shown_once_later(desk, unit):
    for _each in range(2):
        begun = post(desk, unit, next="1").url
        assert begun == f"{reverse('complaints:new')}?channel={Channel.objects.get().pk}"
    pks = list(Complaint.objects.order_by("pk").values_list("pk", flat=True))

    waiting = desk.get(reverse("complaints:new")).context["printable"]
    shown = desk.get(reverse("complaints:receipt", args=[pks[0]])).context["code"]
    again = desk.get(reverse("complaints:receipt", args=[pks[0]])).context["code"]
    left = desk.get(reverse("complaints:new")).context["printable"]

    assert [each[0] for each in waiting] == pks[::-1]
    assert (bool(shown), again) == (True, "")
    assert [each[0] for each in left] == [pks[1]]


# Silence


def test_three_messages_without_an_answer_alert_officer_and_supervisor(unit):
    officer = StaffFactory.create(unit=unit)
    case = in_progress(officer=officer)

    def told():
        rows = Notice.objects.filter(kind="complaints.unanswered")
        return set(rows.values_list("recipient", flat=True)), rows.count()

    for _each in range(2):
        lifecycle.reply(case, body="ขอทราบความคืบหน้า", at=NOW)
    before = told()[1]
    lifecycle.reply(case, body="ขอทราบอีกครั้ง", at=NOW)
    people, count = told()
    lifecycle.send_progress(case, body="กำลังดำเนินการ", by=officer, at=NOW)
    for _each in range(2):
        lifecycle.reply(case, body="ขอบคุณ", at=NOW)

    assert before == 0
    assert officer.pk in people
    assert (count, told()[1]) == (2, 2)
