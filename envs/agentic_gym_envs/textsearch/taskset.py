"""TextSearch-v0: questions of several hops over the pages of a synthetic world."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.tasks import Certificate, Policy, Task, TaskKey, Taskset
from agentic_gym_envs.oracles.audits import question_search
from agentic_gym_envs.questions.evidence import RejectedError
from agentic_gym_envs.questions.proofs import prove_again
from agentic_gym_envs.textsearch.certificates import certify
from agentic_gym_envs.textsearch.levels import LEVELS, Level, Naming
from agentic_gym_envs.textsearch.oracle import oracle
from agentic_gym_envs.textsearch.recipes import draw_draft, draw_plan
from agentic_gym_envs.textsearch.task import TextSearchTask, wording_rng
from agentic_gym_envs.textsearch.wording import word_question
from agentic_gym_envs.world.library import TASKS_PER_WORLD, Library, get_library
from agentic_gym_envs.world.values import Value

_MOST_CANDIDATES = 1_200
_CANDIDATES_A_PLAN = 60
"""After so many a question starts from another kind: a world may have no such list, say."""
_CANDIDATES = 3
"""The random stream of a task's candidates."""


class TextSearch(Taskset):
    """Questions that are answered by looking several things up, one after another, and then computing.

    There is no picture. A question names whom it starts from by a name, a code or a row of a list, and what
    is asked stands on a page that the question's own words do not find.
    """

    id: ClassVar[str] = "TextSearch-v0"
    difficulties: Mapping[int, str] = {number: level.summary for number, level in LEVELS.items()}
    default_difficulty: int = 1
    max_turns: int = 32

    def make(self, key: TaskKey) -> TextSearchTask:
        """The task of this key: the first candidate that has every certificate."""
        level = LEVELS[key.difficulty]
        position = key.index - self.splits[key.split].start
        library = get_library(key.split, position // TASKS_PER_WORLD, level.pages)
        plans = np.random.default_rng(key.seed)
        for candidate in range(_MOST_CANDIDATES):
            if candidate % _CANDIDATES_A_PLAN == 0:
                naming, kind = draw_plan(level, plans)
            rng = np.random.default_rng((key.seed, _CANDIDATES, candidate))
            task = _candidate(key, level, naming, kind, library, rng)
            if task is not None:
                return task
        raise ContractError(f"no candidate of {key} is a fair question, out of {_MOST_CANDIDATES}")

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits: each but the oracle has to fail."""
        return {"oracle": oracle, "question-search": question_search, **super().policies()}

    def certificates(self) -> Mapping[str, Certificate]:
        """What was proved when a task was made, proved again of its final wording."""
        return {
            "fair question": _is_fair,
        }


def _is_fair(task: Task) -> None:
    own = _own(task)
    prove_again(own.key, own.answer, lambda: certify(own.draft, own.library, lambda _: own.prompt))


def _own(task: Task) -> TextSearchTask:
    if not isinstance(task, TextSearchTask):
        raise TypeError(f"the certificates of TextSearch are about its tasks, not {type(task).__name__}")
    return task


def _candidate(
    key: TaskKey, level: Level, naming: Naming, kind: str, library: Library, rng: np.random.Generator
) -> TextSearchTask | None:
    """A task that starts so, or `None` where the draw does not make a fair one."""
    draft = draw_draft(naming, kind, level, library.world, rng)
    if draft is None:
        return None

    def word(answer: Value) -> str:
        return word_question(draft, answer, wording_rng(key), regular=level.regular)

    try:
        return TextSearchTask(key, level, draft, library, certify(draft, library, word))
    except RejectedError:
        return None
