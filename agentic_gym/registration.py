"""Environment ids: a table of strings, so that importing the package imports no task."""

import importlib
import inspect
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

import gymnasium as gym
from gymnasium.envs.registration import registry
from gymnasium.vector import AutoresetMode

from agentic_gym.after_import import after_import
from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym.tasks import Taskset
from agentic_gym.vector import AgenticVectorEnv

_IDS: dict[str, str] = {}
_TEAMS: dict[str, str] = {}


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
    _check_path(taskset, "a taskset")
    gym.register(
        env_id,
        entry_point="agentic_gym.registration:make_env",
        vector_entry_point="agentic_gym.registration:make_vector_env",
        kwargs={"taskset": taskset, **defaults},
    )
    _IDS[env_id] = taskset


def register_team(env_id: str, team: str) -> None:
    """Makes a team known to PettingZoo's `make`, Parallel and AEC, as soon as PettingZoo is imported.

    Args:
        env_id: name and version, such as `RealXTeam-v0`.
        team: where its `Team` class stands, as `module:attribute`; imported when first made.

    Raises:
        ConfigurationError: the id is taken, or `team` does not name a module and an attribute.
    """
    if env_id in _TEAMS:
        raise ConfigurationError(
            f"the id {env_id!r} is taken; give the new team a name or version of its own"
        )
    _check_path(team, "a team")
    _TEAMS[env_id] = team
    after_import("pettingzoo", partial(_register_with_pettingzoo, env_id, team))


def _register_with_pettingzoo(env_id: str, team: str) -> None:
    pettingzoo = sys.modules["pettingzoo"]
    for kind in ("aec", "parallel"):
        pettingzoo.register(kind, env_id, f"agentic_gym.multi_agent:make_{kind}", kwargs={"team": team})


def _check_path(path: str, what: str) -> None:
    module, _, attribute = path.partition(":")
    if not module or not attribute:
        raise ConfigurationError(f"{what} is named as 'module:attribute'; got {path!r}")


def registered_teams() -> tuple[str, ...]:
    """Every team's id, in the order of registration."""
    return tuple(_TEAMS)


def registered_ids() -> tuple[str, ...]:
    """Every id of this package and of its plug-ins, in the order of registration."""
    return tuple(_IDS)


def registered_tasksets() -> dict[str, type[Taskset]]:
    """The taskset class of every id, imported but not made: one that plays data needs its path."""
    return {env_id: taskset_class(taskset) for env_id, taskset in _IDS.items()}


def taskset_class(taskset: str) -> type[Taskset]:
    """The class that `module:attribute` names.

    Raises:
        ConfigurationError: what stands there is not a `Taskset` class.
    """
    module, _, attribute = taskset.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    if not (inspect.isclass(found) and issubclass(found, Taskset)):
        raise ConfigurationError(f"{taskset!r} is to name a Taskset class; there stands {found!r:.80}")
    return found


def load_taskset(taskset: str, **options: Any) -> Taskset:
    """The taskset that `module:attribute` names, made.

    Args:
        taskset: the class.
        options: its own keyword arguments, such as the `path` of data that it plays.

    Raises:
        ConfigurationError: what stands there is not a `Taskset` class, or an option is none of its own.
    """
    kind = taskset_class(taskset)
    known = [name for name in inspect.signature(kind).parameters if name not in ("args", "kwargs")]
    for name in options:
        if name not in known:
            raise unknown_name(f"option of {kind.id}", name, [*known, *_ENV_OPTIONS])
    return kind(**options)


_ENV_OPTIONS = tuple(name for name in inspect.signature(AgenticEnv).parameters if name != "taskset")


def environment_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Of keyword arguments of `gym.make` those that are the environment's, not the taskset's."""
    return {name: value for name, value in options.items() if name in _ENV_OPTIONS}


def _load(taskset: str | Taskset, options: dict[str, Any]) -> tuple[Taskset, dict[str, Any]]:
    """The taskset, and the options that are the environment's; the others are the taskset's."""
    if isinstance(taskset, Taskset):
        return taskset, options
    rest = environment_options(options)
    own = {name: value for name, value in options.items() if name not in rest}
    return load_taskset(taskset, **own), rest


def make_env(taskset: str | Taskset, **options: Any) -> AgenticEnv:
    """The entry point of every registered environment.

    Args:
        taskset: what episodes are about.
        options: keyword arguments of `AgenticEnv`, and of the taskset's own class where it takes any.

    Raises:
        ConfigurationError: an option is neither's.
    """
    made, rest = _load(taskset, options)
    return AgenticEnv(made, **rest)


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
        options: as for `make_env`.
    """
    shared, rest = _load(taskset, options)
    env_fns = [partial(make_env, shared, **rest)] * num_envs
    return AgenticVectorEnv(env_fns, autoreset_mode=autoreset_mode, max_workers=max_workers)
