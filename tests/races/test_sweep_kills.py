"""The sweep among processes that are killed, that overlap, and that lose their broker."""

import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from celery import Celery
from django.db import connection

from agency.models import Notice, TaskHealth
from complaints.lifecycle.policies import limits_of
from complaints.models import Clock, Complaint, Measure, Milestone, Policy, Status, Step
from pmqa.launch import places, valkey
from pmqa.settings import environment
from tests.factories.agency import ChannelFactory, StaffFactory, UnitFactory
from tests.factories.complaints import PolicyFactory, ready

DUE = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)  # long past, whenever the test runs
AT = datetime(2026, 1, 7, 3, 0, tzinfo=UTC)  # a working morning: notices may go out at once
LATER = datetime(2099, 1, 1, tzinfo=UTC)
PATIENCE = 30

SWEEPER = """
import sys
from datetime import datetime
import django
django.setup()
from complaints import lifecycle
print("ready", flush=True)
sys.stdin.readline()
count = 0
while moved := lifecycle.sweep_milestones(at=datetime.fromisoformat(sys.argv[1]), limit=100):
    count += moved
print(count, flush=True)
"""


def lay_out(count):
    """Write cases whose stage clock reached its limit, each with one step for its officer."""
    ready()
    Policy.objects.update(is_current=False)
    policy = PolicyFactory.create(limits={Measure.STAGE1: (15, "working")})
    Step.objects.filter(target__policy=policy).exclude(offset_days=0, role="officer").delete()
    limit = limits_of(policy.pk)[Measure.STAGE1]
    unit, channel = UnitFactory.create(), ChannelFactory.create()
    officers = StaffFactory.create_batch(4, unit=unit)
    version = Clock._meta.get_field("calendar_version").related_model.objects.latest("pk")
    instants = dict.fromkeys(
        ("received_at", "deemed_received_at", "recorded_at", "touched_at"), DUE - timedelta(21)
    )
    cases = Complaint.objects.bulk_create(
        Complaint(
            number=f"2569-{policy.pk}-{row}",
            tracking_hash=b"x",
            channel=channel,
            subject="รอคิวนาน",
            body="รอนาน",
            unit=unit,
            officer=officers[row % 4],
            status=Status.IN_PROGRESS,
            policy=policy,
            due_at=DUE,
            **instants,
        )
        for row in range(count)
    )
    Clock.objects.bulk_create(
        Clock(
            complaint=case,
            measure=Measure.STAGE1,
            target=limit.target,
            days=15,
            unit="working",
            calendar_version=version,
            started_at=DUE - timedelta(21),
            due_at=DUE,
            next_milestone_at=DUE,
        )
        for case in cases
    )


@pytest.fixture
def sweepers(program):
    """Starts sweeping processes side by side: `sweepers(3)`; each waits for a word."""

    def start(count):
        processes = [program(SWEEPER, AT.isoformat()) for _process in range(count)]
        for process in processes:
            assert process.hear() == "ready"
        return processes

    return start


def until(condition, what):
    """Return as soon as it is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def due_count():
    """Return how many clocks wait for a sweep."""
    return Clock.objects.due_by(AT).count()


@contextmanager
def held_up():
    """Let no sweep get past the writing of its notices: each stands in the middle of its transaction."""
    facts = connection.settings_dict
    with psycopg.connect(
        host=facts["HOST"], port=facts["PORT"], user=facts["USER"], dbname=facts["NAME"]
    ) as other:
        other.execute("LOCK TABLE agency_notice IN SHARE MODE")
        yield
        other.rollback()


def held_up_count():
    """Return how many sessions wait to write a notice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'agency_notice'::regclass AND NOT granted"
        )
        return cursor.fetchone()[0]


def expect_one_notice_for_each_milestone(count):
    """Each clock has its milestone, each milestone its notice."""
    assert Milestone.objects.count() == count
    assert set(Milestone.objects.values_list("clock", flat=True)) == set(
        Clock.objects.values_list("pk", flat=True)
    )
    keys = Counter(Notice.objects.values_list("key", flat=True))
    wanted = Milestone.objects.values_list("clock", "step", "recipient")
    assert keys == Counter(
        f"complaints.milestone:{clock}:1:{step}:s{staff}" for clock, step, staff in wanted
    )


def test_sweeps_killed_in_the_middle_leave_one_notice_for_each_of_2000_milestones(
    sweepers, sender, smtp_server
):
    lay_out(2000)
    processes = sweepers(8)

    for kill, process in enumerate(processes[:6]):
        before = due_count()
        if kill % 2:  # wherever it stands when the first batches are through
            process.say()
            until(lambda before=before: due_count() < before, "the sweep did not begin")
            process.kill()
        else:  # in the middle of a transaction
            with held_up():
                process.say()
                until(held_up_count, "the sweep did not come to its notices")
                process.kill()
            assert due_count() == before
        assert process.wait() is None
    for process in processes[6:]:  # two at once
        process.say()
    for process in processes[6:]:
        assert process.wait() is not None
    finish(sweepers)

    expect_one_notice_for_each_milestone(2000)
    send_all(sender)
    counts = Counter(mail.message_id for mail in smtp_server.mails)
    assert (len(counts), set(counts.values())) == (2000, {1})


def finish(sweepers):
    """Sweep what the session of a killed process still held when the others passed by."""
    while due_count():
        (last,) = sweepers(1)
        last.say()
        last.wait()


def send_all(sender):
    """Let two senders send every notice."""
    senders = [sender(at=LATER), sender(at=LATER)]
    for each in senders:
        each.say()
    assert sum(int(each.wait()) for each in senders) == 2000
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_two_sweeps_at_once_share_the_work_and_tell_once(sweepers):
    lay_out(600)
    both = sweepers(2)

    with held_up():  # both stand in their first batch before either goes on
        for process in both:
            process.say()
        until(lambda: held_up_count() == 2, "the sweeps did not come to their notices")
    moved = [int(process.wait()) for process in both]

    assert sum(moved) == 600
    assert min(moved) > 0
    assert due_count() == 0
    expect_one_notice_for_each_milestone(600)


@pytest.fixture
def broker(tmp_path):
    """A Valkey of this test alone, to be broken."""
    folders = places.prepare(tmp_path / "var")
    servers = [valkey.start(folders)]

    class Broker:
        url = folders.redis_url

        def publish(self, task):
            with Celery(broker=environment.celery_broker(self.url), set_as_current=False) as app:
                app.send_task(task, ignore_result=True)

        def stop(self):
            servers[-1].kill()
            servers[-1].wait()

        def start(self):
            servers.append(valkey.start(folders))

    yield Broker()
    servers[-1].kill()
    servers[-1].wait()


def test_a_celery_worker_is_killed_in_the_middle_and_redis_is_stopped_and_started(
    celery_worker_process, broker
):
    lay_out(700)

    worker = celery_worker_process(REDIS_URL=broker.url)
    with held_up():
        broker.publish("complaints.sweep_milestones")
        until(held_up_count, "the worker did not sweep")
        worker.kill()
    until(lambda: due_count() == 700, "the killed worker wrote something")
    broker.stop()
    broker.start()
    worker = celery_worker_process(REDIS_URL=broker.url)
    broker.publish("complaints.sweep_milestones")  # as beat does every minute
    until(lambda: due_count() == 0, "the sweep was not caught up with")
    worker.stop()

    expect_one_notice_for_each_milestone(700)
    assert TaskHealth.objects.get(task="complaints.sweep_milestones").succeeded_at is not None
