"""Plays an agent over the tasks of a split and keeps every episode."""

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import gymnasium as gym
import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, ContextOverflow, InfrastructureError, unknown_name
from agentic_gym.evaluation.agents import Agent, Player, check_agent, describe_agent, make_agent
from agentic_gym.evaluation.runs import (
    RunConfiguration,
    begin_run,
    plain_options,
    read_results,
    removed_if_empty,
)
from agentic_gym.evaluation.statistics import EpisodeResult, Summary, summarize
from agentic_gym.messages import JSONObject
from agentic_gym.policies.agent import PolicyAgent, PolicyAgents, play_together, stop_reason
from agentic_gym.policies.base import Policy
from agentic_gym.registration import environment_options, registered_ids
from agentic_gym.tasks import Observation
from agentic_gym.trajectories.records import Trajectory
from agentic_gym.trajectories.store import TrajectoryStore

ATTEMPTS = 3
"""How often a task is played, in one go, when infrastructure fails."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        done: tasks that are finished, those of an earlier start included.
        total: tasks of the run.
        result: the episode that ended last; none when the run starts.
    """

    done: int
    total: int
    result: EpisodeResult | None = None


ProgressCallback: TypeAlias = Callable[[Progress], None]


def evaluate(
    env_id: str,
    agent: Player,
    *,
    out: Path | str,
    episodes: int = 100,
    rollouts: int = 1,
    seed: int = 0,
    split: str = "test",
    difficulty: int | None = None,
    workers: int = 4,
    together: bool = False,
    reseed: Callable[..., None] | None = None,
    env_options: Mapping[str, Any] | None = None,
    progress: ProgressCallback | None = None,
) -> Summary:
    """Scores an agent.

    Tasks that `out` already holds are not played again: a run that was stopped or killed goes on where
    it was, and one that is finished only gives its summary. An episode that infrastructure ended is
    kept, counted apart, and its task is played again.

    Args:
        env_id: a registered environment.
        agent: a name such as `oracle`, `module:attribute`, a callable, or a policy's `PolicyAgents` (see
            `make_agent`). With more than one worker a callable is called from several threads at once.
            One that raises `ContextOverflow` ends its episode truncated, and `InfrastructureError` unscored.
        out: the run's folder; made if it is not there.
        episodes: how many different tasks.
        rollouts: how often each of them is played, for pass@k and pass^k.
        seed: draws which ones.
        split: where they are drawn from.
        difficulty: their level; the environment's default if not given.
        workers: how many episodes are played at the same time.
        together: whether a policy is asked for all of these at once, which is what a model in this process
            wants; they begin together, and the next ones when the last of them has ended.
        reseed: called before episodes begin together, with whole numbers that name just these: what the
            policy then draws shall depend on nothing else, such as on what was drawn before a run stopped.
        env_options: further keyword arguments of `gym.make`.
        progress: called when the run starts and after each task, by one thread at a time.

    Raises:
        ConfigurationError: an argument cannot be used; nothing was written.
        RecordError: the folder holds a run with another configuration, or another process writes to it.
        Exception: what the agent raised, with a note that names the task. Finished episodes are kept;
            of a new run that finished none, nothing is left.
    """
    if workers < 1:
        raise ConfigurationError(f"workers is a whole number of at least 1; got {workers!r}")
    if rollouts < 1:
        raise ConfigurationError(f"rollouts is a whole number of at least 1; got {rollouts!r}")
    if together and not isinstance(agent, PolicyAgents):
        raise ConfigurationError(f"only a policy plays several episodes together; got the agent {agent!r}")
    options = dict(env_options or {})
    envs = [make_environment(env_id, **options)]
    taskset = envs[0].taskset
    shared = {**environment_options(options), "taskset": taskset}
    envs += [make_environment(env_id, **shared) for _ in range(workers - 1)]
    try:
        check_agent(agent, taskset)
        configuration = RunConfiguration(
            env_id=env_id,
            agent=describe_agent(agent),
            split=taskset.check_split(split),
            difficulty=taskset.check_difficulty(difficulty),
            seed=seed,
            episodes=episodes,
            rollouts=rollouts,
            env_options=plain_options(options),
        )
        indices = draw_indices(taskset.splits[split], episodes, seed)
        folder = Path(out)
        with removed_if_empty(folder), TrajectoryStore(folder) as store:
            begin_run(folder, configuration)
            done = {(result.index, result.rollout) for result in read_results(folder) if result.scored}
            run = _Run(configuration, agent, store, indices, done, progress)
            if together and isinstance(agent, PolicyAgents):
                run.play_together(agent.policy, envs, reseed)
            else:
                run.play(envs)
            return summarize(read_results(folder))
    finally:
        for env in envs:
            env.close()


def make_environment(env_id: str, **options: Any) -> AgenticEnv:
    """The environment of an id, without gymnasium's wrappers.

    Raises:
        ConfigurationError: there is none of this id, the closest one is suggested; or it is not one of
            this package's kind.
    """
    try:
        env = gym.make(env_id, disable_env_checker=True, **options).unwrapped
    except gym.error.UnregisteredEnv:
        raise unknown_name("environment", env_id.rpartition(":")[2], registered_ids()) from None
    except (gym.error.Error, ModuleNotFoundError) as error:
        # Of the two, gymnasium's own error for `module:id` has no module's name; another one is a bug's.
        if getattr(error, "name", None) is not None:
            raise
        raise ConfigurationError(f"{env_id!r} cannot be made: {error}") from error
    if not isinstance(env, AgenticEnv):
        env.close()
        known = ", ".join(registered_ids())
        raise ConfigurationError(
            f"{env_id!r} is not an environment for agents that act in text. Known: {known}"
        )
    return env


def draw_indices(indices: range, episodes: int, seed: int) -> list[int]:
    """Different indices, drawn by the seed; more of them begin with the fewer.

    Raises:
        ConfigurationError: there are not so many, or none is asked for.
    """
    if not 1 <= episodes <= len(indices):
        raise ConfigurationError(f"episodes is a whole number from 1 to {len(indices)}; got {episodes!r}")
    if seed < 0:
        raise ConfigurationError(f"seed is a whole number of at least 0; got {seed!r}")
    rng = np.random.default_rng((seed,))
    drawn: dict[int, None] = {}
    while len(drawn) < episodes:
        drawn[indices[int(rng.integers(len(indices)))]] = None
    return list(drawn)


class _Run:
    """The tasks of one run that are still to be played, shared by its workers."""

    def __init__(
        self,
        configuration: RunConfiguration,
        agent: Player,
        store: TrajectoryStore,
        indices: Sequence[int],
        done: Iterable[tuple[int, int]],
        progress: ProgressCallback | None,
    ) -> None:
        finished = set(done)
        self._configuration = configuration
        self._agent = agent
        self._store = store
        every = [(index, rollout) for index in indices for rollout in range(configuration.rollouts)]
        self._pending = deque(each for each in every if each not in finished)
        self._total = len(every)
        self._done = self._total - len(self._pending)
        self._progress = progress
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def play(self, envs: Sequence[AgenticEnv]) -> None:
        """Plays what is pending, an episode in each environment at a time."""
        self._report(None)
        with ThreadPoolExecutor(len(envs), thread_name_prefix="episode") as pool:
            futures = [pool.submit(self._work, env) for env in envs]
            try:
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                self._stopped.set()
                # Ends the code that is running, so that nobody waits for its time limit.
                for env in envs:
                    env.close()
                raise

    def play_together(
        self, policy: Policy, envs: Sequence[AgenticEnv], reseed: Callable[..., None] | None
    ) -> None:
        """Plays what is pending, an episode in each environment at a time, all of them in step."""
        self._report(None)
        for attempt in range(1, ATTEMPTS + 1):
            pending = list(self._pending)
            self._pending.clear()
            for start in range(0, len(pending), len(envs)):
                wave = pending[start : start + len(envs)]
                if reseed is not None:
                    configuration = self._configuration
                    # All of the wave, since one that goes on without its finished episodes is another one.
                    members = chain.from_iterable(wave)
                    reseed(configuration.seed, configuration.difficulty, attempt, *members)
                self._play_wave(policy, envs, wave, attempt)

    def _work(self, env: AgenticEnv) -> None:
        while not self._stopped.is_set():
            try:
                index, rollout = self._pending.popleft()
            except IndexError:
                return
            for attempt in range(1, ATTEMPTS + 1):
                result = self._play_one(env, index, rollout, attempt)
                if result is None or result.scored:
                    break
            if result is not None:
                self._report(result)

    def _play_one(self, env: AgenticEnv, index: int, rollout: int, attempt: int) -> EpisodeResult | None:
        """Plays and keeps one episode; none where the run was stopped meanwhile."""
        started = time.perf_counter()
        try:
            observation, _ = env.reset(options=self._reset_options(index))
            agent = make_agent(self._agent, env)
            ended = self._episode(env, agent, observation)
        except Exception as error:
            self._add_note(error, env, index)
            raise
        if not ended:
            return None
        trajectory, counted = env.trajectory, {}
        if isinstance(agent, PolicyAgent):
            trajectory = agent.annotate(trajectory)
            counted = {"prompt_tokens": agent.prompt_count, "sampled_tokens": agent.sampled_count}
        fields = {"attempt": attempt, "seconds": round(time.perf_counter() - started, 4), **counted}
        return self._keep(env, trajectory, index, rollout, fields)

    def _play_wave(
        self, policy: Policy, envs: Sequence[AgenticEnv], wave: Sequence[tuple[int, int]], attempt: int
    ) -> None:
        """Plays an episode in each environment, all of them together, and keeps each when it ends."""

        def ended(place: int, trajectory: Trajectory) -> None:
            index, rollout = wave[place]
            fields = {
                "attempt": attempt,
                "seconds": round(sum(turn.seconds + turn.policy_seconds for turn in trajectory.turns), 4),
                "prompt_tokens": sum(len(tokens.prompt) for tokens in trajectory.tokens),
                "sampled_tokens": sum(len(tokens.sampled) for tokens in trajectory.tokens),
            }
            result = self._keep(envs[place], trajectory, index, rollout, fields)
            if result.scored or attempt == ATTEMPTS:
                self._report(result)
            else:
                self._pending.append((index, rollout))

        options = [self._reset_options(index) for index, _ in wave]
        try:
            play_together(policy, envs[: len(wave)], options, ended=ended)
        except Exception as error:
            self._add_note(error, envs[0], *(index for index, _ in wave))
            raise

    def _keep(
        self, env: AgenticEnv, trajectory: Trajectory, index: int, rollout: int, fields: JSONObject
    ) -> EpisodeResult:
        """Writes the episode that has ended in an environment."""
        configuration = self._configuration
        record = _fields(env) | {
            "index": index,
            "rollout": rollout,
            "env_id": configuration.env_id,
            "split": configuration.split,
            "difficulty": configuration.difficulty,
            "agent": configuration.agent,
            "seed": configuration.seed,
            **fields,
        }
        named = replace(
            trajectory,
            reward_components=record["reward_components"],
            episode_id=uuid.uuid4().hex,
            group_id=str(env.task.key),
        )
        self._store.append(record, named)
        return EpisodeResult.from_record({"tags": sorted(env.task.tags), **record})

    def _reset_options(self, index: int) -> dict[str, Any]:
        configuration = self._configuration
        return {"split": configuration.split, "difficulty": configuration.difficulty, "index": index}

    def _add_note(self, error: Exception, env: AgenticEnv, *indices: int) -> None:
        """Names the tasks in whose play an error was raised."""
        split, level = self._configuration.split, self._configuration.difficulty
        keys = [str(env.taskset.key(split=split, difficulty=level, index=index)) for index in indices]
        error.add_note(f"while {self._configuration.agent!r} played {', '.join(keys)}")

    def _episode(self, env: AgenticEnv, agent: Agent, observation: Observation) -> bool:
        """Plays one episode; whether it came to its end, before the run was stopped."""
        ended = False
        while not ended:
            try:
                action = agent(observation)
            except (ContextOverflow, InfrastructureError) as error:
                env.end(stop_reason(error))
                return True
            if self._stopped.is_set():
                return False
            observation, _, terminated, truncated, _ = env.step(action)
            ended = terminated or truncated
        return not self._stopped.is_set()

    def _report(self, result: EpisodeResult | None) -> None:
        with self._lock:
            self._done += result is not None
            if self._progress is not None:
                self._progress(Progress(self._done, self._total, result))


def _fields(env: AgenticEnv) -> JSONObject:
    """What a record says beyond the trajectory itself."""
    trajectory, score = env.trajectory, env.score
    return {
        "task_id": trajectory.task_id,
        "template": env.task.template,
        "reference": env.task.reference,
        "is_success": trajectory.measures.get("success", 0.0) >= 1.0,
        "scored": score is not None,
        "reward": score.reward if score else 0.0,
        "reward_components": dict(score.components) if score else {},
        "stop_reason": trajectory.stop_reason,
        "n_turns": len(trajectory.turns),
        "n_calls": len(trajectory.calls),
    }
