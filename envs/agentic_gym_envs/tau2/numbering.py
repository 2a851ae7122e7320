"""Ids that the telecom domain gives new bills: counted in each episode, where the wheel draws at random.

With random ids an episode could not be replayed: its later calls would name bills that are not there.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Count:
    """How many bills an episode has numbered."""

    last: int = 0

    def next(self) -> int:
        """The next number."""
        self.last += 1
        return self.last


_COUNT: ContextVar[Count] = ContextVar("count of an episode's bills")


class CountedIds:
    """Stands in for the module `uuid` in the wheel's telecom tools."""

    def uuid4(self) -> uuid.UUID:
        """An id whose first eight digits are the next number of the running episode."""
        return uuid.UUID(int=_COUNT.get().next() << 96)


def install(tools_module: Any) -> None:
    """Lets the wheel's telecom tools take their ids from the running episode."""
    tools_module.uuid = CountedIds()


@contextmanager
def numbering(count: Count) -> Iterator[None]:
    """Takes ids from this count meanwhile, in this thread."""
    token = _COUNT.set(count)
    try:
        yield
    finally:
        _COUNT.reset(token)
