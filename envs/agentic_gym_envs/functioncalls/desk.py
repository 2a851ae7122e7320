"""The APIs of one episode behind their functions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import ToolCall, ToolSchema
from agentic_gym.tools.arguments import read_arguments
from agentic_gym.tools.base import ToolContext, ToolOutput
from agentic_gym_envs.functioncalls.api import Api


class Desk:
    """Objects of APIs, and calls of their functions.

    Args:
        apis: by name; calls change them.
    """

    def __init__(self, apis: Mapping[str, Api]) -> None:
        self.apis = apis

    def call(self, call: ToolCall) -> str:
        """Runs a call and gives its result as JSON.

        Raises:
            ToolMistake: there is no such function, its arguments do not fit, or it refuses. Nothing has
                changed then.
        """
        for api in self.apis.values():
            schema = api.schemas.get(call.name)
            if schema is not None:
                result: str = getattr(api, call.name)(**read_arguments(schema, call.arguments))
                return result
        raise ToolMistake(f"there is no function {call.name!r}")

    def functions(self, held_out: frozenset[str]) -> list["Function"]:
        """The functions as tools, but for those that are held out."""
        return [
            Function(self, schema)
            for api in self.apis.values()
            for name, schema in api.schemas.items()
            if name not in held_out
        ]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of an episode's APIs as a tool; what it refuses comes back as `{"error": …}`."""

    desk: Desk
    schema: ToolSchema

    def __call__(self, context: ToolContext, arguments: Mapping[str, Any]) -> ToolOutput:
        """Runs it."""
        try:
            return ToolOutput(self.desk.call(ToolCall(self.schema.name, arguments)))
        except ToolMistake as mistake:
            error = json.dumps({"error": str(mistake)}, ensure_ascii=False)
            return ToolOutput(error, failed=True, detail="mistake")
