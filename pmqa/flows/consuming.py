"""Takes waiting events one by one, each in a transaction of its own."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from agency.faults import where
from agency.models import Event

logger = logging.getLogger(__name__)

Handler = Callable[[Event, datetime], None]

ATTEMPTS = 8
FIRST_RETRY = timedelta(minutes=1)  # then three times as long each time: about two days in all

HANDLERS: dict[str, list[Handler]] = defaultdict(list)


def on(kind: str) -> Callable[[Handler], Handler]:
    """Register a handler for a kind of event; it is called with the event and the instant.

    Handlers of one event share a transaction and may be called again after a failure of any.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind].append(handler)
        return handler

    return register


def consume(*, at: datetime, limit: int = 500) -> int:
    """Consume up to `limit` waiting events, oldest first; returns how many were taken up."""
    taken = 0
    while taken < limit and consume_next(at=at):
        taken += 1
    return taken


@transaction.atomic
def consume_next(*, at: datetime) -> bool:
    """Consume the oldest event that nobody else is at; False when none waits."""
    event = Event.objects.waiting(at).select_for_update(skip_locked=True).order_by("pk").first()
    if event is None:
        return False
    try:
        with transaction.atomic():
            for handler in HANDLERS.get(event.kind, []):
                handler(event, at)
    except Exception as error:  # noqa: BLE001  one event's fault must not hold up the others
        postpone(event, at=at, error=where(error))
    else:
        event.consumed_at, event.error = at, ""
        event.save(update_fields=["consumed_at", "error"])
    return True


def postpone(event: Event, *, at: datetime, error: str) -> None:
    """Try a failed event again later, up to eight times; then it is given up and says why."""
    event.attempts += 1
    event.error = error[:500]
    event.not_before = at + FIRST_RETRY * 3 ** (event.attempts - 1)
    if event.attempts >= ATTEMPTS:
        event.consumed_at = at
    logger.warning("event %s (%s) failed %s times: %s", event.pk, event.kind, event.attempts, error)
    event.save(update_fields=["attempts", "error", "not_before", "consumed_at"])
