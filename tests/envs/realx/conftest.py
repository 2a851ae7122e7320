"""Tasks of a few worlds, made once for all tests of RealX."""

from functools import cache

import pytest

from agentic_gym_envs.realx.task import RealXTask
from agentic_gym_envs.realx.taskset import RealX


@cache
def _tasks(level: int, count: int) -> tuple[RealXTask, ...]:
    taskset = RealX()
    return tuple(taskset.make(taskset.key(index=index, difficulty=level)) for index in range(count))


@pytest.fixture(scope="session")
def tasks():
    """The first tasks of a level: `tasks(level, count)`."""
    return _tasks
