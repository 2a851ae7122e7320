"""Solids: nets, and bodies in oblique projection."""

import math

import numpy as np

from agentic_gym_envs.visualmath.figures import Figure, Point
from agentic_gym_envs.visualmath.problems import Dice, Family, Problem, written


def box_volume(length: float, width: float, height: float) -> float:
    """A box's volume."""
    return length * width * height


def box_net(dice: Dice) -> Problem:
    """The volume of the box that a net folds into."""
    a, b, c = (dice.tenths(3, 14) for _ in range(3))
    figure = Figure()
    faces = [
        (0.0, 0.0, a, b),
        (a, 0.0, c, b),
        (a + c, 0.0, a, b),
        (2 * a + c, 0.0, c, b),
        (0.0, b, a, c),
        (0.0, -c, a, c),
    ]
    for x, y, wide, high in faces:
        figure.polygon([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], fill="fill")
    figure.label(written(a), (a / 2, b + c), (0.0, 1.0))
    figure.label(written(b), (2 * a + 2 * c, b / 2), (1.0, 0.0))
    figure.label(written(c), (0.0, b + c / 2), (-1.0, 0.0))
    question = dice.said(
        "The net is folded into a box. What is the volume of the box?",
        "Find the volume of the cuboid that has this net.",
    )

    def check() -> float:
        """From the areas of three faces that meet: the root of their product."""
        areas = [wide * high for _, _, wide, high in faces]
        return math.sqrt(areas[0] * areas[1] * areas[4])

    return Problem(figure, box_volume, (a, b, c), check, question, 1)


def box_surface(length: float, width: float, height: float) -> float:
    """A box's surface."""
    return 2 * (length * width + width * height + height * length)


def _oblique(points: list[tuple[float, float, float]]) -> list[Point]:
    """Cabinet projection: depth at half length, at 45 degrees."""
    share = 0.5 * math.sqrt(0.5)
    return [(x + share * z, y + share * z) for x, y, z in points]


def box(dice: Dice) -> Problem:
    """The surface of a box in oblique projection."""
    a, b, c = dice.tenths(6, 20), dice.tenths(4, 14), dice.tenths(6, 20)
    corners = [(x, y, z) for z in (0.0, c) for x, y in ((0.0, 0.0), (a, 0.0), (a, b), (0.0, b))]
    p = _oblique(corners)
    figure = Figure()
    figure.polygon([p[0], p[1], p[2], p[3]], fill="fill")
    figure.polygon([p[1], p[5], p[6], p[2]], fill="shade")
    figure.polygon([p[3], p[2], p[6], p[7]], fill="paper")
    for k in (0, 5, 7):
        figure.line(p[4], p[k], dashed=True, colour="soft")
    figure.length(written(a), p[0], p[1], p[2])
    figure.length(written(b), p[0], p[3], p[2])
    figure.length(written(c), p[1], p[5], p[3])
    question = dice.said(
        "What is the total surface area of the box?", "How much paper covers all the faces of this cuboid?"
    )

    def check() -> float:
        """The faces' areas by cross products of their edges."""
        e, f, g = np.diag([a, b, c])
        return float(2 * sum(np.linalg.norm(np.cross(u, v)) for u, v in ((e, f), (f, g), (g, e))))

    return Problem(figure, box_surface, (a, b, c), check, question, 1)


def cone_on_cylinder(radius: float, wall: float, roof: float) -> float:
    """A cylinder with a cone on it."""
    return math.pi * radius**2 * (wall + roof / 3)


def silo(dice: Dice) -> Problem:
    """The volume of a cylinder with a cone on it."""
    radius = dice.tenths(2, 9)
    wall, roof = round(radius * dice.rng.uniform(1.4, 2.4), 1), round(radius * dice.rng.uniform(0.8, 1.6), 1)
    figure = Figure()
    figure.arc((0.0, 0.0), radius, 180, 360, flat=0.3)
    figure.arc((0.0, 0.0), radius, 0, 180, flat=0.3, dashed=True, colour="soft")
    figure.line((-radius, 0.0), (-radius, wall))
    figure.line((radius, 0.0), (radius, wall))
    figure.arc((0.0, wall), radius, 180, 360, flat=0.3)
    figure.arc((0.0, wall), radius, 0, 180, flat=0.3, dashed=True, colour="soft")
    figure.line((-radius, wall), (0.0, wall + roof), (radius, wall))
    figure.line((0.0, wall), (0.0, wall + roof), dashed=True, colour="soft")
    figure.line((0.0, 0.0), (radius, 0.0), colour="accent")
    figure.dot((0.0, 0.0), 0.03 * radius)
    figure.label(f"r = {written(radius)}", (radius / 2, 0.0), (0.0, 1.0), ground=True)
    figure.label(written(wall), (-radius, wall / 2), (-1.0, 0.0))
    figure.label(written(roof), (0.0, wall + roof * 0.4), (1.0, 0.0))
    question = dice.said(
        "A cone stands on a cylinder. What is the volume of the whole body?",
        "Find the volume of this silo, a cylinder with a cone as its roof.",
    )

    def check() -> float:
        """Thin discs."""
        z = (np.arange(200_000) + 0.5) / 200_000
        cone = float((np.pi * (radius * (1 - z)) ** 2).mean() * roof)
        return math.pi * radius * radius * wall + cone

    return Problem(figure, cone_on_cylinder, (radius, wall, roof), check, question, 1)


def wedge_volume(base: float, height: float, length: float) -> float:
    """A prism over a right triangle."""
    return base * height / 2 * length


def wedge(dice: Dice) -> Problem:
    """The volume of a prism over a right triangle."""
    base, height, length = dice.tenths(4, 14), dice.tenths(4, 12), dice.tenths(8, 24)
    flat = [(x, y, z) for z in (0.0, length) for x, y in ((0.0, 0.0), (base, 0.0), (0.0, height))]
    p = _oblique(flat)
    figure = Figure()
    figure.polygon([p[0], p[1], p[2]], fill="fill")
    figure.polygon([p[1], p[4], p[5], p[2]], fill="shade")
    figure.line(p[0], p[3], dashed=True, colour="soft")
    figure.line(p[4], p[3], p[5], dashed=True, colour="soft")
    figure.right_angle(p[0], p[1], p[2], 0.08 * (base + height))
    figure.length(written(base), p[0], p[1], p[2])
    figure.length(written(height), p[0], p[2], p[1])
    figure.length(written(length), p[1], p[4], p[2])
    question = dice.said("What is the volume of the wedge?", "Find the volume of this prism.")

    def check() -> float:
        """Six times a tetrahedron's volume is a determinant; a prism is three such."""
        return float(abs(np.linalg.det(np.diag([base, height, length])))) / 6 * 3

    return Problem(figure, wedge_volume, (base, height, length), check, question, 1)


SOLIDS: tuple[Family, ...] = (box_net, box, silo, wedge)
"""Families of this file."""
