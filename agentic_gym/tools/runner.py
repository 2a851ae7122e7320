"""Runs a turn's calls: finds the tool, maps what goes wrong, names and shows the pictures that come back."""

from collections.abc import Mapping, Sequence

from agentic_gym.conversation import shorten
from agentic_gym.errors import InfrastructureError, ToolMistake
from agentic_gym.escaping import escape
from agentic_gym.messages import ImagePart, Pixels, ToolCall, ToolResult, ToolStatus
from agentic_gym.tools.base import Tool, ToolContext, ToolOutput

MAX_IMAGES = 10
"""Pictures in one turn's results."""
MAX_STORED_PIXELS = 200_000_000
"""Width × height of all pictures of an episode together, so that an agent cannot fill the memory."""
LEAST_CHARACTERS = 200
"""A call's share of its turn's characters, at least: room for its tags and for a short result."""
ATTEMPTS = 2
"""How often a call is tried when infrastructure fails."""
_TAGS = 60
"""Characters that a protocol writes around a result, at most."""


class ToolRunner:
    """Runs calls for one episode.

    Args:
        tools: by name.
        context: what tools are lent.
        max_characters: of all results of a turn together.
    """

    def __init__(self, tools: Mapping[str, Tool], context: ToolContext, max_characters: int) -> None:
        self.tools = tools
        self.context = context
        self.max_characters = max_characters

    def run(self, calls: Sequence[ToolCall]) -> tuple[ToolResult, ...]:
        """Runs the calls in order; each gets an even share of the characters, its tags and notes included.

        Raises:
            InfrastructureError: a tool failed through no fault of the agent, also when tried again.
        """
        results: list[ToolResult] = []
        for call in calls:
            images_left = MAX_IMAGES - sum(len(result.images) for result in results)
            results.append(self._run_one(call, self.max_characters // len(calls), images_left))
        return tuple(results)

    def branch(self, tools: Mapping[str, Tool]) -> "ToolRunner":
        """A runner for a second episode with the same past, and tools of its own."""
        images = self.context.images.copy()
        context = ToolContext(images, self.context.python.branch(images))
        return ToolRunner(tools, context, self.max_characters)

    def _run_one(self, call: ToolCall, characters: int, images_left: int) -> ToolResult:
        try:
            output = self._call(call)
        except ToolMistake as mistake:
            return ToolResult(
                call, escape(shorten(str(mistake), characters - _TAGS)), (), ToolStatus.MISTAKE, "mistake"
            )
        status = ToolStatus.MISTAKE if output.failed else ToolStatus.OK
        images, notes = self._keep(output.images, images_left)
        room = characters - _TAGS - sum(len(note) + 1 for note in notes)
        text = "\n".join(filter(None, [escape(shorten(output.text, room)), *notes]))
        return ToolResult(call, text, images, status, output.detail)

    def _call(self, call: ToolCall) -> ToolOutput:
        tool = self.tools.get(call.name)
        if tool is None:
            known = ", ".join(self.tools) or "none"
            raise ToolMistake(f"There is no tool {shorten(call.name, 80)!r}. Tools: {known}.")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return tool(self.context, call.arguments)
            except InfrastructureError:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("the loop above returns or raises")

    def _keep(self, pictures: Sequence[Pixels], images_left: int) -> tuple[tuple[ImagePart, ...], list[str]]:
        """Names the pictures that fit, and notes those that do not."""
        store = self.context.images
        kept: list[ImagePart] = []
        notes: list[str] = []
        dropped = 0
        for pixels in pictures:
            height, width = pixels.shape[:2]
            if len(kept) == images_left:
                notes.append(
                    f"[{len(pictures) - len(kept)} more images left out: {MAX_IMAGES} a turn are shown.]"
                )
                break
            if store.stored_pixels + height * width > MAX_STORED_PIXELS:
                dropped += 1
                continue
            image = store.add(pixels)
            kept.append(image.part)
            notes.append(image.caption)
        if dropped:
            notes.append(f"[Images dropped: {dropped}. This episode's images use up their room.]")
        return tuple(kept), notes
