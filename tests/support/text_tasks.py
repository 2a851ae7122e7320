"""The toy tasks without their pictures, for models that read text alone."""

from typing import ClassVar

from agentic_gym.tasks import Task, TaskKey
from toy_tasks import ToyTask, ToyTaskset


class TextTask(ToyTask):
    images = ()


class TextTaskset(ToyTaskset):
    id: ClassVar[str] = "ToyText-v0"

    def make(self, key: TaskKey) -> Task:
        return TextTask(key, self.extra, self.talks)
