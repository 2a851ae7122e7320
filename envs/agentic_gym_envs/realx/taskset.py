"""RealX-v0: questions that need perception, search and reasoning, over five domains of a synthetic world."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.tasks import Policy, TaskKey, Taskset
from agentic_gym_envs.questions.programs import abilities
from agentic_gym_envs.realx.audits import question_search
from agentic_gym_envs.realx.casting import Casting
from agentic_gym_envs.realx.casts import draw_cast
from agentic_gym_envs.realx.certificates import RejectedError, certify
from agentic_gym_envs.realx.levels import LEVELS, Flags, Level
from agentic_gym_envs.realx.oracle import oracle
from agentic_gym_envs.realx.recipes import draw_casting, draw_draft
from agentic_gym_envs.realx.task import RealXTask, wording_rng
from agentic_gym_envs.realx.wording import word_question
from agentic_gym_envs.world.library import TASKS_PER_WORLD, Library, get_library
from agentic_gym_envs.world.values import Value

_MOST_CANDIDATES = 400
_CANDIDATES = 3
"""The random stream of a task's candidates."""


class RealX(Taskset):
    """RealX-Bench's three abilities (DeepEyesV2, arXiv 2511.05271) in a world of its own, offline.

    A picture of a made-up situation, a question that points at a thing in it, and a made-up web. What a
    question needs (`perception`, `search`, `reasoning`) is in its task's tags, and proved when it is made.
    Scores are those of this synthetic world, not of RealX-Bench.
    """

    id: ClassVar[str] = "RealX-v0"
    difficulties: ClassVar[Mapping[int, str]] = {number: level.summary for number, level in LEVELS.items()}
    default_difficulty: ClassVar[int] = 1

    def make(self, key: TaskKey) -> RealXTask:
        """The task of this key: the first candidate that has every certificate."""
        level = LEVELS[key.difficulty]
        position = key.index - self.splits[key.split].start
        library = get_library(key.split, position // TASKS_PER_WORLD, level.pages)
        rng = np.random.default_rng(key.seed)
        flags = level.draw_flags(rng)
        casting = draw_casting(flags, rng)
        for candidate in range(_MOST_CANDIDATES):
            rng = np.random.default_rng((key.seed, _CANDIDATES, candidate))
            task = _candidate(key, level, flags, casting, library, rng)
            if task is not None:
                return task
        raise ContractError(f"no candidate of {key} is a fair question, out of {_MOST_CANDIDATES}")

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits: each but the oracle has to fail."""
        return {"oracle": oracle, "question-search": question_search, **super().policies()}


def _candidate(
    key: TaskKey, level: Level, flags: Flags, casting: Casting, library: Library, rng: np.random.Generator
) -> RealXTask | None:
    """A task that needs exactly these abilities, or `None` where the draw does not make a fair one."""
    draft = draw_draft(casting, level, flags, rng)
    if draft is None:
        return None
    count = int(rng.integers(level.items[0], level.items[1] + 1))
    cast = draw_cast(casting, draft.staging, library.world, rng, count)
    if cast is None or abilities(draft.program, cast.staging.small) != flags:
        return None

    def word(answer: Value) -> str:
        unnamed = ["an item"] * draft.staging.anchors
        return word_question(draft.program, casting, unnamed, answer, wording_rng(key))

    try:
        answer = certify(draft.program, cast, library, word)
    except RejectedError:
        return None
    return RealXTask(key, level, draft.program, cast, library, answer)
