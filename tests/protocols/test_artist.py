import pytest

from agentic_gym.messages import CallTools, GiveAnswer, Malformed, Mistake, ToolCall, ToolResult
from agentic_gym.protocols.artist import Artist

ARTIST = Artist()


def test_code_stands_as_it_is() -> None:
    action = CallTools((ToolCall("python", {"code": "if 1 < 2:\n    print('a')"}),), "Try.")
    text = "<think>\nTry.\n</think>\n<python>\nif 1 < 2:\n    print('a')\n</python>"
    assert ARTIST.write(action) == text
    assert ARTIST.parse(text, converses=False) == action


def test_code_on_one_line_loses_the_space_around_it() -> None:
    parsed = ARTIST.parse("<python> print(1) </python>", converses=False)
    assert parsed == CallTools((ToolCall("python", {"code": "print(1)"}),))


def test_indentation_of_the_first_line_is_kept() -> None:
    parsed = ARTIST.parse("<python>\n\n  a\n  b  \n\n</python>", converses=False)
    assert parsed == CallTools((ToolCall("python", {"code": "  a\n  b"}),))


def test_reasoning_is_thought() -> None:
    text = "<reasoning>One <tool>[f()]</tool></reasoning><answer>4</answer>"
    assert ARTIST.parse(text, converses=False) == GiveAnswer("4", "One <tool>[f()]</tool>")


@pytest.mark.parametrize(
    "content",
    [
        '[move(to="a</b", far=True, by=-2.5, via=["x", None], how={"k": (1, 2)}), api.stop()]',
        '[\n  move(\n    to="a</b", far=True, by=-2.50, via=["x", None],\n'
        '    how={"k": [1, 2]},\n  ),\n  api.stop()]',
        '[{"name": "move", "arguments": {"to": "a</b", "far": true, "by": -2.5, "via": ["x", null], '
        '"how": {"k": [1, 2]}}}, {"name": "api.stop", "arguments": {}}]',
    ],
)
def test_calls_are_a_list_of_function_calls_or_of_objects(content: str) -> None:
    arguments = {"to": "a</b", "far": True, "by": -2.5, "via": ["x", None], "how": {"k": [1, 2]}}
    parsed = ARTIST.parse(f"<tool>{content}</tool>", converses=False)
    assert parsed == CallTools((ToolCall("move", arguments), ToolCall("api.stop", {})))


def test_one_call_needs_no_list() -> None:
    assert ARTIST.parse("<tool>stop()</tool>", converses=False) == CallTools((ToolCall("stop", {}),))


def test_a_call_is_written_as_python_or_else_as_json() -> None:
    assert ARTIST.write(CallTools([ToolCall("f", {"a": "</tool>"})])) == r"<tool>[f(a='\x3c/tool>')]</tool>"
    for key in ("from", "a b", "ﬁle"):  # Python would read the last one, with its ligature, as `file`
        written = ARTIST.write(CallTools([ToolCall("f", {key: 1})]))
        assert written == f'<tool>[{{"name": "f", "arguments": {{"{key}": 1}}}}]</tool>'


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("[]", Mistake.BAD_CALL),
        ("", Mistake.BAD_JSON),
        ("search for lighthouses", Mistake.BAD_JSON),
        ("[f(1)]", Mistake.BAD_CALL),
        ("[f(a=b)]", Mistake.BAD_CALL),
        ("[f(a=open('/etc/passwd'))]", Mistake.BAD_CALL),
        ("[f(a=__import__('os').getcwd())]", Mistake.BAD_CALL),
        ("[f(a=1, a=2)]", Mistake.BAD_CALL),
        ("[f(a=1 if b else 2)]", Mistake.BAD_CALL),
        ("[f(a=1if 1else 2)]", Mistake.BAD_CALL),
        (r"[f(a='\d')]", Mistake.BAD_CALL),
        ("[f(a=r'x')]", Mistake.BAD_CALL),
        ("[f(a=f'{1}')]", Mistake.BAD_CALL),
        ("[f(a={1: 2})]", Mistake.BAD_CALL),
        ("[f(a=1e999)]", Mistake.BAD_CALL),
        ("[f(a=...)]", Mistake.BAD_CALL),
        ("[f(a=1), 2]", Mistake.BAD_CALL),
        ("[f(a=1)(b=2)]", Mistake.BAD_CALL),
        ("[f(a=1", Mistake.BAD_CALL),
        ("[f(a='" + "x" * 30_000 + "')]", Mistake.BAD_CALL),
    ],
)
def test_whatever_is_no_literal_call_is_a_mistake(content: str, mistake: Mistake) -> None:
    parsed = ARTIST.parse(f"<tool>{content}</tool>", converses=False)
    assert isinstance(parsed, Malformed)
    assert parsed.mistake is mistake
    assert parsed.detail.endswith("</tool>")  # an example


def test_code_cut_by_its_own_closing_tag_is_not_run() -> None:
    parsed = ARTIST.parse("<python>print('</python>')</python>", converses=False)
    assert isinstance(parsed, Malformed)
    assert parsed.mistake is Mistake.UNCLOSED_TAG


def test_results_of_code_and_of_other_tools_have_tags_of_their_own() -> None:
    results = [ToolResult(ToolCall("python", {"code": "1"}), "one"), ToolResult(ToolCall("f", {}), "two")]
    assert ARTIST.write_results(results) == "<output>\none\n</output>\n<tool_result>\ntwo\n</tool_result>"
