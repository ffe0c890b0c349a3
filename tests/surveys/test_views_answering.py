"""The pages of answering, without a script and without a log-in."""

import pytest
import time_machine
from django.core.cache import cache

from surveys.models import Invitation, Mode, Response
from surveys.selectors.links import hash_of, resume_code, token_of
from tests.factories.agency import StaffFactory
from tests.factories.surveys import CLOSES, NOW, InvitationFactory, QuotaFactory, WaveFactory

pytestmark = pytest.mark.django_db

FIRST = {"page": "s1", "shown": ["channel", "overall"], "channel": "counter", "overall": "4"}
LAST = {"page": "s2", "shown": ["parts", "recommend", "comment"], "recommend": "9"}


@pytest.fixture(autouse=True)
def november():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def wave():
    return WaveFactory.create(code="sat-2570", modes=[Mode.LINK, Mode.KIOSK])


def test_answers_page_by_page(client, wave):
    door = client.get("/s/sat-2570/")
    begun = client.post("/s/sat-2570/")
    page = client.get(begun["Location"])
    onward = client.post("/s/sat-2570/answer/", FIRST)
    sent = client.post("/s/sat-2570/answer/", LAST)

    assert "1 ธ.ค. 2569" in door.content.decode()
    assert (page.context["number"], page.context["page_count"]) == (1, 2)
    assert onward["Location"] == "/s/sat-2570/answer/?page=s2"
    assert sent["Location"] == "/s/sat-2570/thanks/"
    assert "ขอบคุณ" in client.get(sent["Location"]).content.decode()
    response = Response.objects.get()
    assert (response.state, response.mode) == ("complete", "link")
    assert response.answers == {"channel": "counter", "overall": 4, "recommend": 9}


def test_a_wrong_page_is_kept_and_says_what_to_mend(client, wave):
    client.post("/s/sat-2570/")
    page = client.post("/s/sat-2570/answer/", {**FIRST, "overall": "", "channel": "online"})

    assert [mend.anchor for mend in page.context["mends"]] == ["f-overall-1"]
    assert 'href="#f-overall-1"' in page.content.decode()
    assert Response.objects.get().answers == {"channel": "online"}


def test_goes_on_elsewhere_by_the_code(client, wave, django_user_model):
    client.post("/s/sat-2570/")
    client.post("/s/sat-2570/answer/", FIRST)
    code = resume_code(Response.objects.get().uid)

    client.cookies.clear()
    wrong = client.post("/s/sat-2570/resume/", {"code": "K7MX-2PQR-9T"})
    right = client.post("/s/sat-2570/resume/", {"code": code.lower()})
    page = client.get(right["Location"])

    assert wrong.context["is_code_wrong"]
    assert page.context["page"].code == "s2"


def test_single_use_link_resumes_until_it_is_spent(client):
    wave = WaveFactory.create(modes=[Mode.INVITATION])
    invitation = InvitationFactory.create(wave=wave)
    link = f"/i/{token_of(invitation.pk)}/"
    Invitation.objects.update(token_hash=hash_of(token_of(invitation.pk)))
    place = f"/s/{wave.code}/"

    assert client.get(place).context["state"] == "invited"
    client.get(link)
    client.post(place)
    client.post(f"{place}answer/", FIRST)
    client.cookies.clear()
    client.get(link)
    assert client.get(place).context["begun"].answers == {"channel": "counter", "overall": 4}
    client.post(place)
    client.post(f"{place}answer/", LAST)
    client.get(link)
    client.post(place)

    assert client.get(place).context["state"] == "spent"
    assert Response.objects.get().invitation == invitation
    assert client.get("/i/nobody/").status_code == 404


@pytest.mark.parametrize(("at", "state"), [(CLOSES, "closed"), (NOW.replace(month=10), "early")])
def test_outside_its_time_the_door_says_so(client, wave, at, state):
    client.post("/s/sat-2570/")
    with time_machine.travel(at, tick=False):
        assert client.get("/s/sat-2570/").context["state"] == state
        assert client.post("/s/sat-2570/answer/", FIRST).context["state"] == state

    assert not Response.objects.exists()


def test_full_quota_speaks_its_own_words(client, wave):
    QuotaFactory.create(wave=wave, limit=0, message_th="ครบจำนวนผู้ใช้เคาน์เตอร์แล้ว")

    client.post("/s/sat-2570/")
    end = client.post("/s/sat-2570/answer/", FIRST)

    assert "ครบจำนวนผู้ใช้เคาน์เตอร์แล้ว" in client.get(end["Location"]).content.decode()
    assert Response.objects.get().state == "screened"


def test_tablet_forgets_each_person_and_ends_by_log_in(client, wave):
    officer = StaffFactory.create(unit=wave.survey.unit)
    client.force_login(officer)
    client.post(f"/surveys/waves/{wave.pk}/kiosk/")

    for _person in range(2):
        client.post("/s/sat-2570/")
        client.post("/s/sat-2570/answer/", FIRST)
        client.post("/s/sat-2570/answer/", LAST)
    end = client.get("/s/sat-2570/end/")

    assert list(Response.objects.values_list("mode", "unit")) == [("kiosk", officer.unit_id)] * 2
    assert end.status_code == 302  # to the log-in


def test_tries_of_links_and_codes_are_counted(client, wave, monkeypatch):
    monkeypatch.setattr("surveys.views.answering.WRONG_AN_HOUR", 1)

    client.get("/i/nobody/")
    client.post("/s/sat-2570/resume/", {"code": "x"})

    assert client.get("/i/nobody/").status_code == 429
    assert "refusal" in client.post("/s/sat-2570/resume/", {"code": "x"}).context
