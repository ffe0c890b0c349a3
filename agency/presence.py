"""Who else is at a page just now (ผู้ที่เปิดหน้านี้อยู่): a hint in Redis that expires, never a lock, never a row.

Where Redis is away nobody is shown, and nothing waits for it.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from agency.models import Staff

logger = logging.getLogger(__name__)

PATIENCE = 0.3  # seconds for an answer
SILENCE = 10.0  # seconds in which a silent Redis is not asked again
KEPT = timedelta(minutes=3)  # seven heartbeats and a little more


@dataclass(frozen=True, kw_only=True)
class Present:
    """Somebody who looked at a page or wrote there a moment ago."""

    name: str
    at: datetime
    is_writing: bool


@dataclass
class Silence:
    """Until when Redis is left alone."""

    until: float = 0.0


SILENT = Silence()


@lru_cache(maxsize=4)
def client_of(url: str) -> redis.Redis:
    """Return the connections to Redis, which never wait for long."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def look(place: str, staff: Staff, *, at: datetime, is_writing: bool = False) -> list[Present]:
    """Note that somebody is at a place, as in `complaint:7`, and return the others there, the newest first.

    The caller has made sure that the person may see the place.
    """
    if time.monotonic() < SILENT.until:
        return []
    mark = {"name": str(staff), "at": at.timestamp(), "is_writing": is_writing}
    try:
        found = swap(f"presence:{place}", field=str(staff.pk), mark=json.dumps(mark))
    except (redis.RedisError, OSError) as error:
        SILENT.until = time.monotonic() + SILENCE
        logger.warning("presence is not shown: %s", type(error).__name__)
        return []
    others = [read(told) for pk, told in found.items() if pk != str(staff.pk)]
    fresh = [each for each in others if at - each.at <= KEPT]
    return sorted(fresh, key=lambda each: each.at, reverse=True)


def swap(key: str, *, field: str, mark: str) -> dict[str, str]:
    """Leave a mark and return all marks of the place, in one trip."""
    with client_of(settings.REDIS_URL).pipeline(transaction=False) as trip:
        trip.hset(key, field, mark)
        trip.expire(key, KEPT)
        trip.hgetall(key)
        return dict(trip.execute()[-1])


def read(told: str) -> Present:
    """Return a mark as it was left."""
    mark = json.loads(told)
    at = datetime.fromtimestamp(mark["at"], UTC)
    return Present(name=mark["name"], at=at, is_writing=mark["is_writing"])
