"""The levels: how large a picture, how small and how many the things in it, and what is asked."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agentic_gym_envs.scenes import Size


class Asked(enum.StrEnum):
    """What a question asks for."""

    READ = "read"
    """A code on a thing of a scene."""
    FIRST = "first"
    """The one of two codes that comes first in alphabetical order."""
    COLOUR = "colour"
    """The colour of a numbered thing of a crowd."""
    IDENTIFY = "identify"
    """The number of the only thing of a description."""
    SIDE = "side"
    """Whether a numbered thing is to the left or to the right of another."""
    SUM = "sum"
    """The sum of the numbers of the few things of a description."""
    COUNT = "count"
    """How many things of a description there are in the picture."""
    DIFFERENCE = "difference"
    """How far apart the numbers of two things are, each the only one of its description in its place."""
    MOST = "most"
    """The place that holds most things of a description."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for.

    Attributes:
        summary: a sentence for the user.
        mix: the share of each kind of question, in hundredths.
        size: of the picture, in pixels.
        clue_px: font size of codes and numbers, in pixels of a picture 3840 wide.
        items: fewest and most things of a scene, as far as its template has room.
        sections: columns and rows of the places that a crowd is divided into.
        slots: how many things of a crowd a place has room for.
        counted: fewest and most things that a question of the kind `COUNT` is about.
    """

    summary: str
    mix: Mapping[Asked, int]
    size: Size
    clue_px: float
    items: tuple[int, int]
    sections: tuple[int, int] = (2, 2)
    slots: int = 15
    counted: tuple[int, int] = (0, 0)


LEVELS: Mapping[int, Level] = MappingProxyType(
    {
        0: Level(
            summary="1080p; one code on one thing that the question points at",
            mix={Asked.READ: 100},
            size=(1920, 1080),
            clue_px=28,
            items=(8, 12),
        ),
        1: Level(
            summary="1080p with smaller print; read a code, or a colour and a number among 60 things",
            mix={Asked.READ: 40, Asked.COLOUR: 25, Asked.IDENTIFY: 35},
            size=(1920, 1080),
            clue_px=20,
            items=(14, 20),
        ),
        2: Level(
            summary="4K; read, compare two codes, attribute and relative position among 140 things",
            mix={Asked.READ: 20, Asked.FIRST: 20, Asked.COLOUR: 15, Asked.IDENTIFY: 30, Asked.SIDE: 15},
            size=(3840, 2160),
            clue_px=16,
            items=(16, 24),
            sections=(3, 2),
            slots=24,
        ),
        3: Level(
            summary="4K with print of 12 px; relations, sums, counts and two places among 240 things",
            mix={
                Asked.FIRST: 20,
                Asked.IDENTIFY: 15,
                Asked.SIDE: 10,
                Asked.SUM: 20,
                Asked.COUNT: 15,
                Asked.DIFFERENCE: 20,
            },
            size=(3840, 2160),
            clue_px=12,
            items=(20, 32),
            sections=(3, 2),
            slots=40,
            counted=(20, 139),
        ),
        4: Level(
            summary="8K; counting among nearly 600 things, sums, and comparing two or all places",
            mix={Asked.FIRST: 15, Asked.SUM: 20, Asked.COUNT: 25, Asked.DIFFERENCE: 25, Asked.MOST: 15},
            size=(7680, 4320),
            clue_px=10,
            items=(20, 40),
            sections=(4, 3),
            slots=48,
            counted=(30, 249),
        ),
    }
)
