"""Circles with chords, tangents and inscribed angles. Angles are in degrees."""

import math

import numpy as np

from agentic_gym_envs.visualmath.figures import Figure, Point, between, polar, towards
from agentic_gym_envs.visualmath.problems import Dice, Family, Problem, written

_CENTRE: Point = (0.0, 0.0)


def _circle(radius: float) -> Figure:
    figure = Figure()
    figure.arc(_CENTRE, radius, fill="fill")
    figure.dot(_CENTRE, 0.012 * radius)
    return figure


def chord_length(radius: float, distance: float) -> float:
    """A chord from the radius and its distance from the centre."""
    return 2 * math.sqrt(radius * radius - distance * distance)


def chord(dice: Dice) -> Problem:
    """A chord's length."""
    radius = dice.tenths(5, 30)
    distance = round(radius * dice.rng.uniform(0.3, 0.8), 1)
    turn = dice.rng.uniform(0, 360)
    half = math.degrees(math.acos(distance / radius))
    first, second = polar(_CENTRE, radius, turn - half), polar(_CENTRE, radius, turn + half)
    foot = between(first, second, 0.5)
    figure = _circle(radius)
    figure.line(first, second, colour="second")
    figure.line(_CENTRE, foot, dashed=True)
    figure.line(_CENTRE, first)
    figure.right_angle(foot, first, _CENTRE, 0.09 * radius)
    figure.length(written(distance), _CENTRE, foot, first)
    figure.length(written(radius), _CENTRE, first, foot)
    figure.name("O", _CENTRE, (-foot[0], -foot[1]))
    figure.name("A", first, first)
    figure.name("B", second, second)

    def check() -> float:
        """Where the line meets the circle, by the roots of a quadratic."""
        low, high = sorted(float(root) for root in np.roots([1.0, 0.0, distance**2 - radius**2]))
        return high - low

    question = dice.said(
        "O is the centre of the circle. How long is the chord AB?", "Find the length of the chord AB."
    )
    return Problem(figure, chord_length, (radius, distance), check, question, 2)


def tangent_length(distance: float, radius: float) -> float:
    """A tangent from a point outside to where it touches."""
    return math.sqrt(distance * distance - radius * radius)


def tangent(dice: Dice) -> Problem:
    """A tangent's length from the distance of its point."""
    radius = dice.tenths(3, 15)
    distance = round(radius * dice.rng.uniform(1.5, 2.8), 1)
    turn = dice.rng.uniform(-40, 40) + dice.between(0, 1) * 180
    outside = polar(_CENTRE, distance, turn)
    touch = polar(_CENTRE, radius, turn + math.degrees(math.acos(radius / distance)))
    figure = _circle(radius)
    figure.line(_CENTRE, outside, dashed=True)
    figure.line(outside, touch, colour="second")
    figure.line(_CENTRE, touch)
    figure.right_angle(touch, _CENTRE, outside, 0.12 * radius)
    figure.length(written(radius), _CENTRE, touch, outside)
    figure.length(written(distance), _CENTRE, outside, touch)
    figure.name("O", _CENTRE, (-outside[0], -outside[1]))
    figure.name("P", outside, outside)
    figure.name("T", touch, touch)
    question = dice.said(
        "PT touches the circle around O at T. How long is PT?",
        "The line through P touches the circle in T. Find the length of the tangent segment PT.",
    )
    return Problem(figure, tangent_length, (distance, radius), lambda: math.dist(outside, touch), question, 2)


def opposite_angle(first: float, second: float) -> float:
    """In a cyclic quadrilateral opposite angles make 180 degrees."""
    return 180 - first - second


def inscribed_quadrilateral(dice: Dice) -> Problem:
    """An angle of a cyclic quadrilateral from the two parts of the opposite one."""
    first, second = dice.tenths(20, 62), dice.tenths(20, 62)
    radius, turn = 10.0, dice.rng.uniform(0, 360)
    rest = 360 - 2 * first - 2 * second
    start = rest * dice.rng.uniform(0.35, 0.65)
    a = polar(_CENTRE, radius, turn)
    b = polar(_CENTRE, radius, turn + start)
    c = polar(_CENTRE, radius, turn + start + 2 * first)
    d = polar(_CENTRE, radius, turn + start + 2 * first + 2 * second)
    figure = _circle(radius)
    figure.polygon([a, b, c, d])
    figure.line(a, c, dashed=True)
    figure.angle(f"{written(first)}°", a, b, c, 4.4)
    figure.angle(f"{written(second)}°", a, c, d, 4.4)
    figure.angle("", c, b, d, 1.8)
    for letter, point in zip("ABCD", (a, b, c, d), strict=True):
        figure.name(letter, point, point)
    question = dice.said(
        "A, B, C and D lie on the circle. How large is the angle BCD, in degrees?",
        "Find the angle at C of the quadrilateral ABCD, whose corners lie on the circle, in degrees.",
    )

    def check() -> float:
        """The angle between two vectors."""
        one, two = np.subtract(b, c), np.subtract(d, c)
        return math.degrees(math.acos(float(one @ two) / float(np.linalg.norm(one) * np.linalg.norm(two))))

    return Problem(figure, opposite_angle, (first, second), check, question, 1)


def sector_measure(radius: float, angle: float) -> float:
    """The area of a sector without the triangle in it."""
    turn = math.radians(angle)
    return radius * radius * (turn - math.sin(turn)) / 2


def circular_segment(dice: Dice) -> Problem:
    """The area between a chord and its arc."""
    radius, angle = dice.tenths(4, 25), dice.halves(70, 160)
    turn = dice.rng.uniform(0, 360)
    first, second = polar(_CENTRE, radius, turn), polar(_CENTRE, radius, turn + angle)
    figure = _circle(radius)
    figure.arc(_CENTRE, radius, turn, turn + angle, fill="shade")
    figure.line(first, _CENTRE, second)
    figure.line(first, second)
    figure.angle(f"{written(angle)}°", _CENTRE, first, second, 0.16 * radius)
    figure.length(written(radius), _CENTRE, first, second)
    figure.name("O", _CENTRE, towards(_CENTRE, polar(_CENTRE, 1, turn + angle / 2 + 180), 1.0))
    question = dice.said(
        "O is the centre of the circle. What is the area of the shaded segment?",
        "Find the area of the shaded part of the circle around O.",
    )

    def check() -> float:
        """Strips parallel to the chord."""
        low = radius * math.cos(math.radians(angle / 2))
        middles = low + (np.arange(400_000) + 0.5) * (radius - low) / 400_000
        return float(np.sqrt(radius**2 - middles**2).sum() * 2 * (radius - low) / 400_000)

    return Problem(figure, sector_measure, (radius, angle), check, question, 1)


CIRCLES: tuple[Family, ...] = (chord, tangent, inscribed_quadrilateral, circular_segment)
"""Families of this file."""
