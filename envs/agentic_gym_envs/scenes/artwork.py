"""Small pictures inside a scene: paintings, poster motifs, record sleeves, the art on a card.

A motif is painted in one dominant colour, so that a phrase may name it by that colour.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym_envs.scenes.palette import PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.textures import Extent, gradient

_FINE = 2


class _Brush:
    """Draws in fractions of the picture: x of its width, y of its height, radii of its width."""

    def __init__(self, picture: Image.Image) -> None:
        self._pen = ImageDraw.Draw(picture)
        self._wide, self._high = picture.size

    def polygon(self, points: Sequence[tuple[float, float]], colour: Rgb) -> None:
        self._pen.polygon([(x * self._wide, y * self._high) for x, y in points], fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Rgb, *, flat: float = 1.0) -> None:
        reach, tall = radius * self._wide, radius * self._wide * flat
        x, y = x * self._wide, y * self._high
        self._pen.ellipse((x - reach, y - tall, x + reach, y + tall), fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Rgb) -> None:
        self._pen.rectangle(
            (left * self._wide, top * self._high, right * self._wide, bottom * self._high), fill=colour
        )


Motif = Callable[[_Brush, Rgb, np.random.Generator], None]


def paint(motif: str, size: Extent, colour: Rgb, rng: np.random.Generator) -> Image.Image:
    """A picture of a motif (a key of `MOTIFS`) in one dominant colour."""
    top, bottom = tint(colour, rng.uniform(0.15, 0.35)), tint(colour, -rng.uniform(0.05, 0.2))
    picture = gradient((size[0] * _FINE, size[1] * _FINE), top, bottom)
    MOTIFS[motif](_Brush(picture), colour, rng)
    return picture.reduce(_FINE)


def _ridge(brush: _Brush, height: float, rough: float, colour: Rgb, rng: np.random.Generator) -> None:
    steps = np.linspace(0, 1, 13)
    heights = height + rough * rng.uniform(-1, 1, steps.size)
    brush.polygon([(0, 1), *zip(steps, heights, strict=True), (1, 1)], colour)


def _landscape(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    brush.disc(
        rng.uniform(0.2, 0.8), rng.uniform(0.16, 0.3), rng.uniform(0.07, 0.13), mix(colour, PAPER, 0.75)
    )
    for layer in range(4):
        _ridge(brush, 0.46 + 0.13 * layer, 0.07 - 0.012 * layer, tint(colour, -0.16 - 0.16 * layer), rng)
    for _ in range(int(rng.integers(2, 6))):
        x, y, tall = rng.uniform(0.05, 0.95), rng.uniform(0.84, 0.97), rng.uniform(0.08, 0.16)
        brush.polygon([(x - 0.04, y), (x + 0.04, y), (x, y - tall)], tint(colour, -0.8))


def _seascape(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    horizon = rng.uniform(0.5, 0.6)
    brush.disc(rng.uniform(0.25, 0.75), horizon - 0.08, 0.15, mix(colour, PAPER, 0.7))
    brush.box(0, horizon, 1, 1, tint(colour, -0.35))
    for _ in range(26):
        x, y = rng.uniform(0, 1), rng.uniform(horizon + 0.02, 0.98)
        brush.box(x, y, x + rng.uniform(0.05, 0.18), y + 0.006, tint(colour, rng.uniform(-0.6, 0.25)))
    x = rng.uniform(0.3, 0.7)
    brush.polygon(
        [
            (x - 0.12, horizon + 0.05),
            (x + 0.13, horizon + 0.05),
            (x + 0.08, horizon + 0.1),
            (x - 0.08, horizon + 0.1),
        ],
        tint(colour, -0.85),
    )
    brush.polygon(
        [(x, horizon + 0.04), (x, horizon - 0.24), (x + 0.12, horizon + 0.04)], mix(colour, PAPER, 0.85)
    )
    brush.polygon(
        [(x - 0.015, horizon + 0.04), (x - 0.015, horizon - 0.18), (x - 0.09, horizon + 0.04)],
        mix(colour, PAPER, 0.6),
    )


def _skyline(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    brush.disc(rng.uniform(0.25, 0.75), 0.3, rng.uniform(0.14, 0.24), mix(colour, PAPER, 0.6))
    for layer, shade in enumerate((-0.35, -0.6, -0.85)):
        x = -0.05
        while x < 1:
            wide, roof = rng.uniform(0.07, 0.16), rng.uniform(0.42, 0.62) + 0.1 * layer
            brush.box(x, roof, x + wide, 1, tint(colour, shade))
            for _ in range(3 if layer else 0):
                wx, wy = x + rng.uniform(0.01, wide - 0.02), rng.uniform(roof + 0.03, 0.98)
                brush.box(wx, wy, wx + 0.014, wy + 0.014, mix(colour, (255, 226, 140), 0.75))
            x += wide + rng.uniform(0.0, 0.03)


def _portrait(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    x, skin = rng.uniform(0.45, 0.55), mix((232, 190, 160), (112, 72, 48), rng.uniform(0, 1))
    coat, hair = tint(colour, -0.6), mix((40, 28, 22), (190, 150, 90), rng.uniform(0, 1) ** 2)
    brush.disc(0.5, 0.42, 0.44, tint(colour, 0.12))
    brush.disc(x, 0.36, 0.20, hair, flat=1.25)
    if rng.random() < 0.5:
        brush.box(x - 0.20, 0.36, x + 0.20, 0.62, hair)
    brush.polygon([(x - 0.07, 0.5), (x + 0.07, 0.5), (x + 0.1, 0.75), (x - 0.1, 0.75)], tint(skin, -0.15))
    brush.disc(x, 0.40, 0.15, skin, flat=1.3)
    brush.polygon([(x - 0.15, 0.33), (x - 0.1, 0.24), (x + 0.1, 0.24), (x + 0.15, 0.33), (x, 0.29)], hair)
    brush.polygon(
        [(0.08, 1), (0.14, 0.78), (x - 0.1, 0.66), (x, 0.76), (x + 0.1, 0.66), (0.86, 0.78), (0.92, 1)], coat
    )
    brush.polygon([(x - 0.1, 0.66), (x, 0.78), (x - 0.05, 0.86)], PAPER)
    brush.polygon([(x + 0.1, 0.66), (x, 0.78), (x + 0.05, 0.86)], PAPER)
    for side in (-0.055, 0.055):
        brush.disc(x + side, 0.39, 0.016, (40, 30, 28))
    brush.box(x - 0.035, 0.485, x + 0.035, 0.495, (150, 70, 66))


def _still_life(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    brush.box(0, 0.66, 1, 1, tint(colour, -0.6))
    brush.polygon([(0, 0.66), (1, 0.66), (1, 0.7), (0, 0.7)], tint(colour, -0.4))
    vase = mix(colour, PAPER, 0.65)
    x = rng.uniform(0.3, 0.42)
    brush.polygon(
        [
            (x - 0.05, 0.36),
            (x + 0.05, 0.36),
            (x + 0.07, 0.42),
            (x + 0.13, 0.6),
            (x + 0.08, 0.78),
            (x - 0.08, 0.78),
            (x - 0.13, 0.6),
            (x - 0.07, 0.42),
        ],
        vase,
    )
    brush.polygon(
        [
            (x + 0.02, 0.36),
            (x + 0.05, 0.36),
            (x + 0.13, 0.6),
            (x + 0.08, 0.78),
            (x + 0.03, 0.78),
            (x + 0.07, 0.6),
        ],
        tint(vase, -0.3),
    )
    for _ in range(7):
        end_x, end_y = x + rng.uniform(-0.2, 0.2), rng.uniform(0.1, 0.28)
        brush.polygon([(x, 0.37), (end_x, end_y), (x + 0.012, 0.37)], (52, 84, 44))
        brush.disc(
            end_x, end_y, rng.uniform(0.035, 0.06), mix(colour, (250, 240, 210), rng.uniform(0.3, 0.8))
        )
    for place in range(3):
        fruit = ((206, 60, 46), (230, 150, 40), (150, 170, 60))[int(rng.integers(3))]
        fruit_x, fruit_y = 0.62 + 0.11 * place, 0.76 - 0.03 * (place % 2)
        brush.disc(fruit_x, fruit_y, 0.075, fruit)
        brush.disc(fruit_x - 0.02, fruit_y - 0.022, 0.025, tint(fruit, 0.4))


def _abstract(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    for _ in range(9):
        shade = tint(colour, rng.uniform(-0.5, 0.45))
        x, y, reach = rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0.08, 0.26)
        if rng.random() < 0.4:
            brush.disc(x, y, reach, shade)
        else:
            turn = rng.uniform(0, math.pi, 4).cumsum() / 1.2
            brush.polygon([(x + reach * math.cos(a), y + reach * math.sin(a)) for a in turn], shade)
    bar = rng.uniform(0.15, 0.8)
    brush.box(bar, 0, bar + 0.03, 1, tint(colour, -0.75))


def _rings(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    x, y = rng.uniform(0.35, 0.65), rng.uniform(0.4, 0.6)
    shades = (tint(colour, -0.45), tint(colour, 0.3), tint(colour, -0.2), mix(colour, PAPER, 0.8))
    for ring in range(8):
        brush.disc(x, y, 0.46 - 0.055 * ring, shades[ring % len(shades)])


def _rays(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    x, y, count = rng.uniform(0.3, 0.7), rng.uniform(0.5, 0.7), int(rng.integers(9, 15))
    for ray in range(count):
        start, end = 2 * math.pi * ray / count, 2 * math.pi * (ray + 0.5) / count
        brush.polygon(
            [
                (x, y),
                (x + 2 * math.cos(start), y + 2 * math.sin(start)),
                (x + 2 * math.cos(end), y + 2 * math.sin(end)),
            ],
            tint(colour, -0.28),
        )
    brush.disc(x, y, 0.17, mix(colour, PAPER, 0.8))


def _waves(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    phase, across = rng.uniform(0, 6), np.linspace(0, 1, 25)
    for layer in range(7):
        crest = 0.22 + 0.115 * layer + 0.05 * np.sin(across * 9 + phase + layer * 0.9)
        shade = tint(colour, (0.35, -0.15, 0.12, -0.35, -0.05, -0.5, -0.65)[layer])
        brush.polygon([(0, 1), *zip(across, crest, strict=True), (1, 1)], shade)


def _figure(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    x, dark = rng.uniform(0.4, 0.6), tint(colour, -0.85)
    brush.disc(x, 0.45, 0.36, mix(colour, PAPER, 0.55))
    _ridge(brush, 0.84, 0.02, tint(colour, -0.6), rng)
    brush.disc(x, 0.36, 0.075, dark)
    brush.polygon(
        [
            (x - 0.15, 0.47),
            (x - 0.06, 0.42),
            (x + 0.06, 0.42),
            (x + 0.15, 0.47),
            (x + 0.12, 0.66),
            (x + 0.2, 0.88),
            (x - 0.2, 0.88),
            (x - 0.12, 0.66),
        ],
        dark,
    )
    side = 1 if rng.random() < 0.5 else -1
    brush.polygon(
        [(x + side * 0.13, 0.48), (x + side * 0.3, 0.24), (x + side * 0.32, 0.25), (x + side * 0.16, 0.54)],
        dark,
    )


def _tower(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    _ridge(brush, 0.78, 0.05, tint(colour, -0.35), rng)
    stone, x = tint(colour, -0.7), rng.uniform(0.4, 0.6)
    brush.box(x - 0.12, 0.34, x + 0.12, 0.9, stone)
    for merlon in range(3):
        brush.box(x - 0.15 + 0.12 * merlon, 0.27, x - 0.09 + 0.12 * merlon, 0.36, stone)
    brush.box(x - 0.15, 0.33, x + 0.15, 0.38, stone)
    for window in range(2):
        brush.box(x - 0.02, 0.46 + 0.16 * window, x + 0.02, 0.54 + 0.16 * window, (255, 220, 130))
    brush.polygon([(x, 0.27), (x, 0.08), (x + 0.14, 0.13), (x + 0.01, 0.18)], mix(colour, PAPER, 0.7))
    _ridge(brush, 0.92, 0.02, tint(colour, -0.85), rng)


def _creature(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    body, belly = tint(colour, -0.5), mix(colour, PAPER, 0.6)
    brush.disc(0.5, 0.5, 0.4, tint(colour, 0.3))
    for side in (-1, 1):
        brush.polygon(
            [(0.5 + side * 0.1, 0.3), (0.5 + side * rng.uniform(0.2, 0.32), 0.08), (0.5 + side * 0.22, 0.36)],
            body,
        )
        brush.polygon(
            [(0.5 + side * 0.18, 0.55), (0.5 + side * 0.44, 0.36), (0.5 + side * 0.38, 0.72)],
            tint(body, -0.3),
        )
    brush.disc(0.5, 0.68, 0.25, body, flat=1.1)
    brush.disc(0.5, 0.72, 0.15, belly, flat=1.1)
    brush.disc(0.5, 0.40, 0.2, body)
    for side in (-1, 1):
        brush.disc(0.5 + side * 0.08, 0.38, 0.05, PAPER)
        brush.disc(0.5 + side * 0.075, 0.385, 0.022, (20, 20, 20))
    brush.polygon([(0.42, 0.48), (0.58, 0.48), (0.5, 0.53)], PAPER)


def _gem(brush: _Brush, colour: Rgb, rng: np.random.Generator) -> None:
    _rays(brush, tint(colour, 0.05), rng)
    left, right, top, waist, foot = 0.22, 0.78, 0.28, 0.42, 0.86
    facets = ((left, waist), (0.36, top), (0.5, top), (0.64, top), (right, waist))
    for index in range(4):
        a, b = facets[index], facets[index + 1]
        brush.polygon([a, b, (0.5, foot)], tint(colour, (-0.2, 0.3, -0.1, -0.45)[index]))
        brush.polygon([a, b, (0.5, waist)], tint(colour, (0.25, 0.6, 0.45, -0.05)[index]))


MOTIFS: Mapping[str, Motif] = MappingProxyType(
    {
        "landscape": _landscape,
        "seascape": _seascape,
        "skyline": _skyline,
        "portrait": _portrait,
        "still life": _still_life,
        "abstract": _abstract,
        "rings": _rings,
        "rays": _rays,
        "waves": _waves,
        "figure": _figure,
        "tower": _tower,
        "creature": _creature,
        "gem": _gem,
    }
)
"""Every motif by its name."""
