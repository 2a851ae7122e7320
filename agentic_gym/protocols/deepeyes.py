"""The grammar of DeepEyesV2 (arXiv 2511.05271): fenced code in `<code>`, other tools in `<tool_call>`.

::

    <think>The sign is too small to read.</think>
    <code>
    ```python
    image_1.crop((410, 220, 480, 260)).resize((560, 320))
    ```
    </code>

Results come as they are, each followed by its pictures.
"""

from collections.abc import Sequence

from agentic_gym.messages import Malformed, ToolCall, ToolResult
from agentic_gym.protocols.code_blocks import code_of, read_fenced_code
from agentic_gym.protocols.json_calls import read_json_calls, write_json_call
from agentic_gym.protocols.literals import Calls
from agentic_gym.protocols.scanning import Block
from agentic_gym.protocols.tagged import TaggedProtocol, text_and_images

_CODE_EXAMPLE = "<code>\n```python\nprint(6 * 7)\n```\n</code>"
_CALL_EXAMPLE = '<tool_call>{"name": "search", "arguments": {"query": "tallest lighthouse"}}</tool_call>'
_HOW_TO_RUN_CODE = f"""# Code

You can run Python. Put the code in a fenced block within <code></code>:
{_CODE_EXAMPLE}
What it prints and shows comes back to you. Variables stay from one turn to the next."""
_HOW_TO_CALL = """# Tools

These tools are at your disposal, each described by a line of JSON:
{tools}

To use one, write its name and its arguments as JSON within <tool_call></tool_call>:
<tool_call>{{"name": "the tool's name", "arguments": {{"an argument": "its value"}}}}</tool_call>
For several calls at once write a list of such objects."""


class DeepEyes(TaggedProtocol):
    """Code in a fenced block, other calls as JSON (an object or a list of objects).

    Code that a fenced block cannot hold, because a line of it starts with a fence or it contains
    `</code>`, is written as a `<tool_call>` of `python`, which is read as well.
    """

    name = "deepeyes"
    call_examples = {"code": _CODE_EXAMPLE, "tool_call": _CALL_EXAMPLE}
    how_to_call = _HOW_TO_CALL
    how_to_run_code = _HOW_TO_RUN_CODE

    def read_block(self, block: Block) -> Calls | Malformed:
        """See `TaggedProtocol`."""
        return read_fenced_code(block.content) if block.tag == "code" else read_json_calls(block.content)

    def write_call(self, call: ToolCall) -> str:
        """See `TaggedProtocol`."""
        code = code_of(call)
        if code is not None and "</code>" not in code:
            fenced = f"```python\n{code}\n```"
            if read_fenced_code(fenced) == (call,):
                return f"<code>\n{fenced}\n</code>"
        return f"<tool_call>{write_json_call(call)}</tool_call>"

    def write_results(self, results: Sequence[ToolResult]) -> str:
        """See `ActionProtocol`: text and pictures without tags, a blank line between two results."""
        return "\n\n".join(map(text_and_images, results))
