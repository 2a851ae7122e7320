"""Tasks of a world or two, made once for all tests of TextSearch."""

from functools import cache

import pytest

from agentic_gym_envs.textsearch.task import TextSearchTask
from agentic_gym_envs.textsearch.taskset import TextSearch


@cache
def _tasks(level: int, count: int) -> tuple[TextSearchTask, ...]:
    taskset = TextSearch()
    return tuple(taskset.make(taskset.key(index=index, difficulty=level)) for index in range(count))


@pytest.fixture(scope="session")
def tasks():
    """The first tasks of a level: `tasks(level, count)`."""
    return _tasks
