"""Health of scheduled work: each run leaves a row, a missed one is told once."""

from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab
from django.utils import translation

from agency import health
from agency.models import Notice, TaskHealth
from tests.factories.agency import AdminFactory, StaffFactory, TaskHealthFactory

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
            "The scheduled work “test.work” has never been done."
        )


def test_the_notice_says_since_when():
    with translation.override("en"):
        sentence = health.title({"task": "test.work", "last": NOW.isoformat()})

    assert sentence == "The scheduled work “test.work” was last done 10 Apr 2026 10:00."


def test_a_notice_of_an_outage_that_is_over_is_not_sent():
    row = TaskHealthFactory(task="test.work", started_at=NOW, succeeded_at=NOW)
    AdminFactory()
    health.watch_tasks(at=NOW + timedelta(hours=1))
    notice = Notice.objects.get()
    during = health.still_missed([notice])

    health.succeed(row.task, at=NOW)

    assert (during, health.still_missed([notice])) == ({notice.pk}, set())


def test_every_line_of_the_schedule_names_a_task_that_watches_itself():
    """The health row bears the task's name, or the watchdog would wait for ever."""
    from pmqa.celery import app
    from pmqa.schedule import SCHEDULE

    app.loader.import_default_modules()

    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)
