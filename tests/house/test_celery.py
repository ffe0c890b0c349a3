"""A queue that is away never holds up a request."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from celery import Celery, current_app
from django.conf import settings
from kombu.exceptions import OperationalError

from pmqa.celery import app
from pmqa.launch import places, valkey
from pmqa.settings.environment import celery_broker
from tests.fixtures.celery_process import WorkerProcess


@pytest.mark.parametrize(
    "address", ["redis+socket:///nowhere/redis.sock?virtual_host=1", "redis://127.0.0.1:9/0"]
)
def test_publishing_without_a_broker_fails_at_once(address: str):
    lonely = Celery("lonely", broker=address, set_as_current=False)
    lonely.config_from_object(
        {
            "task_ignore_result": settings.CELERY_TASK_IGNORE_RESULT,
            "task_publish_retry": settings.CELERY_TASK_PUBLISH_RETRY,
            "broker_transport_options": settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        }
    )
    began = time.monotonic()

    with pytest.raises(OperationalError):
        lonely.send_task("agency.send_notices")

    assert time.monotonic() - began < 2


def test_worker_outlives_its_broker(
    open_folder: Path, bare_environment: None, celery_worker_process: Callable[..., WorkerProcess]
):
    prepared = places.prepare(open_folder / "var")
    broker = valkey.start(prepared)
    worker = celery_worker_process(REDIS_URL=prepared.redis_url)

    valkey.stop(broker)
    worker.wait_for("Cannot connect to")
    broker = valkey.start(prepared)

    worker.wait_for("Connected to", times=2)
    worker.stop()
    valkey.stop(broker)


def test_every_thread_knows_the_application():
    seen: list[str] = []

    thread = threading.Thread(target=lambda: seen.append(current_app.main))
    thread.start()
    thread.join()

    assert seen == ["pmqa"]


@pytest.mark.parametrize(
    ("cache", "queue"),
    [
        ("unix:///run/redis.sock?db=0", "redis+socket:///run/redis.sock?virtual_host=1"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=1"),
        ("redis://cache.example:6379/4", "redis://cache.example:6379/5"),
        ("redis://:secret@cache.example:6379", "redis://:secret@cache.example:6379/1"),
    ],
)
def test_queue_is_the_database_after_the_cache(cache: str, queue: str):
    assert celery_broker(cache) == queue


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()

    missing = {entry["task"] for entry in app.conf.beat_schedule.values()} - set(app.tasks)

    assert missing == set()
