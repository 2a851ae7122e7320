"""A table of herbarium sheets: pressed plants with a specimen label."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Extent, Texture, cloth, planks, plaster, wood

_FINE = 2
_EDGE = [(step / 9, 0.5 * math.sin(step / 9 * math.pi) ** 0.8) for step in range(10)]
_LEAF = (*_EDGE, *((t, -h) for t, h in reversed(_EDGE)))
"""A leaf of length 1 along x, whose width is multiplied by its slimness."""
_FLOWERS = ("red", "orange", "yellow", "blue", "purple", "pink", "white")
_TABLES: tuple[tuple[Texture, Rgb], ...] = (
    (wood, (104, 70, 44)),
    (planks, (134, 100, 68)),
    (cloth, (58, 74, 62)),
    (plaster, (72, 76, 82)),
)
_PLANT = (0.08, 0.02, 0.92, 0.57)
_LABEL = (0.04, 0.58, 0.96, 0.98)
_SPECIES = (0.02, 0.01, 0.98, 0.385)
_PLACE = (0.02, 0.39, 0.98, 0.77)
_CODE = (0.02, 0.775, 0.98, 0.98)


class Botanical(Template):
    """Sheets with a drawn plant; species, place of collection and specimen code on the label."""

    name = "botanical"
    domain: Domain = "knowledge"
    situation = "a table of herbarium sheets"
    fields = field_table(
        FieldSpec("species", "the species name on the label", max_chars=30),
        FieldSpec("place", "the place of collection on the label", max_chars=24),
        FieldSpec("code", "the specimen code on the label", max_chars=12),
    )
    capacity = (4, 27)
    densest = 120
    shows_emblems = False

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the table, then the sheets that lie on it."""
        rng = canvas.rng
        surface, colour = canvas.pick(_TABLES)
        canvas.plate.paste(surface((PLATE_WIDTH, PLATE_HEIGHT), colour, rng), (0, 0))
        cells = grid(len(items), (20, 8, PLATE_WIDTH - 20, PLATE_HEIGHT - 8), aspect=0.72)
        papers = [_paper(extent(cells[0].area), rng) for _ in range(3)]
        for item, cell in zip(items, cells, strict=True):
            flower = canvas.pick(_FLOWERS)
            drift_x, drift_y = rng.uniform(-3, 3, 2)
            left, top, right, bottom = proportioned(inset(cell.area, 7, 6), 0.68)
            area = (left + drift_x, top + drift_y, right + drift_x, bottom + drift_y)
            _sheet(canvas, item, area, canvas.pick(papers), NAMED[flower])
            canvas.anchor(item, f"the plant with {flower} flowers, {position(cell)}", area)


class _Paper(NamedTuple):
    """A sort of paper: its colour, and a piece larger than any sheet."""

    colour: Rgb
    surface: Image.Image


def _paper(size: Extent, rng: np.random.Generator) -> _Paper:
    colour = mix(PAPER, (222, 206, 168), rng.uniform(0.2, 0.8))
    return _Paper(colour, plaster(size, colour, rng))


def _sheet(canvas: Canvas, item: SceneItem, area: Area, paper: _Paper, flower: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    shadow(plate, area, blur=9, opacity=0.5, shift=(4, 6))
    fill_box(plate, area, paper.surface.crop((0, 0, *extent(area))))
    plant = part(area, _PLANT)
    pressed, corner = _plant(extent(plant), flower, rng), (round(plant[0]), round(plant[1]))
    faint = pressed.getchannel("A").point([value // 5 for value in range(256)])
    plate.paste(Image.new("RGB", pressed.size), (corner[0] + 3, corner[1] + 4), faint)
    plate.paste(pressed, corner, pressed)
    for height in (0.78, 0.90):
        tape = part(plant, (0.42, height, 0.58, height + 0.025))
        fill_box(plate, tape, tint(paper.colour, 0.5))
    label = part(area, _LABEL)
    canvas.panel(label, tint(paper.colour, 0.55), outline=tint(paper.colour, -0.45))
    canvas.text(item, "species", part(label, _SPECIES), face="book-bold-italic", lines=2, largest=30)
    canvas.text(item, "place", part(label, _PLACE), face="book", lines=2, largest=24)
    canvas.text(item, "code", part(label, _CODE), face="mono", largest=22)


def _plant(size: Extent, flower: Rgb, rng: np.random.Generator) -> Image.Image:
    """Stems with leaves and flowers, RGBA on nothing."""
    green = mix((70, 104, 52), (128, 116, 60), rng.uniform(0, 1))
    # Transparent green: the soft edges of what is drawn stay free of black.
    picture = Image.new("RGBA", (size[0] * _FINE, size[1] * _FINE), (*green, 0))
    brush = _Brush(picture)
    length, slim = rng.uniform(0.16, 0.26), rng.uniform(0.2, 0.45)
    for branch in range(int(rng.integers(2, 4))):
        lean = 0.26 * (branch - 1) + rng.uniform(-0.08, 0.08)
        stem = [(0.5 + lean * t * t, 0.99 - (0.86 - 0.1 * branch) * t) for t in np.linspace(0, 1, 9).tolist()]
        brush.stem(stem, green)
        for joint in range(2, 8):
            turn = rng.uniform(0.6, 1.1) * (1 if joint % 2 else -1)
            shade = tint(green, rng.uniform(-0.2, 0.15))
            brush.leaf(stem[joint], turn - math.pi / 2, length * (1.1 - joint * 0.08), slim, shade)
        petals = int(rng.integers(5, 9))
        brush.flower(stem[-1], rng.uniform(0.09, 0.12), flower, petals)
        brush.flower(stem[-3], rng.uniform(0.05, 0.08), flower, petals)
    return picture.reduce(_FINE)


class _Brush:
    """Draws parts of plants; places are fractions of the picture, lengths fractions of its width."""

    def __init__(self, picture: Image.Image) -> None:
        self._pen = ImageDraw.Draw(picture)
        self._wide, self._high = picture.size

    def stem(self, points: Sequence[tuple[float, float]], colour: Rgb) -> None:
        path = [(x * self._wide, y * self._high) for x, y in points]
        self._pen.line(path, fill=colour, width=max(3, self._wide // 70), joint="curve")

    def leaf(self, at: tuple[float, float], angle: float, length: float, slim: float, colour: Rgb) -> None:
        x, y, reach = at[0] * self._wide, at[1] * self._high, length * self._wide
        along, across = reach * math.cos(angle), reach * math.sin(angle)
        edge = [(x + t * along - h * slim * across, y + t * across + h * slim * along) for t, h in _LEAF]
        self._pen.polygon(edge, fill=colour)
        self._pen.line((x, y, x + along, y + across), fill=tint(colour, -0.3), width=2)

    def flower(self, at: tuple[float, float], radius: float, colour: Rgb, petals: int) -> None:
        reach = radius * self._wide
        x, y = at[0] * self._wide, max(at[1] * self._high, 1.6 * reach)
        for petal in range(petals):
            angle = 2 * math.pi * petal / petals
            centre = x + 0.8 * reach * math.cos(angle), y + 0.8 * reach * math.sin(angle)
            self._pen.circle(centre, 0.52 * reach, fill=tint(colour, -0.16 * (petal % 2)))
        self._pen.circle((x, y), 0.4 * reach, fill=(206, 160, 50))
