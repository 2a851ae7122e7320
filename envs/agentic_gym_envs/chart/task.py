"""One question of Chart: its picture, its words, its tools, its truth."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from agentic_gym.messages import Pixels
from agentic_gym.scoring.answers import AnswerType, Truth
from agentic_gym.tasks import QuestionTask, TaskKey
from agentic_gym.tools.base import Tool
from agentic_gym.tools.image_operations import image_tools
from agentic_gym.tools.python import python_tool
from agentic_gym_envs.chart.levels import Level, Operation
from agentic_gym_envs.chart.painting import paint
from agentic_gym_envs.chart.panels import Panel
from agentic_gym_envs.chart.questions import COMPUTED, Question
from agentic_gym_envs.chart.wording import unit_of_answer, word

_WORDING = 1
"""The random stream of a task's words."""


class ChartTask(QuestionTask):
    """One question about a chart.

    Attributes:
        level: what its level asks for.
        panels: the charts of the picture.
        question: what is asked, and of which of them.
    """

    def __init__(self, key: TaskKey, level: Level, panels: tuple[Panel, ...], question: Question) -> None:
        self.key = key
        self.level = level
        self.panels = panels
        self.question = question
        self.template = f"{self.panel.kind}: {question.operation}"
        computes = question.operation is not Operation.VALUE
        self.tags = frozenset({"perception", "reasoning"} if computes else {"perception"})
        self.chance = 1 / len(question.choices) if question.choices else 0.0
        self.truth = _truth(question, self.panel)

    @property
    def panel(self) -> Panel:
        """The chart that the question is about."""
        return self.panels[self.question.panel]

    @cached_property
    def prompt(self) -> str:
        """The question."""
        rng = np.random.default_rng((self.key.seed, _WORDING))
        return word(self.question, self.panel, len(self.panels), rng)

    @cached_property
    def images(self) -> Sequence[Pixels]:
        """The picture."""
        return (paint(self.panels, self.level.size),)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Image tools and Python."""
        return (*image_tools(coordinates), python_tool())


def _truth(question: Question, panel: Panel) -> Truth:
    if question.operation in COMPUTED:
        return Truth(
            AnswerType.DECIMAL,
            question.answer,
            tolerance=question.tolerance,
            unit=unit_of_answer(question, panel),
        )
    if question.operation is Operation.COUNT:
        return Truth(AnswerType.INTEGER, question.answer)
    return Truth(AnswerType.CHOICE, question.answer, choices=question.choices)
