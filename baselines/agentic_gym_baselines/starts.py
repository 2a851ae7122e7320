"""What the study's models begin from, and the tasks of its second claim.

Agents to imitate, for `agentic-gym eval --agent agentic_gym_baselines.starts:Formal` and the like: they write
what can be read, and are right or wrong by intent. `sft --failures` learns from what they did.

`StatedMath` is MathPython-v0's level 0 with a difference: half of its questions say their answer, so that it
is known of each task whether it needs the tool (tags `stated` and `unstated`). It takes the place of that
environment's tasks: `--env-id MathPython-v0 --options taskset=agentic_gym_baselines.starts:StatedMath`.
"""

from functools import cached_property
from typing import ClassVar

import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.scripted import ScriptedAgent
from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.tasks import Script, Task, TaskKey
from agentic_gym_baselines.reasoning import oracle, silenced
from agentic_gym_envs.mathpython.drawing import Problem
from agentic_gym_envs.mathpython.family import LEAST, MOST
from agentic_gym_envs.mathpython.taskset import MathPython, MathTask

_FORM, _MIXTURE, _STATED = 81, 82, 83
"""Random streams of a task."""
_CALLS = 0.75
"""The share of `Formal`'s episodes with a call."""
_COMPUTED = 2 / 3
"""The share of `Mixed`'s episodes that compute."""
_USELESS = ("print(6 * 7)", "print(1 + 1)", "print(10 ** 2)", "print(99 - 9)")
"""What `Formal` runs, whatever the question."""


def formal(task: Task) -> Script:
    """Mostly calls Python, in the right form and to no end; then guesses."""
    rng = np.random.default_rng((task.key.seed, _FORM))
    if rng.random() < _CALLS:
        code = _USELESS[int(rng.integers(len(_USELESS)))]
        yield CallTools((ToolCall("python", {"code": code}),))
    yield _guess(rng)


def mixed(env: AgenticEnv) -> Script:
    """Computes in two of three episodes, as the oracle does; else it answers at once.

    An answer at once is the one that the question states, where it states one, and otherwise a guess. Which
    of the two it does has nothing to do with the question.
    """
    task = env.task
    rng = np.random.default_rng((task.key.seed, _MIXTURE))
    if rng.random() < _COMPUTED:
        yield from silenced(oracle(env))
    elif isinstance(task, StatedTask) and task.stated:
        yield GiveAnswer(task.reference)
    else:
        yield _guess(rng)


def _guess(rng: np.random.Generator) -> GiveAnswer:
    return GiveAnswer(str(rng.integers(LEAST, MOST + 1)))


class Formal(ScriptedAgent):
    """See `formal`.

    Args:
        env: after `reset`.
    """

    def __init__(self, env: AgenticEnv) -> None:
        super().__init__(formal(env.task), env)


class Mixed(ScriptedAgent):
    """See `mixed`.

    Args:
        env: after `reset`.
    """

    def __init__(self, env: AgenticEnv) -> None:
        super().__init__(mixed(env), env)


class StatedTask(MathTask):
    """A short sum that may say its answer.

    Attributes:
        stated: whether it does.
    """

    def __init__(self, key: TaskKey, problem: Problem) -> None:
        super().__init__(key, problem)
        self.stated = bool(np.random.default_rng((key.seed, _STATED)).random() < 0.5)
        self.tags = self.tags | {"stated" if self.stated else "unstated"}

    @cached_property
    def prompt(self) -> str:
        """The sum in words, and perhaps its answer."""
        asked = super().prompt
        return f"{asked} It is {self.problem.answer}." if self.stated else asked


class StatedMath(MathPython):
    """MathPython-v0's short sums, half of which say their answer: what a tool is not needed for is known."""

    id: ClassVar[str] = "StatedMath-v0"
    difficulties = {0: "short sums, half of which say their answer"}
    default_difficulty: int = 0

    def make(self, key: TaskKey) -> StatedTask:
        """The task of this key."""
        task = super().make(key)
        return StatedTask(key, task.problem)
