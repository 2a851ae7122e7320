"""One question of RealX: its picture, its words, its tools, its truth."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.messages import Pixels
from agentic_gym.scoring.answers import AnswerType, Truth
from agentic_gym.tasks import QuestionTask, TaskKey
from agentic_gym.tools.base import Tool
from agentic_gym.tools.image_operations import image_tools
from agentic_gym.tools.python import python_tool
from agentic_gym.tools.search import image_search_tool, search_tools
from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.programs import Compute, ValueTerm, abilities, summary
from agentic_gym_envs.realx.casts import Cast
from agentic_gym_envs.realx.certificates import ROUNDED_TOLERANCE, words_find
from agentic_gym_envs.realx.facts import texts_in, texts_of
from agentic_gym_envs.realx.levels import Level
from agentic_gym_envs.realx.wording import word_question
from agentic_gym_envs.scenes import Anchor, Scene
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import WEEKDAYS, Choice, Integer, Measure, Money, Value

_MOST_WORDINGS = 8
_SCENE, _WORDING = 1, 2
"""Random streams of a task beside those that its candidates draw from."""


class RealXTask(QuestionTask):
    """One question about a picture.

    Attributes:
        program: what is asked, and the way to the answer.
        cast: who stands in the picture.
        library: the pages that can be found.
    """

    def __init__(
        self, key: TaskKey, level: Level, program: ValueTerm, cast: Cast, library: Library, answer: Value
    ) -> None:
        self.key = key
        self.level = level
        self.program = program
        self.cast = cast
        self.library = library
        self.answer = answer
        self.truth = truth_of(program, answer)
        self.template = f"{cast.casting.scene}: {summary(program)}"
        needs = abilities(program, cast.staging.small)
        self.tags = frozenset({*map(str, needs), cast.casting.template.domain})

    @cached_property
    def scene(self) -> Scene:
        """The drawn picture with its manifest.

        Raises:
            ContractError: the manifest does not show the texts that the certificates were made for.
        """
        scene = self.cast.casting.template.draw(
            self.cast.items(),
            size=self.level.size,
            clue_px=self.level.clue_px,
            small=self.cast.staging.small,
            rng=np.random.default_rng((self.key.seed, _SCENE)),
        )
        if texts_in(scene) != texts_of(self.cast):
            raise ContractError(
                f"{self.key}: the scene {scene.template!r} prints other texts than it was given"
            )
        return scene

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Where the question points, in its order."""
        by_item = {anchor.item: anchor for anchor in self.scene.anchors}
        return tuple(by_item[str(place)] for place in self.cast.pointed)

    @cached_property
    def prompt(self) -> str:
        """The question, worded so that a search for it finds no page with the answer."""
        rng = wording_rng(self.key)
        phrases = [anchor.phrase for anchor in self.anchors]
        question = ""
        for _ in range(_MOST_WORDINGS):
            question = word_question(self.program, self.cast.casting, phrases, self.answer, rng)
            if isinstance(self.answer, Choice) or not words_find(self.library, self.answer, question):
                break
        return question

    @property
    def images(self) -> Sequence[Pixels]:
        """The picture."""
        return (self.scene.pixels,)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Image tools, Python, search in words and by picture."""
        return (
            *image_tools(coordinates),
            python_tool(),
            *search_tools(self.library.text_index, self.library.corpus),
            image_search_tool(self.library.image_index, coordinates),
        )


def truth_of(program: ValueTerm, answer: Value) -> Truth:
    """The typed truth of an answer."""
    type = AnswerType(answer.answer_kind.value)
    rounded = isinstance(program, Compute) and program.operation in (Operation.RATIO, Operation.CONVERT)
    return Truth(
        type,
        answer.answer(),
        tolerance=ROUNDED_TOLERANCE if rounded else None,
        unit=answer.unit if isinstance(answer, Integer | Measure | Money) else "",
        choices=WEEKDAYS if isinstance(answer, Choice) else (),
    )


def wording_rng(key: TaskKey) -> np.random.Generator:
    """The stream from which a task's words are drawn."""
    return np.random.default_rng((key.seed, _WORDING))
