"""The outbox among processes that are killed, that overlap, and that lose their broker."""

import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from celery import Celery
from django.db import connection

from agency import health, outbox
from agency.models import Notice, TaskHealth
from pmqa.launch import places, valkey
from pmqa.settings import environment
from tests.factories.agency import NoticeFactory, StaffFactory, TaskHealthFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)


def lay_out(count, *, subjects=1):
    """Write due notices to one person, about each subject in turn."""
    bob = StaffFactory()
    rows = [TaskHealthFactory(alerted_at=NOW) for _number in range(subjects)]
    return Notice.objects.bulk_create(
        NoticeFactory.build(
            subject_of=rows[number % subjects],
            kind=health.NOTICE,
            data={"task": "agency.send_notices", "last": ""},
            not_before=NOW,
            recipient=bob,
        )
        for number in range(count)
    )


def expected(notices):
    """Return the Message-IDs of notices."""
    return {outbox.message_id(notice.key) for notice in notices}


def arrived(smtp_server):
    """Return how often each Message-ID was accepted."""
    return Counter(mail.message_id for mail in smtp_server.mails)


def states():
    """Return how many notices stand in each state."""
    return Counter(Notice.objects.values_list("state", flat=True))


def send_until_done(sender):
    """Let unharmed senders take up what the killed ones left."""
    while Notice.objects.filter(state__in=["pending", "claimed"]).exists():
        last = sender(at=NOW)
        last.say()
        assert last.wait() is not None


def test_killed_after_the_server_accepted_each_mail_comes_again_with_its_message_id(
    sender, smtp_server
):
    notices = lay_out(60)
    kills = [3, 10, 11, 25, 40, 60]  # the 11th is the one that the kill at the 10th left open
    running = []
    smtp_server.on_accept = lambda mail: len(smtp_server.mails) in kills and running[-1].kill()

    for _kill in kills:
        running.append(sender(at=NOW))
        running[-1].say()
        assert running[-1].wait() is None
    send_until_done(sender)

    counts = arrived(smtp_server)
    assert set(counts) == expected(notices)
    assert states() == {"sent": 60}
    assert counts.total() == 60 + len(kills)
    assert sum(Notice.objects.values_list("attempts", flat=True)) == counts.total()


def test_killed_at_any_moment_every_notice_is_sent(sender, smtp_server):
    notices = lay_out(80)
    kills = 4

    for number in range(kills):
        process = sender(at=NOW)
        process.say()
        smtp_server.wait_for((number + 1) * 12)
        process.kill()
        process.wait()
    send_until_done(sender)

    counts = arrived(smtp_server)
    assert set(counts) == expected(notices)
    assert states() == {"sent": 80}
    assert counts.total() <= 80 + kills


def test_two_senders_at_once_send_nothing_twice(sender, smtp_server):
    notices = lay_out(200)
    both = [sender(at=NOW), sender(at=NOW)]
    smtp_server.on_accept = lambda mail: len(smtp_server.mails) == 1 and wait_for_both_to_claim()

    for process in both:
        process.say()
    sent = [int(process.wait()) for process in both]

    assert arrived(smtp_server) == dict.fromkeys(expected(notices), 1)
    assert states() == {"sent": 200}
    assert sum(sent) == 200
    assert min(sent) > 0


def wait_for_both_to_claim():
    """Keep the first sender waiting for its answer until the other one has rows, too."""
    deadline = time.monotonic() + 15  # the sender itself waits for twenty seconds
    try:
        while states()["claimed"] <= outbox.BATCH and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        connection.close()  # of the mail server's thread


def test_what_was_settled_after_a_kill_is_cancelled(sender, smtp_server):
    notices = lay_out(40, subjects=2)  # sent in their order: the first subject's, the second's, …
    first = sender(at=NOW)
    smtp_server.on_accept = lambda mail: len(smtp_server.mails) == 5 and first.kill()
    first.say()
    first.wait()

    TaskHealth.objects.filter(pk=notices[1].object_id).update(alerted_at=None)
    send_until_done(sender)

    standing, settled = notices[::2], notices[1::2]
    once = expected(standing + settled[:2])
    resent = expected(notices[4:5])
    assert arrived(smtp_server) == Counter(once) + Counter(resent)
    assert states() == {"sent": 22, "cancelled": 18}


@pytest.fixture
def broker(open_folder):
    """A Valkey of this test alone: `broker.stop()`, `broker.start()`, `broker.publish(task, …)`."""
    queue = Broker(places.prepare(open_folder / "var"))
    queue.start()
    yield queue
    queue.server.kill()
    queue.server.wait()


class Broker:
    """A broker that a test may break."""

    def __init__(self, folders):
        self.folders = folders
        self.url = folders.redis_url
        self.server = None

    def start(self):
        """Start it, with what it had written down."""
        self.server = valkey.start(self.folders)

    def break_down(self):
        """End it with SIGKILL."""
        self.server.kill()
        self.server.wait()

    def publish(self, task, **arguments):
        """Hand a task to the workers."""
        with Celery(broker=environment.celery_broker(self.url), set_as_current=False) as app:
            app.send_task(task, kwargs=arguments, ignore_result=True)


def test_a_celery_worker_is_killed_and_its_broker_breaks_down(
    celery_worker_process, smtp_environment, smtp_server, broker
):
    notices = lay_out(120)
    running = [celery_worker_process(REDIS_URL=broker.url, **smtp_environment)]
    accidents = {20: running[0].kill, 60: broker.break_down}
    smtp_server.on_accept = lambda mail: accidents.get(len(smtp_server.mails), lambda: None)()

    broker.publish("agency.send_notices", stale_after=0)
    running[0].process.wait(30)
    running.append(celery_worker_process(REDIS_URL=broker.url, **smtp_environment))
    broker.publish("agency.send_notices", stale_after=0)
    smtp_server.wait_for(121)  # the worker goes on without its broker
    late = lay_out(5)
    broker.start()
    broker.publish("agency.send_notices", stale_after=0)
    smtp_server.wait_for(126)
    running[1].stop()

    counts = arrived(smtp_server)
    assert set(counts) == expected(notices + late)
    assert counts.total() == 126  # one kill, one mail again
    assert states() == {"sent": 125}
