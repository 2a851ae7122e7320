"""Emblems: crests and logos, drawn from a seed.

A seed decides a layout (two colours and how they divide the field) by its remainder modulo
`EMBLEM_LAYOUTS`, and by the rest the outline, the figure on it and the trimming. A world gives its
emblems different layouts, so that they differ in where which colour is, which is what image search sees.
Everything is drawn in unit coordinates: an emblem looks the same at each size.
"""

from dataclasses import dataclass
from itertools import permutations
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym.messages import Pixels
from agentic_gym_envs.world.shapes import FIGURES, SHIELDS, Outline, box, disc, points, spiked, turned

Colour: TypeAlias = tuple[int, int, int]

_WHITE: Colour = (246, 244, 236)
_COLOURS: tuple[Colour, ...] = (
    (18, 32, 74),  # navy
    (29, 84, 196),  # royal blue
    (94, 178, 230),  # sky
    (13, 110, 110),  # teal
    (20, 118, 62),  # green
    (142, 190, 44),  # lime
    (246, 200, 34),  # gold
    (238, 118, 28),  # orange
    (206, 32, 42),  # red
    (112, 22, 40),  # maroon
    (230, 96, 150),  # pink
    (98, 52, 160),  # purple
    (26, 26, 30),  # black
    _WHITE,
    (112, 70, 38),  # brown
)
_INKS: tuple[Colour, ...] = ((250, 248, 242), (22, 24, 34), (248, 206, 60))
"""What figures are drawn in: white, black, gold."""
_FINE = 256
"""Emblems are painted at least this many pixels wide, and at least twice as large as they are wanted."""
PAPER: Colour = (238, 238, 234)
"""The ground of an emblem that stands on a page."""

_DISTINCT = 190.0
"""Two colours of a field are at least this far apart (Euclidean distance in RGB)."""
_LEGIBLE = 170.0
"""A figure's colour is at least this far from each colour of the field, or it gets a medallion."""


def _distance(one: Colour, other: Colour) -> float:
    return float(np.linalg.norm(np.subtract(one, other)))


_PAIRS = tuple(pair for pair in permutations(_COLOURS, 2) if _distance(*pair) >= _DISTINCT)


_WEDGE = points((0, 0), (2, 0), (2, 2))
"""An eighth of the square, from its centre."""

# Each division is what is painted in the second colour over a field of the first.
_DIVISIONS: tuple[tuple[Outline, ...], ...] = (
    (box(0, -1, 1, 1),),
    (box(-1, 0, 1, 1),),
    (points((-1, -1), (1, 1), (-1, 1)),),
    (box(-1, -1, 0, 0), box(0, 0, 1, 1)),
    (box(-0.33, -1, 0.33, 1),),
    (box(-1, -0.3, 1, 0.3),),
    (turned(box(-2, -0.3, 2, 0.3), 45),),
    (turned(box(-2, -0.22, 2, 0.22), 45), turned(box(-2, -0.22, 2, 0.22), -45)),
    (points((-1, 1), (-1, 0.5), (0, -0.45), (1, 0.5), (1, 1), (0, 0.15)),),
    (box(-1, -1, 1, -0.42),),
    tuple(box(x, -1, x + 0.25, 1) for x in (-0.875, -0.375, 0.125, 0.625)),
    tuple(box(-1, y, 1, y + 0.25) for y in (-0.875, -0.375, 0.125, 0.625)),
    tuple(turned(_WEDGE, angle) for angle in (0, 90, 180, 270)),
    (disc(0.62),),
    (box(-1, -1, -0.5, 1), box(0.5, -1, 1, 1)),
    (points((-1, -1), (1, -1), (0, 0)), points((-1, 1), (1, 1), (0, 0))),
)
"""Divisions of the field, named in heraldry per pale, per fess, per bend, quarterly, and so on."""

EMBLEM_LAYOUTS = len(_PAIRS) * len(_DIVISIONS)
"""How many layouts of colour there are; seeds with different remainders have different ones."""


@dataclass(frozen=True, slots=True)
class _Design:
    """What a seed says about an emblem."""

    first: Colour
    second: Colour
    division: tuple[Outline, ...]
    shield: Outline
    figure: str
    ink: Colour
    rims: tuple[Colour, ...]
    medallion: Colour | None
    stars: int


def _design(seed: int) -> _Design:
    rest, layout = divmod(seed, EMBLEM_LAYOUTS)
    pair, division = divmod(layout, len(_DIVISIONS))
    first, second = _PAIRS[pair]
    rng = np.random.default_rng((rest, layout))
    ink = max(_INKS, key=lambda colour: min(_distance(colour, first), _distance(colour, second)))
    clear = min(_distance(ink, first), _distance(ink, second)) >= _LEGIBLE
    medallion = None
    if not clear or rng.random() < 0.3:
        medallion = first if rng.random() < 0.5 else second
        ink = max(_INKS, key=lambda colour: _distance(colour, medallion))
    return _Design(
        first=first,
        second=second,
        division=_DIVISIONS[division],
        shield=SHIELDS[int(rng.integers(len(SHIELDS)))],
        figure=tuple(FIGURES)[int(rng.integers(len(FIGURES)))],
        ink=ink,
        # A flat logo without a border needs colours that stand out from paper.
        rims=_rims(
            min((first, second), key=sum), ink, int(rng.integers(3 if _WHITE in (first, second) else 4))
        ),
        medallion=medallion,
        stars=int(rng.choice((0, 0, 0, 1, 3))),
    )


def _rims(dark: Colour, ink: Colour, style: int) -> tuple[Colour, ...]:
    """The colours of the border, from outside to inside; none for a flat logo."""
    white, black, gold = _INKS
    return ((black, white), (gold, dark), (dark if dark != ink else black, ink), ())[style]


class _Easel:
    """A square picture that is painted in unit coordinates, larger than it is handed out."""

    def __init__(self, size: int, ground: Colour) -> None:
        self._shrink = max(2, -(-_FINE // size))
        self._side = size * self._shrink
        self.picture = Image.new("RGB", (self._side, self._side), ground)
        self._brush = ImageDraw.Draw(self.picture)

    def fill(
        self, outline: Outline, colour: Colour, scale: float = 1.0, x: float = 0.0, y: float = 0.0
    ) -> None:
        """Paints an outline, scaled about the origin and then moved."""
        self._brush.polygon(self._pixels(outline * scale + (x, y)), fill=colour)

    def mask(self, outline: Outline, scale: float) -> Image.Image:
        """White within the scaled outline, black without."""
        mask = Image.new("L", self.picture.size)
        ImageDraw.Draw(mask).polygon(self._pixels(outline * scale), fill=255)
        return mask

    def shrunk(self, picture: Image.Image) -> Pixels:
        """A picture of the easel's size as it is handed out."""
        return np.asarray(picture.reduce(self._shrink))

    def _pixels(self, outline: Outline) -> list[float]:
        """An outline in pixels, as Pillow takes it."""
        flat: list[float] = ((outline + 1) * (self._side / 2)).ravel().tolist()
        return flat


def _paint(design: _Design, size: int, ground: Colour) -> _Easel:
    """The emblem on a ground that shows outside its outline."""
    field = _Easel(size, design.first)
    for part in design.division:
        field.fill(part, design.second)
    _paint_figure(design, field)
    emblem = _Easel(size, ground)
    for scale, colour in zip((1.0, 0.93), design.rims, strict=False):
        emblem.fill(design.shield, colour, scale)
    emblem.picture.paste(field.picture, mask=emblem.mask(design.shield, 0.89 if design.rims else 1.0))
    return emblem


def _paint_figure(design: _Design, easel: _Easel) -> None:
    """The figure in the middle, on a medallion if it has one, under a row of stars if it has any."""
    ground = design.medallion
    middle = 0.08 if design.stars else -0.02
    size = 0.5
    if ground is not None:
        easel.fill(disc(0.62 if not design.stars else 0.54), design.ink, 1.0, 0.0, middle)
        easel.fill(disc(0.57 if not design.stars else 0.49), ground, 1.0, 0.0, middle)
        size = 0.38 if not design.stars else 0.33
    for solid, outline in FIGURES[design.figure]:
        easel.fill(outline, design.ink if solid else ground or design.first, size, 0.0, middle)
    for number in range(design.stars):
        x = 0.24 * (number - (design.stars - 1) / 2)
        easel.fill(spiked(5, 0.1, 0.042), design.ink, 1.0, x, -0.62)


def emblem_figure(seed: int) -> str:
    """The name of what stands on an emblem, such as `bell`."""
    return _design(seed).figure


def draw_emblem_rgba(seed: int, size: int) -> Pixels:
    """The emblem for pasting into a scene: uint8 `size` × `size` × 4, alpha 0 outside its outline."""
    design = _design(seed)
    easel = _paint(design, size, design.rims[0] if design.rims else design.first)
    alpha = easel.shrunk(easel.mask(design.shield, 1.0))
    return np.dstack([easel.shrunk(easel.picture), alpha])


def draw_emblem(seed: int, size: int) -> Pixels:
    """The emblem as it stands on a page: uint8 `size` × `size` × 3, on paper."""
    easel = _paint(_design(seed), size, PAPER)
    return easel.shrunk(easel.picture)
