"""An officer takes in what comes by telephone, asks, answers and closes it, with and without JavaScript."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints import lifecycle
from complaints.models import Complaint, Status
from tests.browser.people import log_in
from tests.factories.agency import ChannelFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import in_progress, ready

PLAIN = {"java_script_enabled": False}
NARROW = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def officer(transactional_db):
    """An officer of an agency that can take complaints in."""
    ready()
    ChannelFactory.create(code="phone", name_th="โทรศัพท์")
    unit = UnitFactory.create(name_th="กองบริการประชาชน")
    SupervisorFactory.create(unit=unit)
    return StaffFactory.create(username="somchai", unit=unit)


def take_in(page):
    """Type what a caller says; return the number of the case."""
    page.get_by_role("link", name="รับเรื่องใหม่").first.click()
    page.get_by_label("ช่องทาง").select_option(label="โทรศัพท์")
    page.get_by_label("เรื่อง", exact=True).fill("ถูกเรียกเก็บค่าธรรมเนียมซ้ำสองครั้ง")
    page.get_by_label("ข้อเท็จจริง").fill("จ่ายเงินที่เคาน์เตอร์ 3 แล้วถูกเรียกเก็บอีกที่เคาน์เตอร์ 5")
    page.get_by_label("ชื่อ", exact=False).first.fill("นายประเสริฐ แก้วใส")
    page.get_by_label("โทรศัพท์ (ไม่บังคับ)").fill("๐๘๑ ๒๓๔ ๕๖๗๘")
    page.locator("summary").filter(has_text="เพิ่มเติม").last.click()
    page.get_by_label("หน่วยงานเจ้าของเรื่อง").select_option(label="กองบริการประชาชน")
    page.get_by_role("button", name="รับเรื่อง", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ใบรับเรื่อง")
    return page.locator(".receipt .big").first.inner_text()


def do(page, name, *, button, label="", text=""):
    """Open an action, type, send."""
    page.get_by_role("link", name=name, exact=True).first.click()
    if label:
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("page", [{}, PLAIN], indirect=True, ids=["script", "without script"])
def test_officer_takes_in_asks_answers_and_closes(page, officer):
    log_in(page, officer)
    page.goto("/complaints/")
    number = take_in(page)
    page.get_by_role("link", name="เปิดดูเรื่อง").click()

    do(page, "แจ้งรับเรื่อง", button="ส่งการแจ้งรับเรื่อง")
    do(page, "รับไว้ดำเนินการเอง", button="รับไว้ดำเนินการเอง")
    do(page, "รับดำเนินการ", button="รับดำเนินการ")
    do(page, "ขอข้อมูลเพิ่ม", button="ส่งคำถาม", label="คำถามถึงผู้ร้อง", text="ขอเลขที่ใบเสร็จทั้งสองใบ")
    expect(page.get_by_text("รอข้อมูลจากผู้ร้อง").first).to_be_visible()
    lifecycle.reply(Complaint.objects.get(), body="เลขที่ 12 และ 13", at=timezone.now())
    page.reload()
    expect(page.get_by_text("เลขที่ 12 และ 13")).to_be_visible()
    do(page, "ตอบผู้ร้อง", button="ส่งคำตอบ", label="คำตอบถึงผู้ร้อง", text="คืนเงินให้แล้วตามเลขที่อ้างอิง 77")
    page.get_by_role("link", name="ปิดเรื่อง", exact=True).click()
    page.get_by_label("มีมูล", exact=True).check()
    page.get_by_role("button", name="ปิดเรื่อง", exact=True).click()

    expect(page.get_by_text("คืนเงินให้แล้วตามเลขที่อ้างอิง 77")).to_be_visible()
    case = Complaint.objects.get()
    assert (case.number, case.status, case.outcome) == (number, Status.CLOSED, "upheld")


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["desk", "phone"])
def test_pages_of_an_officer_have_no_barriers(page, officer, axe):
    case = in_progress(officer=officer, at=timezone.now())
    clock = case.clocks.get(measure="stage1")
    log_in(page, officer)
    found = {}

    for path in (
        "/complaints/",
        "/complaints/?scope=mine&q=ไม่มีคำนี้",
        f"/complaints/{case.pk}/",
        f"/complaints/{case.pk}/answer/",
        f"/complaints/{case.pk}/clocks/{clock.pk}/",
        f"/complaints/{case.pk}/receipt/",
        "/complaints/new/",
    ):
        page.goto(path)
        found[path] = axe(page)
    page.get_by_role("button", name="รับเรื่อง", exact=True).click()
    found["errors"] = axe(page)

    assert found == {path: [] for path in found}


def test_officer_works_by_keyboard(page, officer):
    case = in_progress(officer=officer, at=timezone.now())
    log_in(page, officer)
    page.goto("/complaints/")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(case.subject)
    page.wait_for_load_state()  # keys are heard once the script is there
    page.keyboard.press("a")
    page.get_by_label("คำตอบถึงผู้ร้อง").fill("แก้ไขแล้ว")
    page.get_by_role("button", name="ส่งคำตอบ").press("Enter")

    expect(page.get_by_text("แก้ไขแล้ว")).to_be_visible()
    case.refresh_from_db()
    assert case.status == Status.ANSWERED
