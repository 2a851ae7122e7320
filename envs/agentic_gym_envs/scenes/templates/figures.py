"""A wall of collectible figures, each in a clear bubble on a coloured card."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import (
    Outline,
    extent,
    fill_box,
    fill_disc,
    fill_shape,
    middle_square,
    mirrored,
    rounded,
    shade,
    shadow,
)
from agentic_gym_envs.scenes.grid import Area, around, grid, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, Rgb, block_colours, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import gradient

_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "black")
_BOARDS: tuple[Rgb, ...] = ((206, 196, 176), (150, 152, 156), (92, 80, 70), (222, 222, 224))
_NAME = (0.04, 0.085, 0.96, 0.265)
_BUBBLE = (0.15, 0.285, 0.85, 0.845)
_CODE = (0.16, 0.875, 0.84, 0.965)
_PEG = 32
_CAPE = rounded(mirrored((0.36, 0.0), (0.22, 0.2), (0.0, 1.0)), rounds=1)
_TORSO = mirrored((0.12, 0.0), (0.0, 0.16), (0.18, 1.0))
_LEG = ((0.1, 0.0), (0.95, 0.0), (0.85, 1.0), (0.0, 1.0))
_ARM = ((0.35, 0.0), (1.0, 0.1), (0.75, 1.0), (0.1, 0.95))
_POINT = ((0.5, 0.0), (1.0, 0.12), (1.0, 1.0), (0.0, 1.0), (0.0, 0.12))


class Figures(Template):
    """Figures on cards of eight colours; the name at the top, the figure's number at the foot."""

    name = "figures"
    domain: Domain = "games"
    situation = "a wall of collectible figures"
    fields = field_table(
        FieldSpec("name", "the name at the top of the card", max_chars=24),
        FieldSpec("code", "the number at the foot of the card", max_chars=10),
    )
    capacity = (4, 32)
    densest = 160

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the peg board, then the cards that hang on it."""
        canvas.plate.paste(_peg_board(canvas.pick(_BOARDS)), (0, 0))
        frame = (20, 8, PLATE_WIDTH - 20, PLATE_HEIGHT - 8)
        for item, cell in zip(items, grid(len(items), frame, aspect=0.78), strict=True):
            colour = canvas.pick(_COLOURS)
            left, top, right, bottom = cell.area
            gap = 0.03 * (bottom - top)
            area = proportioned((left + gap, top + gap, right - gap, bottom - gap), 0.70)
            _card(canvas, item, area, NAMED[colour])
            canvas.anchor(item, f"the figure on the {colour} card, {position(cell)}", area)


def _peg_board(colour: Rgb) -> Image.Image:
    """A board with a round hole every `_PEG` pixels."""
    tile = Image.new("RGB", (_PEG, _PEG), colour)
    fill_disc(tile, around(_PEG / 2, _PEG / 2 - 1, 4), tint(colour, -0.35))
    fill_disc(tile, around(_PEG / 2, _PEG / 2, 3.2), tint(colour, -0.72))
    rows, columns = -(-PLATE_HEIGHT // _PEG), -(-PLATE_WIDTH // _PEG)
    return Image.fromarray(np.tile(np.asarray(tile), (rows, columns, 1)))


def _card(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    wide = area[2] - area[0]
    shadow(plate, area, blur=9, opacity=0.55, shift=(5, 8))
    card = gradient(extent(area), tint(colour, 0.12), tint(colour, -0.16))
    fill_box(plate, area, card, radius=0.05 * wide)
    peg = part(area, (0.5, 0.042, 1, 1))
    fill_disc(plate, around(peg[0], peg[1], 0.036 * wide), (40, 38, 36))
    fill_disc(plate, around(peg[0], peg[1] + 0.01 * wide, 0.022 * wide), (206, 208, 212))
    ground, ink = block_colours(colour)
    fill_box(plate, part(area, _NAME), ground, radius=0.02 * wide)
    canvas.text(item, "name", part(area, _NAME), face="sans-bold", ink=ink, lines=2, largest=40)
    bubble = part(area, _BUBBLE)
    fill_box(
        plate,
        bubble,
        gradient(extent(bubble), mix(colour, (255, 255, 255), 0.72), mix(colour, (236, 240, 244), 0.45)),
        radius=0.09 * wide,
    )
    if item.emblem is None:
        _figure(canvas, bubble, colour)
    canvas.emblem(item, middle_square(area, 0.565, fraction=0.5))
    gloss = part(bubble, (0.06, 0.04, 0.12, 0.90))
    fill_box(plate, gloss, (255, 255, 255), radius=0.02 * wide)
    canvas.label(item, "code", part(area, _CODE), largest=26)


def _figure(canvas: Canvas, bubble: Area, card: Rgb) -> None:
    """A hero on a round base: boots, coat, arms, a head, perhaps a cape, and something in the hand."""
    plate, rng = canvas.plate, canvas.rng
    area = proportioned(part(bubble, (0.06, 0.05, 0.94, 0.97)), 0.62, stand=True)
    coat = NAMED[canvas.pick([name for name in _COLOURS if NAMED[name] != card])]
    metal, dark = (188, 192, 200), tint(coat, -0.55)
    skin = mix((236, 196, 164), (104, 66, 44), float(rng.choice([0.0, 0.3, 0.6, 1.0])))
    fill_disc(plate, part(area, (0.08, 0.90, 0.92, 1.0)), (44, 44, 48))
    fill_disc(plate, part(area, (0.12, 0.895, 0.88, 0.97)), (84, 86, 92))
    if rng.random() < 0.5:
        fill_shape(plate, part(area, (0.10, 0.22, 0.90, 0.88)), _CAPE, tint(coat, -0.3))
    for side, mirror in (((0.27, 0.60, 0.48, 0.94), False), ((0.52, 0.60, 0.73, 0.94), True)):
        fill_shape(plate, part(area, side), _flipped(_LEG, mirror), dark)
    for side, mirror in (((0.08, 0.27, 0.30, 0.60), False), ((0.70, 0.27, 0.92, 0.60), True)):
        fill_shape(plate, part(area, side), _flipped(_ARM, mirror), tint(coat, -0.2))
    torso = part(area, (0.24, 0.25, 0.76, 0.66))
    fill_shape(plate, torso, _TORSO, coat)
    shade(plate, torso, "round", _TORSO)
    fill_box(plate, part(area, (0.30, 0.57, 0.70, 0.61)), tint(coat, -0.7))
    fill_disc(plate, part(area, (0.36, 0.06, 0.64, 0.27)), skin)
    hair = canvas.pick(((40, 30, 26), (150, 110, 60), (190, 190, 194), coat))
    fill_shape(
        plate,
        part(area, (0.33, 0.03, 0.67, 0.15)),
        rounded(((0.1, 1), (0, 0.5), (0.5, 0), (1, 0.5), (0.9, 1), (0.5, 0.7))),
        hair,
    )
    if rng.random() < 0.6:
        fill_shape(plate, part(area, (0.05, 0.10, 0.10, 0.62)), _POINT, metal)
        fill_box(plate, part(area, (0.0, 0.52, 0.16, 0.55)), (120, 88, 50))
    else:
        fill_disc(plate, part(area, (0.66, 0.38, 1.0, 0.66)), metal)
        fill_disc(plate, part(area, (0.72, 0.43, 0.94, 0.61)), coat)


def _flipped(outline: Outline, mirror: bool) -> Outline:
    return tuple((1 - x, y) for x, y in outline) if mirror else outline
