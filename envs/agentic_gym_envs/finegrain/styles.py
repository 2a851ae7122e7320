"""The kinds of crowd: a car park seen from above, and trays of numbered tokens."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym_envs.finegrain.crowds import Look, Style
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH
from agentic_gym_envs.scenes.drawing import fill_box, shadow
from agentic_gym_envs.scenes.grid import Area, inset
from agentic_gym_envs.scenes.palette import NAMED, WHITE, Rgb, tint
from agentic_gym_envs.scenes.textures import Extent, cloth, plaster, wood

_FINE = 3
"""Sprites are painted so many times larger and reduced, so that their edges are smooth."""
_GLASS: Rgb = (38, 48, 58)
_COLOURS = {name: NAMED[name] for name in ("red", "yellow", "green", "blue", "purple", "orange", "white")}
_TRAY_WOODS = ((150, 108, 68), (118, 82, 52), (172, 134, 92))
_FELTS = ((44, 50, 58), (52, 62, 54), (66, 50, 48))


def _sheet(size: Extent) -> tuple[Image.Image, ImageDraw.ImageDraw, float, float]:
    sheet = Image.new("RGBA", (size[0] * _FINE, size[1] * _FINE))
    return sheet, ImageDraw.Draw(sheet), float(sheet.width), float(sheet.height)


@lru_cache(maxsize=128)
def _vehicle(look: Look, size: Extent) -> Image.Image:
    """A car or a van from above; its nose points up or down."""
    sheet, pen, wide, tall = _sheet(size)
    colour = _COLOURS[look.colour]

    def box(left: float, top: float, right: float, bottom: float, radius: float, fill: Rgb) -> None:
        area = (left * wide, top * tall, right * wide, bottom * tall)
        pen.rounded_rectangle(area, radius * wide, fill=fill)

    for side in (0.03, 0.83):
        box(side, 0.27, side + 0.14, 0.31, 0.03, tint(colour, -0.5))
    if look.kind == "car":
        box(0.1, 0.02, 0.9, 0.98, 0.24, tint(colour, -0.35))
        box(0.13, 0.03, 0.87, 0.97, 0.22, colour)
        box(0.2, 0.06, 0.8, 0.24, 0.16, tint(colour, 0.12))
        box(0.17, 0.26, 0.83, 0.86, 0.13, _GLASS)
        box(0.21, 0.38, 0.79, 0.76, 0.09, tint(colour, 0.06))
    else:
        box(0.08, 0.0, 0.92, 1.0, 0.1, tint(colour, -0.35))
        box(0.11, 0.01, 0.89, 0.99, 0.09, colour)
        box(0.16, 0.1, 0.84, 0.2, 0.06, _GLASS)
        box(0.15, 0.23, 0.85, 0.97, 0.05, tint(colour, 0.1))
        for rib in (0.3, 0.72, 0.81, 0.9):
            box(0.2, rib, 0.8, rib + 0.012, 0.0, tint(colour, -0.18))
    for side in (0.16, 0.7):
        box(side, 0.03, side + 0.14, 0.055, 0.03, (250, 246, 214))
    turned = sheet if look.pose == "up" else sheet.transpose(Image.Transpose.ROTATE_180)
    return turned.reduce(_FINE)


@lru_cache(maxsize=128)
def _token(look: Look, size: Extent) -> Image.Image:
    """A flat token, with or without a white ring."""
    sheet, pen, wide, _ = _sheet(size)
    colour = _COLOURS[look.colour]
    middle, layers = wide / 2, [(0.5, tint(colour, -0.45)), (0.47, colour)]
    if look.pose == "ringed":
        # On a white token the ring is told by its dark edges.
        layers += [(0.42, tint(colour, -0.5)), (0.405, WHITE), (0.335, tint(colour, -0.5))]
    layers += [(0.32, tint(colour, 0.08))]
    for reach, fill in layers:
        _token_shape(pen, look.kind, middle, reach * wide, fill)
    return sheet.reduce(_FINE)


def _token_shape(pen: ImageDraw.ImageDraw, kind: str, middle: float, reach: float, fill: Rgb) -> None:
    if kind == "round":
        pen.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), fill=fill)
        return
    side = 0.9 * reach
    if kind == "square":
        box = (middle - side, middle - side, middle + side, middle + side)
        pen.rounded_rectangle(box, 0.16 * reach, fill=fill)
        return
    turns = [math.pi / 3 * corner for corner in range(6)]
    corners = [(middle + reach * math.cos(turn), middle + reach * math.sin(turn)) for turn in turns]
    pen.polygon(corners, fill=fill)


def _car_park(sections: Sequence[Area], rng: np.random.Generator) -> Image.Image:
    """Asphalt with a painted frame around each place."""
    plate = plaster((PLATE_WIDTH, PLATE_HEIGHT), (92, 94, 98), rng)
    pen = ImageDraw.Draw(plate)
    for section in sections:
        pen.rectangle(inset(section, 7), outline=(196, 198, 196), width=3)
    return plate


def _trays(sections: Sequence[Area], rng: np.random.Generator) -> Image.Image:
    """A wooden frame with a tray of felt for each place."""
    wooden = _TRAY_WOODS[int(rng.integers(len(_TRAY_WOODS)))]
    plate = wood((PLATE_WIDTH, PLATE_HEIGHT), wooden, rng)
    felt = cloth((PLATE_WIDTH, PLATE_HEIGHT), _FELTS[int(rng.integers(len(_FELTS)))], rng)
    for section in sections:
        area = inset(section, 9)
        left, top, right, bottom = (round(edge) for edge in area)
        plate.paste(felt.crop((left, top, right, bottom)), (left, top))
        shadow(plate, (left, top - 6, right, top + 3), blur=8, opacity=0.6, shift=(0, 4))
        fill_box(plate, (left, bottom - 3, right, bottom), tint(wooden, 0.35))
    return plate


CAR_PARK = Style(
    name="car-park",
    situation="a car park seen from above",
    thing="vehicle",
    place="block",
    printed="on its roof",
    colours=_COLOURS,
    kinds={"car": ("car", "cars"), "van": ("van", "vans")},
    poses={
        "up": "whose front points to the top of the picture",
        "down": "whose front points to the bottom of the picture",
    },
    aspect=0.5,
    cell=0.42,
    paint_thing=_vehicle,
    paint_ground=_car_park,
)
TOKENS = Style(
    name="tokens",
    situation="a set of trays with numbered tokens",
    thing="token",
    place="tray",
    printed="on it",
    colours=_COLOURS,
    kinds={kind: (f"{kind} token", f"{kind} tokens") for kind in ("round", "square", "six-sided")},
    poses={"ringed": "with a white ring", "plain": "without a ring"},
    aspect=1.0,
    cell=1.0,
    paint_thing=_token,
    paint_ground=_trays,
)
STYLES = (CAR_PARK, TOKENS)
