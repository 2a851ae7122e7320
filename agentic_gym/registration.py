"""Environment ids: a table of strings, so that importing the package imports no task."""

import importlib
from functools import partial
from typing import Any

import gymnasium as gym
from gymnasium.envs.registration import registry
from gymnasium.vector import AutoresetMode

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.tasks import Taskset
from agentic_gym.vector import AgenticVectorEnv

_IDS: dict[str, str] = {}


def register(env_id: str, taskset: str, **defaults: Any) -> None:
    """Makes a taskset known to `gym.make` and `gym.make_vec`.

    Args:
        env_id: name and version, such as `RealX-v0`.
        taskset: where its `Taskset` class stands, as `module:attribute`; imported when first made.
        defaults: keyword arguments of `AgenticEnv` that this id sets.

    Raises:
        ConfigurationError: the id is taken, or `taskset` does not name a module and an attribute.
    """
    if env_id in registry:
        raise ConfigurationError(
            f"the id {env_id!r} is taken; give the new environment a name or version of its own"
        )
    module, _, attribute = taskset.partition(":")
    if not module or not attribute:
        raise ConfigurationError(f"a taskset is named as 'module:attribute'; got {taskset!r}")
    gym.register(
        env_id,
        entry_point="agentic_gym.registration:make_env",
        vector_entry_point="agentic_gym.registration:make_vector_env",
        kwargs={"taskset": taskset, **defaults},
    )
    _IDS[env_id] = taskset


def registered_ids() -> tuple[str, ...]:
    """Every id of this package and of its plug-ins, in the order of registration."""
    return tuple(_IDS)


def load_taskset(taskset: str) -> Taskset:
    """The taskset that `module:attribute` names, made.

    Raises:
        ConfigurationError: what stands there is not a `Taskset`.
    """
    module, _, attribute = taskset.partition(":")
    made = getattr(importlib.import_module(module), attribute)()
    if not isinstance(made, Taskset):
        raise ConfigurationError(
            f"{taskset!r} is to name a Taskset class; calling it gave {type(made).__name__}"
        )
    return made


def make_env(taskset: str | Taskset, **options: Any) -> AgenticEnv:
    """The entry point of every registered environment; `options` are those of `AgenticEnv`."""
    return AgenticEnv(load_taskset(taskset) if isinstance(taskset, str) else taskset, **options)


def make_vector_env(
    taskset: str | Taskset,
    num_envs: int = 1,
    autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
    max_workers: int | None = None,
    **options: Any,
) -> AgenticVectorEnv:
    """The vector entry point of every registered environment.

    Args:
        taskset: what episodes are about; one object serves all the environments.
        num_envs: how many episodes are played at once.
        autoreset_mode: gymnasium's, what follows the end of an episode.
        max_workers: how many environments work at once; all of them if not given.
        options: keyword arguments of `AgenticEnv`.
    """
    shared = load_taskset(taskset) if isinstance(taskset, str) else taskset
    env_fns = [partial(make_env, shared, **options)] * num_envs
    return AgenticVectorEnv(env_fns, autoreset_mode=autoreset_mode, max_workers=max_workers)
