"""Gymnasium environments for agents that look, search, compute and act.

Importing this package registers its environments, so that `gymnasium.make("RealX-v0")` works;
`gymnasium.make("agentic_gym:RealX-v0")` needs no import, also in a spawned worker.
"""

import agentic_gym_envs  # noqa: F401 - registers the ids, strings only; needs the names above
from agentic_gym.core import AgenticEnv
from agentic_gym.messages import StopReason
from agentic_gym.registration import register, registered_ids
from agentic_gym.scoring.rubric import Component, Rubric
from agentic_gym.tasks import Observation, QuestionTask, Task, TaskKey, Taskset
from agentic_gym.tools import ToolContext, ToolOutput, tool
from agentic_gym.trajectories import Trajectory
from agentic_gym.vector import AgenticVectorEnv
from agentic_gym.version import __version__

__all__ = [
    "AgenticEnv",
    "AgenticVectorEnv",
    "Component",
    "Observation",
    "QuestionTask",
    "Rubric",
    "StopReason",
    "Task",
    "TaskKey",
    "Taskset",
    "ToolContext",
    "ToolOutput",
    "Trajectory",
    "__version__",
    "register",
    "registered_ids",
    "tool",
]
