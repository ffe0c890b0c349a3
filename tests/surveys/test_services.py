"""Asking after services: by token, file and command; once a transaction, not too often a person."""

import io
import json

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from agency import letters, tabular
from agency.models import Job, Letter
from agency.refusal import Refused
from surveys import tasks
from surveys.lifecycle import service_pulses as verbs
from surveys.models import Invitation, PulseAsk, Response, ServiceToken
from surveys.selectors.links import token_of
from tests.factories.agency import ServiceFactory, StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.surveys import NOW, PulseFactory

pytestmark = pytest.mark.django_db
DOOR = "/api/services/done/"
HEAD = "reference,service,unit,email,language\n"


@pytest.fixture(autouse=True)
def november():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pulse():
    ThaiCalendarFactory()
    return PulseFactory(trigger="service_done", throttle_days=30, delay_hours=2, valid_days=14)


@pytest.fixture
def head(pulse, client):
    staff = StaffFactory.create(unit=pulse.wave.survey.unit, roles=["supervisor"])
    client.force_login(staff)
    return staff


def done(reference, email="a@example.org", **more):
    return verbs.Done(reference=reference, email=email, **more)


def asked(pulse, *rows):
    return [verbs.ask_after_service(pulse, row, source="counter-a", at=NOW) for row in rows]


def call(client, words, told, **headers):
    body = told if isinstance(told, str) else json.dumps(told)
    headers = {"authorization": f"Bearer {words}"} | headers
    return client.post(DOOR, body, content_type="application/json", headers=headers)


def test_transaction_is_asked_once_and_a_person_rests(pulse):
    service = ServiceFactory.create()

    found = asked(
        pulse,
        done("1", service=service),
        done("1", service=service),
        done("2", email="A@Example.org"),
        done("3", email=""),
        done("4", email="b@example.org"),
    )

    assert found == ["asked", "known", "resting", "unreachable", "asked"]
    letter = Letter.objects.order_by("pk").first()
    assert (Letter.objects.count(), letter.not_before.hour) == (2, NOW.hour + 2)
    assert Invitation.objects.order_by("pk").first().unit == service.unit
    assert token_of(Invitation.objects.order_by("pk").first().pk) in letters.words_of(letter)[1]


def test_answer_comes_back_with_unit_and_service_while_the_link_is_valid(client, pulse):
    service = ServiceFactory.create()
    asked(pulse, done("1", service=service), done("2", email="b@example.org"))
    first, second = Invitation.objects.order_by("pk")
    door = f"/s/{pulse.wave.code}/"

    client.get(f"/i/{token_of(first.pk)}/")
    client.post(door)
    client.post(f"{door}answer/", {"page": "s1", "shown": ["overall", "comment"], "overall": "2"})
    with time_machine.travel("2026-11-20T03:00:00Z", tick=False):
        client.get(f"/i/{token_of(second.pk)}/")
        late = client.get(door)

    response = Response.objects.get()
    assert (response.state, response.mode, response.service) == ("complete", "pulse", service)
    assert (response.unit, response.answers) == (service.unit, {"overall": 2})
    assert late.context["state"] == "closed"


def test_system_tells_by_its_token_and_each_row_stands_for_itself(client, pulse, english):
    ServiceFactory.create(code="permit")
    _token, words = verbs.give_token(pulse, name="counter-a", by=StaffFactory.create(), at=NOW)
    one = {"reference": "1", "service": "permit", "email": "a@example.org"}

    good = call(client, words, [one, {"reference": "", "email": "x"}, {**one, "reference": "2"}])
    again = call(client, words, one)
    bad = call(client, words, {"reference": "9", "service": "none"})

    assert (good.status_code, again.status_code, bad.status_code) == (200, 200, 422)
    counts = good.json()
    assert (counts["asked"], counts["resting"], counts["rejected"]) == (1, 1, 1)
    assert [(each["row"], each["column"]) for each in counts["errors"]] == [(2, "reference")]
    assert (again.json()["known"], bad.json()["errors"][0]["column"]) == (1, "service")
    assert set(PulseAsk.objects.values_list("source", flat=True)) == {"counter-a:1", "counter-a:2"}
    assert ServiceToken.objects.get().last_used_on == NOW.date()


def test_door_refuses_wrong_tokens_bodies_and_too_many_tries(client, pulse, english, monkeypatch):
    monkeypatch.setattr("surveys.views.service_pulses.WRONG_AN_HOUR", 3)
    token, words = verbs.give_token(pulse, name="counter-a", by=StaffFactory.create(), at=NOW)

    shape = [call(client, words, told).status_code for told in ("{", [], [1], [{}] * 101)]
    idle = client.get(DOOR).status_code
    wrong = [call(client, "guess", {}).status_code for _try in range(4)]
    cache.clear()
    verbs.withdraw_token(token, by=StaffFactory.create(), at=NOW)
    gone = call(client, words, {"reference": "1"})

    assert (shape, idle) == ([400] * 4, 405)
    assert wrong == [401, 401, 401, 429]
    assert (gone.status_code, PulseAsk.objects.count()) == (401, 0)
    with pytest.raises(Refused, match="withdrawn already"):
        verbs.withdraw_token(token, by=StaffFactory.create(), at=NOW)


def test_pulse_that_rests_asks_nobody(client, pulse):
    _token, words = verbs.give_token(pulse, name="counter-a", by=StaffFactory.create(), at=NOW)
    pulse.is_active = False
    pulse.save(update_fields=["is_active"])

    assert call(client, words, {"reference": "1"}).status_code == 400


def test_file_is_asked_after_row_by_row(pulse):
    ServiceFactory.create(code="permit")
    text = HEAD + "1,permit,,a@example.org,th\n2,none,,b@example.org,th\n3,permit,,no,th\n"

    with tabular.open_table(io.BytesIO(text.encode())) as table:
        counts = verbs.ask_table(table, source="file", at=NOW)

    assert (counts.rows, counts.asked, counts.rejected) == (3, 1, 2)
    assert [(each.row, each.column) for each in counts.errors] == [(3, "service"), (4, "email")]


def test_command_prints_what_came_of_it(pulse, tmp_path, capsys):
    file = tmp_path / "done.csv"
    file.write_text(HEAD + "1,,,a@example.org,en\n", encoding="utf-8")

    call_command("import_services", str(file), "--source", "kiosk")

    assert json.loads(capsys.readouterr().out)["asked"] == 1
    with pytest.raises(CommandError):
        call_command("import_services", str(file), "--source", "x" * 30)


def test_supervisor_gives_tokens_and_sends_a_file(client, pulse, head):
    page = reverse("surveys:services", args=[pulse.pk])

    given = client.post(f"{page}tokens/", {"name": "counter-a"})
    twice = client.post(f"{page}tokens/", {"name": "counter-a"})
    told = {"file": SimpleUploadedFile("d.csv", (HEAD + "1,,,a@example.org,\n").encode())}
    looked = client.post(f"{page}file/", {**told, "source": "kiosk"})
    sent = {"file_token": looked.context["file_token"], "source": "kiosk"}
    client.post(f"{page}file/", sent)
    job = Job.objects.get(kind="survey_services")
    tasks.ask_after_services(job.pk)
    job.refresh_from_db()
    token = ServiceToken.objects.get()
    client.post(f"{page}tokens/{token.pk}/withdraw/")

    assert verbs.hash_of_words(given.context["token_words"]) == bytes(token.token_hash)
    assert twice.context["token_form"].errors
    assert (looked.context["result"].asked, job.result["asked"]) == (1, 1)
    assert client.get(job.url).status_code == 200
    assert client.get(f"{job.url}?as=csv").status_code == 200
    token.refresh_from_db()
    assert token.revoked_by == head
    for staff, status in (
        (StaffFactory.create(unit=head.unit, roles=["officer"]), 403),
        (StaffFactory.create(unit=UnitFactory.create(), roles=["supervisor"]), 404),
    ):
        client.force_login(staff)
        assert client.get(page).status_code == status
