"""What a protocol is: the written form of an action and of a tool's results."""

from collections.abc import Sequence
from typing import Protocol

from agentic_gym.messages import Action, ToolResult, ToolSchema, WellFormed


class ActionProtocol(Protocol):
    """A grammar for actions, with its parser and its renderer.

    `parse(write(action))` gives `action` back for every action that the grammar can express.
    """

    name: str

    def instructions(self, tools: Sequence[ToolSchema], *, converses: bool) -> str:
        """The part of the system prompt that lists the tools and says how to write an action.

        Args:
            tools: the tools on offer; may be empty.
            converses: whether the task has a user, so that plain text is a message to them.
        """
        ...

    def parse(self, action: str, *, converses: bool) -> Action:
        """What an agent's string means. Never raises: a string that means nothing is `Malformed`."""
        ...

    def write(self, action: WellFormed) -> str:
        """An action as an agent of this protocol would write it."""
        ...

    def write_results(self, results: Sequence[ToolResult]) -> str:
        """The results of a turn as observation text, one `<image>` for each picture, in order."""
        ...
