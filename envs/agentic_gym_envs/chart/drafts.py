"""Drawing the values and the words of a chart."""

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from agentic_gym_envs.chart.levels import Kind, Level
from agentic_gym_envs.chart.panels import Axis, Panel
from agentic_gym_envs.scenes import Box
from agentic_gym_envs.scenes.palette import Rgb

TOPICS = (
    ("Visitors to museums", "Visitors in thousands", "thousand"),
    ("Electricity from wind", "Output in GWh", "GWh"),
    ("Apples harvested", "Harvest in tonnes", "tonnes"),
    ("Letters delivered", "Letters in thousands", "thousand"),
    ("Water use", "Water in megalitres", "megalitres"),
    ("Bicycles sold", "Bicycles in thousands", "thousand"),
    ("Freight by rail", "Freight in kilotonnes", "kilotonnes"),
    ("Honey produced", "Honey in kg", "kg"),
    ("Books lent by libraries", "Loans in thousands", "thousand"),
    ("Passengers on ferries", "Passengers in thousands", "thousand"),
    ("Snow on the ground", "Depth in mm", "mm"),
    ("Concert tickets sold", "Tickets in thousands", "thousand"),
)
_STARTS = (
    ("Bel", "Cor", "Dun", "Far", "Gal", "Har", "Kel", "Lor", "Mar", "Nor", "Pel", "Ros"),
    ("Ald", "Bran", "Cast", "Eld", "Fen", "Gren", "Hol", "Ild", "Jor", "Lun", "Mill", "Old"),
    ("Ash", "Birk", "Clay", "Dray", "Esk", "Ford", "Glen", "Hay", "Kirk", "Long", "Mose", "Thorn"),
)
"""For each split beginnings of its own, so that no place is in two of them."""
_ENDS = ("by", "don", "ford", "ham", "mere", "stow", "ton", "wick")
_COLOURS: tuple[Rgb, ...] = (
    (46, 102, 164),
    (214, 110, 42),
    (62, 142, 94),
    (176, 52, 66),
    (122, 86, 158),
    (216, 170, 46),
    (70, 152, 172),
    (132, 96, 70),
    (206, 116, 160),
    (150, 152, 160),
    (136, 166, 58),
)
_ROWS: Mapping[Kind, tuple[int, int]] = MappingProxyType(
    {Kind.GROUPED: (2, 3), Kind.STACKED: (3, 4), Kind.LINE: (1, 3), Kind.SCATTER: (2, 3), Kind.HEAT: (5, 7)}
)
"""Fewest and most series; one for the other kinds."""
_SEASONS = ("spring", "summer", "autumn", "winter")
_SERIES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.GROUPED: _SEASONS,
        Kind.STACKED: _SEASONS,
        Kind.HEAT: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    }
)
"""Names of series; places for the other kinds."""
_STEPS = (1, 2, 5)
_FEWEST_TICKS = 5
_DECADES = (3, 4)
_MOST_POINTS = 160
_FEWEST_POINTS = 12
EDGE_POINTS = 2.5
"""How far points keep from a threshold, in radii of a point."""
_MARKER = 0.0075
"""Radius of a point of a scatter chart, as a share of the plotting area's height."""


def draw_panel(level: Level, kind: Kind, frame: Box, group: int, rng: np.random.Generator) -> Panel:
    """A chart of any values.

    Args:
        level: how many categories, and whether the axis may be logarithmic.
        kind: of chart.
        frame: the plotting area.
        group: position of the split, which has names of its own.
        rng: draws everything.
    """
    title, quantity, unit = TOPICS[int(rng.integers(len(TOPICS)))]
    count = int(rng.integers(level.categories[0], level.categories[1] + 1))
    fewest, most = _ROWS.get(kind, (1, 1))
    rows = int(rng.integers(fewest, most + 1))
    places = _places(count + rows, group, rng)
    is_timed = kind in (Kind.LINE, Kind.AREA)
    first = int(rng.integers(1980, 2015))
    categories = tuple(str(first + year) for year in range(count)) if is_timed else places[:count]
    names = _SERIES.get(kind, places[count:])
    series = names[:rows] if rows > 1 else ("",)
    is_log = level.is_log and kind in (Kind.BAR, Kind.LINE) and bool(rng.integers(2))
    axis = _log_axis(rng) if is_log else _linear_axis(rng)
    values = _values(kind, rows, count, axis, rng)
    if kind in (Kind.PIE, Kind.DONUT):
        values = (tuple(float(round(10 * value)) for value in values[0]),)
        axis = Axis(0.0, sum(values[0]), ())
    colours = tuple(_COLOURS[int(place)] for place in rng.permutation(len(_COLOURS)))
    panel = Panel(kind, title, quantity, unit, categories, series, values, colours, axis, frame)
    return _scattered(panel, rng) if kind is Kind.SCATTER else panel


def marker_radius(panel: Panel) -> float:
    """Of a scatter chart's points, in pixels."""
    return panel.height * _MARKER


def _places(count: int, group: int, rng: np.random.Generator) -> tuple[str, ...]:
    starts = _STARTS[group]
    chosen = rng.choice(len(starts) * len(_ENDS), count, replace=False)
    return tuple(starts[int(place) // len(_ENDS)] + _ENDS[int(place) % len(_ENDS)] for place in chosen)


def _linear_axis(rng: np.random.Generator) -> Axis:
    step = _STEPS[int(rng.integers(len(_STEPS)))] * 10 ** int(rng.integers(0, 3))
    ticks = _FEWEST_TICKS + int(rng.integers(0, 4))
    return Axis(0.0, float(step * (ticks - 1)), tuple(float(step * tick) for tick in range(ticks)))


def _log_axis(rng: np.random.Generator) -> Axis:
    low, decades = 10 ** int(rng.integers(0, 3)), int(rng.integers(_DECADES[0], _DECADES[1] + 1))
    ticks = tuple(float(low * 10**power) for power in range(decades + 1))
    return Axis(ticks[0], ticks[-1], ticks, is_log=True)


def _values(
    kind: Kind, rows: int, count: int, axis: Axis, rng: np.random.Generator
) -> tuple[tuple[float, ...], ...]:
    """Values of any height, as exact as somebody would publish them: to a thousandth of the axis."""
    shares = rng.uniform(0.12, 0.96, (rows, count))
    if kind is Kind.STACKED:
        shares /= rows
    if kind is Kind.BOX:
        quartiles = np.sort(rng.uniform(0.15, 0.9, (count, 5)), axis=1)
        shares = quartiles[:, [2, 1, 3, 0, 4]].T
    if kind in (Kind.LINE, Kind.AREA):
        drift = np.cumsum(rng.normal(0, 0.16, (rows, count)), axis=1)
        shares = np.clip(0.5 + drift - drift.mean(axis=1, keepdims=True), 0.08, 0.96)
        shares = np.clip(shares + rng.uniform(-0.04, 0.04, shares.shape), 0.05, 0.97)
    exact = axis.high / 1000 if not axis.is_log else 0.0
    return tuple(tuple(_rounded(axis.value(float(share)), exact) for share in row) for row in shares)


def _rounded(value: float, exact: float) -> float:
    if exact == 0.0:
        return float(f"{value:.3g}")
    return round(round(value / exact) * exact, 6)


def _scattered(panel: Panel, rng: np.random.Generator) -> Panel:
    """The panel with points that keep clear of one another and of the frame."""
    wide, tall = panel.frame[2] - panel.frame[0], panel.height
    least = 3.2 * marker_radius(panel)
    rows: list[tuple[tuple[float, float], ...]] = []
    kept: list[tuple[float, float]] = []
    for _ in panel.series:
        before = len(kept)
        for x, y in rng.uniform(0.03, 0.97, (int(rng.integers(_FEWEST_POINTS, _MOST_POINTS + 1)), 2)):
            is_apart = all(math.hypot((x - u) * wide, (y - v) * tall) > least for u, v in kept)
            if is_apart and _is_off_thresholds(y, panel):
                kept.append((float(x), float(y)))
        rows.append(tuple(kept[before:]))
    return replace(panel, points=tuple(rows))


def _is_off_thresholds(y: float, panel: Panel) -> bool:
    """Whether a point keeps away from the heights midway between ticks, above which points are counted."""
    steps = len(panel.axis.ticks) - 1
    return abs(y * steps % 1 - 0.5) / steps > EDGE_POINTS * _MARKER
