"""A hall of arcade cabinets."""

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
    glow,
    middle_square,
    shade,
    shadow,
)
from agentic_gym_envs.scenes.grid import Area, around, grid, inset, part, position
from agentic_gym_envs.scenes.palette import INK, NAMED, PAPER, Rgb, block_colours, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Extent, bricks, cloth, gradient

_BODY = (
    (0.06, 0.0),
    (0.94, 0.0),
    (0.94, 0.22),
    (0.98, 0.60),
    (0.98, 1.0),
    (0.02, 1.0),
    (0.02, 0.60),
    (0.06, 0.22),
)
_MARQUEE = (0.09, 0.015, 0.91, 0.19)
_SCREEN = (0.12, 0.21, 0.88, 0.505)
_DESK = ((0.02, 0.12), (0.98, 0.12), (1.0, 1.0), (0.0, 1.0))
_CONTROLS = (0.0, 0.52, 1.0, 0.63)
_PLATE = (0.22, 0.64, 0.78, 0.71)
_DOOR = (0.30, 0.76, 0.70, 0.96)
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black")


class Arcade(Template):
    """Cabinets with a lit marquee, a screen with the high score, and a plate with a serial code."""

    name = "arcade"
    domain: Domain = "games"
    situation = "a hall of arcade machines"
    fields = field_table(
        FieldSpec("title", "the title on the machine's lit sign", max_chars=20),
        FieldSpec("score", "the high score on the screen", max_chars=8),
        FieldSpec("code", "the serial code on the plate under the controls", max_chars=10),
    )
    capacity = (4, 24)
    densest = 90

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the hall, then the machines, row above row as on the tiers of an arcade."""
        rng = canvas.rng
        wall = tint(NAMED[canvas.pick(["purple", "blue", "red", "green"])], -0.62)
        canvas.plate.paste(bricks((PLATE_WIDTH, PLATE_HEIGHT), wall, rng), (0, 0))
        cells = grid(len(items), (20, 6, PLATE_WIDTH - 20, PLATE_HEIGHT), aspect=0.58)
        for bottom in sorted({cell.area[3] for cell in cells}):
            _tier(canvas, bottom, wall)
        for item, cell in zip(items, cells, strict=True):
            colour = canvas.pick(_COLOURS)
            left, top, right, bottom = cell.area
            wide = min(right - left - 12, 0.62 * (bottom - top))
            middle = (left + right) / 2
            area = (middle - wide / 2, top + 10, middle + wide / 2, bottom - 22)
            _cabinet(canvas, item, area, NAMED[colour])
            canvas.anchor(item, f"the {colour} machine, {position(cell)}", area)


def _tier(canvas: Canvas, bottom: float, wall: Rgb) -> None:
    neon = NAMED[canvas.pick(["pink", "blue", "orange", "yellow"])]
    floor = (0, bottom - 40, PLATE_WIDTH, bottom)
    canvas.plate.paste(cloth(extent(floor), tint(wall, -0.2), canvas.rng), (0, round(bottom - 40)))
    fill_box(canvas.plate, (0, bottom - 5, PLATE_WIDTH, bottom), neon)
    fill_box(canvas.plate, (0, bottom - 4, PLATE_WIDTH, bottom - 2), tint(neon, 0.7))


def _cabinet(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    shadow(plate, area, blur=14, opacity=0.7, shift=(8, 6))
    fill_shape(plate, area, _BODY, gradient(extent(area), tint(colour, 0.06), tint(colour, -0.2)))
    fill_shape(
        plate,
        part(area, (0.02, 0.62, 0.98, 1.0)),
        ((0, 1), (0, 0.55), (1, 0.1), (1, 0.4), (0.2, 1)),
        tint(colour, 0.35 if sum(colour) < 400 else -0.35),
    )
    shade(plate, area, "flat", _BODY)
    marquee, screen = part(area, _MARQUEE), part(area, _SCREEN)
    _marquee(canvas, item, marquee, colour)
    fill_box(plate, inset(screen, -4), (18, 18, 22), radius=8)
    fill_box(plate, screen, _game(extent(screen), rng), radius=8)
    _controls(canvas, part(area, _CONTROLS), colour)
    if item.emblem is None:
        fill_box(plate, part(area, _DOOR), (30, 30, 34), radius=3)
        for slot in (0.36, 0.56):
            fill_box(plate, part(area, (slot, 0.82, slot + 0.08, 0.87)), (196, 60, 40), radius=2)
    canvas.emblem(item, middle_square(area, 0.857, fraction=0.36))
    ribbon = part(screen, (0.04, 0.04, 0.96, 0.30))
    canvas.text(item, "score", ribbon, face="mono-bold", ink=(255, 236, 120), largest=40)
    if "code" in item.texts:
        canvas.panel(part(area, _PLATE), (214, 216, 220), radius=2, outline=(120, 122, 128))
        canvas.text(item, "code", part(area, _PLATE), face="mono", ink=INK, largest=22)


def _marquee(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    ground, ink = block_colours(colour)
    fill_box(canvas.plate, area, gradient(extent(area), mix(ground, PAPER, 0.12), ground), radius=4)
    middle_x, middle_y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    glow(canvas.plate, (middle_x, middle_y), ((area[2] - area[0]) * 0.7, (area[3] - area[1]) * 1.1), 40)
    canvas.text(item, "title", inset(area, 4, 1), face="sans-bold", ink=ink, lines=2, largest=46)


def _game(size: Extent, rng: np.random.Generator) -> Image.Image:
    """A game in blocks: a night sky, things that fall, ground, and a player."""
    wide, high = 40, 30
    picture = gradient((wide, high), (8, 10, 26), (24, 20, 58))
    pen = ImageDraw.Draw(picture)
    for _ in range(14):
        picture.putpixel((int(rng.integers(wide)), int(rng.integers(10, high))), (200, 204, 230))
    hue = [NAMED[name] for name in ("red", "orange", "yellow", "green", "pink")]
    for row in range(3):
        for column in range(6):
            if rng.random() < 0.75:
                x, y, fill = 4 + 6 * column, 11 + 5 * row, hue[(row + column) % len(hue)]
                pen.rectangle((x, y, x + 3, y + 1), fill=fill)
                pen.point(((x, y + 2), (x + 3, y + 2)), fill=fill)
    player = int(rng.integers(6, wide - 8))
    pen.rectangle((player, high - 3, player + 5, high - 2), fill=(120, 230, 190))
    pen.point((player + 2, high - 4), fill=(120, 230, 190))
    return picture.resize(size, Image.Resampling.NEAREST)


def _controls(canvas: Canvas, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    fill_shape(plate, area, _DESK, gradient(extent(area), (58, 60, 68), (28, 28, 34)))
    radius = 0.17 * (area[3] - area[1])
    stick_x, stick_y = part(area, (0.24, 0.55, 1, 1))[:2]
    fill_box(plate, (stick_x - 2, stick_y - 2.6 * radius, stick_x + 2, stick_y), (150, 152, 158))
    fill_disc(plate, around(stick_x, stick_y - 3 * radius, radius), NAMED["red"])
    for button in range(6):
        x, y = part(area, (0.50 + 0.14 * (button % 3), 0.42 + 0.32 * (button // 3), 1, 1))[:2]
        hue = tint(list(NAMED.values())[button % 5], 0.1)
        fill_disc(plate, around(x, y, radius), tint(hue, -0.5))
        fill_disc(plate, (x - radius, y - radius * 1.2, x + radius, y + radius * 0.6), hue)
