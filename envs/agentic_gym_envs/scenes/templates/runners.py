"""Runners lined up on a running track, each with a start number on the chest."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import (
    extent,
    fill_box,
    fill_disc,
    fill_shape,
    mirrored,
    rounded,
    shade,
)
from agentic_gym_envs.scenes.grid import Area, grid, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import cloth, gradient

_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black")
_TRACKS: tuple[Rgb, ...] = ((164, 78, 56), (72, 96, 134), (120, 112, 104))
_VEST = rounded(
    mirrored((0.34, 0.0), (0.24, 0.0), (0.17, 0.10), (0.0, 0.13), (0.06, 0.40), (0.08, 0.72), (0.06, 1.0)),
    rounds=1,
)
_NECK = rounded(((0.33, 0.0), (0.67, 0.0), (0.61, 0.11), (0.5, 0.15), (0.39, 0.11)), rounds=1)
_ARM = rounded(((0.45, 0.0), (1.0, 0.06), (0.95, 0.5), (0.75, 1.0), (0.25, 0.98), (0.35, 0.5)), rounds=1)
_SHORTS = mirrored((0.02, 0.0), (0.0, 1.0), (0.46, 1.0), (0.5, 0.5))
_LEG = rounded(mirrored((0.0, 0.0), (0.12, 0.5), (0.2, 1.0)), rounds=1)
_HAIR = rounded(((0.04, 0.95), (0.0, 0.35), (0.5, -0.1), (1.0, 0.35), (0.96, 0.95), (0.8, 0.5), (0.2, 0.5)))
_BIB = (0.215, 0.235, 0.785, 0.445)
_NAME = (0.03, 0.01, 0.97, 0.45)
_NUMBER = (0.05, 0.45, 0.95, 0.75)
_CODE = (0.03, 0.76, 0.97, 0.99)


class Runners(Template):
    """Runners in vests of nine colours; name, number and licence on the paper on the chest."""

    name = "runners"
    domain: Domain = "sports"
    situation = "runners lined up on a track"
    fields = field_table(
        FieldSpec("name", "the name on the paper on the runner's chest", max_chars=20),
        FieldSpec("number", "the large number on the runner's chest", max_chars=3),
        FieldSpec("code", "the code under the number on the runner's chest", max_chars=10),
    )
    capacity = (4, 14)
    densest = 120
    shows_emblems = False

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the lanes, then a line of runners in every lane."""
        frame = (16, 4, PLATE_WIDTH - 16, PLATE_HEIGHT - 6)
        cells = grid(len(items), frame, aspect=0.56)
        ground = _track(canvas, cells[0].rows)
        for item, cell in zip(items, cells, strict=True):
            colour = canvas.pick(_COLOURS)
            area = proportioned(cell.area, 0.50, stand=True)
            fill_disc(canvas.plate, part(area, (0.14, 0.965, 0.94, 0.998)), tint(ground, -0.4))
            _runner(canvas, item, area, NAMED[colour])
            canvas.anchor(item, f"the runner in the {colour} vest, {position(cell)}", area)


def _track(canvas: Canvas, lanes: int) -> Rgb:
    """Paint the lanes, and say their colour."""
    plate, rng = canvas.plate, canvas.rng
    colour = canvas.pick(_TRACKS)
    plate.paste(cloth((PLATE_WIDTH, PLATE_HEIGHT), colour, rng), (0, 0))
    tall = PLATE_HEIGHT / lanes
    for lane in range(lanes):
        far = (0, lane * tall, PLATE_WIDTH, lane * tall + 0.16 * tall)
        fill_box(plate, far, cloth(extent(far), tint(colour, -0.12), rng))
        edge = (lane + 1) * tall
        fill_box(plate, (0, edge - 0.045 * tall, PLATE_WIDTH, edge - 0.03 * tall), (232, 230, 224))
    return colour


def _runner(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    skin = mix((238, 200, 170), (96, 60, 42), float(rng.choice([0.0, 0.15, 0.45, 0.7, 1.0])))
    _legs(canvas, area, skin)
    for side, mirror in (((0.06, 0.185, 0.25, 0.535), False), ((0.75, 0.185, 0.94, 0.535), True)):
        outline = tuple((1 - x, y) for x, y in _ARM) if mirror else _ARM
        fill_shape(plate, part(area, side), outline, tint(skin, -0.06))
    fill_box(plate, part(area, (0.42, 0.12, 0.58, 0.20)), tint(skin, -0.18), radius=4)
    vest = part(area, (0.17, 0.16, 0.83, 0.535))
    fill_shape(plate, vest, _VEST, gradient(extent(vest), tint(colour, 0.08), tint(colour, -0.14)))
    fill_shape(plate, vest, _NECK, tint(skin, -0.04))
    shade(plate, vest, "folded", _VEST)
    _head(canvas, part(area, (0.375, 0.012, 0.625, 0.155)), skin)
    bib = part(area, _BIB)
    canvas.panel(bib, PAPER, radius=2, outline=tint(PAPER, -0.4))
    canvas.text(item, "name", part(bib, _NAME), face="sans-bold", lines=2, largest=26)
    canvas.text(item, "number", part(bib, _NUMBER), face="sans-bold", largest=80)
    canvas.text(item, "code", part(bib, _CODE), face="mono", largest=24)


def _legs(canvas: Canvas, area: Area, skin: Rgb) -> None:
    plate = canvas.plate
    shoe = NAMED[canvas.pick(("white", "orange", "yellow", "blue", "pink"))]
    for left in (0.26, 0.51):
        fill_shape(plate, part(area, (left, 0.62, left + 0.23, 0.97)), _LEG, tint(skin, -0.04))
        fill_box(plate, part(area, (left + 0.02, 0.948, left + 0.21, 0.986)), shoe, radius=4)
        fill_box(plate, part(area, (left + 0.02, 0.977, left + 0.21, 0.986)), tint(shoe, -0.5))
    shorts = part(area, (0.21, 0.515, 0.79, 0.685))
    fill_shape(plate, shorts, _SHORTS, (42, 44, 54))
    shade(plate, shorts, "folded", _SHORTS)


def _head(canvas: Canvas, area: Area, skin: Rgb) -> None:
    plate = canvas.plate
    hair = canvas.pick(((28, 22, 20), (86, 58, 36), (172, 128, 72), (140, 62, 34), (120, 118, 116)))
    fill_disc(plate, part(area, (0.08, 0.02, 0.92, 1.0)), skin)
    fill_shape(plate, part(area, (0.04, -0.04, 0.96, 0.52)), _HAIR, hair)
    for eye in (0.32, 0.60):
        fill_disc(plate, part(area, (eye, 0.50, eye + 0.08, 0.565)), (36, 28, 26))
    fill_box(plate, part(area, (0.38, 0.765, 0.62, 0.79)), mix(skin, (150, 50, 50), 0.5))
