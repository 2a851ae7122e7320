"""MathPython-v0: competition-style problems whose answers are numbers up to 999, with Python as the tool."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np

from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.scoring.answers import AnswerType, Truth
from agentic_gym.tasks import Ceiling, Policy, QuestionTask, Script, Task, TaskKey, Taskset
from agentic_gym.tools import Tool, python_tool
from agentic_gym_envs.mathpython.drawing import Problem, draw_problem
from agentic_gym_envs.mathpython.family import PREAMBLE
from agentic_gym_envs.mathpython.fields import DRILLS, FAMILIES
from agentic_gym_envs.oracles.looking import OracleStuckError
from agentic_gym_envs.oracles.reading import read_printed

_NAMES = "TUV"
"""What the answers of the problems before the last are called."""
_PROBLEM, _WORDING, _SCRIPT = 1, 2, 3
"""Random streams of a task."""
_LEADS = (
    "Let {name} be the answer to the following problem. {problem}",
    "{problem} Call the answer {name}.",
    "Solve this first: {problem} The result is called {name}.",
)
_LASTS = ("Now the problem itself: {problem}", "With this number: {problem}", "{problem}")
_FORM = "Give a whole number from 0 to 999."


class MathTask(QuestionTask):
    """One problem.

    Attributes:
        problem: its numbers and its answer.
    """

    def __init__(self, key: TaskKey, problem: Problem) -> None:
        self.key = key
        self.problem = problem
        self.truth = Truth(AnswerType.INTEGER, str(problem.answer))
        self.template = problem.family.name
        self.tags = frozenset({"reasoning", *(str(link.family.field) for link in problem.chain)})

    @cached_property
    def prompt(self) -> str:
        """The problem in words."""
        rng = np.random.default_rng((self.key.seed, _WORDING))
        *before, last = self.problem.chain
        parts = []
        for place, link in enumerate(before):
            lead = _LEADS[int(rng.integers(len(_LEADS)))]
            parts.append(lead.format(name=_NAMES[place], problem=_words(link, place, rng)))
        frame = _LASTS[int(rng.integers(len(_LASTS)))] if before else "{problem}"
        parts.append(frame.format(problem=_words(last, len(before), rng)))
        return " ".join([*parts, _FORM] if self.key.difficulty else parts)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Python."""
        return (python_tool(),)

    @property
    def program(self) -> str:
        """A program that prints the answer, as the oracle writes it."""
        *before, last = self.problem.chain
        if last.family.program:
            return last.family.program.format(**last.parameters)
        sources = dict.fromkeys(link.family.source for link in (*before, last))
        lines = [
            f"{_NAMES[place]} = {link.family.call(_given(link, place))}" for place, link in enumerate(before)
        ]
        lines.append(f"print({last.family.call(_given(last, len(before)))})")
        return "\n\n".join([PREAMBLE, *sources, "\n".join(lines)])


def _given(link: Problem, place: int) -> dict[str, object]:
    """A link's parameters, with the name of the answer before it where that stands."""
    given: dict[str, object] = dict(link.parameters)
    if link.before is not None:
        given[link.family.chain] = _NAMES[place - 1]
    return given


def _words(link: Problem, place: int, rng: np.random.Generator) -> str:
    return link.family.words(_given(link, place), int(rng.integers(1 << 16)))


def oracle(task: Task, coordinates: str) -> Script:
    """Writes a program that goes through the cases, runs it, and answers what it printed."""
    if not isinstance(task, MathTask):
        raise TypeError(f"the oracle of MathPython plays its tasks, not {type(task).__name__}")
    rng = np.random.default_rng((task.key.seed, _SCRIPT))
    thoughts = (
        "I let a program go through the cases.",
        "Counting by hand is error-prone; I compute it.",
        "I compute it.",
    )
    thought = thoughts[int(rng.integers(len(thoughts)))]
    observation = yield CallTools((ToolCall("python", {"code": task.program}),), thought)
    printed = read_printed(observation["text"])
    if not printed:
        raise OracleStuckError(f"the program of {task.key} printed no number: {observation['text']!r}")
    yield GiveAnswer(printed, "The program printed the answer.")


_AT_MOST = Ceiling(0.01, "no answer of a family is more common")


class MathPython(Taskset):
    """Competition-style mathematics with a Python tool (ARTIST, arXiv 2505.01441; ToRL).

    Problems of 33 families in number theory, combinatorics, algebra, geometry, probability and sequences, in
    words; answers are whole numbers from 2 to 999. Two solvers that share no code agree on each. At the upper
    levels the answer of one problem is a number in the next.
    """

    id: ClassVar[str] = "MathPython-v0"
    difficulties: Mapping[int, str] = {
        0: "short sums that a line of Python computes: the ground on which the tool is learned",
        1: "one competition-style problem with small numbers",
        2: "one problem with larger numbers",
        3: "two problems, the answer of one a number in the other",
        4: "three problems in a chain, with the largest numbers",
    }
    default_difficulty: int = 1
    max_turns: int = 8
    ceilings: ClassVar[Mapping[str, Ceiling]] = {
        name: _AT_MOST for name in ("most-common", "answer-list", "tool-spam", "snoop")
    }

    def make(self, key: TaskKey) -> MathTask:
        """The problem of this key."""
        rng = np.random.default_rng((key.seed, _PROBLEM))
        size, links = ((1, 1), (1, 1), (2, 1), (2, 2), (3, 3))[key.difficulty]
        families = FAMILIES if key.difficulty else DRILLS
        return MathTask(key, draw_problem(families, key.split, size, links, rng))

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits of every family."""
        return {"oracle": oracle, **super().policies()}
