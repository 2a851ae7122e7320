"""A figure in its own coordinates, y upwards: lines, curves, labels, and what has to be made out on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Point: TypeAlias = tuple[float, float]
Colour = Literal["ink", "soft", "accent", "second", "fill", "shade", "paper"]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, or a filled polygon.

    Attributes:
        points: in the figure's coordinates.
        colour: of the line.
        width: in line widths.
        fill: colour of the area; none for a line.
        dashed: whether the line is broken.
    """

    points: tuple[Point, ...]
    colour: Colour = "ink"
    width: float = 1.0
    fill: Colour | None = None
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside a point.

    Attributes:
        text: what is written.
        at: the point.
        away: direction from the point in which the text stands; (0, 0) for centred on it.
        size: font size, in those of the figure.
        needed: whether the question takes it.
        ground: whether it stands on a patch of paper that hides lines behind it.
    """

    text: str
    at: Point
    away: Point = (0.0, 0.0)
    size: float = 1.0
    needed: bool = True
    ground: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something without letters that has to be made out: its corners, and its finest detail's length."""

    low: Point
    high: Point
    detail: float


@dataclass
class Figure:
    """A figure while it is drawn.

    Attributes:
        strokes: from back to front.
        labels: on top of them.
        marks: what has to be made out beside labels.
        note: a line below the figure, such as `x = 7`; empty for none.
    """

    strokes: list[Stroke] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    note: str = ""

    def line(self, *points: Point, colour: Colour = "ink", width: float = 1.0, dashed: bool = False) -> None:
        """A line through points."""
        self.strokes.append(Stroke(tuple(points), colour, width, dashed=dashed))

    def polygon(self, points: Sequence[Point], *, fill: Colour | None = None, colour: Colour = "ink") -> None:
        """A closed line, filled if there is a colour."""
        self.strokes.append(Stroke((*points, points[0]), colour, fill=fill))

    def arc(
        self,
        centre: Point,
        radius: float,
        start: float = 0.0,
        end: float = 360.0,
        *,
        colour: Colour = "ink",
        fill: Colour | None = None,
        width: float = 1.0,
        flat: float = 1.0,
        dashed: bool = False,
    ) -> None:
        """An arc, counter-clockwise from `start` to `end` in degrees; `flat` squeezes it in height."""
        steps = max(12, round(abs(end - start) / 3))
        angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
        points = [
            (centre[0] + radius * math.cos(angle), centre[1] + flat * radius * math.sin(angle))
            for angle in angles
        ]
        self.strokes.append(Stroke(tuple(points), colour, width, fill, dashed))

    def dot(self, at: Point, radius: float, colour: Colour = "ink") -> None:
        """A filled dot."""
        self.arc(at, radius, colour=colour, fill=colour)

    def label(
        self,
        text: str,
        at: Point,
        away: Point = (0.0, 0.0),
        *,
        size: float = 1.0,
        needed: bool = True,
        ground: bool = False,
    ) -> None:
        """A text beside a point."""
        self.labels.append(Label(text, at, away, size, needed, ground))

    def name(self, text: str, at: Point, away: Point) -> None:
        """The letter of a point."""
        self.label(text, at, away, needed=False)

    def length(self, text: str, start: Point, end: Point, inside: Point) -> None:
        """The length of a side, written on the side that is away from `inside`."""
        middle = between(start, end, 0.5)
        across = (end[1] - start[1], start[0] - end[0])
        outward = (middle[0] - inside[0]) * across[0] + (middle[1] - inside[1]) * across[1]
        sign = 1.0 if outward >= 0 else -1.0
        self.label(text, middle, (sign * across[0], sign * across[1]))

    def angle(self, text: str, vertex: Point, first: Point, second: Point, radius: float) -> None:
        """An angle's arc with its size; without a text the arc alone."""
        one, two = bearing(vertex, first), bearing(vertex, second)
        sweep = (two - one + 180.0) % 360.0 - 180.0
        self.arc(vertex, radius, one, one + sweep, colour="accent")
        if text:
            middle = math.radians(one + sweep / 2)
            outer = (vertex[0] + radius * math.cos(middle), vertex[1] + radius * math.sin(middle))
            self.label(text, outer, (math.cos(middle), math.sin(middle)))

    def right_angle(self, vertex: Point, first: Point, second: Point, side: float) -> None:
        """The small square of a right angle."""
        one, two = towards(vertex, first, side), towards(vertex, second, side)
        corner = (one[0] + two[0] - vertex[0], one[1] + two[1] - vertex[1])
        self.line(one, corner, two, colour="accent")


def between(start: Point, end: Point, share: float) -> Point:
    """The point that lies a share of the way from one to another."""
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def towards(start: Point, end: Point, distance: float) -> Point:
    """The point at a distance from one towards another."""
    return between(start, end, distance / math.dist(start, end))


def bearing(start: Point, end: Point) -> float:
    """The direction from one point to another, in degrees."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def polar(centre: Point, radius: float, degrees: float) -> Point:
    """The point at a distance and in a direction."""
    angle = math.radians(degrees)
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def centroid(points: Sequence[Point]) -> Point:
    """The mean of points."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def turned(points: Sequence[Point], degrees: float) -> list[Point]:
    """Points turned around the origin."""
    return [polar((0.0, 0.0), math.hypot(*point), bearing((0.0, 0.0), point) + degrees) for point in points]
