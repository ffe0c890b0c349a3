"""Rating the handling: by the link of the closing letter, and on the complainant's own page."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.urls import reverse

from agency import letters
from agency.models import Letter
from agency.persons import PersonData
from complaints import lifecycle
from complaints.models import Rating
from complaints.views.counter import TRACK_COOKIE
from tests.factories.complaints import NOW, answered, closed

MANEE = PersonData(name="มานี มีสุข", email="manee@example.org", preferred_channel="email")


@pytest.fixture(autouse=True)
def _now(db):
    """The day after the answer; nobody has tried too often."""
    cache.clear()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


def link_of(case):
    """Return the rating link out of the closing letter, as it is sent."""
    letter = Letter.objects.get(kind="complaints.closed", object_id=case.pk)
    return re.search(r"(/rate/\S+)", letters.parcel(letter).body).group(1)


def test_link_of_the_letter_takes_a_rating_and_a_change(client):
    case = closed(person=MANEE)
    link = link_of(case)

    first = client.post(link, {"rating-score": "2", "rating-comment": "ช้า"})
    again = client.get(link)
    client.post(link, {"rating-score": "4"})

    assert (first.status_code, first.url) == (302, link)
    assert again.context["form"].initial == {"score": 2, "comment": "ช้า"}
    assert list(Rating.objects.values_list("score", "comment")) == [(2, "ช้า"), (4, "")]


def test_opening_the_link_rates_nothing_and_tells_nothing_of_the_matter(client):
    case = closed(person=MANEE)

    page = client.get(link_of(case)).content.decode()

    assert case.number in page
    assert case.subject not in page
    assert MANEE.name not in page
    assert Rating.objects.count() == 0


def test_link_is_kept_nowhere(client):
    case = closed(person=MANEE)

    assert "/rate/" not in str(Letter.objects.get(kind="complaints.closed").data)
    assert link_of(case) not in case.get_absolute_url()


@pytest.mark.parametrize(
    "change",
    [lambda link: link[:-2] + "x/", lambda _link: "/rate/1-1:x/"],
    ids=["changed", "made up"],
)
def test_a_link_that_we_did_not_sign_opens_nothing(client, change):
    case = closed(person=MANEE)

    answer = client.post(change(link_of(case)), {"rating-score": "5"})

    assert answer.status_code == 404
    assert case.number not in answer.content.decode()
    assert Rating.objects.count() == 0


def test_link_of_an_earlier_answer_opens_nothing(client):
    case = closed(person=MANEE)
    link = link_of(case)
    lifecycle.reopen(case, reason="ยังไม่จบ", by=case.officer, at=NOW)

    assert client.get(link).status_code == 404


def test_no_choice_gets_a_sentence_and_keeps_the_comment(client):
    link = link_of(closed(person=MANEE))

    page = client.post(link, {"rating-comment": "ควรโทรแจ้ง"})

    assert page.context["form"].errors["score"] == ["โปรดเลือกคะแนนตั้งแต่ 1 ถึง 5"]
    assert page.context["form"]["comment"].value() == "ควรโทรแจ้ง"


def test_anonymous_complainant_rates_with_the_code_alone(client):
    case = answered(is_anonymous=True)
    signed_in(client, case)

    answer = client.post(reverse("complaints:case_rate", args=[case.number]), {"rating-score": "5"})
    page = client.get(reverse("complaints:case", args=[case.number]))

    assert answer.url == reverse("complaints:case", args=[case.number])
    assert page.context["case"].rating.given.score == 5


def test_stranger_cannot_rate(client):
    case = answered()

    answer = client.post(reverse("complaints:case_rate", args=[case.number]), {"rating-score": "1"})

    assert answer.url.startswith(reverse("complaints:track"))
    assert Rating.objects.count() == 0


def test_time_over_is_said_on_the_own_page(client):
    case = answered()
    with time_machine.travel(NOW + timedelta(days=61), tick=False):
        signed_in(client, case)
        page = client.post(
            reverse("complaints:case_rate", args=[case.number]), {"rating-score": "1"}
        )

    [error] = page.context["rating_form"].non_field_errors()
    assert "1 ม.ค. 2570" in error


def signed_in(client, case):
    """Let the browser hold the proof that this person knows the case."""
    salted = signing.get_cookie_signer(salt=TRACK_COOKIE)
    client.cookies[TRACK_COOKIE] = salted.sign(case.number)
