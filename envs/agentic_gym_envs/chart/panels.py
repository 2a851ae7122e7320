"""A chart before it is drawn: its words, its values, its axis, and where everything stands.

A panel is the manifest of its own picture: from where a mark stands, `value_at` gives back the value, which
is how an answer is checked without looking at pixels.
"""

import math
from dataclasses import dataclass

from agentic_gym_envs.chart.levels import Kind
from agentic_gym_envs.scenes import Box
from agentic_gym_envs.scenes.palette import Rgb

MEDIAN, LOWER, UPPER = 0, 1, 2
"""Rows of the values of a box plot; two more are the whiskers."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis with ticks; a logarithmic one has a tick at each power of ten."""

    low: float
    high: float
    ticks: tuple[float, ...]
    is_log: bool = False

    def share(self, value: float) -> float:
        """How far along the axis a value stands, 0 to 1."""
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def value(self, share: float) -> float:
        """The value at a share of the axis; the inverse of `share`."""
        if self.is_log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a panel: its series (a row of values) and its category."""

    series: int
    category: int


@dataclass(frozen=True)
class Panel:
    """One chart.

    Attributes:
        kind: of chart.
        title: over the chart.
        quantity: what the values are, with their unit.
        unit: the unit alone.
        categories: along the horizontal axis; the slices of a pie.
        series: the names of the rows of `values`; a single empty one where there is no legend.
        values: a row for each series, a value for each category.
        colours: of each series, or of each slice.
        axis: of the values; of a pie, from 0 to its total; of a heat map, its colour bar's.
        frame: the plotting area, in pixels of the original.
        points: of a scatter chart, x and y of each point as shares of the frame, for each series.
    """

    kind: Kind
    title: str
    quantity: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    colours: tuple[Rgb, ...]
    axis: Axis
    frame: Box
    points: tuple[tuple[tuple[float, float], ...], ...] = ()

    def value(self, mark: Mark) -> float:
        """The value of a mark."""
        return self.values[mark.series][mark.category]

    @property
    def height(self) -> int:
        """Of the plotting area, in pixels."""
        return self.frame[3] - self.frame[1]

    def x(self, category: int) -> float:
        """The middle of a category."""
        left, _, right, _ = self.frame
        return left + (right - left) * (category + 0.5) / len(self.categories)

    @property
    def band(self) -> float:
        """Width of a category."""
        return (self.frame[2] - self.frame[0]) / len(self.categories)

    def y(self, value: float) -> float:
        """Where a value stands."""
        return self.frame[3] - self.height * self.axis.share(value)

    def value_at(self, y: float) -> float:
        """The value that stands at a height."""
        return self.axis.value((self.frame[3] - y) / self.height)

    def middle(self, mark: Mark) -> float:
        """The middle of a mark's bar, point or box."""
        if self.kind is not Kind.GROUPED:
            return self.x(mark.category)
        return self.x(mark.category) + self.bar_width * (mark.series - (len(self.series) - 1) / 2)

    @property
    def bar_width(self) -> float:
        """Of one bar or box."""
        rows = len(self.series) if self.kind is Kind.GROUPED else 1
        return self.band * {Kind.GROUPED: 0.8, Kind.BOX: 0.46}.get(self.kind, 0.6) / rows

    def below(self, mark: Mark) -> float:
        """What a stacked bar's part stands on."""
        return sum(self.values[series][mark.category] for series in range(mark.series))

    @property
    def disc(self) -> tuple[float, float, float]:
        """Middle and radius of a pie."""
        left, top, right, bottom = self.frame
        return (left + right) / 2, (top + bottom) / 2, min(right - left, bottom - top) * 0.46

    @property
    def bar_of_colours(self) -> Box:
        """The colour bar beside a heat map."""
        _, top, right, bottom = self.frame
        wide = (right - self.frame[0]) // 24
        return right + wide, top, right + 2 * wide, bottom

    def cell(self, mark: Mark) -> tuple[float, float, float, float]:
        """A heat map's cell."""
        tall = self.height / len(self.series)
        left, top = self.frame[0] + mark.category * self.band, self.frame[1] + mark.series * tall
        return left, top, left + self.band, top + tall

    def off_by(self, mark: Mark, pixels: float) -> float:
        """How much a value changes when its measurement is off by so many pixels."""
        value = self.value(mark)
        if self.kind in (Kind.PIE, Kind.DONUT):
            return self.axis.high * pixels / (2 * math.pi * self.disc[2])
        if self.kind is Kind.HEAT:
            # A colour is known to a step of 8 bits, which is as much as two pixels of the colour bar.
            return 2 * (self.axis.high - self.axis.low) * pixels / self.height
        if not self.axis.is_log:
            return (self.axis.high - self.axis.low) * pixels / self.height
        return value * (math.exp(math.log(self.axis.high / self.axis.low) * pixels / self.height) - 1)
