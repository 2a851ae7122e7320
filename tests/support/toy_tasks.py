"""A small taskset for the library's own tests: add two numbers, look at a picture, talk to a user."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from agentic_gym.errors import InfrastructureError, ToolMistake
from agentic_gym.messages import CallTools, GiveAnswer, Pixels, ToolCall
from agentic_gym.scoring.answers import AnswerType, Truth
from agentic_gym.tasks import Policy, QuestionTask, Script, Task, TaskKey, Taskset, User, UserReply
from agentic_gym.tools import Tool, ToolContext, ToolOutput, image_tools, python_tool, tool


@tool
def add(a: int, b: int) -> str:
    """Adds two numbers.

    Args:
        a: the first.
        b: the second.
    """
    return str(a + b)


@tool
def shout(text: str) -> str:
    """Gives text back, as hostile as it is.

    Args:
        text: what to give back.
    """
    return text


@tool
def paint(count: int, side: int = 2000) -> ToolOutput:
    """Paints pictures.

    Args:
        count: how many.
        side: of each, in pixels.
    """
    return ToolOutput(f"{count} painted", tuple(np.full((side, side, 3), 9, np.uint8) for _ in range(count)))


@tool
def refuse(reason: str) -> str:
    """Always finds fault.

    Args:
        reason: which fault.
    """
    raise ToolMistake(reason)


class Failing:
    """A back end that fails a number of times before it answers."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.called = 0

    def tool(self) -> Tool:
        @tool
        def fetch(context: ToolContext, url: str) -> str:
            """Fetches.

            Args:
                url: what.
            """
            self.called += 1
            if self.called <= self.failures:
                raise InfrastructureError("no answer")
            return f"fetched {url}"

        return fetch


class Clerk:
    """A user who is done at the word 'bye' and transferred at 'manager'."""

    def reply(self, message: str) -> UserReply:
        return UserReply(f"You said {message}", done="bye" in message, transferred="manager" in message)


class ToyTask(QuestionTask):
    template = "sum"
    tags = frozenset({"reasoning"})

    def __init__(self, key: TaskKey, extra: Sequence[Tool], talks: bool) -> None:
        self.key = key
        self.extra = extra
        self.talks = talks
        rng = np.random.default_rng((key.difficulty, key.index))
        self.a, self.b = (int(number) for number in rng.integers(10, 1000, size=2))
        self.truth = Truth(AnswerType.INTEGER, str(self.a + self.b))

    @property
    def prompt(self) -> str:
        return f"What is {self.a} + {self.b}?"

    @property
    def images(self) -> Sequence[Pixels]:
        rng = np.random.default_rng(self.key.index)
        shape = (30, 3000, 3) if self.key.difficulty else (20, 30, 3)
        return (rng.integers(0, 255, shape, dtype=np.uint8),)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        return (add, shout, paint, refuse, python_tool(), *image_tools(coordinates), *self.extra)

    def user(self) -> User | None:
        return Clerk() if self.talks else None


class ToyTaskset(Taskset):
    id: ClassVar[str] = "Toy-v0"
    difficulties: Mapping[int, str] = {0: "a small picture", 1: "a wide picture"}
    default_difficulty: int = 0
    max_turns: int = 8

    def __init__(self, extra: Sequence[Tool] = (), talks: bool = False) -> None:
        self.extra = extra
        self.talks = talks

    def make(self, key: TaskKey) -> Task:
        return ToyTask(key, self.extra, self.talks)

    def policies(self) -> Mapping[str, Policy]:
        return {**super().policies(), "oracle": oracle}


def oracle(task: Task, coordinates: str) -> Script:
    """Adds with the tool and reads the sum from what it is shown."""
    numbers = [int(word.strip("?")) for word in task.prompt.split() if word.strip("?").isdigit()]
    observation = yield CallTools((ToolCall("add", {"a": numbers[0], "b": numbers[1]}),), "I add.")
    digits = [
        word for word in observation["text"].replace(">", " ").replace("<", " ").split() if word.isdigit()
    ]
    yield GiveAnswer(digits[-1], "That is the sum.")
