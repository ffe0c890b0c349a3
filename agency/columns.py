"""A chart of upright columns over a row of numbers, with limits drawn between them.

For how often each number occurred: days, points, ages. A limit is a line after the last number that
keeps it. Drawn as inline SVG by `{% chart %}`, with its table below.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from agency.charts import nice_top, percent, write_number

MOST_COLUMNS = 40


@dataclass(frozen=True, kw_only=True)
class Column:
    """The numbers from `first` to `last` and how often they occurred; without `last` all from `first` on."""

    first: int
    last: int | None
    count: int
    url: str = ""
    tone: str = ""

    @property
    def label(self) -> str:
        """The numbers in words."""
        if self.last is None:
            return f"≥ {self.first}"
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A line after a number; `row` keeps the words of two near lines apart."""

    after: int
    words: str
    row: int = 0
    is_new: bool = False


@dataclass(frozen=True, kw_only=True)
class ColumnChart:
    """Columns side by side over their numbers."""

    title: str
    columns: Sequence[Column]
    limits: Sequence[Limit] = ()
    unit: str = ""
    label_head: str = ""
    count_head: str = ""
    source: str = ""
    n: int | None = None

    @property
    def template(self) -> str:
        """What draws it."""
        return "pmqa/parts/chart_columns.html"

    @property
    def scale(self) -> float:
        """The upper end of the scale."""
        return nice_top(max((column.count for column in self.columns), default=0))

    @property
    def top_words(self) -> str:
        """The number at the upper end."""
        return write_number(self.scale)

    @property
    def drawn(self) -> Iterator["DrawnColumn"]:
        """The columns with their places."""
        step = ceil(len(self.columns) / 10)
        for number, column in enumerate(self.columns):
            is_told = number % step == 0 or number == len(self.columns) - 1
            yield DrawnColumn(column=column, number=number, is_told=is_told, chart=self)

    @property
    def drawn_limits(self) -> Iterator["DrawnLimit"]:
        """The lines with their places."""
        for limit in self.limits:
            place = sum(
                1
                for column in self.columns
                if column.last is not None and column.last <= limit.after
            )
            yield DrawnLimit(limit=limit, share=place / max(len(self.columns), 1))


@dataclass(frozen=True, kw_only=True)
class DrawnColumn:
    """A column with its place."""

    column: Column
    number: int
    is_told: bool
    chart: ColumnChart

    @property
    def x(self) -> str:
        """The left edge, with a gap to the neighbour."""
        return percent((self.number + 0.1) / len(self.chart.columns))

    @property
    def middle(self) -> str:
        """Where its label stands."""
        return percent((self.number + 0.5) / len(self.chart.columns))

    @property
    def width(self) -> str:
        """How wide it is."""
        return percent(0.8 / len(self.chart.columns))

    @property
    def y(self) -> str:
        """The upper edge."""
        return percent(1 - self.column.count / self.chart.scale)

    @property
    def height(self) -> str:
        """How high it is."""
        return percent(self.column.count / self.chart.scale)


@dataclass(frozen=True, kw_only=True)
class DrawnLimit:
    """A line with its place."""

    limit: Limit
    share: float

    @property
    def x(self) -> str:
        """Where it stands."""
        return percent(self.share)

    @property
    def is_right(self) -> bool:
        """Whether its words stand at its left, so that they stay inside."""
        return self.share > 0.6

    @property
    def text_y(self) -> int:
        """Where its words stand, above the field."""
        return -8 - 18 * self.limit.row


def column_width(largest: int, edges: Sequence[int]) -> int:
    """Return how many numbers a column holds so that there are not too many of them."""
    wanted = min(max(largest, *edges) + 1, 3 * (max(edges, default=0) + 5))
    return ceil(wanted / MOST_COLUMNS)


def spans(largest: int, *, edges: Sequence[int]) -> list[tuple[int, int | None]]:
    """Divide 0 … largest into spans that begin anew after each edge; the last one is open."""
    width = column_width(largest, edges)
    end = min(largest, MOST_COLUMNS * width - 1)
    end = max(end, *edges) if edges else end
    found: list[tuple[int, int | None]] = []
    first = 0
    while first <= end:
        last = min([first + width - 1, *(edge for edge in edges if edge >= first)])
        found.append((first, last))
        first = last + 1
    return [*found, (first, None)] if largest >= first else found


def columns_of(
    counts: Mapping[int, int], *, edges: Sequence[int]
) -> list[tuple[int, int | None, int]]:
    """Return first, last and count of each column; no column goes across an edge."""
    largest = max(counts, default=0)
    return [
        (
            first,
            last,
            sum(
                n
                for number, n in counts.items()
                if first <= number and (last is None or number <= last)
            ),
        )
        for first, last in spans(largest, edges=edges)
    ]
