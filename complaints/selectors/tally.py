"""What the home pages count, by unit: open cases as they stand, and the months as they went.

Where few cases are, each page counts anew. Where many are, a scheduled task counts the whole agency
by unit every few minutes and keeps the result; a page adds up the units its reader sees. So a home
page costs the same at a thousand cases and at a million, and says as of when it speaks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from redis.exceptions import RedisError

from agency.thai import BANGKOK, local_day
from complaints.models import Clock, Complaint, Measure, Status
from complaints.models.complaint import ComplaintQuerySet, reach_of

if TYPE_CHECKING:
    from agency.models import Staff

logger = logging.getLogger(__name__)

LIVE = 20_000  # so many cases are counted anew for each page
KEPT = 15 * 60  # seconds; a count that is older is not shown
SOON = timedelta(days=2)
BANDS = (7, 14, 21, 30, 60)  # days since receipt; the last band is older than that
MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the open cases of one officer of a unit stand; without an officer, those that nobody has."""

    unit_id: int
    officer_id: int | None
    open_count: int
    overdue_count: int
    soon_count: int
    waiting_count: int
    ages: tuple[int, ...]  # one count for each band


@dataclass(frozen=True, kw_only=True)
class Course:
    """What came to a unit in a month, what was answered, and how well."""

    unit_id: int
    month_on: date
    received: int = 0
    answered: int = 0
    met: int = 0
    stopped: int = 0
    days: int = 0
    timed: int = 0  # answers whose days are known


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Counts by unit as of an instant."""

    at: datetime
    standings: tuple[Standing, ...]
    courses: tuple[Course, ...]

    @property
    def size(self) -> int:
        """How many cases were gone through."""
        return sum(each.open_count for each in self.standings) + sum(
            each.received for each in self.courses
        )

    def of_units(self, units: Iterable[int]) -> Tally:
        """Return what belongs to these units."""
        wanted = set(units)
        return Tally(
            at=self.at,
            standings=tuple(each for each in self.standings if each.unit_id in wanted),
            courses=tuple(each for each in self.courses if each.unit_id in wanted),
        )

    def joined(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            at=self.at,
            standings=self.standings + other.standings,
            courses=self.courses + other.courses,
        )


def tally_of(staff: Staff, *, at: datetime, with_months: bool = True) -> Tally:
    """Count what the person may see: anew, or out of what the scheduled task has kept.

    What is kept holds no restricted case; those that name the person are counted beside it.
    Who looks at open cases only leaves out the months.
    """
    seen = Complaint.objects.visible_to(staff)
    kept = kept_tally()
    if kept is None:
        return counted(seen, at=at, with_months=with_months)
    units, named = reach_of(staff)
    mine = kept.of_units(units)
    if not named:
        return mine
    apart = seen.filter(pk__in=named).exclude(unit__in=units, is_restricted=False)
    return mine.joined(counted(apart, at=kept.at, with_months=with_months))


def refresh(*, at: datetime) -> Tally:
    """Count the agency and keep the result for the home pages, unless it is small."""
    tally = counted(Complaint.objects.filter(is_restricted=False), at=at)
    if tally.size > LIVE:
        cache.set(key(), tally, KEPT)
    else:
        cache.delete(key())
    return tally


def kept_tally() -> Tally | None:
    """Return what the scheduled task has kept, None when it is too old or the cache is dead."""
    try:
        kept: Tally | None = cache.get(key())
    except RedisError:
        logger.warning("home pages count anew: no cache")
        return None
    return kept


def key() -> str:
    """Return the name in the cache; each database has its own counts."""
    return f"complaints.tally:1:{connection.settings_dict['NAME']}"


def counted(seen: ComplaintQuerySet, *, at: datetime, with_months: bool = True) -> Tally:
    """Count cases by unit: a query for the open ones, three for the months."""
    months = courses(seen, at=at) if with_months else ()
    return Tally(at=at, standings=standings(seen, at=at), courses=months)


def standings(seen: ComplaintQuerySet, *, at: datetime) -> tuple[Standing, ...]:
    """Count open cases by unit and officer: how they stand, and how old they are."""
    running = Q(answered_at=None, paused_at=None)
    edges = [at - timedelta(days=days) for days in BANDS]
    ages = {f"band{place}": Count("pk", filter=band) for place, band in enumerate(bands(edges))}
    rows = (
        seen.open()
        .order_by()
        .values("unit_id", "officer_id")
        .annotate(
            open_count=Count("pk"),
            overdue_count=Count("pk", filter=running & Q(due_at__lt=at)),
            soon_count=Count("pk", filter=running & Q(due_at__range=(at, at + SOON))),
            waiting_count=Count("pk", filter=Q(status=Status.WAITING)),
            **ages,
        )
    )
    return tuple(Standing(ages=tuple(row.pop(name) for name in ages), **row) for row in rows)


def bands(edges: list[datetime]) -> list[Q]:
    """Return the condition of each band, the newest first."""
    newest = Q(received_at__gt=edges[0])
    between = [Q(received_at__lte=newer, received_at__gt=older) for newer, older in pairwise(edges)]
    return [newest, *between, Q(received_at__lte=edges[-1])]


def courses(seen: ComplaintQuerySet, *, at: datetime) -> tuple[Course, ...]:
    """Count by unit and Bangkok month what came and was answered; how well, of the last two months."""
    firsts = month_starts(at)
    found = [
        *by_month(seen.filter(received_at__gte=firsts[0], received_at__lte=at), "received"),
        *by_month(seen.filter(answered_at__gte=firsts[0], answered_at__lte=at), "answered"),
        *answers(seen, since=firsts[-2], at=at),
    ]
    return tuple(found)


def month_starts(at: datetime) -> list[datetime]:
    """Return the first instants of the last twelve months in Bangkok, the present one last."""
    firsts = [month_start(at)]
    while len(firsts) < MONTHS:
        firsts.insert(0, month_start(firsts[0] - timedelta(days=1)))
    return firsts


def month_start(at: datetime) -> datetime:
    """Return the first instant of the Bangkok month in which an instant lies."""
    first = at.astimezone(BANGKOK).date().replace(day=1)
    return datetime.combine(first, time.min, BANGKOK)


def by_month(complaints: QuerySet[Complaint], what: str) -> list[Course]:
    """Count cases by unit and the Bangkok month in which they were received or answered."""
    rows = (
        complaints.order_by()
        .annotate(month=TruncMonth(f"{what}_at", tzinfo=BANGKOK))
        .values_list("unit_id", "month")
        .annotate(n=Count("pk"))
    )
    return [Course(unit_id=unit, month_on=local_day(month), **{what: n}) for unit, month, n in rows]


def answers(seen: ComplaintQuerySet, *, since: datetime, at: datetime) -> list[Course]:
    """Measure the answers by unit and month: how many in time, and in how many days."""
    rows = (
        Clock.objects.filter(
            measure__in=Measure.stages(),
            result__in=(Clock.Result.MET, Clock.Result.MISSED),
            stopped_at__gte=since,
            stopped_at__lte=at,
            complaint__in=seen,
        )
        .order_by()
        .annotate(month=TruncMonth("stopped_at", tzinfo=BANGKOK))
        .values("month", unit_id=F("complaint__unit_id"))
        .annotate(
            stopped=Count("pk"),
            met=Count("pk", filter=Q(result=Clock.Result.MET)),
            timed=Count("elapsed_days"),
            days=Sum("elapsed_days", default=0),
        )
    )
    return [Course(month_on=local_day(row.pop("month")), **row) for row in rows]
