"""What if another standard had held: past answers measured against a limit they did not have.

The unit counted is an answer: one clock that was stopped by the full answer (or acknowledgement) of
a case; a reopened case counts again for its next answer. The days an answer took stand on its clock
and are only read and summed, in the database. Where they cannot serve, because the new standard
counts other days, they are counted anew: calendar days without a pause in the database, all others
one by one with the calendar of the case. Late means that more days were used than the limit has; an
extension makes no answer timely, as in the monthly report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import ExtractDay, Greatest, TruncDate

from agency.calendars import cached_calendar
from agency.models import Staff, Unit
from agency.thai import BANGKOK
from complaints import sla
from complaints.models import Clock, ClockPause, Complaint, DayUnit, Measure
from complaints.models.complaint import ComplaintQuerySet
from complaints.selectors.grouping import Sum, sums_by

MEASURES = (Measure.ACKNOWLEDGE, Measure.STAGE1, Measure.STAGE2)
DIMENSIONS = ("unit", "category", "grade", "kind")
OWN = ("own_days", "own_unit", "own_first")
BATCH = 2000
PER_PAGE = 50
MOST_READ = 20_000  # of a page that finds few, so many answers are looked at


# What is asked


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A limit that did not hold: so many days, counted so."""

    measure: str
    days: int
    unit: str
    is_first_day_counted: bool


@dataclass(frozen=True, kw_only=True)
class Question:
    """A standard against a past period; both days belong to it. Without `compared_days`, what was
    is each answer's own limit, else so many days of the same kind."""

    standard: Standard
    first_on: date
    last_on: date
    is_by_closing: bool = False
    compared_days: int | None = None
    unit: int | None = None
    category: int | None = None
    grade: int | None = None
    kind: str = ""
    among: Q | None = None  # what else must hold of a case

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The first instant of the period and the first one after it."""
        since = datetime.combine(self.first_on, time.min, BANGKOK)
        return since, datetime.combine(self.last_on + timedelta(days=1), time.min, BANGKOK)


@dataclass(frozen=True, kw_only=True)
class Pick:
    """Which answers a list shows: a lateness, a stretch of days, one key of a dimension."""

    late: str = ""  # before, after, newly, relieved; empty: every answer
    least: int | None = None
    most: int | None = None
    dimension: str = ""
    key: str = ""  # empty: those without one


# What is found


@dataclass(frozen=True)
class Tally:
    """Answers, how many were late, would have been late and only then; the days beyond the new limit."""

    n: int = 0
    before: int = 0
    after: int = 0
    newly: int = 0
    over_days: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.n + other.n,
            self.before + other.before,
            self.after + other.after,
            self.newly + other.newly,
            self.over_days + other.over_days,
        )

    @property
    def relieved(self) -> int:
        """Late then, in time under the new limit."""
        return self.before - (self.after - self.newly)


@dataclass(frozen=True, kw_only=True)
class OwnLimit:
    """A limit that answers of the period really had."""

    days: int
    unit: str
    is_first_day_counted: bool
    n: int


@dataclass(kw_only=True)
class Replay:
    """The answers of a period under another standard."""

    total: Tally = field(default_factory=Tally)
    spread: Counter[int] = field(default_factory=Counter)  # days taken → answers
    own: Counter[tuple[int, str, bool]] = field(default_factory=Counter)
    groups: dict[str, dict[Any, Tally]] = field(
        default_factory=lambda: {name: {} for name in DIMENSIONS}
    )
    recomputed: int = 0
    extended: int = 0
    running: int = 0
    running_late: int = 0

    def add(self, dimension: str, key: Any, tally: Tally) -> None:
        """Count answers under one key of a dimension."""
        known = self.groups[dimension]
        known[key] = known.get(key, Tally()) + tally

    @property
    def own_limits(self) -> list[OwnLimit]:
        """The limits that really held, the most frequent first."""
        return [
            OwnLimit(days=days, unit=unit, is_first_day_counted=first, n=n)
            for (days, unit, first), n in self.own.most_common()
        ]


# The answers of a period


def cases_of(staff: Staff, question: Question) -> ComplaintQuerySet:
    """Return the cases of the period that the person sees and the question speaks of."""
    since, until = question.span
    instant = "closed_at" if question.is_by_closing else "received_at"
    found = Complaint.objects.visible_to(staff)
    found = found.filter(**{f"{instant}__gte": since, f"{instant}__lt": until})
    if question.among is not None:
        found = found.filter(question.among)
    if question.unit:
        units = Unit.objects.filter(path__contains=f"/{question.unit}/").order_by()
        found = found.filter(unit__in=units)
    if question.category:
        found = found.filter(Q(category=question.category) | Q(category__parent=question.category))
    if question.grade:
        found = found.filter(grade=question.grade)
    return found.filter(kind=question.kind) if question.kind else found


def answers(staff: Staff, question: Question) -> QuerySet[Any, Any]:
    """Return one row for each answer of the period: what it took, what it had, whether it was late."""
    ended = (Clock.Result.MET, Clock.Result.MISSED)
    found = cases_of(staff, question).filter(
        clocks__measure=question.standard.measure, clocks__result__in=ended
    )
    found = found.annotate(
        clock_pk=F("clocks__pk"),
        own_days=F("clocks__days"),
        own_unit=F("clocks__unit"),
        own_first=F("clocks__is_first_day_counted"),
        started=F("clocks__started_at"),
        stopped=F("clocks__stopped_at"),
        elapsed=F("clocks__elapsed_days"),
        result=F("clocks__result"),
        more_days=F("clocks__extended_days"),
        calendar_pk=F("clocks__calendar_version"),
    )
    return found.annotate(taken=taken(question.standard)).annotate(was_late=was_late(question))


def taken(standard: Standard) -> Case:
    """Count the days an answer took as the standard counts them; nothing where that needs the calendar.

    The first day counts or not: one more or less, because a clock starts on a day that counts. A
    pause may lie on that day, so clocks that stood still are counted anew.
    """
    first = int(standard.is_first_day_counted)
    stored = Q(own_unit=standard.unit, elapsed__isnull=False)
    unpaused = ~Exists(ClockPause.objects.filter(clock=OuterRef("clock_pk")))
    cases = [
        When(stored & Q(own_first=standard.is_first_day_counted), then=F("elapsed")),
        When(stored & unpaused, then=Greatest(F("elapsed") + Value(2 * first - 1), Value(0))),
    ]
    if standard.unit == DayUnit.CALENDAR:
        gone = ExtractDay(
            TruncDate("stopped", tzinfo=BANGKOK) - TruncDate("started", tzinfo=BANGKOK)
        )
        cases.append(When(unpaused, then=Greatest(gone + Value(first), Value(0))))
    return Case(*cases, default=None, output_field=IntegerField())


def was_late(question: Question) -> Case:
    """Tell whether an answer was late by what it is compared with."""
    if question.compared_days is not None:
        late = Q(taken__gt=question.compared_days)
    else:
        late = Q(elapsed__gt=F("own_days")) | Q(elapsed=None, result=Clock.Result.MISSED)
    return Case(When(late, then=Value(value=True)), default=Value(value=False))


# The replay


def replay(staff: Staff, question: Question, *, at: datetime) -> Replay:
    """Measure the answers of a period against another standard; memory is bounded at any size."""
    found = Replay()
    uncounted = 0
    for cell in sums_of(answers(staff, question), limit=question.standard.days):
        put(found, cell)
        if not cell.keys:
            uncounted = cell.sums["uncounted"]
    if uncounted:
        add_recounted(found, staff, question)
    if not question.is_by_closing:
        add_running(found, staff, question, at=at)
    return found


def sums_of(rows: QuerySet[Any, Any], *, limit: int) -> list[Sum]:
    """Sum the answers whose days could be read: all, by days taken, by own limit, by each dimension."""
    columns = rows.values(
        "taken",
        "was_late",
        "more_days",
        *OWN,
        of_unit=F("unit_id"),
        of_category=F("category_id"),
        of_grade=F("grade_id"),
        of_kind=F("kind"),
    )
    late = f"taken > {int(limit)}"
    return sums_by(
        columns,
        sets=[(), ("taken",), OWN, *((f"of_{name}",) for name in DIMENSIONS)],
        sums={
            "n": "count(taken)",
            "before": "count(*) FILTER (WHERE was_late AND taken IS NOT NULL)",
            "after": f"count(*) FILTER (WHERE {late})",
            "newly": f"count(*) FILTER (WHERE {late} AND NOT was_late)",
            "over_days": f"sum(greatest(taken - {int(limit)}, 0))",
            "extended": "count(*) FILTER (WHERE more_days > 0)",
            "uncounted": "count(*) - count(taken)",
        },
    )


def put(found: Replay, cell: Sum) -> None:
    """Take one cell of the sums over."""
    sums = cell.sums
    tally = Tally(sums["n"], sums["before"], sums["after"], sums["newly"], sums["over_days"])
    if not cell.keys:
        found.total, found.extended = tally, sums["extended"]
    elif cell.keys == ("taken",):
        if cell.values[0] is not None:
            found.spread[cell.values[0]] = tally.n
    elif len(cell.keys) == len(OWN):
        own = dict(zip(cell.keys, cell.values, strict=True))
        found.own[own["own_days"], own["own_unit"], own["own_first"]] = (
            sums["n"] + sums["uncounted"]
        )
    elif tally.n:
        found.add(cell.keys[0].removeprefix("of_"), cell.values[0], tally)


# One by one


def add_recounted(found: Replay, staff: Staff, question: Question) -> None:
    """Add the answers whose days had to be counted anew, read in batches."""
    rows = with_pauses(answers(staff, question).filter(taken=None)).order_by()
    for row in rows.iterator(chunk_size=BATCH):
        days = recounted(row, question.standard)
        tally = tally_of(row, days=days, question=question)
        found.recomputed += 1
        found.total += tally
        found.spread[days] += 1
        for name in DIMENSIONS:
            found.add(name, row[name], tally)


def with_pauses(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Return what counting an answer anew needs, with the pauses of its clock."""
    spans = ClockPause.objects.filter(clock=OuterRef("clock_pk")).order_by("pk")
    found: QuerySet[Any, Any] = rows.annotate(
        pauses_from=ArraySubquery(spans.values("from_at")),
        pauses_until=ArraySubquery(spans.values("until_at")),
    ).values(
        *("pk", "number", "subject", "clock_pk", "started", "stopped", "calendar_pk", "elapsed"),
        *("taken", "was_late", "pauses_from", "pauses_until", *DIMENSIONS, *OWN),
    )
    return found


def recounted(row: Mapping[str, Any], standard: Standard) -> int:
    """Count the days an answer took as the standard counts them, by the calendar of the case."""
    spans = zip(row["pauses_from"], row["pauses_until"], strict=True)
    return sla.elapsed_days(
        row["started"],
        row["stopped"],
        unit=standard.unit,
        is_first_day_counted=standard.is_first_day_counted,
        calendar=cached_calendar(row["calendar_pk"]),
        pauses=[sla.Pause(from_at, until_at) for from_at, until_at in spans],
    )


def is_late_before(row: Mapping[str, Any], *, days: int, question: Question) -> bool:
    """Tell whether an answer was late, of one whose days are known only now."""
    if question.compared_days is None:
        return bool(row["was_late"])
    return days > question.compared_days


def tally_of(row: Mapping[str, Any], *, days: int, question: Question) -> Tally:
    """Return one answer as a tally."""
    limit = question.standard.days
    before = is_late_before(row, days=days, question=question)
    after = days > limit
    return Tally(1, int(before), int(after), int(after and not before), max(days - limit, 0))


# What still runs


def add_running(found: Replay, staff: Staff, question: Question, *, at: datetime) -> None:
    """Count the cases of the period without an answer, and those that have outrun the new limit already."""
    paused = Exists(ClockPause.objects.filter(clock=OuterRef("clocks__pk")))
    open_clocks = cases_of(staff, question).filter(
        clocks__measure=question.standard.measure, clocks__stopped_at=None
    )
    days = open_clocks.annotate(
        was_paused=ExpressionWrapper(paused, output_field=BooleanField()),
        started_on=TruncDate("clocks__started_at", tzinfo=BANGKOK),
        calendar_pk=F("clocks__calendar_version"),
    ).order_by()
    counted = days.values_list("started_on", "calendar_pk", "was_paused").annotate(n=Count("pk"))
    for started_on, calendar_pk, was_paused, n in counted:
        found.running += n
        is_late = not was_paused and outran(started_on, calendar_pk, question.standard, at=at)
        found.running_late += n if is_late else 0


def outran(started_on: date, calendar_pk: int, standard: Standard, *, at: datetime) -> bool:
    """Tell whether a clock that started on a day has no day of the limit left."""
    due = sla.due_at(
        datetime.combine(started_on, time(12), BANGKOK),
        days=standard.days,
        unit=standard.unit,
        is_first_day_counted=standard.is_first_day_counted,
        calendar=cached_calendar(calendar_pk),
    )
    return due < at


# The cases behind a figure


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A line of the list behind a figure."""

    complaint_pk: int
    clock_pk: int
    number: str
    subject: str
    taken: int
    own: OwnLimit
    was_late: bool
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """The lines of one page and where the next one begins; 0 when there is none."""

    rows: Sequence[Answer]
    next_after: int


def behind(staff: Staff, question: Question, pick: Pick, *, after: int = 0) -> AnswerPage:
    """Return the answers behind a figure, a page after another, by the clock's number."""
    rows = picked(answers(staff, question), question, pick).filter(clock_pk__gt=after)
    rows = with_pauses(rows).order_by("clock_pk")
    found: list[Answer] = []
    read = last = 0
    for row in rows[: MOST_READ + 1].iterator(chunk_size=BATCH):
        if len(found) == PER_PAGE or read == MOST_READ:
            return AnswerPage(rows=found, next_after=last)
        answer = answer_of(row, question)
        read, last = read + 1, answer.clock_pk
        if fits(answer, pick):
            found.append(answer)
    return AnswerPage(rows=found, next_after=0)


def picked(rows: QuerySet[Any, Any], question: Question, pick: Pick) -> QuerySet[Any, Any]:
    """Keep the answers that may be meant; those counted anew are looked at one by one."""
    if pick.dimension:
        has_key = Q((pick.dimension, pick.key)) if pick.key else Q((pick.dimension, None))
        rows = rows.filter(has_key)
    late = Q(taken__gt=question.standard.days)
    meant = {
        "before": Q(was_late=True),
        "after": late,
        "newly": late & Q(was_late=False),
        "relieved": Q(was_late=True) & ~late,
    }.get(pick.late, Q())
    if pick.least is not None:
        meant &= Q(taken__gte=pick.least)
    if pick.most is not None:
        meant &= Q(taken__lte=pick.most)
    return rows.filter(meant | Q(taken=None)) if meant else rows


def answer_of(row: Mapping[str, Any], question: Question) -> Answer:
    """Return a row as the list shows it."""
    days = row["taken"] if row["taken"] is not None else recounted(row, question.standard)
    own = OwnLimit(
        days=row["own_days"], unit=row["own_unit"], is_first_day_counted=row["own_first"], n=1
    )
    return Answer(
        complaint_pk=row["pk"],
        clock_pk=row["clock_pk"],
        number=row["number"],
        subject=row["subject"],
        taken=days,
        own=own,
        was_late=is_late_before(row, days=days, question=question),
        is_late=days > question.standard.days,
    )


def fits(answer: Answer, pick: Pick) -> bool:
    """Tell whether an answer is one that was picked."""
    wanted = {
        "before": answer.was_late,
        "after": answer.is_late,
        "newly": answer.is_late and not answer.was_late,
        "relieved": answer.was_late and not answer.is_late,
    }.get(pick.late, True)
    least = pick.least is None or answer.taken >= pick.least
    return wanted and least and (pick.most is None or answer.taken <= pick.most)
