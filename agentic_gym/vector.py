"""`AgenticVectorEnv`: many episodes at once in one process, their tool work overlapped by threads."""

import operator
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import gymnasium as gym
import numpy as np
from gymnasium.error import ClosedEnvironmentError
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.vector.utils import concatenate, create_empty_array, iterate
from numpy.typing import NDArray

from agentic_gym.errors import ConfigurationError, EpisodeEndedError, unknown_name

if TYPE_CHECKING:
    _SyncVectorEnv: TypeAlias = SyncVectorEnv[Any, Any]
else:
    _SyncVectorEnv = SyncVectorEnv  # takes no type arguments in gymnasium 1.2

T = TypeVar("T")
Info: TypeAlias = dict[str, Any]
StepResult: TypeAlias = tuple[Any, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], Info]


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one environment returned; `final` is what SAME_STEP tells of the episode that ended."""

    observation: Any
    info: Info
    reward: float = 0.0
    terminated: bool = False
    truncated: bool = False
    final: Info | None = None


class AgenticVectorEnv(_SyncVectorEnv):
    """Steps many environments at once and returns exactly what gymnasium's `SyncVectorEnv` would.

    Each call runs the environments' own `reset` or `step` in threads of one process: while one waits
    for its sandbox, a search or a judge, the others go on. Results are in the order of the
    environments, whatever order they finish in. An environment is never in two threads at once, but
    may be in another thread at each call, and what environments share must bear several threads.

    Beyond `SyncVectorEnv`: `options["index"]` may be a sequence with one index an environment; the
    caller's `options` are left as they were; an exception names its environment; after a call that
    raised or was interrupted the episodes are out of step, and only a full `reset` is accepted. An
    interrupt waits until the running environments are done.

    Args:
        env_fns: callables that build the environments, all with equal spaces.
        autoreset_mode: what follows the end of an episode, as gymnasium defines it
            (https://farama.org/Vector-Autoreset-Mode).
        max_workers: how many environments run at once; all of them where None.

    Raises:
        ConfigurationError: there are no environments, `max_workers` is not positive, or the mode is
            none of gymnasium's.

    Example:
        >>> envs = AgenticVectorEnv([lambda: gym.make("CartPole-v1")] * 3)
        >>> observations, infos = envs.reset(seed=0)
        >>> observations.shape
        (3, 4)
        >>> envs.close()
    """

    def __init__(
        self,
        env_fns: Sequence[Callable[[], gym.Env[Any, Any]]],
        *,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_workers: int | None = None,
    ) -> None:
        """Builds the environments one after another; threads start when they are first needed."""
        env_fns = list(env_fns)
        if not env_fns:
            raise ConfigurationError("a vector environment holds at least one environment; got none")
        if max_workers is not None and max_workers < 1:
            raise ConfigurationError(f"max_workers is at least 1, or None for all; got {max_workers!r}")
        super().__init__(env_fns, autoreset_mode=_autoreset_mode(autoreset_mode))
        self.metadata = dict(self.metadata)  # gymnasium 1.2 hands out the environment class's own
        self._pool = ThreadPoolExecutor(max_workers or self.num_envs, thread_name_prefix="agentic-gym-env")
        self._ended: NDArray[np.bool_] = np.zeros(self.num_envs, dtype=np.bool_)
        self._latest: list[Any] = [None] * self.num_envs
        self._in_step = False  # whether every environment is where the caller last saw it

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Any, Info]:
        """Starts new episodes, in all environments or in those that a mask names.

        Args:
            seed: an int gives environment i the seed `seed + i`; a sequence gives each its own.
            options: for every environment, except for two keys. `reset_mask`, a boolean array of shape
                (num_envs,), limits the reset to where it is true; the other environments' observations
                are returned as they were. `index` may be a sequence of length num_envs.

        Returns:
            The observations of all environments, and the infos of those that were reset.

        Raises:
            ConfigurationError: a seed, a mask or an index is of the wrong kind or length, or the first
                reset, or the first one after a failure, has a mask.
        """
        mask = self._reset_mask(options)
        seeds = self._seeds(seed)
        env_options = self._env_options(options)

        def start(i: int) -> _Turn:
            observation, info = self.envs[i].reset(seed=seeds[i], options=env_options[i])
            return _Turn(self._keep(i, observation), info)

        turns = self._overlap(start, np.flatnonzero(mask).tolist())
        self._ended[mask] = False
        return self._observe(turns), self._batch_infos(turns)

    def step(self, actions: Any) -> StepResult:
        """Acts in every environment; the autoreset mode says what happens where an episode ended.

        Args:
            actions: one action an environment, in order.

        Returns:
            Batched observations; rewards, terminations and truncations of shape (num_envs,); infos.

        Raises:
            ConfigurationError: there is not one action an environment.
            EpisodeEndedError: no episodes are running, an earlier call failed, or, where automatic
                resets are disabled, an episode has ended and was not reset.
        """
        each_action = self._each_action(actions)
        self._check_running()
        turns = self._overlap(lambda i: self._advance(i, each_action[i]), range(self.num_envs))
        rewards = np.array([turn.reward for turn in turns.values()], dtype=np.float64)
        terminated = np.array([turn.terminated for turn in turns.values()], dtype=np.bool_)
        truncated = np.array([turn.truncated for turn in turns.values()], dtype=np.bool_)
        self._ended = terminated | truncated
        return self._observe(turns), rewards, terminated, truncated, self._batch_infos(turns)

    def close_extras(self, **kwargs: Any) -> None:
        """Ends the threads and closes every environment, also where one of them fails to close."""
        if not hasattr(self, "_pool"):  # the constructor failed
            return super().close_extras(**kwargs)
        self.closed = True
        self._pool.shutdown(cancel_futures=True)
        failures: dict[int, BaseException] = {}
        for i, env in enumerate(self.envs):
            try:
                env.close()
            except Exception as error:
                failures[i] = error
        _raise_first(failures, self.num_envs)

    def _advance(self, i: int, action: Any) -> _Turn:
        """One step of one environment; runs in a thread."""
        env = self.envs[i]
        if self._ended[i] and self.autoreset_mode == AutoresetMode.NEXT_STEP:
            observation, info = env.reset()
            return _Turn(self._keep(i, observation), info)
        observation, reward, terminated, truncated, info = env.step(action)
        final = None
        if (terminated or truncated) and self.autoreset_mode == AutoresetMode.SAME_STEP:
            final = {"final_obs": observation, "final_info": info}
            observation, info = env.reset()
        return _Turn(self._keep(i, observation), info, float(reward), terminated, truncated, final)

    def _keep(self, i: int, observation: Any) -> Any:
        """Keeps an observation for later resets of other environments; a copy is the caller's to change.

        Copying pictures takes as long as anything here, so it is done in the threads.
        """
        self._latest[i] = observation
        return deepcopy(observation)

    def _overlap(self, work: Callable[[int], T], indices: Sequence[int]) -> dict[int, T]:
        """`work(i)` for each index, in threads, in the order of `indices`.

        Returns when all are done, or raises the failure of the first environment that failed.
        """
        if self.closed:
            raise ClosedEnvironmentError("the vector environment is closed; build a new one")
        self._in_step = False
        futures: dict[int, Future[T]] = {}
        try:
            for i in indices:
                futures[i] = self._pool.submit(work, i)
            wait(futures.values())
        except BaseException:  # an interrupt: what waits is dropped, what runs is waited for
            for future in futures.values():
                future.cancel()
            wait(futures.values())
            raise
        errors = {i: future.exception() for i, future in futures.items()}
        _raise_first({i: error for i, error in errors.items() if error is not None}, self.num_envs)
        self._in_step = True
        return {i: future.result() for i, future in futures.items()}

    def _observe(self, turns: Mapping[int, _Turn]) -> Any:
        observations = [
            turns[i].observation if i in turns else deepcopy(self._latest[i]) for i in range(self.num_envs)
        ]
        out: Any = create_empty_array(self.single_observation_space, n=self.num_envs)
        return concatenate(self.single_observation_space, observations, out)

    def _batch_infos(self, turns: Mapping[int, _Turn]) -> Info:
        infos: Info = {}
        for i, turn in turns.items():
            if turn.final is not None:
                infos = self._add_info(infos, turn.final, i)
            infos = self._add_info(infos, turn.info, i)
        return infos

    def _each_action(self, actions: Any) -> list[Any]:
        # A string is a sequence too: of one-letter actions.
        each = [] if isinstance(actions, str) else list(iterate(self.action_space, actions))
        if len(each) != self.num_envs:
            got = f"the string {actions[:40]!r}" if isinstance(actions, str) else f"{len(each)} actions"
            raise ConfigurationError(
                f"expected a sequence of {self.num_envs} actions, one an environment; got {got}"
            )
        return each

    def _check_running(self) -> None:
        if not self._in_step:
            raise EpisodeEndedError(
                "no episodes are running, or an earlier call raised or was interrupted and left some "
                "environments a turn ahead; call reset()"
            )
        if self.autoreset_mode == AutoresetMode.DISABLED and self._ended.any():
            raise EpisodeEndedError(
                f"the episodes of environments {np.flatnonzero(self._ended).tolist()} have ended; call "
                "reset(options={'reset_mask': terminations | truncations}) before the next step"
            )

    def _reset_mask(self, options: Mapping[str, Any] | None) -> NDArray[np.bool_]:
        if options is None or "reset_mask" not in options:
            return np.ones(self.num_envs, dtype=np.bool_)
        mask = options["reset_mask"]
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (self.num_envs,):
            raise ConfigurationError(
                f"options['reset_mask'] is a boolean numpy array of shape ({self.num_envs},); got {mask!r}"
            )
        if not mask.any():
            raise ConfigurationError("options['reset_mask'] is true nowhere; leave out the call")
        if not (self._in_step or mask.all()):
            raise ConfigurationError(
                "the first reset, and the first after a call that raised or was interrupted, is of all "
                f"environments; got reset_mask={mask!r}"
            )
        return mask

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return [int(seed) + i for i in range(self.num_envs)]  # as gymnasium does
        if len(seed) != self.num_envs:
            raise ConfigurationError(
                f"a sequence of seeds has one for each of the {self.num_envs} environments; got {len(seed)}"
            )
        return [None if one is None else operator.index(one) for one in seed]

    def _env_options(self, options: Mapping[str, Any] | None) -> list[dict[str, Any] | None]:
        """Each environment's own options: no `reset_mask`, and its `index` where there are several."""
        if options is None:
            return [None] * self.num_envs
        shared = {name: value for name, value in options.items() if name != "reset_mask"}
        index: Any = shared.get("index")
        if np.ndim(index) == 0:
            return [dict(shared) for _ in range(self.num_envs)]
        each_index = np.asarray(index).tolist()
        if len(each_index) != self.num_envs:
            raise ConfigurationError(
                f"options['index'] is one index, or a sequence of {self.num_envs}, one an environment; "
                f"got {len(each_index)}"
            )
        return [{**shared, "index": one} for one in each_index]


def _autoreset_mode(mode: str | AutoresetMode) -> AutoresetMode:
    try:
        return AutoresetMode(mode)
    except ValueError:
        raise unknown_name("autoreset mode", mode, [known.value for known in AutoresetMode]) from None


def _raise_first(failures: Mapping[int, BaseException], num_envs: int) -> None:
    """Raises the failure of the first environment, with a note on which failed; nothing where none did."""
    if not failures:
        return
    first = min(failures)
    others = sorted(set(failures) - {first})
    error = failures[first]
    error.add_note(f"in environment {first} of {num_envs}" + (f"; {others} failed as well" if others else ""))
    raise error
