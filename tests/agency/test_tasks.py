"""The scheduled work of the ground floor: each task does its work and says so."""

import pytest

from agency import tasks
from agency.models import Letter, Notice, TaskHealth
from tests.factories.agency import LetterFactory, NoticeFactory

pytestmark = pytest.mark.django_db

SCHEDULED = [
    tasks.clear_job_files,
    tasks.clear_parked_files,
    tasks.erase_expired_persons,
    tasks.restart_stale_jobs,
    tasks.send_letters,
    tasks.send_notices,
    tasks.watch_task_health,
]


@pytest.mark.parametrize("task", SCHEDULED, ids=lambda task: task.name)
def test_a_task_says_that_it_ran(task):
    task()

    row = TaskHealth.objects.get(task=task.name)
    assert (row.run_count, row.failed_at, row.succeeded_at is not None) == (1, None, True)


def test_every_task_of_the_ground_floor_is_tried_here():
    from pmqa.schedule import SCHEDULE

    ours = {entry["task"] for entry in SCHEDULE.values() if entry["task"].startswith("agency.")}
    assert {task.name for task in SCHEDULED} == ours


def test_the_age_of_a_claim_is_an_argument(notice_kind, letter_kind, settings):
    settings.EMAIL_BACKEND = "agency.mailbox.MailboxBackend"
    notice_kind("test")
    letter_kind("test")
    claimed_at = tasks.timezone.now()
    NoticeFactory(state="claimed", claimed_at=claimed_at)
    LetterFactory(state="claimed", claimed_at=claimed_at, data={"number": "1"})
    for stale_after in ({}, {"stale_after": 0}):
        tasks.send_notices(**stale_after)
        tasks.send_letters(**stale_after)
        states = Notice.objects.get().state, Letter.objects.get().state
        assert states == (("sent", "sent") if stale_after else ("claimed", "claimed"))
