"""Waves and invitations on the desk."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from agency import letters, outbox
from agency.models import Job, Letter, Role
from surveys import lifecycle, tasks
from surveys.models import Invitation, Mailing, Mode, Wave
from surveys.selectors import waves as selectors
from surveys.selectors.links import invitation_url
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.surveys import (
    NOW,
    ResponseFactory,
    StratumFactory,
    SurveyFactory,
    VersionFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db
FORM = {
    "name_th": "รอบปี 2570",
    "code": "sat-2570",
    "opens_on": "2/11/2569",
    "opens_time": "08:30",
    "closes_on": "30/11/2569",
    "closes_time": "23:59",
    "modes": ["link", "kiosk"],
    "strata": "north; ภาคเหนือ; 9,800; 80",
    "quotas": "channel; online; 200; ครบแล้ว",
    "weighting": "strata",
    "smallest_cell": "10",
    "reminders_max": "2",
}


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer(client):
    staff = StaffFactory.create()
    client.force_login(staff)
    return staff


def wave_of(officer, **more):
    return WaveFactory.create(version__survey=SurveyFactory.create(unit=officer.unit), **more)


def test_officer_prepares_opens_extends_and_closes(client, officer):
    version = VersionFactory.create(survey=SurveyFactory.create(unit=officer.unit))
    new = f"/surveys/{version.survey_id}/waves/new/"

    wrong = client.post(new, {**FORM, "version": version.pk, "strata": "north; เหนือ"})
    client.post(new, {**FORM, "version": version.pk})
    wave = Wave.objects.get()
    client.post(f"/surveys/waves/{wave.pk}/edit/", {**FORM, "version": version.pk, "target_n": 90})
    client.post(f"/surveys/waves/{wave.pk}/open/", {"confirmed": "1"})
    longer = {"closes_on": "7/12/2569", "closes_time": "12:00", "reason": "น้ำท่วม"}
    client.post(f"/surveys/waves/{wave.pk}/extend/", longer)

    assert list(wrong.context["form"].errors) == ["strata"]
    wave.refresh_from_db()
    assert (wave.state, wave.target_n, wave.strata.get().population) == ("open", 90, 9800)
    assert f"{wave.closes_at:%d %H:%M}" == "07 05:00"  # noon in Bangkok
    assert client.get(f"/surveys/waves/{wave.pk}/").status_code == 200
    client.post(f"/surveys/waves/{wave.pk}/close/", {"confirmed": "1"})
    wave.refresh_from_db()
    assert wave.state == "closed"


def test_other_units_see_no_wave_and_readers_change_none(client, officer):
    wave = wave_of(officer)
    reader = StaffFactory.create(unit=officer.unit, roles=[Role.AUDITOR])
    stranger = StaffFactory.create(unit=UnitFactory.create())

    found = {}
    for name, staff in (("reader", reader), ("stranger", stranger)):
        client.force_login(staff)
        found[name] = [
            client.get(f"/surveys/waves/{wave.pk}/{page}").status_code
            for page in ("", "edit/", "invitations/", "invitations/letters/")
        ]

    assert found == {"reader": [200, 403, 403, 403], "stranger": [404] * 4}


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_waves_asks_few_questions(client, officer, item_count, django_assert_num_queries):
    for _each in range(item_count):
        wave_of(officer)
    client.get("/surveys/waves/")

    with django_assert_num_queries(4):
        page = client.get("/surveys/waves/")

    assert len(page.context["page"].rows) == item_count


def test_board_counts_by_stratum_and_hides_small_anonymous_waves(officer):
    wave = wave_of(officer)
    north = StratumFactory.create(wave=wave, target_n=4)
    ResponseFactory.create(wave=wave, stratum=north)
    ResponseFactory.create(
        wave=wave, stratum=north, state="partial", submitted_at=None, submitted_on=None
    )
    anonymous = WaveFactory.create(version__survey=SurveyFactory.create(is_anonymous=True))

    board = selectors.board(wave, at=NOW)

    assert (board.strata[0].complete, board.strata[0].partial, board.strata[0].percent) == (
        1,
        1,
        25,
    )
    assert board.total.complete == 1
    assert selectors.board(anonymous, at=NOW).is_hidden
    assert not selectors.board(anonymous, at=NOW + timedelta(days=60)).is_hidden


LIST = "name,email,reference,stratum\nมานี,manee@example.org,1,\nปิติ,,2,\nผิด,ไม่ใช่อีเมล,3,\nไกล,far@example.org,4,south\n"


def test_list_is_looked_at_then_invited_once(client, officer, django_capture_on_commit_callbacks):
    wave = wave_of(officer, modes=[Mode.INVITATION], reminds_after_days=7)
    place = f"/surveys/waves/{wave.pk}/invitations/"
    file = SimpleUploadedFile("list.csv", LIST.encode())

    seen = client.post(f"{place}new/", {"file": file})
    client.post(f"{place}new/", {"file_token": seen.context["token"]})
    job = Job.objects.get()
    for _twice in range(2):
        Job.objects.update(state="waiting")
        tasks.invite(job.pk)

    assert [row for row, _sentence in seen.context["problems"]] == [4, 5]
    assert sorted(Invitation.objects.values_list("reference", "way")) == [
        ("1", "email"),
        ("2", "letter"),
    ]
    assert Letter.objects.count() == Mailing.objects.count() == 1
    assert client.get(place).status_code == 200
    printed = client.get(f"{place}letters/").context["letters"]
    assert [letter.url for letter in printed] == [
        invitation_url(Invitation.objects.get(way="letter").pk)
    ]


def test_reminders_go_to_the_silent_and_failures_are_retried(officer):
    wave = wave_of(officer, modes=[Mode.INVITATION], reminds_after_days=7)
    guests = [lifecycle.Guest(row=n, email=f"p{n}@example.org") for n in (1, 2, 3)]
    lifecycle.invite(wave, guests, mark="l", by=officer, at=NOW)
    Letter.objects.update(state="sent", sent_at=NOW)
    bad = Letter.objects.earliest("pk")
    Letter.objects.filter(pk=bad.pk).update(state="failed", error="SMTPRecipientsRefused 550")
    lifecycle.settle(at=NOW)
    answered = Invitation.objects.latest("pk")
    Invitation.objects.filter(pk=answered.pk).update(is_spent=True, spent_at=NOW, remind_at=None)

    later = NOW + timedelta(days=7)
    assert lifecycle.remind_due(at=NOW) == 0
    assert lifecycle.remind_due(at=later) == 1
    assert lifecycle.remind_due(at=later) == 0

    states = list(Invitation.objects.order_by("pk").values_list("state", "reminded_count"))
    assert states == [("failed", 0), ("sent", 1), ("sent", 0)]
    assert lifecycle.retry(wave, by=officer, at=later) == 1
    assert Letter.objects.get(pk=bad.pk).state == "pending"


def test_a_bad_address_stops_nobody_and_is_told_of_that_person(client, officer, smtp_server):
    wave = wave_of(officer, modes=[Mode.INVITATION])
    addresses = [f"p{n}@example.org" for n in range(1, 6)]
    guests = [lifecycle.Guest(row=n, email=mail) for n, mail in enumerate(addresses)]
    lifecycle.invite(wave, guests, mark="l", by=officer, at=NOW)
    smtp_server.unknown = {addresses[1]}

    for attempt in range(outbox.ATTEMPTS):
        letters.send_pending(at=NOW + timedelta(days=30 * attempt))
    lifecycle.settle(at=NOW)

    reached = [mail.recipients for mail in smtp_server.mails]
    assert sorted(reached) == [[mail] for mail in addresses if mail != addresses[1]]
    states = Invitation.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["sent", "failed", "sent", "sent", "sent"]
    page = client.get(f"/surveys/waves/{wave.pk}/invitations/").content.decode()
    assert page.count(Invitation.objects.get(state="failed").failure) == 1
    came_back = Invitation.objects.filter(state="sent").earliest("pk")
    client.post(f"/surveys/waves/{wave.pk}/invitations/{came_back.pk}/bounced/")
    assert lifecycle.remind(wave, by=officer, at=NOW) == 3


def test_mail_carries_the_link_and_answered_ones_get_none(officer):
    wave = wave_of(officer, modes=[Mode.INVITATION])
    lifecycle.invite(
        wave, [lifecycle.Guest(row=1, email="a@example.org")], mark="l", by=officer, at=NOW
    )
    letter = Letter.objects.get()

    assert invitation_url(letter.data["invitation"]) in letters.words_of(letter)[1]
    assert wave.survey.title_th in letters.words_of(letter)[0]
    Invitation.objects.update(is_spent=True, spent_at=NOW)
    assert letters.still_stands(letter.kind)([letter]) == set()


def test_sample_size_page_computes(client, officer):
    wish = {"share": "50", "margin": "5", "deff": "2", "population": "1000", "response_rate": "50"}

    page = client.get("/surveys/waves/size/", wish)

    assert (page.context["found"].answers, page.context["found"].invitations) == (435, 870)
