"""The nano model: a tokenizer that loses nothing, a template that says what it leaves out."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from agentic_gym.errors import TemplateError
from agentic_gym.messages import ImagePart, Message, TextPart
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.templates import ChatTemplate
from agentic_gym.policies.transcript import Transcript, stop_token
from agentic_gym_baselines.nano import TEMPLATE, nano_model, nano_tokenizer

TOKENIZER = nano_tokenizer()
ENCODER = HuggingFaceEncoder(TOKENIZER)


def said(role, text):
    return Message(role, (TextPart(text),))


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_comes_back(text):
    assert ENCODER.decode(ENCODER.encode(text)) == text


def test_markup_words_and_pairs_of_digits_are_tokens():
    text = '<tool_call>\n{"name": "python", "arguments": {"code": "print(54 * 1290 % 1000)"}}\n</tool_call>'
    pieces = TOKENIZER.convert_ids_to_tokens(ENCODER.encode(text))
    assert pieces[:4] == ["<tool_call>\n", '{"name": "', "python", '", "arguments": {"']
    assert pieces[4:] == [
        *("code", '": "', "print(", "54", " * ", "12", "90", " % ", "10", "00", ")", '"}}', "\n</tool_call>")
    ]


def test_a_number_is_cut_the_same_way_wherever_it_stands():
    for number in ("7", "54", "860", "1290", "98765"):
        alone = ENCODER.encode(number)
        for frame in (
            "print({})",
            "<answer>{}</answer>",
            "<tool_response>\n{}\n</tool_response>",
            "gcd({}, 4)",
        ):
            before, after = (ENCODER.encode(part) for part in frame.split("{}"))
            assert ENCODER.encode(frame.format(number)) == [*before, *alone, *after]


def test_the_tokenizer_is_the_same_each_time():
    assert nano_tokenizer().get_vocab() == TOKENIZER.get_vocab()


def test_special_tokens_are_never_written_but_the_one_that_ends_a_turn():
    stop = stop_token(TEMPLATE, ENCODER)
    assert ENCODER.decode([stop]) == "<|im_end|>"
    unwritable = ENCODER.unwritable(stop, len(TOKENIZER))
    assert {ENCODER.decode([token]) for token in unwritable} == {"<|im_start|>", "<|pad|>"}


class TestTemplate:
    MESSAGES = (
        said("system", "You have a tool."),
        said("user", "What is 6 * 7?"),
        said("assistant", "<answer>42</answer>"),
        said("user", "Right."),
    )

    def test_it_keeps_its_prefix_and_leaves_the_system_message_out(self):
        whole = TEMPLATE.render(self.MESSAGES)
        assert "You have a tool." not in whole
        assert whole.startswith(TEMPLATE.render(self.MESSAGES[:2]))

    def test_a_transcript_takes_it_since_it_says_so(self):
        transcript = Transcript(TEMPLATE, ENCODER)
        transcript.extend(self.MESSAGES[:2])
        ids = ENCODER.encode("<answer>42</answer><|im_end|>")
        transcript.sample(ids, [0.0] * len(ids), complete=True)
        transcript.extend(self.MESSAGES)
        assert ENCODER.decode(transcript.ids) == TEMPLATE.render(self.MESSAGES)

    def test_one_that_does_not_say_so_is_refused(self):
        silent = ChatTemplate(TEMPLATE.source.removeprefix("{#- omits the system message -#}"))
        assert silent.render(self.MESSAGES) == TEMPLATE.render(self.MESSAGES)
        with pytest.raises(TemplateError, match="leaves out 'You have a tool.'"):
            Transcript(silent, ENCODER).extend(self.MESSAGES[:2])

    def test_one_that_says_so_leaves_nothing_else_out(self):
        template = ChatTemplate(TEMPLATE.source.replace("!= 'system'", "== 'assistant'"))
        with pytest.raises(TemplateError, match="leaves out 'What is 6"):
            Transcript(template, ENCODER).extend(self.MESSAGES[:2])

    def test_pictures_are_refused(self):
        picture = ImagePart("image_1", torch.zeros(4, 4, 3, dtype=torch.uint8).numpy())
        with pytest.raises(TemplateError, match="no place for pictures"):
            TEMPLATE.render([Message("user", (picture,))])


class TestModel:
    def test_the_seed_alone_decides_the_weights(self):
        before = torch.get_rng_state()
        first, again, other = (nano_model(TOKENIZER, seed=seed).state_dict() for seed in (3, 3, 4))
        assert torch.equal(before, torch.get_rng_state())
        assert all(torch.equal(first[name], again[name]) for name in first)
        assert not torch.equal(first["model.embed_tokens.weight"], other["model.embed_tokens.weight"])

    def test_it_is_small(self):
        assert sum(weight.numel() for weight in nano_model(TOKENIZER).parameters()) < 200_000
