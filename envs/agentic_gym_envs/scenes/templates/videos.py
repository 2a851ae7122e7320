"""The shelves of a video shop: cases with the cover to the front."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.artwork import paint
from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, middle_square, shadow
from agentic_gym_envs.scenes.grid import Area, grid, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, Rgb, block_colours, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import gradient, planks, wood

_MOTIFS = ("figure", "skyline", "portrait", "landscape", "seascape", "rays", "creature", "tower")
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink")
_WOODS: tuple[Rgb, ...] = ((118, 82, 54), (154, 116, 78), (74, 62, 58), (190, 176, 152))
_COVER = (0.075, 0.02, 0.985, 0.98)
_PICTURE = (0.0, 0.0, 1.0, 0.52)
_TITLE = (0.03, 0.53, 0.97, 0.74)
_DIRECTOR = (0.03, 0.745, 0.97, 0.86)
_CODE = (0.12, 0.875, 0.88, 0.98)
_STICKER: Rgb = (248, 214, 84)


class Videos(Template):
    """Cases of seven colours; title and director on the cover, a yellow sticker with a number."""

    name = "videos"
    domain: Domain = "media"
    situation = "the shelves of a video shop"
    fields = field_table(
        FieldSpec("title", "the title on the case", max_chars=26),
        FieldSpec("director", "the director's name under the title", max_chars=22),
        FieldSpec("code", "the number on the yellow sticker of the case", max_chars=10),
    )
    capacity = (4, 32)
    densest = 300

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the shelves, then the cases that stand on them."""
        brown = canvas.pick(_WOODS)
        canvas.plate.paste(planks((PLATE_WIDTH, PLATE_HEIGHT), tint(brown, -0.45), canvas.rng), (0, 0))
        cells = grid(len(items), (20, 0, PLATE_WIDTH - 20, PLATE_HEIGHT), aspect=0.84)
        tall = PLATE_HEIGHT / cells[0].rows
        board = min(20.0, 0.08 * tall)
        for row in range(cells[0].rows):
            _shelf(canvas, (row + 1) * tall, board, brown)
        for item, cell in zip(items, cells, strict=True):
            colour = canvas.pick(_COLOURS)
            left, top, right, bottom = cell.area
            side = 0.045 * (right - left)
            room = (left + side, top + 0.035 * tall, right - side, bottom - board + 2)
            area = proportioned(room, 0.74, stand=True)
            _case(canvas, item, area, NAMED[colour])
            where = position(cell, row_noun="shelf", preposition="on")
            canvas.anchor(item, f"the {colour} case, {where}", area)


def _shelf(canvas: Canvas, bottom: float, board: float, brown: Rgb) -> None:
    ledge = (0, bottom - board, PLATE_WIDTH, bottom)
    shadow(canvas.plate, ledge, blur=12, opacity=0.6, shift=(0, 10))
    fill_box(canvas.plate, ledge, wood(extent(ledge), brown, canvas.rng))
    fill_box(canvas.plate, (0, bottom - board, PLATE_WIDTH, bottom - board + 2), tint(brown, 0.35))


def _case(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    shadow(plate, area, blur=8, opacity=0.6, shift=(6, 2))
    fill_box(plate, area, gradient(extent(area), (66, 66, 70), (26, 26, 30)), radius=3)
    fill_box(plate, part(area, (0.035, 0.0, 0.045, 1.0)), (96, 96, 102))
    cover = part(area, _COVER)
    ground, ink = block_colours(colour)
    fill_box(plate, cover, ground)
    picture = part(cover, _PICTURE)
    fill_box(plate, picture, paint(canvas.pick(_MOTIFS), extent(picture), colour, rng))
    canvas.emblem(item, middle_square(cover, 0.27, fraction=0.4))
    face = canvas.pick(["sans-bold", "book-bold", "grotesk", "book-bold-italic"])
    canvas.text(item, "title", part(cover, _TITLE), face=face, ink=ink, lines=2, largest=44)
    canvas.text(item, "director", part(cover, _DIRECTOR), face="book", ink=ink, lines=2, largest=26)
    canvas.label(item, "code", part(cover, _CODE), paper=_STICKER, largest=24)
