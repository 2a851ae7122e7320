"""What a tool is, and what the loop lends it for a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agentic_gym.messages import Pixels, ToolSchema
from agentic_gym.sandboxes.base import Execution, Isolation
from agentic_gym.tools.images import ImageStore


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a tool gives back.

    Attributes:
        text: for the agent, not yet escaped (the loop escapes and shortens it).
        images: new pictures as originals, uint8 height × width × 3; the loop names and shows them.
        failed: whether what the agent asked for did not work (its code raised, a page does not exist).
        detail: a word for the log, such as a sandbox outcome.
    """

    text: str = ""
    images: tuple[Pixels, ...] = ()
    failed: bool = False
    detail: str = ""


class PythonSession(Protocol):
    """The episode's Python, started at the first call that needs it.

    Attributes:
        isolation: with which code ran; of no level as long as none ran.
    """

    isolation: Isolation

    def run(self, code: str) -> Execution:
        """Runs a cell with every image of the episode bound to its name.

        Raises:
            InfrastructureError: the sandbox failed, also on a fresh session.
        """
        ...

    def branch(self, images: ImageStore) -> "PythonSession":
        """A second session with the same past, for a copy of the episode."""
        ...

    def close(self) -> None:
        """Ends the session. May be called again."""
        ...


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What the loop lends a tool for the length of a call.

    Attributes:
        images: every picture of the episode by name.
        python: the episode's Python session.
    """

    images: ImageStore
    python: PythonSession


class Tool(Protocol):
    """A tool: a schema the agent is told, and a call.

    A tool holds no state of an episode; what it needs of one is in the context.
    """

    @property
    def schema(self) -> ToolSchema:
        """Name, description and JSON schema of the arguments."""
        ...

    def __call__(self, context: ToolContext, arguments: Mapping[str, Any]) -> ToolOutput:
        """Runs the tool.

        Raises:
            ToolMistake: the arguments cannot be used; the message tells the agent what to do.
            InfrastructureError: a back end failed; the loop retries.
        """
        ...
