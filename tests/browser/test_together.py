"""Several people on one case: units asked, matters split, an answer read by a second person, many answered at once."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints import lifecycle
from complaints.models import Complaint, Policy, Status, SubTask
from tests.browser.people import log_in
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import CannedReplyFactory, in_progress, ready

SIZES = pytest.mark.parametrize(
    "page", [{}, {"viewport": {"width": 390, "height": 844}}], indirect=True, ids=["desk", "phone"]
)


@pytest.fixture
def officer(transactional_db):
    """An officer, a supervisor of the unit, and another unit."""
    ready()
    unit = UnitFactory.create(name_th="กองบริการประชาชน")
    SupervisorFactory.create(username="suda", unit=unit)
    UnitFactory.create(name_th="กองคลัง")
    return StaffFactory.create(username="somchai", unit=unit)


@SIZES
def test_officer_asks_a_unit_and_splits_the_case(page, officer, axe):
    case = in_progress(officer=officer, at=timezone.now(), subject="ค่าธรรมเนียมและที่จอดรถ")
    log_in(page, officer)
    page.goto(f"/complaints/{case.pk}/fan_out/")
    found = [axe(page)]
    page.get_by_label("สิ่งที่ขอให้ดำเนินการ").fill("ขอผลตรวจใบเสร็จ")
    page.get_by_label("กองคลัง").check()
    page.get_by_role("button", name="มอบงานย่อย", exact=True).click()
    expect(page.get_by_role("link", name="กองคลัง")).to_be_visible()

    page.goto(f"/complaints/{case.pk}/split/")
    found.append(axe(page))
    page.get_by_label("เรื่องที่แยกเรื่องแรก โดยย่อ").fill("ที่จอดรถเต็ม")
    page.get_by_label("ข้อเท็จจริง").first.fill("ที่จอดรถเต็มตั้งแต่แปดโมง")
    page.get_by_role("button", name="แยกเรื่องและแจ้งผู้ร้อง").click()
    expect(page.get_by_text("ที่จอดรถเต็ม").first).to_be_visible()

    assert found == [[], []]
    assert SubTask.objects.get().complaint == case
    assert Complaint.objects.get(split_from=case).subject == "ที่จอดรถเต็ม"


@SIZES
def test_an_answer_is_read_by_a_second_person(page, new_context, officer, axe):
    Policy.objects.update(needs_review=True)
    CannedReplyFactory.create(unit=officer.unit, title="แก้ไขแล้ว", body_th="เรื่อง {number} แก้ไขแล้ว")
    case = in_progress(officer=officer, at=timezone.now())
    log_in(page, officer)
    page.goto(f"/complaints/{case.pk}/send_for_review/")
    page.get_by_label("ข้อความสำเร็จรูป").select_option(label="แก้ไขแล้ว")
    page.get_by_role("button", name="แทรกลงในข้อความ").click()
    expect(page.get_by_label("คำตอบถึงผู้ร้อง")).to_have_value(f"เรื่อง {case.number} แก้ไขแล้ว")
    barriers = axe(page)
    page.get_by_role("button", name="เสนอตรวจคำตอบ", exact=True).click()
    expect(page.get_by_text(f"เรื่อง {case.number} แก้ไขแล้ว").first).to_be_visible()

    second = new_context(viewport=page.viewport_size).new_page()
    log_in(second, officer.unit.staff.get(username="suda"))
    second.goto(f"/complaints/{case.pk}/approve_answer/")
    barriers += axe(second)
    second.get_by_role("button", name="เห็นชอบและส่งถึงผู้ร้อง").click()
    expect(second.get_by_text("ตอบแล้ว").first).to_be_visible()

    case.refresh_from_db()
    assert (barriers, case.status) == ([], Status.ANSWERED)


@SIZES
def test_officer_answers_two_cases_at_once(page, officer, axe):
    cases = [in_progress(officer=officer, at=timezone.now()) for _case in range(2)]
    log_in(page, officer)
    page.goto("/complaints/")
    for case in cases:
        page.get_by_role("checkbox", name=re.compile(case.number)).check()
    page.locator("#bulk-action").select_option(value="answer")
    page.locator("[data-bulk-bar] button[type=submit]").click()
    page.get_by_label(re.compile("^คำตอบ")).fill("เรื่อง {number} แก้ไขแล้ว")
    barriers = axe(page)
    page.get_by_role("button", name="อ่านทวนก่อนส่ง").click()
    expect(page.get_by_text(f"เรื่อง {cases[0].number} แก้ไขแล้ว")).to_be_visible()
    barriers += axe(page)
    page.locator("button[name=confirmed]").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    assert barriers == []
    assert set(Complaint.objects.values_list("status", flat=True)) == {Status.ANSWERED}


@SIZES
def test_supervisor_plans_from_the_prevention_board(page, officer, axe):
    case = in_progress(officer=officer, at=timezone.now())
    lifecycle.answer(case, body="แก้ไขแล้ว", by=officer, at=timezone.now())
    log_in(page, officer.unit.staff.get(username="suda"))
    page.goto("/complaints/prevention/")
    barriers = axe(page)
    page.get_by_role("link", name="วางแผน").click()
    barriers += axe(page)

    assert barriers == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
