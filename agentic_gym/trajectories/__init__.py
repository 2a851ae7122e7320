"""Episodes as data: what happened in each turn, token for token, how it ended, and where it is kept."""

from agentic_gym.trajectories.records import Trajectory, Turn
from agentic_gym.trajectories.store import TrajectoryStore, read_episodes, read_tokens
from agentic_gym.trajectories.tokens import ImageSpan, TokenSequence, TurnTokens, join, split

__all__ = [
    "ImageSpan",
    "TokenSequence",
    "Trajectory",
    "TrajectoryStore",
    "Turn",
    "TurnTokens",
    "join",
    "read_episodes",
    "read_tokens",
    "split",
]
