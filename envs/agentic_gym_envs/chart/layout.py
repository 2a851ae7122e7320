"""Where the charts of a picture stand."""

from agentic_gym_envs.chart.levels import Kind, Level
from agentic_gym_envs.chart.painting import unit_of
from agentic_gym_envs.scenes import Box

_LEFT, _TOP, _RIGHT, _BOTTOM = 92, 132, 40, 72
"""Room around a plotting area, in units of a 1280th of the picture's width."""
_RIGHT_OF_HEAT = 150
"""The same where a colour bar and its labels stand at the right."""


def frame_of(level: Level, kind: Kind, panel: int) -> Box:
    """The plotting area of a level's chart, counted from the left."""
    unit, (width, height) = unit_of(level.size), level.size
    wide = width / level.panels
    right = _RIGHT_OF_HEAT if kind is Kind.HEAT else _RIGHT
    return (
        round(panel * wide + _LEFT * unit),
        round(_TOP * unit),
        round((panel + 1) * wide - right * unit),
        round(height - _BOTTOM * unit),
    )
