"""DocDesk-v0: papers on a desk, photographed askew, whose totals have to be worked out."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.tasks import Policy, TaskKey, Taskset
from agentic_gym_envs.docdesk.audits import printed_amount
from agentic_gym_envs.docdesk.cases import Recipe, is_fair
from agentic_gym_envs.docdesk.levels import LEVELS, Level
from agentic_gym_envs.docdesk.naming import Names
from agentic_gym_envs.docdesk.oracle import oracle
from agentic_gym_envs.docdesk.pairs import PAIRS
from agentic_gym_envs.docdesk.papers import Desk
from agentic_gym_envs.docdesk.recipes import SINGLE
from agentic_gym_envs.docdesk.sheets import Paper
from agentic_gym_envs.docdesk.task import DocDeskTask

_MOST_CANDIDATES = 100
_CANDIDATES = 4
"""The random stream of a task's candidates."""


class DocDesk(Taskset):
    """Receipts, menus, timetables, invoices and bills on a desk, as photographed.

    Small print has to be found and read, and what a tear or a blot of ink hides has to be computed.
    """

    id: ClassVar[str] = "DocDesk-v0"
    difficulties: Mapping[int, str] = {number: level.summary for number, level in LEVELS.items()}
    default_difficulty: int = 1
    max_turns: int = 24

    def make(self, key: TaskKey) -> DocDeskTask:
        """The task of this key: the first candidate that has every certificate."""
        level = LEVELS[key.difficulty]
        rng = np.random.default_rng(key.seed)
        recipes = PAIRS if rng.random() < level.pairs else SINGLE
        recipe = recipes[int(rng.integers(len(recipes)))]
        for candidate in range(_MOST_CANDIDATES):
            rng = np.random.default_rng((key.seed, _CANDIDATES, candidate))
            desk = Desk(Names(key.split, rng), rng, int(rng.integers(level.rows[0], level.rows[1] + 1)))
            case = recipe(desk)
            if is_fair(case, rng):
                template = recipe.__name__.replace("_", " ")
                return DocDeskTask(key, level, case, _bystanders(level, case.papers, desk), template)
        raise ContractError(f"no candidate of {key} is a fair question, out of {_MOST_CANDIDATES}")

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits: each but the oracle has to fail."""
        return {"oracle": oracle, "printed-amount": printed_amount, **super().policies()}


def _bystanders(level: Level, taken: tuple[Paper, ...], desk: Desk) -> list[Paper]:
    """Papers of other tasks' kinds that fill the desk, each with a head of its own."""
    count = int(desk.rng.integers(level.papers[0], level.papers[1] + 1)) - len(taken)
    order: list[Recipe] = [SINGLE[int(place)] for place in desk.rng.permutation(len(SINGLE))]
    return [recipe(desk).papers[0] for recipe in order[: max(0, count)]]
