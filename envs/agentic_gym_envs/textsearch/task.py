"""One question in words: its tools and its truth."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from agentic_gym.tasks import QuestionTask, TaskKey
from agentic_gym.tools.base import Tool
from agentic_gym.tools.python import python_tool
from agentic_gym.tools.search import search_tools
from agentic_gym_envs.questions.programs import Subject, abilities, summary, walk
from agentic_gym_envs.questions.truths import truth_of
from agentic_gym_envs.textsearch.levels import Level
from agentic_gym_envs.textsearch.recipes import Draft
from agentic_gym_envs.textsearch.wording import word_question
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Value

_WORDING = 1
"""The random stream of a task's words."""


class TextSearchTask(QuestionTask):
    """One question over the pages of a world.

    Attributes:
        draft: what is asked, and how it names whom it starts from.
        library: the pages that can be found.
    """

    def __init__(self, key: TaskKey, level: Level, draft: Draft, library: Library, answer: Value) -> None:
        self.key = key
        self.level = level
        self.draft = draft
        self.library = library
        self.answer = answer
        self.truth = truth_of(draft.program, answer)
        self.template = summary(draft.program)
        self.chance = 1 / len(self.truth.choices) if self.truth.choices else 0.0
        subject = next(term for term in walk(draft.program) if isinstance(term, Subject))
        self.tags = frozenset(
            {*map(str, abilities(draft.program, frozenset())), str(kind_of(subject.kind).domain)}
        )

    @cached_property
    def prompt(self) -> str:
        """The question."""
        return word_question(self.draft, self.answer, wording_rng(self.key), regular=self.level.regular)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Python, and search in words."""
        return python_tool(), *search_tools(self.library.text_index, self.library.corpus)


def wording_rng(key: TaskKey) -> np.random.Generator:
    """The stream from which a task's words are drawn."""
    return np.random.default_rng((key.seed, _WORDING))
