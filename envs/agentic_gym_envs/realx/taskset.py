"""RealX-v0: questions that need perception, search and reasoning, over five domains of a synthetic world."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.tasks import Ceiling, Policy, TaskKey, Taskset
from agentic_gym_envs.oracles.audits import question_search
from agentic_gym_envs.questions.evidence import RejectedError
from agentic_gym_envs.questions.programs import Ability, ValueTerm, hops, operations
from agentic_gym_envs.realx.casting import Casting
from agentic_gym_envs.realx.casts import Cast, draw_cast
from agentic_gym_envs.realx.certificates import certify, needed
from agentic_gym_envs.realx.levels import LEVELS, Flags, Level
from agentic_gym_envs.realx.oracle import oracle, scan
from agentic_gym_envs.realx.recipes import Draft, draw_casting, draw_draft
from agentic_gym_envs.realx.task import RealXTask, worded, wording_rng
from agentic_gym_envs.world.library import TASKS_PER_WORLD, Library, get_library
from agentic_gym_envs.world.values import Value
from agentic_gym_envs.world.world import World

_MOST_CANDIDATES = 3000
"""Most cost nothing: their draw leads nowhere."""
_TRIES = 60
"""Candidates until another scene is tried: from some, there is no way as long as a level asks for."""
_CANDIDATES = 3
"""The random stream of a task's candidates."""


class RealX(Taskset):
    """RealX-Bench's three abilities (DeepEyesV2, arXiv 2511.05271) in a world of its own, offline.

    A picture of a made-up situation, a question that points at a thing in it, and a made-up web. What a
    question needs (`perception`, `search`, `reasoning`) is in its task's tags, and proved when it is made.
    Scores are those of this synthetic world, not of RealX-Bench.
    """

    id: ClassVar[str] = "RealX-v0"
    difficulties: Mapping[int, str] = {number: level.summary for number, level in LEVELS.items()}
    default_difficulty: int = 1
    max_turns: int = 96
    max_tool_calls: int = 96
    ceilings: ClassVar[Mapping[str, Ceiling]] = {
        "scan": Ceiling(1.0, "it plays the program too: it only does not know where to look"),
    }

    def make(self, key: TaskKey) -> RealXTask:
        """The task of this key: the first candidate that has every certificate."""
        level = LEVELS[key.difficulty]
        position = key.index - self.splits[key.split].start
        library = get_library(key.split, position // TASKS_PER_WORLD, level.pages, level.is_tangled)
        rng = np.random.default_rng(key.seed)
        flags = level.draw_flags(rng)
        for candidate in range(_MOST_CANDIDATES):
            if candidate % _TRIES == 0:
                casting = draw_casting(flags, rng)
            own = np.random.default_rng((key.seed, _CANDIDATES, candidate))
            task = _candidate(key, level, flags, casting, library, own)
            if task is not None:
                return task
        raise ContractError(f"no candidate of {key} is a fair question, out of {_MOST_CANDIDATES}")

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, one that scans, and the audits: these have to fail."""
        return {"oracle": oracle, "scan": scan, "question-search": question_search, **super().policies()}


def _candidate(
    key: TaskKey, level: Level, flags: Flags, casting: Casting, library: Library, rng: np.random.Generator
) -> RealXTask | None:
    """A task that needs exactly these abilities, or `None` where the draw does not make a fair one."""
    draft = draw_draft(casting, level, flags, rng)
    if draft is None or not _is_of(level, draft.program, flags):
        return None
    casts = _draw_casts(draft, level, library.world, rng)
    if casts is None or needed(draft.program, casts) != flags:
        return None

    def word(answer: Value) -> str:
        unnamed = ["an item"] * sum(len(cast.pointed) for cast in casts)
        return worded(draft.program, casts, unnamed, answer, wording_rng(key), library)

    try:
        answer = certify(draft.program, casts, library, word)
    except RejectedError:
        return None
    return RealXTask(key, level, draft.program, casts, library, answer)


def _is_of(level: Level, program: ValueTerm, flags: Flags) -> bool:
    """Whether a program takes as many steps as its level asks for."""
    is_deep = Ability.SEARCH not in flags or hops(program) >= level.hops[0]
    is_computed = not {Ability.SEARCH, Ability.REASONING} <= flags or operations(program) >= level.operations
    return is_deep and is_computed


def _draw_casts(
    draft: Draft, level: Level, world: World, rng: np.random.Generator
) -> tuple[Cast, ...] | None:
    """A cast for each picture, or `None` where the world has too few such entities for one."""
    casts = []
    for stage in draft.stages:
        count = int(rng.integers(level.items[0], level.items[1] + 1))
        cast = draw_cast(stage.casting, stage.staging, world, rng, count, level.clue_px)
        if cast is None:
            return None
        casts.append(cast)
    return tuple(casts)
