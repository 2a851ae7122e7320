import re
import time

import numpy as np
import pytest

from agentic_gym.conversation import message
from agentic_gym.frames import draw_frame, write_transcript
from agentic_gym.messages import CallTools, GiveAnswer, ImagePart, Message, ToolCall, ToolResult
from agentic_gym.protocols import PROTOCOLS

HERMES = PROTOCOLS["hermes"]
BACKGROUND = (236, 239, 244)


def picture(name: str, width: int, height: int, colour: tuple[int, int, int]) -> ImagePart:
    return ImagePart(name, np.full((height, width, 3), colour, np.uint8))


def conversation() -> list[Message]:
    call = ToolCall("python", {"code": "print(6 * 7)"})
    crop = picture("image_2", 64, 48, (0, 200, 0))
    return [
        message("system", "Answer the question."),
        message("user", "<image>\nHow many gulls?", [picture("image_1", 640, 480, (200, 0, 0))]),
        message("assistant", HERMES.write(CallTools((call,), "I count them."))),
        message("user", HERMES.write_results([ToolResult(call, "42", (crop,))]), [crop]),
        message("assistant", HERMES.write(GiveAnswer("42 gulls"))),
    ]


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def has_colour(frame: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((frame == np.array(colour, np.uint8)).all(axis=2).any())


def test_transcript_reads_as_a_conversation_without_tags():
    text = plain(write_transcript(conversation()))
    for expected in (
        "[image_1 640x480]",
        "How many gulls?",
        "I count them.",
        "python\nprint(6 * 7)",
        "42 gulls",
    ):
        assert expected in text
    assert "[image_2 64x48]" in text
    assert "<" not in text


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda protocol: protocol.name)
def test_every_protocol_is_shown_without_its_tags(protocol):
    code, crop = ToolCall("python", {"code": "a = [1]\nprint(a)"}), ToolCall("crop", {"image": "image_1"})
    action = message("assistant", protocol.write(CallTools((code, crop), "Look.")))
    results = message("user", protocol.write_results([ToolResult(code, "[1]"), ToolResult(crop, "done")]))
    text = plain(write_transcript([action, results]))
    assert "Look.\npython\na = [1]\nprint(a)\ncrop\nimage: image_1" in text
    assert "[1]" in text
    assert "<" not in text


def test_an_agent_cannot_control_the_terminal():
    spelled = '<tool_call>{"name": "a\\u001b[2J", "arguments": {"b": "\\u0007"}}</tool_call>'
    text = write_transcript([message("assistant", f"\x1b]0;owned\x07\x1b[2J\x9b2J hello {spelled}")])
    assert "\x07" not in text
    assert "\x9b" not in text
    assert re.sub(r"\x1b\[[\d;]*m", "", text).count("\x1b") == 0
    assert "hello" in text


def test_frame_has_a_fixed_shape_and_shows_every_picture():
    frame = draw_frame(conversation())
    assert frame.shape == (720, 960, 3)
    assert frame.dtype == np.uint8
    assert has_colour(frame, (0, 200, 0))
    assert has_colour(frame, (200, 0, 0))


def test_frame_shows_the_newest_part():
    old = message("user", "<image>", [picture("image_1", 300, 200, (200, 0, 0))])
    new = message("user", "<image>", [picture("image_9", 300, 200, (0, 0, 200))])
    filler = message("user", "\n".join(map(str, range(12))))
    frame = draw_frame([old, *[filler] * 4, new])
    assert has_colour(frame, (0, 0, 200))
    assert not has_colour(frame, (200, 0, 0))


def test_frame_keeps_its_margins_whatever_is_said():
    sayings = [
        "",
        "   ",
        "x" * 100_000,
        "word " * 20_000,
        "\n" * 100_000,
        " " * 100_000,
        "\t\x1b[31m\x00",
        "漢字" * 5_000,
        "<tool_call>" + "é" * 3_000,
        "</answer><answer><answer>",
    ]
    for said in sayings:
        for role in ("system", "user", "assistant", "tool"):
            frame = draw_frame([Message(role, ()), message(role, said)])
            assert frame.shape == (720, 960, 3)
            assert (frame[40:, :16] == BACKGROUND).all(), (role, said[:20])
            assert (frame[40:, -16:] == BACKGROUND).all(), (role, said[:20])


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (1024, 1024)])
def test_frame_holds_pictures_of_any_shape(size):
    entry = message("user", "<image>" * 10, [picture("image_1", *size, (9, 9, 9))] * 10)
    assert draw_frame([entry]).shape == (720, 960, 3)


def test_frame_is_the_same_each_time_and_of_the_size_asked_for():
    assert (draw_frame(conversation()) == draw_frame(conversation())).all()
    assert draw_frame(conversation(), size=(640, 360)).shape == (360, 640, 3)
    assert draw_frame([]).shape == (720, 960, 3)


def test_frame_is_quick():
    entries = conversation() * 20
    draw_frame(entries)
    seconds = []
    for _ in range(5):
        started = time.process_time()
        draw_frame(entries)
        seconds.append(time.process_time() - started)
    # About 10 ms alone on one core; the bound leaves room for a slower machine.
    assert min(seconds) < 0.1
