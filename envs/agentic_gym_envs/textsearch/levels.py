"""The levels: how a question names whom it starts from, how far that leads, and what is computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Naming: TypeAlias = Literal["name", "code", "relation", "row", "extreme"]
"""How a question names whom it starts from: by name, by code, by whom it is related to (`the film whose
director is …`), by a figure in its row of a list page, or as the highest or lowest in one."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for.

    Attributes:
        summary: a sentence for the user.
        namings: the share of each naming, in hundredths.
        coded_owner: whether others whom a question names are named by their codes, where they have one.
        hops: fewest and most relations to follow.
        computes: the share of questions that compute something in the end.
        paired_hops: most relations to follow from each of two, where a question compares them.
        pages: size of the world.
        regular: whether questions are worded in few ways and start from fewer kinds.
    """

    summary: str
    namings: Mapping[Naming, int]
    coded_owner: bool
    hops: tuple[int, int]
    computes: float
    paired_hops: int
    pages: int
    regular: bool = False


LEVELS: Mapping[int, Level] = MappingProxyType(
    {
        0: Level(
            summary="1,400 pages; one hop from a name, nothing to compute, worded in few ways",
            namings={"name": 100},
            coded_owner=False,
            hops=(1, 1),
            computes=0.0,
            paired_hops=0,
            pages=1_400,
            regular=True,
        ),
        1: Level(
            summary="1,400 pages; one or two hops from a name or a code, half with one operation",
            namings={"name": 40, "code": 60},
            coded_owner=False,
            hops=(1, 2),
            computes=0.5,
            paired_hops=3,
            pages=1_400,
        ),
        2: Level(
            summary="3,400 pages; two hops from a code, a relation or a row of a list; most compute",
            namings={"code": 40, "relation": 30, "row": 30},
            coded_owner=False,
            hops=(2, 2),
            computes=0.8,
            paired_hops=3,
            pages=3_400,
        ),
        3: Level(
            summary="6,800 pages; two or three hops from a relation, a row of a list, or the highest or "
            "lowest in one, and one or two operations",
            namings={"relation": 30, "row": 30, "extreme": 40},
            coded_owner=False,
            hops=(2, 3),
            computes=1.0,
            paired_hops=3,
            pages=6_800,
        ),
        4: Level(
            summary="14,000 pages; three or four hops from a relation to somebody, or the highest or lowest "
            "in a list about somebody, who is named by a code, and one or two operations",
            namings={"relation": 50, "extreme": 50},
            coded_owner=True,
            hops=(3, 4),
            computes=1.0,
            paired_hops=3,
            pages=14_000,
        ),
    }
)
