"""The toy tasks without their pictures, for models that read text alone."""

from collections.abc import Sequence
from typing import ClassVar

from agentic_gym.tasks import Task, TaskKey
from agentic_gym.tools import Tool
from toy_tasks import ToyTask, ToyTaskset, shout


class TextTask(ToyTask):
    images = ()


class TextTaskset(ToyTaskset):
    id: ClassVar[str] = "ToyText-v0"

    def make(self, key: TaskKey) -> Task:
        return TextTask(key, self.extra, self.talks)


class ShoutTask(TextTask):
    """With one tool, so that its prompt is short."""

    def tools(self, coordinates: str) -> Sequence[Tool]:
        return (shout,)


class ShoutTaskset(ToyTaskset):
    id: ClassVar[str] = "Shout-v0"

    def make(self, key: TaskKey) -> Task:
        return ShoutTask(key, self.extra, self.talks)
