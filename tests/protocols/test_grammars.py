"""What must hold for every grammar, whatever it looks like."""

import json
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from action_strategies import actions, any_text
from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import (
    CallTools,
    GiveAnswer,
    ImagePart,
    Malformed,
    Mistake,
    SayToUser,
    ToolCall,
    ToolResult,
    ToolSchema,
)
from agentic_gym.protocols import PROTOCOLS, ActionProtocol, get_protocol
from agentic_gym.protocols.tagged import TaggedProtocol

every_protocol = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS.keys())
tagged = {name: protocol for name, protocol in PROTOCOLS.items() if isinstance(protocol, TaggedProtocol)}
every_tagged_protocol = pytest.mark.parametrize("protocol", tagged.values(), ids=tagged.keys())
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

PYTHON = ToolSchema("python", "Runs code.", {"type": "object", "properties": {"code": {"type": "string"}}})
CROP = ToolSchema("crop", "Cuts out a müsli box.", {"type": "object", "properties": {}})


def test_lookup_gives_the_protocol_of_that_name() -> None:
    assert [get_protocol(name).name for name in ("hermes", "deepeyes", "artist", "openai")] == list(PROTOCOLS)


def test_lookup_of_an_unknown_name_suggests_a_known_one() -> None:
    with pytest.raises(ConfigurationError, match="unknown protocol 'hermez': did you mean 'hermes'"):
        get_protocol("hermez")


@every_protocol
@given(action=actions)
@quick
def test_what_is_written_is_read_back(
    protocol: ActionProtocol, action: CallTools | GiveAnswer | SayToUser
) -> None:
    assert protocol.parse(protocol.write(action), converses=True) == action


def check_total(protocol: ActionProtocol, text: str, converses: bool) -> None:
    """Any string is an action that can be stored and written again, or a named mistake that helps."""
    parsed = protocol.parse(text, converses=converses)
    if isinstance(parsed, Malformed):
        assert isinstance(parsed.mistake, Mistake)
        assert len(parsed.detail) > 20
        assert "<image>" not in parsed.detail
        parsed.detail.encode("utf-8")
        return
    if isinstance(parsed, CallTools):
        assert parsed.calls
        for call in parsed.calls:
            json.dumps(call.arguments, allow_nan=False, ensure_ascii=False).encode("utf-8")
            assert all(isinstance(key, str) for key in call.arguments)
    else:
        assert parsed.text == parsed.text.strip() != ""
    assert converses or not isinstance(parsed, SayToUser)
    try:
        written = protocol.write(parsed)
    except ConfigurationError:
        return  # a thought or a message around stray tags, which only an agent writes
    assert protocol.parse(written, converses=converses) == parsed


@every_protocol
@given(text=any_text, converses=st.booleans())
@settings(quick, max_examples=200)
def test_any_string_is_an_action_or_a_named_mistake(
    protocol: ActionProtocol, text: str, converses: bool
) -> None:
    check_total(protocol, text, converses)


@every_protocol
@given(action=actions, data=st.data())
@quick
def test_a_cut_or_altered_action_is_an_action_or_a_named_mistake(
    protocol: ActionProtocol, action: CallTools | GiveAnswer | SayToUser, data: st.DataObject
) -> None:
    written = protocol.write(action)
    cut = data.draw(st.integers(0, len(written)))
    inserted = data.draw(any_text)
    for text in (written[:cut], written[cut:], written[:cut] + inserted + written[cut:]):
        check_total(protocol, text, converses=True)


@every_tagged_protocol
@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", Mistake.EMPTY),
        ("just words", Mistake.EMPTY),
        ("<think>only a thought</think>", Mistake.EMPTY),
        ("<answer> </answer>", Mistake.EMPTY),
        ("<answer>4", Mistake.UNCLOSED_TAG),
        ("4</answer>", Mistake.UNCLOSED_TAG),
        ("<think>a <answer>4</answer>", Mistake.UNCLOSED_TAG),
        ("<answer>4</answer><answer>4</answer>", Mistake.SEVERAL_ANSWERS),
    ],
)
def test_mistakes_of_form(protocol: ActionProtocol, text: str, mistake: Mistake) -> None:
    parsed = protocol.parse(text, converses=False)
    assert isinstance(parsed, Malformed)
    assert parsed.mistake is mistake


@every_tagged_protocol
def test_a_call_with_an_answer_is_refused_in_either_order(protocol: ActionProtocol) -> None:
    call = protocol.write(CallTools([ToolCall("python", {"code": "1"})]))
    for text in (f"{call}<answer>4</answer>", f"<answer>4</answer>{call}"):
        parsed = protocol.parse(text, converses=True)
        assert isinstance(parsed, Malformed)
        assert parsed.mistake is Mistake.CALL_WITH_ANSWER
        assert "<answer>42</answer>" in parsed.detail


@every_tagged_protocol
def test_calls_and_answers_within_a_thought_do_not_count(protocol: ActionProtocol) -> None:
    call = protocol.write(CallTools([ToolCall("python", {"code": "1"})]))
    text = f"<think>perhaps {call} or <answer>3</answer></think><answer>4</answer>"
    assert protocol.parse(text, converses=False) == GiveAnswer("4", f"perhaps {call} or <answer>3</answer>")


@every_tagged_protocol
def test_a_thought_that_began_in_the_prompt_ends_at_its_closing_tag(protocol: ActionProtocol) -> None:
    text = "so <answer> or <tool_call> … </think>\n<answer>4</answer>"
    assert protocol.parse(text, converses=False) == GiveAnswer("4", "so <answer> or <tool_call> …")


@every_tagged_protocol
def test_text_around_blocks_is_thought(protocol: ActionProtocol) -> None:
    call = protocol.write(CallTools([ToolCall("python", {"code": "1"})]))
    parsed = protocol.parse(f"first\n<think>second</think>\n{call}\nthird", converses=True)
    assert parsed == CallTools((ToolCall("python", {"code": "1"}),), "first\nsecond\nthird")


@every_tagged_protocol
def test_plain_text_is_a_message_where_there_is_a_user(protocol: ActionProtocol) -> None:
    parsed = protocol.parse("<think>polite</think> Which day? ", converses=True)
    assert parsed == SayToUser("Which day?", "polite")
    stray = protocol.parse("It is 4</answer>", converses=True)
    assert isinstance(stray, Malformed)
    assert stray.mistake is Mistake.UNCLOSED_TAG


@every_protocol
def test_calls_keep_their_order(protocol: ActionProtocol) -> None:
    calls = [ToolCall("python", {"code": "1"}), ToolCall("crop", {"a": 2}), ToolCall("python", {"code": "3"})]
    parsed = protocol.parse(protocol.write(CallTools(calls)), converses=False)
    assert isinstance(parsed, CallTools)
    assert list(parsed.calls) == calls


@every_protocol
@pytest.mark.parametrize(
    "action",
    [
        CallTools(()),
        CallTools([ToolCall("", {})]),
        CallTools([ToolCall("f", {"x": float("nan")})]),
        CallTools([ToolCall("f", {"x": {1, 2}})]),
        CallTools([ToolCall("f", {"x": {1: 2}})]),
        CallTools([ToolCall("f", {"x": np.zeros(2)})]),
        CallTools([ToolCall("f", {"x": 10**2000})]),
        GiveAnswer(""),
        GiveAnswer("a</answer>b"),
        SayToUser("I say <answer>4</answer>"),
        SayToUser(" "),
    ],
)
def test_what_cannot_be_expressed_is_refused(
    protocol: ActionProtocol, action: CallTools | GiveAnswer | SayToUser
) -> None:
    with pytest.raises(ConfigurationError, match="expected at least one call|cannot be written"):
        protocol.write(action)


@every_tagged_protocol
def test_a_thought_that_would_end_early_is_refused(protocol: ActionProtocol) -> None:
    with pytest.raises(ConfigurationError, match="no tag of the protocol"):
        protocol.write(GiveAnswer("a", thought="b</think>c"))


@every_protocol
def test_arguments_are_written_as_json_has_them(protocol: ActionProtocol) -> None:
    call = ToolCall("crop", {"box": (1, np.float64(2.5)), "kind": Mistake.EMPTY})
    parsed = protocol.parse(protocol.write(CallTools([call])), converses=False)
    assert parsed == CallTools((ToolCall("crop", {"box": [1, 2.5], "kind": "empty"}),))


@every_protocol
@pytest.mark.parametrize(
    "code",
    ["s = '</python></code></tool></tool_call></think></reasoning>'", "```\n</code>", "", "  x", "\n", "x\n"],
)
def test_code_that_looks_like_the_grammar_survives(protocol: ActionProtocol, code: str) -> None:
    action = CallTools((ToolCall("python", {"code": code}),))
    assert protocol.parse(protocol.write(action), converses=False) == action


@every_protocol
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<tool_call>",
            "<tool>[",
            "<code>```python\n",
            "<python>\n",
            "<think>",
            "</think>",
            "<answer>",
            "<",
        ),
        *("<tool_call>{</tool_call>", "<tool>f(a='</tool>", "<code>```\n```</code>", "<python> </python>"),
        *(
            '<tool_call>{"name":"f","arguments":{}}</tool_call>',
            "<tool>[f(a=1)]</tool>",
            "<answer>1</answer>",
        ),
    ],
)
def test_a_megabyte_of_one_piece_is_read_in_linear_time(protocol: ActionProtocol, piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    protocol.parse(text, converses=True)
    assert time.process_time() - start < 10  # a quadratic reader takes minutes


@every_protocol
@pytest.mark.parametrize(
    "opening", ["[", '{"a":', '{"name": "f", "arguments": {"a": [', "f(a=[", "-", "f(a=f("]
)
def test_deep_nesting_is_a_mistake_and_not_an_exception(protocol: ActionProtocol, opening: str) -> None:
    for tag in ("tool_call", "tool", "python", "code"):
        for depth in (150, 3_000, 100_000):
            check_total(protocol, f"<{tag}>{opening * depth}</{tag}>", converses=False)


@every_tagged_protocol
def test_instructions_list_each_tool_and_show_an_answer(protocol: ActionProtocol) -> None:
    text = protocol.instructions([PYTHON, CROP], converses=False)
    assert json.dumps(CROP.to_openai(), ensure_ascii=False) in text
    assert "ython" in text
    assert "<answer>" in text
    assert "<image>" not in text
    assert "user" not in text
    assert "message to the user" in protocol.instructions([PYTHON], converses=True)


@every_protocol
def test_instructions_without_tools_speak_of_none(protocol: ActionProtocol) -> None:
    text = protocol.instructions([], converses=False)
    assert "<answer>" in text
    assert "tool" not in text
    assert "ython" not in text


@every_protocol
def test_each_picture_has_a_placeholder_after_its_result(protocol: ActionProtocol) -> None:
    image = ImagePart("image_2", np.zeros((2, 2, 3), np.uint8))
    call = ToolCall("python", {"code": "1"})
    text = protocol.write_results([ToolResult(call, "two", (image, image)), ToolResult(call, "", (image,))])
    assert text.count("<image>") == 3
    assert text.index("two\n<image>\n<image>") < text.rindex("<image>")
