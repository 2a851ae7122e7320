"""What both desks draw: people, days, numbers and words."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import numpy as np

from agentic_gym_envs.customerdesk.ledger import Record
from agentic_gym_envs.world.names import Coiner, split_number

T = TypeVar("T")

_POOL = 600
"""Coined words of a split that people and places are called by."""
_FIRST_NAMES, _LAST_NAMES = slice(0, 200), slice(200, 400)
_PLACES = slice(400, _POOL)
_BLOCK = 512
"""Numbers that are drawn at once: one at a time takes ten times as long."""
_FIRST_DAY = datetime.date(2025, 1, 6).toordinal()
_DAYS = 700


@cache
def _words(split: str) -> tuple[str, ...]:
    rng = np.random.default_rng((split_number(split), 0))
    return tuple(Coiner(split, rng).words(_POOL))


class Draws:
    """Draws from a task's own generator.

    Args:
        split: whose names are used; no name is in two splits.
        rng: the task's generator.
    """

    def __init__(self, split: str, rng: np.random.Generator) -> None:
        self._words = _words(split)
        self._used: set[int] = set()
        self._rng = rng
        self._ready: list[int] = []

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound - 1`."""
        if not self._ready:
            self._ready = self._rng.integers(1 << 62, size=_BLOCK).tolist()
        return self._ready.pop() % bound

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """The options in another order."""
        return self.some(options, len(options))

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """So many of the options, none twice."""
        return [options[place] for place in self._rng.permutation(len(options))[:count].tolist()]

    def number(self) -> str:
        """Five digits that no other number of this task has."""
        while (number := 10_000 + self.below(90_000)) in self._used:
            pass
        self._used.add(number)
        return str(number)

    def price(self, least: int, most: int) -> str:
        """An amount in figures between two numbers of cents."""
        return str(Decimal(least + self.below(most - least)).scaleb(-2))

    def today(self) -> datetime.date:
        """The day of the episode."""
        return datetime.date.fromordinal(_FIRST_DAY + self.below(_DAYS))

    def place(self) -> str:
        """A town."""
        return self.pick(self._words[_PLACES])

    def places(self, count: int) -> list[str]:
        """Different towns."""
        return self.some(self._words[_PLACES], count)

    def address(self) -> str:
        """A street, a number, a postcode and a town."""
        street = f"{self.below(180) + 2} {self.pick(self._words[_LAST_NAMES])} Road"
        return f"{street}, {self.number()} {self.place()}"

    def people(self, count: int, prefix: str, tiers: Sequence[str]) -> list[dict[str, Any]]:
        """Records of customers; the second has the surname of the first."""
        names = self.some(self._words[_LAST_NAMES], count - 1)
        surnames = [names[0], *names]
        return [self._person(surname, prefix, tiers) for surname in surnames]

    def _person(self, surname: str, prefix: str, tiers: Sequence[str]) -> dict[str, Any]:
        first, number = self.pick(self._words[_FIRST_NAMES]), self.number()
        return {
            "kind": "customer",
            "id": f"{prefix}{number}",
            "name": f"{first} {surname}",
            "email": f"{first}.{surname}{self.below(90) + 10}@example.com".lower(),
            "postcode": self.number(),
            "membership": self.pick(tiers),
        }


def by_id(records: Sequence[Record]) -> dict[str, Record]:
    """Records by their ids."""
    return {record["id"]: record for record in records}
