"""A problem: a figure, what is asked of it, and two ways to solve it that must agree."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from agentic_gym_envs.oracles.calculating import Method
from agentic_gym_envs.visualmath.figures import Figure

_AGREEMENT = 1e-6
"""How far two solutions may differ, as a share."""
_TIE = 0.04
"""How near to a tie a result may be rounded, in units of its last place."""

ROUNDINGS: Mapping[int, str] = {
    0: "Give a whole number.",
    1: "Round to one decimal place.",
    2: "Round to two decimal places.",
    3: "Round to three decimal places.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A figure with a question.

    Attributes:
        figure: holds every number.
        method: solves it.
        given: what the method takes, as it is read off the figure.
        check: solves it in another way.
        question: in words, without numbers.
        places: decimal places of the answer; 0 for a whole number.
    """

    figure: Figure
    method: Method
    given: tuple[Any, ...]
    check: Callable[[], float]
    question: str
    places: int

    @property
    def solution(self) -> float:
        """What the method gives, not rounded."""
        return float(self.method(*self.given))


@dataclass(frozen=True, slots=True)
class Dice:
    """What a family draws with."""

    rng: np.random.Generator

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def tenths(self, low: float, high: float) -> float:
        """A number with one decimal place."""
        return self.between(round(low * 10), round(high * 10)) / 10

    def halves(self, low: float, high: float) -> float:
        """A multiple of one half."""
        return self.between(round(low * 2), round(high * 2)) / 2

    def several(self, count: int, low: int, high: int) -> list[int]:
        """Different whole numbers."""
        return [low + int(step) for step in self.rng.choice(high - low + 1, size=count, replace=False)]

    def said(self, *variants: str) -> str:
        """One wording."""
        return variants[self.between(0, len(variants) - 1)]


Family: TypeAlias = Callable[[Dice], Problem]
"""Draws a problem of one kind; its name is the template's."""


def solved(problem: Problem) -> bool:
    """Whether the problem is fair: both solutions agree, and rounding is clear and leaves something.

    Small whole numbers are refused: they are what one guesses.
    """
    return agree(problem.solution, problem.check()) and is_clear(problem.solution, problem.places)


def agree(one: float, other: float) -> bool:
    """Whether two solutions are the same number."""
    return math.isclose(one, other, rel_tol=_AGREEMENT, abs_tol=_AGREEMENT)


def is_clear(value: float, places: int) -> bool:
    """Whether a value is rounded in one way only, and is neither 0 nor 1 nor below."""
    scaled = value * 10**places
    if places == 0 and abs(scaled - round(scaled)) > _AGREEMENT:
        return False
    return abs(abs(scaled - math.floor(scaled)) - 0.5) > _TIE and round(value, places) not in (0, 1)


def written(value: float) -> str:
    """A number as a figure shows it.

    >>> written(12.0), written(7.5)
    ('12', '7.5')
    """
    return f"{value:g}"
