"""Graphs on a grid: lines, parabolas, a speed over time."""

import math

import numpy as np

from agentic_gym_envs.visualmath.figures import Figure, Mark, Point
from agentic_gym_envs.visualmath.problems import Dice, Family, Problem, written

_FAR = 400
"""Lines that meet farther away are nearly parallel."""


def _axes(left: int, right: int, low: int, high: int, *, unit: int = 1) -> Figure:
    """Axes with a grid; `unit` is what a square is upwards."""
    figure = Figure()
    for x in range(left, right + 1):
        figure.line((x, low), (x, high), colour="soft", width=0.5)
    for y in range(low, high + 1):
        figure.line((left, y), (right, y), colour="soft", width=0.5)
    axis, ground = max(low, 0), max(left, 0)
    figure.line((left, axis), (right + 0.6, axis), width=1.4)
    figure.line((ground, low), (ground, (high + 0.6)), width=1.4)
    step = 2
    for x in range(left - left % -step, right + 1, step):
        if x != ground:
            figure.label(str(x), (x, axis), (0.0, -1.0), size=0.8)
    for y in range(low - low % -step, high + 1, step):
        if y != axis:
            figure.label(str(y * unit), (ground, y), (-1.0, 0.0), size=0.8)
    return figure


def _points(figure: Figure, points: list[tuple[int, int]]) -> None:
    for x, y in points:
        figure.dot((x, y), 0.13, "accent")
    xs, ys = [x for x, _ in points], [y for _, y in points]
    figure.marks.append(Mark((min(xs), min(ys)), (max(xs), max(ys)), 0.7))


def meeting_height(p: tuple[int, int], q: tuple[int, int], r: tuple[int, int], s: tuple[int, int]) -> float:
    """The y at which the lines through p, q and through r, s meet."""
    m, k = (q[1] - p[1]) / (q[0] - p[0]), (s[1] - r[1]) / (s[0] - r[0])
    x = (r[1] - k * r[0] - p[1] + m * p[0]) / (m - k)
    return m * (x - p[0]) + p[1]


def lines_meet(dice: Dice) -> Problem:
    """Where two lines meet, outside the picture."""
    p, q = (0, dice.between(0, 8)), (dice.between(4, 9), dice.between(0, 12))
    r, s = (0, dice.between(1, 12)), (dice.between(4, 9), dice.between(0, 12))
    try:
        doubled = 2 * meeting_height(p, q, r, s)
    except ZeroDivisionError:
        return lines_meet(dice)
    if doubled == round(doubled) or abs(doubled) > _FAR:
        return lines_meet(dice)
    figure = _axes(0, 12, 0, 13)
    for (first, second), colour in (((p, q), "ink"), ((r, s), "second")):
        slope = (second[1] - first[1]) / (second[0] - first[0])
        ends = [x for x in np.linspace(0, 12, 241) if 0 <= first[1] + slope * x <= 13]
        line = [(float(x), first[1] + slope * float(x)) for x in (ends[0], ends[-1])]
        figure.line(*line, colour=colour, width=1.6)  # type: ignore[arg-type]
    _points(figure, [p, q, r, s])
    question = dice.said(
        "Each line goes through two marked grid points. What is the y coordinate of the point where the "
        "lines intersect, inside the picture or outside?",
        "Two straight lines go through marked grid points. At which y do they cross, inside or outside?",
    )

    def check() -> float:
        """Solves two equations at once."""
        rows = [[q[1] - p[1], p[0] - q[0]], [s[1] - r[1], r[0] - s[0]]]
        sides = [row[0] * a + row[1] * b for row, (a, b) in zip(rows, (p, r), strict=True)]
        return float(np.linalg.solve(rows, sides)[1])

    return Problem(figure, meeting_height, (p, q, r, s), check, question, 2)


def parabola_value(points: list[tuple[int, int]], at: float) -> float:
    """Lagrange's interpolation through three points."""
    total = 0.0
    for i, (x, y) in enumerate(points):
        share = 1.0
        for j, (other, _) in enumerate(points):
            if i != j:
                share *= (at - other) / (x - other)
        total += y * share
    return total


def parabola(dice: Dice) -> Problem:
    """A parabola's value outside the picture."""
    xs = sorted(dice.several(3, -5, 5))
    points = [(x, dice.between(-5, 6)) for x in xs]
    at = dice.halves(6, 20)
    figure = _axes(-6, 6, -7, 8)
    curve: list[list[Point]] = [[]]
    for x in np.linspace(-6, 6, 361):
        y = parabola_value(points, float(x))
        if -7 <= y <= 8:
            curve[-1].append((float(x), y))
        elif curve[-1]:
            curve.append([])
    for part in curve:
        if len(part) > 1:
            figure.line(*part, colour="second", width=1.6)
    _points(figure, points)
    figure.note = f"x = {written(at)}"
    question = dice.said(
        "The parabola goes through the three marked grid points. What is its value at the x below the graph?",
        "A quadratic function is drawn, with three grid points marked. What is its y at the given x?",
    )

    def check() -> float:
        """The coefficients, by a linear system."""
        return float(np.polyval(np.linalg.solve(np.vander(xs, 3), [y for _, y in points]), at))

    return Problem(figure, parabola_value, (points, at), check, question, 2)


def distance_travelled(corners: list[tuple[int, int]]) -> float:
    """The area below a speed that changes evenly between corners."""
    return sum((w - t) * (v + u) / 2 for (t, v), (w, u) in zip(corners, corners[1:], strict=False))


def speed_graph(dice: Dice) -> Problem:
    """The way from a graph of speed over time."""
    inner = sorted(dice.several(4, 1, 13))
    corners = [(t, dice.between(0, 10)) for t in (0, *inner, 14)]
    unit = dice.between(2, 13)
    figure = _axes(0, 14, 0, 11, unit=unit)
    figure.line(*[(float(t), float(v)) for t, v in corners], colour="second", width=1.8)
    given = [(t, v * unit) for t, v in corners]
    for t, v in corners:
        figure.dot((t, v), 0.12, "second")
    figure.note = "across: time in s; upwards: speed in m/s"
    figure.marks.append(Mark((0, 0), (14, 11), 0.7))
    question = dice.said(
        "The graph shows a train's speed. How many metres does the train travel in the time shown?",
        "How far, in metres, does something go that moves at the speed of this graph?",
    )

    def check() -> float:
        """The mean speed of many short times."""
        t = (np.arange(140_000) + 0.5) / 10_000
        return float(np.interp(t, [t for t, _ in given], [v for _, v in given]).mean() * 14)

    return Problem(figure, distance_travelled, (given,), check, question, 1)


def perimeter_of(corners: list[tuple[int, int]]) -> float:
    """The way around a polygon."""
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return sum(math.hypot(u - x, v - y) for (x, y), (u, v) in pairs)


def grid_perimeter(dice: Dice) -> Problem:
    """The way around a triangle in coordinates."""
    corners = [(dice.between(-6, -1), dice.between(-5, 5)), (dice.between(1, 7), dice.between(-5, -1))]
    corners.append((dice.between(0, 7), dice.between(1, 6)))
    figure = _axes(-7, 8, -6, 7)
    figure.polygon([(float(x), float(y)) for x, y in corners], colour="second")
    _points(figure, corners)
    question = dice.said(
        "What is the perimeter of the triangle?",
        "How long is the way around the triangle, in units of the axes?",
    )

    def check() -> float:
        """Sides as complex numbers."""
        places = [complex(x, y) for x, y in corners]
        return sum(abs(places[k] - places[k - 1]) for k in range(3))

    return Problem(figure, perimeter_of, (corners,), check, question, 2)


GRAPHS: tuple[Family, ...] = (lines_meet, parabola, speed_graph, grid_perimeter)
"""Families of this file."""
