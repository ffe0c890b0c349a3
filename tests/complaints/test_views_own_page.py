"""The complainant's own page: a link once, nothing given away, choices kept and deleted."""

import re

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from agency import letters
from agency.models import AuditEntry, Letter, Person
from agency.persons import PersonData
from agency.refusal import Refused
from complaints import lifecycle
from complaints.models import Complaint
from complaints.views.counter import TRACK_COOKIE
from tests.factories.complaints import NOW, received

MANEE = PersonData(name="มานี มีสุข", email="manee@example.org")
MINE = "/mine/"


@pytest.fixture(autouse=True)
def _now(db):
    """A Monday; nobody has tried too often; the screens speak Thai."""
    cache.clear()
    with time_machine.travel(NOW, tick=False), translation.override("th"):
        yield


def link():
    """Return the link out of the letter, as it is sent."""
    letter = Letter.objects.get(kind="complaints.own_link")
    return re.search(r"(/mine/open/\S+)", letters.parcel(letter).body).group(1)


def come_in(client):
    """Ask for the link and open it."""
    client.post(MINE, {"email": MANEE.email})
    return client.post(link())


def test_link_opens_the_own_cases_and_no_others(client):
    first, second = received(person=MANEE), received(person=MANEE)
    received(person=PersonData(name="ชูใจ", email="chujai@example.org"))

    answer = come_in(client)
    page = client.get(MINE)

    assert answer.url == MINE
    assert {case.number for case in page.context["cases"]} == {first.number, second.number}
    assert first.subject not in page.content.decode()


def test_known_and_unknown_address_are_answered_alike(client):
    received(person=MANEE)

    known = client.post(MINE, {"email": MANEE.email}).content
    unknown = client.post(MINE, {"email": "nobody@example.org"}).content

    hidden = rb'name="csrfmiddlewaretoken" value="[^"]+"'
    assert re.sub(hidden, b"", known) == re.sub(hidden, b"", unknown)
    assert Letter.objects.filter(kind="complaints.own_link").count() == 1


def test_link_goes_by_mail_and_stands_nowhere(client):
    received(person=MANEE)
    client.post(MINE, {"email": MANEE.email})

    letter = Letter.objects.get(kind="complaints.own_link")
    assert (letter.way, letter.state) == (Letter.Way.EMAIL, Letter.State.PENDING)
    assert "open" not in str(letter.data)
    assert MANEE.email not in str(letter.data)


def test_link_opens_once_for_half_an_hour_and_not_by_looking(client):
    received(person=MANEE)
    client.post(MINE, {"email": MANEE.email})
    url = link()

    looked, opened, again = client.get(url), client.post(url), client.post(url)
    with time_machine.travel(NOW.replace(hour=4), tick=False):
        late = client.get(url)

    assert [each.status_code for each in (looked, opened, again, late)] == [200, 302, 404, 404]


def test_made_up_link_opens_nothing(client):
    assert client.get("/mine/open/1:x:y/").status_code == 404
    assert client.get(MINE).context["is_sent"] is False


def test_asking_too_often_is_stopped_and_the_fourth_mail_is_not_sent(client):
    received(person=MANEE)
    for minute in range(4):
        with time_machine.travel(NOW.replace(minute=minute), tick=False):
            last = client.post(MINE, {"email": MANEE.email})
    client.post(MINE, {"email": "x@example.org"})
    stopped = client.post(MINE, {"email": "x@example.org"})

    assert last.context["is_sent"] is True
    assert Letter.objects.filter(kind="complaints.own_link").count() == 3
    assert len(stopped.context["form"].non_field_errors()) == 1


def test_choices_are_kept_followed_and_deleted(client):
    received(person=MANEE)
    come_in(client)
    chosen = {"choices-language": "en", "choices-channel": "email", "choices-needs": "ล่ามภาษามือ"}

    client.post(reverse("complaints:mine_choices"), chosen)
    kept = Person.objects.get(name=MANEE.name)
    client.post(reverse("complaints:mine_choices"), {"forget": "1"})
    forgotten = Person.objects.get(name=MANEE.name)

    assert (kept.language, kept.preferred_channel, kept.accessibility_needs) == (
        "en",
        "email",
        "ล่ามภาษามือ",
    )
    assert (forgotten.language, forgotten.preferred_channel, forgotten.accessibility_needs) == (
        "th",
        "page",
        "",
    )
    assert AuditEntry.objects.filter(verb="choices_changed").count() == 2


def test_way_without_an_address_is_refused_with_a_sentence(client):
    received(person=MANEE)
    come_in(client)

    page = client.post(
        reverse("complaints:mine_choices"), {"choices-language": "th", "choices-channel": "phone"}
    )

    assert page.context["form"].errors["channel"][0].startswith("เราไม่มีข้อมูลติดต่อ")


def test_leaving_closes_the_page_on_this_device(client):
    received(person=MANEE)
    come_in(client)
    client.post(reverse("complaints:mine_leave"))

    assert "cases" not in client.get(MINE).context
    assert client.post(reverse("complaints:mine_choices"), {"forget": "1"}).url == MINE


def test_number_and_code_open_the_choices_of_that_case_and_no_list(client):
    case = received(person=MANEE)
    anonymous = received(is_anonymous=True)
    url = reverse("complaints:case_choices", args=[case.number])

    stranger = client.get(url)
    prove(client, case)
    page = client.get(url)
    client.post(url, {"choices-language": "en", "choices-channel": "page", "choices-needs": ""})
    prove(client, anonymous)
    nobody = client.get(reverse("complaints:case_choices", args=[anonymous.number]))

    assert stranger.url.startswith("/track/")
    assert "cases" not in page.context
    assert Person.objects.get().language == "en"
    assert nobody.url == reverse("complaints:case", args=[anonymous.number])


def prove(client, case):
    """Let the browser hold the proof that this person knows the case."""
    salted = signing.get_cookie_signer(salt=TRACK_COOKIE)
    client.cookies[TRACK_COOKIE] = salted.sign(case.number)


def test_a_given_name_is_hidden_later_on_the_own_page(client):
    case = received(person=MANEE)
    prove(client, case)
    page = reverse("complaints:case", args=[case.number])
    assert client.get(page).context["case"].may_hide_name is True

    for _press in range(2):
        done = client.post(reverse("complaints:case_hide_name", args=[case.number]))

    assert done.url == page
    assert Complaint.objects.get().is_identity_masked is True
    assert "ท่านขอปกปิดชื่อไว้" in client.get(page).content.decode()
    entry = AuditEntry.objects.get(verb="name_hidden")
    assert (entry.by, set(entry.data)) == (None, {"version"})


def test_nobody_else_hides_the_name(client):
    case = received(person=MANEE)

    client.post(reverse("complaints:case_hide_name", args=[case.number]))

    assert Complaint.objects.get().is_identity_masked is False


def test_a_case_without_a_name_has_nothing_to_hide(client):
    case = received(is_anonymous=True)

    with pytest.raises(Refused):
        lifecycle.hide_name(case, at=NOW)

    prove(client, case)
    page = client.get(reverse("complaints:case", args=[case.number]))
    assert page.context["case"].may_hide_name is False
