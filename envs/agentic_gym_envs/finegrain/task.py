"""One question of FineGrain: its picture, its words, its tools, its truth."""

from abc import abstractmethod
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
from agentic_gym_envs.finegrain.levels import Asked, Level
from agentic_gym_envs.finegrain.painting import paint
from agentic_gym_envs.finegrain.stages import CODE, CrowdStage, SceneStage
from agentic_gym_envs.finegrain.wording import word_crowd, word_scene
from agentic_gym_envs.scenes import Anchor, Scene

_SCENE, _WORDING = 1, 2
"""Random streams of a task beside the one that it is drawn from."""


class FineGrainTask(QuestionTask):
    """One question about small things in a large picture.

    Attributes:
        level: what its level asks for.
        asked: the kind of question.
    """

    def __init__(self, key: TaskKey, level: Level, asked: Asked, setting: str) -> None:
        self.key = key
        self.level = level
        self.asked = asked
        self.template = f"{setting}: {asked}"
        self.tags = frozenset({"perception", str(asked)})

    def _rng(self, stream: int) -> np.random.Generator:
        return np.random.default_rng((self.key.seed, stream))

    @property
    @abstractmethod
    def pixels(self) -> Pixels:
        """The picture's original."""

    @property
    def images(self) -> Sequence[Pixels]:
        """The picture."""
        return (self.pixels,)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Image tools and Python."""
        return (*image_tools(coordinates), python_tool())


class SceneTask(FineGrainTask):
    """A question about codes on things of a scene; `stage` says which."""

    def __init__(self, key: TaskKey, level: Level, stage: SceneStage) -> None:
        super().__init__(key, level, stage.asked, stage.template.name)
        self.stage = stage
        self.truth = Truth(AnswerType.NAME, stage.answer)

    @cached_property
    def scene(self) -> Scene:
        """The drawn picture with its manifest.

        Raises:
            ContractError: the manifest does not show the codes that the answer was worked out from.
        """
        template, items = self.stage.template, self.stage.items
        scene = template.draw(
            items,
            size=self.level.size,
            clue_px=self.level.clue_px,
            small=frozenset(template.fields),
            rng=self._rng(_SCENE),
        )
        codes = {placed.item: placed.text for placed in scene.placed if placed.field == CODE}
        if codes != {item.key: item.texts[CODE] for item in items}:
            raise ContractError(f"{self.key}: the scene {scene.template!r} prints other codes")
        return scene

    @property
    def pixels(self) -> Pixels:
        """The picture's original."""
        return self.scene.pixels

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """Where the question points, in its order."""
        by_item = {anchor.item: anchor for anchor in self.scene.anchors}
        return tuple(by_item[str(place)] for place in self.stage.pointed)

    @cached_property
    def prompt(self) -> str:
        """The question."""
        template = self.stage.template
        phrases = [anchor.phrase for anchor in self.anchors]
        what = template.fields[CODE].what
        return word_scene(self.asked, template.situation, what, phrases, self._rng(_WORDING))


class CrowdTask(FineGrainTask):
    """A question about a crowd; `stage` holds both."""

    def __init__(self, key: TaskKey, level: Level, stage: CrowdStage) -> None:
        question = stage.question
        super().__init__(key, level, question.asked, stage.crowd.style.name)
        self.stage = stage
        closed = bool(question.choices)
        self.chance = 1 / len(question.choices) if closed else 0.0
        self.truth = Truth(
            AnswerType.CHOICE if closed else AnswerType.INTEGER, question.answer, choices=question.choices
        )

    @cached_property
    def pixels(self) -> Pixels:
        """The picture's original."""
        return paint(self.stage.crowd, self._rng(_SCENE))

    @cached_property
    def prompt(self) -> str:
        """The question."""
        return word_crowd(self.stage.crowd.style, self.stage.question, self._rng(_WORDING))
