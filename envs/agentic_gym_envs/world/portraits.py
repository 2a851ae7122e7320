"""Likenesses of people and pictures of paintings, drawn from a seed."""

from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym.messages import Pixels

Colour: TypeAlias = tuple[int, int, int]

_SKINS: tuple[Colour, ...] = (
    (246, 214, 186),
    (228, 184, 148),
    (200, 148, 108),
    (160, 108, 74),
    (118, 76, 50),
    (84, 54, 38),
)
_HAIRS: tuple[Colour, ...] = (
    (34, 28, 26),
    (74, 46, 30),
    (128, 78, 40),
    (196, 150, 82),
    (168, 64, 36),
    (168, 168, 170),
)
_CLOTHS: tuple[Colour, ...] = (
    (36, 66, 120),
    (140, 34, 44),
    (32, 96, 74),
    (220, 186, 70),
    (92, 58, 128),
    (60, 62, 70),
    (214, 120, 52),
    (236, 234, 228),
)
_GROUNDS: tuple[Colour, ...] = (
    (196, 214, 226),
    (224, 206, 186),
    (202, 220, 196),
    (222, 200, 212),
    (208, 204, 226),
    (238, 226, 186),
)
_FINE = 256
"""Pictures are painted at least this many pixels wide, and at least twice as large as they are wanted."""


class _Canvas:
    """A square picture painted in unit coordinates from 0 to 1."""

    def __init__(self, size: int, ground: Colour) -> None:
        self._shrink = max(2, -(-_FINE // size))
        self._side = size * self._shrink
        self._picture = Image.new("RGB", (self._side, self._side), ground)
        self._brush = ImageDraw.Draw(self._picture)

    def ellipse(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """An ellipse about a centre, by its half axes."""
        corners = (x - width, y - height, x + width, y + height)
        self._brush.ellipse([corner * self._side for corner in corners], fill=colour)

    def rectangle(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A rectangle."""
        self._brush.rectangle([edge * self._side for edge in (left, top, right, bottom)], fill=colour)

    def polygon(self, corners: list[tuple[float, float]], colour: Colour) -> None:
        """A polygon."""
        self._brush.polygon([(x * self._side, y * self._side) for x, y in corners], fill=colour)

    def arc(self, x: float, y: float, radius: float, start: float, end: float, colour: Colour) -> None:
        """A thick arc, angles in degrees clockwise from the right."""
        corners = (x - radius, y - radius, x + radius, y + radius)
        width = max(1, self._side // 64)
        self._brush.arc([corner * self._side for corner in corners], start, end, fill=colour, width=width)

    def pixels(self) -> Pixels:
        """The picture at the size that is wanted."""
        return np.asarray(self._picture.reduce(self._shrink))


def _pick(colours: tuple[Colour, ...], rng: np.random.Generator) -> Colour:
    return colours[int(rng.integers(len(colours)))]


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, int(channel * factor)) for channel in colour)
    return red, green, blue


def draw_portrait(seed: int, size: int) -> Pixels:
    """A person's head and shoulders: uint8 `size` × `size` × 3."""
    rng = np.random.default_rng(seed)
    skin, hair, cloth = _pick(_SKINS, rng), _pick(_HAIRS, rng), _pick(_CLOTHS, rng)
    canvas = _Canvas(size, _pick(_GROUNDS, rng))
    width, long_hair, collar = 0.19 + 0.04 * rng.random(), rng.random() < 0.4, rng.random() < 0.5
    dark = _shade(skin, 0.82)
    if long_hair:
        canvas.ellipse(0.5, 0.5, width + 0.08, 0.32, hair)
    canvas.ellipse(0.5, 1.08, 0.4, 0.36, cloth)
    canvas.rectangle(0.43, 0.58, 0.57, 0.78, dark)
    if collar:
        canvas.polygon(
            [(0.4, 0.73), (0.5, 0.88), (0.6, 0.73), (0.68, 0.8), (0.5, 1.0), (0.32, 0.8)], _shade(cloth, 0.7)
        )
    canvas.ellipse(0.5, 0.4, width + 0.025, 0.27, hair)
    canvas.ellipse(0.5, 0.45, width, 0.24, skin)
    _paint_fringe(canvas, hair, skin, width, int(rng.integers(3)))
    _paint_face(canvas, skin, hair, rng)
    return canvas.pixels()


def _paint_fringe(canvas: _Canvas, hair: Colour, skin: Colour, width: float, style: int) -> None:
    """Hair over the forehead: parted, straight, or none."""
    match style:
        case 0:
            canvas.polygon([(0.5 - width, 0.4), (0.5 - width, 0.24), (0.62, 0.2), (0.44, 0.33)], hair)
            canvas.polygon([(0.5 + width, 0.4), (0.5 + width, 0.26), (0.58, 0.21), (0.56, 0.27)], hair)
        case 1:
            canvas.rectangle(0.5 - width * 0.93, 0.24, 0.5 + width * 0.93, 0.31, hair)
        case _:
            canvas.ellipse(0.5, 0.31, width * 0.86, 0.12, skin)


def _paint_face(canvas: _Canvas, skin: Colour, hair: Colour, rng: np.random.Generator) -> None:
    """Eyes, brows, nose and mouth, and for some glasses or a beard."""
    apart, ink = 0.075 + 0.02 * rng.random(), (40, 34, 36)
    glasses, beard = rng.random() < 0.3, rng.random() < 0.3
    if beard:
        canvas.ellipse(0.5, 0.63, 0.12, 0.09, hair)
        canvas.ellipse(0.5, 0.6, 0.055, 0.025, skin)
    for side in (-1, 1):
        x = 0.5 + side * apart
        canvas.ellipse(x, 0.44, 0.028, 0.018, (250, 250, 250))
        canvas.ellipse(x, 0.44, 0.014, 0.016, ink)
        canvas.rectangle(x - 0.035, 0.395, x + 0.035, 0.407, hair)
        if glasses:
            canvas.arc(x, 0.44, 0.055, 0, 360, ink)
    canvas.polygon([(0.5, 0.45), (0.525, 0.53), (0.48, 0.53)], _shade(skin, 0.85))
    canvas.arc(0.5, 0.56, 0.05, 25, 155, (150, 60, 60))


def draw_painting(seed: int, size: int) -> Pixels:
    """A framed painting, a landscape or a composition of planes: uint8 `size` × `size` × 3."""
    rng = np.random.default_rng(seed)
    frame = ((122, 84, 40), (52, 40, 34), (186, 152, 78), (228, 224, 214))[int(rng.integers(4))]
    canvas = _Canvas(size, frame)
    canvas.rectangle(0.05, 0.05, 0.95, 0.95, _shade(frame, 0.7))
    paint = _paint_landscape if rng.random() < 0.55 else _paint_planes
    paint(canvas, rng)
    for left, top, right, bottom in ((0, 0, 1, 0.07), (0, 0.93, 1, 1), (0, 0, 0.07, 1), (0.93, 0, 1, 1)):
        canvas.rectangle(left, top, right, bottom, frame)
    return canvas.pixels()


def _paint_landscape(canvas: _Canvas, rng: np.random.Generator) -> None:
    """A sky with a sun over three ranges of hills."""
    sky = ((250, 206, 140), (150, 196, 228), (238, 150, 120), (92, 104, 150))[int(rng.integers(4))]
    canvas.rectangle(0.07, 0.07, 0.93, 0.93, sky)
    canvas.ellipse(0.2 + 0.6 * rng.random(), 0.22 + 0.16 * rng.random(), 0.07, 0.07, (252, 240, 200))
    hill = _pick(_CLOTHS[:7], rng)
    for depth, height in enumerate((0.45, 0.6, 0.76)):
        xs = np.linspace(0, 1, 9)
        ys = height + 0.11 * (rng.random(9) - 0.5)
        ridge = list(zip(xs.tolist(), ys.tolist(), strict=True))
        canvas.polygon([*ridge, (1, 1), (0, 1)], _shade(hill, 1.3 - 0.3 * depth))


def _paint_planes(canvas: _Canvas, rng: np.random.Generator) -> None:
    """Coloured planes and discs on a pale ground."""
    canvas.rectangle(0.07, 0.07, 0.93, 0.93, _pick(_GROUNDS, rng))
    for _ in range(int(rng.integers(4, 8))):
        x, y = 0.1 + 0.6 * rng.random(2)
        width, height = 0.1 + 0.35 * rng.random(2)
        if rng.random() < 0.3:
            canvas.ellipse(x + width / 2, y + width / 2, width / 2, width / 2, _pick(_CLOTHS, rng))
        else:
            canvas.rectangle(x, y, x + width, y + height, _pick(_CLOTHS, rng))
