"""A wall of shirts in a club shop or museum of sport."""

from collections.abc import Sequence

from PIL import Image

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import (
    extent,
    fill_box,
    fill_shape,
    middle_square,
    mirrored,
    rounded,
    shade,
    shadow_shape,
)
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, is_light, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Texture, bricks, cloth, gradient, planks, plaster

_SHOULDER = ((0.37, 0.02), (0.26, 0.06), (0.13, 0.12), (0.07, 0.19))
_SLEEVE = ((0.0, 0.38), (0.01, 0.40), (0.12, 0.47), (0.14, 0.465), (0.205, 0.35), (0.215, 0.36))
_SIDE = ((0.21, 0.6), (0.195, 0.96), (0.20, 0.985), (0.24, 1.0))
_SHIRT = rounded(mirrored(*_SHOULDER, *_SLEEVE, *_SIDE), rounds=1)
_COLLAR = ((0.36, 0.025), (0.64, 0.025), (0.60, 0.10), (0.5, 0.135), (0.40, 0.10))
_NECK = ((0.39, 0.025), (0.61, 0.025), (0.57, 0.085), (0.5, 0.11), (0.43, 0.085))
_CUFF = ((0.0, 0.30), (0.15, 0.41), (0.12, 0.48), (-0.03, 0.37))
_WALLS: tuple[Texture, ...] = (planks, plaster, bricks, cloth)
_NUMBER = (0.25, 0.505, 0.75, 0.665)
_NAME = (0.23, 0.67, 0.77, 0.87)
_HEM = (0.28, 0.875, 0.72, 0.968)


class Shirts(Template):
    """Shirts with crest, number, player's name, and a registration code at the hem."""

    name = "shirts"
    domain: Domain = "sports"
    situation = "a wall of team shirts"
    fields = field_table(
        FieldSpec("name", "the player's name across the shirt", max_chars=20),
        FieldSpec("number", "the number on the shirt", max_chars=3),
        FieldSpec("code", "the code on the label at the hem", max_chars=10),
    )
    capacity = (4, 32)
    densest = 160

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the wall and its rails, then a shirt on each hook."""
        rng = canvas.rng
        wall = tint(NAMED[canvas.pick(["brown", "grey", "white", "blue"])], rng.uniform(0.1, 0.4))
        surface = canvas.pick(_WALLS)
        canvas.plate.paste(surface((PLATE_WIDTH, PLATE_HEIGHT), wall, rng), (0, 0))
        cells = grid(len(items), (40, 22, PLATE_WIDTH - 40, PLATE_HEIGHT - 14), aspect=0.95)
        for top in sorted({cell.area[1] for cell in cells}):
            fill_box(canvas.plate, (0, top + 6, PLATE_WIDTH, top + 14), tint(wall, -0.6))
            fill_box(canvas.plate, (0, top + 6, PLATE_WIDTH, top + 9), tint(wall, -0.2))
        for item, cell in zip(items, cells, strict=True):
            colour = canvas.pick([name for name in NAMED if name not in ("grey", "brown")])
            area = _hung(inset(cell.area, 6, 4))
            _shirt(canvas, item, area, NAMED[colour])
            canvas.anchor(item, f"the {colour} shirt, {position(cell)}", area)


def _hung(area: Area) -> Area:
    left, top, right, bottom = area
    wide = min(right - left, (bottom - top) * 1.05)
    middle = (left + right) / 2
    return middle - wide / 2, top + 4, middle + wide / 2, bottom


def _shirt(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate, size = canvas.plate, extent(area)
    trim = tint(colour, -0.75) if is_light(colour) else NAMED["white"]
    shadow_shape(plate, area, _SHIRT, blur=9, opacity=0.5, shift=(8, 10))
    fill_shape(plate, area, _SHIRT, _cloth_front(canvas, size, colour, trim))
    fill_shape(plate, area, _COLLAR, trim)
    fill_shape(plate, area, _NECK, tint(colour, -0.6))
    shade(plate, area, "folded", _SHIRT)
    middle = (area[0] + area[2]) / 2
    fill_box(plate, (middle - 2, area[1] - 8, middle + 2, area[1] + size[1] * 0.03), (120, 122, 126))
    _place_texts(canvas, item, area, colour, trim)


def _cloth_front(canvas: Canvas, size: tuple[int, int], colour: Rgb, trim: Rgb) -> Image.Image:
    front = gradient(size, tint(colour, 0.05), tint(colour, -0.06))
    whole: Area = (0, 0, *size)
    second = tint(colour, 0.4) if is_light(colour) else tint(colour, -0.35)
    if colour == NAMED["white"]:
        second = tint(colour, -0.18)
    style = int(canvas.rng.integers(4))
    if style == 0:
        for stripe in range(5):
            fill_box(front, part(whole, (0.225 + 0.12 * stripe, 0.0, 0.285 + 0.12 * stripe, 1.0)), second)
    elif style == 1:
        for hoop in range(4):
            fill_box(front, part(whole, (0.0, 0.14 + 0.22 * hoop, 1.0, 0.25 + 0.22 * hoop)), second)
    elif style == 2:
        fill_shape(front, whole, ((0.22, 0.1), (0.40, 0.02), (0.80, 0.62), (0.80, 0.9)), second)
    for mirror in (False, True):
        cuff = tuple((1 - x, y) if mirror else (x, y) for x, y in _CUFF)
        fill_shape(front, whole, cuff, trim)
    return front


def _place_texts(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb, trim: Rgb) -> None:
    canvas.emblem(item, middle_square(area, 0.315, fraction=0.24))
    canvas.text(item, "number", part(area, _NUMBER), face="sans-bold", ink=trim, largest=150)
    canvas.text(item, "name", part(area, _NAME), face="sans-bold", ink=trim, lines=2, largest=40)
    if "code" in item.texts:
        canvas.panel(part(area, _HEM), PAPER, radius=2, outline=tint(colour, -0.5))
        canvas.text(item, "code", part(area, _HEM), face="mono", largest=26)
