"""Takes waiting events one by one, each under its lock and in a transaction of its own."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from agency import locks
from agency.faults import where
from agency.models import Event

logger = logging.getLogger(__name__)

Handler = Callable[[Event, datetime], None]

ATTEMPTS = 8
FIRST_RETRY = timedelta(minutes=1)  # then three times as long each time: about two days in all

LOCK_SPACE = "agency.event"


@dataclass(frozen=True)
class Registered:
    """A handler, and whether it does its own transactions."""

    handler: Handler
    is_in_batches: bool = False


HANDLERS: dict[str, list[Registered]] = defaultdict(list)


def on(kind: str, *, is_in_batches: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler for a kind of event; it is called with the event and the instant.

    What a handler does and the mark that the event is consumed are one transaction. One that works
    in batches of its own comes before and may be called again after a failure or a kill.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind].append(Registered(handler, is_in_batches))
        return handler

    return register


def consume(*, at: datetime, limit: int = 500) -> int:
    """Consume up to `limit` waiting events, oldest first; returns how many were taken up."""
    taken = last = 0
    while taken < limit and (pk := waiting_after(last, at=at)):
        last = pk
        with locks.exclusive(LOCK_SPACE, pk) as is_mine:
            taken += is_mine and consume_one(pk, at=at)
    return taken


def waiting_after(pk: int, *, at: datetime) -> int | None:
    """Return the next waiting event."""
    waiting = Event.objects.waiting(at).filter(pk__gt=pk).order_by("pk")
    return waiting.values_list("pk", flat=True).first()


def consume_one(pk: int, *, at: datetime) -> bool:
    """Consume one event whose lock is held; False when somebody else just did."""
    event = Event.objects.waiting(at).filter(pk=pk).first()
    if event is None:
        return False
    try:
        call(event, at=at, is_in_batches=True)
        with transaction.atomic():
            call(event, at=at, is_in_batches=False)
            event.consumed_at, event.error = at, ""
            event.save(update_fields=["consumed_at", "error"])
    except Exception as error:  # noqa: BLE001  one event's fault must not hold up the others
        postpone(event, at=at, error=where(error))
    return True


def call(event: Event, *, at: datetime, is_in_batches: bool) -> None:
    """Call the handlers of one sort."""
    for registered in HANDLERS.get(event.kind, []):
        if registered.is_in_batches == is_in_batches:
            registered.handler(event, at)


def postpone(event: Event, *, at: datetime, error: str) -> None:
    """Try a failed event again later, up to eight times; then it is given up and says why."""
    event.attempts += 1
    event.consumed_at, event.error = None, error[:500]
    event.not_before = at + FIRST_RETRY * 3 ** (event.attempts - 1)
    if event.attempts >= ATTEMPTS:
        event.consumed_at = at
    logger.warning("event %s (%s) failed %s times: %s", event.pk, event.kind, event.attempts, error)
    event.save(update_fields=["attempts", "error", "not_before", "consumed_at"])
