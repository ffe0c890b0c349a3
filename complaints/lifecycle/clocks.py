"""How clocks start, stop, pause, go on and move; every due date is written here (DESIGN section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Max

from agency.calendars import cached_calendar
from agency.models import Staff
from agency.workdays import WorkingCalendar
from complaints import sla
from complaints.lifecycle.policies import Limit, limit_of, limits_of
from complaints.models import (
    Clock,
    ClockPause,
    Complaint,
    DueChange,
    Measure,
    Milestone,
)

RUNS_AGAIN = (Measure.PROGRESS, Measure.IDLE)
DUE_FIELDS = ("due_at", "revision", "next_milestone_at")


def calendar_numbered(version_pk: int) -> WorkingCalendar:
    """Return a calendar version ready to count with."""
    return cached_calendar(version_pk)


def calendar_of(clock: Clock) -> WorkingCalendar:
    """Return the calendar a clock goes by."""
    return calendar_numbered(clock.calendar_version_id)


def stage_measure(complaint: Complaint) -> str:
    """Return the measure of the stage at which the case stands."""
    return Measure.STAGE2 if complaint.stage == 2 else Measure.STAGE1


def hold_clocks(complaint: Complaint) -> dict[str, Clock]:
    """Lock the clocks that have not stopped, by measure; the case is locked already."""
    clocks = Clock.objects.unstopped().filter(complaint=complaint).order_by("pk")
    held = {clock.measure: clock for clock in clocks.select_for_update(no_key=True)}
    for clock in held.values():
        clock.complaint = complaint
    return held


def pauses_of(clocks: Iterable[Clock]) -> dict[int, list[sla.Pause]]:
    """Return the pauses of clocks by clock."""
    spans: dict[int, list[sla.Pause]] = {clock.pk: [] for clock in clocks}
    for pause in ClockPause.objects.filter(clock__in=list(spans)).order_by("pk"):
        spans[pause.clock_id].append(sla.Pause(pause.from_at, pause.until_at))
    return spans


# Starting


def started(
    complaint: Complaint,
    limit: Limit,
    *,
    version: int,
    calendar_version_pk: int,
    start: datetime,
    at: datetime,
) -> Clock:
    """Return a clock, not yet written, that runs from `start`; `at` tells which reminders are past."""
    target = limit.target
    clock = Clock(
        complaint=complaint,
        measure=target.measure,
        version=version,
        target=target,
        days=target.days,
        unit=target.unit,
        is_first_day_counted=target.is_first_day_counted,
        calendar_version_id=calendar_version_pk,
        started_at=start,
    )
    clock.due_at = due_of(clock, pauses=())
    clock.next_milestone_at = sla.first_milestone(
        clock.due_at, limit.offsets, at=at, unit=clock.unit, calendar=calendar_of(clock)
    )
    return clock


def start_clocks(
    complaint: Complaint,
    measures: Sequence[str],
    *,
    calendar_version_pk: int,
    start: datetime,
    at: datetime,
    is_new: bool = False,
) -> dict[str, Clock]:
    """Start the clocks of these measures that the policy has a limit for."""
    limits = limits_of(complaint.policy_id)
    last = {} if is_new else last_versions(complaint)
    clocks = [
        started(
            complaint,
            limits[measure],
            version=last.get(measure, 0) + 1,
            calendar_version_pk=calendar_version_pk,
            start=start,
            at=at,
        )
        for measure in measures
        if measure in limits
    ]
    return {clock.measure: clock for clock in Clock.objects.bulk_create(clocks)}


def last_versions(complaint: Complaint) -> dict[str, int]:
    """Return how often the clock of each measure has started."""
    rows = Clock.objects.filter(complaint=complaint).order_by().values_list("measure")
    return dict(rows.annotate(last=Max("version")))


def restart(clock: Clock, *, at: datetime) -> Clock:
    """Start the next version of a stopped clock at an instant."""
    start = at if clock.unit == sla.CALENDAR else calendar_of(clock).deemed_received(at)
    again = started(
        clock.complaint,
        limit_of(clock.target_id),
        version=clock.version + 1,
        calendar_version_pk=clock.calendar_version_id,
        start=start,
        at=at,
    )
    again.save(force_insert=True)
    return again


# Stopping


def stop(clocks: Sequence[Clock], *, at: datetime, is_dropped: bool = False) -> None:
    """Stop clocks for good and keep how they ended."""
    if not clocks:
        return
    open_pauses = [clock for clock in clocks if clock.paused_at]
    if open_pauses:
        end_pauses(open_pauses, at=at)
    pauses = pauses_of(clocks)
    for clock in clocks:
        clock.stopped_at = clock.stop_recorded_at = at
        clock.result = result_of(clock, at=at, is_dropped=is_dropped)
        clock.elapsed_days = elapsed_of(clock, at=at, pauses=pauses[clock.pk])
        clock.next_milestone_at = None
    fields = ["stopped_at", "stop_recorded_at", "result", "elapsed_days", "next_milestone_at"]
    Clock.objects.bulk_update(clocks, fields)


def result_of(clock: Clock, *, at: datetime, is_dropped: bool) -> str:
    """Say whether a clock that stops now was in time."""
    if is_dropped:
        return Clock.Result.DROPPED
    return Clock.Result.MET if at <= clock.due_at else Clock.Result.MISSED


def elapsed_of(clock: Clock, *, at: datetime, pauses: Sequence[sla.Pause]) -> int:
    """Count the days a clock has used by an instant."""
    return sla.elapsed_days(
        clock.started_at,
        at,
        unit=clock.unit,
        is_first_day_counted=clock.is_first_day_counted,
        calendar=calendar_of(clock),
        pauses=pauses,
    )


# Pausing


def pause(clocks: Sequence[Clock], *, at: datetime) -> None:
    """Let clocks stand still from now on: the case waits for the complainant."""
    for clock in clocks:
        clock.paused_at, clock.next_milestone_at = at, None
    Clock.objects.bulk_update(clocks, ["paused_at", "next_milestone_at"])
    ClockPause.objects.bulk_create([ClockPause(clock=clock, from_at=at) for clock in clocks])


def end_pauses(clocks: Sequence[Clock], *, at: datetime) -> None:
    """Close the open pauses; the due dates are moved by the caller."""
    ClockPause.objects.filter(clock__in=clocks, until_at=None).update(until_at=at)
    for clock in clocks:
        clock.paused_at = None
    Clock.objects.bulk_update(clocks, ["paused_at"])


def go_on(clocks: Sequence[Clock], *, by: Staff | None, at: datetime, note: str = "") -> None:
    """Let paused clocks run again; the days they stood still are added to their due dates."""
    end_pauses(clocks, at=at)
    idle = [clock for clock in clocks if clock.measure == Measure.IDLE]
    others = [clock for clock in clocks if clock.measure != Measure.IDLE]
    retarget(others, why=DueChange.Why.PAUSE, by=by, at=at, note=note)
    for clock in idle:
        run_from(clock, at=at)


# Moving a due date


def due_of(clock: Clock, *, pauses: Sequence[sla.Pause]) -> datetime:
    """Compute the due date of a clock from its facts."""
    return sla.due_at(
        clock.started_at,
        days=clock.days,
        unit=clock.unit,
        is_first_day_counted=clock.is_first_day_counted,
        calendar=calendar_of(clock),
        pauses=pauses,
        extended_days=clock.extended_days,
    )


def retarget(
    clocks: Sequence[Clock], *, why: str, by: Staff | None, at: datetime, note: str = ""
) -> list[Clock]:
    """Compute due dates anew, keep what they were and why they changed; returns the moved clocks."""
    if not clocks:
        return []
    pauses = pauses_of(clocks)
    told = steps_told(clocks)
    changes: list[DueChange] = []
    for clock in clocks:
        old, clock.due_at = clock.due_at, due_of(clock, pauses=pauses[clock.pk])
        if clock.due_at != old:
            clock.revision += 1
            changes.append(
                DueChange(
                    clock=clock,
                    at=at,
                    by=by,
                    old_due_at=old,
                    new_due_at=clock.due_at,
                    why=why,
                    note=note,
                )
            )
        clock.next_milestone_at = next_after_change(clock, told=told[clock.pk], at=at)
    Clock.objects.bulk_update(clocks, DUE_FIELDS, batch_size=500)
    DueChange.objects.bulk_create(changes, batch_size=500)
    moved = {change.clock_id for change in changes}
    return [clock for clock in clocks if clock.pk in moved]


def steps_told(clocks: Sequence[Clock]) -> dict[int, set[int]]:
    """Return the steps of the matrix that were told already, by clock."""
    told: dict[int, set[int]] = {clock.pk: set() for clock in clocks}
    rows = Milestone.objects.filter(clock__in=list(told)).order_by()
    for clock_pk, step_pk in rows.values_list("clock", "step").distinct():
        told[clock_pk].add(step_pk)
    return told


def next_after_change(clock: Clock, *, told: set[int], at: datetime) -> datetime | None:
    """Return the next reminder for a new due date.

    What already lies in the past is told once, and only if it never was: a calendar change must
    not repeat every reminder of every open case.
    """
    if clock.paused_at:
        return None
    limit, calendar = limit_of(clock.target_id), calendar_of(clock)
    past = sla.last_milestone(
        clock.due_at, limit.offsets, until=at, unit=clock.unit, calendar=calendar
    )
    if past and any(
        step.pk not in told and instant_of(clock, step.offset_days) == past for step in limit.steps
    ):
        return past
    return sla.next_milestone(
        clock.due_at, limit.offsets, after=at, unit=clock.unit, calendar=calendar
    )


def instant_of(clock: Clock, offset: int) -> datetime:
    """Return when a step of the matrix comes due for a clock."""
    return sla.milestone_at(clock.due_at, offset, unit=clock.unit, calendar=calendar_of(clock))


# Signs of life


def run_from(clock: Clock, *, at: datetime) -> None:
    """Let the no-progress clock run from now on: something was done on the case."""
    clock.started_at = at if clock.unit == sla.CALENDAR else calendar_of(clock).deemed_received(at)
    clock.due_at = due_of(clock, pauses=())
    clock.revision += 1
    clock.next_milestone_at = sla.first_milestone(
        clock.due_at,
        limit_of(clock.target_id).offsets,
        at=at,
        unit=clock.unit,
        calendar=calendar_of(clock),
    )
    clock.save(update_fields=["started_at", *DUE_FIELDS])


def show_progress(clocks: dict[str, Clock], *, at: datetime) -> None:
    """Note that somebody works on the case; a waiting case is nobody's delay."""
    idle = clocks.get(Measure.IDLE)
    if idle and not idle.paused_at:
        run_from(idle, at=at)


def tell_person(
    complaint: Complaint, clocks: dict[str, Clock], *, at: datetime, is_answer: bool = False
) -> None:
    """Stop what a message to the complainant fulfils: the acknowledgement, and the progress letter."""
    fulfilled = [
        clocks[measure] for measure in (Measure.ACKNOWLEDGE, Measure.PROGRESS) if measure in clocks
    ]
    stop(fulfilled, at=at)
    if Measure.PROGRESS in clocks and not is_answer:
        clocks[Measure.PROGRESS] = restart(clocks[Measure.PROGRESS], at=at)
    clocks.pop(Measure.ACKNOWLEDGE, None)
    if complaint.acknowledged_at is None:
        complaint.acknowledged_at = at
