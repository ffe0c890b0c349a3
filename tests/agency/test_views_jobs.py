"""Long-running work: its own person sees and stops it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from agency.models import Job
from tests.factories.agency import StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff():
    return StaffFactory.create(language="en")


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


def job(by, **facts):
    values = {
        "kind": "import",
        "title": "นำเข้าเรื่อง",
        "by": by,
        "created_at": NOW - timedelta(minutes=5),
    }
    return Job.objects.create(**(values | facts))


def running(by, **facts):
    values = {
        "state": Job.State.RUNNING,
        "started_at": NOW - timedelta(seconds=60),
        "beat_at": NOW,
        "done_count": 250,
        "total_count": 1000,
    }
    return job(by, **(values | facts))


def test_progress_says_how_far_and_how_long(desk, staff):
    response = desk.get(running(staff).get_absolute_url())

    assert (response.context["percent"], response.context["left"]) == (25, "about 3 minutes left")
    assert response.context["is_silent"] is False
    assert 'hx-trigger="every 2s"' in response.content.decode()
    assert "Look again</a></noscript>" in response.content.decode()


def test_an_ended_job_is_not_asked_again(desk, staff):
    ended = job(staff, state=Job.State.DONE, url="/home/", ended_at=NOW)

    text = desk.get(ended.get_absolute_url()).content.decode()

    assert "hx-trigger" not in text.split('id="progress"')[1]
    assert "Look again" not in text
    assert "Open the result" in text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"done_count": 900}, "less than a minute left"),
        ({"done_count": 0}, ""),
        ({"total_count": None}, ""),
        ({"state": Job.State.WAITING}, ""),
    ],
)
def test_time_left_is_said_only_when_it_is_known(desk, staff, facts, words):
    assert desk.get(running(staff, **facts).get_absolute_url()).context["left"] == words


def test_a_silent_worker_is_said(desk, staff):
    silent = running(staff, beat_at=NOW - timedelta(minutes=3))

    assert desk.get(silent.get_absolute_url()).context["is_silent"] is True


def test_htmx_gets_the_part_only(desk, staff):
    text = desk.get(
        running(staff).get_absolute_url(), headers={"hx-request": "true"}
    ).content.decode()

    assert text.strip().startswith('<div class="sheet" id="progress"')
    assert "<html" not in text


def test_a_job_is_its_starters(desk):
    other = job(StaffFactory.create())

    assert desk.get(other.get_absolute_url()).status_code == 404
    assert desk.post(f"{other.get_absolute_url()}cancel/").status_code == 404


def test_a_job_is_asked_to_stop(desk, staff):
    found = running(staff)

    response = desk.post(f"{found.get_absolute_url()}cancel/")

    found.refresh_from_db()
    assert (response.url, found.is_cancel_asked) == (found.get_absolute_url(), True)


def test_an_ended_job_cannot_be_stopped(desk, staff):
    ended = job(staff, state=Job.State.DONE, ended_at=NOW)

    response = desk.post(f"{ended.get_absolute_url()}cancel/", follow=True)

    ended.refresh_from_db()
    assert ended.is_cancel_asked is False
    assert [str(message) for message in response.context["messages"]] == [
        "This work had already ended."
    ]


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    desk, staff, item_count, django_assert_num_queries
):
    jobs = [running(staff) for _number in range(item_count)]
    running(StaffFactory.create())
    desk.get("/agency/jobs/")

    with django_assert_num_queries(3):  # session, person, jobs
        response = desk.get("/agency/jobs/")

    assert response.context["rows"] == [(found, 25) for found in reversed(jobs)]
