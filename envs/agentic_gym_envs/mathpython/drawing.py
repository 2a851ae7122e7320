"""Drawing a problem: parameters that belong to the split, and an answer that nobody guesses."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym_envs.mathpython.family import LEAST, MOST, Family, Parameters, whole

_SAMPLE = 2_000
_MOST_COMMON = 0.006
"""The share of the most common answer of a family that is aimed at; the promise is 0.01."""
_MOST_DRAWS = 200
_MOST_CHAINS = 200
_SHARES = (("train", 8), ("val", 1), ("test", 1))
"""Tenths of all parameters that belong to each split."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem, perhaps built on another.

    Attributes:
        family: what it asks.
        parameters: its numbers; the chained one holds the answer of the problem before it.
        answer: by `solve`.
        before: the problem whose answer is its chained parameter.
    """

    family: Family
    parameters: Parameters
    answer: int
    before: "Problem | None" = None

    @property
    def chain(self) -> tuple["Problem", ...]:
        """The problems that it is built on, the first one first, and itself."""
        return (*(self.before.chain if self.before else ()), self)


def draw_problem(
    families: Sequence[Family], split: str, size: int, links: int, rng: np.random.Generator
) -> Problem:
    """A problem of so many links; the families of those after the first can be chained.

    Raises:
        ContractError: no fair problem was found, or two solvers disagree.
    """
    for _ in range(_MOST_CHAINS):
        problem = _draw_first(families, split, size, rng)
        for _ in range(links - 1):
            if problem is not None:
                problem = _draw_next(families, size, problem, rng)
        if problem is not None:
            return problem
    raise ContractError(f"no fair problem of {links} links in {_MOST_CHAINS} tries (size {size})")


def _draw_first(
    families: Sequence[Family], split: str, size: int, rng: np.random.Generator
) -> Problem | None:
    family = families[int(rng.integers(len(families)))]
    keep = acceptance(family, size, False)
    for _ in range(_MOST_DRAWS):
        parameters = family.draw(rng, size)
        if split_of(family, parameters) == split:
            problem = _fair(family, parameters, keep, None, rng)
            if problem is not None:
                return problem
    return None


def _draw_next(
    families: Sequence[Family], size: int, before: Problem, rng: np.random.Generator
) -> Problem | None:
    """A problem built on another; few parameters may be left to draw, so that there need not be one."""
    chained = [family for family in families if family.chain]
    family = chained[int(rng.integers(len(chained)))]
    keep = acceptance(family, size, True)
    for _ in range(_MOST_DRAWS):
        parameters = {**family.draw(rng, size), family.chain: before.answer}
        problem = _fair(family, parameters, keep, before, rng)
        if problem is not None:
            return problem
    return None


def _fair(
    family: Family,
    parameters: Parameters,
    keep: Mapping[int, float],
    before: Problem | None,
    rng: np.random.Generator,
) -> Problem | None:
    """The problem with these parameters, unless its answer is out of range or too common."""
    answer = family.solve(**parameters)
    if not LEAST <= answer <= MOST or rng.random() >= keep.get(answer, 1.0):
        return None
    found = family.search(**parameters)
    if found != answer:
        raise ContractError(f"the solvers of {family.name!r} say {answer} and {found} of {parameters}")
    return Problem(family, parameters, answer, before)


def split_of(family: Family, parameters: Mapping[str, int]) -> str:
    """The split that a problem belongs to, which its first link's parameters decide: so none is in two."""
    text = f"{family.name}:{sorted(parameters.items())}"
    ticket = hashlib.blake2b(text.encode(), digest_size=2).digest()[0] % sum(share for _, share in _SHARES)
    for split, share in _SHARES:
        ticket -= share
        if ticket < 0:
            return split
    raise AssertionError("a ticket is below the sum of the shares")


@lru_cache(maxsize=256)
def acceptance(family: Family, size: int, chained: bool) -> Mapping[int, float]:
    """With what probability each answer is kept, so that none is common.

    An answer that a sample of draws gives with share p is kept with probability min(1, c / p), where c is
    such that no answer's share among those that are kept exceeds the aim.

    Raises:
        ContractError: the family has too few answers for that.
    """
    rng = np.random.default_rng((_SAMPLE, size, chained))
    counts: Counter[int] = Counter()
    for _ in range(_SAMPLE):
        parameters = family.draw(rng, size)
        if chained:
            parameters[family.chain] = whole(rng, LEAST, MOST)
        answer = family.solve(**parameters)
        if LEAST <= answer <= MOST:
            counts[answer] += 1
    low, high = 0.0, float(max(counts.values(), default=0))
    for _ in range(40):
        cap = (low + high) / 2
        kept = sum(min(count, cap) for count in counts.values())
        low, high = (cap, high) if cap <= _MOST_COMMON * kept else (low, cap)
    if low < 0.5:
        raise ContractError(
            f"{family.name!r} has {len(counts)} answers at size {size}: too few for none to be common"
        )
    return {answer: min(1.0, low / count) for answer, count in counts.items()}
