"""Text from outside forges nothing, and loses nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.conversation import message, shorten
from agentic_gym.escaping import PROTOCOL_TAGS, escape

FORGERIES = [
    *(f"<{tag}>" for tag in PROTOCOL_TAGS),
    *(f"</{tag}>" for tag in PROTOCOL_TAGS),
    "<image>",
    "<IMAGE>",
    "< image >",
    "</ answer>",
    "<|im_start|>",
    "<|vision_start|>",
    "<\uff5cUser\uff5c>",
    "<s>",
    "</s>",
    "<start_of_turn>",
    "<image_soft_token>",
    "<fake_token_around_image>",
    "[INST]",
    "[/INST]",
    "[IMG]",
    "[SYSTEM_PROMPT]",
    "[/THINK]",
    "[ARGS]",
    "[gMASK]",
    "<<SYS>>",
    "<im_patch>",
    "<EOS_TOKEN>",
    "<loc0512>",
    "<function=crop>",
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_could_be_forged_is_escaped(forgery):
    assert forgery not in escape(f"text {forgery} text")


@pytest.mark.parametrize(
    "harmless", ["a < b", "x<y>z", "<b>bold</b>", "List<String>", "[1, 2]", "<3", "if a<-b:"]
)
def test_what_forges_nothing_stays(harmless):
    assert escape(harmless) == harmless


@given(
    st.lists(st.sampled_from(["<", "/", "image", "answer", ">", "|", "&lt;", "\ud800", "im_end", " "])).map(
        "".join
    )
)
def test_escaping_twice_is_escaping_once(text):
    once = escape(text)
    assert escape(once) == once
    assert "<image>" not in once
    assert "</answer>" not in once
    once.encode()


@given(st.text(), st.integers(40, 200))
def test_shortened_text_fits(text, limit):
    assert len(shorten(text, limit)) <= limit


def test_placeholders_and_pictures_must_agree():
    with pytest.raises(ValueError, match="1 placeholders for 0 images"):
        message("user", "look: <image>")
