"""What the home pages show: my work, the load of a team, how old open cases are, six figures.

Everything counts open or recent cases only, and starts from what the person may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from agency.models import Role, Staff, Unit
from agency.thai import BANGKOK, local_day
from complaints.models import Clock, Complaint, Escalation, Measure, Message, Status

if TYPE_CHECKING:
    from datetime import tzinfo

SHOWN = 20
BRIEF = 10
CAP = 500
SOON = timedelta(days=2)
BANDS = (7, 14, 21, 30, 60)  # days since receipt; the last band is older than that


# Officer


@dataclass(frozen=True, kw_only=True)
class MyWork:
    """What an officer must do now, the most pressing first."""

    next_due: QuerySet[Complaint]
    replied: QuerySet[Complaint]
    to_accept: QuerySet[Complaint]
    to_close: QuerySet[Complaint]
    unassigned: QuerySet[Complaint]
    open_count: int
    overdue_count: int
    soon_count: int
    waiting_count: int


def my_work(staff: Staff, at: datetime) -> MyWork:
    """Return the officer's own open cases by what they need, and what lies unassigned in the unit."""
    mine = rows(Complaint.objects.visible_to(staff).open().of_officer(staff))
    workable = mine.filter(status__in=Status.workable()).order_by("due_at", "pk")
    counts = own_counts(staff, at=at)
    return MyWork(
        next_due=workable[:SHOWN],
        replied=with_new_reply(mine)[:BRIEF],
        to_accept=workable.filter(status=Status.ASSIGNED)[:BRIEF],
        to_close=mine.filter(status=Status.ANSWERED).order_by("answered_at", "pk")[:BRIEF],
        unassigned=unassigned(staff)[:BRIEF],
        open_count=counts["open"],
        overdue_count=counts["overdue"],
        soon_count=counts["soon"],
        waiting_count=counts["waiting"],
    )


def rows(complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Return cases with all that a row shows."""
    return complaints.select_related("unit", "officer", "category", "grade", "channel")


def own_counts(staff: Staff, *, at: datetime) -> dict[str, int]:
    """Count the officer's open cases by how they stand; one query."""
    running = Q(answered_at=None, paused_at=None)
    return (
        Complaint.objects.open()
        .of_officer(staff)
        .aggregate(
            open=Count("pk"),
            overdue=Count("pk", filter=running & Q(due_at__lt=at)),
            soon=Count("pk", filter=running & Q(due_at__range=(at, at + SOON))),
            waiting=Count("pk", filter=Q(status=Status.WAITING)),
        )
    )


def with_new_reply(mine: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Keep the cases on which the complainant spoke last."""
    last = Message.objects.filter(complaint=OuterRef("pk")).order_by("-pk").values("kind")[:1]
    return (
        mine.annotate(last_kind=Subquery(last))
        .filter(last_kind=Message.Kind.REPLY)
        .order_by("due_at", "pk")
    )


def unassigned(staff: Staff) -> QuerySet[Complaint]:
    """Return the cases of the person's own unit that nobody has yet."""
    fresh = rows(
        Complaint.objects.visible_to(staff).open().filter(unit=staff.unit_id, officer=None)
    )
    return fresh.filter(status__in=(Status.RECEIVED, Status.SCREENED)).order_by("due_at", "pk")


# Supervisor


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much an officer carries; without an officer: what nobody has."""

    officer: Staff | None
    open_count: int
    overdue_count: int
    soon_count: int
    waiting_count: int


def team_load(staff: Staff, at: datetime) -> list[Load]:
    """Return the load of each officer of the unit and below, the heaviest first, then the unassigned."""
    running = Q(answered_at=None, paused_at=None)
    counted = (
        Complaint.objects.visible_to(staff)
        .open()
        .order_by()
        .values("officer")
        .annotate(
            open_count=Count("pk"),
            overdue_count=Count("pk", filter=running & Q(due_at__lt=at)),
            soon_count=Count("pk", filter=running & Q(due_at__range=(at, at + SOON))),
            waiting_count=Count("pk", filter=Q(status=Status.WAITING)),
        )
        .order_by(F("officer").desc(nulls_last=True), "-open_count")
    )
    found = sorted(counted, key=lambda row: (row["officer"] is None, -row["open_count"]))[:CAP]
    people = Staff.objects.select_related("unit").in_bulk(
        [row["officer"] for row in found if row["officer"]]
    )
    return [
        Load(
            officer=people.get(row["officer"]),
            open_count=row["open_count"],
            overdue_count=row["overdue_count"],
            soon_count=row["soon_count"],
            waiting_count=row["waiting_count"],
        )
        for row in found
    ]


@dataclass(frozen=True, kw_only=True)
class AgeRow:
    """The open cases of one unit by age; one count for each band."""

    unit: Unit
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All open cases of the unit."""
        return sum(self.counts)


@dataclass(frozen=True, kw_only=True)
class Ageing:
    """How old open cases are: `bands` are the upper limits in days, None for older than all."""

    bands: tuple[int | None, ...]
    rows: tuple[AgeRow, ...]


def ageing(staff: Staff, at: datetime) -> Ageing:
    """Return the open cases of each unit the person sees by days since receipt; one query and the units."""
    edges = [at - timedelta(days=days) for days in BANDS]
    counts = {f"band{place}": Count("pk", filter=band) for place, band in enumerate(bands(edges))}
    counted = (
        Complaint.objects.visible_to(staff).open().order_by().values("unit").annotate(**counts)
    )
    by_unit = {row["unit"]: tuple(row[name] for name in counts) for row in counted}
    units = Unit.objects.filter(pk__in=by_unit).order_by("path")
    return Ageing(
        bands=(*BANDS, None),
        rows=tuple(AgeRow(unit=unit, counts=by_unit[unit.pk]) for unit in units),
    )


def bands(edges: Sequence[datetime]) -> list[Q]:
    """Return the condition of each band, the newest first."""
    newest = Q(received_at__gt=edges[0])
    between = [Q(received_at__lte=newer, received_at__gt=older) for newer, older in pairwise(edges)]
    return [newest, *between, Q(received_at__lte=edges[-1])]


def waiting_escalations(staff: Staff) -> QuerySet[Escalation]:
    """Return what waits on the board for this person: executives see what came before executives."""
    board = Escalation.objects.waiting().visible_to(staff)
    if staff.has_role(Role.SUPERVISOR):
        return board
    if staff.has_role(Role.EXECUTIVE):
        return board.filter(level=Role.EXECUTIVE)
    return board.none()


def waiting_escalations_count(staff: Staff) -> int:
    """Return how many escalations wait; no more than CAP are counted."""
    return waiting_escalations(staff).order_by()[:CAP].count()


# Executive


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of this month beside that of last month; None where there is nothing to measure."""

    value: float | None
    before: float | None
    n: int


@dataclass(frozen=True, kw_only=True)
class Headline:
    """Six figures: what came, what is open and late now, how well and fast was answered, what escalated."""

    received: Figure
    open_count: int
    overdue_count: int
    in_time_percent: Figure
    mean_days: Figure
    escalations_waiting: int


def headline(staff: Staff, at: datetime) -> Headline:
    """Return the figures of the month so far and of the whole month before."""
    this, last = month_start(at), month_start(month_start(at) - timedelta(days=1))
    seen = Complaint.objects.visible_to(staff)
    received, before = received_counts(seen, this=this, last=last, at=at)
    answers = answers_of(seen, this=this, last=last, at=at)
    running = Q(answered_at=None, paused_at=None)
    now = seen.open().aggregate(
        open=Count("pk"), overdue=Count("pk", filter=running & Q(due_at__lt=at))
    )
    return Headline(
        received=Figure(value=received, before=before, n=received),
        open_count=now["open"],
        overdue_count=now["overdue"],
        in_time_percent=Figure(
            value=percent(answers["met"], answers["n"]),
            before=percent(answers["met_before"], answers["n_before"]),
            n=int(answers["n"]),
        ),
        mean_days=Figure(value=answers["days"], before=answers["days_before"], n=int(answers["n"])),
        escalations_waiting=waiting_escalations_count(staff),
    )


def month_start(at: datetime, *, zone: tzinfo = BANGKOK) -> datetime:
    """Return the first instant of the month in which an instant lies."""
    first = at.astimezone(zone).date().replace(day=1)
    return datetime.combine(first, time.min, zone)


def received_counts(
    seen: QuerySet[Complaint], *, this: datetime, last: datetime, at: datetime
) -> tuple[int, int]:
    """Count what came this month and the month before."""
    counted = seen.filter(received_at__gte=last, received_at__lte=at).aggregate(
        now=Count("pk", filter=Q(received_at__gte=this)),
        before=Count("pk", filter=Q(received_at__lt=this)),
    )
    return counted["now"], counted["before"]


def answers_of(
    seen: QuerySet[Complaint], *, this: datetime, last: datetime, at: datetime
) -> dict[str, float]:
    """Measure the answers of this month and the month before: in time, and in how many days."""
    stopped = Clock.objects.filter(
        measure__in=Measure.stages(),
        result__in=(Clock.Result.MET, Clock.Result.MISSED),
        stopped_at__gte=last,
        stopped_at__lte=at,
        complaint__in=seen,
    )
    now, before = Q(stopped_at__gte=this), Q(stopped_at__lt=this)
    met = Q(result=Clock.Result.MET)
    return stopped.aggregate(
        n=Count("pk", filter=now),
        n_before=Count("pk", filter=before),
        met=Count("pk", filter=now & met),
        met_before=Count("pk", filter=before & met),
        days=Avg("elapsed_days", filter=now),
        days_before=Avg("elapsed_days", filter=before),
    )


def percent(part: float, whole: float) -> float | None:
    """Return a share in percent, None of nothing."""
    return 100 * part / whole if whole else None


@dataclass(frozen=True, kw_only=True)
class Month:
    """What came and what was answered in a month."""

    month_on: date
    received: int
    answered: int


def trend(staff: Staff, at: datetime, *, months: int = 12) -> list[Month]:
    """Return receipts and answers of the last months, the present one last."""
    firsts = [month_start(at)]
    while len(firsts) < months:
        firsts.insert(0, month_start(firsts[0] - timedelta(days=1)))
    seen = Complaint.objects.visible_to(staff)
    received = by_month(seen.filter(received_at__gte=firsts[0]), "received_at")
    answered = by_month(seen.filter(answered_at__gte=firsts[0]), "answered_at")
    days = [local_day(first) for first in firsts]
    return [
        Month(month_on=day, received=received.get(day, 0), answered=answered.get(day, 0))
        for day in days
    ]


def by_month(complaints: QuerySet[Complaint], instant: str) -> dict[date, int]:
    """Count cases by the Bangkok month of an instant."""
    counted = (
        complaints.order_by()
        .annotate(month=TruncMonth(instant, tzinfo=BANGKOK))
        .values_list("month")
        .annotate(n=Count("pk"))
    )
    return {local_day(month): n for month, n in counted}
