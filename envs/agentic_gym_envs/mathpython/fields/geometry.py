"""Geometry with whole numbers: lattices, solids, figures."""

from fractions import Fraction
from math import gcd, isqrt

import numpy as np

from agentic_gym_envs.mathpython.family import Family, Field, Parameters, whole

# --- triangle ---------------------------------------------------------------------------------------


def _triangle(rng: np.random.Generator, size: int) -> Parameters:
    most = 12 + 8 * size
    return {
        "a": whole(rng, 3, most),
        "b": whole(rng, 0, most),
        "c": whole(rng, 0, most),
        "d": whole(rng, 3, most),
    }


def _triangle_solve(a: int, b: int, c: int, d: int) -> int:
    double = abs(a * d - b * c)
    border = gcd(a, b) + gcd(c, d) + gcd(abs(a - c), abs(b - d))
    return (double - border + 2) // 2 if double else 0


def inner_points(a: int, b: int, c: int, d: int) -> int:
    """Tries every point."""

    def side(px: int, py: int, qx: int, qy: int, x: int, y: int) -> int:
        return (qx - px) * (y - py) - (qy - py) * (x - px)

    count = 0
    for x in range(max(a, c) + 1):
        for y in range(max(b, d) + 1):
            sides = (side(0, 0, a, b, x, y), side(a, b, c, d, x, y), side(c, d, 0, 0, x, y))
            count += all(value > 0 for value in sides) or all(value < 0 for value in sides)
    return count


# --- circle -----------------------------------------------------------------------------------------


def _ring(rng: np.random.Generator, size: int) -> Parameters:
    inner = whole(rng, 2, 150 * size)
    return {"p": inner, "q": inner + whole(rng, 20, 300)}


def _ring_solve(p: int, q: int) -> int:
    def within(square: int) -> int:
        root = isqrt(square)
        return sum(2 * isqrt(square - x * x) + 1 for x in range(-root, root + 1))

    return within(q) - within(p)


def points_in_ring(p: int, q: int) -> int:
    """Tries every point."""
    reach = isqrt(q)
    span = range(-reach, reach + 1)
    return sum(p < x * x + y * y <= q for x in span for y in span)


# --- diagonal ---------------------------------------------------------------------------------------


def _diagonal(rng: np.random.Generator, size: int) -> Parameters:
    common = whole(rng, 1, 12)
    return {name: common * whole(rng, 2, 9 * size + 9) for name in "abc"}


def _diagonal_solve(a: int, b: int, c: int) -> int:
    return a + b + c - gcd(a, b) - gcd(b, c) - gcd(a, c) + gcd(gcd(a, b), c)


def cubes_on_diagonal(a: int, b: int, c: int) -> int:
    """Counts where the diagonal crosses a plane; times are fractions, kept as whole numbers."""
    times = {i * b * c for i in range(a)} | {j * a * c for j in range(b)} | {k * a * b for k in range(c)}
    return len(times)


# --- rectangles -------------------------------------------------------------------------------------


def _rectangles(rng: np.random.Generator, size: int) -> Parameters:
    m, n = whole(rng, 5, 7 + 2 * size), whole(rng, 5, 7 + 2 * size)
    return {"m": m, "n": n, "i": whole(rng, 1, m), "j": whole(rng, 1, n)}


def _rectangles_solve(m: int, n: int, i: int, j: int) -> int:
    everything = m * (m + 1) * n * (n + 1) // 4
    return (everything - i * (m - i + 1) * j * (n - j + 1)) % 1000


def rectangles_without(m: int, n: int, i: int, j: int) -> int:
    """Tries every rectangle."""
    count = 0
    for top in range(1, m + 1):
        for bottom in range(top, m + 1):
            for left in range(1, n + 1):
                for right in range(left, n + 1):
                    count += not (top <= i <= bottom and left <= j <= right)
    return count % 1000


# --- right triangles --------------------------------------------------------------------------------


def _ladder(rng: np.random.Generator, size: int) -> Parameters:
    m = whole(rng, 2, 6 + 2 * size)
    n = whole(rng, 1, m - 1)
    k = whole(rng, 1, 3)
    return {"leg": 2 * m * n * k, "hypotenuse": (m * m + n * n) * k, "s": whole(rng, 2, 9)}


def _ladder_solve(leg: int, hypotenuse: int, s: int) -> int:
    other = isqrt(hypotenuse * hypotenuse - leg * leg)
    radius = (leg + other - hypotenuse) // 2
    return (leg * other // 2 + s * radius) % 1000


def area_and_radius(leg: int, hypotenuse: int, s: int) -> int:
    """From the lengths of the sides."""
    other = next(x for x in range(1, hypotenuse) if x * x + leg * leg == hypotenuse * hypotenuse)
    area = leg * other // 2
    radius = Fraction(2 * area, leg + other + hypotenuse)
    return int(area + s * radius) % 1000


FAMILIES = (
    Family(
        "points in a triangle",
        Field.GEOMETRY,
        _triangle,
        (
            "How many points with integer coordinates lie strictly inside the triangle with the corners "
            "(0, 0), ({a}, {b}) and ({c}, {d})?",
            "Trees stand at all points of a square lattice. A fence is drawn straight from (0, 0) to ({a}, "
            "{b}), on to ({c}, {d}), and back. How many trees does it enclose, those on the fence not "
            "counted?",
        ),
        _triangle_solve,
        inner_points,
    ),
    Family(
        "ring",
        Field.GEOMETRY,
        _ring,
        (
            "How many points (x, y) with integers x and y satisfy {p} < x² + y² ≤ {q}?",
            "Two circles about the origin have the squared radii {p} and {q}. How many lattice points lie "
            "outside the smaller one and inside or on the larger one?",
        ),
        _ring_solve,
        points_in_ring,
    ),
    Family(
        "diagonal of a box",
        Field.GEOMETRY,
        _diagonal,
        (
            "A box of {a} × {b} × {c} is built of unit cubes. Through the inside of how many of them does "
            "a diagonal of the box pass?",
            "A needle is pushed from one corner of an {a} by {b} by {c} block of sugar cubes to the "
            "opposite corner. How many of the cubes does it pierce?",
        ),
        _diagonal_solve,
        cubes_on_diagonal,
    ),
    Family(
        "rectangles without a cell",
        Field.GEOMETRY,
        _rectangles,
        (
            "A board has {m} rows and {n} columns. The cell in row {i} and column {j} is painted black. "
            "How many rectangles of whole cells contain no black cell? Give their number modulo 1000.",
            "On a grid of {m} × {n} windows, one in row {i} and column {j} is broken. How many rectangular "
            "groups of windows have no broken one among them, modulo 1000?",
        ),
        _rectangles_solve,
        rectangles_without,
    ),
    Family(
        "right triangle",
        Field.GEOMETRY,
        _ladder,
        (
            "A right triangle has a leg of length {leg} and the hypotenuse {hypotenuse}. Let F be its area "
            "and r the radius of its inscribed circle. Find F + {s}r modulo 1000.",
            "A ladder of length {hypotenuse} leans against a wall, its foot {leg} away from it. With the "
            "wall and the ground it makes a triangle; add to its area {s} times the radius of the circle "
            "inscribed in it. What is the sum modulo 1000?",
        ),
        _ladder_solve,
        area_and_radius,
    ),
)
