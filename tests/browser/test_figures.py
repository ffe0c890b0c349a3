"""A supervisor reads the figures and asks what another standard would have meant; every figure opens its cases."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agency.thai import fiscal_year, fiscal_year_span, local_day
from complaints import lifecycle
from tests.browser.people import log_in
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import CategoryFactory, in_progress

PLAIN = {"java_script_enabled": False}
NARROW = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}


@pytest.fixture
def supervisor(transactional_db):
    """Who leads a unit with answers of the last fiscal year and an open case."""
    unit = UnitFactory.create(name_th="กองบริการประชาชน")
    officer = StaffFactory.create(unit=unit, first_name="มาลี", last_name="ศรีสุข")
    now = timezone.now()
    topic = CategoryFactory.create(name_th="คิวและการรอคอย")
    in_progress(officer=officer, at=now, category=topic, province="50")
    last_year = fiscal_year_span(fiscal_year(local_day(now)) - 1)[0] + timedelta(days=60)
    start = now.replace(year=last_year.year, month=last_year.month, day=1, hour=3)
    for days in (5, 16, 40):
        case = in_progress(officer=officer, at=start, category=topic)
        lifecycle.answer(case, body="แก้ไขแล้ว", by=officer, at=start + timedelta(days=days))
    return SupervisorFactory.create(username="suda", unit=unit)


@pytest.mark.parametrize("page", [{}, PLAIN], indirect=True, ids=["script", "without script"])
def test_supervisor_asks_what_another_limit_would_have_meant(page, supervisor):
    log_in(page, supervisor)
    page.goto("/complaints/what-if/")

    page.get_by_role("link", name="แสดงตัวอย่าง").click()

    heading = page.get_by_role("heading", level=2, name="จะเกินกำหนด")
    expect(heading).to_contain_text("คำตอบ 2 จาก 3 รายการ (66.7 %)")
    page.get_by_role("link", name="เกินกำหนดเฉพาะตามมาตรฐานใหม่").first.click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("heading", level=1)).to_have_text("เดิมทันกำหนด แต่จะเกินกำหนดใหม่")


def test_supervisor_opens_the_cases_of_a_bar(page, supervisor):
    log_in(page, supervisor)
    page.goto("/complaints/figures/")

    page.get_by_role("link", name="เชียงใหม่", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("เรื่องร้องเรียน")
    expect(page.locator("#list-count")).to_have_text("1 รายการ")


@pytest.mark.parametrize("page", [{}, NARROW, DARK], indirect=True, ids=["desk", "phone", "dark"])
def test_figures_have_no_barriers(page, supervisor, axe):
    log_in(page, supervisor)
    found = {}

    for path in (
        "/complaints/figures/",
        "/complaints/figures/cases/?weekday=1",
        "/complaints/what-if/",
        "/complaints/what-if/?measure=stage1&days=8",
        "/complaints/what-if/?measure=stage1",
        "/complaints/what-if/cases/?measure=stage1&days=8&late=after",
    ):
        page.goto(path)
        found[path] = axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    assert found == {path: [] for path in found}
