"""Charts as data: drawn as inline SVG on pages by `{% chart %}`, and by Typst in reports.

The title says the finding; every mark may open the records behind it; the numbers stand in a table
beside the drawing. At most five series, told apart by labels at the line, not by colour alone.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

NAMES_APART = 0.09  # of the height: a line of text
LONG_NAME = 12  # columns that have room beside a line on a phone
MOST_ON_A_PHONE = 3  # labels under the line


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar; None is a figure that cannot be told (suppressed or nothing to divide by)."""

    label: str
    value: float | None
    words: str = ""  # as written beside the bar; the number itself when empty
    n: int | None = None
    low: float | None = None
    high: float | None = None
    url: str = ""
    tone: str = ""  # on-time, soon, overdue, paused, done, muted
    running: float | None = None  # share of all up to here, 0 to 1: the line of a Pareto chart


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """Horizontal bars, one under the other."""

    title: str
    bars: Sequence[Bar]
    unit: str = ""
    target: float | None = None
    target_words: str = ""
    top: float | None = None  # the right end of the scale
    source: str = ""
    n: int | None = None

    @property
    def template(self) -> str:
        """What draws it."""
        return "pmqa/parts/chart_bars.html"

    @property
    def scale(self) -> float:
        """The right end of the scale."""
        values = [
            value for bar in self.bars for value in (bar.value, bar.high) if value is not None
        ]
        return self.top or nice_top(max([*values, self.target or 0], default=0))

    @property
    def drawn(self) -> Iterator["DrawnBar"]:
        """The bars with their widths."""
        above = 0.0
        for bar in self.bars:
            yield DrawnBar(bar=bar, scale=self.scale, chart=self, above=above)
            above = bar.running or above

    @property
    def target_x(self) -> str:
        """Where the target line stands."""
        return percent((self.target or 0) / self.scale)


@dataclass(frozen=True, kw_only=True)
class DrawnBar:
    """A bar with its place on the scale."""

    bar: Bar
    scale: float
    chart: BarChart
    above: float = 0.0  # the running share of the bars above

    @property
    def running_from(self) -> str:
        """Where the running line enters."""
        return percent(self.above)

    @property
    def running_to(self) -> str:
        """Where the running line leaves."""
        return percent(self.bar.running or 0)

    @property
    def width(self) -> str:
        """Length of the bar."""
        return percent((self.bar.value or 0) / self.scale)

    @property
    def low(self) -> str:
        """Left end of the interval."""
        return percent((self.bar.low or 0) / self.scale)

    @property
    def high(self) -> str:
        """Right end of the interval."""
        return percent((self.bar.high or 0) / self.scale)

    @property
    def has_interval(self) -> bool:
        """Whether an interval is drawn."""
        return self.bar.low is not None and self.bar.high is not None

    @property
    def words(self) -> str:
        """The figure as written."""
        return self.bar.words or write_number(self.bar.value)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of a line; None leaves a gap."""

    label: str
    value: float | None
    words: str = ""
    n: int | None = None
    low: float | None = None
    high: float | None = None
    url: str = ""

    @property
    def text(self) -> str:
        """The figure as written."""
        return self.words or write_number(self.value)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A series; every series of a chart has the same labels in the same order."""

    label: str
    points: Sequence[Point]


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """Lines over months."""

    title: str
    lines: Sequence[Line]
    unit: str = ""
    target: float | None = None
    target_words: str = ""
    bottom: float = 0.0
    top: float | None = None
    source: str = ""
    n: int | None = None

    def __post_init__(self) -> None:
        if len(self.lines) > 5:
            raise ValueError("A chart holds at most five lines.")

    @property
    def template(self) -> str:
        """What draws it."""
        return "pmqa/parts/chart_lines.html"

    @property
    def labels(self) -> list[str]:
        """What stands under the line."""
        return [point.label for point in self.lines[0].points] if self.lines else []

    @property
    def scale(self) -> float:
        """The upper end of the scale."""
        values = [
            value
            for line in self.lines
            for point in line.points
            for value in (point.value, point.high)
            if value is not None
        ]
        return self.top or nice_top(max([*values, self.target or 0], default=0))

    def height(self, value: float) -> float:
        """Return a value's height above the ground line, 0 to 1."""
        return (value - self.bottom) / ((self.scale - self.bottom) or 1.0)

    @property
    def target_y(self) -> str:
        """Where the target line stands."""
        return percent(1 - self.height(self.target or 0))

    @property
    def grid(self) -> list["GridLine"]:
        """Bottom, middle and top, with their numbers; half a case is no number."""
        middle = (self.bottom + self.scale) / 2
        levels = [self.bottom, middle, self.scale]
        if self.is_whole and not middle.is_integer():
            levels.remove(middle)
        return [
            GridLine(y=percent(1 - self.height(value)), words=write_number(value))
            for value in levels
        ]

    @property
    def is_whole(self) -> bool:
        """Whether it shows counts."""
        points = [point for line in self.lines for point in line.points]
        return all(point.value is None or float(point.value).is_integer() for point in points)

    @property
    def drawn(self) -> list["DrawnLine"]:
        """The series with their points placed."""
        return [
            DrawnLine(line=line, number=number, chart=self)
            for number, line in enumerate(self.lines, start=1)
        ]

    @property
    def is_keyed(self) -> bool:
        """Whether the lines carry numbers and their names stand below: many, long or inner ones have no room."""
        names = [line.label for line in self.lines]
        if any(drawn.ends_early for drawn in self.drawn):
            return True
        return len(names) > 2 or (len(names) == 2 and max(map(columns, names)) > LONG_NAME)

    @property
    def name_places(self) -> dict[int, str]:
        """Where each line's name stands, by its number: at its end, moved down from the one above."""
        ends = sorted((drawn.end_y, drawn.number) for drawn in self.drawn if drawn.end)
        places, free_from = {}, 0.0
        for rank, (y, number) in enumerate(ends):
            last = 1 - NAMES_APART * (len(ends) - 1 - rank)  # leaves room for those below
            place = min(max(y, free_from), last)
            places[number] = percent(place)
            free_from = place + NAMES_APART
        return places

    @property
    def ticks(self) -> list["Tick"]:
        """Labels under the line, at most seven of them."""
        step = max(1, ceil(len(self.labels) / 7))
        last = max(len(self.labels) - 1, 1)
        shown = [number for number in range(len(self.labels)) if (number - last) % step == 0]
        return [
            Tick(
                x=percent(number / last),
                words=self.labels[number],
                is_first=number == 0,
                is_between=len(shown) > MOST_ON_A_PHONE and (len(shown) - 1 - place) % 2 == 1,
            )
            for place, number in enumerate(shown)
        ]

    @property
    def rows(self) -> list[tuple[str, list[Point]]]:
        """The table: a label and each series' point."""
        return [
            (label, [line.points[number] for line in self.lines])
            for number, label in enumerate(self.labels)
        ]


@dataclass(frozen=True, kw_only=True)
class GridLine:
    """A horizontal line with its number."""

    y: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A label under the line."""

    x: str
    words: str
    is_first: bool
    is_between: bool = False  # left out on a phone


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A point with its place."""

    point: Point
    x: str
    y: str


@dataclass(frozen=True, kw_only=True)
class DrawnLine:
    """A series with its places."""

    line: Line
    number: int
    chart: LineChart

    def place(self, number: int, value: float) -> tuple[float, float]:
        """Return x and y of a value as shares of the field, y counted from the top."""
        return number / max(len(self.line.points) - 1, 1), 1 - self.chart.height(value)

    @property
    def path(self) -> str:
        """The line in a field of 1000 × 1000; a gap starts a new stroke."""
        steps, is_down = [], False
        for number, point in enumerate(self.line.points):
            if point.value is None:
                is_down = False
                continue
            x, y = self.place(number, point.value)
            steps.append(f"{'L' if is_down else 'M'}{x * 1000:.1f} {y * 1000:.1f}")
            is_down = True
        return " ".join(steps)

    @property
    def band(self) -> str:
        """The interval around the line, empty when a point has none."""
        ends = [
            (number, point.low, point.high)
            for number, point in enumerate(self.line.points)
            if point.low is not None and point.high is not None
        ]
        if len(ends) < 2:
            return ""
        upper = [self.place(number, high) for number, _low, high in ends]
        lower = [self.place(number, low) for number, low, _high in reversed(ends)]
        return " ".join(f"{x * 1000:.1f},{y * 1000:.1f}" for x, y in upper + lower)

    @property
    def dots(self) -> list[Dot]:
        """The points that have a value."""
        return [
            self.dot(number, point.value, point)
            for number, point in enumerate(self.line.points)
            if point.value is not None
        ]

    def dot(self, number: int, value: float, point: Point) -> Dot:
        """Place one point."""
        x, y = self.place(number, value)
        return Dot(point=point, x=percent(x), y=percent(y))

    @property
    def end_y(self) -> float:
        """How far below the top the line ends, 0 to 1."""
        values = [point.value for point in self.line.points if point.value is not None]
        return 1 - self.chart.height(values[-1]) if values else 1.0

    @property
    def name_y(self) -> str:
        """Where the series' name stands."""
        return self.chart.name_places[self.number]

    @property
    def end(self) -> Dot | None:
        """The last point, where the series' name stands."""
        return self.dots[-1] if self.dots else None

    @property
    def ends_early(self) -> bool:
        """Whether another line goes on beside its end, so that its name stands above."""
        points = self.line.points
        return self.end is not None and points[-1].value is None


def percent(share: float) -> str:
    """Write a share in SVG's own notation, kept inside the field."""
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"


def nice_top(value: float) -> float:
    """Return a round number at or above the value."""
    if value <= 0:
        return 1.0
    power: float = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if value <= step * power)


def columns(text: str) -> int:
    """Return how wide a text is written: Thai vowels and tone marks above and below take no room."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


def write_number(value: float | None) -> str:
    """Write a number as people do: 1,234 or 98.5, a dash when there is none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def as_data(chart: BarChart | LineChart) -> dict[str, Any]:
    """Return the chart as plain data for Typst and for freezing in a report."""
    if isinstance(chart, BarChart):
        marks: Any = [
            {
                "label": bar.label,
                "value": bar.value,
                "words": bar.words or write_number(bar.value),
                "low": bar.low,
                "high": bar.high,
                "n": bar.n,
            }
            for bar in chart.bars
        ]
        return {
            "kind": "bars",
            "title": chart.title,
            "unit": chart.unit,
            "target": chart.target,
            "top": chart.scale,
            "source": chart.source,
            "n": chart.n,
            "bars": marks,
        }
    marks = [
        {
            "label": line.label,
            "points": [
                {
                    "label": point.label,
                    "value": point.value,
                    "words": point.text,
                    "low": point.low,
                    "high": point.high,
                }
                for point in line.points
            ],
        }
        for line in chart.lines
    ]
    return {
        "kind": "lines",
        "title": chart.title,
        "unit": chart.unit,
        "target": chart.target,
        "top": chart.scale,
        "source": chart.source,
        "n": chart.n,
        "lines": marks,
    }
