"""Breaking a text into lines that fit a box, and measuring it."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agentic_gym_envs.scenes.base import Box
from agentic_gym_envs.scenes.fonts import Font, face_for, font
from agentic_gym_envs.scenes.grid import Area

Align = Literal["left", "centre", "right"]

LEADING = 1.2
"""Distance of base lines, in font sizes."""
_CAP_HEIGHT = 0.72
_MARGIN = 0.97
"""Share of the box that is filled at most."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A text in lines, placed: `lines` holds x, base line y and words, in original pixels."""

    face: Font
    px: float
    lines: tuple[tuple[int, int, str], ...]
    box: Box


def fit(
    text: str, face: str, area: Area, *, smallest: float, largest: float, most_lines: int
) -> tuple[float, int]:
    """The largest font size from `smallest` to `largest` at which the text fits, and how many lines it takes.

    A size of 0 says that it does not fit at all. Between equal sizes the fewer lines win.
    """
    width, height = _MARGIN * (area[2] - area[0]), _MARGIN * (area[3] - area[1])
    face = face_for(text, face)
    largest = max(smallest, math.floor(largest))
    best = (0.0, 1)
    for count in range(1, min(most_lines, text.count(" ") + 1) + 1):
        tall = 1 + LEADING * (count - 1)
        size = min(largest, height / tall)
        if size < smallest:
            break
        size = max(smallest, math.floor(size))
        # Hinted letters end on whole pixels, so widths do not grow in step with sizes: shrink and measure.
        while size >= smallest and (wide := _width(text, count, font(face, size))) > width:
            size = _smaller(size, size * width / wide, smallest)
        if size >= smallest and size > best[0]:
            best = (size, count)
        if best[0] == largest:
            break
    return best


def _smaller(size: float, wanted: float, smallest: float) -> float:
    """The next size to try, 0 if there is none: whole, so that few sizes of a face are loaded."""
    if size <= smallest:
        return 0.0
    return max(smallest, min(math.floor(wanted), math.ceil(size) - 1))


def _width(text: str, lines: int, measure: Font) -> float:
    return max(map(measure.getlength, _wrap(text, lines, measure)))


def typeset(text: str, face: str, area: Area, *, px: float, lines: int, align: Align) -> Setting:
    """Put a text into an area, vertically centred, in balanced lines on whole pixels."""
    loaded = font(face_for(text, face), px)
    first = (area[1] + area[3] + px * _CAP_HEIGHT - (lines - 1) * LEADING * px) / 2
    placed, boxes = [], []
    for number, line in enumerate(_wrap(text, lines, loaded)):
        left, top, right, bottom = loaded.getbbox(line, anchor="ls")
        slack = (area[2] - area[0]) - (right - left)
        x = round(area[0] + slack * {"left": 0.0, "centre": 0.5, "right": 1.0}[align] - left)
        y = round(first + number * LEADING * px)
        placed.append((x, y, line))
        boxes.append((x + left, y + top, x + right, y + bottom))
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    box = int(min(lefts)), int(min(tops)), int(max(rights)) + 1, int(max(bottoms)) + 1
    return Setting(loaded, px, tuple(placed), box)


def _wrap(text: str, lines: int, measure: Font) -> list[str]:
    """The text in exactly so many lines, the longest as short as can be."""
    return min(_partitions(text.split(" "), lines), key=lambda parts: max(map(measure.getlength, parts)))


def _partitions(words: list[str], lines: int) -> Iterator[list[str]]:
    for cuts in itertools.combinations(range(1, len(words)), lines - 1):
        edges = (0, *cuts, len(words))
        yield [" ".join(words[a:b]) for a, b in itertools.pairwise(edges)]
