"""The counter as an app on a phone: what is kept there, and what never is."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from PIL import Image

from pmqa.home.installed import ICONS, SHELL
from pmqa.launch.assets import app_icon
from tests.factories.agency import UnitFactory
from tests.factories.complaints import received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def agency():
    """An agency with a name."""
    cache.clear()
    return UnitFactory(parent=None, name_th="กรมบริการประชาชน", name_en="Department")


def test_manifest_names_the_agency_in_thai_and_our_own_icons(client):
    client.cookies["language"] = "en"
    told = json.loads(client.get("/app.webmanifest").content)

    assert (told["name"], told["short_name"], told["lang"]) == ("กรมบริการประชาชน", "แจ้งเรื่อง", "th")
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert [icon["purpose"] for icon in told["icons"]] == ["any", "any", "maskable"]


@pytest.mark.parametrize(("size", "margin"), [(192, 0.0), (512, 0.1)])
def test_icon_is_a_square_picture(size, margin, tmp_path):
    path = tmp_path / "icon.png"
    path.write_bytes(app_icon(size, margin=margin))

    with Image.open(path) as picture:
        assert picture.size == (size, size)
        assert picture.convert("RGBA").getpixel((size // 2, 2)) == (
            (11, 93, 102, 255) if margin else (0, 0, 0, 0)
        )


def test_every_kept_file_exists():
    folder = Path(settings.BASE_DIR) / "static"

    assert [
        path for path in (*SHELL, *(icon[0] for icon in ICONS)) if not (folder / path).exists()
    ] == []


def test_worker_keeps_the_offline_pages_and_no_page_of_the_counter(client):
    answer = client.get("/sw.js")
    script = answer.content.decode()

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript", "no-cache")
    files = json.loads(re.search(r"FILES = (\[.*?\]);", script).group(1))
    assert {file.split("/")[1] for file in files} == {"static"}
    assert "worker-src 'self'" in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("language", "heading"), [("th", "ขณะนี้ไม่มีการเชื่อมต่อ"), ("en", "There is no connection just now")]
)
def test_offline_page_speaks_its_language_and_knows_nobody(client, language, heading):
    case = received()
    page = client.get(reverse("offline", args=[language])).content.decode()

    assert heading in page
    assert f'<html lang="{language}"' in page
    assert case.number not in page
    assert "csrfmiddlewaretoken" not in page
    assert client.get(reverse("offline", args=["xx"])).status_code == 404


def test_shared_device_offers_no_app_and_says_so_to_the_script(client):
    before = client.get("/").content.decode()
    client.post(reverse("kiosk"), {"shared": "1"})
    shared = client.get("/").content.decode()
    client.post(reverse("kiosk"), {"own": "1"})
    after = client.get("/").content.decode()

    assert [("manifest" in page, "data-kiosk" in page) for page in (before, shared, after)] == [
        (True, False),
        (False, True),
        (True, False),
    ]
