"""Due dates when the calendar changes under open cases (คำนวณกำหนดเวลาใหม่), and what a change would do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.audit import AuditDraft, record_many
from agency.models import CalendarVersion
from agency.workdays import WorkingCalendar
from complaints import sla
from complaints.lifecycle.clocks import pauses_of, retarget
from complaints.lifecycle.subtask_sweep import follow_calendar
from complaints.models import Clock, Complaint, DueChange, Measure

BATCH = 500


def recompute_due_dates(versions: Sequence[int], *, at: datetime) -> int:
    """Move the due dates of open clocks to these new calendar versions; returns how many moved.

    Each moved clock keeps what its due date was and why; stopped clocks keep the calendar they were
    judged by. Runs in batches; a second run finds nothing left to do.
    """
    moved = 0
    for version in CalendarVersion.objects.filter(pk__in=versions).order_by("pk"):
        last = 0
        while batch := next_batch(version, after=last):
            last = batch[-1]
            moved += recompute_batch(batch, version=version, at=at)
        follow_calendar(version, at=at)
    return moved


def next_batch(version: CalendarVersion, *, after: int) -> list[int]:
    """Return the next cases with a clock that goes by an older version of the calendar."""
    clocks = Clock.objects.unstopped().filter(
        calendar_version__calendar=version.calendar_id,
        calendar_version__number__lt=version.number,
        complaint__gt=after,
    )
    pks = clocks.order_by("complaint").values_list("complaint", flat=True).distinct()
    return list(pks[:BATCH])


@transaction.atomic
def recompute_batch(batch: Sequence[int], *, version: CalendarVersion, at: datetime) -> int:
    """Move the clocks of some cases; cases are locked before their clocks, as everywhere."""
    complaints = (
        Complaint.objects.select_for_update(no_key=True).filter(pk__in=batch).order_by("pk")
    )
    held = {complaint.pk: complaint for complaint in complaints}
    clocks = list(
        Clock.objects.unstopped()
        .filter(complaint__in=held, calendar_version__calendar=version.calendar_id)
        .filter(calendar_version__number__lt=version.number)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    for clock in clocks:
        clock.calendar_version = version
        clock.complaint = held[clock.complaint_id]
    Clock.objects.bulk_update(clocks, ["calendar_version"], batch_size=BATCH)
    moved = retarget(clocks, why=DueChange.Why.CALENDAR, by=None, at=at, note=version.reason)
    tell_cases(moved, version=version, at=at)
    return len(moved)


def tell_cases(moved: Sequence[Clock], *, version: CalendarVersion, at: datetime) -> None:
    """Let the cases say the new due date of their stage, and why."""
    changed: dict[int, Complaint] = {}
    for clock in moved:
        complaint = clock.complaint
        changed[complaint.pk] = complaint
        if clock.measure in Measure.stages():
            complaint.due_at = clock.due_at
    for complaint in changed.values():
        complaint.version += 1
    Complaint.objects.bulk_update(changed.values(), ["due_at", "version"], batch_size=BATCH)
    record_many(
        AuditDraft(
            subject=complaint,
            verb="due_changed",
            by=None,
            at=at,
            reason=version.reason,
            facts={"calendar_version": version.pk, "version": complaint.version},
        )
        for complaint in changed.values()
    )


def preview_due_dates(becoming: Mapping[int, WorkingCalendar]) -> list[str]:
    """Say how many open cases would be due earlier or later under these calendars, by calendar id."""
    earlier = later = 0
    for clock, calendar, pauses in open_stage_clocks(becoming):
        new = sla.due_at(
            clock.started_at,
            days=clock.days,
            unit=clock.unit,
            is_first_day_counted=clock.is_first_day_counted,
            calendar=calendar,
            pauses=pauses,
            extended_days=clock.extended_days,
        )
        earlier += new < clock.due_at
        later += new > clock.due_at
    if not earlier and not later:
        return [_("No open complaint gets another due date.")]
    return [
        *([said(later, is_later=True)] if later else []),
        *([said(earlier, is_later=False)] if earlier else []),
    ]


def said(count: int, *, is_later: bool) -> str:
    """Say how many complaints move one way."""
    if is_later:
        text = ngettext(
            "%(count)s open complaint is due later.",
            "%(count)s open complaints are due later.",
            count,
        )
    else:
        text = ngettext(
            "%(count)s open complaint is due earlier.",
            "%(count)s open complaints are due earlier.",
            count,
        )
    return text % {"count": count}


def open_stage_clocks(
    becoming: Mapping[int, WorkingCalendar],
) -> Iterator[tuple[Clock, WorkingCalendar, list[sla.Pause]]]:
    """Yield the stage clocks of open cases that go by one of these calendars, with their pauses."""
    clocks = (
        Clock.objects.unstopped()
        .filter(measure__in=Measure.stages(), calendar_version__calendar__in=becoming)
        .select_related("calendar_version")
        .defer("calendar_version__facts")
        .order_by("pk")
    )
    for batch in batches(clocks.iterator(chunk_size=BATCH)):
        pauses = pauses_of(batch)
        for clock in batch:
            yield clock, becoming[clock.calendar_version.calendar_id], pauses[clock.pk]


def batches(clocks: Iterable[Clock]) -> Iterator[list[Clock]]:
    """Yield clocks some hundred at a time."""
    batch: list[Clock] = []
    for clock in clocks:
        batch.append(clock)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
