"""How the time limits of cases stand: the mini ruler of a row, the ruler of a page, a due date explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from agency.calendars import cached_calendar
from agency.ruler import Day, Ruler, Span, TimeLeft, days_between
from agency.workdays import WEEKEND, WorkingCalendar
from complaints import sla
from complaints.models import Clock, Complaint, DayUnit, Measure

LONGEST_TAIL = timedelta(
    days=45
)  # of a case long overdue, the ruler shows so much after the due date


def times_left(complaints: Sequence[Complaint], *, at: datetime) -> dict[int, TimeLeft]:
    """Return how the stage clock of each case stands, by id; one query for all of them."""
    clocks = Clock.objects.filter(
        complaint__in=[complaint.pk for complaint in complaints], measure__in=Measure.stages()
    )
    latest = {clock.complaint_id: clock for clock in clocks.order_by("pk")}
    return {
        complaint.pk: time_left(latest[complaint.pk], at=at)
        if complaint.pk in latest
        else TimeLeft(days=None)
        for complaint in complaints
    }


def time_left(clock: Clock, *, at: datetime) -> TimeLeft:
    """Return how a clock stands: as of its stop or its pause, else as of now."""
    calendar = cached_calendar(clock.calendar_version_id)
    moment = clock.stopped_at or clock.paused_at or at
    days = sla.days_left(moment, clock.due_at, unit=clock.unit, calendar=calendar)
    whole = clock.days + clock.extended_days
    return TimeLeft(
        days=days,
        used=1 - days / whole,
        is_over=moment > clock.due_at,
        is_paused=clock.paused_at is not None and clock.stopped_at is None,
        is_ended=clock.stopped_at is not None,
        in_calendar_days=clock.unit == DayUnit.CALENDAR,
    )


def stage_clock(clocks: Iterable[Clock]) -> Clock | None:
    """Return the clock of the stage the case is in, or was in last."""
    stages = [clock for clock in clocks if clock.measure in Measure.stages()]
    return max(stages, key=lambda clock: clock.pk, default=None)


def with_pauses(clocks: QuerySet[Clock]) -> list[Clock]:
    """Return clocks with their pauses at hand, in one query."""
    has_pause = Q(pauses__isnull=False)
    found = clocks.annotate(
        pauses_from=ArrayAgg("pauses__from_at", filter=has_pause, order_by="pauses__pk"),
        pauses_until=ArrayAgg("pauses__until_at", filter=has_pause, order_by="pauses__pk"),
    )
    return list(found.order_by("pk"))


def pauses_of(clock: Clock) -> list[sla.Pause]:
    """Return a clock's pauses as the rules take them; the clock comes from `with_pauses`."""
    facts = vars(clock)
    spans = zip(facts["pauses_from"] or (), facts["pauses_until"] or (), strict=True)
    return [sla.Pause(from_at, until_at) for from_at, until_at in spans]


def ruler_of(
    clock: Clock, *, acknowledged_at: datetime | None, at: datetime, explain_url: str = ""
) -> Ruler:
    """Return the working-day ruler of a stage clock."""
    calendar = cached_calendar(clock.calendar_version_id)
    start, today, due = (
        sla.day_of(moment, calendar=calendar) for moment in (clock.started_at, at, clock.due_at)
    )
    ended = sla.day_of(clock.stopped_at, calendar=calendar) if clock.stopped_at else None
    last = min(max(due, ended or today), due + LONGEST_TAIL)
    return Ruler(
        start=start,
        today=today,
        due=due,
        left=time_left(clock, at=at),
        days=tuple(day_on(day, calendar=calendar) for day in days_between(start, last)),
        acknowledged=(sla.day_of(acknowledged_at, calendar=calendar) if acknowledged_at else None),
        ended=ended,
        pauses=tuple(pause_spans(clock, today=ended or today, calendar=calendar)),
        extensions=tuple(extension_spans(clock, due=due, calendar=calendar)),
        explain_url=explain_url,
    )


def day_on(day: date, *, calendar: WorkingCalendar) -> Day:
    """Return a day as the ruler draws it."""
    closed = calendar.why_closed(day)
    return Day(on=day, is_working=not closed, name="" if closed == WEEKEND else closed)


def pause_spans(clock: Clock, *, today: date, calendar: WorkingCalendar) -> list[Span]:
    """Return the days over which the clock stood still; an open pause lasts until today."""
    return [
        Span(
            start=sla.day_of(pause.from_at, calendar=calendar),
            end=sla.day_of(pause.until_at, calendar=calendar) if pause.until_at else today,
        )
        for pause in pauses_of(clock)
    ]


def extension_spans(clock: Clock, *, due: date, calendar: WorkingCalendar) -> list[Span]:
    """Return the days that extensions added at the end."""
    if not clock.extended_days:
        return []
    first = sla.shifted(due, 1 - clock.extended_days, unit=clock.unit, calendar=calendar)
    return [Span(start=first, end=due)]


def explained(clock: Clock) -> list[sla.Day]:
    """Return every day from the start to the due date and why it counted or not; the clock comes from `with_pauses`."""
    return sla.day_by_day(
        clock.started_at,
        days=clock.days,
        unit=clock.unit,
        is_first_day_counted=clock.is_first_day_counted,
        calendar=cached_calendar(clock.calendar_version_id),
        pauses=pauses_of(clock),
        extended_days=clock.extended_days,
    )
