"""The picture model: a language model as it was, with a tower, in a form that transformers loads."""

import numpy as np
import pytest
import torch

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import ImagePart, Message, TextPart
from agentic_gym.policies import CHATML, ChatTemplate, Conversation, chatml
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.scoring import Example, score_together
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym.trajectories import ImageSpan, TurnTokens, join
from agentic_gym_baselines.models import open_policy, save_policy
from agentic_gym_baselines.vision import (
    PATCH,
    SIDE,
    at_own_size,
    by_own_size,
    look_at,
    picture_policy,
    takes_any_size,
)
from tiny_models import tiny_llama, tiny_tokenizer

TOWERS = ("conv", "patches")


def picture(height=SIDE, width=SIDE, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def messages(*pictures, text="What is it?"):
    shown = [ImagePart(f"image_{n}", pixels) for n, pixels in enumerate(pictures, 1)]
    return [Message("system", (TextPart("Look closely."),)), Message("user", (*shown, TextPart(text)))]


@pytest.fixture(scope="module", params=TOWERS)
def policy(request):
    return picture_policy(open_policy("nano", temperature=0.0, max_new_tokens=8), tower=request.param)


def test_a_saved_model_answers_as_before(policy, tmp_path):
    save_policy(policy, tmp_path / "policy")
    opened = open_policy(str(tmp_path / "policy"), temperature=0.0, max_new_tokens=8)
    before, after = policy.model.state_dict(), opened.model.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    asked = messages(picture(300, 500), picture(100, 80, seed=1))
    [first], [second] = (each.act([Conversation(asked)]) for each in (policy, opened))
    assert (first.tokens.prompt, first.tokens.sampled) == (second.tokens.prompt, second.tokens.sampled)
    assert first.tokens.logprobs == pytest.approx(second.tokens.logprobs, abs=1e-4)
    assert opened.template.source == policy.template.source
    assert opened.max_context == 4096


def test_a_picture_of_any_form_is_196_tokens(policy):
    for pixels in (picture(), picture(90, 400), picture(700, 300)):
        encoded = policy.encoder.encode_image(pixels)
        assert encoded.features["pixel_values"].shape == (1, 3, SIDE, SIDE)
        assert encoded.ids == (policy.model.config.image_token_id,) * (SIDE // PATCH) ** 2


def test_pictures_are_squeezed_and_not_cut(policy):
    wide = np.zeros((SIDE, 2 * SIDE, 3), np.uint8)
    wide[:, :8] = wide[:, -8:] = 255
    values = policy.encoder.encode_image(wide).features["pixel_values"][0]
    assert (values[:, :, [0, -1]] > 1.5).all()
    assert (values[:, :, SIDE // 2] < -1.4).all()


def test_what_the_language_model_knew_of_text_it_still_knows():
    language = open_policy("nano")
    ids = torch.tensor([language.encoder.encode("user\nWhat is 2 + 2?")])
    with torch.no_grad():
        before = language.model(ids).logits
        after = picture_policy(language).model(input_ids=ids).logits
    # The placeholder of a picture is a token more.
    assert after.shape[-1] == before.shape[-1] + 1
    torch.testing.assert_close(after[..., :-1], before)


def test_the_seed_decides_the_new_weights_and_nothing_else_is_touched():
    torch.manual_seed(3)
    state = torch.get_rng_state()
    same, again, other = (picture_policy(open_policy("nano"), seed=seed).model for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    name = "model.vision_tower.embeddings.projection.weight"
    weights = [model.state_dict()[name] for model in (same, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_the_gradient_reaches_the_tower_and_what_is_seen_matters(policy):
    start, answer = policy.encoder.encode("user\n"), policy.encoder.encode("AB12")
    shown = policy.encoder.encode_image(picture()).ids
    span = ImageSpan(len(start), len(start) + len(shown))
    sequence = join([TurnTokens((*start, *shown), tuple(answer), (), (span,))])
    scores = score_together(policy, [Example(sequence, [picture(seed=seed)]) for seed in (0, 1)])
    first, second = scores.logprobs.detach().split(list(scores.counts))
    assert not torch.equal(first, second)
    scores.logprobs.sum().backward()
    tower = policy.model.model.vision_tower
    assert sum(float(each.grad.abs().sum()) for each in tower.parameters() if each.grad is not None) > 0
    policy.model.zero_grad()


def test_the_tower_of_convolutions_takes_small_pictures():
    policy = at_own_size(picture_policy(open_policy("nano", temperature=0.0, max_new_tokens=4)))
    look_at(policy, 64)
    encoded = policy.encoder.encode_image(picture(64, 64))
    assert len(encoded.ids) == 4 * 4
    [outcome] = policy.act([Conversation(messages(picture(64, 64)))])
    assert outcome.tokens.images[0].stop - outcome.tokens.images[0].start == 16
    with pytest.raises(ConfigurationError, match="multiples of 16 pixels, got 70 × 64"):
        policy.encoder.encode_image(picture(64, 70))


def test_only_the_tower_of_convolutions_is_trained_on_small_pictures(policy):
    assert (at_own_size(policy) is policy) == (not takes_any_size(policy))


def test_a_picture_of_the_models_size_is_the_same_at_its_own_size(policy):
    ours, theirs = by_own_size(policy.encoder.processor)(picture()), policy.encoder.encode_image(picture())
    assert ours.ids == theirs.ids
    torch.testing.assert_close(ours.features["pixel_values"], theirs.features["pixel_values"])


def test_a_language_model_of_our_own_template_keeps_it_and_gains_pictures(policy):
    text = policy.template.render(messages(picture()))
    assert text.count("<image>") == 1
    assert policy.template.omits_system


@pytest.mark.parametrize("template", [CHATML, ChatTemplate("{{ messages[-1].content }}<|im_end|>")])
def test_a_language_model_of_another_template_speaks_chatml(template, tmp_path):
    tokenizer = tiny_tokenizer()
    text = TransformersPolicy(tiny_llama(tokenizer), HuggingFaceEncoder(tokenizer), template)
    policy = picture_policy(text, width=32)
    assert policy.template == chatml("<image>")
    assert "<image>" not in tokenizer.get_vocab()
    save_policy(policy, tmp_path / "policy")
    opened = open_policy(str(tmp_path / "policy"), max_new_tokens=2)
    [outcome] = opened.act([Conversation(messages(picture()))])
    shown = opened.encoder.decode(outcome.tokens.prompt)
    assert shown.startswith("<|im_start|>system\nLook closely.<|im_end|>\n<|im_start|>user\n<image>")
    assert shown.count("<image>") == 196


@pytest.mark.parametrize(
    ("tower", "width", "millions"), [("conv", 128, 0.4), ("conv", 256, 1.6), ("patches", 192, 2.0)]
)
def test_the_width_decides_the_towers_size(tower, width, millions):
    model = picture_policy(open_policy("nano"), tower=tower, width=width).model
    weights = sum(each.numel() for each in model.model.vision_tower.parameters())
    assert weights / 1e6 == pytest.approx(millions, rel=0.05)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tower": "convolution"}, "conv"),
        ({"width": 100}, "multiple of 32, got 100"),
        ({"width": 0}, "multiple of 32, got 0"),
    ],
)
def test_what_cannot_be_built_is_refused(options, message):
    with pytest.raises(ConfigurationError, match=message):
        picture_policy(open_policy("nano"), **options)


def test_a_model_that_sees_gets_no_second_tower(policy):
    with pytest.raises(ConfigurationError, match="sees already"):
        picture_policy(policy)
