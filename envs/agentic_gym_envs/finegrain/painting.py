"""Painting a crowd: the ground on a plate, things and numbers at the picture's own size."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from agentic_gym_envs.finegrain.crowds import HEADER, Crowd, Look, Section, Thing, number_box
from agentic_gym_envs.scenes.canvas import PLATE_WIDTH
from agentic_gym_envs.scenes.fonts import font
from agentic_gym_envs.scenes.light import Light
from agentic_gym_envs.scenes.palette import BLACK, INK, PAPER
from agentic_gym_envs.scenes.textures import Extent

_LETTER = 0.62
"""Height of a place's letter, as a share of the strip that carries it."""
_SHADE = 110
"""Darkness of a shadow, of 255."""


def paint(crowd: Crowd, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The picture, uint8 of shape (height, width, 3)."""
    scale = crowd.size[0] / PLATE_WIDTH
    areas = [tuple(edge / scale for edge in section.box) for section in crowd.sections]
    plate = Light(rng).apply(crowd.style.paint_ground(areas, rng))
    picture = plate.resize(crowd.size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for section in crowd.sections:
        _letter(pen, section)
    for thing in crowd.things:
        left, top, right, bottom = thing.box
        size = right - left, bottom - top
        sprite = crowd.style.paint_thing(thing.look, size)
        shade, reach = _shadow(crowd.style.paint_thing, thing.look, size)
        picture.paste(BLACK, (left - reach, top - reach), shade)
        picture.paste(sprite, (left, top), sprite)
        _number(pen, thing, crowd.number_px)
    return np.asarray(picture)


def _letter(pen: ImageDraw.ImageDraw, section: Section) -> None:
    left, top, right, bottom = section.box
    strip = HEADER * (bottom - top)
    letters = font("sans-bold", round(_LETTER * strip / 0.73))
    middle = top + 0.018 * (right - left) + strip / 2
    pen.text(((left + right) / 2, middle), section.letter, font=letters, fill=PAPER, anchor="mm")


@lru_cache(maxsize=256)
def _shadow(
    paint_thing: Callable[[Look, Extent], Image.Image], look: Look, size: Extent
) -> tuple[Image.Image, int]:
    """The shade of a thing as a mask, and how far it reaches over the thing's own box on the left."""
    reach = max(2, size[0] // 8)
    shade = Image.new("L", (size[0] + 3 * reach, size[1] + 3 * reach))
    alpha = paint_thing(look, size).getchannel("A").point(lambda value: value * _SHADE // 255)
    shade.paste(alpha, (reach + reach // 2, reach + reach // 2))
    return shade.filter(ImageFilter.GaussianBlur(reach / 3)), reach


def _number(pen: ImageDraw.ImageDraw, thing: Thing, px: float) -> None:
    """A number on a label of its own, so that it stands out from any colour."""
    box = number_box(thing, px)
    pen.rounded_rectangle(box, 0.2 * px, fill=PAPER)
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    pen.text(middle, str(thing.number), font=font("sans-bold", px), fill=INK, anchor="mm")
