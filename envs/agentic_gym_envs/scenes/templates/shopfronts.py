"""A shopping arcade on several floors: shops with a sign, an awning, a window and a door."""

from collections.abc import Sequence

from PIL import ImageDraw

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import (
    extent,
    fill_box,
    fill_disc,
    fill_shape,
    glow,
    middle_square,
    shadow,
)
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Texture, bricks, gradient, planks, plaster

_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "black")
_WALLS: tuple[tuple[Texture, Rgb], ...] = (
    (bricks, (150, 92, 74)),
    (plaster, (206, 194, 168)),
    (plaster, (168, 180, 184)),
    (bricks, (178, 166, 150)),
)
_SIGN = (0.03, 0.03, 0.97, 0.255)
_AWNING = (0.0, 0.27, 1.0, 0.40)
_WINDOW = (0.05, 0.36, 0.60, 0.85)
_DOOR = (0.66, 0.40, 0.94, 0.985)
_CODE = (0.05, 0.872, 0.60, 0.988)
_STRIPES = 10
_SIGN_GROUND: Rgb = (46, 42, 40)


class Shopfronts(Template):
    """Shops with awnings of eight colours; the name on the sign, a number on the plate under the window."""

    name = "shopfronts"
    domain: Domain = "daily"
    situation = "a shopping arcade"
    fields = field_table(
        FieldSpec("name", "the name on the sign of the shop", max_chars=24),
        FieldSpec("code", "the number on the plate under the shop window", max_chars=10),
    )
    capacity = (4, 28)
    densest = 100

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the building floor by floor, then the shops."""
        cells = grid(len(items), (20, 0, PLATE_WIDTH - 20, PLATE_HEIGHT), aspect=1.02)
        tall = PLATE_HEIGHT / cells[0].rows
        surface, wall = canvas.pick(_WALLS)
        canvas.plate.paste(surface((PLATE_WIDTH, PLATE_HEIGHT), wall, canvas.rng), (0, 0))
        walk = 0.07 * tall
        for row in range(cells[0].rows):
            _walkway(canvas, (0, (row + 1) * tall - walk, PLATE_WIDTH, (row + 1) * tall))
        for item, cell in zip(items, cells, strict=True):
            colour = canvas.pick(_COLOURS)
            left, top, right, bottom = cell.area
            side = 0.035 * (right - left)
            area = (left + side, top + 0.02 * tall, right - side, bottom - walk)
            _shop(canvas, item, area, NAMED[colour])
            phrase = (
                f"the shop with the {colour} awning, {position(cell, row_noun='floor', preposition='on')}"
            )
            canvas.anchor(item, phrase, area)


def _walkway(canvas: Canvas, area: Area) -> None:
    fill_box(canvas.plate, area, planks(extent(area), (148, 140, 130), canvas.rng, plank=16))
    fill_box(canvas.plate, part(area, (0, 0.62, 1, 1)), (70, 70, 74))
    fill_box(canvas.plate, part(area, (0, 0.62, 1, 0.72)), (196, 196, 200))


def _shop(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    front = tint(mix(colour, (90, 84, 78), 0.55), -0.25)
    facade = part(area, (0.0, 0.25, 1.0, 1.0))
    fill_box(plate, facade, gradient(extent(facade), tint(front, 0.1), tint(front, -0.2)))
    _window(canvas, item, part(area, _WINDOW))
    _door(canvas, part(area, _DOOR), colour)
    sign = part(area, _SIGN)
    shadow(plate, sign, blur=5, opacity=0.5, shift=(2, 4))
    fill_box(plate, sign, tint(_SIGN_GROUND, 0.35), radius=3)
    fill_box(plate, inset(sign, 3), _SIGN_GROUND, radius=2)
    canvas.text(
        item,
        "name",
        inset(sign, 6, 2),
        face=canvas.pick(["book-bold", "sans-bold", "grotesk"]),
        ink=(252, 240, 206),
        lines=2,
        largest=46,
    )
    _awning(canvas, part(area, _AWNING), colour)
    canvas.label(item, "code", part(area, _CODE), paper=(222, 206, 160), largest=26)


def _awning(canvas: Canvas, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    shadow(plate, area, blur=8, opacity=0.55, shift=(0, 8))
    pale = mix(colour, PAPER, 0.86)
    for stripe in range(_STRIPES):
        hue = colour if stripe % 2 == 0 else pale
        cloth = part(area, (stripe / _STRIPES, 0.0, (stripe + 1) / _STRIPES, 0.74))
        fill_box(plate, cloth, gradient(extent(cloth), tint(hue, 0.12), tint(hue, -0.14)))
        fill_disc(plate, part(area, (stripe / _STRIPES, 0.48, (stripe + 1) / _STRIPES, 1.0)), tint(hue, -0.2))


def _window(canvas: Canvas, item: SceneItem, area: Area) -> None:
    plate, rng = canvas.plate, canvas.rng
    fill_box(plate, inset(area, -3), (58, 52, 46))
    fill_box(plate, area, gradient(extent(area), (255, 236, 190), (206, 166, 112)))
    middle = ((area[0] + area[2]) / 2, area[1] + 0.3 * (area[3] - area[1]))
    glow(plate, middle, (0.5 * (area[2] - area[0]), 0.4 * (area[3] - area[1])), 90)
    if item.emblem is None:
        for shelf in (0.55, 0.96):
            _goods(canvas, part(area, (0.04, shelf - 0.36, 0.96, shelf)))
    else:
        canvas.emblem(item, middle_square(area, 0.5, fraction=0.7))
    reflection = ((0.62, 0.0), (0.72, 0.0), (0.30, 1.0), (0.20, 1.0))
    if item.emblem is None and rng.random() < 0.4:
        fill_shape(plate, area, reflection, mix((255, 236, 190), (255, 255, 255), 0.5))


def _goods(canvas: Canvas, area: Area) -> None:
    """A shelf with a row of boxes, bottles and round things."""
    pen, rng = ImageDraw.Draw(canvas.plate), canvas.rng
    left, top, right, bottom = area
    pen.rectangle((left, bottom - 2, right, bottom), fill=(92, 66, 44))
    step = (right - left) / 6
    for place in range(6):
        colour = tint(NAMED[canvas.pick(list(NAMED))], float(rng.uniform(-0.2, 0.25)))
        x, tall = left + place * step + 0.12 * step, (bottom - top) * rng.uniform(0.35, 0.85)
        wide = step * rng.uniform(0.55, 0.78)
        if rng.random() < 0.35:
            pen.ellipse((x, bottom - 2 - wide, x + wide, bottom - 2), fill=colour)
        else:
            pen.rectangle((x, bottom - 2 - tall, x + wide, bottom - 2), fill=colour)
            pen.rectangle(
                (x, bottom - 2 - 0.6 * tall, x + wide, bottom - 2 - 0.35 * tall), fill=tint(colour, 0.5)
            )


def _door(canvas: Canvas, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    fill_box(plate, inset(area, -3), (52, 46, 42))
    fill_box(plate, area, gradient(extent(area), tint(colour, -0.3), tint(colour, -0.5)))
    pane = part(area, (0.16, 0.14, 0.84, 0.60))
    fill_box(plate, pane, gradient(extent(pane), (186, 202, 212), (108, 122, 132)))
    fill_shape(plate, pane, ((0.5, 0.0), (0.8, 0.0), (0.35, 1.0), (0.05, 1.0)), (206, 220, 228))
    fill_disc(plate, part(area, (0.80, 0.64, 0.90, 0.70)), (222, 190, 110))
