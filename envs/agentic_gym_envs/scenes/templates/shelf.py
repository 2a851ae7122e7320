"""A supermarket shelf: packages over a price rail."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import (
    extent,
    fill_box,
    fill_disc,
    fill_shape,
    greek,
    middle_square,
    mirrored,
    rounded,
    shade,
    shadow,
)
from agentic_gym_envs.scenes.grid import Area, around, grid, hull, inset, part, position
from agentic_gym_envs.scenes.palette import INK, NAMED, PAPER, Rgb, is_light, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Extent, gradient

_RAIL, _TAG_WIDTH = 48, 124
_RAIL_PRINT = 14
"""Up to this font size the rail and its tags grow with the print on them."""
_SHAPES = {
    "box": mirrored((0.0, 0.0), (0.0, 1.0)),
    "bag": rounded(mirrored((0.02, 0), (0.01, 0.07), (0.06, 0.3), (0.04, 0.9), (0, 1))),
    "can": rounded(mirrored((0.06, 0), (0, 0.04), (0, 0.96), (0.06, 1))),
    "carton": mirrored((0.14, 0), (0.14, 0.04), (0, 0.13), (0, 1)),
    "jar": rounded(mirrored((0.08, 0), (0.08, 0.09), (0, 0.16), (0, 0.94), (0.07, 1))),
}
_WIDTHS = {"box": 0.86, "bag": 0.92, "can": 0.80, "carton": 0.80, "jar": 0.84}
_WAVE = ((0, 0.45), (0.25, 0.24), (0.5, 0.2), (0.8, 0.3), (1, 0.25), (1, 1), (0, 1))
_BOWL = rounded(((0, 0), (1, 0), (0.86, 0.7), (0.66, 1), (0.34, 1), (0.14, 0.7)), rounds=1)
_STAR = tuple(
    (0.5 + reach * math.cos(turn * math.pi / 16), 0.5 + reach * math.sin(turn * math.pi / 16))
    for turn, reach in enumerate([0.5, 0.36] * 16)
)
_NAME = (0.05, 0.555, 0.95, 0.80)
_CODE = (0.12, 0.835, 0.88, 0.94)
_LIGHT = {"box": "flat", "bag": "folded", "can": "round", "carton": "flat", "jar": "round"}


class Shelf(Template):
    """Packages of five shapes; the name and a code on the package, the price on the rail."""

    name = "shelf"
    domain: Domain = "daily"
    situation = "a supermarket shelf"
    fields = field_table(
        FieldSpec("name", "the product name on the package", max_chars=26),
        FieldSpec("code", "the catalogue code at the foot of the package", max_chars=10),
        FieldSpec("price", "the price on the shelf tag under the package", max_chars=9),
    )
    capacity = (4, 40)
    densest = 400

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the shelves, then the packages on them."""
        wall = mix(NAMED[canvas.pick(["white", "grey", "brown", "blue"])], (60, 52, 44), 0.45)
        rail = NAMED[canvas.pick(["red", "green", "blue", "orange", "black"])]
        cells = grid(len(items), (24, 0, PLATE_WIDTH - 24, PLATE_HEIGHT), aspect=0.8)
        scale = min(1.0, canvas.line_px(items) / _RAIL_PRINT)
        tall = _RAIL * scale
        for top in sorted({cell.area[1] for cell in cells}):
            row = (0, top, PLATE_WIDTH, top + PLATE_HEIGHT / cells[0].rows)
            _board(canvas, row, tall, wall, rail)
        for item, cell in zip(items, cells, strict=True):
            kind = canvas.pick(list(_SHAPES))
            colour = canvas.pick([name for name in NAMED if name != "grey"])
            area = _standing(canvas, cell.area, tall, kind)
            _package(canvas, item, area, kind, NAMED[colour])
            tag = _tag_area(cell.area, scale)
            _tag(canvas, item, tag, NAMED["yellow"] if rail != NAMED["orange"] else PAPER)
            where = position(cell, row_noun="shelf", preposition="on")
            canvas.anchor(item, f"the {colour} {kind}, {where}", hull(area, tag))


def _board(canvas: Canvas, row: Area, tall: float, back: Rgb, rail: Rgb) -> None:
    left, top, right, bottom = row
    inside = (left, top, right, bottom - tall)
    canvas.plate.paste(gradient(extent(inside), tint(back, -0.55), tint(back, 0.05)), (0, round(top)))
    ledge = (left, bottom - 1.2 * tall, right, bottom - tall + 2)
    fill_box(canvas.plate, ledge, tint(back, 0.45))
    front = (left, bottom - tall, right, bottom)
    fill_box(canvas.plate, front, gradient(extent(front), tint(rail, 0.12), tint(rail, -0.25)))
    fill_box(canvas.plate, (left, bottom - tall, right, bottom - 0.94 * tall), tint(rail, 0.45))
    shadow(canvas.plate, (left, top - 8, right, top + 6), blur=16, opacity=0.55, shift=(0, 6))


def _standing(canvas: Canvas, cell: Area, rail: float, kind: str) -> Area:
    left, top, right, bottom = cell
    floor = bottom - 1.06 * rail
    room = 0.95 * (floor - top)
    # Few heights, as few as there are sizes of package, also because shapes are kept by size.
    tall = room * canvas.pick((0.90, 0.94, 1.0))
    wide = min((right - left) * _WIDTHS[kind], tall * 0.95)
    middle = (left + right) / 2
    return middle - wide / 2, floor - tall, middle + wide / 2, floor


def _package(canvas: Canvas, item: SceneItem, area: Area, kind: str, colour: Rgb) -> None:
    plate, outline = canvas.plate, _SHAPES[kind]
    fill_shape(plate, (area[0] + 8, area[1] - 6, area[2] + 8, area[3] - 6), outline, tint(colour, -0.6))
    shadow(plate, area, blur=12, opacity=0.55, shift=(10, 2))
    accent = tint(colour, -0.5) if is_light(colour) else tint(colour, 0.6)
    fill_shape(plate, area, outline, _front(canvas, item, extent(area), colour, accent))
    if kind == "can":
        fill_box(plate, part(area, (0.02, 0.0, 0.98, 0.035)), (196, 198, 202), radius=3)
        fill_box(plate, part(area, (0.02, 0.97, 0.98, 1.0)), (150, 152, 156), radius=3)
    if kind == "jar":
        fill_box(plate, part(area, (0.05, 0.0, 0.95, 0.11)), tint(colour, -0.5), radius=4)
        fill_box(plate, part(area, (0.05, 0.075, 0.95, 0.11)), tint(colour, -0.65), radius=2)
    if kind == "carton":
        gable = part(area, (0.0, 0.035, 1.0, 0.13))
        fill_shape(plate, gable, ((0.14, 0), (0.86, 0), (1, 1), (0, 1)), tint(colour, -0.25))
    shade(plate, area, _LIGHT[kind], outline)
    _place_texts(canvas, item, area)


def _front(canvas: Canvas, item: SceneItem, size: Extent, colour: Rgb, accent: Rgb) -> Image.Image:
    front, rng = gradient(size, tint(colour, 0.10), tint(colour, -0.12)), canvas.rng
    whole: Area = (0, 0, *size)
    style = int(rng.integers(3))
    if style == 0:
        fill_box(front, part(whole, (0.0, 0.50, 1.0, 0.53)), accent)
    elif style == 1:
        fill_shape(front, part(whole, (0, 0.36, 1, 1)), _WAVE, tint(colour, -0.35))
    else:
        fill_disc(front, part(whole, (-0.2, 0.36, 1.2, 1.5)), mix(colour, accent, 0.25))
    if item.emblem is None:
        _product(front, rng, accent, colour)
    label = part(whole, _NAME)
    if style == 0:
        fill_box(front, (0, label[1], size[0], label[3]), tint(colour, -0.55))
    else:
        fill_box(front, label, PAPER if style == 1 else mix(PAPER, NAMED["yellow"], 0.3), radius=6)
    if "code" in item.texts:
        fill_box(front, part(whole, _CODE), PAPER, radius=2)
    greek(ImageDraw.Draw(front), part(whole, (0.3, 0.955, 0.7, 0.985)), mix(colour, accent, 0.6), rng)
    return front


def _product(front: Image.Image, rng: np.random.Generator, accent: Rgb, colour: Rgb) -> None:
    """What is inside, as packages show it: a bowl, a heap of round things, or a sun with rays."""
    width, height = front.size
    reach = 0.30 * min(width, height)
    centre_x, centre_y = width / 2, 0.32 * height
    kind = int(rng.integers(3))
    if kind == 0:
        for _ in range(9):
            x, y = centre_x + rng.uniform(-0.7, 0.7) * reach, centre_y - rng.uniform(-0.1, 0.5) * reach
            fill_disc(front, around(x, y, 0.3 * reach), tint(accent, rng.uniform(-0.3, 0.3)))
        bowl = (centre_x - reach, centre_y, centre_x + reach, centre_y + 0.8 * reach)
        fill_shape(front, bowl, _BOWL, PAPER)
    elif kind == 1:
        for row, count in enumerate((1, 2, 3)):
            for place in range(count):
                x = centre_x + (place - (count - 1) / 2) * 0.62 * reach
                y = centre_y + (row - 1) * 0.52 * reach
                ball = tint(accent, rng.uniform(-0.25, 0.25))
                fill_disc(front, around(x, y, 0.36 * reach), ball)
                fill_disc(front, around(x - 0.11 * reach, y - 0.15 * reach, 0.11 * reach), tint(ball, 0.4))
    else:
        area = around(centre_x, centre_y, reach)
        fill_shape(front, area, _STAR, accent)
        fill_disc(front, inset(area, 0.42 * reach), tint(colour, -0.4))
        fill_disc(front, inset(area, 0.54 * reach), mix(accent, PAPER, 0.6))


def _place_texts(canvas: Canvas, item: SceneItem, area: Area) -> None:
    canvas.emblem(item, middle_square(area, 0.31, fraction=0.34))
    face = canvas.pick(["sans-bold", "book-bold", "grotesk"])
    canvas.text(item, "name", inset(part(area, _NAME), 3, 1), face=face, lines=3, largest=34)
    canvas.text(item, "code", inset(part(area, _CODE), 2, 0), face="mono", largest=26)


def _tag_area(cell: Area, scale: float) -> Area:
    middle, reach = (cell[0] + cell[2]) / 2, scale * _TAG_WIDTH / 2
    return middle - reach, cell[3] - scale * (_RAIL - 6), middle + reach, cell[3] - scale * 5


def _tag(canvas: Canvas, item: SceneItem, tag: Area, paper: Rgb) -> None:
    canvas.panel(tag, paper, radius=3, outline=tint(paper, -0.3))
    canvas.text(item, "price", part(tag, (0.34, 0.0, 1.0, 1.0)), face="sans-bold", ink=INK, largest=27)
    for line in range(3):
        y = 0.24 + 0.22 * line
        canvas.panel(part(tag, (0.06, y, 0.27 - 0.04 * line, y + 0.08)), tint(paper, -0.4))
