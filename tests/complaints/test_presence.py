"""Who else is at a case: a hint that expires, follows visibility and costs no question."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from agency import presence
from complaints.models import Kind
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.complaints import NOW, in_progress, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def case(unit):
    case = in_progress(officer=StaffFactory.create(unit=unit))
    presence.client_of(settings.REDIS_URL).delete(f"presence:complaint:{case.pk}")
    return case


@pytest.fixture
def other(unit):
    return StaffFactory.create(unit=unit, first_name="สมหญิง", last_name="ตั้งใจ")


def others_at(client, case, path="", **data):
    return [
        (each.name, each.is_writing)
        for each in client.get(f"/complaints/{case.pk}/{path}", data).context["present"]
    ]


def test_the_page_says_who_looks_and_who_writes(client, case, other):
    client.force_login(other)
    alone = others_at(client, case)
    client.force_login(case.officer)
    looking = others_at(client, case)
    client.force_login(other)
    client.get(f"/complaints/{case.pk}/note/")
    client.force_login(case.officer)
    writing = others_at(client, case)

    assert (alone, looking, writing) == ([], [(str(other), False)], [(str(other), True)])


def test_the_heartbeat_tells_of_an_open_form(client, case, other):
    client.force_login(other)
    client.get(f"/complaints/{case.pk}/present/", {"expected_version": "3"})
    client.force_login(case.officer)

    page = client.get(f"/complaints/{case.pk}/present/")

    assert [(each.name, each.is_writing) for each in page.context["present"]] == [
        (str(other), True)
    ]
    assert "<html" not in page.content.decode()


def test_who_left_is_not_shown_for_long(client, case, other):
    client.force_login(other)
    client.get(f"/complaints/{case.pk}/")
    client.force_login(case.officer)

    with time_machine.travel(NOW + presence.KEPT + timedelta(seconds=1), tick=False):
        assert others_at(client, case) == []
    left = presence.client_of(settings.REDIS_URL).ttl(f"presence:complaint:{case.pk}")
    assert 0 < left <= presence.KEPT.total_seconds()


def test_another_units_case_and_a_restricted_one_are_not_found(client, unit, other):
    client.force_login(other)
    hidden = [received(), received(unit=unit, kind=Kind.CORRUPTION)]

    for case in hidden:
        assert client.get(f"/complaints/{case.pk}/present/").status_code == 404


def test_without_redis_the_page_stands_as_before(client, case, other, settings, monkeypatch):
    monkeypatch.setattr(presence, "SILENT", presence.Silence())
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.force_login(other)

    assert others_at(client, case) == []
    assert presence.SILENT.until > 0
    assert others_at(client, case) == []
