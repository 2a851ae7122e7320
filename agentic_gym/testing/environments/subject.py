"""What is under test, and what every check needs of it."""

import importlib
import importlib.util
import inspect
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ContractError
from agentic_gym.escaping import IMAGE_PLACEHOLDER
from agentic_gym.evaluation.agents import look_in_working_folder
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.messages import GiveAnswer
from agentic_gym.registration import register, registered_ids
from agentic_gym.tasks import Observation, Taskset
from agentic_gym.testing.checks import require

NO_ANSWER = "I do not know"
"""An answer that is right in no task."""

Env = gym.Env[Observation, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """The environment under test.

    Attributes:
        env_id: its registered id.
        episodes: how many a check plays at each level, where it plays several.
        seed: the first of the seeds it plays.
        options: keyword arguments of `gym.make`.
        levels: which ones are checked; all if empty.
    """

    env_id: str
    episodes: int = 20
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    levels: tuple[int, ...] = ()

    def make(self, **more: Any) -> Env:
        """A fresh environment."""
        return gym.make(self.env_id, **{**self.options, **more})

    def make_inner(self, **more: Any) -> AgenticEnv:
        """A fresh environment without gymnasium's wrappers."""
        return inner(self.make(**more))

    @property
    def seeds(self) -> range:
        """The seeds to play."""
        return range(self.seed, self.seed + self.episodes)

    @property
    def taskset(self) -> Taskset:
        """What the environment's episodes are about."""
        with closing(self.make()) as env:
            return inner(env).taskset

    @property
    def played_levels(self) -> tuple[int, ...]:
        """The levels that are checked."""
        return self.levels or tuple(self.taskset.difficulties)


def registered_id(name: str) -> str:
    """The id of an environment, which is registered here where `name` is a taskset's `module:attribute`.

    Raises:
        ConfigurationError: there is neither an environment nor a taskset of this name.
    """
    look_in_working_folder()
    module, _, attribute = name.partition(":")
    if attribute and importlib.util.find_spec(module) is not None:
        found = getattr(importlib.import_module(module), attribute, None)
        if inspect.isclass(found) and issubclass(found, Taskset):
            if found.id not in registered_ids():
                register(found.id, name)
            return found.id
    make_environment(name).close()
    return name


def inner(env: Env) -> AgenticEnv:
    """The `AgenticEnv` under gymnasium's wrappers.

    Raises:
        ContractError: it is not one.
    """
    unwrapped = env.unwrapped
    if not isinstance(unwrapped, AgenticEnv):
        raise ContractError(f"expected an AgenticEnv under the wrappers; got {type(unwrapped).__name__}")
    return unwrapped


def answer(env: Env, text: str) -> str:
    """An answer as the environment's protocol writes it."""
    return inner(env).protocol.write(GiveAnswer(text))


def require_placeholders(observation: Observation) -> None:
    """Raises `ContractError` unless the text has one placeholder for each image."""
    placeholders, images = observation["text"].count(IMAGE_PLACEHOLDER), len(observation["images"])
    require(placeholders == images, f"{placeholders} placeholders for {images} images")
