"""One episode, played to its end."""

from agentic_gym.evaluation.playing import play
from agentic_gym.trajectories import Trajectory


def outcome(env, agent, **options) -> tuple[float, Trajectory]:
    """The reward and the trajectory of an agent on the task that the options of `reset` name."""
    played = env.unwrapped
    play(played, agent, options=options)
    return played.score.reward, played.trajectory
