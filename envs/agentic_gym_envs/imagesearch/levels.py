"""The levels: how many pictures, how large, how small the print, how far from recognition the answer is."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agentic_gym_envs.scenes import Size

ANSWERED_SHARE = 0.30
"""Share of the questions, at every level, that the picture itself answers."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for.

    Attributes:
        summary: a sentence for the user.
        size: of the photo, in pixels.
        cards: fewest and most pictures in it.
        clue_px: font size of the notes under them, in pixels of a photo 3840 wide.
        hops: fewest and most relations from what is recognised to what is asked about.
        compares: share of the questions that compare two of the pictures.
        pages: size of the world.
    """

    summary: str
    size: Size
    cards: tuple[int, int]
    clue_px: float
    hops: tuple[int, int]
    compares: float
    pages: int


LEVELS: Mapping[int, Level] = MappingProxyType(
    {
        0: Level(
            "1080p with 4 to 6 pictures; the answer is one page away",
            (1920, 1080),
            (4, 6),
            28,
            (0, 0),
            0.0,
            1_400,
        ),
        1: Level(
            "1080p with 6 to 9 pictures; one or two pages", (1920, 1080), (6, 9), 24, (0, 1), 0.0, 1_400
        ),
        2: Level(
            "4K with 9 to 14 pictures; two pages, three in ten compare",
            (3840, 2160),
            (9, 14),
            20,
            (1, 1),
            0.3,
            3_400,
        ),
        3: Level(
            "4K with 14 to 20 pictures; two or three pages, half compare",
            (3840, 2160),
            (14, 20),
            16,
            (1, 2),
            0.5,
            3_400,
        ),
        4: Level(
            "4K with 20 to 28 pictures; three pages, half compare",
            (3840, 2160),
            (20, 28),
            14,
            (2, 2),
            0.5,
            6_800,
        ),
    }
)
