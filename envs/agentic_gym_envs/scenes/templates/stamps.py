"""A page of a stamp album."""

import math
from collections.abc import Sequence

from agentic_gym_envs.scenes.artwork import paint
from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import Outline, extent, fill_box, fill_shape, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, Rgb, block_colours, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import cloth, plaster

_MOTIFS = ("tower", "skyline", "landscape", "seascape", "portrait", "rings", "rays")
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "grey")
_PAGES: tuple[Rgb, ...] = ((236, 228, 206), (44, 44, 48), (222, 222, 216), (60, 48, 42))
_ASPECT = 0.80
_TEETH = (12, 15)
"""Along the width and along the height."""
_WHITE: Rgb = (250, 248, 240)
_PICTURE = (0.085, 0.07, 0.915, 0.56)
_CAPTION = (0.085, 0.56, 0.915, 0.80)
_NAME = (0.09, 0.565, 0.91, 0.795)
_CODE = (0.09, 0.815, 0.91, 0.935)


def _perforated() -> Outline:
    """A rectangle with half a round hole bitten out at every tooth."""
    across, down = _TEETH
    depth = 0.30
    arc = [math.pi * step / 4 for step in range(5)]

    def bites(count: int) -> list[tuple[float, float]]:
        """Along a unit edge: how far, and how deep in edges of the same length."""
        return [
            ((tooth + 0.5 - depth * math.cos(turn)) / count, depth * math.sin(turn) / count)
            for tooth in range(count)
            for turn in arc
        ]

    wide, tall = bites(across), bites(down)
    top = [(along, deep * _ASPECT) for along, deep in wide]
    right = [(1 - deep / _ASPECT, along) for along, deep in tall]
    return (*top, *right, *((1 - x, 1 - y) for x, y in top), *((1 - x, 1 - y) for x, y in right))


_STAMP = _perforated()


class Stamps(Template):
    """Perforated stamps of nine colours; a caption under the picture, a number in the lower margin."""

    name = "stamps"
    domain: Domain = "knowledge"
    situation = "a page of a stamp album"
    fields = field_table(
        FieldSpec("name", "the caption on the stamp", max_chars=26),
        FieldSpec("code", "the number in the lower margin of the stamp", max_chars=10),
    )
    capacity = (4, 36)
    densest = 300
    shows_emblems = False

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the desk and the page, then the stamps behind their strips."""
        rng = canvas.rng
        desk = tint(NAMED[canvas.pick(["green", "blue", "brown", "red"])], -0.3)
        canvas.plate.paste(cloth((PLATE_WIDTH, PLATE_HEIGHT), desk, rng), (0, 0))
        page = (40, 22, PLATE_WIDTH - 40, PLATE_HEIGHT - 22)
        shadow(canvas.plate, page, blur=18, opacity=0.6, shift=(4, 8))
        colour = canvas.pick(_PAGES)
        fill_box(canvas.plate, page, plaster(extent(page), colour, rng), radius=3)
        canvas.pen.rectangle(inset(page, 12), outline=tint(colour, -0.25 if sum(colour) > 300 else 0.3))
        for item, cell in zip(items, grid(len(items), inset(page, 22, 18), aspect=0.86), strict=True):
            hue = canvas.pick(_COLOURS)
            gap = 0.055 * (cell.area[3] - cell.area[1])
            area = proportioned(inset(cell.area, gap), _ASPECT)
            _stamp(canvas, item, area, NAMED[hue])
            canvas.anchor(item, f"the {hue} stamp, {position(cell)}", area)


def _stamp(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    shadow(plate, area, blur=6, opacity=0.45, shift=(2, 4))
    fill_shape(plate, area, _STAMP, _WHITE)
    picture = part(area, _PICTURE)
    fill_box(plate, picture, paint(canvas.pick(_MOTIFS), extent(picture), colour, canvas.rng))
    ground, ink = block_colours(colour)
    fill_box(plate, part(area, _CAPTION), ground)
    canvas.text(item, "name", part(area, _NAME), face="book-bold", ink=ink, lines=2, largest=34)
    canvas.text(item, "code", part(area, _CODE), face="sans", ink=(30, 30, 34), largest=24)
