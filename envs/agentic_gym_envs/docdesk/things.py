"""What else lies on a desk: cups, pencils, coins and the like, seen from above, without a word on them.

A thing is a few flat shapes in units of the papers' print, about 4.5 mm; light and shadow are the desk's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym_envs.docdesk.homography import Points, rectangle
from agentic_gym_envs.scenes import Size
from agentic_gym_envs.scenes.palette import Rgb

Shape: TypeAlias = tuple[Points, Rgb]

_INKS: tuple[Rgb, ...] = (
    (176, 58, 46),
    (38, 84, 124),
    (46, 110, 82),
    (212, 160, 48),
    (70, 70, 78),
    (120, 74, 120),
)
_CHINA: tuple[Rgb, ...] = ((226, 224, 218), (196, 208, 214), (214, 190, 168), (92, 112, 122))
_CLEARANCE = 1.5
"""How far a thing stays from paper and from other things, in its units."""
_OUTSIDE = 0.4
"""How much of a thing may be outside the photo, in shares of its size."""
_TRIES = 24
_MOST = 5
_FINE = 3
"""How many times larger a thing is drawn than shown, for smooth edges."""
_ROUND = 60
"""Corners of a circle."""


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A thing where it lies.

    Attributes:
        shapes: outlines in pixels of the photo, with their colours, from the lowest to the highest.
    """

    shapes: tuple[Shape, ...]

    @property
    def outline(self) -> Points:
        """Of what touches the desk."""
        return self.shapes[0][0]


def scatter(outlines: Sequence[Points], unit: float, size: Size, rng: np.random.Generator) -> list[Thing]:
    """Things at places that no paper takes, some of them cut by the photo's edge.

    Args:
        outlines: of the papers, in pixels of the photo.
        unit: font size of the papers' print, in the same.
        size: of the photo.
        rng: draws what there is, and where.
    """
    taken = [_bounds(outline, _CLEARANCE * unit) for outline in outlines]
    things: list[Thing] = []
    for _ in range(int(rng.integers(_MOST + 1))):
        shapes = _KINDS[int(rng.integers(len(_KINDS)))](rng)
        for _ in range(_TRIES):
            thing = _put(shapes, unit, rng.uniform((0, 0), size), rng.uniform(0, 2 * np.pi))
            bounds = _bounds(np.concatenate([outline for outline, _ in thing.shapes]), _CLEARANCE * unit)
            if _is_in_view(bounds, size) and not any(_overlap(bounds, other) for other in taken):
                things.append(thing)
                taken.append(bounds)
                break
    return things


def paint(thing: Thing, picture: Image.Image, scale: float, light: float) -> None:
    """Draws a thing on a picture of the desk.

    Args:
        thing: what is drawn.
        picture: is drawn on.
        scale: how many times as large as the photo the picture is.
        light: what share of it falls on the thing.
    """
    outlines = [outline * scale for outline, _ in thing.shapes]
    bounds = _bounds(np.concatenate(outlines), 2)
    left, top = (max(0, int(edge)) for edge in bounds[0])
    right, bottom = (min(side, int(edge)) for side, edge in zip(picture.size, bounds[1], strict=True))
    part = picture.crop((left, top, right, bottom))
    fine = part.resize((part.width * _FINE, part.height * _FINE), Image.Resampling.BILINEAR)
    pen = ImageDraw.Draw(fine)
    for outline, (_, colour) in zip(outlines, thing.shapes, strict=True):
        pen.polygon(
            [(float(x), float(y)) for x, y in (outline - (left, top)) * _FINE], fill=_toned(colour, light)
        )
    picture.paste(fine.resize(part.size, Image.Resampling.BOX), (left, top))


def _put(shapes: Sequence[Shape], unit: float, middle: Points, angle: float) -> Thing:
    turn = unit * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return Thing(tuple((outline @ turn + middle, colour) for outline, colour in shapes))


def _bounds(points: Points, margin: float) -> Points:
    """The least and the greatest x and y, shape (2, 2)."""
    return np.array([points.min(axis=0) - margin, points.max(axis=0) + margin])


def _overlap(one: Points, other: Points) -> bool:
    return bool((one[0] < other[1]).all() and (other[0] < one[1]).all())


def _is_in_view(bounds: Points, size: Size) -> bool:
    hidden = np.maximum(0, -bounds[0]) + np.maximum(0, bounds[1] - size)
    return bool((hidden <= _OUTSIDE * (bounds[1] - bounds[0])).all())


# --- what there is ----------------------------------------------------------------------------------


def _disc(radius: float, x: float = 0.0, y: float = 0.0) -> Points:
    angles = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)
    return np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])


def _toned(colour: Rgb, factor: float) -> Rgb:
    red, green, blue = (min(255, round(factor * part)) for part in colour)
    return red, green, blue


def _drawn(colours: Sequence[Rgb], rng: np.random.Generator) -> Rgb:
    return colours[int(rng.integers(len(colours)))]


def _cup(rng: np.random.Generator) -> list[Shape]:
    """Of coffee or tea, on a saucer."""
    china = _drawn(_CHINA, rng)
    drink = _drawn(((62, 38, 24), (120, 66, 26), (142, 104, 74)), rng)
    return [
        (_disc(13.5), _toned(china, 0.92)),
        (_disc(12.8), china),
        (_disc(8.6), _toned(china, 0.9)),
        (rectangle(7.0, -0.9, 11.6, 0.9), _toned(china, 0.82)),
        (_disc(8.0), _toned(china, 1.06)),
        (_disc(6.9), _toned(china, 0.8)),
        (_disc(6.6, 0.1, 0.2), drink),
        (_disc(1.2, -3.2, -3.4), _toned(drink, 1.5)),
    ]


def _pencil(rng: np.random.Generator) -> list[Shape]:
    """Sharpened, its three upper sides as light falls on them."""
    colour, length = _drawn(_INKS, rng), rng.uniform(22, 36)
    sides = zip((-0.9, -0.35, 0.35), (-0.35, 0.35, 0.9), (1.15, 1.0, 0.75), strict=True)
    return [
        (rectangle(0, -0.9, length, 0.9), colour),
        *((rectangle(0, top, length, bottom), _toned(colour, tone)) for top, bottom, tone in sides),
        (np.array([[0, -0.9], [0, 0.9], [-3.4, 0.12], [-3.4, -0.12]]), (214, 176, 128)),
        (np.array([[-2.5, -0.3], [-2.5, 0.3], [-3.6, 0.0]]), (50, 48, 50)),
        (rectangle(length, -0.95, length + 1.6, 0.95), (168, 168, 172)),
        (rectangle(length + 1.6, -0.85, length + 3.4, 0.85), (206, 128, 124)),
    ]


def _coins(rng: np.random.Generator) -> list[Shape]:
    """Two or three, without a stamp that could be read."""
    shapes: list[Shape] = []
    for number in range(int(rng.integers(2, 4))):
        metal, radius = _drawn(((186, 150, 84), (176, 178, 180), (158, 102, 68)), rng), rng.uniform(2.1, 2.9)
        x, y = 5.6 * number + rng.uniform(0, 0.4), rng.uniform(-2.5, 2.5)
        shapes += [
            (_disc(radius, x, y), _toned(metal, 0.7)),
            (_disc(radius - 0.15, x, y), metal),
            (_disc(radius - 0.5, x, y), _toned(metal, 1.08)),
            (_disc(0.45 * radius, x, y), metal),
        ]
    return shapes


def _telephone(rng: np.random.Generator) -> list[Shape]:
    """Switched off, with the light of a window in its glass."""
    cover = _drawn(((36, 38, 42), (70, 76, 86), (142, 150, 156)), rng)
    gleam = np.array([[-6.7, 4.0], [6.7, -9.0], [6.7, -4.0], [-6.7, 9.0]])
    return [
        (_rounded(7.5, 16.0, 1.6), cover),
        (_rounded(6.9, 15.4, 1.2), (18, 19, 23)),
        (gleam, (34, 36, 42)),
        (_disc(0.35, 0, -14.6), (52, 54, 60)),
    ]


def _rubber(rng: np.random.Generator) -> list[Shape]:
    """Two-coloured, in a sleeve."""
    sleeve = _drawn(_INKS, rng)
    return [
        (_rounded(5.0, 2.3, 0.6), (226, 222, 214)),
        (rectangle(-1.6, -2.4, 5.1, 2.4), sleeve),
        (rectangle(-1.6, -0.5, 5.1, 0.5), _toned(sleeve, 1.25)),
    ]


def _notebook(rng: np.random.Generator) -> list[Shape]:
    """Closed, with an elastic band."""
    cover, half, tall = _drawn(_INKS, rng), rng.uniform(12, 17), rng.uniform(18, 24)
    return [
        (_rounded(half + 0.3, tall + 0.2, 0.8), (222, 216, 200)),
        (_rounded(half, tall, 1.0), _toned(cover, 0.8)),
        (rectangle(-half, -tall, -half + 2.0, tall), _toned(cover, 0.66)),
        (rectangle(half - 3.2, -tall, half - 2.4, tall), _toned(cover, 0.45)),
    ]


def _rounded(half_width: float, half_height: float, radius: float) -> Points:
    """A rectangle around the origin with round corners."""
    corner = np.array([half_width - radius, half_height - radius])
    circle = _disc(radius)
    return np.asarray(circle + corner * np.where(circle >= 0, 1.0, -1.0))


_KINDS: tuple[Callable[[np.random.Generator], list[Shape]], ...] = (
    _cup,
    _pencil,
    _coins,
    _telephone,
    _rubber,
    _notebook,
)
