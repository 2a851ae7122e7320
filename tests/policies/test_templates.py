"""Templates carry a conversation whole and keep its prefix, or say that they do not."""

import numpy as np
import pytest

from agentic_gym.errors import TemplateError
from agentic_gym.messages import ImagePart, Message, TextPart
from agentic_gym.policies import CHATML, QWEN2_VL, ChatTemplate
from agentic_gym.policies.transcript import Transcript
from letters import Letters

PICTURE = ImagePart("image_1", np.zeros((4, 4, 3), np.uint8))
DIALOGUE = [
    Message("system", (TextPart("Be brief.\n"),)),
    Message("user", (TextPart("What is "), TextPart("this?"))),
    Message("assistant", (TextPart("<think> a\n\n</think>  <answer>b "),)),
    Message("user", (TextPart("\nno"),)),
    Message("assistant", (TextPart(""),)),
    Message("user", (TextPart("then?"),)),
]
DROPS_THOUGHTS = """{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' and not loop.last %}
{{- m.content.split('</think>')[-1] }}{% else %}{{ m.content }}{% endif %}.{% endfor %}"""
NO_SYSTEM = "{% for m in messages if m.role != 'system' %}<{{ m.role }}>{{ m.content }}.{% endfor %}"
REFUSES = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"


@pytest.mark.parametrize("template", [CHATML, QWEN2_VL])
def test_a_longer_conversation_begins_with_the_shorter_one(template):
    texts = [template.render(DIALOGUE[:n]) for n in (2, 4, 6)]
    for shorter, longer, said in zip(texts, texts[1:], (2, 4), strict=False):
        assert longer.startswith(shorter + DIALOGUE[said].text + template.turn_end)


def test_pictures_stand_where_they_are_shown():
    shown = Message("user", (TextPart("a"), PICTURE, TextPart("b"), PICTURE))
    text = QWEN2_VL.render([shown])
    picture = "<|vision_start|><|image_pad|><|vision_end|>"
    assert f"a{picture}b{picture}<|im_end|>" in text


def test_tools_calls_and_results_have_their_place():
    messages = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]},
        {"role": "tool", "content": "one"},
        {"role": "tool", "content": [{"type": "image"}]},
    ]
    tools = [{"type": "function", "function": {"name": "f"}}]
    asked = QWEN2_VL.render_chat(messages[:1], tools=tools)
    answered = QWEN2_VL.render_chat(messages, tools=tools)
    assert '\n{"type": "function", "function": {"name": "f"}}\n' in asked
    assert answered.startswith(asked)
    assert '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call><|im_end|>' in answered
    assert answered.count("<|im_start|>user") == 2
    assert answered.count("<tool_response>") == 2


def test_a_transcript_keeps_what_was_sampled_and_adds_only_what_is_new():
    transcript = Transcript(QWEN2_VL, Letters("<|image_pad|>"))
    messages = [Message("user", (TextPart("see "), PICTURE))]
    transcript.extend(messages)
    assert [transcript.ids[span.start : span.stop] for span in transcript.spans] == [[1, 1, 1]]
    before = list(transcript.ids)
    sampled = transcript.sample([ord("h"), ord("i")], [-1.0, -2.0], complete=False)
    assert (sampled.text, sampled.tokens.prompt, sampled.sampled_count) == ("hi", tuple(before), 2)
    messages += [Message("assistant", (TextPart("hi"),)), Message("user", (TextPart("and?"),))]
    transcript.extend(messages)
    added = Letters().decode(transcript.ids[len(before) :])
    assert added == "hi<|im_end|>\n<|im_start|>user\nand?<|im_end|>\n<|im_start|>assistant\n"


def two_turns(template):
    transcript = Transcript(template, Letters())
    transcript.extend(DIALOGUE[:2])
    transcript.sample(Letters().encode(DIALOGUE[2].text), [], complete=False)
    transcript.extend(DIALOGUE[:4])
    return transcript


@pytest.mark.parametrize(
    ("source", "words"), [(DROPS_THOUGHTS, "rewrites"), (NO_SYSTEM, "leaves out"), (REFUSES, "no system")]
)
def test_a_template_that_loses_something_is_refused(source, words):
    with pytest.raises(TemplateError, match=words):
        two_turns(ChatTemplate(source))


@pytest.mark.parametrize("template", [CHATML, QWEN2_VL, ChatTemplate("{{ messages[0].content + '.' }}")])
def test_a_model_without_pictures_says_so(template):
    with pytest.raises(TemplateError, match="pictures|cannot carry"):
        Transcript(template, Letters()).extend([Message("user", (TextPart("see "), PICTURE))])


def test_what_is_no_template_is_refused():
    with pytest.raises(TemplateError, match="no Jinja"):
        ChatTemplate("{% if %}").render(DIALOGUE)
    with pytest.raises(TemplateError, match="template=CHATML"):
        ChatTemplate.of(object())


def test_a_template_can_be_handed_to_a_server(tmp_path):
    QWEN2_VL.save(tmp_path / "qwen.jinja")
    source = (tmp_path / "qwen.jinja").read_text("utf-8")
    assert ChatTemplate(source).render(DIALOGUE) == QWEN2_VL.render(DIALOGUE)
