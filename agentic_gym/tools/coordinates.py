"""Where on a picture an agent points: three conventions, and what each comes to in pixels of the original."""

import math
from typing import Literal, TypeAlias

from agentic_gym.errors import ToolMistake, unknown_name
from agentic_gym.tools.images import StoredImage

Coordinates: TypeAlias = Literal["norm1000", "shown", "original"]
"""`norm1000`: 0 to 1000 on both axes. `shown` and `original`: pixels of that copy of the picture."""

Box: TypeAlias = tuple[float, float, float, float]
"""x1, y1, x2, y2: left, top, right and bottom edge, in some convention."""

PixelBox: TypeAlias = tuple[int, int, int, int]
"""left, top, right, bottom in pixels of the original; right and bottom are not part of it any more."""

Point: TypeAlias = tuple[float, float]

_MEANING: dict[Coordinates, str] = {
    "norm1000": "Coordinates run from 0 to 1000, from left to right and from top to bottom of that image.",
    "shown": "Coordinates are pixels of that image at the size at which it is shown.",
    "original": "Coordinates are pixels of that image at its original size.",
}
# A box that was worked out in floats must not gain a pixel by its rounding error.
_ROUNDING = 1e-6


def check_coordinates(name: str) -> Coordinates:
    """The convention of this name.

    Raises:
        ConfigurationError: there is none.
    """
    for coordinates in _MEANING:
        if coordinates == name:
            return coordinates
    raise unknown_name("coordinates", name, _MEANING)


def meaning(coordinates: Coordinates) -> str:
    """The convention in a sentence, for a tool's description."""
    return _MEANING[coordinates]


def box_to_original(box: Box, image: StoredImage, coordinates: Coordinates) -> PixelBox:
    """The pixels that a box covers, also in part, clipped to the picture.

    Raises:
        ToolMistake: the corners are in the wrong order, or nothing of the box is on the picture.
    """
    x1, y1, x2, y2 = box
    width, height = extent(image, coordinates)
    if x1 >= x2 or y1 >= y2:
        raise ToolMistake(
            f"bbox_2d {_written(*box)} is empty: it must be [x1, y1, x2, y2] with x1 < x2 and y1 < y2, "
            "the left, top, right and bottom edge (not a width and a height)."
        )
    if x2 <= 0 or y2 <= 0 or x1 >= width or y1 >= height:
        raise _outside(f"bbox_2d {_written(*box)}", image, coordinates)
    original_height, original_width = image.original.shape[:2]
    left, right = _span(x1, x2, width, original_width)
    top, bottom = _span(y1, y2, height, original_height)
    return left, top, right, bottom


def _span(start: float, end: float, length: int, original_length: int) -> tuple[int, int]:
    """The pixels from `start` to `end` on one axis: at least one, and all of them on the picture."""
    factor = original_length / length
    first = math.floor(max(start, 0.0) * factor + _ROUNDING)
    last = math.ceil(min(end, length) * factor - _ROUNDING)
    first = min(first, original_length - 1)
    return first, max(first + 1, last)


def box_from_original(box: PixelBox, image: StoredImage, coordinates: Coordinates) -> Box:
    """The box in a convention; `box_to_original` gives the same pixels back."""
    x1, y1 = point_from_original((box[0], box[1]), image, coordinates)
    x2, y2 = point_from_original((box[2], box[3]), image, coordinates)
    return x1, y1, x2, y2


def point_to_original(point: Point, image: StoredImage, coordinates: Coordinates) -> Point:
    """The point in pixels of the original.

    Raises:
        ToolMistake: it is not on the picture.
    """
    x, y = point
    width, height = extent(image, coordinates)
    if not (0 <= x <= width and 0 <= y <= height):
        raise _outside(f"The point {_written(x, y)}", image, coordinates)
    original_height, original_width = image.original.shape[:2]
    return x * original_width / width, y * original_height / height


def point_from_original(point: Point, image: StoredImage, coordinates: Coordinates) -> Point:
    """The point in a convention."""
    width, height = extent(image, coordinates)
    original_height, original_width = image.original.shape[:2]
    return point[0] * width / original_width, point[1] * height / original_height


def extent(image: StoredImage, coordinates: Coordinates) -> tuple[int, int]:
    """The largest x and the largest y of a picture."""
    if coordinates == "norm1000":
        return 1000, 1000
    pixels = image.shown if coordinates == "shown" else image.original
    return pixels.shape[1], pixels.shape[0]


def _outside(what: str, image: StoredImage, coordinates: Coordinates) -> ToolMistake:
    width, height = extent(image, coordinates)
    return ToolMistake(
        f"{what} lies outside {image.name}, whose x runs from 0 to {width} and y from 0 to {height}. "
        f"{meaning(coordinates)}"
    )


def _written(*numbers: float) -> str:
    return f"[{', '.join(f'{number:g}' for number in numbers)}]"
