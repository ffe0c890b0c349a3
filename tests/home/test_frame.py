"""The frame around pages: the menu by role, the bell, the agency's name, the error pages."""

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as DeadRedis

from agency.models import Role
from pmqa.home import boards, frame
from tests.factories.agency import NoticeFactory, StaffFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


def menu_of(client, staff, address="/home/"):
    client.force_login(staff)
    menu = client.get(address).context["frame"].menu
    return [entry.name for group in menu for entry in group.entries]


@pytest.mark.parametrize(
    ("roles", "offered"),
    [
        ([Role.OFFICER], {"complaints:new"}),
        ([Role.SUPERVISOR], {"complaints:new", "complaints:escalations", "complaints:imports"}),
        ([Role.EXECUTIVE], {"complaints:escalations"}),
        ([Role.AUDITOR], set()),
        ([Role.ADMIN], {"agency:mailbox", "agency:health", "admin:index"}),
        ([], set()),
    ],
)
def test_the_menu_offers_what_the_roles_may(client, roles, offered):
    of_roles = {
        "complaints:new",
        "complaints:escalations",
        "complaints:imports",
        "agency:mailbox",
        "agency:health",
        "admin:index",
    }

    menu = menu_of(client, StaffFactory.create(roles=roles))

    assert set(menu) & of_roles == offered


def test_every_line_of_the_menu_leads_to_a_page(client):
    names = {entry.name for group in frame.MENU for entry in group.entries}
    rooms_to_come = {"surveys:list", "listening:inbox", "improvements:list"}

    assert {name for name in names if not frame.address(name)} <= rooms_to_come


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/home/", "home:home"),
        ("/home/keys/", "home:home"),
        ("/complaints/?q=x", "complaints:queue"),
        ("/complaints/new/", "complaints:new"),
        ("/agency/password/", None),
    ],
)
def test_the_line_that_fits_best_is_marked(client, address, current):
    client.force_login(StaffFactory.create())
    menu = client.get(address).context["frame"].menu

    marked = [entry.name for group in menu for entry in group.entries if entry.is_current]

    assert marked == ([current] if current else [])


def test_the_bell_counts_what_waits(client):
    staff = StaffFactory.create(language="en")
    NoticeFactory.create_batch(3, recipient=staff)
    NoticeFactory.create()
    client.force_login(staff)

    text = client.get("/home/bell/").content.decode()

    assert '<span class="bell-count">3<span' in text
    assert "<html" not in text


@pytest.mark.parametrize(("language", "name"), [("th", "กรมตัวอย่าง"), ("en", "Sample Department")])
def test_the_agency_is_named_in_the_language_of_the_screen(client, language, name):
    root = UnitFactory.create(name_th="กรมตัวอย่าง", name_en="Sample Department")
    UnitFactory.create(parent=root)
    client.cookies["language"] = language

    assert client.get(reverse("agency:login")).context["frame"].agency_name == name


def test_a_dead_cache_leaves_the_agency_its_name(monkeypatch):
    def dead(*args, **kwargs):
        raise DeadRedis

    UnitFactory.create(name_th="กรมตัวอย่าง")
    monkeypatch.setattr(type(caches["default"]), "get", dead)

    assert frame.kept_name("th") == "กรมตัวอย่าง"


def test_without_a_unit_there_is_still_a_name(client):
    assert client.get(reverse("agency:login")).context["frame"].agency_name == "ระบบบริการประชาชน"


@pytest.mark.parametrize(("language", "words"), [("th", "ไม่พบหน้านี้"), ("en", "Page not found")])
def test_an_unknown_address_gets_a_calm_page(client, language, words):
    client.cookies["language"] = language

    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert f"<h1>{words}</h1>" in response.content.decode()


def test_a_fault_gets_a_calm_page_without_a_trace(client, monkeypatch):
    client.raise_request_exception = False
    client.force_login(StaffFactory.create())
    monkeypatch.setitem(boards.BOARDS, Role.OFFICER, None)

    response = client.get("/home/")

    assert response.status_code == 500
    assert "<h1>ระบบขัดข้อง</h1>" in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_a_form_from_a_stale_page_is_refused_calmly():
    response = Client(enforce_csrf_checks=True).post("/agency/theme/", {"theme": "dark"})

    assert response.status_code == 403
    assert "<h1>หน้านี้เปิดค้างไว้นานเกินไป</h1>" in response.content.decode()
