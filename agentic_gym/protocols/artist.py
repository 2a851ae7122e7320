"""The grammar of ARTIST (arXiv 2505.01441): code in `<python>`, function calls in `<tool>`.

::

    <reasoning>Both cities are in the table.</reasoning>
    <tool>[get_fare(start="Lund", end="Oslo"), get_fare(start="Lund", end="Riga")]</tool>

Code's results come in `<output>`, those of other tools in `<tool_result>`.
"""

from collections.abc import Sequence

from agentic_gym.messages import Malformed, ToolCall, ToolResult
from agentic_gym.protocols.code_blocks import PYTHON, code_of, read_code
from agentic_gym.protocols.json_calls import read_json_calls, write_json_call
from agentic_gym.protocols.literals import Calls
from agentic_gym.protocols.python_calls import is_python_style, read_python_calls, write_python_call
from agentic_gym.protocols.scanning import Block
from agentic_gym.protocols.tagged import TaggedProtocol, text_and_images

_CODE_EXAMPLE = "<python>print(6 * 7)</python>"
_CALL_EXAMPLE = '<tool>[search(query="tallest lighthouse")]</tool>'
_HOW_TO_RUN_CODE = """# Code

You can run Python. Put the code, as it is, within <python></python>:
<python>
print(6 * 7)
</python>
What it prints and shows comes back in <output>. Variables stay from one turn to the next."""
_HOW_TO_CALL = """# Tools

These tools are at your disposal, each described by a line of JSON:
{tools}

To use them, write a list of function calls within <tool></tool>, every argument by name:
<tool>[first_tool(an_argument=1, another="text"), second_tool()]</tool>
They run in order, and what each gives comes back in <tool_result>."""


class Artist(TaggedProtocol):
    """Code as it is, other calls as a Python-style list; a list of JSON objects is read as well.

    What the usual form cannot hold is written in the next one: code that contains `</python>` as a call
    in `<tool>`, a call with a name or key that is no Python identifier as JSON.
    """

    name = "artist"
    thought_tags = ("think", "reasoning")
    call_examples = {"python": _CODE_EXAMPLE, "tool": _CALL_EXAMPLE}
    how_to_call = _HOW_TO_CALL
    how_to_run_code = _HOW_TO_RUN_CODE

    def read_block(self, block: Block) -> Calls | Malformed:
        """See `TaggedProtocol`."""
        if block.tag == "python":
            return read_code(block.content)
        read = read_python_calls if is_python_style(block.content) else read_json_calls
        return read(block.content)

    def write_call(self, call: ToolCall) -> str:
        """See `TaggedProtocol`."""
        code = code_of(call)
        if code is not None and "</python>" not in code and read_code(f"\n{code}\n") == (call,):
            return f"<python>\n{code}\n</python>"
        return f"<tool>[{write_python_call(call) or write_json_call(call)}]</tool>"

    def write_results(self, results: Sequence[ToolResult]) -> str:
        """See `ActionProtocol`: a block for each result, its pictures within."""
        return "\n".join(map(_result_block, results))


def _result_block(result: ToolResult) -> str:
    tag = "output" if result.call.name == PYTHON else "tool_result"
    return f"<{tag}>\n{text_and_images(result)}\n</{tag}>"
