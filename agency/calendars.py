"""Working calendars (ปฏิทินวันทำการ): their versions, whose they are, and what a change would do.

The rows of a calendar are its draft; what counts is the newest version. A version never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, events, reference, units
from agency.models import Calendar, CalendarVersion, Holiday, Staff, Unit, WorkingInterval
from agency.refusal import Refused
from agency.workdays import Spans, WorkingCalendar

NATIONAL = "TH"


class Facts(TypedDict):
    """What a version keeps."""

    intervals: list[list[int | str]]
    holidays: dict[str, str]


PreviewHook = Callable[[Mapping[int, WorkingCalendar]], Iterable[str]]
HOOKS: list[PreviewHook] = []


def on_preview(hook: PreviewHook) -> PreviewHook:
    """Let another room say what a change would do to its rows.

    The hook gets the calendars that would change, by id, as they would become; it returns
    sentences in the reader's language.
    """
    HOOKS.append(hook)
    return hook


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What publishing a calendar would change."""

    calendar: Calendar
    is_changed: bool
    days_added: list[tuple[date, str]]
    days_removed: list[tuple[date, str]]
    are_hours_changed: bool
    also: list[Calendar]
    effects: list[str]


# Reading


def current_version(calendar: Calendar) -> CalendarVersion:
    """Return the newest published version of a calendar."""
    return CalendarVersion.objects.filter(calendar=calendar).latest("number")


def version_for(unit: Unit) -> CalendarVersion:
    """Return the calendar version a unit works by: its own, the nearest one above, else the national one.

    A calendar that was never published does not count yet.
    """
    return copy(reference.kept(("calendar", unit.path), lambda: asked_version(unit)))


def asked_version(unit: Unit) -> CalendarVersion:
    """Ask the database which calendar version a unit works by."""
    line = units.line_of(unit)
    owners = dict(
        Unit.objects.filter(pk__in=line)
        .exclude(calendar__versions=None)
        .values_list("pk", "calendar_id")
    )
    own = next((owners[pk] for pk in line if pk in owners), None)
    versions = CalendarVersion.objects.select_related("calendar").defer("facts")
    if own is None:
        return versions.filter(calendar__code=NATIONAL).latest("number")
    return versions.filter(calendar=own).latest("number")


def working_calendar(version: CalendarVersion) -> WorkingCalendar:
    """Return a version ready to count with; made once per process."""
    return cached_calendar(version.pk)


@lru_cache(maxsize=256)
def cached_calendar(version_pk: int) -> WorkingCalendar:
    """Read a version's facts; kept for good, because a version never changes."""
    return calendar_of(CalendarVersion.objects.values_list("facts", flat=True).get(pk=version_pk))


def calendar_of(facts: Facts) -> WorkingCalendar:
    """Return facts ready to count with."""
    spans: dict[int, Spans] = {}
    for weekday, rows in groupby(facts["intervals"], key=itemgetter(0)):
        spans[int(weekday)] = tuple(
            (time.fromisoformat(str(starts)), time.fromisoformat(str(ends)))
            for _weekday, starts, ends in rows
        )
    days = {date.fromisoformat(day): name for day, name in facts["holidays"].items()}
    return WorkingCalendar(intervals=spans, holidays=days)


def years_to_confirm(calendar: Calendar, *, on: date) -> list[int]:
    """Return the years, from this one on, whose days off still wait for the announcement."""
    waiting = Holiday.objects.filter(
        calendar=calendar, is_active=True, is_confirmed=False, day_on__year__gte=on.year
    )
    return sorted({day.year for day in waiting.values_list("day_on", flat=True)})


# Publishing


@transaction.atomic
def publish(calendar: Calendar, *, by: Staff | None, at: datetime, reason: str) -> CalendarVersion:
    """Make the calendar's rows, and with them those of the calendars that add to it, count (ประกาศใช้ปฏิทิน).

    Each calendar whose facts changed gets a new version. The event tells other rooms to compute
    open due dates anew.
    """
    locked = Calendar.objects.select_for_update().order_by("pk").in_bulk()
    made: list[CalendarVersion] = []
    for each in family(calendar):
        version = new_version(locked[each.pk], by=by, at=at, reason=reason)
        if version:
            audit.record(
                each,
                "calendar_published",
                by=by,
                at=at,
                reason=reason,
                version=version.pk,
                number=version.number,
            )
            made.append(version)
    if made:
        events.emit(calendar, "calendar_changed", at=at, versions=[version.pk for version in made])
    return current_version(calendar)


def new_version(
    calendar: Calendar, *, by: Staff | None, at: datetime, reason: str
) -> CalendarVersion | None:
    """Write the next version if the facts changed."""
    last = CalendarVersion.objects.filter(calendar=calendar).order_by("number").last()
    facts = checked_facts(calendar)
    if last and last.facts == facts:
        return None
    return CalendarVersion.objects.create(
        calendar=calendar,
        number=last.number + 1 if last else 1,
        facts=facts,
        reason=reason,
        made_by=by,
        made_at=at,
    )


def preview(calendar: Calendar) -> Preview:
    """Return what publishing would change, without publishing."""
    changed = {each: facts for each in family(calendar) if (facts := changed_facts(each))}
    old, new = published_facts(calendar), checked_facts(calendar)
    becoming = {each.pk: calendar_of(facts) for each, facts in changed.items()}
    return Preview(
        calendar=calendar,
        is_changed=bool(changed),
        days_added=days_only_in(new, old),
        days_removed=days_only_in(old, new),
        are_hours_changed=old["intervals"] != new["intervals"],
        also=[each for each in changed if each != calendar],
        effects=[sentence for hook in HOOKS for sentence in hook(becoming)] if becoming else [],
    )


def changed_facts(calendar: Calendar) -> Facts | None:
    """Return the facts of the rows if they differ from what is published."""
    facts = checked_facts(calendar)
    return facts if facts != published_facts(calendar) else None


def published_facts(calendar: Calendar) -> Facts:
    """Return what counts now; nothing before the first version."""
    last = CalendarVersion.objects.filter(calendar=calendar).order_by("number").last()
    return last.facts if last else Facts(intervals=[], holidays={})


def days_only_in(facts: Facts, others: Facts) -> list[tuple[date, str]]:
    """Return the days off that the other facts lack."""
    return [
        (date.fromisoformat(day), name)
        for day, name in facts["holidays"].items()
        if day not in others["holidays"]
    ]


# Facts out of rows


def checked_facts(calendar: Calendar) -> Facts:
    """Return what the rows of a calendar say; refuse what nobody could work by."""
    line = line_of(calendar)
    return Facts(intervals=intervals_of(line), holidays=holidays_of(line))


def line_of(calendar: Calendar) -> list[Calendar]:
    """Return the calendar and those it adds to, the nearest first."""
    line = [calendar]
    while (above := line[-1].parent) is not None:
        if above in line:
            raise Refused(_("A calendar cannot add to itself. Choose another one."))
        line.append(above)
    return line


def family(calendar: Calendar) -> list[Calendar]:
    """Return the calendar and all that add to it, directly or not."""
    found = [calendar]
    for each in found:
        found.extend(child for child in each.children.order_by("pk") if child not in found)
    return found


def intervals_of(line: list[Calendar]) -> list[list[int | str]]:
    """Return the working time of the nearest calendar that states one."""
    for calendar in line:
        rows = list(calendar.intervals.order_by("weekday", "starts"))
        if rows:
            refuse_overlap(rows)
            return [[row.weekday, f"{row.starts:%H:%M}", f"{row.ends:%H:%M}"] for row in rows]
    raise Refused(_("A calendar needs working time on at least one weekday. Add it first."))


def refuse_overlap(rows: list[WorkingInterval]) -> None:
    """Refuse working time that counts a minute twice."""
    for first, second in pairwise(rows):
        if first.weekday == second.weekday and second.starts < first.ends:
            raise Refused(
                _("%(first)s and %(second)s overlap. Change one of them.")
                % {"first": first, "second": second}
            )


def holidays_of(line: list[Calendar]) -> dict[str, str]:
    """Return the days off by date: a row of a nearer calendar wins, one that does not count frees the day."""
    rows: dict[date, Holiday] = {}
    for calendar in reversed(line):
        rows.update({row.day_on: row for row in calendar.holidays.all()})
    return {day.isoformat(): row.name for day, row in sorted(rows.items()) if row.is_active}
