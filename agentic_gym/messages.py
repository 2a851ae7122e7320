"""What passes between an agent and an environment: parts, messages, calls, results, actions, endings."""

import base64
import enum
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels: TypeAlias = NDArray[np.uint8]
"""A picture: uint8, height × width × 3, RGB."""

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]
JSONObject: TypeAlias = dict[str, Any]


class StopReason(enum.StrEnum):
    """Why an episode ended. The first four are the task's own ends, the others cut it off."""

    ANSWER = "answer"
    """The agent gave its answer."""
    USER_DONE = "user_done"
    """The task's user was satisfied, or gave up."""
    TRANSFER = "transfer"
    """The agent handed the user over to somebody else."""
    TEAM_DONE = "team_done"
    """Another agent of the team ended the task."""
    MAX_TURNS = "max_turns"
    MAX_TOOL_CALLS = "max_tool_calls"
    MAX_CHARACTERS = "max_characters"
    MAX_CONTEXT = "max_context"
    """The policy's context holds no further turn; found before the model was asked."""
    INFRASTRUCTURE = "infrastructure"
    """Something of ours failed, also on a retry: the episode is not scored."""

    @property
    def terminates(self) -> bool:
        """Whether the task itself ended (gymnasium's `terminated`), rather than a budget."""
        return self in _TERMINATING


_TERMINATING = frozenset({StopReason.ANSWER, StopReason.USER_DONE, StopReason.TRANSFER, StopReason.TEAM_DONE})


@dataclass(frozen=True, slots=True)
class TextPart:
    """A run of text within a message."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ImagePart:
    """A picture within a message, as it is shown to the agent.

    Attributes:
        name: `image_1`, `image_2`, …: what tools and the sandbox call it.
        pixels: uint8, height × width × 3, at the shown size (not the original's).
    """

    name: str
    pixels: Pixels


Part: TypeAlias = TextPart | ImagePart


def png_bytes(pixels: Pixels) -> bytes:
    """The picture as a PNG file, quickly rather than small."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The message's text, with `<image>` where a picture stands."""
        return "".join(part.text if isinstance(part, TextPart) else "<image>" for part in self.parts)

    @property
    def images(self) -> tuple[ImagePart, ...]:
        """The message's pictures, in order."""
        return tuple(part for part in self.parts if isinstance(part, ImagePart))

    def to_openai(self) -> JSONObject:
        """The message in OpenAI's chat format: content parts, pictures as PNG data URLs."""
        content: list[JSONObject] = []
        for part in self.parts:
            if isinstance(part, TextPart):
                content.append({"type": "text", "text": part.text})
            else:
                url = "data:image/png;base64," + base64.b64encode(png_bytes(part.pixels)).decode("ascii")
                content.append({"type": "image_url", "image_url": {"url": url}})
        return {"role": self.role, "content": content}


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """A tool as the agent is told of it.

    Attributes:
        name: what a call names.
        description: one or more sentences in plain text.
        parameters: a JSON schema of type `object`.
    """

    name: str
    description: str
    parameters: JSONObject

    def to_openai(self) -> JSONObject:
        """The schema as an entry of OpenAI's `tools` list."""
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.description,
                "parameters": self.parameters,
            },
        }


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call that an agent asks for: the tool's name and its arguments by name."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class ToolStatus(enum.StrEnum):
    """How a tool call went."""

    OK = "ok"
    MISTAKE = "mistake"
    """The agent's mistake: unknown tool, wrong arguments, code that raised or ran out of a limit."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came back from one call.

    Attributes:
        call: the call that was run.
        text: what the agent is shown, already escaped; no image placeholders.
        images: pictures that the call made, as shown.
        status: whether the tool did what was asked.
        detail: a word for the log, such as a sandbox outcome (`killed_timeout`).
    """

    call: ToolCall
    text: str
    images: tuple[ImagePart, ...] = ()
    status: ToolStatus = ToolStatus.OK
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallTools:
    """An action that calls tools, in order."""

    calls: Sequence[ToolCall]
    thought: str = ""


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """An action that answers and so ends the episode."""

    text: str
    thought: str = ""


@dataclass(frozen=True, slots=True)
class SayToUser:
    """An action that speaks to the task's user, where it has one."""

    text: str
    thought: str = ""


@dataclass(frozen=True, slots=True)
class SayNothing:
    """An action of a team's agent that lets the others go on: the empty string."""


class Mistake(enum.StrEnum):
    """What can be wrong with the form of an action."""

    EMPTY = "empty"
    """Neither a call nor an answer."""
    CALL_WITH_ANSWER = "call_with_answer"
    SEVERAL_ANSWERS = "several_answers"
    UNCLOSED_TAG = "unclosed_tag"
    BAD_JSON = "bad_json"
    BAD_CALL = "bad_call"
    """Valid JSON, but not an object with a name and arguments."""
    BAD_CODE_BLOCK = "bad_code_block"
    TOO_MANY_CALLS = "too_many_calls"
    """More calls than one turn's observation could hold the results of."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """An action whose form is wrong. `detail` is told to the agent: what was got, and what to write."""

    mistake: Mistake
    detail: str


WellFormed: TypeAlias = CallTools | GiveAnswer | SayToUser
Action: TypeAlias = WellFormed | SayNothing | Malformed
