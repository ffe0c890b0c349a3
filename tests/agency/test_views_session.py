"""Coming in and going out; the own password, language and theme."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from agency.models import Staff
from agency.views.session import TRIES
from tests.factories.agency import StaffFactory

pytestmark = pytest.mark.django_db
LOGIN = "/agency/login/"
GOOD = {"username": "somying", "password": "secret"}
BAD = {"username": "somying", "password": "wrong"}


@pytest.fixture(autouse=True)
def _no_tries():
    cache.clear()


@pytest.fixture
def staff():
    return StaffFactory.create(username="somying", language="en")


def errors_of(response):
    return [str(words) for words in response.context["form"].non_field_errors()]


def is_inside(client):
    return "_auth_user_id" in client.session


def test_login_leads_where_one_was_going(client, staff):
    response = client.post(LOGIN, {**GOOD, "next": "/agency/jobs/"})

    assert (response.status_code, response.url) == (302, "/agency/jobs/")
    assert is_inside(client)
    assert response.cookies["language"].value == "en"


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_login_never_leads_elsewhere(client, staff, onward):
    assert client.post(LOGIN, {**GOOD, "next": onward}).url == "/home/"


def test_a_wrong_password_is_said_calmly_and_the_name_is_kept(client, staff):
    response = client.post(LOGIN, BAD)

    assert not is_inside(client)
    assert errors_of(response) == ["ชื่อผู้ใช้กับรหัสผ่านไม่ตรงกัน โปรดตรวจสอบทั้งสองช่องแล้วลองอีกครั้ง"]
    assert 'value="somying"' in response.content.decode()


def test_nobody_learns_whether_a_name_exists(client, staff):
    known = errors_of(client.post(LOGIN, BAD))
    unknown = errors_of(client.post(LOGIN, {"username": "nobody", "password": "wrong"}))

    assert known == unknown


def test_after_five_wrong_passwords_the_right_one_waits_too(client, staff):
    for _try in range(TRIES):
        client.post(LOGIN, BAD)

    response = client.post(LOGIN, GOOD)

    assert not is_inside(client)
    assert errors_of(response) != errors_of(
        client.post(LOGIN, {"username": "other", "password": "x"})
    )


def test_other_names_do_not_wait(client, staff):
    for _try in range(TRIES):
        client.post(LOGIN, {"username": "other", "password": "wrong"})

    client.post(LOGIN, GOOD)

    assert is_inside(client)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"username": "", "password": ""},
        {"username": "a\x00b", "password": "x"},
        {"username": "x" * 5000, "password": "x"},
    ],
)
def test_bad_input_gets_a_sentence(client, data):
    response = client.post(LOGIN, data)

    assert response.status_code == 200
    assert response.context["form"].errors


def test_a_person_who_is_inside_goes_on(client, staff):
    client.force_login(staff)

    assert client.get(f"{LOGIN}?next=/agency/jobs/").url == "/agency/jobs/"


def test_inactive_staff_stay_outside(client, staff):
    Staff.objects.filter(pk=staff.pk).update(is_active=False)

    client.post(LOGIN, GOOD)

    assert not is_inside(client)


def test_the_password_of_a_demo_is_shown_in_a_demo_only(client, settings):
    settings.PORTAL_DEMO = True
    assert "demo-officer-2570" in client.get(LOGIN).content.decode()

    settings.PORTAL_DEMO = False
    assert "demo-officer-2570" not in client.get(LOGIN).content.decode()


def test_logout_ends_the_session_by_post_only(client, staff):
    client.force_login(staff)

    assert client.get("/agency/logout/").status_code == 405
    assert is_inside(client)
    response = client.post("/agency/logout/", follow=True)
    assert not is_inside(client)
    assert response.redirect_chain == [(reverse("agency:logged_out"), 302)]
    assert response.status_code == 200


def test_the_own_password_is_changed_and_the_session_goes_on(client, staff):
    client.force_login(staff)
    new = "ใหม่มาก-2570-xyz"

    response = client.post(
        "/agency/password/", {"old_password": "secret", "new_password1": new, "new_password2": new}
    )

    staff.refresh_from_db()
    assert response.url == "/home/"
    assert staff.check_password(new)
    assert client.get("/home/").status_code == 200


def test_a_wrong_old_password_changes_nothing(client, staff):
    client.force_login(staff)
    new = "ใหม่มาก-2570-xyz"

    response = client.post(
        "/agency/password/", {"old_password": "no", "new_password1": new, "new_password2": new}
    )

    staff.refresh_from_db()
    assert list(response.context["form"].errors) == ["old_password"]
    assert staff.check_password("secret")


def test_language_is_kept_for_the_person_and_the_device(client):
    staff = StaffFactory.create(language="th")
    client.force_login(staff)

    response = client.post("/agency/language/", {"language": "en", "next": "/home/"})

    staff.refresh_from_db()
    assert (response.url, response.cookies["language"].value, staff.language) == (
        "/home/",
        "en",
        "en",
    )


def test_language_of_a_visitor_is_a_cookie(client):
    client.post("/agency/language/", {"language": "en", "next": LOGIN})

    assert '<html lang="en"' in client.get(LOGIN).content.decode()


def test_an_unknown_language_means_thai(client):
    assert client.post("/agency/language/", {"language": "xx"}).cookies["language"].value == "th"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("", ""), ("blink", "")],
)
def test_the_theme_is_a_cookie(client, asked, shown):
    client.post("/agency/theme/", {"theme": asked, "next": LOGIN})

    assert f'<html lang="th"{shown}>' in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    ("person", "cookie", "spoken"),
    [
        ("en", "th", "en"),
        ("th", "en", "th"),
        (None, "en", "en"),
        (None, "xx", "th"),
        (None, None, "th"),
    ],
)
def test_the_browsers_own_language_never_counts(client, person, cookie, spoken):
    if person:
        client.force_login(StaffFactory.create(language=person))
    if cookie:
        client.cookies["language"] = cookie

    response = client.get("/agency/logged-out/", headers={"accept-language": "en-GB,en"})

    assert response.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}"' in response.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/agency/language/", "/agency/theme/", "/agency/views/save/", "/agency/views/columns/"],
)
def test_choices_are_made_by_post(client, staff, address):
    client.force_login(staff)

    assert client.get(address).status_code == 405
