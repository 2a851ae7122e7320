"""Tools that look at a picture more closely: each makes a new picture from the original of one."""

import math
from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import Pixels
from agentic_gym.tools.base import Tool, ToolContext, ToolOutput
from agentic_gym.tools.coordinates import (
    Box,
    Coordinates,
    PixelBox,
    Point,
    box_to_original,
    check_coordinates,
    meaning,
    point_to_original,
)
from agentic_gym.tools.function import tool
from agentic_gym.tools.images import shrink

MAX_SIDE = 8192
"""Of any picture that a tool makes, in pixels: an agent cannot allocate without end."""
MAX_ENLARGEMENT = 8.0
"""More than this shows nothing new; ×4 already makes 8-pixel type legible."""
MAX_ZOOM = 100.0

Corners: TypeAlias = tuple[Point, Point, Point, Point]
Mode: TypeAlias = Literal["contrast", "sharpen", "denoise", "grayscale", "threshold", "invert"]


def image_tools(coordinates: str = "norm1000") -> tuple[Tool, ...]:
    """The tools `crop`, `zoom`, `rotate`, `flip`, `enhance` and `straighten`.

    Args:
        coordinates: the convention of every box and point (`norm1000`, `shown` or `original`); the tools'
            descriptions state it.

    Raises:
        ConfigurationError: there is no such convention.
    """
    convention = check_coordinates(coordinates)
    return _crop(convention), _zoom(convention), rotate, flip, enhance, _straighten(convention)


def _crop(coordinates: Coordinates) -> Tool:
    @tool
    def crop(
        context: ToolContext,
        image: str,
        bbox_2d: Annotated[Box, meaning(coordinates)],
        scale: float | None = None,
    ) -> ToolOutput:
        """Cuts a part out of an image at its original resolution, to look at it closely.

        A small part is enlarged. The result is a new image with a name of its own.

        Args:
            context: of the call.
            image: The image's name, such as "image_1".
            bbox_2d: The part to cut out as [x1, y1, x2, y2]: left, top, right and bottom edge.
            scale: How many times to enlarge the part, 1 to 8. By default as much as can be shown.
        """
        source = context.images[image]
        box = box_to_original(bbox_2d, source, coordinates)
        _check_range("scale", scale if scale is not None else 1.0, 1.0, MAX_ENLARGEMENT)
        return _part(image, source.original, box, scale, context.images.longest_side)

    return crop


def _zoom(coordinates: Coordinates) -> Tool:
    @tool
    def zoom(
        context: ToolContext,
        image: str,
        point_2d: Annotated[Point, meaning(coordinates)],
        factor: float = 4.0,
    ) -> ToolOutput:
        """Zooms into an image around a point, at its original resolution.

        The result is a new image with a name of its own.

        Args:
            context: of the call.
            image: The image's name, such as "image_1".
            point_2d: The point to zoom in on as [x, y].
            factor: 1 to 100. With 4, the result shows a quarter of the width and a quarter of the height.
        """
        source = context.images[image]
        _check_range("factor", factor, 1.0, MAX_ZOOM)
        x, y = point_to_original(point_2d, source, coordinates)
        height, width = source.original.shape[:2]
        (left, right), (top, bottom) = _around(x, width, factor), _around(y, height, factor)
        return _part(image, source.original, (left, top, right, bottom), None, context.images.longest_side)

    return zoom


@tool
def rotate(context: ToolContext, image: str, degrees: float) -> ToolOutput:
    """Rotates an image; the result is a new image, large enough to hold all of it.

    Args:
        context: of the call.
        image: The image's name, such as "image_1".
        degrees: The angle, counter-clockwise. A negative angle rotates clockwise.
    """
    pixels = context.images[image].original
    return ToolOutput(
        f"{image}, rotated {degrees:g} degrees counter-clockwise.", (_rotated(pixels, degrees),)
    )


@tool
def flip(context: ToolContext, image: str, direction: Literal["horizontal", "vertical"]) -> ToolOutput:
    """Mirrors an image; the result is a new image.

    Args:
        context: of the call.
        image: The image's name, such as "image_1".
        direction: "horizontal" swaps left and right, "vertical" swaps top and bottom.
    """
    axis = 1 if direction == "horizontal" else 0
    return ToolOutput(f"{image}, flipped {direction}ly.", (np.flip(context.images[image].original, axis),))


@tool
def enhance(context: ToolContext, image: str, mode: Mode) -> ToolOutput:
    """Makes an image easier to read; the result is a new image.

    Args:
        context: of the call.
        image: The image's name, such as "image_1".
        mode: "contrast" spreads the tones from black to white, "sharpen" sharpens edges, "denoise" removes
            specks, "grayscale" drops the colours, "threshold" gives black on white under uneven light too,
            "invert" swaps light and dark.
    """
    picture = Image.fromarray(context.images[image].original)
    return ToolOutput(f"{image}, {mode}.", (np.asarray(_MODES[mode](picture).convert("RGB")),))


def _straighten(coordinates: Coordinates) -> Tool:
    @tool
    def straighten(
        context: ToolContext, image: str, corners: Annotated[Corners, meaning(coordinates)]
    ) -> ToolOutput:
        """Straightens a flat thing seen at an angle, such as a page or a sign, into an upright rectangle.

        The result is a new image with a name of its own.

        Args:
            context: of the call.
            image: The image's name, such as "image_1".
            corners: The thing's four corners, each [x, y]: top left, top right, bottom right, bottom left.
        """
        source = context.images[image]
        quad = np.array([point_to_original(corner, source, coordinates) for corner in corners])
        _check_quad(quad)
        pixels = _straightened(source.original, quad, context.images.longest_side)
        return ToolOutput(f"Part of {image}, straightened.", (pixels,))

    return straighten


def _check_range(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ToolMistake(f"{name} must be from {least:g} to {most:g}, not {value:g}.")


def _part(name: str, pixels: Pixels, box: PixelBox, scale: float | None, longest_side: int) -> ToolOutput:
    """The pixels in `box`, enlarged `scale` times, or to `longest_side` at most."""
    left, top, right, bottom = box
    factor = _enlargement(right - left, bottom - top, scale, longest_side)
    part = pixels[top:bottom, left:right]
    text = f"Crop of {name}: pixels [{left}, {top}, {right}, {bottom}] of its original"
    if factor == 1.0:
        return ToolOutput(f"{text}.", (shrink(part, MAX_SIDE),))
    size = (round((right - left) * factor), round((bottom - top) * factor))
    enlarged = Image.fromarray(part).resize(size, Image.Resampling.LANCZOS)
    return ToolOutput(f"{text}, enlarged {factor:.3g} times.", (np.asarray(enlarged),))


def _enlargement(width: float, height: float, scale: float | None, longest_side: int) -> float:
    wanted = min(MAX_ENLARGEMENT, longest_side / max(width, height)) if scale is None else scale
    return max(1.0, min(wanted, MAX_SIDE / max(width, height)))


def _around(centre: float, length: int, factor: float) -> tuple[int, int]:
    """`length / factor` pixels around `centre`, moved inwards where they would leave the picture."""
    size = max(1, round(length / factor))
    start = min(max(0, round(centre - size / 2)), length - size)
    return start, start + size


def _rotated(pixels: Pixels, degrees: float) -> Pixels:
    quarters, rest = divmod(degrees % 360.0, 90.0)
    if rest == 0.0:
        return np.rot90(pixels, int(quarters))
    height, width = pixels.shape[:2]
    angle = math.radians(degrees % 180.0)
    cos, sin = abs(math.cos(angle)), math.sin(angle)
    side = max(width * cos + height * sin, width * sin + height * cos)
    smaller = shrink(pixels, math.floor(max(height, width) * min(1.0, (MAX_SIDE - 2) / side)))
    picture = Image.fromarray(smaller)
    return np.asarray(picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True))


def _threshold(picture: Image.Image) -> Image.Image:
    """Black where a pixel is darker than its surroundings, so that a shadow does not turn black."""
    grey = picture.convert("L")
    around = grey.filter(ImageFilter.BoxBlur(max(8, max(picture.size) // 40)))
    is_dark = np.asarray(grey, dtype=np.int16) < np.asarray(around, dtype=np.int16) - 10
    return Image.fromarray(np.where(is_dark, 0, 255).astype(np.uint8))


_MODES: dict[Mode, Callable[[Image.Image], Image.Image]] = {
    "contrast": lambda picture: ImageOps.autocontrast(picture, cutoff=1),
    "sharpen": lambda picture: picture.filter(ImageFilter.UnsharpMask(radius=2, percent=150)),
    "denoise": lambda picture: picture.filter(ImageFilter.MedianFilter(3)),
    "grayscale": lambda picture: picture.convert("L"),
    "threshold": _threshold,
    "invert": ImageOps.invert,
}


def _check_quad(quad: NDArray[np.float64]) -> None:
    """Refuses corners that no upright rectangle seen from the front side could have."""
    edges = np.roll(quad, -1, axis=0) - quad
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    if turns.min() < 1.0:
        raise ToolMistake(
            "The corners do not go clockwise around a four-sided shape: give the top left, top right, "
            "bottom right and bottom left corner of the thing, in this order."
        )


def _straightened(pixels: Pixels, quad: NDArray[np.float64], longest_side: int) -> Pixels:
    lengths = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    width, height = float(lengths[[0, 2]].max()), float(lengths[[1, 3]].max())
    factor = min(_enlargement(width, height, None, longest_side), MAX_SIDE / max(width, height))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    rectangle = np.array([(0, 0), (size[0], 0), size, (0, size[1])], dtype=np.float64)
    picture = Image.fromarray(pixels).transform(
        size, Image.Transform.PERSPECTIVE, _homography(rectangle, quad), Image.Resampling.BICUBIC
    )
    return np.asarray(picture)


def _homography(source: NDArray[np.float64], target: NDArray[np.float64]) -> list[float]:
    """The eight coefficients of the projective map that takes each of four points to its target.

    (x, y) goes to ((ax + by + c) / (gx + hy + 1), (dx + ey + f) / (gx + hy + 1)).
    """
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        values += [u, v]
    solution: list[float] = np.linalg.solve(np.array(rows), np.array(values)).tolist()
    return solution
