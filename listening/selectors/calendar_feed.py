"""Hearings as a calendar (iCalendar, RFC 5545) that phones and offices subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from listening.models import Hearing
from listening.selectors.hearings import public_hearings

MOST = 200
LAST_HOUR = timedelta(hours=1)


def of_all(*, at: datetime) -> bytes:
    """Return the calendar of hearings under way and called off of late."""
    rows = public_hearings().exclude(state=Hearing.State.PUBLISHED).order_by("-closes_at")
    return calendar_of(rows[:MOST], at=at)


def of_one(hearing: Hearing, *, at: datetime) -> bytes:
    """Return the calendar of one hearing."""
    return calendar_of([hearing], at=at)


def calendar_of(hearings: Iterable[Hearing], *, at: datetime) -> bytes:
    """Return a calendar: for each hearing its session, and the end of written views."""
    calendar = Calendar()
    calendar.add("prodid", "-//PMQA portal//hearings//TH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Public hearings"))
    calendar.add("x-wr-timezone", "Asia/Bangkok")
    for hearing in hearings:
        if hearing.starts_at and hearing.ends_at:
            span = (hearing.starts_at, hearing.ends_at)
            calendar.add_component(event(hearing, "session", hearing.title, span, at=at))
        words = _("Last hour for written views: %(title)s") % {"title": hearing.title}
        span = (hearing.closes_at - LAST_HOUR, hearing.closes_at)
        calendar.add_component(event(hearing, "views", words, span, at=at))
    content: bytes = calendar.to_ical()
    return content


def event(
    hearing: Hearing, part: str, words: str, span: tuple[datetime, datetime], *, at: datetime
) -> Event:
    """Return one entry; a hearing that was called off says so to who subscribed."""
    address = settings.PORTAL_URL.rstrip("/")
    url = f"{address}{reverse('listening:public_hearing', args=[hearing.code])}"
    found = Event()
    found.add("uid", f"{hearing.code}-{part}@{urlsplit(address).hostname}")
    found.add("dtstamp", at)
    found.add("dtstart", span[0])
    found.add("dtend", span[1])
    found.add("summary", words)
    found.add("url", url)
    if hearing.place and part == "session":
        found.add("location", hearing.place)
    found.add("description", f"{hearing.summary}\n{url}".strip())
    is_off = hearing.state == Hearing.State.CANCELLED
    found.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return found
