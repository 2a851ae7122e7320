"""How an oracle reads many texts of one thing: as a whole, and part by part where that is too small."""

import math
from collections.abc import Iterator, Sequence

from agentic_gym_envs.oracles.looking import (
    LEGIBLE_PX,
    Course,
    Eyes,
    OracleStuckError,
    is_legible,
)
from agentic_gym_envs.oracles.reading import Look
from agentic_gym_envs.scenes import Box

_MARGIN = (0.02, 0.12)
"""How much farther than the thing the first look reaches, in shares of its size, on each side."""
_OVERLAP = 0.15
"""How far parts reach into each other, in shares of a part's size."""


def study(eyes: Eyes, what: str, area: Box, texts: Sequence[tuple[Box, float]]) -> Course[list[Look]]:
    """Looks that make every text legible: none if the picture as shown does, else the thing, else its parts.

    Args:
        eyes: look at the picture.
        what: the thing, in a sentence: "the receipt".
        area: where it is.
        texts: each with its box and its font size in pixels of the original.

    Raises:
        OracleStuckError: a text stays illegible.
    """
    looks = [eyes.glance()]
    if _all_legible(texts, looks):
        return looks
    thought = eyes.say(f"I crop {what} to read it.", f"Let me look closely at {what}.", f"First, {what}.")
    looks.append((yield from eyes.crop(eyes.around(area, _MARGIN), thought)))
    if _all_legible(texts, looks):
        return looks
    smallest = min(px for _, px in texts)
    for part in _parts(area, eyes.shown * smallest / LEGIBLE_PX, eyes.size):
        if not any(_meets(part, box) for box, _ in texts):
            continue
        thought = eyes.say("Still too small; part by part.", "The next part of it.", "A closer look at this.")
        looks.append((yield from eyes.crop(part, thought)))
        if _all_legible(texts, looks):
            return looks
    raise OracleStuckError(f"{what} cannot be read")


def _all_legible(texts: Sequence[tuple[Box, float]], looks: Sequence[Look]) -> bool:
    return all(any(is_legible(box, px, look) for look in looks) for box, px in texts)


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _parts(area: Box, side: float, size: tuple[int, int]) -> Iterator[Box]:
    """Overlapping parts of the area, in reading order, none longer than `side`."""
    left, top, right, bottom = area
    step = side * (1 - _OVERLAP)
    across, down = math.ceil((right - left) / step), math.ceil((bottom - top) / step)
    for row in range(down):
        for column in range(across):
            x, y = left + column * step - 0.05 * side, top + row * step - 0.05 * side
            right_edge, low_edge = min(x + side, size[0]), min(y + side, size[1])
            yield max(0, round(x)), max(0, round(y)), round(right_edge), round(low_edge)
