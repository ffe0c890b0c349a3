"""Jobs: started, done once, watched, stopped, and begun anew when a worker or broker was lost."""

import os
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from celery import current_app
from celery.exceptions import OperationalError
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import get_language

from agency import jobs, notices, wakeup
from agency.models import Job, Notice
from agency.refusal import Refused
from tests.factories.agency import JobFactory, StaffFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)

pytestmark = pytest.mark.django_db


def clock():
    return NOW


@pytest.fixture
def published(monkeypatch):
    """What was handed to the broker, which takes everything."""
    sent = []
    monkeypatch.setattr(wakeup, "publish", lambda *words: sent.append(words) or True)
    return sent


@pytest.fixture
def no_broker(monkeypatch):
    """A broker that takes nothing."""
    monkeypatch.setattr(wakeup, "publish", lambda *words: False)


@pytest.fixture
def unhurried(monkeypatch):
    """Writes progress at every step."""
    monkeypatch.setattr(jobs, "WRITE_EVERY", 0)


def start(**words):
    given = {"title": "นำเข้า", "by": StaffFactory(), "at": NOW, "task": "test.work"}
    return jobs.start("import", **given | words)


def test_files_of_ended_work_go_after_a_week_and_the_page_says_so(client):
    person = StaffFactory()
    client.force_login(person)
    facts = {"by": person, "kind": "export", "state": "done", "file_name": "a.csv"}
    old, new = (
        JobFactory(**facts, ended_at=NOW - timedelta(days=days), file=ContentFile(b"x", name="a"))
        for days in (8, 6)
    )
    path, storage = old.file.name, old.file.storage

    assert [jobs.clear_files(at=NOW), jobs.clear_files(at=NOW)] == [1, 0]

    old.refresh_from_db()
    new.refresh_from_db()
    assert (storage.exists(path), bool(old.file), old.is_file_gone) == (False, False, True)
    assert (bool(new.file), new.is_file_gone) == (True, False)
    assert "ไฟล์ถูกลบแล้ว" in client.get(old.get_absolute_url()).content.decode()
    response = jobs.download(new)
    assert b"".join(response) == b"x"
    response.close()
    with pytest.raises(Http404):
        jobs.download(old)


def test_start_wakes_a_worker_when_the_transaction_is_through(
    published, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        job = start(arguments={"source": "demo"})
    before = list(published)
    callbacks[0]()

    job.refresh_from_db()
    assert (before, published) == ([], [("test.work", job.pk)])
    assert (job.state, job.arguments, job.beat_at) == ("waiting", {"source": "demo"}, NOW)


def test_start_keeps_the_file(published, tmp_path):
    from django.core.files.base import ContentFile

    job = start(file=ContentFile(b"a,b\n1,2\n"), file_name="เรื่อง.csv")

    with job.file.open() as kept:
        assert (kept.read(), job.file_name) == (b"a,b\n1,2\n", "เรื่อง.csv")


def test_what_no_broker_took_is_published_later(
    no_broker, django_capture_on_commit_callbacks, monkeypatch
):
    with django_capture_on_commit_callbacks(execute=True):
        job = start()
    sent = []
    monkeypatch.setattr(wakeup, "publish", lambda *words: sent.append(words) or True)

    counts = [jobs.restart_stale(at=NOW), jobs.restart_stale(at=NOW)]

    assert (counts, sent) == ([1, 0], [("test.work", job.pk)])


@pytest.mark.parametrize(
    ("state", "beat_at", "restarted"),
    [
        ("waiting", NOW, 1),  # published, but the message was lost
        ("running", NOW, 1),  # its worker was killed
        ("running", LATER, 0),
        ("done", NOW, 0),
        ("failed", NOW, 0),
        ("cancelled", NOW, 0),
    ],
)
def test_restart_takes_what_is_silent(published, state, beat_at, restarted):
    JobFactory(state=state, task="test.work", beat_at=beat_at)

    assert jobs.restart_stale(at=LATER) == restarted


def test_run_does_the_work_and_keeps_the_result():
    job = JobFactory(state="waiting")

    def work(progress):
        progress.total(3)
        progress.advance(3)
        return {"created": 3, "url": "/there/", "message": "ดี"}

    ended = jobs.run(job.pk, work, clock=clock)

    job.refresh_from_db()
    assert (ended, job.state, job.result) == (job, "done", {"created": 3})
    assert (job.url, job.message, job.done_count, job.total_count) == ("/there/", "ดี", 3, 3)
    assert (job.started_at, job.ended_at) == (NOW, NOW)


def test_work_speaks_the_language_of_who_started_it():
    job = JobFactory(by__language="en")

    jobs.run(job.pk, lambda progress: {"language": get_language()}, clock=clock)

    job.refresh_from_db()
    assert job.result == {"language": "en"}


def test_progress_is_seen_while_the_work_goes_on(unhurried):
    job = JobFactory()
    seen = []

    def work(progress):
        progress.total(2)
        for _step in range(2):
            progress.advance()
            seen.append(Job.objects.values_list("state", "done_count", "total_count").get())
        return {}

    jobs.run(job.pk, work, clock=clock)

    assert seen == [("running", 1, 2), ("running", 2, 2)]


def test_progress_is_written_at_most_twice_a_second(django_assert_num_queries):
    job = JobFactory()
    progress = jobs.Progress(job, clock=clock)

    with django_assert_num_queries(0):
        for _step in range(100):
            progress.advance()


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_of_the_work_progress_does_not_lock_the_row(unhurried):
    job = JobFactory()

    def work(progress):
        with transaction.atomic():
            progress.advance()
            waiting = Thread(target=ask_to_stop, args=[job])
            waiting.start()
            waiting.join(10)
            assert not waiting.is_alive()
        return {}

    jobs.run(job.pk, work, clock=clock)

    job.refresh_from_db()
    assert (job.done_count, job.is_cancel_asked) == (1, True)


def ask_to_stop(job):
    try:
        jobs.cancel(job)
    finally:
        connection.close()


def test_a_job_stops_when_asked(unhurried):
    job = JobFactory()

    def work(progress):
        progress.advance()
        jobs.cancel(job)
        progress.stop_if_cancelled()
        raise AssertionError("went on")

    jobs.run(job.pk, work, clock=clock)

    job.refresh_from_db()
    assert (job.state, job.done_count) == ("cancelled", 1)


def test_work_that_stops_by_itself_keeps_its_result(unhurried):
    job = JobFactory()

    def work(progress):
        jobs.cancel(job)
        return {"created": 1} if progress.is_cancelled() else {}

    jobs.run(job.pk, work, clock=clock)

    job.refresh_from_db()
    assert (job.state, job.result) == ("cancelled", {"created": 1})


def test_a_job_cancelled_before_it_began_does_nothing():
    job = JobFactory(is_cancel_asked=True)

    jobs.run(job.pk, lambda progress: pytest.fail("began"), clock=clock)

    job.refresh_from_db()
    assert job.state == "cancelled"


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_an_ended_job_is_neither_run_nor_cancelled(state):
    job = JobFactory(state=state)

    assert jobs.run(job.pk, lambda progress: pytest.fail("began"), clock=clock) is None
    assert jobs.cancel(job) is False


def test_a_refusal_is_what_the_person_reads():
    job = JobFactory()

    def work(progress):
        raise Refused("ไฟล์ไม่มีหัวตาราง")

    jobs.run(job.pk, work, clock=clock)

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "ไฟล์ไม่มีหัวตาราง")


def test_a_fault_gives_a_sentence_and_leaves_no_data_in_the_log(caplog):
    job = JobFactory(by__language="en")

    def work(progress):
        raise ValueError("นางสมศรี 0812345678")

    jobs.run(job.pk, work, clock=clock)

    job.refresh_from_db()
    number = job.pk
    assert job.state == "failed"
    assert job.message == (
        f"The work stopped at an error. Tell the administrator the number {number}."
    )
    assert "ValueError in work" in caplog.text
    assert "สมศรี" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_running_job_is_not_run_twice():
    job = JobFactory()
    second = []

    def run_again():
        try:
            second.append(jobs.run(job.pk, lambda progress: pytest.fail("began"), clock=clock))
        finally:
            connection.close()

    def work(progress):
        other = Thread(target=run_again)
        other.start()
        other.join(10)
        return {}

    jobs.run(job.pk, work, clock=clock)

    job.refresh_from_db()
    assert (second, job.state) == ([None], "done")


def test_a_job_whose_worker_is_gone_is_done_anew():
    job = JobFactory(state="running", started_at=NOW, beat_at=NOW, done_count=5)

    jobs.run(job.pk, lambda progress: {"again": True}, clock=clock)

    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"again": True})


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (lambda progress: {}, "“นำเข้า” is done."),
        (lambda progress: 1 / 0, "“นำเข้า” could not be done."),
    ],
)
def test_who_started_a_job_is_told_how_it_ended(work, sentence):
    job = JobFactory(title="นำเข้า")

    jobs.run(job.pk, work, clock=clock)

    notice = Notice.objects.get()
    assert (notice.recipient, notice.url) == (job.by, job.get_absolute_url())
    with translation.override("en"):
        assert notices.title_of(notice) == sentence


def test_who_stopped_a_job_needs_no_notice():
    job = JobFactory(is_cancel_asked=True)

    jobs.run(job.pk, lambda progress: {}, clock=clock)

    assert Notice.objects.count() == 0


# Waking a worker


def test_publish_reaches_the_broker(redis_url):
    assert wakeup.publish("test.work", 7) is True


def test_publish_to_a_dead_broker_says_so_and_then_does_not_ask_for_a_while(monkeypatch, settings):
    settings.REDIS_URL = f"unix:///nowhere-{os.getpid()}/redis.sock?db=0"
    monkeypatch.setattr(wakeup, "BROKER", wakeup.Broker())
    asked = []
    monkeypatch.setattr(
        wakeup, "has_sign_of_life", lambda probe=wakeup.has_sign_of_life: asked.append(1) or probe()
    )

    assert [wakeup.publish("test.work", n) for n in range(3)] == [False, False, False]
    assert asked == [1]


def test_publish_to_a_broker_that_dies_just_then_says_so(redis_url, monkeypatch):
    def break_down(*words, **options):
        raise OperationalError

    monkeypatch.setattr(wakeup, "BROKER", wakeup.Broker())
    monkeypatch.setattr(current_app, "send_task", break_down)

    assert wakeup.publish("test.work", 7) is False
    assert wakeup.BROKER.answers() is False
