"""The outbox: claims rows, has them sent outside any transaction, marks them (DESIGN section 3).

A claim is two things. The row says since when it is claimed; and the claiming session holds an
advisory lock, which PostgreSQL frees when the session ends, however it ends. A claim is taken over
only when it is old *and* its lock is free, so a slow sender is never doubled and the claims of a
killed one wait for nothing but their age.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Generic, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.transaction import TransactionManagementError

from agency import audit, locks
from agency.models import Staff
from agency.models.notice import Outgoing

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Outgoing)
StillStands = Callable[[list[Row]], set[int]]

STALE_AFTER = timedelta(minutes=10)
BATCH = 20  # few rows a claim: what is claimed was checked moments ago
ATTEMPTS = 8
FIRST_RETRY = timedelta(minutes=5)  # then three times as long each time: about four days in all
PUSHED_AHEAD = timedelta(hours=1)


class MailServerDown(Exception):
    """The mail server does not answer; what was claimed waits for the next run."""


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file that goes with a mail."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A mail to be sent; `to` is empty where the row needs no mail."""

    to: str
    subject: str = ""
    body: str = ""
    enclosures: Sequence[Enclosure] = ()


@dataclass(frozen=True, kw_only=True)
class Office(Generic[Row]):
    """What the outbox needs to know about one kind of row: how to read, check and word it."""

    rows: Callable[[], QuerySet[Row]]
    still_stands: Callable[[str], StillStands[Row] | None]
    parcel: Callable[[Row], Parcel]


def demand_transaction() -> None:
    """Refuse to announce a change that is not in the same transaction."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("Announce a change in the transaction that makes it.")


def claim(office: Office[Row], *, at: datetime, limit: int, stale_after: timedelta) -> list[Row]:
    """Take up to `limit` due rows whose matter still stands; the others are cancelled.

    The caller holds each row's advisory lock afterwards and gives it back with `release`.
    """
    rows: list[Row] = []
    try:
        with transaction.atomic():
            rows = free_rows(office, at=at, limit=limit, stale_after=stale_after)
            standing = still_standing(office, rows, at=at)
            office.rows().filter(pk__in=standing).update(
                state=Outgoing.State.CLAIMED, claimed_at=at
            )
    except Exception:
        release(rows)
        raise
    release([row for row in rows if row.pk not in standing])
    claimed = [row for row in rows if row.pk in standing]
    for row in claimed:
        row.state, row.claimed_at = Outgoing.State.CLAIMED, at
    return claimed


def still_standing(office: Office[Row], rows: Iterable[Row], *, at: datetime) -> set[int]:
    """Return the ids of rows whose matter still stands; the rest are cancelled or wait an hour."""
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    standing: set[int] = set()
    for kind, alike in by_kind.items():
        try:
            with transaction.atomic():
                standing |= checked(office, kind, alike)
        except Exception as error:  # noqa: BLE001  one kind's fault must not hold up the others
            logger.warning("outbox: cannot check %s: %s", kind, type(error).__name__)
            push_ahead(office, alike, at=at, error=type(error).__name__)
    return standing


def checked(office: Office[Row], kind: str, rows: list[Row]) -> set[int]:
    """Cancel the rows of one kind whose matter was settled meanwhile; return the others."""
    check = office.still_stands(kind)
    standing = {row.pk for row in rows} & check(rows) if check else {row.pk for row in rows}
    settled = [row.pk for row in rows if row.pk not in standing]
    if settled:
        office.rows().filter(pk__in=settled).update(state=Outgoing.State.CANCELLED)
    return standing


def push_ahead(office: Office[Row], rows: Iterable[Row], *, at: datetime, error: str) -> None:
    """Let rows that could not be checked wait."""
    office.rows().filter(pk__in=[row.pk for row in rows]).update(
        state=Outgoing.State.PENDING, claimed_at=None, not_before=at + PUSHED_AHEAD, error=error
    )


def free_rows(
    office: Office[Row], *, at: datetime, limit: int, stale_after: timedelta
) -> list[Row]:
    """Lock due rows that nobody else holds: left claims first, then what waits longest."""
    rows = office.rows().select_for_update(skip_locked=True, of=("self",))
    stale = rows.filter(state=Outgoing.State.CLAIMED, claimed_at__lte=at - stale_after)
    free = held(stale.order_by("claimed_at", "pk")[:limit])
    if len(free) < limit:  # old claims of senders that still live must not stand in the way
        pending = rows.filter(state=Outgoing.State.PENDING, not_before__lte=at)
        free += held(pending.order_by("not_before", "pk")[: limit - len(free)])
    return free


def lock_number(row: Outgoing) -> int:
    """Return the advisory lock of a row."""
    return locks.number_of(row._meta.label, row.pk)


def held(candidates: Iterable[Row]) -> list[Row]:
    """Take the rows' advisory locks and return the rows whose lock was free."""
    rows = list(candidates)
    free = locks.take(lock_number(row) for row in rows)
    return [row for row in rows if lock_number(row) in free]


def release(rows: Sequence[Outgoing]) -> None:
    """Give the rows' advisory locks back."""
    locks.give_back(lock_number(row) for row in rows)


def send_pending(office: Office[Row], *, at: datetime, stale_after: timedelta, limit: int) -> int:
    """Send what is due, a few rows at a time; returns how many were sent.

    Raises MailServerDown, with everything put back, when the server does not answer.
    """
    sent = 0
    with Postman() as postman:
        while limit > 0 and not postman.is_down:
            rows = claim(office, at=at, limit=min(limit, BATCH), stale_after=stale_after)
            if not rows:
                break
            limit -= len(rows)
            try:
                sent += sum(deliver(office, row, postman=postman, at=at) for row in rows)
            finally:
                release(rows)
        if postman.is_down:
            raise MailServerDown
    return sent


def deliver(office: Office[Row], row: Row, *, postman: Postman, at: datetime) -> bool:
    """Send one claimed row and mark it; returns whether it counts as sent."""
    try:
        parcel = office.parcel(row)
        if parcel.to:
            if not postman.is_ready():
                put_back(office, row)
                return False
            if not begin_attempt(office, row):
                return False
            postman.send(parcel, message_id=message_id(row.key))
    except Exception as error:  # noqa: BLE001  one row's fault must not hold up the others
        postpone(office, row, at=at, error=describe(error))
        return False
    mine(office, row).update(state=Outgoing.State.SENT, sent_at=at, error="")
    return True


def mine(office: Office[Row], row: Row) -> QuerySet[Row]:
    """The row, as long as it is under this very claim."""
    return office.rows().filter(pk=row.pk, state=Outgoing.State.CLAIMED, claimed_at=row.claimed_at)


def begin_attempt(office: Office[Row], row: Row) -> bool:
    """Count the attempt before it is made; False when the claim was lost meanwhile."""
    row.attempts += 1
    return bool(mine(office, row).update(attempts=F("attempts") + 1))


def put_back(office: Office[Row], row: Row) -> None:
    """Leave a row for the next run: the mail server is down, which is not the row's fault."""
    mine(office, row).update(state=Outgoing.State.PENDING, claimed_at=None)


def postpone(office: Office[Row], row: Row, *, at: datetime, error: str) -> None:
    """Try a refused row again later, up to eight times in four days; then it has failed."""
    if row.attempts >= ATTEMPTS:
        logger.error("outbox: gave up %s %s: %s", row._meta.label, row.pk, error)
        mine(office, row).update(state=Outgoing.State.FAILED, error=error)
        return
    logger.warning("outbox: postponed %s %s: %s", row._meta.label, row.pk, error)
    mine(office, row).update(
        state=Outgoing.State.PENDING,
        claimed_at=None,
        not_before=at + FIRST_RETRY * 3 ** max(row.attempts - 1, 0),
        error=error,
    )


def describe(error: Exception) -> str:
    """Say what went wrong by class and code only: the text of such errors names people."""
    codes = {str(code) for code, _text in getattr(error, "recipients", {}).values()}
    codes |= {str(error.smtp_code)} if isinstance(error, smtplib.SMTPResponseException) else set()
    return " ".join([type(error).__name__, *sorted(codes)])


def message_id(key: str) -> str:
    """Return the Message-ID of a row: the same however often it is sent."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"


@transaction.atomic
def revive(office: Office[Row], *, by: Staff, at: datetime) -> int:
    """Give the rows that were given up their eight attempts again; returns how many."""
    rows = list(office.rows().select_for_update(of=("self",)).filter(state=Outgoing.State.FAILED))
    office.rows().filter(pk__in=[row.pk for row in rows]).update(
        state=Outgoing.State.PENDING, claimed_at=None, attempts=0, not_before=at
    )
    audit.record_many(audit.AuditDraft(subject=row, verb="revived", by=by, at=at) for row in rows)
    return len(rows)


class Postman:
    """One connection to the mail server for a whole run."""

    def __init__(self) -> None:
        self.line: BaseEmailBackend = get_connection()
        self.is_down = False

    def __enter__(self) -> Postman:
        return self

    def __exit__(self, *_error: object) -> None:
        self.hang_up()

    def is_ready(self) -> bool:
        """Whether the server answers; asked once a run when it does not."""
        if not self.is_down:
            try:
                self.line.open()
            except OSError as error:
                logger.warning("outbox: mail server down: %s", describe(error))
                self.is_down = True
        return not self.is_down

    def send(self, parcel: Parcel, *, message_id: str) -> None:
        """Hand one mail over; after an error the next one gets a new connection."""
        message = EmailMessage(
            subject=" ".join(parcel.subject.split()),
            body=parcel.body,
            to=[parcel.to],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        for each in parcel.enclosures:
            message.attach(each.name, each.content, each.media_type)
        try:
            self.line.send_messages([message])
        except Exception:
            self.hang_up()
            raise

    def hang_up(self) -> None:
        """Close the connection, whatever state it is in."""
        with suppress(OSError):
            self.line.close()
