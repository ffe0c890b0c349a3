"""Saved views and chosen columns."""

import pytest

from agency.models import SavedFilter
from tests.factories.agency import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return StaffFactory.create(language="en")


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def view(staff):
    return SavedFilter.objects.create(
        owner=staff, page="complaints:queue", name="เกินกำหนด", query="timing=overdue"
    )


def save(desk, **data):
    values = {
        "page": "complaints:queue",
        "name": "ของฉัน",
        "query": "scope=mine",
        "next": "/complaints/",
    }
    return desk.post("/agency/views/save/", values | data)


def test_a_view_is_saved_under_a_name(desk, staff):
    response = save(desk, is_shared="1")

    saved = SavedFilter.objects.get()
    assert response.url == "/complaints/?scope=mine"
    assert (saved.owner, saved.page, saved.name, saved.query, saved.is_shared) == (
        *(staff, "complaints:queue", "ของฉัน", "scope=mine", True),
    )


def test_the_same_name_again_replaces_the_view(desk):
    save(desk)
    save(desk, query="scope=unit")

    assert list(SavedFilter.objects.values_list("query", flat=True)) == ["scope=unit"]


@pytest.mark.parametrize(
    "data",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"query": "q=" + "x" * 1000},
        {"name": "a\x00"},
        {"page": ""},
    ],
)
def test_a_view_that_cannot_be_saved_is_said(desk, data):
    response = save(desk, **data)

    assert (response.url, SavedFilter.objects.count()) == ("/complaints/", 0)


def test_saving_never_leads_elsewhere(desk):
    assert save(desk, next="https://elsewhere.example/").url == "/?scope=mine"


def test_sharing_is_switched(desk, view):
    states = []
    for _time in range(2):
        desk.post(f"/agency/views/{view.pk}/share/")
        view.refresh_from_db()
        states.append(view.is_shared)

    assert states == [True, False]


def test_a_view_is_deleted_by_its_owner_only(client, desk, view):
    client.force_login(StaffFactory.create(unit=view.owner.unit))
    assert client.post(f"/agency/views/{view.pk}/delete/").status_code == 404
    assert client.post(f"/agency/views/{view.pk}/share/").status_code == 404

    client.force_login(view.owner)
    client.post(f"/agency/views/{view.pk}/delete/")

    assert SavedFilter.objects.count() == 0


def test_columns_are_remembered_per_list(desk):
    desk.post("/agency/views/columns/", {"page": "a", "columns": ["x", "y"], "next": "/home/"})
    desk.post("/agency/views/columns/", {"page": "b", "next": "/home/"})

    assert desk.session["list_columns"] == {"a": ["x", "y"], "b": []}
