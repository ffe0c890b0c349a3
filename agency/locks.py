"""Advisory locks: held by a session for as long as it works, freed by PostgreSQL however it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection


def number_of(space: str, pk: int) -> int:
    """Return the lock of a row; each space, as in `agency.job`, has numbers of its own."""
    prefix = int.from_bytes(hashlib.sha256(space.encode()).digest()[:3], "big", signed=True)
    return prefix << 40 | pk


def take(numbers: Iterable[int]) -> set[int]:
    """Take the locks that are free, without waiting; returns them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM unnest(%s::bigint[]) AS number WHERE pg_try_advisory_lock(number)",
            [list(numbers)],
        )
        return {number for (number,) in cursor.fetchall()}


def give_back(numbers: Iterable[int]) -> None:
    """Free locks that this session took."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_unlock(number) FROM unnest(%s::bigint[]) AS number", [list(numbers)]
        )


@contextmanager
def exclusive(space: str, pk: int) -> Iterator[bool]:
    """Hold the lock of one row meanwhile; False when another session holds it."""
    number = number_of(space, pk)
    is_mine = bool(take([number]))
    try:
        yield is_mine
    finally:
        if is_mine:
            give_back([number])
