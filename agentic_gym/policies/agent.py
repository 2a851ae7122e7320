"""A policy as the agent of an episode, and many episodes played with one policy at the same time."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import AgenticGymError, ConfigurationError, ContextOverflow
from agentic_gym.messages import StopReason
from agentic_gym.policies.base import Conversation, Outcome, Policy, Sampled
from agentic_gym.protocols.openai import OpenAI
from agentic_gym.tasks import Observation
from agentic_gym.trajectories.records import Trajectory


def stop_reason(error: AgenticGymError) -> StopReason:
    """Why an episode ends whose agent raised a `ContextOverflow` or an `InfrastructureError`."""
    return StopReason.MAX_CONTEXT if isinstance(error, ContextOverflow) else StopReason.INFRASTRUCTURE


class PolicyAgent:
    """A policy in one episode: `agent(observation)` is its next action.

    Args:
        policy: asked for one turn at a time.
        env: after `reset`.
    """

    def __init__(self, policy: Policy, env: AgenticEnv) -> None:
        self._policy = policy
        self._env = env
        self._sampled: list[tuple[Sampled, float]] = []
        self._conversation = Conversation(())

    def __call__(self, observation: Observation) -> str:
        """The next action.

        Raises:
            ContextOverflow: the model's context has no room for another turn.
            InfrastructureError: the model could not be asked.
        """
        started = time.perf_counter()
        [outcome] = self._policy.act([self.listen()])
        return self.take(outcome, time.perf_counter() - started)

    def listen(self) -> Conversation:
        """The conversation as it stands now; the same object at each turn."""
        env, conversation = self._env, self._conversation
        conversation.messages, conversation.turns = env.conversation, env.turns
        conversation.tools, conversation.native = env.tool_schemas, isinstance(env.protocol, OpenAI)
        return conversation

    def take(self, outcome: Outcome, seconds: float) -> str:
        """Keeps what the policy sampled and gives its text.

        Raises:
            ContextOverflow, InfrastructureError: the outcome is one.
        """
        if not isinstance(outcome, Sampled):
            raise outcome
        self._sampled.append((outcome, seconds))
        return outcome.text

    def annotate(self, trajectory: Trajectory) -> Trajectory:
        """The finished episode's trajectory with the tokens and the time of each turn."""
        turns = tuple(
            replace(turn, tokens=sampled.tokens, policy_seconds=seconds)
            for turn, (sampled, seconds) in zip(trajectory.turns, self._sampled, strict=True)
        )
        return replace(trajectory, turns=turns)

    @property
    def prompt_count(self) -> int:
        """Tokens that the model was shown, over all turns: each turn shows the earlier ones again."""
        return sum(sampled.prompt_count for sampled, _ in self._sampled)

    @property
    def sampled_count(self) -> int:
        """Tokens that the model sampled, over all turns."""
        return sum(sampled.sampled_count for sampled, _ in self._sampled)


class PolicyAgents:
    """A policy that `evaluate` can play: it makes an agent for each episode."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.name = policy.name

    def __call__(self, env: AgenticEnv) -> PolicyAgent:
        """The agent of the episode that `env` has begun."""
        return PolicyAgent(self.policy, env)


@dataclass(slots=True)
class _Seat:
    """One of the episodes that are played together."""

    env: AgenticEnv
    agent: PolicyAgent
    running: bool = True

    def step(self, outcome: Outcome, seconds: float) -> None:
        try:
            result = self.env.step(self.agent.take(outcome, seconds))
        except AgenticGymError as error:
            if error is not outcome:
                raise
            result = self.env.end(stop_reason(error))
        self.running = not (result[2] or result[3])


def play_together(
    policy: Policy, envs: Sequence[AgenticEnv], options: Sequence[dict[str, Any]], *, workers: int = 8
) -> list[Trajectory]:
    """Plays an episode in each environment; the policy is asked for all running ones at once.

    Args:
        policy: plays all of them.
        envs: one for each episode, without gymnasium's wrappers.
        options: of each environment's `reset`; the same `index` for the members of a group.
        workers: environments that step at the same time.

    Returns:
        the trajectories in the order of `envs`, with tokens; `env.score` has each one's score, none where
        the episode is to be masked.
    """
    if len(envs) != len(options):
        raise ConfigurationError(f"{len(envs)} environments and {len(options)} options; give one for each")
    seats = []
    for env, chosen in zip(envs, options, strict=True):
        env.reset(options=chosen)
        seats.append(_Seat(env, PolicyAgent(policy, env)))
    with ThreadPoolExecutor(workers, thread_name_prefix="step") as pool:
        while running := [seat for seat in seats if seat.running]:
            started = time.perf_counter()
            outcomes = policy.act([seat.agent.listen() for seat in running])
            seconds = time.perf_counter() - started
            list(pool.map(_Seat.step, running, outcomes, [seconds] * len(running)))
    return [_finished(seat) for seat in seats]


def _finished(seat: _Seat) -> Trajectory:
    score = seat.env.score
    components = dict(score.components) if score else {}
    return replace(seat.agent.annotate(seat.env.trajectory), reward_components=components)
