"""What the six APIs share: public methods are functions for the agent, public attributes are state."""

import hashlib
import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn, TypeVar

import numpy as np

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import ToolSchema
from agentic_gym.tools import tool
from agentic_gym_envs.world.names import Coiner

_T = TypeVar("_T")


class Draw:
    """What an API and its errands are drawn from.

    Args:
        split: whose names are used.
        rng: where all is drawn from.
        crowded: whether lists are long.

    Attributes:
        rng: the generator.
    """

    def __init__(self, split: str, rng: np.random.Generator, *, crowded: bool = False) -> None:
        self.rng = rng
        self._coiner = Coiner(split, rng)
        self._crowded = crowded

    def many(self, few: int, crowd: int) -> int:
        """How long a list is."""
        return crowd if self._crowded else few

    def words(self, count: int) -> list[str]:
        """New words, capitalised."""
        return self._coiner.words(count)

    def word(self) -> str:
        """A new word, capitalised."""
        return self.words(1)[0]

    def people(self, count: int) -> list[str]:
        """New names of people."""
        words = self.words(2 * count)
        return [f"{first} {last}" for first, last in zip(words[::2], words[1::2], strict=True)]

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return int(self.rng.integers(low, high + 1))

    def numbers(self, count: int, low: int, high: int) -> list[int]:
        """Different whole numbers from `low` to `high`."""
        chosen: list[int] = (low + self.rng.choice(high - low + 1, size=count, replace=False)).tolist()
        return chosen

    def one(self, values: Sequence[_T]) -> _T:
        """One of the values."""
        return values[int(self.rng.integers(len(values)))]


class Api:
    """An API with state.

    A method checks before it changes anything, and refuses by `ToolMistake`. Ids depend on what they stand
    for and on the episode, not on the order of calls, so that any order leads to the same state.

    Attributes:
        schemas: the functions by name, which are the public methods.
    """

    schemas: ClassVar[Mapping[str, ToolSchema]]

    def __init_subclass__(cls) -> None:
        """Reads the functions from their signatures and docstrings."""
        blank = cls.__new__(cls)
        methods = inspect.getmembers(cls, inspect.isfunction)
        names = [name for name, _ in methods if not name.startswith("_")]
        cls.schemas = {name: tool(getattr(blank, name)).schema for name in names}

    def __init__(self, draw: Draw) -> None:
        self._salt = str(draw.number(0, 2**62))

    def _id(self, kind: str, *parts: object, taken: Mapping[str, Any]) -> str:
        for again in range(len(taken) + 1):
            text = "/".join(map(str, (self._salt, kind, again, *parts)))
            made = f"{kind}-{int(hashlib.sha256(text.encode()).hexdigest(), 16) % 1_000_000:06d}"
            if made not in taken:
                return made
        raise AssertionError("one more attempt than there are ids finds a free one")


def shown(**values: object) -> str:
    """A result as the agent is shown it."""
    return json.dumps(values, ensure_ascii=False)


def refuse(problem: str) -> NoReturn:
    """Refuses a call; nothing has changed."""
    raise ToolMistake(problem)
