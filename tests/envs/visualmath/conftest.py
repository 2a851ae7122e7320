"""Tasks of VisualMath, made once for all its tests."""

from functools import cache

import pytest

from agentic_gym_envs.visualmath.task import VisualMathTask
from agentic_gym_envs.visualmath.taskset import VisualMath


@cache
def _tasks(level: int, count: int) -> tuple[VisualMathTask, ...]:
    taskset = VisualMath()
    return tuple(taskset.make(taskset.key(index=index, difficulty=level)) for index in range(count))


@pytest.fixture(scope="session")
def tasks():
    """The first tasks of a level: `tasks(level, count)`."""
    return _tasks
