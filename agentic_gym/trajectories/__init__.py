"""Episodes as data: what happened in each turn, how it ended, and where it is kept."""

from agentic_gym.trajectories.records import Trajectory, Turn
from agentic_gym.trajectories.store import TrajectoryStore, read_episodes

__all__ = ["Trajectory", "TrajectoryStore", "Turn", "read_episodes"]
