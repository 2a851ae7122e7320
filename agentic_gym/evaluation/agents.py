"""Agents: those that need no model, by name, and one's own as `module:attribute`.

An agent is any callable from an observation to a string. One that needs more than the observations
(the system text, the tools, memory of its own) is named as a class: it is called with the environment
once an episode, after `reset`, and what it gives is that episode's agent.
"""

import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym.evaluation.audits import AUDITS
from agentic_gym.evaluation.random_agent import RandomAgent
from agentic_gym.evaluation.scripted import NOTHING as NOTHING
from agentic_gym.evaluation.scripted import Agent as Agent
from agentic_gym.evaluation.scripted import ScriptedAgent as ScriptedAgent
from agentic_gym.policies.agent import PolicyAgents
from agentic_gym.tasks import Taskset

Player: TypeAlias = str | Agent | PolicyAgents
"""What can be played: an agent's name, an agent, or a model's policy."""

_BUILT_IN: dict[str, Callable[[AgenticEnv], Agent]] = {
    "random": RandomAgent,
    **{name: audit.make for name, audit in AUDITS.items()},
}


def agent_names(taskset: Taskset) -> tuple[str, ...]:
    """The agents that need no model and can play this taskset, its own policies first."""
    return (*taskset.policies(), *_BUILT_IN)


def check_agent(agent: Player, taskset: Taskset) -> None:
    """Raises as `make_agent` would, before anything is played.

    Raises:
        ConfigurationError: there is no such agent.
    """
    if isinstance(agent, PolicyAgents):
        return
    if not isinstance(agent, str):
        _check_callable(agent, repr(agent))
    elif ":" in agent:
        load_agent(agent)
    elif agent not in agent_names(taskset):
        known = (*agent_names(taskset), "module:attribute")
        raise unknown_name("agent", agent, known)


def make_agent(agent: Player, env: AgenticEnv) -> Agent:
    """The agent for one episode.

    Args:
        agent: a name of `agent_names`, `module:attribute`, or a callable; a class, or a policy's
            `PolicyAgents`, is called with `env`.
        env: the environment, after `reset`.

    Raises:
        ConfigurationError: there is no such agent; the message says what there is, or what was tried.
    """
    check_agent(agent, env.taskset)
    if isinstance(agent, PolicyAgents):
        return agent(env)
    if isinstance(agent, str) and ":" not in agent:
        policies = env.taskset.policies()
        if agent in policies:
            return ScriptedAgent(policies[agent](env.task, env.coordinates), env)
        return _BUILT_IN[agent](env)
    found = load_agent(agent) if isinstance(agent, str) else agent
    return _instantiate(found, env) if inspect.isclass(found) else found


def _instantiate(kind: type[Any], env: AgenticEnv) -> Agent:
    return _check_callable(kind(env), f"what {kind.__qualname__!r} made")


def _check_takes_env(kind: type[Any]) -> None:
    """Refuses a class that cannot be called with an environment; one whose signature is hidden passes."""
    try:
        inspect.signature(kind).bind(None)
    except TypeError as error:
        raise ConfigurationError(
            f"the agent {kind.__qualname__!r} is a class, and a class is called with the environment once an "
            f"episode: its __init__ must take exactly that ({error}). Or give an instance of it"
        ) from None
    except ValueError:
        return


def describe_agent(agent: Player) -> str:
    """The name under which an agent's runs are kept."""
    if isinstance(agent, str):
        return agent
    if isinstance(agent, PolicyAgents):
        return agent.name
    named = agent if hasattr(agent, "__qualname__") else type(agent)
    return f"{named.__module__}:{getattr(named, '__qualname__', named)}"


def look_in_working_folder() -> str:
    """Makes modules of the working folder importable, as `python -m` has them; gives the folder."""
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return folder


def load_agent(path: str) -> Agent:
    """What `module:attribute` names; modules of the working folder are found too.

    Raises:
        ConfigurationError: there is no such module or attribute, or it cannot be called. What goes
            wrong inside the module is raised as it is.
    """
    module_name, _, attribute = path.partition(":")
    if not module_name or not attribute:
        raise ConfigurationError(f"an agent of your own is named as 'module:attribute'; got {path!r}")
    folder = look_in_working_folder()
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise ConfigurationError(
            f"the agent {path!r}: there is no module {error.name!r}; looked in {folder} and in the "
            f"installed packages. Start in the module's folder, or install it"
        ) from None
    for name in attribute.split("."):
        if not hasattr(found, name):
            raise unknown_name(f"attribute of {module_name!r}", name, _own_callables(found))
        found = getattr(found, name)
    return _check_callable(found, f"the agent {path!r}")


def _own_callables(found: Any) -> list[str]:
    """The names in a module, or in a class of it, that can be agents: callables that were not imported."""
    home = getattr(found, "__module__", found.__name__)
    return [
        name
        for name, value in vars(found).items()
        if callable(value) and not name.startswith("_") and getattr(value, "__module__", home) == home
    ]


def _check_callable(agent: Any, what: str) -> Agent:
    if not callable(agent):
        raise ConfigurationError(
            f"{what} is of type {type(agent).__name__}; an agent is a callable from an observation to a str"
        )
    if inspect.isclass(agent):
        _check_takes_env(agent)
    checked: Agent = agent
    return checked
