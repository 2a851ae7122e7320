"""Areas: composite shapes, polygons, and a rectangle cut in four."""

import math

import numpy as np

from agentic_gym_envs.visualmath.families.triangles import shoelace
from agentic_gym_envs.visualmath.figures import Figure, Mark, Point, centroid, polar
from agentic_gym_envs.visualmath.problems import Dice, Family, Problem, written

_STRIPS = 400_000


def plate(width: float, height: float, hole: float) -> float:
    """A rectangle with a semicircle on its short side, without a round hole."""
    return width * height + math.pi * (height / 2) ** 2 / 2 - math.pi * hole**2


def plate_with_hole(dice: Dice) -> Problem:
    """The area of a plate with one round end and a hole."""
    height = dice.tenths(6, 20)
    width = round(height * dice.rng.uniform(1.1, 1.8), 1)
    hole = round(height * dice.rng.uniform(0.14, 0.3), 1)
    figure = Figure()
    figure.arc((width, height / 2), height / 2, -90, 90, fill="fill")
    figure.polygon([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)], fill="fill", colour="fill")
    figure.line((width, 0.0), (0.0, 0.0), (0.0, height), (width, height))
    figure.line((width, 0.0), (width, height), colour="soft", dashed=True)
    centre = (width * 0.62, height / 2)
    figure.arc(centre, hole, fill="paper")
    rim = polar(centre, hole, 35)
    figure.line(centre, rim, colour="accent")
    figure.label(f"r = {written(hole)}", rim, (1.0, 1.0))
    figure.length(written(width), (0.0, 0.0), (width, 0.0), (width / 2, height))
    figure.length(written(height), (0.0, 0.0), (0.0, height), (width, 0.0))
    question = dice.said(
        "The plate ends in a semicircle on the right and has a round hole. What is its area without it?",
        "A rectangle with a semicircle attached has a round hole. Find the coloured area.",
    )

    def check() -> float:
        """Horizontal strips."""
        y = (np.arange(_STRIPS) + 0.5) * height / _STRIPS - height / 2
        wide = width + np.sqrt((height / 2) ** 2 - y**2)
        hollow = 2 * np.sqrt(np.clip(hole**2 - y**2, 0, None))
        return float((wide - hollow).sum() * height / _STRIPS)

    return Problem(figure, plate, (width, height, hole), check, question, 1)


def star(side: float, radius: float) -> float:
    """A square without a quarter circle at each corner."""
    return side * side - math.pi * radius * radius


def cut_corners(dice: Dice) -> Problem:
    """A square from whose corners quarter circles are cut."""
    side = dice.tenths(8, 40)
    radius = round(side * dice.rng.uniform(0.2, 0.45), 1)
    figure = Figure()
    figure.polygon([(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)], fill="shade")
    for x, y, start in ((0.0, 0.0, 0), (side, 0.0, 90), (side, side, 180), (0.0, side, 270)):
        corner = [polar((x, y), radius, start + step) for step in range(0, 91, 3)]
        figure.polygon([(x, y), *corner], fill="paper")
    figure.length(written(side), (0.0, side), (side, side), (side / 2, 0.0))
    rim = polar((0.0, 0.0), radius, 45)
    figure.line((0.0, 0.0), rim, colour="accent")
    figure.label(f"r = {written(radius)}", rim, (1.0, 1.0))
    question = dice.said(
        "Equal quarter circles are cut from the corners of a square. What is the shaded area that is left?",
        "The white parts are equal quarter circles at the corners of the square. Find the shaded area.",
    )

    def check() -> float:
        """Horizontal strips."""
        y = (np.arange(_STRIPS) + 0.5) * side / _STRIPS
        near = np.minimum(y, side - y)
        return float((side - 2 * np.sqrt(np.clip(radius**2 - near**2, 0, None))).sum() * side / _STRIPS)

    return Problem(figure, star, (side, radius), check, question, 1)


def trapezium_area(lower: float, upper: float, height: float) -> float:
    """The mean of the parallel sides times the height."""
    return (lower + upper) / 2 * height


def trapezium(dice: Dice) -> Problem:
    """A trapezium's area."""
    lower = dice.tenths(10, 40)
    upper, height = (round(lower * dice.rng.uniform(low, high), 1) for low, high in ((0.4, 0.75), (0.4, 0.7)))
    shift = (lower - upper) * dice.rng.uniform(0.2, 0.8)
    points: list[Point] = [(0.0, 0.0), (lower, 0.0), (shift + upper, height), (shift, height)]
    figure = Figure()
    figure.polygon(points, fill="fill")
    figure.length(written(lower), points[0], points[1], centroid(points))
    figure.length(written(upper), points[2], points[3], centroid(points))
    foot = (shift + upper * 0.4, 0.0)
    figure.line(foot, (foot[0], height), dashed=True)
    figure.right_angle(foot, points[1], (foot[0], height), 0.06 * lower)
    figure.label(written(height), (foot[0], height / 2), (1.0, 0.0))
    question = dice.said(
        "What is the area of the trapezium?",
        "Find the area of the figure, whose lower and upper sides are parallel.",
    )
    return Problem(figure, trapezium_area, (lower, upper, height), lambda: shoelace(points), question, 1)


def polygon_measure(corners: int, side: float) -> float:
    """The area of a regular polygon."""
    return corners * side * side / (4 * math.tan(math.pi / corners))


def regular_polygon(dice: Dice) -> Problem:
    """The area of a regular polygon from its side."""
    corners, side = dice.between(5, 9), dice.tenths(3, 25)
    radius = side / (2 * math.sin(math.pi / corners))
    start = 270 - 180 / corners
    points = [polar((0.0, 0.0), radius, start + 360 * k / corners) for k in range(corners)]
    figure = Figure()
    figure.polygon(points, fill="fill")
    figure.length(written(side), points[0], points[1], (0.0, 0.0))
    question = dice.said(
        "All sides and all angles of the polygon are equal. What is its area?",
        "Find the area of this regular polygon.",
    )
    return Problem(figure, polygon_measure, (corners, side), lambda: shoelace(points), question, 1)


def fourth_area(left: int, right: int, across: int) -> float:
    """In a rectangle cut by two lines parallel to its sides, products of opposite areas are equal."""
    return right * across / left


def cut_rectangle(dice: Dice) -> Problem:
    """The fourth part of a rectangle that is cut in four."""
    a, b, c, d = (dice.between(6, 31) for _ in range(4))
    figure = Figure()
    width, height = a + b, c + d
    figure.polygon([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])
    figure.polygon([(a, 0.0), (width, 0.0), (width, d), (a, d)], fill="shade")
    figure.line((a, 0.0), (a, height))
    figure.line((0.0, d), (width, d))
    figure.label(str(a * c), (a / 2, d + c / 2))
    figure.label(str(b * c), (a + b / 2, d + c / 2))
    figure.label(str(a * d), (a / 2, d / 2))
    figure.label("?", (a + b / 2, d / 2), needed=False)
    question = dice.said(
        "A rectangle is cut into four. The numbers are the areas of three parts. What is the shaded area?",
        "Three of the four parts of the rectangle show their area. Find that of the fourth.",
    )

    return Problem(figure, fourth_area, (a * c, b * c, a * d), lambda: float(b * d), question, 0)


def lattice_area(corners: list[tuple[int, int]], square: float) -> float:
    """Shoelace formula, times the area of a square of the grid."""
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2 * square


def _pick(corners: list[tuple[int, int]]) -> float:
    """Pick's theorem: points inside and half of those on the edge, less one."""
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
    on_edge = sum(math.gcd(u - x, v - y) for (x, y), (u, v) in edges)
    low, high = min(y for _, y in corners), max(y for _, y in corners)
    inside = 0
    for y in range(low + 1, high):
        # The polygon is convex: a row of points is cut out between two edges.
        cuts = [
            x + (y - b) * (u - x) / (v - b)
            for (x, b), (u, v) in edges
            if min(b, v) <= y <= max(b, v) and b != v
        ]
        left, right = min(cuts), max(cuts)
        inside += math.ceil(right - 1e-9) - 1 - math.floor(left + 1e-9)
    return inside + on_edge / 2 - 1


def grid_polygon(dice: Dice) -> Problem:
    """The area of a polygon on a grid."""
    corners = _hull([(dice.between(1, 15), dice.between(1, 11)) for _ in range(6)])
    figure = Figure()
    for x in range(17):
        figure.line((x, 0), (x, 12), colour="soft", width=0.5)
    for y in range(13):
        figure.line((0, y), (16, y), colour="soft", width=0.5)
    figure.polygon([(float(x), float(y)) for x, y in corners], fill="shade")
    for x, y in corners:
        figure.dot((x, y), 0.12)
    figure.marks.append(_extent(corners))
    square = dice.tenths(1.2, 9.8)
    figure.note = f"area of one square: {written(square)} m²"
    question = dice.said(
        "The corners of the plot lie on the grid. How many square metres is the plot large?",
        "What is the area of the shaded plot in square metres? The area of a square of the grid is given.",
    )
    return Problem(figure, lattice_area, (corners, square), lambda: _pick(corners) * square, question, 1)


def _extent(corners: list[tuple[int, int]]) -> Mark:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Mark((min(xs), min(ys)), (max(xs), max(ys)), 0.7)


def _hull(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The convex hull, counter-clockwise (Andrew's monotone chain)."""

    def chain(ordered: list[tuple[int, int]]) -> list[tuple[int, int]]:
        kept: list[tuple[int, int]] = []
        for point in ordered:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    ordered = sorted(set(points))
    return chain(ordered) + chain(ordered[::-1])


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


AREAS: tuple[Family, ...] = (
    plate_with_hole,
    cut_corners,
    trapezium,
    regular_polygon,
    cut_rectangle,
    grid_polygon,
)
"""Families of this file."""
