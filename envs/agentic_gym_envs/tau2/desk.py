"""The wheel's `Environment` as the loop's tools."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agentic_gym.messages import ToolSchema
from agentic_gym.tools import ToolContext, ToolOutput
from agentic_gym_envs.tau2.arithmetic import calculate
from agentic_gym_envs.tau2.numbering import Count, numbering
from agentic_gym_envs.tau2.wheel import Domain


class Desk:
    """A task's `Environment`, in one episode.

    Args:
        domain: of the task.
        task: the wheel's.
    """

    def __init__(self, domain: Domain, task: Any) -> None:
        self._domain = domain
        self._bills = Count()
        with numbering(self._bills):
            self._environment = domain.open(task)

    def call(self, name: str, arguments: Mapping[str, Any]) -> ToolOutput:
        """Calls a tool of the agent's or the customer's; what it cannot do, it says."""
        try:
            with numbering(self._bills):
                made = self._made(name, dict(arguments))
        except Exception as error:  # the domains raise whatever their records raise
            return ToolOutput(f"Error: {error}", failed=True)
        return ToolOutput(str(self._environment.to_json_str(made)))

    def _made(self, name: str, arguments: dict[str, Any]) -> Any:
        if name == "calculate":
            return calculate(**arguments)
        requestor = "user" if name in self._domain.user_schemas else "assistant"
        made = self._environment.make_tool_call(name, requestor=requestor, **arguments)
        self._environment.sync_tools()
        return made

    def holds(self, assertions: Sequence[Any]) -> bool:
        """Whether the wheel's assertions about the environment hold."""
        return all(
            self._environment.run_env_assertion(assertion, raise_assertion_error=False)
            for assertion in assertions
        )

    @property
    def databases(self) -> tuple[Any, ...]:
        """The agent's and the customer's, `None` for one that there is not."""
        users = self._environment.user_tools
        return self._environment.tools.db, users.db if users is not None else None


@dataclass(frozen=True, slots=True)
class DeskTool:
    """One of the domain's tools.

    Attributes:
        desk: whose tool it is.
        schema: as the wheel states it.
    """

    desk: Desk
    schema: ToolSchema

    def __call__(self, context: ToolContext, arguments: Mapping[str, Any]) -> ToolOutput:
        """Calls it."""
        return self.desk.call(self.schema.name, arguments)
