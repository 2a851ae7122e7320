"""The shelves of an archive: boxes with a paper label and a finger hole."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, fill_disc, shadow
from agentic_gym_envs.scenes.grid import Area, around, grid, inset, part, position
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import gradient

_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "brown", "grey", "white")
_UPRIGHT = 26
_LABEL = (0.10, 0.16, 0.90, 0.66)
_NAME = (0.02, 0.06, 0.98, 0.62)
_CODE = (0.02, 0.64, 0.98, 0.97)


class Archive(Template):
    """Boxes of nine colours; a name and a signature on the label of each."""

    name = "archive"
    domain: Domain = "knowledge"
    situation = "the shelves of an archive"
    fields = field_table(
        FieldSpec("name", "the name on the label of the box", max_chars=26),
        FieldSpec("code", "the signature under the line on the label of the box", max_chars=10),
    )
    capacity = (4, 45)
    densest = 400
    shows_emblems = False

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the steel shelving, then the boxes on it."""
        steel = canvas.pick(((120, 128, 122), (148, 150, 152), (92, 104, 118), (150, 138, 116)))
        frame = (_UPRIGHT + 8, 0, PLATE_WIDTH - _UPRIGHT - 8, PLATE_HEIGHT)
        cells = grid(len(items), frame, aspect=1.0)
        tall = PLATE_HEIGHT / cells[0].rows
        board = min(18.0, 0.1 * tall)
        for row in range(cells[0].rows):
            _shelf(canvas, (0, row * tall, PLATE_WIDTH, (row + 1) * tall), board, steel)
        for item, cell in zip(items, cells, strict=True):
            colour = canvas.pick(_COLOURS)
            area = _standing(canvas, cell.area, board)
            _box(canvas, item, area, NAMED[colour])
            where = position(cell, row_noun="shelf", preposition="on")
            canvas.anchor(item, f"the {colour} archive box, {where}", area)
        for left in (0, PLATE_WIDTH - _UPRIGHT):
            _upright(canvas, left, steel)


def _shelf(canvas: Canvas, row: Area, board: float, steel: Rgb) -> None:
    left, top, right, bottom = row
    inside = (left, top, right, bottom - board)
    canvas.plate.paste(gradient(extent(inside), (26, 26, 28), (66, 64, 60)), (0, round(top)))
    ledge = (left, bottom - board, right, bottom)
    fill_box(canvas.plate, ledge, gradient(extent(ledge), tint(steel, 0.2), tint(steel, -0.3)))
    fill_box(canvas.plate, (left, bottom - board, right, bottom - board + 2), tint(steel, 0.55))


def _upright(canvas: Canvas, left: float, steel: Rgb) -> None:
    post = (left, 0, left + _UPRIGHT, PLATE_HEIGHT)
    shadow(canvas.plate, post, blur=8, opacity=0.5, shift=(0, 0))
    fill_box(canvas.plate, post, gradient(extent(post), tint(steel, 0.1), tint(steel, -0.15)))
    for hole in range(18):
        y = 20 + 60 * hole
        fill_box(canvas.plate, (left + 10, y, left + 16, y + 22), (30, 32, 34), radius=2)


def _standing(canvas: Canvas, cell: Area, board: float) -> Area:
    left, top, right, bottom = cell
    wide = right - left
    floor = bottom - board + 1
    # Few heights: shapes are kept by size.
    tall = (floor - top) * canvas.pick((0.86, 0.90, 0.94))
    return left + 0.035 * wide, floor - tall, right - 0.035 * wide, floor


def _box(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    shadow(plate, area, blur=8, opacity=0.6, shift=(5, 0))
    fill_box(plate, area, gradient(extent(area), tint(colour, 0.1), tint(colour, -0.2)), radius=2)
    fill_box(plate, part(area, (0.0, 0.0, 1.0, 0.09)), tint(colour, 0.22), radius=2)
    fill_box(plate, part(area, (0.0, 0.09, 1.0, 0.105)), tint(colour, -0.5))
    fill_box(plate, part(area, (0.975, 0.0, 1.0, 1.0)), tint(colour, -0.4))
    reach = 0.075 * min(area[2] - area[0], area[3] - area[1])
    hole = part(area, (0.5, 0.82, 1.0, 1.0))
    fill_disc(plate, around(hole[0], hole[1], reach * 1.35), (206, 202, 190))
    fill_disc(plate, around(hole[0], hole[1], reach), (22, 20, 18))
    label = part(area, _LABEL)
    paper = mix(PAPER, (222, 196, 140), canvas.pick((0.0, 0.25, 0.5)))
    canvas.panel(inset(label, -3), tint(paper, -0.45), radius=2)
    canvas.panel(label, paper, radius=1)
    canvas.panel(part(label, (0.08, 0.625, 0.92, 0.635)), tint(paper, -0.5))
    canvas.text(item, "name", part(label, _NAME), face="book-bold", lines=3, largest=36)
    canvas.text(item, "code", part(label, _CODE), face="mono", largest=28)
