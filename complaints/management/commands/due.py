"""`manage.py due`: a due date and how it comes about, for auditors; prints JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agency.calendars import NATIONAL, version_for, working_calendar
from agency.models import CalendarVersion, Unit
from agency.workdays import WorkingCalendar
from complaints import sla

MOST_DAYS = 3660


class Command(BaseCommand):
    """Explains a due date day by day."""

    help = "Print the due date of a limit, and which days count, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an instant, a limit, pauses and the unit whose calendar counts."""
        parser.add_argument("instant", help="ISO 8601; without an offset it is Bangkok time")
        parser.add_argument("--days", type=int, required=True)
        parser.add_argument("--pause", nargs=2, action="append", default=[], metavar=("FROM", "TO"))
        parser.add_argument("--unit", metavar="CODE", help="else the national calendar")
        parser.add_argument("--calendar-days", action="store_true")
        parser.add_argument("--first-day-counts", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print."""
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(_("--days must be from 1 to %(most)s.") % {"most": MOST_DAYS})
        calendar = calendar_named(options["unit"])
        instant = instant_in(options["instant"], calendar=calendar)
        pauses = [pause_in(span, calendar=calendar) for span in options["pause"]]
        deemed = calendar.deemed_received(instant)
        facts: dict[str, Any] = {
            "days": options["days"],
            "unit": sla.CALENDAR if options["calendar_days"] else sla.WORKING,
            "is_first_day_counted": options["first_day_counts"],
            "calendar": calendar,
            "pauses": pauses,
        }
        told = {
            "deemed_received": written(deemed, calendar=calendar),
            "due": written(sla.due_at(deemed, **facts), calendar=calendar),
            "days": [
                {
                    "on": day.on.isoformat(),
                    "counted": day.is_counted,
                    "number": day.number,
                    "reason": day.reason,
                }
                for day in sla.day_by_day(deemed, **facts)
            ],
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))


def calendar_named(code: str | None) -> WorkingCalendar:
    """Return the calendar of a unit, or the national one."""
    if code:
        unit = Unit.objects.filter(code=code).first()
        if unit is None:
            raise CommandError(_("There is no unit with the code %(code)s.") % {"code": code})
        return working_calendar(version_for(unit))
    version = CalendarVersion.objects.filter(calendar__code=NATIONAL).order_by("number").last()
    if version is None:
        raise CommandError(_("There is no calendar yet. Run manage.py seed first."))
    return working_calendar(version)


def instant_in(text: str, *, calendar: WorkingCalendar) -> datetime:
    """Return an instant as it was typed."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            _("“%(text)s” is not an instant. Write it as 2026-11-02T16:31 or 2026-11-02T09:31:00Z.")
            % {"text": text}
        ) from None
    if not 1900 <= instant.year <= 2400:
        raise CommandError(_("“%(text)s” is too far away.") % {"text": text})
    return instant if instant.tzinfo else instant.replace(tzinfo=calendar.zone)


def pause_in(span: list[str], *, calendar: WorkingCalendar) -> sla.Pause:
    """Return a pause as it was typed; plain dates are whole days, both included."""
    first, last = (day_or_instant(text, calendar=calendar) for text in span)
    start = at_start(first, calendar=calendar)
    end = last if isinstance(last, datetime) else at_start(last + sla.ONE_DAY, calendar=calendar)
    if end < start:
        raise CommandError(_("A pause must not end before it begins."))
    return sla.Pause(start.astimezone(UTC), end.astimezone(UTC))


def day_or_instant(text: str, *, calendar: WorkingCalendar) -> date | datetime:
    """Return a plain date as a day, anything else as an instant."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return instant_in(text, calendar=calendar)


def at_start(moment: date | datetime, *, calendar: WorkingCalendar) -> datetime:
    """Return an instant as it is, a day as its midnight."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min, calendar.zone)


def written(at: datetime, *, calendar: WorkingCalendar) -> str:
    """Write an instant in the office's own time."""
    return at.astimezone(calendar.zone).isoformat()
