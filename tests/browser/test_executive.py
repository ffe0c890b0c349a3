"""The executive opens the month's report, a figure, and the records behind it; then approves and publishes."""

import re

import pytest
from playwright.sync_api import expect

from pmqa.reports import lifecycle
from pmqa.reports.models import Report
from tests.browser.people import log_in
from tests.factories.agency import ExecutiveFactory, SupervisorFactory
from tests.indicators.story import at, open_office
from tests.reports.story import busy_october, october_of

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def report(transactional_db):
    """October's report, checked by the supervisor."""
    office = open_office()
    busy_october(office)
    checked = october_of(office)
    return lifecycle.review(
        checked, by=SupervisorFactory.create(unit=office.root), at=at(20, month=12)
    )


@pytest.fixture
def executive(report):
    """Who may sign it."""
    return ExecutiveFactory.create(unit=report.unit)


def test_executive_opens_the_report_a_figure_and_its_records(page, report, executive, axe):
    found = {}
    log_in(page, executive)
    page.goto("/reports/")
    found["list"] = axe(page)
    page.get_by_role("link", name="ตุลาคม 2569").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("รายงานหมวด 3 ประจำเดือนตุลาคม 2569")
    found["report"] = axe(page)
    page.get_by_role("link", name=re.compile("ตอบขั้นที่ 1 ทันกำหนด.*85.7%", re.DOTALL)).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ตอบขั้นที่ 1 ทันกำหนด")
    found["records"] = axe(page)

    expect(page.get_by_role("heading", level=2)).to_have_text("มี 7 เรื่องที่ใช้คำนวณตัวเลขนี้")
    expect(page.get_by_role("row")).to_have_count(8)
    assert found == {name: [] for name in found}


def test_executive_approves_and_publishes(page, report, executive, axe):
    log_in(page, executive)
    page.goto(report.get_absolute_url())
    page.get_by_role("button", name="อนุมัติ").click()
    page.get_by_role("link", name="เผยแพร่รายงาน").click()
    barriers = axe(page)
    page.get_by_role("button", name="เผยแพร่รายงาน").click()
    expect(page.get_by_text("เผยแพร่รายงานแล้ว")).to_be_visible()

    assert barriers == []
    assert Report.objects.get().state == "published"


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_the_report_fits_a_phone(page, report, executive, axe):
    log_in(page, executive)
    page.goto(report.get_absolute_url())

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
