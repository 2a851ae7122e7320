"""Toy tasks whose agent runs code before it answers, for runs that are to be disturbed meanwhile."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from agentic_gym.messages import CallTools, ToolCall
from agentic_gym.registration import register
from agentic_gym.tasks import Policy, Script, Task, TaskKey
from agentic_gym.tools import Tool, python_tool
from toy_runs import RunTask, RunTaskset
from toy_tasks import oracle

ENV_ID = "coding_runs:CodingRun-v0"
CELLS = ("x = image_1.width", "x += 1\nprint(x)", "image_1.rotate(90)")


class CodingTask(RunTask):
    """The sum of two numbers, with Python at hand."""

    def tools(self, coordinates: str) -> Sequence[Tool]:
        return (*super().tools(coordinates), python_tool())


class CodingTaskset(RunTaskset):
    id: ClassVar[str] = "CodingRun-v0"

    def make(self, key: TaskKey) -> Task:
        return CodingTask(key)

    def policies(self) -> Mapping[str, Policy]:
        return {**super().policies(), "coder": coder}


def coder(task: Task, coordinates: str) -> Script:
    """Runs a few cells, then does as the oracle does."""
    for code in CELLS:
        yield CallTools((ToolCall("python", {"code": code}),))
    yield from oracle(task, coordinates)


register("CodingRun-v0", "coding_runs:CodingTaskset")
