"""Versions beside each other, corrections of a published month, comments, and the way of a report through the house."""

from datetime import date

import pytest
from django.urls import reverse

from agency.audit import entries_of
from agency.refusal import Refused
from pmqa.reports import lifecycle
from pmqa.reports.differences import differences
from tests.factories.agency import AuditorFactory, ExecutiveFactory, StaffFactory, SupervisorFactory
from tests.indicators.story import at
from tests.reports.story import OCTOBER, busy_october, october_of
from tests.reports.test_post import published

pytestmark = pytest.mark.django_db

LATER = at(20, month=12)


def test_versions_differ_by_the_cases_keyed_between_them(client, office):
    busy_october(office)
    first = october_of(office)
    office.settle(at(20), at(30), cause="ขั้นตอน", learning="ปรับ")
    second = october_of(office, cutoff=at(3, month=12), at=LATER)

    found = {
        (d.figure.id, d.figure.measure): d
        for d in differences(first, second)
        if not d.figure.dimension
    }
    received = found["3.4-01", "received"]
    assert (received.before_words, received.after_words, received.change_words) == (
        "11",
        "12",
        "+1",
    )
    assert received.reason == "มี 1 เรื่องที่บันทึกหลังวันตัดข้อมูลของฉบับก่อน"
    assert ("3.4-01", "open") not in found
    assert differences(first, first) == []

    client.force_login(AuditorFactory.create(unit=office.root))
    page = client.get(reverse("reports:difference", args=[first.pk, second.pk]))
    assert (page.context["old"], page.context["new"]) == (first, second)
    assert {d.figure.id for d in page.context["overall"]} == {key[0] for key in found}
    november = october_of(office, month=date(2026, 11, 1), cutoff=LATER, at=LATER)
    for pair in ([first.pk, first.pk], [first.pk, november.pk], [first.pk, 10**6]):
        assert client.get(reverse("reports:difference", args=pair)).status_code == 404


def test_the_next_report_tells_what_was_keyed_after_the_last_was_published(office):
    busy_october(office)
    next_month = {"month": date(2026, 11, 1), "cutoff": at(25, month=12), "at": at(25, month=12)}
    first, _executive = published(office)
    office.settle(at(20), at(30), cause="ขั้นตอน", learning="ปรับ")

    november = october_of(office, **next_month)
    october = october_of(office, cutoff=at(25, month=12), at=at(25, month=12))

    told = november.figures["corrections"]
    rows = {(row["id"], row["measure"]): (row["before"], row["value"]) for row in told["rows"]}
    assert (told["month"], told["version"]) == ("2026-10", first.version)
    assert (rows["3.4-01", "received"], rows["3.4-01", "closed"]) == ((11.0, 12.0), (7.0, 8.0))
    assert ("3.4-01", "open") not in rows
    assert october.figures["corrections"] == {}  # September has no published report


def test_a_report_goes_back_with_a_comment_is_published_and_traced(client, office):
    busy_october(office)
    report = october_of(office)
    supervisor = SupervisorFactory.create(unit=office.root)
    executive = ExecutiveFactory.create(unit=office.root)

    def press(staff, verb, **data):
        client.force_login(staff)
        return client.post(reverse("reports:act", args=[report.pk, verb]), data, follow=True)

    press(supervisor, "review")
    empty = press(executive, "comment", body=" ")
    press(executive, "comment", body="ขอคำอธิบายเรื่องเกินกำหนด")
    press(executive, "send_back", reason="ตรวจยอดยกมา")
    press(supervisor, "review")
    press(executive, "approve")
    last = press(executive, "publish", confirmed="1")
    refused = press(executive, "comment", body="สาย")

    assert empty.context["form"].errors["body"]
    assert refused.status_code == 403
    assert [comment.body for comment in last.context["comments"]] == ["ขอคำอธิบายเรื่องเกินกำหนด"]
    told = [(words, entry.by, entry.reason) for words, entry in reversed(last.context["history"])]
    assert told[1:] == [
        ("ตรวจทานแล้ว", supervisor, ""),
        ("แสดงความเห็น", executive, ""),
        ("ส่งกลับแก้ไข", executive, "ตรวจยอดยกมา"),
        ("ตรวจทานแล้ว", supervisor, ""),
        ("อนุมัติแล้ว", executive, ""),
        ("เผยแพร่แล้ว", executive, ""),
    ]
    with pytest.raises(Refused):
        lifecycle.comment(report, body="x", by=StaffFactory.create(unit=office.south), at=LATER)
    assert entries_of(report)[0].verb == "published"
    assert report.month_on == OCTOBER
