"""A policy as the agent of an episode, and many episodes played with one policy at the same time."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
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

    def rest(self) -> None:
        """Lets go of the conversation once the episode is over, and so of what the policy keeps for it."""
        self._conversation = Conversation(())

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
    ended: Callable[[Trajectory], None] = lambda trajectory: None
    running: bool = True

    def step(self, outcome: Outcome, seconds: float) -> None:
        try:
            result = self.env.step(self.agent.take(outcome, seconds))
        except AgenticGymError as error:
            if error is not outcome:
                raise
            result = self.env.end(stop_reason(error))
        self.running = not (result[2] or result[3])
        if not self.running:
            self.agent.rest()
            self.ended(self.trajectory)

    @property
    def trajectory(self) -> Trajectory:
        """The finished episode's."""
        components = dict(self.env.score.components) if self.env.score else {}
        return replace(self.agent.annotate(self.env.trajectory), reward_components=components)


@dataclass(slots=True)
class _Cohort:
    """Episodes whose policy is asked at the same time."""

    seats: Sequence[_Seat]
    steps: list[Future[None]] = field(default_factory=list)

    def wait(self) -> list[_Seat]:
        """The episodes that run on, when all of them have taken their step."""
        for step in self.steps:
            step.result()
        return [seat for seat in self.seats if seat.running]


def play_together(
    policy: Policy,
    envs: Sequence[AgenticEnv],
    options: Sequence[dict[str, Any]],
    *,
    workers: int = 8,
    cohorts: int = 1,
    ended: Callable[[int, Trajectory], None] | None = None,
) -> list[Trajectory]:
    """Plays an episode in each environment; the policy is asked for many running ones at once.

    Args:
        policy: plays all of them.
        envs: one for each episode, without gymnasium's wrappers.
        options: of each environment's `reset`; the same `index` for the members of a group.
        workers: environments that step at the same time.
        cohorts: into how many runs of neighbours the episodes are parted. The policy is asked for one cohort
            after the other, in turn, and writes for one while the tools of another work. What is asked in
            which order does not depend on how long anything takes.
        ended: called with the place and the trajectory of each episode as soon as it has ended, from the
            thread in which it did; several may do so at once.

    Returns:
        the trajectories in the order of `envs`, with tokens; `env.score` has each one's score, none where
        the episode is to be masked.

    Raises:
        ConfigurationError: there are not as many options as environments, or `cohorts` is below 1.
    """
    if len(envs) != len(options):
        raise ConfigurationError(f"{len(envs)} environments and {len(options)} options; give one for each")
    if cohorts < 1:
        raise ConfigurationError(f"cohorts is a whole number of at least 1; got {cohorts!r}")
    with ThreadPoolExecutor(workers, thread_name_prefix="step") as pool:
        try:
            begun = [
                pool.submit(env.reset, options=chosen) for env, chosen in zip(envs, options, strict=True)
            ]
            for each in begun:
                each.result()
            seats = [_Seat(env, PolicyAgent(policy, env)) for env in envs]
            if ended is not None:
                for place, seat in enumerate(seats):
                    seat.ended = partial(ended, place)
            size = max(1, -(-len(seats) // cohorts))
            _play(policy, [_Cohort(seats[i : i + size]) for i in range(0, len(seats), size)], pool)
        except BaseException:  # an interrupt: what waits is dropped, what runs is waited for
            pool.shutdown(cancel_futures=True)
            raise
    return [seat.trajectory for seat in seats]


def _play(policy: Policy, cohorts: Sequence[_Cohort], pool: ThreadPoolExecutor) -> None:
    """Asks the policy for one cohort after the other, in turn, until all have ended."""
    waiting = deque(cohorts)
    while waiting:
        cohort = waiting.popleft()
        running = cohort.wait()
        if not running:
            continue
        started = time.perf_counter()
        outcomes = policy.act([seat.agent.listen() for seat in running])
        seconds = time.perf_counter() - started
        cohort.steps = [
            pool.submit(seat.step, outcome, seconds) for seat, outcome in zip(running, outcomes, strict=True)
        ]
        waiting.append(cohort)
