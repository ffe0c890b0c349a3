"""Notices to staff (แจ้งเตือน): a row in the transaction of the change, sent in working hours."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from agency import calendars, outbox, units
from agency.models import CalendarVersion, Notice, Staff
from agency.rows import write_rows
from agency.thai import local_day
from agency.workdays import WorkingCalendar

MANY = 100

Title = Callable[[dict[str, Any]], str]
StillStands = Callable[[list[Notice]], set[int]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a kind of notice is worded, and which of its rows still stand."""

    title: Title
    still_stands: StillStands | None


@dataclass(frozen=True, kw_only=True)
class NoticeDraft:
    """A notice to be written; the same key to the same person is one notice, without a key each is its own.

    `data` holds ids, numbers and codes for the sentence, never personal data of citizens. A notice
    `is_personal` when a deputy may not know of its subject: it stays with the person during leave.
    One `is_unhurried` when the minute of its sending would tell what is kept by the day only, as of
    an anonymous filing: it goes out when the next working day opens.
    """

    subject: Model
    kind: str
    to: Staff
    key: str = ""
    url: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    is_personal: bool = False
    is_unhurried: bool = False

    def full_key(self) -> str:
        """Return the row's key: one for each person addressed, whoever deputises."""
        return f"{self.key or uuid.uuid4()}:s{self.to.pk}"


KINDS: dict[str, Kind] = {}


def register(kind: str, *, title: Title, still_stands: StillStands | None = None) -> None:
    """Say how a kind of notice is worded; called from an app's `ready()`.

    `title` gets the row's data and returns the sentence in the active language. `still_stands`
    gets the rows about to be sent and returns the ids of those whose matter is not settled yet.
    """
    KINDS[kind] = Kind(title=title, still_stands=still_stands)


def title_of(notice: Notice) -> str:
    """Return the sentence of a notice in the active language."""
    return KINDS[notice.kind].title(notice.data)


# Writing


def enqueue(
    subject: Model, kind: str, *, to: Staff, at: datetime, key: str = "", url: str = "", **data: Any
) -> Notice:
    """Announce a change to a member of staff, in the transaction of the change.

    Goes to the deputy while the person is on leave, and not before working hours begin.
    """
    draft = NoticeDraft(
        subject=subject, kind=kind, to=to, key=key or str(uuid.uuid4()), url=url, data=data
    )
    enqueue_many([draft], at=at)
    return Notice.objects.get(key=draft.full_key())


def enqueue_many(drafts: Iterable[NoticeDraft], *, at: datetime) -> None:
    """Write many notices in few statements; what has its key already is left as it stands."""
    outbox.demand_transaction()
    post = Post(at)
    write_rows(Notice, (post.row(draft) for draft in drafts), skip_known=True)


class Post:
    """Finds for many notices who gets each and when, asking once for each unit."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.calendars: dict[int, WorkingCalendar | None] = {}

    def row(self, draft: NoticeDraft) -> dict[str, Any]:
        """Return the row of a draft, by field."""
        if draft.kind not in KINDS:
            raise LookupError(f"notice kind {draft.kind!r} is not registered")
        recipient = self.recipient(draft)
        return {
            "key": draft.full_key(),
            "kind": draft.kind,
            "content_type_id": ContentType.objects.get_for_model(draft.subject).pk,
            "object_id": draft.subject.pk,
            "url": draft.url,
            "data": dict(draft.data),
            "created_at": self.at,
            "not_before": self.opening(recipient, draft),
            "recipient_id": recipient.pk,
            "on_behalf_of_id": draft.to.pk if recipient != draft.to else None,
        }

    def recipient(self, draft: NoticeDraft) -> Staff:
        """Return who is at work when the notice may go out: the person, or the deputy during leave."""
        if draft.is_personal:
            return draft.to
        return units.acting(draft.to, local_day(self.opening(draft.to, draft)))

    def opening(self, staff: Staff, draft: NoticeDraft) -> datetime:
        """Return when a draft may go to a person: in working time, where the unit has a calendar."""
        calendar = self.calendar(staff)
        if calendar is None:
            return self.at + timedelta(days=1) if draft.is_unhurried else self.at
        if draft.is_unhurried:
            return calendar.opening(calendar.add_working_days(local_day(self.at), 1))
        return calendar.next_working_instant(self.at)

    def calendar(self, staff: Staff) -> WorkingCalendar | None:
        """Return the calendar of the person's unit, None while none is published."""
        if staff.unit_id not in self.calendars:
            try:
                version = calendars.version_for(staff.unit)
            except CalendarVersion.DoesNotExist:
                self.calendars[staff.unit_id] = None
            else:
                self.calendars[staff.unit_id] = calendars.working_calendar(version)
        return self.calendars[staff.unit_id]


# Sending


def claim(*, at: datetime, limit: int, stale_after: timedelta) -> list[Notice]:
    """Take due notices whose matter still stands; see `agency.outbox.claim`."""
    return outbox.claim(OFFICE, at=at, limit=limit, stale_after=stale_after)


def send_pending(
    *, at: datetime, stale_after: timedelta = outbox.STALE_AFTER, limit: int = 200
) -> int:
    """Send the notices that are due; returns how many. Claims older than `stale_after` are taken over."""
    return outbox.send_pending(OFFICE, at=at, stale_after=stale_after, limit=limit)


def outgoing() -> QuerySet[Notice]:
    """Notices with all that sending reads."""
    return Notice.objects.select_related("recipient", "on_behalf_of")


def still_stands(kind: str) -> StillStands | None:
    """Return the check of a kind."""
    return KINDS[kind].still_stands


def parcel(notice: Notice) -> outbox.Parcel:
    """Word a notice for mail: its sentence and its address in the portal, nothing personal."""
    staff = notice.recipient
    if not (staff.is_active and staff.is_notified_by_email and staff.email):
        return outbox.Parcel(to="")
    with translation.override(staff.language):
        title = title_of(notice)
        lines = [title]
        if notice.on_behalf_of:
            lines.append(_("You deputise for %(name)s.") % {"name": notice.on_behalf_of})
        if notice.url:
            lines.append(f"{settings.PORTAL_URL.rstrip('/')}{notice.url}")
        lines.append(_("The portal sent this message. Please do not answer it."))
    return outbox.Parcel(to=staff.email, subject=title, body="\n\n".join(lines) + "\n")


OFFICE = outbox.Office(rows=outgoing, still_stands=still_stands, parcel=parcel)


# The bell


def bell(staff: Staff, *, at: datetime) -> QuerySet[Notice]:
    """Return what the person's bell shows, newest first: what is due and was not settled before."""
    return Notice.objects.shown(at).filter(recipient=staff).select_related("on_behalf_of")


def unread_count(staff: Staff, *, at: datetime) -> int:
    """Return how many notices of the person wait to be read; no more than MANY are counted."""
    return bell(staff, at=at).filter(read_at=None).order_by()[:MANY].count()


def mark_read(notice: Notice, *, at: datetime) -> None:
    """Note that the recipient has seen it; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


def mark_all_read(staff: Staff, *, at: datetime, only: Collection[int] | None = None) -> int:
    """Note that the person has seen all that the bell shows, or only these; returns how many were new."""
    rows = bell(staff, at=at).filter(read_at=None).order_by()
    return (rows if only is None else rows.filter(pk__in=only)).update(read_at=at)
