"""The pattern pages, and people who look at them."""

import copy
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from agency.models import Mail, Staff
from tests.factories.agency import StaffFactory

RECEIVED = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
SUBJECTS = [
    "ถนนชำรุดหน้าโรงเรียน น้ำท่วมขังทุกครั้งที่ฝนตก",
    "เจ้าหน้าที่ให้บริการล่าช้า",
    "ไฟส่องสว่างดับตลอดแนวถนนเลียบคลอง ประชาชนไม่กล้าเดินทางตอนกลางคืน",
    "ก" * 300,
    "Street light is broken in front of the clinic",
]


@pytest.fixture
def patterns(settings: Any) -> None:
    """Serve the pattern pages beside the portal."""
    settings.ROOT_URLCONF = "tests.home.patterns"
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates


@pytest.fixture
def staff(db: None) -> Staff:
    """An officer."""
    return StaffFactory(username="somying", first_name="สมหญิง", last_name="ใจดี")


@pytest.fixture
def officer(client: Client, staff: Staff) -> Client:
    """The officer's browser without script."""
    client.force_login(staff)
    return client


@pytest.fixture
def mails(db: None) -> list[Mail]:
    """Twenty-three rows for the sample list."""
    return Mail.objects.bulk_create(
        Mail(
            message_id=f"<{number}@agency.example>",
            to="a@agency.example" if number % 3 else "b",
            subject=SUBJECTS[number % len(SUBJECTS)],
            body="เนื้อความ",
            at=RECEIVED + timedelta(hours=number),
        )
        for number in range(23)
    )


def open_as(
    staff: Staff, new_context: Callable[..., BrowserContext], live_server: Any, **options: Any
) -> Page:
    """Open a page of a person who is logged in."""
    client = Client()
    client.force_login(staff)
    context = new_context(**options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return context.new_page()


def keep_shot(page: Page, name: str) -> None:
    """Keep a picture where SHOTS says."""
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
