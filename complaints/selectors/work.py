"""What the home pages show: my work, the load of a team, how old open cases are, six figures.

Everything counts open or recent cases only, and starts from what the person may see; what grows
with the agency comes out of a tally.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from agency.models import Role, Staff, Unit
from agency.thai import local_day
from complaints.models import AnswerReview, Complaint, Escalation, Message, Status
from complaints.models.complaint import desks_of
from complaints.selectors.tally import BANDS, SOON, Course, Tally, month_starts

SHOWN = 20
BRIEF = 10
CAP = 500


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


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Somebody away for whom the person acts, with the open cases on that desk."""

    staff: Staff
    open_count: int
    overdue_count: int


def stands_in(staff: Staff, *, at: datetime) -> list[StandIn]:
    """Return for whom the person acts today; costs nothing for who stands in for nobody."""
    if not staff.stands_in_for:
        return []
    late = Q(answered_at=None, paused_at=None, due_at__lt=at)
    seen = Complaint.objects.visible_to(staff).open().filter(officer__in=staff.stands_in_for)
    rows = (
        seen.order_by()
        .values_list("officer")
        .annotate(n=Count("pk"), late=Count("pk", filter=late))
    )
    counts = {officer: (n, overdue) for officer, n, overdue in rows}
    return [
        StandIn(
            staff=each,
            open_count=counts.get(each.pk, (0, 0))[0],
            overdue_count=counts.get(each.pk, (0, 0))[1],
        )
        for each in staff.stands_in_for
    ]


# Supervisor


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much an officer carries; without an officer: what nobody has."""

    officer: Staff | None
    open_count: int
    overdue_count: int
    soon_count: int
    waiting_count: int


def team_load(tally: Tally) -> list[Load]:
    """Return the load of each officer of the unit and below, the heaviest first, then the unassigned."""
    counts: dict[int | None, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for each in tally.standings:
        own = (each.open_count, each.overdue_count, each.soon_count, each.waiting_count)
        counts[each.officer_id] = [
            one + two for one, two in zip(counts[each.officer_id], own, strict=True)
        ]
    found = sorted(counts.items(), key=lambda row: (row[0] is None, -row[1][0], row[0]))[:CAP]
    people = Staff.objects.select_related("unit").in_bulk([pk for pk, _counts in found if pk])
    return [
        Load(
            officer=people.get(pk) if pk else None,
            open_count=counted[0],
            overdue_count=counted[1],
            soon_count=counted[2],
            waiting_count=counted[3],
        )
        for pk, counted in found
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


def ageing(tally: Tally) -> Ageing:
    """Return the open cases of each unit the person sees by days since receipt."""
    by_unit: dict[int, tuple[int, ...]] = {}
    for each in tally.standings:
        before = by_unit.get(each.unit_id, (0,) * len(each.ages))
        by_unit[each.unit_id] = tuple(one + two for one, two in zip(before, each.ages, strict=True))
    units = Unit.objects.filter(pk__in=by_unit).order_by("path")
    return Ageing(
        bands=(*BANDS, None),
        rows=tuple(AgeRow(unit=unit, counts=by_unit[unit.pk]) for unit in units),
    )


def waiting_reviews(staff: Staff) -> QuerySet[AnswerReview]:
    """Return the answers of others that wait for a second person, of the cases that this one may see."""
    waiting = AnswerReview.objects.waiting().visible_to(staff).exclude(drafted_by=staff)
    return waiting.select_related("complaint__unit", "drafted_by").order_by("asked_at", "pk")


def waiting_escalations(staff: Staff) -> QuerySet[Escalation]:
    """Return what waits on the board for this person: executives see what came before executives."""
    board = Escalation.objects.waiting().visible_to(staff)
    desks = desks_of(staff)
    if any(each.has_role(Role.SUPERVISOR) for each in desks):
        return board
    if any(each.has_role(Role.EXECUTIVE) for each in desks):
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


def headline(staff: Staff, tally: Tally) -> Headline:
    """Return the figures of the month so far and of the whole month before."""
    last, this = (local_day(first) for first in month_starts(tally.at)[-2:])
    now = sum_of(tally, month_on=this)
    before = sum_of(tally, month_on=last)
    return Headline(
        received=Figure(value=now.received, before=before.received, n=now.received),
        open_count=sum(each.open_count for each in tally.standings),
        overdue_count=sum(each.overdue_count for each in tally.standings),
        in_time_percent=Figure(
            value=percent(now.met, now.stopped),
            before=percent(before.met, before.stopped),
            n=now.stopped,
        ),
        mean_days=Figure(
            value=mean(now.days, now.timed), before=mean(before.days, before.timed), n=now.stopped
        ),
        escalations_waiting=waiting_escalations_count(staff),
    )


def sum_of(tally: Tally, *, month_on: date) -> Course:
    """Add up what the units did in a month."""
    rows = [each for each in tally.courses if each.month_on == month_on]
    return Course(
        unit_id=0,
        month_on=month_on,
        received=sum(each.received for each in rows),
        answered=sum(each.answered for each in rows),
        met=sum(each.met for each in rows),
        stopped=sum(each.stopped for each in rows),
        days=sum(each.days for each in rows),
        timed=sum(each.timed for each in rows),
    )


def mean(total: float, count: int) -> float | None:
    """Return the mean, None of nothing."""
    return total / count if count else None


def percent(part: float, whole: float) -> float | None:
    """Return a share in percent, None of nothing."""
    return 100 * part / whole if whole else None


@dataclass(frozen=True, kw_only=True)
class Month:
    """What came and what was answered in a month."""

    month_on: date
    received: int
    answered: int


def trend(tally: Tally) -> list[Month]:
    """Return receipts and answers of the last twelve months, the present one last."""
    months = [sum_of(tally, month_on=local_day(first)) for first in month_starts(tally.at)]
    return [
        Month(month_on=each.month_on, received=each.received, answered=each.answered)
        for each in months
    ]
