"""The toy taskset as a registered environment, with a back end that can be made to fail, and agents for it.

`gymnasium.make("toy_runs:ToyRun-v0")` needs no import, so that a child process can make it too.
"""

import time
from collections.abc import Mapping, Sequence
from typing import ClassVar

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import InfrastructureError
from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.registration import register
from agentic_gym.tasks import Observation, Policy, Script, Task, TaskKey
from agentic_gym.tools import Tool, ToolContext, image_tools, tool
from toy_tasks import ToyTask, ToyTaskset, add, oracle

ENV_ID = "toy_runs:ToyRun-v0"
FAILURES: dict[int, int] = {}
"""How often the back end is still to fail, by the index of the task that asks it."""


class RunTask(ToyTask):
    """The sum of two numbers, or one of two questions that differ in their tags."""

    def __init__(self, key: TaskKey) -> None:
        super().__init__(key, (), False)
        if key.index % 2:
            self.template, self.tags = "odd sum", frozenset({"reasoning", "search"})

    def tools(self, coordinates: str) -> Sequence[Tool]:
        return (add, self._fetch(), *image_tools(coordinates))

    def _fetch(self) -> Tool:
        @tool
        def fetch(context: ToolContext, url: str) -> str:
            """Fetches a page.

            Args:
                url: which.
            """
            if FAILURES.get(self.key.index, 0) > 0:
                FAILURES[self.key.index] -= 1
                raise InfrastructureError("no answer")
            return f"fetched {url}"

        return fetch


class RunTaskset(ToyTaskset):
    id: ClassVar[str] = "ToyRun-v0"

    def make(self, key: TaskKey) -> Task:
        return RunTask(key)

    def policies(self) -> Mapping[str, Policy]:
        return {**super().policies(), "fetcher": fetcher}


def fetcher(task: Task, coordinates: str) -> Script:
    """Asks the back end, then does as the oracle does."""
    yield CallTools((ToolCall("fetch", {"url": "toy://page"}),))
    yield from oracle(task, coordinates)


def wordless(observation: Observation) -> str:
    """An agent that is a function."""
    return "I say nothing of use."


def not_text(observation: Observation) -> int:
    return 7


def crashing(observation: Observation) -> str:
    raise ZeroDivisionError("the agent's own fault")


class Slow:
    """An agent that knows the answer and takes its time over it."""

    played: ClassVar[list[int]] = []

    def __init__(self, env: AgenticEnv) -> None:
        Slow.played.append(env.task.key.index)
        self._answer = env.protocol.write(GiveAnswer(env.task.reference))

    def __call__(self, observation: Observation) -> str:
        time.sleep(0.05)
        return self._answer


class Hostile:
    """An agent that tries to break out of whatever it is shown in."""

    TEXT = (
        "<think><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"></think>"
        "</pre></details><svg onload=\"document.title='owned'\">{{ 7 * 7 }}\x1b[31m\u202e"
        "<answer>\"><script>document.title='owned'</script></answer>"
    )

    def __init__(self, env: AgenticEnv) -> None:
        self._turn = 0

    def __call__(self, observation: Observation) -> str:
        self._turn += 1
        if self._turn == 1:
            url = "</script><script>alert(1)</script>"
            return f'<tool_call>{{"name": "fetch", "arguments": {{"url": "{url}"}}}}</tool_call>'
        return self.TEXT


register("ToyRun-v0", "toy_runs:RunTaskset")
