"""A museum room: framed pictures with plaques under them."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.artwork import paint
from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, glow, shadow
from agentic_gym_envs.scenes.grid import Area, Cell, grid, hull, inset, part, position, proportioned
from agentic_gym_envs.scenes.palette import INK, NAMED, PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import gradient, planks, plaster

_MOTIFS = {
    "landscape": "landscape",
    "seascape": "seascape",
    "portrait": "portrait",
    "still life": "still life",
    "abstract painting": "abstract",
    "view of a city": "skyline",
}
_FRAMES: dict[str, Rgb] = {"gold": (186, 148, 66), "black": (36, 34, 34), "white": (228, 224, 214)}
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "brown", "grey")
_WALLS: tuple[Rgb, ...] = ((112, 36, 40), (34, 74, 66), (58, 70, 96), (198, 190, 174), (142, 128, 106))
_FLOOR = 92
_PLAQUE = 104
_PLAQUE_WIDTH = 290
_PLAQUE_PRINT = 18.5
"""The font size that a plaque of `_PLAQUE` by `_PLAQUE_WIDTH` is made for."""
_TITLE = (0.03, 0.04, 0.97, 0.50)
_ARTIST = (0.03, 0.52, 0.97, 0.75)
_CODE = (0.03, 0.76, 0.97, 0.97)


class Museum(Template):
    """Paintings of six kinds in three frames; title, artist and inventory number on the plaque."""

    name = "museum"
    domain: Domain = "knowledge"
    situation = "a museum room"
    fields = field_table(
        FieldSpec("title", "the title on the plaque", max_chars=30),
        FieldSpec("artist", "the artist's name on the plaque", max_chars=24),
        FieldSpec("code", "the inventory number on the plaque", max_chars=12),
    )
    capacity = (3, 24)
    densest = 90
    shows_emblems = False

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint wall and floor, then the pictures with their plaques."""
        wall = canvas.pick(_WALLS)
        # A plaque is as large as its smallest print needs, and no larger.
        print_scale = canvas.line_px(items) / _PLAQUE_PRINT
        _room(canvas, wall)
        frame = (26, 6, PLATE_WIDTH - 26, PLATE_HEIGHT - _FLOOR - 14)
        for item, cell in zip(items, grid(len(items), frame, aspect=0.82), strict=True):
            kind, metal = canvas.pick(list(_MOTIFS)), canvas.pick(list(_FRAMES))
            area, plaque = _picture_area(canvas, cell, print_scale), _plaque_area(cell, print_scale)
            _picture(canvas, area, _MOTIFS[kind], _FRAMES[metal])
            _plaque(canvas, item, plaque, metal)
            phrase = f"the {kind} in the {metal} frame, {position(cell)}"
            canvas.anchor(item, phrase, hull(area, plaque))


def _room(canvas: Canvas, wall: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    floor = PLATE_HEIGHT - _FLOOR
    plate.paste(plaster((PLATE_WIDTH, floor), wall, rng), (0, 0))
    plate.paste(planks((PLATE_WIDTH, _FLOOR), (138, 96, 60), rng, plank=30), (0, floor))
    fill_box(
        plate,
        (0, floor - 12, PLATE_WIDTH, floor),
        gradient((PLATE_WIDTH, 12), tint(wall, 0.45), tint(wall, -0.3)),
    )
    shadow(plate, (0, floor - 4, PLATE_WIDTH, floor + 4), blur=10, opacity=0.5, shift=(0, 4))
    for lamp in range(4):
        glow(plate, (PLATE_WIDTH * (lamp + 0.5) / 4, 120), (420, 520), 46)


def _picture_area(canvas: Canvas, cell: Cell, print_scale: float) -> Area:
    left, top, right, bottom = cell.area
    side = 0.06 * (right - left)
    room = (left + side, top + side, right - side, bottom - _PLAQUE * print_scale - 14)
    return proportioned(room, canvas.pick((0.75, 1.0, 1.3)), stand=True)


def _picture(canvas: Canvas, area: Area, motif: str, metal: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    width = max(7.0, 0.055 * min(area[2] - area[0], area[3] - area[1]))
    shadow(plate, area, blur=12, opacity=0.55, shift=(6, 12))
    fill_box(plate, area, gradient(extent(area), tint(metal, 0.3), tint(metal, -0.3)))
    fill_box(plate, inset(area, width * 0.35), tint(metal, -0.4))
    fill_box(
        plate,
        inset(area, width * 0.5),
        gradient(extent(inset(area, width * 0.5)), tint(metal, -0.1), tint(metal, 0.25)),
    )
    fill_box(plate, inset(area, width - 2), tint(metal, -0.6))
    canvas_area = inset(area, width)
    colour = mix(NAMED[canvas.pick(_COLOURS)], (150, 132, 104), 0.35)
    fill_box(plate, canvas_area, paint(motif, extent(canvas_area), colour, rng))


def _plaque_area(cell: Cell, print_scale: float) -> Area:
    left, _, right, bottom = cell.area
    middle, wide = (left + right) / 2, min(_PLAQUE_WIDTH * print_scale, right - left - 8)
    return middle - wide / 2, bottom - _PLAQUE * print_scale - 4, middle + wide / 2, bottom - 4


def _plaque(canvas: Canvas, item: SceneItem, plaque: Area, metal: str) -> None:
    shadow(canvas.plate, plaque, blur=5, opacity=0.45, shift=(2, 4))
    paper = mix(_FRAMES["gold"], PAPER, 0.45) if metal == "gold" else PAPER
    canvas.panel(plaque, paper, radius=2, outline=tint(paper, -0.35))
    canvas.text(item, "title", part(plaque, _TITLE), face="book-bold-italic", ink=INK, lines=2, largest=25)
    canvas.text(item, "artist", part(plaque, _ARTIST), face="book", ink=INK, largest=24)
    canvas.text(item, "code", part(plaque, _CODE), face="sans", ink=INK, largest=22)
