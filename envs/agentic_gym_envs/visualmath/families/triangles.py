"""Triangles with marked sides and angles. Angles are in degrees."""

import math

from agentic_gym_envs.visualmath.figures import Figure, Point, centroid, polar, turned
from agentic_gym_envs.visualmath.problems import Dice, Family, Problem, written


def _triangle(sides: tuple[float, float], angle: float, turn: float) -> list[Point]:
    """A at the origin, B and C at two sides' lengths with an angle between them; all turned."""
    return turned([(0.0, 0.0), (sides[0], 0.0), polar((0.0, 0.0), sides[1], angle)], turn)


def _drawn(points: list[Point]) -> Figure:
    """The outline with the letters A, B, C."""
    figure = Figure()
    figure.polygon(points, fill="fill")
    middle = centroid(points)
    for letter, point in zip("ABC", points, strict=True):
        figure.name(letter, point, (point[0] - middle[0], point[1] - middle[1]))
    return figure


def _sizes(dice: Dice) -> tuple[float, float]:
    first = dice.tenths(6, 30)
    return first, round(first * dice.rng.uniform(0.6, 1.5), 1)


def hypotenuse(a: float, b: float) -> float:
    """The longest side of a right triangle."""
    return math.sqrt(a * a + b * b)


def right_triangle(dice: Dice) -> Problem:
    """The hypotenuse from the legs."""
    a, b = _sizes(dice)
    points = _triangle((a, b), 90, dice.rng.uniform(-25, 25))
    figure = _drawn(points)
    figure.right_angle(points[0], points[1], points[2], 0.08 * (a + b))
    figure.length(written(a), points[0], points[1], centroid(points))
    figure.length(written(b), points[0], points[2], centroid(points))
    question = dice.said(
        "How long is the side BC?",
        "Find the length of the hypotenuse BC.",
        "What is the distance from B to C?",
    )
    return Problem(figure, hypotenuse, (a, b), lambda: math.dist(points[1], points[2]), question, 2)


def leg(longest: float, other: float) -> float:
    """The second leg of a right triangle."""
    return math.sqrt(longest * longest - other * other)


def right_triangle_leg(dice: Dice) -> Problem:
    """A leg from the hypotenuse and the other leg."""
    longest = dice.tenths(8, 40)
    a = round(longest * dice.rng.uniform(0.35, 0.9), 1)
    b = math.sqrt((longest - a) * (longest + a))
    points = _triangle((a, b), 90, dice.rng.uniform(-25, 25))
    figure = _drawn(points)
    figure.right_angle(points[0], points[1], points[2], 0.08 * (a + b))
    figure.length(written(a), points[0], points[1], centroid(points))
    figure.length(written(longest), points[1], points[2], centroid(points))
    question = dice.said(
        "How long is the side AC?", "Find the length of AC.", "What does the side AC measure?"
    )
    return Problem(figure, leg, (longest, a), lambda: math.dist(points[0], points[2]), question, 2)


def third_side(b: float, c: float, angle: float) -> float:
    """Law of cosines."""
    return math.sqrt(b * b + c * c - 2 * b * c * math.cos(math.radians(angle)))


def _two_sides(dice: Dice) -> tuple[list[Point], Figure, tuple[float, float, float]]:
    (b, c), angle = _sizes(dice), dice.halves(35, 125)
    points = _triangle((b, c), angle, dice.rng.uniform(-30, 30))
    figure = _drawn(points)
    figure.length(written(b), points[0], points[1], centroid(points))
    figure.length(written(c), points[0], points[2], centroid(points))
    figure.angle(f"{written(angle)}°", points[0], points[1], points[2], 0.22 * min(b, c))
    return points, figure, (b, c, angle)


def cosine_side(dice: Dice) -> Problem:
    """The third side from two sides and the angle between them."""
    points, figure, given = _two_sides(dice)
    question = dice.said(
        "How long is the side BC?", "Find the length of BC.", "What is the length of the side opposite A?"
    )
    return Problem(figure, third_side, given, lambda: math.dist(points[1], points[2]), question, 2)


def half_product(b: float, c: float, angle: float) -> float:
    """A triangle's area from two sides and the angle between them."""
    return b * c * math.sin(math.radians(angle)) / 2


def shoelace(points: list[Point]) -> float:
    """The area of a polygon."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2


def triangle_area(dice: Dice) -> Problem:
    """The area from two sides and the angle between them."""
    points, figure, given = _two_sides(dice)
    question = dice.said("What is the area of the triangle?", "Find the area of triangle ABC.")
    return Problem(figure, half_product, given, lambda: shoelace(points), question, 1)


def sine_side(base: float, left: float, right: float) -> float:
    """Law of sines: the side that leaves the base's left end."""
    apex = 180 - left - right
    return base * math.sin(math.radians(right)) / math.sin(math.radians(apex))


def two_angles(dice: Dice) -> Problem:
    """A side from the base and the angles at its ends."""
    base, left, right = dice.tenths(8, 40), dice.halves(30, 80), dice.halves(30, 75)
    height = base / (1 / math.tan(math.radians(left)) + 1 / math.tan(math.radians(right)))
    points: list[Point] = [(0.0, 0.0), (base, 0.0), (height / math.tan(math.radians(left)), height)]
    figure = _drawn(points)
    figure.length(written(base), points[0], points[1], centroid(points))
    figure.angle(f"{written(left)}°", points[0], points[1], points[2], 0.15 * base)
    figure.angle(f"{written(right)}°", points[1], points[2], points[0], 0.15 * base)
    question = dice.said(
        "How long is the side AC?", "Find the length of AC.", "What is the distance from A to C?"
    )
    check = lambda: math.hypot(*points[2])  # noqa: E731
    return Problem(figure, sine_side, (base, left, right), check, question, 2)


def apex_angle(first: float, second: float) -> float:
    """Between two parallel lines, the angle of a bent line is the sum of those it makes with them."""
    return first + second


def parallel_lines(dice: Dice) -> Problem:
    """The angle of a bent line between two parallel ones."""
    first, second = dice.tenths(20, 75), dice.tenths(20, 75)
    top, bottom = dice.rng.uniform(1.2, 2.0, 2)
    apex: Point = (0.0, 0.0)
    upper = (-top / math.tan(math.radians(first)), float(top))
    lower = (-bottom / math.tan(math.radians(second)), -float(bottom))
    left = min(upper[0], lower[0]) - 1.5
    figure = Figure()
    figure.line((left, upper[1]), (1.2, upper[1]))
    figure.line((left, lower[1]), (1.2, lower[1]))
    figure.line(upper, apex, lower, colour="second")
    right_up, right_down = (1.0, upper[1]), (1.0, lower[1])
    figure.angle(f"{written(first)}°", upper, right_up, apex, 0.75)
    figure.angle(f"{written(second)}°", lower, apex, right_down, 0.75)
    figure.angle("?", apex, lower, upper, 0.45)
    for name, at, away in (("g", (1.2, upper[1]), (1.0, 0.0)), ("h", (1.2, lower[1]), (1.0, 0.0))):
        figure.name(name, at, away)
    question = dice.said(
        "The lines g and h are parallel. How large is the angle with the question mark, in degrees?",
        "g is parallel to h. Find the marked angle (the one with the question mark) in degrees.",
    )

    def check() -> float:
        one, two = (math.atan2(y, x) for x, y in (upper, lower))
        return (
            math.degrees(2 * math.pi - abs(one - two))
            if abs(one - two) > math.pi
            else math.degrees(abs(one - two))
        )

    return Problem(figure, apex_angle, (first, second), check, question, 1)


TRIANGLES: tuple[Family, ...] = (
    right_triangle,
    right_triangle_leg,
    cosine_side,
    triangle_area,
    two_angles,
    parallel_lines,
)
"""Families of this file."""
