"""Tasks of a world or two, made once for all tests of ImageSearch."""

from functools import cache

import pytest

from agentic_gym_envs.imagesearch.task import ImageSearchTask
from agentic_gym_envs.imagesearch.taskset import ImageSearch


@cache
def _tasks(level: int, count: int) -> tuple[ImageSearchTask, ...]:
    taskset = ImageSearch()
    return tuple(taskset.make(taskset.key(index=index, difficulty=level)) for index in range(count))


@pytest.fixture(scope="session")
def tasks():
    """The first tasks of a level: `tasks(level, count)`."""
    return _tasks
