"""Drawing charts with Pillow: shapes at twice the size and reduced, then text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from agentic_gym_envs.chart.drafts import marker_radius
from agentic_gym_envs.chart.levels import Kind
from agentic_gym_envs.chart.panels import LOWER, MEDIAN, UPPER, Mark, Panel
from agentic_gym_envs.scenes import Size
from agentic_gym_envs.scenes.fonts import font
from agentic_gym_envs.scenes.palette import WHITE, Rgb, mix, tint

_FINE = 2
INK: Rgb = (38, 40, 46)
_GREY: Rgb = (104, 108, 116)
_GRID: Rgb = (224, 226, 230)
_LOW: Rgb = (253, 236, 200)
_HIGH: Rgb = (110, 14, 58)
_HOLE = 0.52
"""Radius of the hole of a donut, as a share of its own."""
DOT = 4.5
"""Radius of a dot on a line, in units of a 1280th of the picture's width."""
_LINE = 2.4
"""Width of a line in the same units."""


def scale_colour(share: float) -> Rgb:
    """The colour of a heat map at a share of its scale; brightness falls evenly."""
    return mix(_LOW, _HIGH, share)


def dot_colour(colour: Rgb) -> Rgb:
    """Of the dots of a line: darker than the line."""
    return tint(colour, -0.4)


def box_colour(colour: Rgb) -> Rgb:
    """Of the boxes of a box plot: paler than the colour."""
    return tint(colour, 0.35)


def unit_of(size: Size) -> float:
    """The length in which everything but the values is measured: a 1280th of the picture's width."""
    return size[0] / 1280


def paint(panels: Sequence[Panel], size: Size) -> NDArray[np.uint8]:
    """The picture, uint8 of shape (height, width, 3)."""
    unit = unit_of(size)
    fine = Image.new("RGB", (size[0] * _FINE, size[1] * _FINE), WHITE)
    pen = ImageDraw.Draw(fine)
    for panel in panels:
        _grid(pen, panel, unit)
        _SHAPES[panel.kind](pen, panel, unit)
    picture = fine.reduce(_FINE)
    pen = ImageDraw.Draw(picture)
    for panel in panels:
        _words(pen, panel, unit)
    return np.asarray(picture)


# --- shapes: everything in pixels of the original, enlarged by `_box` and `_points` ---------------------


def _box(pen: ImageDraw.ImageDraw, edges: Sequence[float], fill: Rgb) -> None:
    left, top, right, bottom = (round(edge * _FINE) for edge in edges)
    pen.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), fill=fill)


def _polyline(
    pen: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], fill: Rgb, wide: float
) -> None:
    scaled = [(x * _FINE, y * _FINE) for x, y in points]
    pen.line(scaled, fill=fill, width=round(wide * _FINE), joint="curve")


def _grid(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    if panel.kind in (Kind.PIE, Kind.DONUT, Kind.HEAT):
        return
    left, _, right, bottom = panel.frame
    for tick in panel.axis.ticks:
        y = panel.y(tick)
        _box(pen, (left - 5 * unit, y - 0.5 * unit, right, y + 0.5 * unit), _GRID)
    _box(pen, (left, bottom - unit, right, bottom + unit), INK)


def _bars(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    for series in range(len(panel.values)):
        for category in range(len(panel.categories)):
            mark = Mark(series, category)
            under = panel.below(mark) if panel.kind is Kind.STACKED else panel.axis.low
            x, half = panel.middle(mark), panel.bar_width / 2 - 0.6 * unit
            top = panel.y(panel.value(mark) + (under if panel.kind is Kind.STACKED else 0.0))
            _box(pen, (x - half, top, x + half, panel.y(under)), panel.colours[series])


def _lines(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    for series, row in enumerate(panel.values):
        points = [(panel.x(category), panel.y(value)) for category, value in enumerate(row)]
        _polyline(pen, points, panel.colours[series], _LINE * unit)
    for series, row in enumerate(panel.values):
        for category, value in enumerate(row):
            x, y, reach = panel.x(category), panel.y(value), DOT * unit
            edges = [edge * _FINE for edge in (x - reach, y - reach, x + reach, y + reach)]
            pen.ellipse(edges, fill=dot_colour(panel.colours[series]))


def _area(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    points = [(panel.x(category), panel.y(value)) for category, value in enumerate(panel.values[0])]
    corners = [(points[0][0], panel.frame[3]), *points, (points[-1][0], panel.frame[3])]
    pen.polygon([(x * _FINE, y * _FINE) for x, y in corners], fill=tint(panel.colours[0], 0.55))
    _lines(pen, panel, unit)


def _boxes(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    rows = panel.values
    for category in range(len(panel.categories)):
        x, half = panel.x(category), panel.bar_width / 2
        ends = [panel.y(rows[row][category]) for row in (3, 4)]
        _box(pen, (x - unit, ends[1], x + unit, ends[0]), _GREY)
        for end in ends:
            _box(pen, (x - half / 2, end - unit, x + half / 2, end + unit), _GREY)
        upper, lower = panel.y(rows[UPPER][category]), panel.y(rows[LOWER][category])
        _box(pen, (x - half, upper, x + half, lower), box_colour(panel.colours[0]))
        middle = panel.y(rows[MEDIAN][category])
        _box(pen, (x - half, middle - 1.5 * unit, x + half, middle + 1.5 * unit), INK)


def _scatter(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    left, top, right, bottom = panel.frame
    reach = marker_radius(panel)
    for series, row in enumerate(panel.points):
        for x, y in row:
            centre_x, centre_y = left + x * (right - left), bottom - y * (bottom - top)
            edges = (centre_x - reach, centre_y - reach, centre_x + reach, centre_y + reach)
            pen.ellipse([edge * _FINE for edge in edges], fill=panel.colours[series])


def _pie(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    x, y, reach = (length * _FINE for length in panel.disc)
    turn = -90.0
    for category, value in enumerate(panel.values[0]):
        end = turn + 360 * value / panel.axis.high
        pen.pieslice((x - reach, y - reach, x + reach, y + reach), turn, end, fill=panel.colours[category])
        turn = end
    if panel.kind is Kind.DONUT:
        hole = reach * _HOLE
        pen.ellipse((x - hole, y - hole, x + hole, y + hole), fill=WHITE)


def _heat(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    for series in range(len(panel.series)):
        for category in range(len(panel.categories)):
            mark = Mark(series, category)
            colour = scale_colour(panel.axis.share(panel.value(mark)))
            left, top, right, bottom = panel.cell(mark)
            _box(pen, (left + unit, top + unit, right - unit, bottom - unit), colour)
    left, top, right, bottom = panel.bar_of_colours
    for row in range(top, bottom):
        _box(pen, (left, row, right, row + 1), scale_colour((bottom - row - 0.5) / panel.height))
    for tick in panel.axis.ticks:
        _box(pen, (right, panel.y(tick) - 0.5 * unit, right + 6 * unit, panel.y(tick) + 0.5 * unit), INK)


_SHAPES = {
    Kind.BAR: _bars,
    Kind.GROUPED: _bars,
    Kind.STACKED: _bars,
    Kind.LINE: _lines,
    Kind.AREA: _area,
    Kind.BOX: _boxes,
    Kind.SCATTER: _scatter,
    Kind.PIE: _pie,
    Kind.DONUT: _pie,
    Kind.HEAT: _heat,
}


# --- words -----------------------------------------------------------------------------------------------


def _words(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    left, top, right, _ = panel.frame
    pen.text((left, top - 92 * unit), panel.title, font=font("sans-bold", 21 * unit), fill=INK, anchor="ls")
    pen.text((left, top - 66 * unit), _subtitle(panel), font=font("sans", 14 * unit), fill=_GREY, anchor="ls")
    keyed = panel.categories if panel.kind in (Kind.PIE, Kind.DONUT) else panel.series
    if len(keyed) > 1 and panel.kind is not Kind.HEAT:
        _legend(pen, panel, keyed, unit)
    if panel.kind in (Kind.PIE, Kind.DONUT):
        return
    labels = font("sans", 13 * unit)
    edge = panel.bar_of_colours[2] + 10 * unit if panel.kind is Kind.HEAT else left - 10 * unit
    for tick in panel.axis.ticks:
        anchor = "lm" if panel.kind is Kind.HEAT else "rm"
        pen.text((edge, panel.y(tick)), f"{tick:,.0f}", font=labels, fill=INK, anchor=anchor)
    if panel.kind is not Kind.SCATTER:
        _categories(pen, panel, unit)
    if panel.kind is Kind.HEAT:
        for row, name in enumerate(panel.series):
            box = panel.cell(Mark(row, 0))
            pen.text((left - 8 * unit, (box[1] + box[3]) / 2), name, font=labels, fill=INK, anchor="rm")


def _subtitle(panel: Panel) -> str:
    if panel.kind in (Kind.PIE, Kind.DONUT):
        return f"{panel.quantity}; {panel.axis.high:,.6g} in all"
    if panel.kind is Kind.BOX:
        return f"{panel.quantity}; boxes: quartiles, line: median"
    if panel.kind is Kind.SCATTER:
        return f"{panel.quantity}; each point is one day"
    return f"{panel.quantity}, logarithmic scale" if panel.axis.is_log else panel.quantity


def _categories(pen: ImageDraw.ImageDraw, panel: Panel, unit: float) -> None:
    """Names under the axis, in two heights where they would touch."""
    widest = max(font("sans", 13 * unit).getlength(name) for name in panel.categories)
    is_tight = widest > 0.94 * panel.band
    for category, name in enumerate(panel.categories):
        drop = 10 + (17 if is_tight and category % 2 else 0)
        place = panel.x(category), panel.frame[3] + drop * unit
        pen.text(place, name, font=font("sans", 13 * unit), fill=INK, anchor="mt")


def _legend(pen: ImageDraw.ImageDraw, panel: Panel, names: Sequence[str], unit: float) -> None:
    letters = font("sans", 13 * unit)
    x, y = float(panel.frame[0]), panel.frame[1] - 44 * unit
    for name, colour in zip(names, panel.colours, strict=False):
        wide = 24 * unit + letters.getlength(name)
        if x + wide > panel.frame[2] + 20 * unit:
            x, y = float(panel.frame[0]), y + 20 * unit
        pen.rectangle((x, y - 5 * unit, x + 12 * unit, y + 5 * unit), fill=colour)
        pen.text((x + 18 * unit, y), name, font=letters, fill=INK, anchor="lm")
        x += wide + 18 * unit
