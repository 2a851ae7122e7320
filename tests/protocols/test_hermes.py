import pytest

from agentic_gym.messages import CallTools, Malformed, Mistake, ToolCall, ToolResult
from agentic_gym.protocols.hermes import Hermes

HERMES = Hermes()


def test_an_action_reads_as_qwen_writes_it() -> None:
    action = CallTools([ToolCall("crop", {"image": "image_1", "bbox_2d": [1, 2, 3, 4]})], "Too small.")
    assert HERMES.write(action) == (
        "<think>\nToo small.\n</think>\n"
        "<tool_call>\n"
        '{"name": "crop", "arguments": {"image": "image_1", "bbox_2d": [1, 2, 3, 4]}}\n'
        "</tool_call>"
    )


def test_a_list_in_one_block_is_several_calls() -> None:
    text = '<tool_call>[{"name": "f", "arguments": {}}, {"name": "g", "arguments": {}}]</tool_call>'
    assert HERMES.parse(text, converses=False) == CallTools((ToolCall("f", {}), ToolCall("g", {})))


@pytest.mark.parametrize(
    ("content", "mistake", "hint"),
    [
        ("", Mistake.BAD_JSON, "at character 0"),
        ('{"name": "f", "arguments": {},}', Mistake.BAD_JSON, "at character 30, near"),
        ('{"name": "f", "arguments": {"a": <image>}}', Mistake.BAD_JSON, "&lt;image>"),
        ('{"name": "f", "arguments": {"a": NaN}}', Mistake.BAD_JSON, "NaN is no number"),
        ('{"name": "f", "arguments": {"a": -Infinity}}', Mistake.BAD_JSON, "-Infinity is no number"),
        ('{"name": "f", "arguments": {"a": 1e999}}', Mistake.BAD_JSON, "not finite"),
        ('{"name": "f", "arguments": {"a": 1, "a": 2}}', Mistake.BAD_JSON, "a key stands twice"),
        ('{"name": "f", "arguments": {"a": ' + "9" * 5000 + "}}", Mistake.BAD_JSON, "more than 1000 digits"),
        ('{"name": "f", "arguments": {"a": ' + "[" * 40 + "]" * 40 + "}}", Mistake.BAD_JSON, "32 levels"),
        ("[]", Mistake.BAD_CALL, "empty"),
        ('"f"', Mistake.BAD_CALL, "a value of type str"),
        ('{"arguments": {}}', Mistake.BAD_CALL, '"name" must be'),
        ('{"name": "", "arguments": {}}', Mistake.BAD_CALL, '"name" must be'),
        ('{"name": "f"}', Mistake.BAD_CALL, '"arguments" must be an object'),
        ('{"name": "f", "arguments": "{}"}', Mistake.BAD_CALL, '"arguments" must be an object'),
        ('{"name": "f", "arguments": {}, "bbox_2d": []}', Mistake.BAD_CALL, "the key 'bbox_2d'"),
    ],
)
def test_the_detail_says_what_is_wrong_with_a_call_and_what_to_write(
    content: str, mistake: Mistake, hint: str
) -> None:
    parsed = HERMES.parse(f"<tool_call>{content}</tool_call>", converses=False)
    assert isinstance(parsed, Malformed)
    assert parsed.mistake is mistake
    assert hint in parsed.detail
    assert parsed.detail.endswith("</tool_call>")  # an example
    assert len(parsed.detail) < 400


def test_lone_surrogates_are_replaced_also_where_json_escapes_them() -> None:
    parsed = HERMES.parse(
        '\udfff<tool_call>{"name": "f", "arguments": {"\\ud800": "a\\udc00\udc00"}}</tool_call>',
        converses=False,
    )
    assert parsed == CallTools((ToolCall("f", {"\ufffd": "a\ufffd\ufffd"}),), "\ufffd")


def test_each_result_stands_in_its_own_block() -> None:
    call = ToolCall("f", {})
    assert HERMES.write_results([ToolResult(call, "one"), ToolResult(call, "two")]) == (
        "<tool_response>\none\n</tool_response>\n<tool_response>\ntwo\n</tool_response>"
    )
