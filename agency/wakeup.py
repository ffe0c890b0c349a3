"""Wakes a worker for a row that is already written; a broker that is down costs nothing but a later start."""

from __future__ import annotations

import logging
import time
from threading import Lock

import redis
from celery import current_app
from celery.exceptions import OperationalError
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

PATIENCE = 0.3  # seconds for a sign of life
SILENCE = 5.0  # seconds in which a silent broker is not asked again


class Broker:
    """Whether the broker answers, asked in a way that cannot block."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.quiet_until = 0.0

    def answers(self) -> bool:
        """Ask for a sign of life; after silence say no for a while without asking."""
        with self.lock:
            if time.monotonic() < self.quiet_until:
                return False
        if has_sign_of_life():
            return True
        self.give_up()
        return False

    def give_up(self) -> None:
        """Remember the silence."""
        with self.lock:
            self.quiet_until = time.monotonic() + SILENCE


BROKER = Broker()


def has_sign_of_life() -> bool:
    """Say PING to the broker, once, for a moment only."""
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
    with client:
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False


def publish(task_name: str, *args: int | str) -> bool:
    """Send a task's name and arguments to the workers; returns whether the broker took them.

    Never raises and never blocks: what must happen is a row that a scheduled task finds anyway.
    """
    if not BROKER.answers():
        return False
    try:
        current_app.send_task(task_name, args=args, ignore_result=True, retry=False)
    except (OperationalError, redis.RedisError, OSError) as error:
        BROKER.give_up()
        logger.warning("wakeup: %s not published: %s", task_name, type(error).__name__)
        return False
    return True
