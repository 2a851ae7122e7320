"""Surfaces: noise, wood, cloth, plaster, gradients. Each is an RGB picture made from a generator.

Textures are computed coarsely and enlarged: a surface behind things is out of focus anyway, and a
full-size field of random numbers costs more than the rest of a scene.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from agentic_gym_envs.scenes.palette import Rgb

Extent = tuple[int, int]
"""Width and height in plate pixels."""
Texture = Callable[[Extent, Rgb, np.random.Generator], Image.Image]

_COARSE = 2
_STEPS = 190.0
"""Steps of a relief in one share of brightness: 8 bits reach from about -0.67 to 0.67."""


def noise(extent: Extent, grain: tuple[float, float], rng: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise of about -1 to 1, shape (height, width), with blobs of the given width and height."""
    width, height = extent
    columns, rows = max(2, round(width / grain[0])), max(2, round(height / grain[1]))
    values = rng.uniform(-1.0, 1.0, (rows, columns)).astype(np.float32)
    return np.asarray(Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC))


def coloured(colour: Rgb, relief: NDArray[np.float32], extent: Extent) -> Image.Image:
    """A surface of one colour and of the extent, lightened and darkened by a coarse relief.

    The relief is in shares of the colour's brightness, of any shape, and is enlarged to the extent.
    """
    steps = np.clip(128 + _STEPS * relief, 0, 255).astype(np.uint8)
    # Enlarged while it is one channel, and coloured by table: a third of the work.
    field = Image.fromarray(steps).resize(extent, Image.Resampling.BILINEAR)
    shares = 1.0 + (np.arange(256) - 128) / _STEPS
    tables = [np.clip(channel * shares, 0, 255).astype(int).tolist() for channel in colour]
    return Image.merge("RGB", [field.point(table) for table in tables])


def _coarse(extent: Extent) -> Extent:
    return max(2, extent[0] // _COARSE), max(2, extent[1] // _COARSE)


def plaster(extent: Extent, colour: Rgb, rng: np.random.Generator) -> Image.Image:
    """A painted wall: broad unevenness and a fine roughness."""
    size = _coarse(extent)
    relief = 0.05 * noise(size, (240, 180), rng) + 0.02 * noise(size, (12, 10), rng)
    return coloured(colour, relief + 0.02 * noise(size, (2, 2), rng), extent)


def cloth(extent: Extent, colour: Rgb, rng: np.random.Generator) -> Image.Image:
    """Felt or canvas: a dense nap with soft blotches."""
    size = _coarse(extent)
    return coloured(colour, 0.08 * noise(size, (300, 300), rng) + 0.07 * noise(size, (1.2, 1.2), rng), extent)


def wood(extent: Extent, colour: Rgb, rng: np.random.Generator) -> Image.Image:
    """A board with a grain that runs along the width."""
    return coloured(colour, _grain(_coarse(extent), rng), extent)


def planks(extent: Extent, colour: Rgb, rng: np.random.Generator, *, plank: int = 120) -> Image.Image:
    """A wall or floor of boards, `plank` high: each a wood of its own shade, with dark seams."""
    relief = _grain(_coarse(extent), rng)
    tall = plank // _COARSE
    for top in range(0, relief.shape[0], tall):
        relief[top : top + tall] += rng.uniform(-0.14, 0.08)
        relief[top : top + 2] -= 0.4
    return coloured(colour, relief, extent)


def _grain(size: Extent, rng: np.random.Generator) -> NDArray[np.float32]:
    streaks = 0.10 * noise(size, (260, 9), rng) + 0.09 * noise(size, (140, 2.2), rng)
    figure: NDArray[np.float32] = 0.05 * np.sin(14.0 * noise(size, (420, 60), rng))
    return streaks + figure


def bricks(extent: Extent, colour: Rgb, rng: np.random.Generator) -> Image.Image:
    """A wall of painted bricks."""
    width, height = size = _coarse(extent)
    tall, wide = 19, 58
    rows, columns = np.arange(height), np.arange(width)
    course = rows // tall
    shifted = columns[None, :] + (course[:, None] % 2) * (wide // 2)
    shade = rng.uniform(-0.09, 0.09, (height // tall + 1, width // wide + 2)).astype(np.float32)
    relief = shade[course[:, None], shifted // wide] + 0.04 * noise(size, (3, 3), rng)
    seam = (rows % tall < 2)[:, None] | (shifted % wide < 2)
    return coloured(colour, np.where(seam, np.float32(-0.22), relief), extent)


def gradient(extent: Extent, top: Rgb, bottom: Rgb) -> Image.Image:
    """From one colour at the top to another at the bottom."""
    share = np.linspace(0.0, 1.0, max(2, extent[1]), dtype=np.float32)[:, None]
    ends = np.asarray(top, np.float32), np.asarray(bottom, np.float32)
    column = ends[0] * (1 - share) + ends[1] * share
    strip = Image.fromarray(column.astype(np.uint8)[:, None, :])
    return strip.resize(extent, Image.Resampling.NEAREST)
