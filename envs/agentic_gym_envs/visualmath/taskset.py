"""VisualMath-v0: figures that alone hold the numbers."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.tasks import Policy, TaskKey, Taskset
from agentic_gym_envs.visualmath.audits import labelled_number
from agentic_gym_envs.visualmath.combining import COMBINATIONS, PLACES
from agentic_gym_envs.visualmath.families import FAMILIES
from agentic_gym_envs.visualmath.levels import LEVELS
from agentic_gym_envs.visualmath.oracle import oracle
from agentic_gym_envs.visualmath.pages import STYLES
from agentic_gym_envs.visualmath.problems import Dice, Family, Problem, agree, is_clear, solved
from agentic_gym_envs.visualmath.task import Asked, VisualMathTask, combined

_MOST_CANDIDATES = 100
_LEAST = 0.5
"""Combined results below leave too few different answers."""
_PAGE, _PROBLEM, _ASKED = 1, 2, 3
"""Random streams: which figures are on a page, what each holds, what is asked."""


class VisualMath(Taskset):
    """Geometry, graphs, clocks, scales, networks and solids as figures; the question holds no number.

    Every problem is solved in two ways that agree, and drawn to scale unless it says otherwise.
    """

    id: ClassVar[str] = "VisualMath-v0"
    difficulties: Mapping[int, str] = {number: level.summary for number, level in LEVELS.items()}
    default_difficulty: int = 1

    def make(self, key: TaskKey) -> VisualMathTask:
        """The task of this key."""
        level = LEVELS[key.difficulty]
        rng = np.random.default_rng((key.seed, _PAGE))
        count = level.panels[0] * level.panels[1]
        families = [FAMILIES[int(place)] for place in rng.permutation(len(FAMILIES))[:count]]
        is_pair = bool(rng.random() < level.pairs)
        style = STYLES[int(rng.integers(len(STYLES)))]
        numbers = tuple(int(place) for place in rng.permutation(count)[: 2 if is_pair else 1])
        for attempt in range(_MOST_CANDIDATES):
            problems = [_problem(key, number, attempt, family) for number, family in enumerate(families)]
            asked = _asked(key, problems, numbers) if is_pair else Asked(numbers)
            if asked is not None:
                template = f"two figures: {asked.combination}" if is_pair else _name(families[numbers[0]])
                return VisualMathTask(key, level, problems, asked, style, template)
        raise ContractError(f"{key}: no two results that round clearly, out of {_MOST_CANDIDATES}")

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits: each but the oracle has to fail."""
        return {"oracle": oracle, "labelled-number": labelled_number, **super().policies()}


def _name(family: Family) -> str:
    return family.__name__.replace("_", " ")


def _problem(key: TaskKey, number: int, attempt: int, family: Family) -> Problem:
    """The first fair problem of a family for a place on the page."""
    for candidate in range(_MOST_CANDIDATES):
        problem = family(Dice(np.random.default_rng((key.seed, _PROBLEM, number, attempt, candidate))))
        if solved(problem):
            return problem
    raise ContractError(f"{key}: no fair problem of {_name(family)} in {_MOST_CANDIDATES}")


def _asked(key: TaskKey, problems: list[Problem], numbers: tuple[int, ...]) -> Asked | None:
    """A combination of two results that is rounded in one way only; none where each is near a tie."""
    chosen = [problems[number] for number in numbers]
    values, checks = [problem.solution for problem in chosen], [problem.check() for problem in chosen]
    rng = np.random.default_rng((key.seed, _ASKED))
    for place in rng.permutation(len(COMBINATIONS)):
        name, (_, wordings) = list(COMBINATIONS.items())[int(place)]
        asked = Asked(numbers, name, wordings[int(rng.integers(len(wordings)))])
        value = combined(values, asked)
        if value >= _LEAST and is_clear(value, PLACES) and agree(value, combined(checks, asked)):
            return asked
    return None
