"""The levels: which charts, how large, what is computed, and how exactly one has to measure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agentic_gym_envs.scenes import Size


class Kind(enum.StrEnum):
    """A kind of chart."""

    BAR = "bar"
    GROUPED = "grouped bar"
    STACKED = "stacked bar"
    LINE = "line"
    AREA = "area"
    BOX = "box"
    SCATTER = "scatter"
    PIE = "pie"
    DONUT = "donut"
    HEAT = "heat map"


class Operation(enum.StrEnum):
    """What is computed from measured values."""

    VALUE = "value"
    DIFFERENCE = "difference"
    SUM = "sum"
    RATIO = "ratio"
    CHANGE = "percentage change"
    SLOPE = "mean change a step"
    LARGEST = "k-th largest"
    COUNT = "count above a threshold"


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for.

    Attributes:
        summary: a sentence for the user.
        size: of the picture, in pixels.
        kinds: of charts, each as likely as another.
        operations: each as likely as another, as far as a chart allows it.
        tolerance_px: how far a single measurement may be off, in pixels of the original.
        categories: fewest and most of a chart.
        is_log: whether axes may be logarithmic.
        panels: how many charts stand side by side.
    """

    summary: str
    size: Size
    kinds: tuple[Kind, ...]
    operations: tuple[Operation, ...]
    tolerance_px: float
    categories: tuple[int, int]
    is_log: bool = False
    panels: int = 1


_SIMPLE = (Kind.BAR, Kind.LINE)
_MORE = (*_SIMPLE, Kind.GROUPED, Kind.AREA, Kind.PIE)
_ALL = (*_MORE, Kind.STACKED, Kind.DONUT, Kind.BOX, Kind.SCATTER, Kind.HEAT)
_TWO = (Operation.DIFFERENCE, Operation.RATIO, Operation.LARGEST)
_MANY = (*_TWO, Operation.SUM, Operation.CHANGE, Operation.SLOPE, Operation.COUNT)

LEVELS: Mapping[int, Level] = MappingProxyType(
    {
        0: Level(
            summary="1280 px; one value of a bar or line chart, measured to 6 px",
            size=(1280, 800),
            kinds=_SIMPLE,
            operations=(Operation.VALUE,),
            tolerance_px=6,
            categories=(4, 6),
        ),
        1: Level(
            summary="1600 px; one or two values of bars, groups, lines, areas and pies, measured to 5 px",
            size=(1600, 1000),
            kinds=_MORE,
            operations=(Operation.VALUE, *_TWO),
            tolerance_px=5,
            categories=(5, 8),
        ),
        2: Level(
            summary="2400 px; ten kinds of charts, one or several values, measured to 5 px",
            size=(2400, 1500),
            kinds=_ALL,
            operations=(Operation.VALUE, *_MANY),
            tolerance_px=5,
            categories=(6, 9),
        ),
        3: Level(
            summary="3200 px; ten kinds, logarithmic axes too, several values, measured to 4 px",
            size=(3200, 2000),
            kinds=_ALL,
            operations=_MANY,
            tolerance_px=4,
            categories=(7, 11),
            is_log=True,
        ),
        4: Level(
            summary="3840 px; two charts side by side, logarithmic axes too, measured to 3 px",
            size=(3840, 2400),
            kinds=_ALL,
            operations=_MANY,
            tolerance_px=3,
            categories=(7, 10),
            is_log=True,
            panels=2,
        ),
    }
)
