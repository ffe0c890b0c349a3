"""Saved views and chosen columns."""

import pytest

from agency.models import SavedFilter
from tests.factories.agency import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return StaffFactory.create(language="en", roles=["supervisor"])


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


def test_officers_keep_views_to_themselves(client, view):
    officer = StaffFactory.create(unit=view.owner.unit)
    client.force_login(officer)
    own = SavedFilter.objects.create(owner=officer, page="complaints:queue", name="x", query="")

    save(client, is_shared="1")

    assert not SavedFilter.objects.filter(owner=officer, is_shared=True).exists()
    assert client.post(f"/agency/views/{own.pk}/share/").status_code == 403


def test_administrators_offer_a_view_to_everybody(client, desk, view):
    assert desk.post(f"/agency/views/{view.pk}/offer/").status_code == 403
    view.owner.roles = ["admin"]
    view.owner.save(update_fields=["roles"])

    desk.post(f"/agency/views/{view.pk}/offer/")

    assert view in SavedFilter.objects.visible_to(StaffFactory.create())
    desk.post(f"/agency/views/{view.pk}/offer/")
    assert view not in SavedFilter.objects.visible_to(StaffFactory.create())


def test_a_view_gets_another_name_and_place(desk, view, staff):
    SavedFilter.objects.create(owner=staff, page=view.page, name="ของฉัน", query="scope=mine")

    desk.post(f"/agency/views/{view.pk}/edit/", {"name": "ด่วน", "position": "2"})
    desk.post(f"/agency/views/{view.pk}/edit/", {"name": "ของฉัน", "position": "1"})

    assert list(SavedFilter.objects.values_list("name", "position")) == [("ของฉัน", 0), ("ด่วน", 2)]


def test_a_list_opens_with_the_view_a_person_chose(client, desk, view):
    other = StaffFactory.create(unit=view.owner.unit)

    desk.post(f"/agency/views/{view.pk}/default/")
    opened = desk.get("/complaints/")
    whole = desk.get("/complaints/", {"view": "all"})

    assert opened.url == "/complaints/?timing=overdue"
    assert whole.context["page"].current_tab.url == "/complaints/?view=all"
    desk.post(f"/agency/views/{view.pk}/default/")
    assert desk.get("/complaints/").status_code == 200
    client.force_login(other)
    assert client.post(f"/agency/views/{view.pk}/default/").status_code == 404
