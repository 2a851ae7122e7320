"""What a family of problems is: parameters, words, and two solvers that know nothing of each other."""

import enum
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

Parameters: TypeAlias = dict[str, int]
Draw: TypeAlias = Callable[[np.random.Generator, int], Parameters]
"""Parameters for a size from 1 (small) to 3; not every draw need make a fair problem."""
Solver: TypeAlias = Callable[..., int]

LEAST, MOST = 2, 999
"""Answers are whole numbers up to 999, as in the AIME; 0 and 1 are left out, since they can be guessed."""

PREAMBLE = (
    "from fractions import Fraction\nfrom itertools import combinations\nfrom math import comb, gcd, isqrt"
)
"""What the source of a `search` may use."""


class Field(enum.StrEnum):
    """The fields of mathematics that competitions have."""

    ARITHMETIC = "arithmetic"
    """Short sums for the lowest level."""
    NUMBER_THEORY = "number theory"
    COMBINATORICS = "combinatorics"
    ALGEBRA = "algebra"
    GEOMETRY = "geometry"
    PROBABILITY = "probability"
    SEQUENCES = "sequences"


@dataclass(frozen=True, slots=True)
class Family:
    """Problems that differ in their parameters.

    Attributes:
        name: unique among the families.
        field: of mathematics.
        draw: draws parameters.
        wordings: the problem in words, each with the parameters in braces; none asks for anything else.
        solve: the answer by insight: a formula, a recurrence.
        search: the answer by going through the cases; imports nothing of this package, since an oracle runs
            its source.
        chain: a parameter that may be any number from 2 to 999, so that the answer of another problem can
            stand for it; empty where there is none.
        program: one line of Python that prints the answer, where that is how a person would do it; with the
            parameters in braces.
    """

    name: str
    field: Field
    draw: Draw
    wordings: tuple[str, ...]
    solve: Solver
    search: Solver
    chain: str = ""
    program: str = ""

    def words(self, parameters: Mapping[str, object], wording: int) -> str:
        """The problem in one of its wordings."""
        return self.wordings[wording % len(self.wordings)].format(**parameters)

    @property
    def source(self) -> str:
        """The source of `search`."""
        return textwrap.dedent(inspect.getsource(self.search))

    def call(self, parameters: Mapping[str, object]) -> str:
        """A call of `search` as Python; a string among the parameters stands for a variable."""
        given = ", ".join(f"{name}={value}" for name, value in parameters.items())
        return f"{self.search.__name__}({given})"


def whole(rng: np.random.Generator, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return int(rng.integers(low, high + 1))
