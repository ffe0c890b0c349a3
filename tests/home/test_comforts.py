"""What the small script adds, with keys and mouse; and that nothing needs it."""

import re

import pytest
from playwright.sync_api import expect

from tests.home.conftest import open_as

pytestmark = pytest.mark.usefixtures("patterns", "mails")


@pytest.fixture
def page(staff, new_context, live_server):
    """The officer's page; whatever the script or the policy complains about fails the test."""
    page = open_as(staff, new_context, live_server)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert faults == []


@pytest.fixture
def bare(staff, new_context, live_server):
    """The same without script."""
    return open_as(staff, new_context, live_server, java_script_enabled=False)


def test_keys_reach_search_and_help(page):
    page.goto("/patterns/figures/")

    page.keyboard.press("/")
    expect(page.get_by_label("ค้นหาเรื่อง")).to_be_focused()
    page.get_by_label("ค้นหาเรื่อง").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="ปุ่มลัด")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="ปุ่มลัด")).to_be_hidden()


def test_g_and_a_letter_lead_to_a_place(page):
    page.goto("/patterns/figures/")

    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page).to_have_url(re.compile("/complaints/$"))
    page.wait_for_load_state("load")  # the script of the new page listens from then on
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_url(re.compile("/home/$"))


def test_keys_walk_choose_and_open_rows(page):
    page.goto("/patterns/list/")

    for key in ("j", "j", "j", "k", "x"):
        page.keyboard.press(key)
    expect(page.get_by_role("status").filter(has_text="เลือกแล้ว 1 รายการ")).to_be_visible()
    second = page.locator("tbody tr").nth(1)
    expect(second.get_by_role("checkbox")).to_be_checked()
    expect(second.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/patterns/detail/"))


def test_letters_typed_into_a_field_are_letters(page):
    page.goto("/patterns/list/")
    field = page.get_by_role("textbox", name="ค้นหา", exact=True)

    field.press_sequentially("jxn?/")

    expect(field).to_have_value("jxn?/")
    expect(page).to_have_url(re.compile("/patterns/list/$"))


def test_the_bulk_bar_shows_only_when_something_is_chosen(page):
    page.goto("/patterns/list/")
    bar = page.get_by_role("button", name="ดำเนินการต่อ")

    expect(bar).to_be_hidden()
    page.get_by_label("เลือกทุกรายการในหน้านี้").check()
    expect(bar).to_be_visible()
    expect(page.get_by_text("เลือกแล้ว 10 รายการ")).to_be_visible()


def test_a_filter_changes_rows_count_and_address_in_place(page):
    page.goto("/patterns/list/")
    page.evaluate("window.stayed = true")

    page.get_by_role("combobox", name="ผู้รับ").select_option("b")
    expect(page.locator("#list-count")).to_have_text("8 รายการ")
    expect(page).to_have_url(re.compile("to=b"))
    expect(page.get_by_role("link", name=re.compile("ผู้รับ: กองคลัง"))).to_be_visible()
    assert page.evaluate("window.stayed") is True

    page.go_back()
    expect(page.locator("#list-count")).to_have_text("23 รายการ")
    expect(page.get_by_role("navigation", name="เมนูหลัก")).to_be_visible()


def test_sorting_and_paging_happen_in_place(page):
    page.goto("/patterns/list/")

    page.get_by_role("link", name="เรื่อง", exact=True).click()
    expect(page.get_by_role("columnheader", name="เรื่อง", exact=True)).to_have_attribute(
        "aria-sort", "ascending"
    )
    page.get_by_role("link", name="ถัดไป").click()
    expect(page.get_by_role("link", name="ก่อนหน้า")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(10)


def test_a_view_saved_after_filtering_keeps_the_filter(page):
    page.goto("/patterns/list/")
    page.get_by_role("combobox", name="ผู้รับ").select_option("b")
    expect(page.locator("#list-count")).to_have_text("8 รายการ")

    page.get_by_text("มุมมอง", exact=True).click()
    page.get_by_label("บันทึกมุมมองนี้ในชื่อ").fill("ของกองคลัง")
    page.get_by_role("button", name="บันทึกมุมมอง").click()

    expect(page.get_by_role("link", name="ของกองคลัง")).to_have_attribute("aria-current", "page")
    expect(page.locator("#list-count")).to_have_text("8 รายการ")
    expect(page.get_by_text("บันทึกมุมมองแล้ว")).to_be_visible()


def test_an_action_opens_in_place_and_closes_again(page):
    page.goto("/patterns/detail/")

    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="ตอบและปิดเรื่อง")).to_be_focused()
    page.get_by_role("link", name="ยกเลิก").click()
    expect(page.get_by_role("heading", name="ตอบและปิดเรื่อง")).to_be_hidden()
    expect(page.get_by_role("link", name="ตอบและปิดเรื่อง")).to_be_focused()


def test_errors_are_summed_up_and_lead_to_their_field(page):
    page.goto("/patterns/detail/?answer=1")
    page.get_by_label("โทรศัพท์").fill("12345")

    page.locator("form[novalidate]").get_by_role("button", name="ตอบและปิดเรื่อง").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page.get_by_label("โทรศัพท์")).to_have_value("12345")
    summary.get_by_role("link", name=re.compile("^คำตอบ")).click()
    expect(page.get_by_role("textbox", name="คำตอบ")).to_be_focused()


def test_a_day_is_picked_in_the_buddhist_era(page):
    page.goto("/patterns/detail/?answer=1")
    page.get_by_label("วันที่เกิดเหตุ").fill("๗/๑๐/๒๕๖๙")

    page.get_by_role("button", name="เลือกวันที่").click()
    expect(page.get_by_text("ตุลาคม 2569", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("15 ตุลาคม")).click()

    expect(page.get_by_label("วันที่เกิดเหตุ")).to_have_value("15/10/2569")


def test_numbers_group_themselves_and_letters_are_counted(page):
    page.goto("/patterns/detail/?answer=1")

    page.get_by_label("เลขประจำตัวประชาชน").press_sequentially("๑๑๐๑๗๐๐๒๓๐๗๐๘")
    page.get_by_label("โทรศัพท์").press_sequentially("0812345678")
    page.get_by_role("textbox", name="คำตอบ").press_sequentially("สวัสดี")

    expect(page.get_by_label("เลขประจำตัวประชาชน")).to_have_value("1-1017-00230-70-8")
    expect(page.get_by_label("โทรศัพท์")).to_have_value("081-234-5678")
    expect(page.get_by_text("เหลืออีก 1,994 ตัวอักษร")).to_be_visible()


def test_a_draft_comes_back_until_it_is_sent_or_discarded(page):
    page.goto("/patterns/counter/")
    answer = page.get_by_role("textbox", name="คำตอบ")
    answer.press_sequentially("เขียนค้างไว้")

    page.reload()
    expect(answer).to_have_value("เขียนค้างไว้")
    page.get_by_role("button", name="ทิ้งร่าง").click()
    page.reload()
    expect(answer).to_have_value("")


def test_the_theme_is_switched_from_the_persons_menu(page):
    page.goto("/patterns/figures/")

    page.get_by_label("เมนูของ สมหญิง ใจดี").click()
    page.get_by_role("button", name="มืด").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_everything_works_without_script(bare):
    bare.goto("/patterns/list/")
    bare.get_by_role("combobox", name="ผู้รับ").select_option("b")
    bare.get_by_role("button", name="กรอง", exact=True).click()
    expect(bare.locator("#list-count")).to_have_text("8 รายการ")
    expect(bare.get_by_role("button", name="ดำเนินการต่อ")).to_be_visible()

    bare.goto("/patterns/detail/")
    bare.get_by_role("link", name="ตอบและปิดเรื่อง").click()
    expect(bare.get_by_role("heading", name="ตอบและปิดเรื่อง")).to_be_visible()
    expect(bare.get_by_role("navigation", name="เมนูหลัก")).to_be_visible()


def test_a_page_at_two_hundred_per_cent_needs_no_sideways_scrolling(
    staff, new_context, live_server
):
    page = open_as(
        staff,
        new_context,
        live_server,
        viewport={"width": 640, "height": 400},
        device_scale_factor=2,
    )

    for name in ("list", "detail", "figures", "counter"):
        page.goto(f"/patterns/{name}/")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_paper_shows_the_matter_and_no_navigation(page):
    page.goto("/patterns/detail/")
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".top")).to_be_hidden()
    expect(page.get_by_role("link", name="ตอบและปิดเรื่อง")).to_be_hidden()
