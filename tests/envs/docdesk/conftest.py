"""Tasks of DocDesk, made once for all its tests."""

from functools import cache

import pytest

from agentic_gym_envs.docdesk.task import DocDeskTask
from agentic_gym_envs.docdesk.taskset import DocDesk


@cache
def _tasks(level: int, count: int) -> tuple[DocDeskTask, ...]:
    taskset = DocDesk()
    return tuple(taskset.make(taskset.key(index=index, difficulty=level)) for index in range(count))


@pytest.fixture(scope="session")
def tasks():
    """The first tasks of a level: `tasks(level, count)`."""
    return _tasks
