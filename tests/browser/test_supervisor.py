"""A supervisor reviews what escalated and gives it to another officer, with and without JavaScript."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints import lifecycle
from complaints.models import Escalation
from tests.browser.people import log_in
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import in_progress

PLAIN = {"java_script_enabled": False}
NARROW = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def unit(transactional_db):
    """A unit with two officers."""
    return UnitFactory.create(name_th="กองบริการประชาชน")


@pytest.fixture
def supervisor(unit):
    """Who reviews."""
    return SupervisorFactory.create(username="suda", unit=unit)


@pytest.fixture
def escalation(unit):
    """An overdue case, and one whose officer asks for more time."""
    officer = StaffFactory.create(unit=unit, first_name="มาลี", last_name="ศรีสุข")
    StaffFactory.create(unit=unit, first_name="วิชัย", last_name="ทองแท้")
    at = timezone.now()
    asking = in_progress(officer=officer, subject="ขอเวลาเพิ่ม", at=at)
    lifecycle.ask_extension(asking, days=5, reason="รอผลตรวจ", by=officer, at=at)
    late = in_progress(officer=officer, subject="ป้ายบอกทางไม่ชัดเจน", at=at)
    clock = late.clocks.get(measure="stage1")
    return Escalation.objects.create(complaint=late, clock=clock, why="overdue", raised_at=at)


@pytest.mark.parametrize("page", [{}, PLAIN], indirect=True, ids=["script", "without script"])
def test_supervisor_reviews_and_reassigns(page, supervisor, escalation):
    log_in(page, supervisor)
    page.goto("/complaints/escalations/")
    row = page.get_by_role("listitem").filter(has_text="ป้ายบอกทางไม่ชัดเจน")

    row.get_by_role("link", name="มอบหมายเจ้าหน้าที่ใหม่").click()
    page.get_by_role("region", name="มอบหมายเจ้าหน้าที่ใหม่").get_by_label(
        "เจ้าหน้าที่", exact=True
    ).select_option(label="วิชัย ทองแท้ · กองบริการประชาชน")
    page.get_by_role("button", name="มอบหมายเจ้าหน้าที่ใหม่").click()

    expect(page.get_by_role("heading", name="ขอเวลาเพิ่ม")).to_be_visible()
    expect(page.get_by_text("ป้ายบอกทางไม่ชัดเจน")).to_have_count(0)
    escalation.refresh_from_db()
    assert (escalation.decision, escalation.decided_by) == ("reassigned", supervisor)
    assert str(escalation.complaint.officer) == "วิชัย ทองแท้"


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["desk", "phone"])
def test_pages_of_a_supervisor_have_no_barriers(page, supervisor, escalation, axe):
    log_in(page, supervisor)
    found = {}

    for path in (
        "/complaints/escalations/",
        f"/complaints/escalations/{escalation.pk}/instruct/",
        "/complaints/",
        f"/complaints/{escalation.complaint_id}/assign/",
        f"/complaints/{escalation.complaint_id}/screen/",
    ):
        page.goto(path)
        found[path] = axe(page)

    assert found == {path: [] for path in found}
