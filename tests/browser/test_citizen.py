"""A citizen files a complaint and follows it, on a phone, with and without JavaScript."""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from complaints.lifecycle import rating_url
from tests.factories.agency import ChannelFactory, UnitFactory
from tests.factories.complaints import closed, ready

PHONE = {"viewport": {"width": 390, "height": 844}}
PLAIN_PHONE = {**PHONE, "java_script_enabled": False}


@pytest.fixture
def agency(transactional_db):
    """An agency that can take a complaint in, where nobody has tried too often yet."""
    cache.clear()
    ChannelFactory(code="website", name_th="เว็บไซต์")
    ready()
    return UnitFactory(name_th="กรมบริการประชาชน")


def file_a_complaint(page):
    """Go through the four steps; returns number and code."""
    page.goto("/")
    page.get_by_role("link", name="แจ้งเรื่อง", exact=True).first.click()
    page.get_by_label("ร้องเรียนการให้บริการ").check()
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.get_by_label("สรุปเรื่องในหนึ่งบรรทัด").fill("รอคิวนานสี่ชั่วโมง 😀")
    page.get_by_label("เกิดอะไรขึ้น").fill("ไปติดต่อทำบัตรตั้งแต่เช้า ไม่มีใครแจ้งว่าระบบขัดข้อง")
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.get_by_label("ชื่อ–นามสกุล").fill("นางสาวมานี มีสุข")
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    expect(page.get_by_role("alert")).to_contain_text("กรุณาให้เบอร์โทรศัพท์")
    page.get_by_label("โทรศัพท์", exact=False).first.fill("๐๘๑๒๓๔๕๖๗๘")
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.get_by_label(re.compile("ขอรับรอง")).check()
    page.get_by_role("button", name="ส่งเรื่อง").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("เราได้รับเรื่องของท่านแล้ว")
    return page.get_by_test_id("number").inner_text(), page.get_by_test_id("code").inner_text()


@pytest.mark.parametrize(
    "page", [PHONE, PLAIN_PHONE], indirect=True, ids=["phone", "without JavaScript"]
)
def test_citizen_files_and_tracks(page, agency):
    number, code = file_a_complaint(page)

    page.goto("/track/")
    page.get_by_label("เลขที่เรื่อง").fill(number)
    page.get_by_label("รหัสลับ", exact=False).fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="ดูเรื่องของฉัน").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("รอคิวนานสี่ชั่วโมง 😀")
    page.get_by_label("ข้อความของท่าน").fill("มีเพื่อนรอด้วยอีกสองคน")
    page.get_by_role("button", name="ส่ง", exact=True).click()

    expect(page.get_by_text("มีเพื่อนรอด้วยอีกสองคน")).to_be_visible()


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_pages_of_the_counter_have_no_barriers(page, agency, axe):
    found = {}
    for path in ("/", "/file/", "/track/", "/privacy/", "/procedure/", "/mine/", "/kiosk/"):
        page.goto(path)
        found[path] = axe(page)
    number, code = file_a_complaint(page)
    found["receipt"] = axe(page)
    page.goto("/track/")
    page.get_by_label("เลขที่เรื่อง").fill(number)
    page.get_by_label("รหัสลับ", exact=False).fill(code)
    page.get_by_role("button", name="ดูเรื่องของฉัน").click()
    found["case"] = axe(page)

    assert found == {name: [] for name in found}


@pytest.mark.parametrize("page", [PHONE, {}], indirect=True, ids=["phone", "desktop"])
def test_citizen_rates_by_the_link_of_the_letter(page, agency, axe):
    case = closed(at=timezone.now(), unit=agency)
    page.goto(rating_url(case.pk, case.answered_at))
    assert axe(page) == []
    page.get_by_label("4 – ดี").check()
    page.get_by_role("button", name="ส่งคะแนน").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("ขอบคุณสำหรับคะแนนของท่าน")
    expect(page.get_by_label("4 – ดี")).to_be_checked()


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_without_a_connection_the_draft_stays_on_the_phone(page, agency, axe):
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/file/")
    page.get_by_label("ร้องเรียนการให้บริการ").check()
    page.get_by_label("เก็บสิ่งที่พิมพ์ไว้ในเครื่องนี้จนกว่าจะส่ง").check()

    page.context.set_offline(True)
    page.goto("/file/")
    expect(page.get_by_role("heading", level=1)).to_have_text("ขณะนี้ไม่มีการเชื่อมต่อ")
    assert axe(page) == []
    page.get_by_label("เกิดอะไรขึ้น").fill("ไปถึงแล้วเคาน์เตอร์ปิดก่อนเวลา")
    page.reload()
    expect(page.get_by_label("เกิดอะไรขึ้น")).to_have_value("ไปถึงแล้วเคาน์เตอร์ปิดก่อนเวลา")

    page.context.set_offline(False)
    page.goto("/")
    page.get_by_role("link", name="เขียนต่อ").click()
    expect(page.get_by_label("ร้องเรียนการให้บริการ")).to_be_checked()
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    expect(page.get_by_label("เกิดอะไรขึ้น")).to_have_value("ไปถึงแล้วเคาน์เตอร์ปิดก่อนเวลา")
    page.get_by_role("button", name="ลบฉบับร่าง").click()
    page.goto("/")
    expect(page.get_by_text("ฉบับร่างที่ยังไม่ได้ส่ง")).to_be_hidden()
