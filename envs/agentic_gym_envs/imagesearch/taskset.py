"""ImageSearch-v0: recognise by image search, look up, and know when not to."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.tasks import Ceiling, Certificate, Policy, Task, TaskKey, Taskset
from agentic_gym_envs.imagesearch.certificates import certify
from agentic_gym_envs.imagesearch.levels import ANSWERED_SHARE, LEVELS, Level
from agentic_gym_envs.imagesearch.oracle import always_search, never_search, oracle
from agentic_gym_envs.imagesearch.recipes import draw_draft, draw_kind
from agentic_gym_envs.imagesearch.task import ImageSearchTask, wording_rng
from agentic_gym_envs.imagesearch.wording import word_question
from agentic_gym_envs.oracles.audits import question_search
from agentic_gym_envs.questions.evidence import RejectedError
from agentic_gym_envs.questions.programs import slots
from agentic_gym_envs.questions.proofs import prove_again
from agentic_gym_envs.world.library import TASKS_PER_WORLD, Library, get_library
from agentic_gym_envs.world.values import Value

_MOST_CANDIDATES = 800
_CANDIDATES_A_KIND = 80
"""After so many the pictures show another kind: a small world may have too few different answers for one."""
_CANDIDATES = 3
"""The random stream of a task's candidates."""


class ImageSearch(Taskset):
    """A photo of many pictures with a note under each, and a question about one or two of them.

    In three questions out of ten the note tells what is asked. Otherwise the picture has to be recognised by
    image search and the answer looked up. Questions of both sorts read alike, and every search beyond need
    costs a twentieth of the reward.
    """

    id: ClassVar[str] = "ImageSearch-v0"
    difficulties: Mapping[int, str] = {number: level.summary for number, level in LEVELS.items()}
    default_difficulty: int = 1
    max_turns: int = 24
    rubric = "search_cost"
    ceilings: ClassVar[Mapping[str, Ceiling]] = {
        "never-search": Ceiling(ANSWERED_SHARE + 0.08, "three questions in ten are answered by the photo"),
        "always-search": Ceiling(1.0, "it may succeed: what it loses is a part of the reward"),
    }

    def make(self, key: TaskKey) -> ImageSearchTask:
        """The task of this key: the first candidate that has every certificate."""
        level = LEVELS[key.difficulty]
        position = key.index - self.splits[key.split].start
        library = get_library(key.split, position // TASKS_PER_WORLD, level.pages)
        plans = np.random.default_rng(key.seed)
        answered = bool(plans.random() < ANSWERED_SHARE)
        for candidate in range(_MOST_CANDIDATES):
            if candidate % _CANDIDATES_A_KIND == 0:
                kind = draw_kind(plans)
            rng = np.random.default_rng((key.seed, _CANDIDATES, candidate))
            task = _candidate(key, level, kind, library, rng, answered=answered)
            if task is not None:
                return task
        raise ContractError(f"no candidate of {key} is a fair question, out of {_MOST_CANDIDATES}")

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits; how often `never-search` and `always-search` may succeed is stated."""
        return {
            "oracle": oracle,
            "never-search": never_search,
            "always-search": always_search,
            "question-search": question_search,
            **super().policies(),
        }

    def certificates(self) -> Mapping[str, Certificate]:
        """What was proved when a task was made, proved again of its final wording."""
        return {
            "fair question": _is_fair,
            "photo": _prints_its_notes,
        }


def _is_fair(task: Task) -> None:
    own = _own(task)
    prove_again(own.key, own.answer, lambda: certify(own.draft, own.library, lambda _: own.prompt))


def _prints_its_notes(task: Task) -> None:
    if len(_own(task).scene.placed) != len(_own(task).draft.cast.cards):
        raise ContractError(f"{task.key} does not print one note under each picture")


def _own(task: Task) -> ImageSearchTask:
    if not isinstance(task, ImageSearchTask):
        raise TypeError(f"the certificates of ImageSearch are about its tasks, not {type(task).__name__}")
    return task


def _candidate(
    key: TaskKey, level: Level, kind: str, library: Library, rng: np.random.Generator, *, answered: bool
) -> ImageSearchTask | None:
    """A task about pictures of a kind, or `None` where the draw does not make a fair one."""
    draft = draw_draft(kind, level, library.world, rng, answered=answered)
    if draft is None:
        return None

    def word(answer: Value) -> str:
        return word_question(draft, ["a card"] * len(slots(draft.program)), answer, wording_rng(key))

    try:
        return ImageSearchTask(key, level, draft, library, certify(draft, library, word))
    except RejectedError:
        return None
