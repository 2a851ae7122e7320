"""One question of DocDesk: its papers, its photo, its words, its tools, its truth."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from agentic_gym.messages import Pixels
from agentic_gym.tasks import QuestionTask, TaskKey
from agentic_gym.tools.base import Tool
from agentic_gym.tools.image_operations import image_tools
from agentic_gym.tools.python import python_tool
from agentic_gym_envs.docdesk.cases import Case
from agentic_gym_envs.docdesk.layout import Lying, lay
from agentic_gym_envs.docdesk.levels import Level
from agentic_gym_envs.docdesk.photo import photograph
from agentic_gym_envs.docdesk.sheets import Paper

_LAYOUT, _PHOTO, _WORDING = 1, 2, 3
"""Random streams of a task beside those that its candidates draw from."""
_SETTINGS = (
    "This is a photo of a desk. ",
    "Somebody photographed what lies on the desk. ",
    "The picture shows papers on a desk. ",
    "",
)


class DocDeskTask(QuestionTask):
    """One question about papers on a desk.

    Attributes:
        level: of the task.
        case: what is asked, and of which papers.
        bystanders: papers that have nothing to do with it.
    """

    def __init__(
        self, key: TaskKey, level: Level, case: Case, bystanders: Sequence[Paper], template: str
    ) -> None:
        self.key = key
        self.level = level
        self.case = case
        self.bystanders = tuple(bystanders)
        self.template = template
        self.truth = case.truth
        pair = {"compare"} if len(case.papers) > 1 else set()
        self.tags = frozenset({"perception", "reasoning", *pair, *(paper.kind for paper in case.papers)})

    @cached_property
    def lying(self) -> list[Lying]:
        """Where the papers lie: those of the case first, in its order."""
        rng = np.random.default_rng((self.key.seed, _LAYOUT))
        return lay([*self.case.papers, *self.bystanders], self.level, rng)

    @cached_property
    def pixels(self) -> Pixels:
        """The photo."""
        return photograph(self.lying, self.level.size, np.random.default_rng((self.key.seed, _PHOTO)))

    @property
    def prompt(self) -> str:
        """The question. It names papers by what is printed at their heads."""
        rng = np.random.default_rng((self.key.seed, _WORDING))
        setting = _SETTINGS[int(rng.integers(len(_SETTINGS)))] if self.bystanders else ""
        titles = [paper.title for paper in self.case.papers if paper.title]
        return f"{setting}{self.case.question.format(*titles)} {self.case.form.value}"

    @property
    def images(self) -> Sequence[Pixels]:
        """The photo."""
        return (self.pixels,)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Image tools and Python."""
        return (*image_tools(coordinates), python_tool())
