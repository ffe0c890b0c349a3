"""Limits on tries at open doors."""

import secrets

import pytest
from django.core.cache import caches
from redis.exceptions import ConnectionError as NoRedis

from agency import throttle
from agency.refusal import Refused

TEN_MINUTES = 600


@pytest.fixture
def visitor():
    """Somebody who was never here before."""
    return secrets.token_hex(8)


def test_count_refuses_the_try_after_the_last(visitor):
    for _try in range(3):
        throttle.count("door", visitor, most=3, seconds=TEN_MINUTES)

    with pytest.raises(Refused, match="10"):
        throttle.count("door", visitor, most=3, seconds=TEN_MINUTES)


def test_check_does_not_use_up_tries(visitor):
    for _try in range(5):
        throttle.check("door", visitor, most=1, seconds=TEN_MINUTES)

    throttle.count("door", visitor, most=1, seconds=TEN_MINUTES)
    with pytest.raises(Refused):
        throttle.check("door", visitor, most=1, seconds=TEN_MINUTES)


def test_doors_and_visitors_are_counted_apart(visitor):
    throttle.count("door", visitor, most=1, seconds=TEN_MINUTES)

    throttle.count("window", visitor, most=1, seconds=TEN_MINUTES)
    throttle.count("door", visitor + "x", most=1, seconds=TEN_MINUTES)


def test_counter_name_does_not_tell_who_it_was():
    assert "192.0.2.7" not in throttle.key_of("door", "192.0.2.7")


def test_dead_cache_lets_people_in(visitor, monkeypatch):
    def broken(*args, **kwargs):
        raise NoRedis

    for name in ("add", "incr", "get"):
        monkeypatch.setattr(type(caches["default"]), name, broken)

    throttle.count("door", visitor, most=1, seconds=TEN_MINUTES)
    throttle.check("door", visitor, most=1, seconds=TEN_MINUTES)
