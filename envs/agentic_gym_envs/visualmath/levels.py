"""The levels: how large the page, how many figures on it, how small their labels, how many are needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agentic_gym_envs.scenes import Size


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for.

    Attributes:
        summary: a sentence for the user.
        size: of the page, in pixels.
        panels: how many columns and rows of figures there are.
        label_px: font size of labels, in pixels of the original.
        pairs: the share of questions that combine two figures.
    """

    summary: str
    size: Size
    panels: tuple[int, int]
    label_px: float
    pairs: float


LEVELS: Mapping[int, Level] = MappingProxyType(
    {
        0: Level("one figure with large labels", (1280, 960), (1, 1), 36, 0.0),
        1: Level("one figure with labels that can just be read as shown", (1600, 1200), (1, 1), 26, 0.0),
        2: Level(
            "a page of four figures, labels too small for the picture as shown", (2560, 1440), (2, 2), 19, 0.0
        ),
        3: Level("4K; six figures; half of the questions combine two of them", (3840, 2160), (3, 2), 21, 0.5),
        4: Level("8K; twelve figures; every question combines two of them", (7680, 4320), (4, 3), 30, 1.0),
    }
)
