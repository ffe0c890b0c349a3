"""Health of scheduled work: each run leaves a row, a missed one is told once."""

from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab
from django.utils import translation

from agency import health
from agency.faults import where
from agency.models import AuditEntry, Letter, Notice, TaskHealth
from tests.factories.agency import (
    AdminFactory,
    EventFactory,
    LetterFactory,
    NoticeFactory,
    StaffFactory,
    SupervisorFactory,
    TaskHealthFactory,
)

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)  # 10:00 in Bangkok
MINUTE = timedelta(minutes=1)
EVERY_MINUTE = 60.0
AT_FIVE = crontab(hour=5, minute=0)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def schedule(settings):
    """A schedule of one task."""
    settings.CELERY_BEAT_SCHEDULE = {"a": {"task": "test.work", "schedule": EVERY_MINUTE}}


def clock():
    return NOW


def test_a_good_run_leaves_its_row():
    with health.watched("test.work", clock=clock):
        pass
    with health.watched("test.work", clock=clock):
        pass

    row = TaskHealth.objects.get()
    assert (row.task, row.run_count, row.error) == ("test.work", 2, "")
    assert (row.started_at, row.succeeded_at, row.failed_at) == (NOW, NOW, None)


def test_a_bad_run_says_where_and_nothing_of_the_data():
    @health.watched("test.work", clock=clock)
    def work():
        raise ValueError("นางสมศรี 0812345678")

    with pytest.raises(health.TaskFailed) as caught:
        work()

    row = TaskHealth.objects.get()
    assert (row.succeeded_at, row.failed_at) == (None, NOW)
    assert row.error.startswith("ValueError in work (test_health.py:")
    assert "สมศรี" not in f"{row.error} {caught.value}"
    assert caught.value.__suppress_context__


def test_a_fault_that_was_never_raised_is_told_by_its_class():
    assert where(ValueError("นางสมศรี")) == "ValueError"


def test_a_good_run_ends_an_outage():
    TaskHealthFactory(task="test.work", alerted_at=NOW, error="ValueError")

    with health.watched("test.work", clock=clock):
        pass

    row = TaskHealth.objects.get()
    assert (row.alerted_at, row.error) == (None, "")


@pytest.mark.parametrize(
    ("schedule", "last", "due"),
    [
        (EVERY_MINUTE, NOW, NOW + MINUTE),
        (crontab(minute=5), NOW, NOW + 5 * MINUTE),
        (crontab(minute="*/15"), NOW + MINUTE, NOW + 15 * MINUTE),
        (AT_FIVE, NOW, datetime(2026, 4, 10, 22, 0, tzinfo=UTC)),  # 05:00 in Bangkok the day after
        (AT_FIVE, datetime(2026, 4, 9, 21, 59, tzinfo=UTC), datetime(2026, 4, 9, 22, tzinfo=UTC)),
    ],
)
def test_due_after_follows_the_schedule(schedule, last, due):
    assert health.due_after(last, schedule) == due


@pytest.mark.parametrize(
    ("row", "is_missed"),
    [
        ({"succeeded_at": NOW - 10 * MINUTE}, False),
        ({"succeeded_at": NOW - 11 * MINUTE}, True),
        # it runs, and fails each time
        ({"succeeded_at": NOW - 11 * MINUTE, "failed_at": NOW - MINUTE}, True),
        # still at work
        ({"succeeded_at": NOW - 90 * MINUTE, "started_at": NOW - 40 * MINUTE}, True),
        ({"succeeded_at": NOW - 90 * MINUTE, "started_at": NOW - 5 * MINUTE}, False),
        ({"succeeded_at": None, "started_at": NOW - 5 * MINUTE}, False),
        ({"succeeded_at": None, "started_at": NOW - 11 * MINUTE}, True),
    ],
)
def test_a_watch_tells_what_was_missed(row, is_missed):
    TaskHealthFactory(task="test.work", **{"started_at": row.get("succeeded_at")} | row)

    (watch,) = health.watches(at=NOW)

    assert watch.is_missed is is_missed


def test_admins_are_told_once_for_each_outage():
    TaskHealthFactory(task="test.work", started_at=NOW, succeeded_at=NOW)
    admins = {AdminFactory(), AdminFactory()}
    StaffFactory()
    late = NOW + timedelta(hours=1)

    told = [health.watch_tasks(at=at) for at in (NOW, late, late + MINUTE)]

    assert told == [0, 1, 0]
    assert {notice.recipient for notice in Notice.objects.all()} == admins

    with health.watched("test.work", clock=lambda: late):
        pass
    assert health.watch_tasks(at=late + timedelta(hours=1)) == 1
    assert Notice.objects.count() == 4


def test_a_task_that_never_ran_is_missed_too():
    AdminFactory()

    told = [health.watch_tasks(at=at) for at in (NOW, NOW + 10 * MINUTE, NOW + 11 * MINUTE)]

    assert told == [0, 0, 1]
    with translation.override("en"):
        assert health.title(Notice.objects.get().data) == (
            "“test.work” has never been done since it was planned."
        )


def test_the_notice_says_since_when():
    with translation.override("en"):
        sentence = health.title({"task": "test.work", "last": NOW.isoformat()})

    assert sentence == "“test.work” has not been done since 10 Apr 2026 10:00."


def test_a_notice_of_an_outage_that_is_over_is_not_sent():
    row = TaskHealthFactory(task="test.work", started_at=NOW, succeeded_at=NOW)
    AdminFactory()
    health.watch_tasks(at=NOW + timedelta(hours=1))
    notice = Notice.objects.get()
    during = health.still_missed([notice])

    health.succeed(row.task, at=NOW)

    assert (during, health.still_missed([notice])) == ({notice.pk}, set())


def test_every_line_of_the_schedule_names_a_task():
    """The row bears the task's name, or the watchdog would wait for ever."""
    from pmqa.celery import app
    from pmqa.schedule import SCHEDULE

    app.loader.import_default_modules()

    assert {entry["task"] for entry in SCHEDULE.values()} - set(app.tasks) == set()


def test_every_line_of_the_schedule_has_words():
    from pmqa.schedule import SCHEDULE, WORDS

    assert set(WORDS) == {entry["task"] for entry in SCHEDULE.values()}
    with translation.override("en"):
        assert health.words_for("agency.send_notices") == "Sending notices to staff"


def test_queues_count_what_is_due_and_what_was_given_up():
    NoticeFactory(not_before=NOW)
    NoticeFactory(not_before=NOW + MINUTE)
    NoticeFactory(state="claimed", claimed_at=NOW)
    NoticeFactory(state="failed")
    LetterFactory(state="sent")
    EventFactory()
    EventFactory(consumed_at=NOW)
    EventFactory(consumed_at=NOW, error="ValueError")

    figures = [(queue.due, queue.given_up) for queue in health.queues(at=NOW)]

    assert figures == [(2, 1), (0, 0), (1, 1)]


def test_send_failed_gives_another_eight_tries():
    admin = AdminFactory()
    notice = NoticeFactory(state="failed", attempts=8)
    letter = LetterFactory(state="failed", attempts=8)
    sent = LetterFactory(state="sent")

    count = health.send_failed(by=admin, at=NOW)

    assert count == 2
    assert Notice.objects.values_list("pk", "state", "attempts", "not_before").get() == (
        *(notice.pk, "pending", 0, NOW),
    )
    assert dict(Letter.objects.values_list("pk", "state")) == {
        letter.pk: "pending",
        sent.pk: "sent",
    }
    assert list(AuditEntry.objects.values_list("verb", "by", "object_id").order_by("pk")) == [
        ("revived", admin.pk, notice.pk),
        ("revived", admin.pk, letter.pk),
    ]


# The page


def test_health_page_shows_every_scheduled_task(client):
    client.force_login(AdminFactory(language="en"))
    TaskHealthFactory(task="test.work", error="ValueError in work", run_count=7)

    response = client.get("/agency/health/")

    (watch,) = response.context["watches"]
    assert (watch.health.task, watch.is_missed) == ("test.work", True)
    assert "ValueError in work" in response.content.decode()
    assert "/send-failed/" not in response.content.decode()


def test_health_page_offers_to_send_again_what_was_given_up(client):
    client.force_login(AdminFactory())
    NoticeFactory(state="failed")

    response = client.get("/agency/health/")

    assert "/send-failed/" in response.content.decode()


def test_health_page_sends_again(client):
    client.force_login(AdminFactory())
    notice = NoticeFactory(state="failed")

    response = client.post("/agency/health/send-failed/")

    notice.refresh_from_db()
    assert (response.status_code, response.url, notice.state) == (302, "/agency/health/", "pending")


def test_health_page_is_for_admins_only(client):
    client.force_login(SupervisorFactory())
    notice = NoticeFactory(state="failed")

    answers = [client.get("/agency/health/"), client.post("/agency/health/send-failed/")]

    notice.refresh_from_db()
    assert [answer.status_code for answer in answers] == [403, 403]
    assert notice.state == "failed"
