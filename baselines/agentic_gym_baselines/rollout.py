"""Episodes for a trainer: groups that play the same task, with their rewards and the tokens to learn from."""

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.messages import Malformed, Pixels, StopReason, ToolStatus
from agentic_gym.policies import Conversation, Outcome, Policy, play_together
from agentic_gym.policies.scoring import Example
from agentic_gym.registration import environment_options
from agentic_gym.trajectories.records import Trajectory
from agentic_gym.trajectories.tokens import split
from agentic_gym_baselines.behaviour import is_placeholder

_ROUNDING = 1e-9
"""How far apart equal rewards may be that were summed in different orders."""


@dataclass(frozen=True)
class Episode:
    """A finished episode.

    Attributes:
        trajectory: with its tokens.
        reward: the rubric's; none where infrastructure ended the episode.
    """

    trajectory: Trajectory
    reward: float | None

    @property
    def masked(self) -> bool:
        """Whether nothing is to be learned from it: infrastructure ended it, or a full context did."""
        return self.reward is None or self.overflowed

    @property
    def overflowed(self) -> bool:
        """Whether the model's context had no room for another turn."""
        return self.trajectory.stop_reason is StopReason.MAX_CONTEXT

    @property
    def success(self) -> float:
        """From 0 to 1, as the task measured it."""
        return self.trajectory.measures.get("success", 0.0)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """What to learn from: one sequence, or several where a server's template rewrote the past."""
        return tuple(
            Example(sequence, self._pictures[: len(sequence.images)])
            for sequence in split(self.trajectory.tokens)
        )

    def check_tokens(self) -> None:
        """Makes sure that the episode can be learned from.

        Raises:
            ConfigurationError: the policy gave no tokens, or no log-probabilities.
        """
        turns, tokens = self.trajectory.turns, self.trajectory.tokens
        if len(tokens) < len(turns) or not all(len(turn.logprobs) == len(turn.sampled) for turn in tokens):
            raise ConfigurationError(
                "the policy gives no token ids, or no log-probabilities, of what it samples, so that nothing "
                "can be learned from it: sample with --policy transformers, or with vLLM, which gives both"
            )

    @property
    def sampled(self) -> int:
        """Tokens that the model wrote."""
        return sum(len(turn.sampled) for turn in self.trajectory.tokens)

    @cached_property
    def _pictures(self) -> tuple[Pixels, ...]:
        shown = [self.trajectory.prompt, *(turn.observation for turn in self.trajectory.turns)]
        return tuple(image.pixels for entry in shown if entry is not None for image in entry.images)


@dataclass(frozen=True, slots=True)
class Group:
    """Episodes of the same task."""

    index: int
    episodes: tuple[Episode, ...]

    @property
    def rewards(self) -> list[float | None]:
        """Of each episode; none where it is masked."""
        return [None if episode.masked else episode.reward for episode in self.episodes]

    @property
    def varied(self) -> bool:
        """Whether two rewards differ, so that the group has something to say."""
        return differ(self.rewards)


def differ(rewards: Sequence[float | None]) -> bool:
    """Whether two known rewards differ by more than rounding: by over 1e-9 of the largest, or of 1.

    >>> differ([0.1 + 0.2, 0.3, None])
    False
    """
    known = [reward for reward in rewards if reward is not None]
    if not known:
        return False
    return max(known) - min(known) > _ROUNDING * max(1.0, *map(abs, known))


@dataclass(slots=True)
class Clock:
    """Seconds of wall time by what they went into.

    Attributes:
        generation: in which the policy wrote.
        tools: in which the policy had to wait for environments.
        learning: passes with a gradient, and optimiser steps.
        refreshing: in which the sampler took the learner's weights over.
    """

    generation: float = 0.0
    tools: float = 0.0
    learning: float = 0.0
    refreshing: float = 0.0

    @contextmanager
    def taking(self, name: str) -> Iterator[None]:
        """Adds the time of the block, less what it counts itself as generation, to one of the four."""
        started, before = time.perf_counter(), self.generation
        yield
        inner = 0.0 if name == "generation" else self.generation - before
        setattr(self, name, getattr(self, name) + time.perf_counter() - started - inner)

    def values(self) -> dict[str, float]:
        """For the log."""
        return {f"seconds_{name}": seconds for name, seconds in asdict(self).items()}


class _Timed:
    """A policy whose time is taken."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self.name = policy.name
        self._policy = policy
        self._clock = clock

    def act(self, conversations: Sequence[Conversation]) -> list[Outcome]:
        with self._clock.taking("generation"):
            return self._policy.act(conversations)


class Rollouts:
    """Environments in which groups of episodes are played, many at once.

    One cohort of them writes while the tools of another work, in an order that does not depend on how long
    anything takes: the same policy with the same seed plays the same. More cohorts hide more of the tools'
    time, but a model that writes fewer episodes at once writes fewer tokens a second.

    Args:
        env_id: a registered environment.
        size: episodes that are played at the same time.
        level: of the tasks; the environment's default if not given.
        options: further keyword arguments of `gym.make`.
        workers: environments that work at the same time.
        cohorts: see `play_together`.

    Raises:
        ConfigurationError: an argument cannot be used.
    """

    def __init__(
        self,
        env_id: str,
        *,
        size: int,
        level: int | None = None,
        options: Mapping[str, Any] | None = None,
        workers: int = 8,
        cohorts: int = 2,
    ) -> None:
        if size < 1:
            raise ConfigurationError(f"at least 1 episode is played at a time; got {size}")
        given = dict(options or {}) | {"difficulty": level}
        first = make_environment(env_id, **given)
        shared = {**environment_options(given), "taskset": first.taskset}
        self.envs: list[AgenticEnv] = [first]
        try:
            while len(self.envs) < size:
                self.envs.append(make_environment(env_id, **shared))
        except BaseException:
            self.close()
            raise
        self.taskset = first.taskset
        self.level = first.difficulty
        self._workers = workers
        self._cohorts = cohorts

    def play(
        self,
        policy: Policy,
        indices: Sequence[int],
        *,
        group_size: int = 1,
        clock: Clock | None = None,
        tool_bonus: float = 0.0,
    ) -> list[Group]:
        """A group of episodes for each index, in order.

        Args:
            policy: plays them.
            indices: of tasks; the split is found from them.
            group_size: episodes of each group.
            clock: to which the time is added.
            tool_bonus: added to the reward of an episode in which a tool call did what was asked.
        """
        clock = clock or Clock()
        timed = _Timed(policy, clock)
        wanted = [index for index in indices for _ in range(group_size)]
        episodes: list[Episode] = []
        for start in range(0, len(wanted), len(self.envs)):
            chunk = wanted[start : start + len(self.envs)]
            episodes += self._play(timed, chunk, clock, tool_bonus)
        return [
            Group(index, tuple(episodes[place * group_size : (place + 1) * group_size]))
            for place, index in enumerate(indices)
        ]

    def draw(self, split: str, count: int, *key: int, without: Collection[int] = ()) -> list[int]:
        """Different indices of a split: always the same ones for the same key.

        Args:
            split: of the taskset.
            count: how many.
            key: of the random stream.
            without: indices of the split that are not drawn. Where it holds too few others, all of them are.

        Raises:
            ConfigurationError: there is no such split, or it holds fewer.
        """
        indices = self.taskset.splits[self.taskset.check_split(split)]
        if count > len(indices):
            raise ConfigurationError(f"split {split!r} holds {len(indices)} tasks; {count} are wanted")
        rng = np.random.default_rng(key)
        drawn: dict[int, None] = {}
        wanted = min(count, len(indices) - len(set(without)))
        while len(drawn) < wanted:
            index = indices[int(rng.integers(len(indices)))]
            if index not in without:
                drawn[index] = None
        return list(drawn)

    def close(self) -> None:
        """Closes every environment."""
        for env in self.envs:
            env.close()

    def _play(self, policy: _Timed, indices: Sequence[int], clock: Clock, tool_bonus: float) -> list[Episode]:
        envs = self.envs[: len(indices)]
        options = [{"index": index, "difficulty": self.level} for index in indices]
        with clock.taking("tools"):
            trajectories = play_together(policy, envs, options, workers=self._workers, cohorts=self._cohorts)
        return [
            Episode(trajectory, _reward(env, trajectory, tool_bonus))
            for env, trajectory in zip(envs, trajectories, strict=True)
        ]


def _reward(env: AgenticEnv, trajectory: Trajectory, tool_bonus: float) -> float | None:
    if env.score is None:
        return None
    used = any(result.status is ToolStatus.OK for result in trajectory.results)
    return env.score.reward + (tool_bonus if used else 0.0)


def describe(groups: Sequence[Group]) -> dict[str, float | None]:
    """What the episodes of some groups are like; none where there is nothing to take a mean of.

    All means are over scored episodes, those that ran out of context (`overflowed`) included: one that
    infrastructure cut short says nothing of the model. `sampled_tokens` and `episodes` count all of them, and
    `masked` those that are not learned from. `identical_calls` is the share of calls that were
    made, word for word, in the episode of another task too, and `placeholder_calls` that of Python whose
    code computes nothing.
    """
    episodes = [episode for group in groups for episode in group.episodes]
    scored = [episode for episode in episodes if episode.reward is not None]
    turns = [turn for episode in scored for turn in episode.trajectory.turns]
    return {
        "reward": _mean([episode.reward or 0.0 for episode in scored]),
        "success": _mean([episode.success for episode in scored]),
        "calls": _mean([len(episode.trajectory.calls) for episode in scored]),
        "called": _mean([bool(episode.trajectory.calls) for episode in scored]),
        "turns": _mean([len(episode.trajectory.turns) for episode in scored]),
        "well_formed": _mean([not isinstance(turn.action, Malformed) for turn in turns]),
        "answered": _mean([episode.trajectory.answer is not None for episode in scored]),
        "identical_calls": _identical_calls(groups),
        "placeholder_calls": _mean([is_placeholder(code) for code in _code(scored)]),
        "length": _mean([episode.sampled for episode in scored]),
        "sampled_tokens": sum(episode.sampled for episode in episodes),
        "episodes": len(episodes),
        "masked": sum(episode.masked for episode in episodes),
        "overflowed": sum(episode.overflowed for episode in episodes),
        "flat_groups": sum(not group.varied for group in groups),
        "groups": len(groups),
    }


def _code(episodes: Sequence[Episode]) -> list[str]:
    """What was to be run, of every call of Python."""
    calls = [call for episode in episodes for call in episode.trajectory.calls]
    return [str(call.arguments.get("code", "")) for call in calls if call.name == "python"]


def _identical_calls(groups: Sequence[Group]) -> float | None:
    calls = [
        (group.index, f"{call.name} {dict(call.arguments)!r}")
        for group in groups
        for episode in group.episodes
        if episode.reward is not None
        for call in episode.trajectory.calls
    ]
    tasks = Counter(text for _, text in set(calls))
    return _mean([tasks[text] > 1 for _, text in calls])


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
