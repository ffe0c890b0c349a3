"""Limits on tries at open doors, counted in the cache under a keyed hash; a dead cache lets people in."""

from __future__ import annotations

import hashlib
import hmac
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from agency import acting
from agency.refusal import Refused

logger = logging.getLogger(__name__)


def address_of(request: HttpRequest) -> str:
    """Return the caller's address for counting; it is never stored as such."""
    return acting.address_of(request) or ""


def check(door: str, who: str, *, most: int, seconds: int) -> None:
    """Refuse when the tries of this window are used up."""
    if tries(key_of(door, who)) >= most:
        raise too_many(seconds)


def count(door: str, who: str, *, most: int, seconds: int) -> None:
    """Count a try; refuse the one after the last allowed."""
    key = key_of(door, who)
    try:
        cache.add(key, 0, timeout=seconds)
        used = cache.incr(key)
    except (RedisError, ValueError):
        logger.warning("tries at %s are not counted: no cache", door)
        return
    if used > most:
        raise too_many(seconds)


def tries(key: str) -> int:
    """Return the tries counted so far."""
    try:
        return int(cache.get(key, 0))
    except RedisError:
        return 0


def too_many(seconds: int) -> Refused:
    """The sentence for somebody who tries too often."""
    return Refused(
        _("Too many tries from here. Please wait %(minutes)s minutes and try again.")
        % {"minutes": max(seconds // 60, 1)}
    )


def key_of(door: str, who: str) -> str:
    """Return the counter's name, from which nobody can be told."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{door}:{who}".encode(), hashlib.sha256)
    return f"throttle:{door}:{digest.hexdigest()[:32]}"
