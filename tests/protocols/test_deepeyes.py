import pytest

from agentic_gym.messages import CallTools, Malformed, Mistake, ToolCall, ToolResult, ToolSchema
from agentic_gym.protocols.deepeyes import DeepEyes

DEEPEYES = DeepEyes()


def python(code: str) -> CallTools:
    return CallTools((ToolCall("python", {"code": code}),))


def test_code_is_written_in_a_fenced_block() -> None:
    assert DEEPEYES.write(python("a = 1\nprint(a)")) == "<code>\n```python\na = 1\nprint(a)\n```\n</code>"


@pytest.mark.parametrize(
    "text",
    [
        "<code>\n```python\nif a:\n    b()\n```\n</code>",
        "<code>```py\nif a:\n    b()\n```</code>",
        "<code>\n```\n\nif a:\n    b()\n\n```\n</code>",
    ],
)
def test_code_keeps_its_lines(text: str) -> None:
    assert DEEPEYES.parse(text, converses=False) == python("if a:\n    b()")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "print(1)",
        "```js\n1\n```",
        "```python\n1",
        "```python",
        "```python\n```",
        "```python\n1\n```\n```\n2\n```",
    ],
)
def test_anything_but_one_fenced_block_is_a_mistake(content: str) -> None:
    parsed = DEEPEYES.parse(f"<code>{content}</code>", converses=False)
    assert isinstance(parsed, Malformed)
    assert parsed.mistake is Mistake.BAD_CODE_BLOCK
    assert "```python\nprint(6 * 7)\n```" in parsed.detail


def test_code_cut_by_its_own_closing_tag_is_not_run() -> None:
    parsed = DEEPEYES.parse("<code>\n```python\nprint('</code>')\n```\n</code>", converses=False)
    assert isinstance(parsed, Malformed)


def test_other_tools_are_called_in_json_one_or_several() -> None:
    search = '{"name": "search", "arguments": {"query": "x"}}'
    call = ToolCall("search", {"query": "x"})
    assert DEEPEYES.parse(f"<tool_call>{search}</tool_call>", converses=False) == CallTools((call,))
    twice = DEEPEYES.parse(f"<tool_call>[{search}, {search}]</tool_call>", converses=False)
    assert twice == CallTools((call, call))
    assert DEEPEYES.write(CallTools([call])) == f"<tool_call>{search}</tool_call>"


def test_instructions_tell_of_code_only_where_there_is_python() -> None:
    search = ToolSchema("search", "Searches.", {"type": "object"})
    python_tool = ToolSchema("python", "Runs code.", {"type": "object"})
    assert "<code>" not in DEEPEYES.instructions([search], converses=False)
    both = DEEPEYES.instructions([python_tool, search], converses=False)
    assert "<code>" in both
    assert '"name": "python"' not in both
    assert '"name": "search"' in both
    assert "<tool_call>" not in DEEPEYES.instructions([python_tool], converses=False)


def test_results_stand_without_tags() -> None:
    call = ToolCall("search", {})
    assert DEEPEYES.write_results([ToolResult(call, "one"), ToolResult(call, "two")]) == "one\n\ntwo"
