"""The levels: how large, how small, how many steps, and which abilities in what shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from agentic_gym_envs.questions.programs import Ability
from agentic_gym_envs.scenes import Size

Flags: TypeAlias = frozenset[Ability]

P, S, R = frozenset({Ability.PERCEPTION}), frozenset({Ability.SEARCH}), frozenset({Ability.REASONING})
"""The three abilities alone; `P | S` is a question that needs the first two."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for.

    Attributes:
        summary: a sentence for the user.
        mix: the share of each combination of abilities, in hundredths.
        size: of the picture, in pixels.
        clue_px: font size of what is small, in pixels of a picture 3840 wide.
        items: fewest and most things in the scene (a template may hold fewer).
        pages: size of the world.
        hops: fewest and most relations to follow, where there is something to look up.
        operations: how many things are computed at least, where something is.
        pictures: how many there are at most; a question that compares may point into each of two.
        is_tangled: whether pages disagree, facts stand in pictures only, and questions ask for earlier
            seasons and patches.
    """

    summary: str
    mix: Mapping[Flags, int]
    size: Size
    clue_px: float
    items: tuple[int, int]
    pages: int
    hops: tuple[int, int]
    operations: int = 1
    pictures: int = 1
    is_tangled: bool = False

    def draw_flags(self, rng: np.random.Generator) -> Flags:
        """One combination, by its share."""
        ticket = int(rng.integers(sum(self.mix.values())))
        for flags, share in self.mix.items():
            ticket -= share
            if ticket < 0:
                return flags
        raise AssertionError("a ticket is below the sum of the shares")


LEVELS: Mapping[int, Level] = MappingProxyType(
    {
        0: Level(
            summary="1080p; one ability or a simple pair, nothing to hop to "
            "(P 24%, S 24%, R 16%, PS 16%, PR 10%, SR 10%)",
            mix={P: 24, S: 24, R: 16, P | S: 16, P | R: 10, S | R: 10},
            size=(1920, 1080),
            clue_px=20,
            items=(10, 14),
            pages=1_400,
            hops=(0, 0),
        ),
        1: Level(
            summary="1440p with smaller clues; mostly pairs, up to one hop "
            "(PS 38%, SR 22%, PR 14%, PSR 16%, S 10%)",
            mix={P | S: 38, S | R: 22, P | R: 14, P | S | R: 16, S: 10},
            size=(2560, 1440),
            clue_px=14,
            items=(12, 18),
            pages=1_400,
            hops=(0, 1),
        ),
        2: Level(
            summary="4K with clues that need a close look; mostly all three abilities, one hop, "
            "one operation (PSR 70%, PS 14%, SR 10%, PR 6%)",
            mix={P | S | R: 70, P | S: 14, S | R: 10, P | R: 6},
            size=(3840, 2160),
            clue_px=12,
            items=(16, 24),
            pages=3_400,
            hops=(1, 1),
        ),
        3: Level(
            summary="4K, dozens of things, two hops, earlier seasons, pages that disagree and facts that "
            "stand in pictures only (PSR 76%, PS 10%, SR 8%, PR 6%)",
            mix={P | S | R: 76, P | S: 10, S | R: 8, P | R: 6},
            size=(3840, 2160),
            clue_px=12,
            items=(30, 60),
            pages=14_000,
            hops=(2, 2),
            is_tangled=True,
        ),
        4: Level(
            summary="4K, up to two pictures, three hops, two operations (PSR 84%, PS 8%, SR 8%)",
            mix={P | S | R: 84, P | S: 8, S | R: 8},
            size=(3840, 2160),
            clue_px=10,
            items=(50, 100),
            pages=34_000,
            hops=(3, 3),
            operations=2,
            pictures=2,
            is_tangled=True,
        ),
        5: Level(
            summary="8K, up to two pictures of up to 400 things, four hops, two operations "
            "(PSR 88%, PS 6%, SR 6%)",
            mix={P | S | R: 88, P | S: 6, S | R: 6},
            size=(7680, 4320),
            clue_px=9,
            items=(120, 400),
            pages=68_000,
            hops=(4, 4),
            operations=2,
            pictures=2,
            is_tangled=True,
        ),
    }
)
