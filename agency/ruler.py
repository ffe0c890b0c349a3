"""The working-day ruler: how far a matter has come on its way to the due date, for screens.

Rooms fill these records from their clocks; `{% ruler %}` and `{% mini_ruler %}` draw them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON = 2  # working days left from which a matter counts as soon due


class Tone(StrEnum):
    """How a matter stands; each has a colour, an icon and words."""

    ON_TIME = "on-time"
    SOON = "soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class TimeLeft:
    """How a clock stands at an instant: all that a list row says about it.

    `days` counts days left (negative: over), None when nothing is due. `used` is the share of the
    standard that is consumed. For an ended clock `days` is what was left, or over, when it ended.
    """

    days: int | None
    used: float = 0.0
    is_over: bool = False  # due earlier today counts as over although no whole day is
    is_paused: bool = False
    is_ended: bool = False
    in_calendar_days: bool = False

    @property
    def tone(self) -> Tone:
        """Colour and icon."""
        if self.is_ended or self.days is None:
            return Tone.DONE
        if self.is_paused:
            return Tone.PAUSED
        if self.is_late:
            return Tone.OVERDUE
        return Tone.SOON if self.days <= SOON else Tone.ON_TIME

    @property
    def is_late(self) -> bool:
        """The due instant has passed, or had passed when the clock ended."""
        return self.is_over or (self.days is not None and self.days < 0)

    @property
    def words(self) -> str:
        """What the officer reads beside the bar."""
        if self.days is None:
            return _("No due date")
        if self.is_ended:
            return self.ended_words
        if self.is_paused:
            return _("Clock stopped")
        if self.days > 0 and not self.is_over:
            return self.count_words(self.days)
        if self.days == 0 or (self.is_over and self.days >= 0):
            return _("Past due today") if self.is_over else _("Due today")
        return self.over_words(-self.days)

    @property
    def ended_words(self) -> str:
        """What an ended clock says."""
        if not self.is_late:
            return _("Done in time")
        days = max(-(self.days or 0), 1)
        return ngettext("Done %(days)s day late", "Done %(days)s days late", days) % {"days": days}

    def count_words(self, days: int) -> str:
        """3 working days left (เหลือ 3 วันทำการ)."""
        if self.in_calendar_days:
            return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
        return ngettext("%(days)s working day left", "%(days)s working days left", days) % {
            "days": days
        }

    def over_words(self, days: int) -> str:
        """2 working days over (เกิน 2 วันทำการ)."""
        if self.in_calendar_days:
            return ngettext("%(days)s day over", "%(days)s days over", days) % {"days": days}
        return ngettext("%(days)s working day over", "%(days)s working days over", days) % {
            "days": days
        }

    @property
    def percent(self) -> str:
        """Width of the mini bar, in SVG's own notation."""
        return f"{min(max(self.used, 0.0), 1.0) * 100:.1f}%"


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day on the ruler; `name` says why it does not count (the holiday)."""

    on: date
    is_working: bool
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of days, both ends included, with the reason in words."""

    start: date
    end: date
    words: str = ""

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that happened, or will, on a day: received, acknowledged, due, today."""

    on: date
    words: str
    kind: str = "event"  # start, event, today, due, end


@dataclass(frozen=True, kw_only=True)
class Ruler:
    """A matter between its first and its last day. `days` covers all of it, in order."""

    start: date
    today: date
    due: date | None
    left: TimeLeft
    days: tuple[Day, ...]
    acknowledged: date | None = None
    ended: date | None = None
    pauses: tuple[Span, ...] = ()
    extensions: tuple[Span, ...] = ()
    explain_url: str = ""

    @property
    def marks(self) -> list[Mark]:
        """The events under the line, in order of time."""
        marks = [Mark(on=self.start, words=_("Received"), kind="start")]
        if self.acknowledged:
            marks.append(Mark(on=self.acknowledged, words=_("Acknowledged")))
        if self.ended:
            marks.append(Mark(on=self.ended, words=_("Answered"), kind="end"))
        else:
            marks.append(Mark(on=self.today, words=_("Today"), kind="today"))
        if self.due:
            marks.append(Mark(on=self.due, words=_("Due"), kind="due"))
        return sorted(marks, key=lambda mark: mark.on)

    @property
    def reached(self) -> date:
        """The day up to which the line is filled."""
        return self.ended or self.today


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A day as it is drawn; `x` and `width` are shares of the whole line."""

    day: Day
    x: float
    width: float
    kind: str  # past, ahead, over, paused, extended, free

    @property
    def left(self) -> str:
        """Left edge in SVG's own notation."""
        return f"{self.x * 100:.3f}%"

    @property
    def right(self) -> str:
        """Right edge, leaving a hair's breadth to the next day."""
        return f"{(self.x + self.width * 0.88) * 100:.3f}%"

    @property
    def wide(self) -> str:
        """Width, leaving a hair's breadth to the next day."""
        return f"{self.width * 88:.3f}%"


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A mark as it is drawn."""

    mark: Mark
    x: float

    @property
    def left(self) -> str:
        """Place in SVG's own notation."""
        return f"{self.x * 100:.3f}%"


def cell_kind(day: Day, *, ruler: Ruler) -> str:
    """Say how a day is drawn."""
    if not day.is_working:
        return "free"
    if any(day.on in pause for pause in ruler.pauses):
        return "paused"
    if ruler.due and day.on > ruler.due and day.on <= ruler.reached:
        return "over"
    if day.on <= ruler.reached:
        return "past"
    if any(day.on in extension for extension in ruler.extensions):
        return "extended"
    return "ahead"


def cells(ruler: Ruler) -> Iterator[Cell]:
    """Lay the days side by side; a day that does not count takes half the room."""
    widths = [1.0 if day.is_working else 0.5 for day in ruler.days]
    total = sum(widths) or 1.0
    x = 0.0
    for day, width in zip(ruler.days, widths, strict=True):
        yield Cell(day=day, x=x / total, width=width / total, kind=cell_kind(day, ruler=ruler))
        x += width


def pins(ruler: Ruler, *, laid: list[Cell]) -> list[Pin]:
    """Place each mark on the middle of its day; a mark outside the line sits on its end."""
    places = {cell.day.on: cell.x + cell.width * 0.44 for cell in laid}
    placed = []
    for mark in ruler.marks:
        x = places.get(mark.on)
        if x is None:
            x = 0.0 if laid and mark.on < laid[0].day.on else 1.0
        placed.append(Pin(mark=mark, x=x))
    return placed


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield every day from the first to the last, both included."""
    for step in range((last - first).days + 1):
        yield first + timedelta(days=step)
