"""Shapes, shadows and shading, drawn on the plate. Everything is in plate pixels.

Masks are drawn enlarged and reduced, so their edges are smooth, and kept: a shelf of forty packages
has few different shapes.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from agentic_gym_envs.scenes.grid import Area, around
from agentic_gym_envs.scenes.palette import BLACK, WHITE, Rgb
from agentic_gym_envs.scenes.textures import Extent

Outline = tuple[tuple[float, float], ...]
"""Corners of a shape, as fractions of its width and height."""

_FINE = 3
_LAMP: Rgb = (255, 244, 222)
_EMBLEM_SIDE = 92.0
"""In plate pixels; a little over `base.MIN_EMBLEM_SHOWN_PX`."""


def whole(area: Area) -> tuple[int, int, int, int]:
    """An area on whole pixels."""
    left, top, right, bottom = (round(edge) for edge in area)
    return left, top, right, bottom


def extent(area: Area) -> Extent:
    """Width and height of an area on whole pixels, at least 1."""
    left, top, right, bottom = whole(area)
    return max(1, right - left), max(1, bottom - top)


def middle_square(area: Area, height: float, *, fraction: float) -> Area:
    """Where an emblem goes: a square around the middle line, `height` down the area as a fraction.

    Its side is a fraction of the area's shorter side, but never less than what is visible at shown size.
    """
    side = max(_EMBLEM_SIDE, fraction * min(area[2] - area[0], area[3] - area[1]))
    x, y = (area[0] + area[2]) / 2, area[1] + height * (area[3] - area[1])
    return around(x, y, side / 2)


def mirrored(*left_side: tuple[float, float]) -> Outline:
    """The symmetrical outline of which this is the left side, from top to bottom.

    >>> mirrored((0.25, 0), (0, 1))
    ((0.25, 0), (0, 1), (1, 1), (0.75, 0))
    """
    return (*left_side, *((1 - x, y) for x, y in reversed(left_side)))


def rounded(outline: Sequence[tuple[float, float]], *, rounds: int = 2) -> Outline:
    """The outline with its corners cut `rounds` times (Chaikin's corner cutting)."""
    points = [(float(x), float(y)) for x, y in outline]
    for _ in range(rounds):
        cut: list[tuple[float, float]] = []
        for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
            cut += [(0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1)]
            cut += [(0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]
        points = cut
    return tuple(points)


@lru_cache(maxsize=256)
def shape_mask(outline: Outline, size: Extent) -> Image.Image:
    """A filled polygon as a smooth mask of the size."""
    fine = Image.new("L", (size[0] * _FINE, size[1] * _FINE))
    points = [(x * fine.width, y * fine.height) for x, y in outline]
    ImageDraw.Draw(fine).polygon(points, fill=255)
    return fine.reduce(_FINE)


@lru_cache(maxsize=256)
def box_mask(size: Extent, radius: float) -> Image.Image:
    """A box with round corners as a smooth mask of the size."""
    fine = Image.new("L", (size[0] * _FINE, size[1] * _FINE))
    ImageDraw.Draw(fine).rounded_rectangle((0, 0, fine.width - 1, fine.height - 1), radius * _FINE, fill=255)
    return fine.reduce(_FINE)


@lru_cache(maxsize=64)
def disc_mask(size: Extent) -> Image.Image:
    """An ellipse that fills the size, as a smooth mask."""
    fine = Image.new("L", (size[0] * _FINE, size[1] * _FINE))
    ImageDraw.Draw(fine).ellipse((0, 0, fine.width - 1, fine.height - 1), fill=255)
    return fine.reduce(_FINE)


@lru_cache(maxsize=256)
def _soft_mask(size: Extent, blur: int, opacity: int) -> Image.Image:
    # Blurred at a quarter of the size: a shadow has no detail, and a blur costs by the pixel.
    small = Image.new("L", ((size[0] + 4 * blur) // 4 + 1, (size[1] + 4 * blur) // 4 + 1))
    edge = blur // 2
    ImageDraw.Draw(small).rectangle((edge, edge, edge + size[0] // 4, edge + size[1] // 4), fill=opacity)
    soft = small.filter(ImageFilter.GaussianBlur(blur / 4))
    return soft.resize((size[0] + 4 * blur, size[1] + 4 * blur), Image.Resampling.BILINEAR)


def shadow(
    plate: Image.Image,
    area: Area,
    *,
    blur: int = 10,
    opacity: float = 0.5,
    shift: tuple[float, float] = (4, 8),
) -> None:
    """The soft shadow that a box throws on what is behind it; `shift` is right and down."""
    mask = _soft_mask(extent(area), blur, round(255 * opacity))
    _fill(plate, (round(area[0] + shift[0]) - 2 * blur, round(area[1] + shift[1]) - 2 * blur), mask, BLACK)


def shadow_shape(
    plate: Image.Image,
    area: Area,
    outline: Outline,
    *,
    blur: int = 10,
    opacity: float = 0.5,
    shift: tuple[float, float] = (4, 8),
) -> None:
    """The soft shadow of a polygon; see `shadow` and `fill_shape`."""
    mask = _soft_shape(outline, extent(area), blur, round(255 * opacity))
    _fill(plate, (round(area[0] + shift[0]) - 2 * blur, round(area[1] + shift[1]) - 2 * blur), mask, BLACK)


@lru_cache(maxsize=64)
def _soft_shape(outline: Outline, size: Extent, blur: int, opacity: int) -> Image.Image:
    hard = Image.new("L", (size[0] + 4 * blur, size[1] + 4 * blur))
    hard.paste(opacity, (2 * blur, 2 * blur), shape_mask(outline, size))
    return (
        hard.reduce(4).filter(ImageFilter.GaussianBlur(blur / 4)).resize(hard.size, Image.Resampling.BILINEAR)
    )


def glow(plate: Image.Image, centre: tuple[float, float], reach: tuple[float, float], strength: int) -> None:
    """The light of a lamp on a wall: an ellipse brightened by up to `strength` of 255."""
    size = round(2 * reach[0]), round(2 * reach[1])
    _fill(plate, (round(centre[0] - reach[0]), round(centre[1] - reach[1])), _halo(size, strength), _LAMP)


@lru_cache(maxsize=16)
def _halo(size: Extent, strength: int) -> Image.Image:
    across, down = np.linspace(-1, 1, 64)[None, :], np.linspace(-1, 1, 64)[:, None]
    fall = np.clip(1 - np.hypot(across, down), 0, 1) ** 1.5
    return Image.fromarray((strength * fall).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)


def fill_shape(plate: Image.Image, area: Area, outline: Outline, colour: Rgb | Image.Image) -> None:
    """Fill a polygon, given in fractions of the area, with a colour or with a picture of the area's size."""
    left, top, _, _ = whole(area)
    mask = shape_mask(outline, extent(area))
    _fill(plate, (left, top), mask, colour)


def fill_box(plate: Image.Image, area: Area, colour: Rgb | Image.Image, *, radius: float = 0) -> None:
    """Fill a box, with round corners if asked."""
    left, top, _, _ = whole(area)
    size = extent(area)
    if radius > 0:
        _fill(plate, (left, top), box_mask(size, radius), colour)
    else:
        plate.paste(colour, (left, top, left + size[0], top + size[1]))


def fill_disc(plate: Image.Image, area: Area, colour: Rgb | Image.Image) -> None:
    """Fill the ellipse inside an area."""
    left, top, _, _ = whole(area)
    _fill(plate, (left, top), disc_mask(extent(area)), colour)


def _fill(plate: Image.Image, corner: tuple[int, int], mask: Image.Image, colour: Rgb | Image.Image) -> None:
    # Pillow blends a picture through a mask more than twice as fast as it blends a colour.
    surface = colour if isinstance(colour, Image.Image) else Image.new("RGB", mask.size, colour)
    plate.paste(surface, corner, mask)


def shade(plate: Image.Image, area: Area, kind: str, outline: Outline) -> None:
    """Light a shape from the left: "round" (a can), "flat" (a box) or "folded" (cloth, a bag)."""
    left, top, _, _ = whole(area)
    size = extent(area)
    dark, light = _shading(size, kind, outline)
    _fill(plate, (left, top), dark, BLACK)
    _fill(plate, (left, top), light, WHITE)


@lru_cache(maxsize=256)
def _shading(size: Extent, kind: str, outline: Outline) -> tuple[Image.Image, Image.Image]:
    across = np.linspace(-1.0, 1.0, size[0])
    if kind == "round":
        dark, light = 150 * np.abs(across) ** 2.6, 110 * np.exp(-(((across + 0.35) / 0.16) ** 2))
    elif kind == "flat":
        dark, light = 46 * np.clip(across, 0, 1), 30 * np.clip(-across, 0, 1)
    else:
        folds = np.sin(across * 7.0 + 0.8) * 0.5 + np.sin(across * 15.0) * 0.3
        dark, light = 46 * np.clip(folds, 0, 1) + 50 * np.abs(across) ** 3, 34 * np.clip(-folds, 0, 1)
    inside = np.asarray(shape_mask(outline, size)) / 255.0
    return _mask(dark * inside), _mask(light * inside)


def _mask(values: NDArray[np.floating]) -> Image.Image:
    return Image.fromarray(values.astype(np.uint8))


def greek(
    pen: ImageDraw.ImageDraw, area: Area, colour: Rgb, rng: np.random.Generator, *, line: int = 6
) -> None:
    """Fine print as grey lines: text-like, and never mistaken for a text."""
    left, top, right, bottom = area
    y = top
    while y + line / 2 <= bottom:
        end = left + (right - left) * rng.uniform(0.7, 1.0)
        pen.rectangle((left, y, end, y + line * 0.35), fill=colour)
        y += line
