"""The families, a module for each field."""

from agentic_gym_envs.mathpython.family import Family
from agentic_gym_envs.mathpython.fields import (
    algebra,
    arithmetic,
    combinatorics,
    geometry,
    number_theory,
    probability,
    sequences,
)

DRILLS: tuple[Family, ...] = arithmetic.FAMILIES
"""The short problems of level 0."""
FAMILIES: tuple[Family, ...] = (
    *number_theory.FAMILIES,
    *combinatorics.FAMILIES,
    *algebra.FAMILIES,
    *geometry.FAMILIES,
    *probability.FAMILIES,
    *sequences.FAMILIES,
)
"""The competition-style families of the levels above."""
