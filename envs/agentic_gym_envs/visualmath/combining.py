"""How the answers of two figures are combined."""

from collections.abc import Mapping
from types import MappingProxyType

from agentic_gym_envs.oracles.calculating import Method


def add(first: float, second: float) -> float:
    """The sum."""
    return first + second


def differ(first: float, second: float) -> float:
    """By how much two numbers differ."""
    return abs(first - second)


def mean(first: float, second: float) -> float:
    """The number half-way between two."""
    return (first + second) / 2


def share(first: float, second: float) -> float:
    """How many times the second goes into the first."""
    return first / second


COMBINATIONS: Mapping[str, tuple[Method, tuple[str, ...]]] = MappingProxyType(
    {
        "sum": (add, ("What is the sum of the two results?", "Add the two results.")),
        "difference": (differ, ("By how much do the two results differ?", "What is their difference?")),
        "mean": (mean, ("What is the mean of the two results?", "Which number is half-way between the two?")),
        "ratio": (
            share,
            ("Divide the first result by the second.", "What is the first result over the second?"),
        ),
    }
)
"""By name, with ways to ask for it."""
PLACES = 2
"""Decimal places of a combined answer."""
