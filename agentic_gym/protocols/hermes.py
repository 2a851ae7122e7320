"""The Hermes grammar, which Qwen's chat templates write and vLLM's `hermes` parser reads.

::

    <think>The sign is too small to read.</think>
    <tool_call>
    {"name": "crop", "arguments": {"image": "image_1", "bbox_2d": [410, 220, 480, 260]}}
    </tool_call>

Results come in `<tool_response>`, one for each call, in order.
"""

from collections.abc import Sequence

from agentic_gym.messages import Malformed, ToolCall, ToolResult
from agentic_gym.protocols.json_calls import read_json_calls, write_json_call
from agentic_gym.protocols.literals import Calls
from agentic_gym.protocols.scanning import Block
from agentic_gym.protocols.tagged import TaggedProtocol, text_and_images

_CALL_EXAMPLE = '<tool_call>{"name": "python", "arguments": {"code": "print(6 * 7)"}}</tool_call>'
_HOW_TO_CALL = """# Tools

These tools are at your disposal, each described by a line of JSON:
{tools}

To use one, write its name and its arguments as JSON within <tool_call></tool_call>:
<tool_call>
{{"name": "the tool's name", "arguments": {{"an argument": "its value"}}}}
</tool_call>
A turn may hold several such blocks. They run in order, and what each gives comes back in <tool_response>."""


class Hermes(TaggedProtocol):
    """One JSON object a `<tool_call>`; a list of objects in one block is read as well."""

    name = "hermes"
    call_examples = {"tool_call": _CALL_EXAMPLE}
    how_to_call = _HOW_TO_CALL

    def read_block(self, block: Block) -> Calls | Malformed:
        """See `TaggedProtocol`."""
        return read_json_calls(block.content)

    def write_call(self, call: ToolCall) -> str:
        """See `TaggedProtocol`."""
        return f"<tool_call>\n{write_json_call(call)}\n</tool_call>"

    def write_results(self, results: Sequence[ToolResult]) -> str:
        """See `ActionProtocol`: a block for each result, its pictures within."""
        return "\n".join(
            f"<tool_response>\n{text_and_images(result)}\n</tool_response>" for result in results
        )
