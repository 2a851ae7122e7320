"""The kinds of problem, by subject; each file has a table of its own."""

from agentic_gym_envs.visualmath.families.areas import AREAS
from agentic_gym_envs.visualmath.families.circles import CIRCLES
from agentic_gym_envs.visualmath.families.graphs import GRAPHS
from agentic_gym_envs.visualmath.families.networks import NETWORKS
from agentic_gym_envs.visualmath.families.puzzles import PUZZLES
from agentic_gym_envs.visualmath.families.solids import SOLIDS
from agentic_gym_envs.visualmath.families.triangles import TRIANGLES
from agentic_gym_envs.visualmath.problems import Family

FAMILIES: tuple[Family, ...] = (*TRIANGLES, *CIRCLES, *AREAS, *GRAPHS, *PUZZLES, *NETWORKS, *SOLIDS)
"""Every family."""
