"""Chart-v0: charts whose values are not printed, so that they have to be measured, and then computed with."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.tasks import Policy, TaskKey, Taskset
from agentic_gym_envs.chart.audits import guess
from agentic_gym_envs.chart.drafts import draw_panel
from agentic_gym_envs.chart.layout import frame_of
from agentic_gym_envs.chart.levels import LEVELS, Kind, Level, Operation
from agentic_gym_envs.chart.oracle import oracle
from agentic_gym_envs.chart.panels import Panel
from agentic_gym_envs.chart.questions import ask, draw_count
from agentic_gym_envs.chart.task import ChartTask

_MOST_DRAFTS = 300
_COUNT = 1
"""The random stream of what a task counts, beside that of its drafts."""
_OVER_TIME = (Operation.CHANGE, Operation.SLOPE)


class Chart(Taskset):
    """Measuring in charts and computing, as ChartQA (arXiv 2203.10244) and CharXiv (arXiv 2406.18521) ask.

    No value is printed: an answer needs the height of a bar, the ticks of its axis, and arithmetic. Scores
    are those of these synthetic charts, not of the benchmarks.
    """

    id: ClassVar[str] = "Chart-v0"
    difficulties: Mapping[int, str] = {number: level.summary for number, level in LEVELS.items()}
    default_difficulty: int = 2

    def make(self, key: TaskKey) -> ChartTask:
        """The task of this key: the first draft about which a fair question can be asked.

        Raises:
            ContractError: there is none among many, which is a defect of the level.
        """
        level = LEVELS[key.difficulty]
        rng = np.random.default_rng(key.seed)
        kind = level.kinds[int(rng.integers(len(level.kinds)))]
        group = list(self.splits).index(key.split)
        count = draw_count(np.random.default_rng((key.seed, _COUNT)))
        for _ in range(_MOST_DRAFTS):
            panels, place = _draw_panels(level, kind, group, rng)
            operation = _draw_operation(level, kind, rng)
            question = ask(operation, panels[place], place, level.tolerance_px, rng, count=count)
            if question is not None:
                return ChartTask(key, level, panels, question)
        raise ContractError(f"none of {_MOST_DRAFTS} charts makes a fair question for {key}")

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits: each but the oracle has to fail."""
        return {"oracle": oracle, "guess": guess, **super().policies()}


def _draw_panels(
    level: Level, kind: Kind, group: int, rng: np.random.Generator
) -> tuple[tuple[Panel, ...], int]:
    """The charts of a picture, one of the given kind, and its place."""
    place = int(rng.integers(level.panels))
    kinds = [level.kinds[int(rng.integers(len(level.kinds)))] for _ in range(level.panels)]
    kinds[place] = kind
    panels = tuple(
        draw_panel(level, each, frame_of(level, each, number), group, rng)
        for number, each in enumerate(kinds)
    )
    return panels, place


def _draw_operation(level: Level, kind: Kind, rng: np.random.Generator) -> Operation:
    """One of the level's that this kind of chart allows."""
    if kind is Kind.SCATTER:
        return Operation.COUNT
    barred = {Operation.COUNT} if kind in (Kind.LINE, Kind.AREA) else {Operation.COUNT, *_OVER_TIME}
    allowed = [operation for operation in level.operations if operation not in barred]
    return allowed[int(rng.integers(len(allowed)))]
