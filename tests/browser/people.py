"""What people do in every journey."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from agency.models import Staff


def log_in(page: Page, staff: Staff) -> None:
    """Come in by the front door, with the password of the factories."""
    page.goto(reverse("agency:login"))
    page.get_by_label("ชื่อผู้ใช้").fill(staff.username)
    page.get_by_label("รหัสผ่าน").fill("secret")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
