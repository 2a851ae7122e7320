"""Outlines in unit coordinates: the shields of emblems and the figures on them.

An outline is an array of points, N × 2, x to the right and y down, within the square from -1 to 1.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Outline: TypeAlias = NDArray[np.float64]
"""Points of a polygon, float64 N × 2, in unit coordinates."""

Figure: TypeAlias = tuple[tuple[bool, Outline], ...]
"""Outlines painted in order: True in the figure's colour, False in the ground's (a hole)."""


def points(*pairs: tuple[float, float]) -> Outline:
    """An outline of the points given."""
    return np.array(pairs, dtype=np.float64)


def arc(
    radius: float, start: float, end: float, x: float = 0.0, y: float = 0.0, squeeze: float = 1.0
) -> Outline:
    """Points on an arc, angles in degrees clockwise from the right; `squeeze` scales its height."""
    angles = np.radians(np.linspace(start, end, 40))
    return np.stack([x + radius * np.cos(angles), y + squeeze * radius * np.sin(angles)], axis=1)


def disc(radius: float, x: float = 0.0, y: float = 0.0, squeeze: float = 1.0) -> Outline:
    """An ellipse."""
    return arc(radius, 0, 360, x, y, squeeze)


def spiked(count: int, outer: float, inner: float, x: float = 0.0, y: float = 0.0) -> Outline:
    """A star with one point upwards; with `inner` equal to `outer` times a cosine, a regular polygon."""
    angles = np.radians(np.arange(2 * count) * 180 / count - 90)
    radii = np.where(np.arange(2 * count) % 2 == 0, outer, inner)
    return np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], axis=1)


def box(left: float, top: float, right: float, bottom: float) -> Outline:
    """A rectangle."""
    return points((left, top), (right, top), (right, bottom), (left, bottom))


def mirrored(half: Outline) -> Outline:
    """A right half, listed from top to bottom, completed by its mirror image."""
    return np.concatenate([half, half[::-1] * np.array([-1.0, 1.0])])


def turned(outline: Outline, degrees: float) -> Outline:
    """An outline turned clockwise about the origin."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned_points: Outline = outline @ np.array([[cos, sin], [-sin, cos]])
    return turned_points


def _rounded_square() -> Outline:
    corners = [arc(0.34, a, a + 90, x, y) for a, x, y in ((-90, 0.66, -0.66), (0, 0.66, 0.66))]
    return mirrored(np.concatenate(corners))


def _heater() -> Outline:
    """The classic shield: straight on top, curved to a point."""
    t = np.linspace(0, 1, 30)
    side = np.stack([0.92 * np.cos(t * np.pi / 2) ** 0.8, -0.25 + 1.25 * t], axis=1)
    return mirrored(np.concatenate([points((0.92, -0.96)), side]))


def _swiss() -> Outline:
    """A shield whose upper edge is scalloped."""
    t = np.linspace(0, 1, 30)
    top = np.stack([0.92 * t, -0.9 + 0.14 * np.sin(t * np.pi)], axis=1)
    side = np.stack([0.92 * np.cos(t * np.pi / 2) ** 0.9, -0.05 + 1.05 * t], axis=1)
    return mirrored(np.concatenate([top, side]))


def _tombstone() -> Outline:
    """Straight above and round below."""
    return mirrored(np.concatenate([points((0.9, -0.96)), arc(0.9, 0, 90, 0, 0.08)]))


SHIELDS: tuple[Outline, ...] = (
    disc(0.98),
    _heater(),
    _rounded_square(),
    spiked(3, 1.0, 1.0),
    _swiss(),
    turned(spiked(4, 1.04, 1.04), 22.5),
    _tombstone(),
    mirrored(points((0.96, -0.82), (0.96, 0.3), (0.0, 1.0))),
)
"""Outer outlines; each fills most of its square, so that a crop of it is mostly emblem."""


def _crescent() -> Figure:
    return ((True, disc(0.85)), (False, disc(0.72, 0.33, -0.12)), (True, spiked(5, 0.3, 0.13, 0.38, -0.1)))


def _bolt() -> Figure:
    return (
        (True, points((0.2, -1), (-0.62, 0.14), (-0.08, 0.14), (-0.28, 1), (0.62, -0.26), (0.06, -0.26))),
    )


def _anchor() -> Figure:
    hook = np.concatenate([arc(0.78, 10, 170, 0, 0.1), arc(0.56, 170, 10, 0, 0.02)])
    return (
        (True, disc(0.24, 0, -0.72)),
        (False, disc(0.11, 0, -0.72)),
        (True, box(-0.11, -0.5, 0.11, 0.8)),
        (True, box(-0.42, -0.4, 0.42, -0.2)),
        (True, hook),
        (True, points((0.95, 0.32), (0.5, 0.12), (0.86, -0.14))),
        (True, points((-0.95, 0.32), (-0.5, 0.12), (-0.86, -0.14))),
    )


def _crown() -> Figure:
    rim = points(
        (-0.85, 0.3), (-0.95, -0.5), (-0.45, -0.06), (0, -0.8), (0.45, -0.06), (0.95, -0.5), (0.85, 0.3)
    )
    balls = tuple((True, disc(0.12, x, y)) for x, y in ((-0.95, -0.56), (0.0, -0.86), (0.95, -0.56)))
    return ((True, rim), (True, box(-0.85, 0.42, 0.85, 0.7)), *balls)


def _mountains() -> Figure:
    return (
        (True, points((-1, 0.7), (-0.3, -0.75), (0.18, 0.1), (0.45, -0.3), (1, 0.7))),
        (False, points((-0.3, -0.75), (-0.54, -0.26), (-0.36, -0.36), (-0.24, -0.2), (-0.1, -0.38))),
        (True, disc(0.17, 0.6, -0.68)),
    )


def _tree() -> Figure:
    tiers = tuple(
        (True, points((0, top), (width, top + 0.62), (-width, top + 0.62)))
        for top, width in ((-1.0, 0.46), (-0.62, 0.64), (-0.2, 0.82))
    )
    return (*tiers, (True, box(-0.12, 0.4, 0.12, 0.92)))


def _leaf() -> Figure:
    t = np.linspace(0, np.pi, 30)
    half = np.stack([0.62 * np.sin(t) ** 1.2, -np.cos(t) * 0.95], axis=1)
    veins = tuple(
        (False, turned(box(-0.025, 0.0, 0.025, 0.42), angle) + np.array([0.0, y]))
        for y in (-0.25, 0.1, 0.45)
        for angle in (125, -125)
    )
    return ((True, mirrored(half)), (False, box(-0.035, -0.6, 0.035, 1.0)), *veins)


def _tower() -> Figure:
    merlons = tuple((True, box(x, -0.92, x + 0.3, -0.5)) for x in (-0.7, -0.15, 0.4))
    gate = np.concatenate([arc(0.2, 180, 360, 0, 0.45), points((0.2, 0.86), (-0.2, 0.86))])
    return (
        *merlons,
        (True, box(-0.7, -0.62, 0.7, -0.3)),
        (True, box(-0.52, -0.3, 0.52, 0.86)),
        (False, gate),
        (False, box(-0.08, -0.16, 0.08, 0.12)),
    )


def _gear() -> Figure:
    teeth = tuple((True, turned(box(-0.16, -0.98, 0.16, -0.6), angle)) for angle in range(0, 360, 45))
    return (*teeth, (True, disc(0.74)), (False, disc(0.34)))


def _fish() -> Figure:
    return (
        (True, disc(0.68, -0.2, 0, 0.56)),
        (True, points((0.28, 0), (0.98, -0.46), (0.8, 0), (0.98, 0.46))),
        (False, disc(0.09, -0.56, -0.08)),
        (False, np.concatenate([arc(0.42, -50, 50, -0.55), arc(0.37, 50, -50, -0.55)])),
    )


def _bird() -> Figure:
    """An eagle with open wings, seen from the front."""
    half = points(
        (0.0, -0.62), (0.14, -0.6), (0.2, -0.42), (0.16, -0.26), (0.5, -0.5), (0.98, -0.72), (0.94, -0.3),
        (0.84, 0.04), (0.7, -0.02), (0.64, 0.24), (0.5, 0.14), (0.42, 0.36), (0.24, 0.24), (0.2, 0.5),
        (0.34, 0.9), (0.12, 0.76), (0.0, 0.94),
    )  # fmt: skip
    return ((True, mirrored(half)), (True, points((-0.05, -0.56), (-0.34, -0.44), (-0.05, -0.38))))


def _key() -> Figure:
    return (
        (True, disc(0.4, 0, -0.56)),
        (False, disc(0.2, 0, -0.56)),
        (True, box(-0.1, -0.2, 0.1, 0.98)),
        (True, box(0.1, 0.44, 0.46, 0.62)),
        (True, box(0.1, 0.76, 0.38, 0.94)),
    )


def _sun() -> Figure:
    return ((True, spiked(12, 0.98, 0.6)), (False, disc(0.54)), (True, disc(0.43)))


def _wheel() -> Figure:
    spokes = tuple((True, turned(box(-0.06, -0.8, 0.06, 0.8), angle)) for angle in (0, 45, 90, 135))
    return ((True, disc(0.95)), (False, disc(0.74)), *spokes, (True, disc(0.22)))


def _flame() -> Figure:
    outer = points(
        (0.05, -1), (0.3, -0.55), (0.62, -0.15), (0.68, 0.35), (0.42, 0.78), (0, 0.95), (-0.42, 0.78),
        (-0.68, 0.35), (-0.58, -0.1), (-0.36, -0.32), (-0.3, 0.02), (-0.12, -0.4),
    )  # fmt: skip
    return (
        (True, outer),
        (False, points((0.06, -0.1), (0.32, 0.4), (0.2, 0.7), (-0.1, 0.72), (-0.26, 0.42))),
    )


def _gem() -> Figure:
    lines = (
        (False, box(-0.9, -0.26, 0.9, -0.19)),
        (False, points((-0.42, -0.22), (-0.34, -0.22), (0.03, 0.9), (-0.03, 0.9))),
        (False, points((0.42, -0.22), (0.34, -0.22), (-0.03, 0.9), (0.03, 0.9))),
    )
    return ((True, points((-0.5, -0.72), (0.5, -0.72), (0.95, -0.22), (0, 0.92), (-0.95, -0.22))), *lines)


def _waves() -> Figure:
    x = np.linspace(-0.95, 0.95, 50)
    crest = 0.13 * np.sin(x * 7.5)
    return tuple(
        (True, np.concatenate([np.stack([x, y + crest], 1), np.stack([x, y + 0.22 + crest], 1)[::-1]]))
        for y in (-0.6, -0.12, 0.36)
    )


def _hammers() -> Figure:
    tool = (box(-0.09, -0.6, 0.09, 1.0), box(-0.42, -0.92, 0.42, -0.52))
    return tuple((True, turned(part, angle)) for angle in (-40, 40) for part in tool)


def _sword() -> Figure:
    return (
        (True, points((0, -1), (0.15, -0.75), (0.15, 0.36), (-0.15, 0.36), (-0.15, -0.75))),
        (True, box(-0.5, 0.36, 0.5, 0.52)),
        (True, box(-0.09, 0.52, 0.09, 0.86)),
        (True, disc(0.15, 0, 0.88)),
        (False, box(-0.02, -0.7, 0.02, 0.3)),
    )


def _bell() -> Figure:
    t = np.linspace(0, 1, 20)
    side = np.stack([0.3 + 0.5 * t**2.4, -0.5 + 1.0 * t], axis=1)
    cup = mirrored(np.concatenate([arc(0.3, -90, 0, 0, -0.5), side]))
    return ((True, cup), (True, disc(0.17, 0, 0.68)), (True, disc(0.12, 0, -0.84)))


def _clover() -> Figure:
    leaves = tuple((True, disc(0.4, x, y)) for x, y in ((0, -0.5), (-0.44, 0.1), (0.44, 0.1)))
    return (*leaves, (True, points((-0.05, 0), (0.05, 0), (0.22, 0.95), (0.04, 0.95))))


def _ball() -> Figure:
    spots = tuple(
        (False, spiked(5, 0.26, 0.21) + 0.78 * turned(points((0.0, -1.0)), a)) for a in range(36, 396, 72)
    )
    return ((True, disc(0.92)), (False, spiked(5, 0.36, 0.29)), *spots)


def _ring() -> Figure:
    return ((True, disc(0.92)), (False, disc(0.68)), (True, spiked(6, 0.6, 0.26)))


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "star": ((True, spiked(5, 1.0, 0.42)),),
        "compass rose": ((True, spiked(4, 1.0, 0.26)), (True, turned(spiked(4, 0.62, 0.2), 45))),
        "crescent": _crescent(),
        "bolt": _bolt(),
        "anchor": _anchor(),
        "crown": _crown(),
        "mountains": _mountains(),
        "tree": _tree(),
        "leaf": _leaf(),
        "tower": _tower(),
        "gear": _gear(),
        "fish": _fish(),
        "bird": _bird(),
        "key": _key(),
        "sun": _sun(),
        "wheel": _wheel(),
        "flame": _flame(),
        "gem": _gem(),
        "waves": _waves(),
        "hammers": _hammers(),
        "sword": _sword(),
        "bell": _bell(),
        "clover": _clover(),
        "ball": _ball(),
        "ring": _ring(),
    }
)
"""What stands on a shield, by its name."""
