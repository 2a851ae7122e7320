"""The levels: how large the photo, how small the print, how many papers, how they lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agentic_gym_envs.scenes import Size


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for.

    Attributes:
        summary: a sentence for the user.
        size: of the photo, in pixels.
        print_px: font size of a paper's rows, in pixels of the original; a little less where perspective or a
            full desk takes it.
        rows: fewest and most rows of a paper.
        papers: fewest and most on the desk.
        turn: by how many degrees a paper is turned at most, either way.
        tilt: by what share the far edge of the desk is shorter than the near one, at most.
        pairs: the share of questions about two papers.
    """

    summary: str
    size: Size
    print_px: float
    rows: tuple[int, int]
    papers: tuple[int, int]
    turn: float
    tilt: float
    pairs: float


LEVELS: Mapping[int, Level] = MappingProxyType(
    {
        0: Level(
            "one paper, straight, large print: it can be read without a crop",
            size=(1200, 1600),
            print_px=34,
            rows=(5, 6),
            papers=(1, 1),
            turn=1.0,
            tilt=0.0,
            pairs=0.0,
        ),
        1: Level(
            "one or two papers, askew, print too small for the picture as shown",
            size=(2400, 1800),
            print_px=20,
            rows=(8, 11),
            papers=(1, 2),
            turn=9.0,
            tilt=0.06,
            pairs=0.0,
        ),
        2: Level(
            "4K; three or four papers, small print; every fourth question is about two of them",
            size=(3840, 2160),
            print_px=22,
            rows=(10, 14),
            papers=(3, 4),
            turn=16.0,
            tilt=0.10,
            pairs=0.25,
        ),
        3: Level(
            "4K; five or six papers, smaller print, turned further; half of the questions are about two",
            size=(3840, 2160),
            print_px=18,
            rows=(12, 18),
            papers=(5, 6),
            turn=35.0,
            tilt=0.12,
            pairs=0.5,
        ),
        4: Level(
            "8K; eight to ten papers, some upside down; three of four questions are about two of them",
            size=(7680, 4320),
            print_px=30,
            rows=(14, 22),
            papers=(8, 10),
            turn=180.0,
            tilt=0.14,
            pairs=0.75,
        ),
    }
)
