"""A radar chart as data: how far each of a few things has come, by one or two who judge; the numbers stand beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from agency.charts import write_number

WIDE, HIGH = 420, 330  # of the drawing
CENTRE = (210.0, 165.0)
REACH = 120.0  # from the centre to the full value
RINGS = 5
LEAST, MOST = 3, 8  # axes


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One of the things measured: a short name for the drawing, the full one for the table."""

    short: str
    label: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What one who judges says of each axis, in their order."""

    label: str
    values: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Spoke:
    """An axis with its line and the place of its name."""

    axis: Axis
    x: str
    y: str
    name_x: str
    name_y: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class DrawnShape:
    """A shape with its outline and corners."""

    shape: Shape
    number: int
    points: str
    dots: Sequence[tuple[str, str, str]]  # x, y, words


@dataclass(frozen=True, kw_only=True)
class RadarChart:
    """Axes around a centre, the full value at the rim."""

    title: str
    axes: Sequence[Axis]
    shapes: Sequence[Shape]
    top: float
    source: str = ""

    def __post_init__(self) -> None:
        if not LEAST <= len(self.axes) <= MOST:
            raise ValueError("A radar chart has three to eight axes.")
        if any(len(shape.values) != len(self.axes) for shape in self.shapes):
            raise ValueError("Every shape has one value for each axis.")

    @property
    def template(self) -> str:
        """What draws it."""
        return "pmqa/parts/chart_radar.html"

    def place(self, number: int, share: float) -> tuple[float, float]:
        """Return where a share of an axis lies; the first axis points up, the others follow the clock."""
        turn = 2 * pi * number / len(self.axes) - pi / 2
        reach = REACH * max(share, 0.0)
        return CENTRE[0] + reach * cos(turn), CENTRE[1] + reach * sin(turn)

    def outline(self, shares: Sequence[float]) -> str:
        """Return the corners of a polygon."""
        places = [self.place(number, share) for number, share in enumerate(shares)]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)

    @property
    def rings(self) -> list[tuple[str, str, str]]:
        """Polygons of equal value: corners, the height of the number, the number."""
        found = []
        for ring in range(1, RINGS + 1):
            share = ring / RINGS
            height = self.place(0, share)[1]
            found.append(
                (
                    self.outline([share] * len(self.axes)),
                    f"{height:.1f}",
                    write_number(self.top * share),
                )
            )
        return found

    @property
    def spokes(self) -> Iterator[Spoke]:
        """The axes with their places."""
        for number, axis in enumerate(self.axes):
            (x, y), (name_x, name_y) = self.place(number, 1), self.place(number, 1.14)
            side = "middle" if abs(name_x - CENTRE[0]) < 10 else ""
            anchor = side or ("start" if name_x > CENTRE[0] else "end")
            yield Spoke(
                axis=axis,
                x=f"{x:.1f}",
                y=f"{y:.1f}",
                name_x=f"{name_x:.1f}",
                name_y=f"{name_y:.1f}",
                anchor=anchor,
            )

    @property
    def drawn(self) -> Iterator[DrawnShape]:
        """The shapes with their places."""
        for number, shape in enumerate(self.shapes, start=1):
            shares = [min(value / self.top, 1.0) for value in shape.values]
            places = [self.place(place, share) for place, share in enumerate(shares)]
            dots = [
                (f"{x:.1f}", f"{y:.1f}", f"{axis.short}: {write_number(value)}")
                for (x, y), axis, value in zip(places, self.axes, shape.values, strict=True)
            ]
            yield DrawnShape(shape=shape, number=number, points=self.outline(shares), dots=dots)

    @property
    def rows(self) -> list[tuple[Axis, list[str]]]:
        """The table: an axis and what each says of it."""
        return [
            (axis, [write_number(shape.values[number]) for shape in self.shapes])
            for number, axis in enumerate(self.axes)
        ]
