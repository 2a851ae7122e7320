"""Assistant messages of an OpenAI-compatible server as actions."""

import json

import pytest

from agentic_gym.messages import CallTools, GiveAnswer, Malformed, Mistake, SayToUser, ToolCall, ToolSchema
from agentic_gym.protocols import get_protocol

PROTOCOL = get_protocol("openai")
CROP = ToolSchema("crop", "Cuts out.", {"type": "object", "properties": {}})


def said(**message):
    return json.dumps({"role": "assistant", **message})


def call(name="crop", arguments='{"image": "image_1"}'):
    return {"id": "call_9", "type": "function", "function": {"name": name, "arguments": arguments}}


def test_native_calls_are_read_whether_their_arguments_are_text_or_an_object():
    action = said(content="I look.", tool_calls=[call(), call("zoom", {"factor": 2}), call("now", "")])
    assert PROTOCOL.parse(action, converses=False) == CallTools(
        (ToolCall("crop", {"image": "image_1"}), ToolCall("zoom", {"factor": 2}), ToolCall("now", {})),
        "I look.",
    )


@pytest.mark.parametrize("content", ["42", "<answer>42</answer>", "<think>six times seven</think>\n42"])
def test_a_message_without_calls_is_the_answer(content):
    action = PROTOCOL.parse(said(content=content, tool_calls=None), converses=False)
    assert isinstance(action, GiveAnswer)
    assert action.text == "42"


def test_where_there_is_a_user_only_a_marked_answer_is_one():
    assert PROTOCOL.parse(said(content="Which day?"), converses=True) == SayToUser("Which day?")
    assert PROTOCOL.parse(said(content="So: <answer>4</answer>"), converses=True) == GiveAnswer("4", "So:")


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
def test_reasoning_beside_the_content_is_thought(name):
    action = said(content="42", **{name: "perhaps <answer>3</answer>"})
    assert PROTOCOL.parse(action, converses=False) == GiveAnswer("42", "perhaps <answer>3</answer>")


@pytest.mark.parametrize(
    ("action", "mistake"),
    [
        ("42", Mistake.BAD_CALL),
        ("just words", Mistake.BAD_JSON),
        ("[" * 100_000, Mistake.BAD_JSON),
        (said(content=None), Mistake.EMPTY),
        (said(content="<answer> </answer>"), Mistake.EMPTY),
        (said(content=7), Mistake.BAD_CALL),
        (said(content="", tool_calls={}), Mistake.BAD_CALL),
        (said(content="", tool_calls=[{"name": "crop"}]), Mistake.BAD_CALL),
        (said(content="", tool_calls=[call(7)]), Mistake.BAD_CALL),
        (said(content="", tool_calls=[call(arguments="{half")]), Mistake.BAD_JSON),
        (said(content="", tool_calls=[call(arguments='{}, "more": 1')]), Mistake.BAD_CALL),
        (said(content="<answer>4</answer>", tool_calls=[call()]), Mistake.CALL_WITH_ANSWER),
        (said(content="<answer>4</answer><answer>5</answer>"), Mistake.SEVERAL_ANSWERS),
    ],
)
def test_mistakes_of_form(action, mistake):
    read = PROTOCOL.parse(action, converses=False)
    assert isinstance(read, Malformed)
    assert read.mistake is mistake
    assert len(read.detail) > 20


def test_instructions_leave_the_tools_to_the_request():
    text = PROTOCOL.instructions([CROP], converses=False)
    assert "crop" not in text
    assert "<answer>" in text


def test_a_megabyte_of_open_answers_is_read_in_linear_time():
    assert isinstance(PROTOCOL.parse(said(content="<answer>" * 125_000), converses=False), GiveAnswer)
