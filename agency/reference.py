"""What every receipt and sweep looks up and seldom changes, kept by each process while it stands.

Triggers draw a new token in the transaction that changes a unit, a member of staff, a calendar or a
standard. A verb looks at the token once; under the same token the answers are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import connection

Answer = TypeVar("Answer")

_token: ContextVar[UUID | None] = ContextVar("reference_token", default=None)


@contextmanager
def at_hand() -> Iterator[None]:
    """Let questions inside this block be answered from memory, after one look at the token.

    For the transaction of a verb that changes no reference data itself.
    """
    before = _token.set(token_now())
    try:
        yield
    finally:
        _token.reset(before)


def token_now() -> UUID | None:
    """Return the token of the reference data as this transaction sees them; none after a bare start."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM agency_referencestate")
        row = cursor.fetchone()
    return row[0] if row else None


def kept(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Return the answer to a question about reference data: inside `at_hand` from memory, else asked.

    The objects are everybody's: who hands them on, hands on copies.
    """
    token = _token.get()
    if token is None:
        return ask()
    answers = answers_under(token)
    if question not in answers:
        answers[question] = ask()
    return cast("Answer", answers[question])


@lru_cache(maxsize=2)  # the token that counts, and the one of a transaction that changes it
def answers_under(token: UUID) -> dict[Hashable, Any]:
    """Return what was answered under a token."""
    return {}
