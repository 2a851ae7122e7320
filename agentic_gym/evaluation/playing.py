"""One episode played to its end, without a run around it: for checks, cards and samples."""

from typing import Any

from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.agents import Agent, make_agent
from agentic_gym.messages import JSONObject


def play(
    env: AgenticEnv, agent: str | Agent, *, seed: int | None = None, options: dict[str, Any] | None = None
) -> JSONObject:
    """Resets the environment, plays an agent to the episode's end and gives the last info.

    The episode is still there afterwards: `env.trajectory`, `env.task`, `env.score`.

    Args:
        env: the environment, without gymnasium's wrappers.
        agent: as `make_agent` takes it.
        seed: of `reset`.
        options: of `reset`.

    Raises:
        ConfigurationError: there is no such agent, or `options` cannot be used.
    """
    observation, info = env.reset(seed=seed, options=options)
    acts = make_agent(agent, env)
    ended = False
    while not ended:
        observation, _, terminated, truncated, info = env.step(acts(observation))
        ended = terminated or truncated
    return info
