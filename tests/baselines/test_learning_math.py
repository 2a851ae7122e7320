"""The GRPO loss is the formula, and a batch that shares its beginning says what each sequence says alone."""

import math

import numpy as np
import pytest
import torch

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import Message, TextPart
from agentic_gym.policies import CHATML, QWEN2_VL, chatml
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.scoring import Example, score_together, shared_prefix
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym.trajectories import TokenSequence
from agentic_gym.trajectories.tokens import image_spans
from agentic_gym_baselines.learning import Learner, group_advantages, parts_of, token_losses
from tiny_models import llava_encoder, qwen_encoder, tiny_llama, tiny_llava, tiny_qwen_vl, tiny_tokenizer


def text_parts():
    tokenizer = tiny_tokenizer()
    return tiny_llama(tokenizer), HuggingFaceEncoder(tokenizer), CHATML


def qwen_parts():
    tokenizer = tiny_tokenizer()
    return tiny_qwen_vl(tokenizer), qwen_encoder(tokenizer), QWEN2_VL


def llava_parts():
    tokenizer = tiny_tokenizer()
    return tiny_llava(tokenizer), llava_encoder(tokenizer), chatml("<|image_pad|>")


@pytest.fixture(params=[text_parts, qwen_parts, llava_parts], ids=["text", "Qwen2.5-VL", "Llava"])
def policy(request):
    model, encoder, template = request.param()
    return TransformersPolicy(model.double(), encoder, template, temperature=0.7)


def sequence_of(pieces):
    """Tokens with whether they were sampled, from (ids, sampled) pieces, with the pictures' spans."""
    ids = [token for piece, _ in pieces for token in piece]
    mask = [sampled for piece, sampled in pieces for _ in piece]
    return ids, mask


def examples_for(policy, rng, *, pictures=True):
    """Five episodes of several turns: two groups, whose members share all that was shown first."""
    encoder = policy.encoder
    system = encoder.encode(policy.template.render([Message("system", (TextPart("You have tools."),))]))
    examples = []
    for group in (3, 2):
        question = encoder.encode(f"question {rng.integers(1000)}: ")
        shown, ids_of_picture = [], []
        if encoder.image_placeholder and pictures:
            shown = [rng.integers(0, 255, (40, 56, 3), dtype=np.uint8)]
            ids_of_picture = list(encoder.encode_image(shown[0]).ids)
        for _ in range(group):
            pieces = [([*system, *system, *ids_of_picture, *question], False)]
            own = list(shown)
            for _ in range(int(rng.integers(1, 4))):
                pieces.append((rng.integers(10, 250, size=rng.integers(1, 9)).tolist(), True))
                result = encoder.encode(f"result {rng.integers(1000)}")
                if encoder.image_placeholder and rng.random() < 0.5:
                    own.append(rng.integers(0, 255, (30, 30, 3), dtype=np.uint8))
                    result = [*result, *encoder.encode_image(own[-1]).ids, *result]
                pieces.append((result, False))
            examples.append(Example(as_sequence(policy, pieces), own))
    return examples


def as_sequence(policy, pieces):
    ids, mask = sequence_of(pieces)
    placeholder = policy.encoder.image_placeholder
    spans = image_spans(ids, policy.encoder.encode(placeholder)[0]) if placeholder else ()
    turns = tuple(0 if sampled else -1 for sampled in mask)
    return TokenSequence(tuple(ids), tuple(mask), (), turns, spans)


def gradients(policy):
    found = {name: p.grad.clone() for name, p in policy.model.named_parameters() if p.grad is not None}
    policy.model.zero_grad()
    return found


def assert_same(gradients, others):
    """To six digits of the largest: the library's norms round to float32 whatever the model's format."""
    assert gradients.keys() == others.keys()
    largest = max(float(gradient.abs().max()) for gradient in others.values())
    for name, gradient in others.items():
        assert torch.allclose(gradients[name], gradient, rtol=0, atol=1e-6 * largest), name


def test_a_batch_says_what_each_sequence_says_alone(policy):
    rng = np.random.default_rng(0)
    examples = examples_for(policy, rng)
    assert shared_prefix(examples) >= 16
    scores = score_together(policy, examples)
    weights = torch.tensor(rng.normal(size=len(scores.logprobs)))
    (scores.logprobs * weights).sum().backward()
    together = gradients(policy)

    alone = []
    for example in examples:
        mask = torch.tensor(example.sequence.mask[1:])
        alone.append(policy.score(example.sequence, example.pictures)[mask])
    (torch.cat(alone) * weights).sum().backward()
    assert scores.counts == tuple(len(each) for each in alone)
    assert scores.logprobs.dtype == torch.float64
    assert torch.allclose(scores.logprobs, torch.cat(alone), atol=1e-10)
    separate = gradients(policy)
    assert_same(together, separate)


def test_entropies_are_those_of_what_is_drawn_from(policy):
    [example, *_] = examples_for(policy, np.random.default_rng(1))
    scores = score_together(policy, [example])
    features = [policy.encoder.encode_image(pixels).features for pixels in example.pictures]
    ids = policy.tensor([list(example.sequence.ids)])
    spans = [(span.start, span.stop) for span in example.sequence.images]
    positions = policy.positions(example.sequence.ids, spans, features)
    with torch.no_grad():
        logits = policy.model(input_ids=ids, position_ids=positions, **policy.joined(features)).logits[0]
    for place, entropy in zip(example.sampled, scores.entropies.tolist(), strict=True):
        p = policy.log_softmax(logits[place - 1]).exp().tolist()
        assert entropy == pytest.approx(-sum(x * math.log(x) for x in p if x > 0))
    assert not scores.entropies.requires_grad


def test_only_equal_pictures_are_read_once():
    policy = TransformersPolicy(*qwen_parts())
    rng = np.random.default_rng(2)
    picture, other = (rng.integers(0, 255, (40, 56, 3), dtype=np.uint8) for _ in range(2))
    ids = list(policy.encoder.encode_image(picture).ids)
    text = policy.encoder.encode("a text that stands before all pictures")
    sequence = as_sequence(policy, [(text + ids + text, False), (text, True)])
    first = Example(sequence, [picture])
    assert shared_prefix([first, Example(sequence, [picture.copy()])]) == len(text + ids + text) - 1
    assert shared_prefix([first, Example(sequence, [other])]) == len(text)


def test_an_example_without_a_sampled_token_is_refused(policy):
    nothing = Example(as_sequence(policy, [([10, 11], False)]))
    at_once = Example(as_sequence(policy, [([10, 11], True)]))
    for examples in ([], [nothing], [at_once]):
        with pytest.raises(ConfigurationError, match="needs a sampled token"):
            score_together(policy, examples)


def loop_losses(new, old, advantages, low, high, reference, weight):
    """The loss of each token, as the papers write it, one number at a time."""
    losses = []
    for token in range(len(new)):
        ratio = math.exp(new[token] - old[token])
        bounded = min(max(ratio, 1 - low), 1 + high)
        loss = -min(ratio * advantages[token], bounded * advantages[token])
        if reference is not None:
            difference = reference[token] - new[token]
            loss += weight * (math.exp(difference) - difference - 1)
        losses.append(loss)
    return losses


@pytest.mark.parametrize("kl", [0.0, 0.3])
def test_the_loss_and_its_gradient_are_the_formula(kl):
    rng = np.random.default_rng(4)
    old = rng.normal(-2, 1, size=60)
    new = old + rng.normal(0, 0.4, size=60)
    reference = old + rng.normal(0, 0.4, size=60) if kl else None
    advantages = rng.normal(size=60)
    variable = torch.tensor(new, requires_grad=True)
    losses = token_losses(
        variable,
        torch.tensor(old),
        torch.tensor(advantages),
        clip_low=0.2,
        clip_high=0.28,
        reference=None if reference is None else torch.tensor(reference),
        kl_weight=kl,
    )
    expected = loop_losses(new, old, advantages, 0.2, 0.28, reference, kl)
    assert losses.loss.tolist() == pytest.approx(expected, abs=1e-12)
    losses.loss.sum().backward()
    step = 1e-6
    for token in range(60):
        up, down = new.copy(), new.copy()
        up[token] += step
        down[token] -= step
        rise = loop_losses(up, old, advantages, 0.2, 0.28, reference, kl)[token]
        fall = loop_losses(down, old, advantages, 0.2, 0.28, reference, kl)[token]
        assert variable.grad[token].item() == pytest.approx((rise - fall) / (2 * step), abs=1e-7)
    ratio = np.exp(new - old)
    stopped = ((ratio > 1.28) & (advantages > 0)) | ((ratio < 0.8) & (advantages < 0))
    assert losses.clipped.tolist() == stopped.tolist()
    assert stopped.any()
    if not kl:
        assert (variable.grad[torch.tensor(stopped)] == 0).all()


def test_the_bound_is_higher_above_than_below():
    new = torch.tensor([math.log(1.25), math.log(0.75)], dtype=torch.float64)
    losses = token_losses(
        new, torch.zeros(2).double(), torch.tensor([1.0, -1.0]).double(), clip_low=0.2, clip_high=0.28
    )
    assert losses.clipped.tolist() == [False, True]


class TestAdvantages:
    def test_they_are_standard_scores_of_those_that_count(self):
        rewards = [0.0, 1.0, None, 0.25]
        known = np.array([0.0, 1.0, 0.25])
        expected = (known - known.mean()) / known.std()
        got = group_advantages(rewards)
        assert got[2] is None
        assert [got[0], got[1], got[3]] == pytest.approx(expected)

    def test_without_the_deviation_they_are_differences(self):
        assert group_advantages([0.0, 1.0, None], by_deviation=False) == [-0.5, 0.5, None]

    @pytest.mark.parametrize(
        "rewards",
        [[0.3, 0.3, 0.3], [None, None], [1.0, None], [], [0.1 + 0.2, 0.3, 0.3], [3e9 + 1e-6, None, 3e9]],
    )
    def test_equal_rewards_have_nothing_to_say(self, rewards):
        assert group_advantages(rewards) == [None] * len(rewards)

    def test_small_differences_count(self):
        assert group_advantages([0.5, 0.5 + 1e-6]) == pytest.approx([-1.0, 1.0])


def test_parts_hold_every_sequence_once_and_no_more_than_fits():
    lengths = np.random.default_rng(5).integers(1, 50, size=40).tolist()
    parts = parts_of(lengths, most=120)
    assert sorted(place for part in parts for place in part) == list(range(40))
    assert all(max(lengths[i] for i in part) * len(part) <= 120 for part in parts)
    assert parts_of([500, 3], most=120) == [[0], [1]]


@pytest.mark.parametrize(
    "options", [{"rate": 0.0}, {"rate": 1.0, "max_norm": 0.0}, {"rate": 1.0, "pass_tokens": 0}]
)
def test_a_learner_refuses_numbers_that_cannot_be_used(options):
    with pytest.raises(ConfigurationError, match="above 0"):
        Learner(TransformersPolicy(*text_parts()), **options)


def test_the_parts_of_a_batch_give_the_gradient_of_the_whole():
    policy = TransformersPolicy(tiny_llama(tiny_tokenizer()).double(), *text_parts()[1:])
    examples = examples_for(policy, np.random.default_rng(6))
    found = []
    for pass_tokens in (10_000, 40):
        learner = Learner(policy, rate=1.0, pass_tokens=pass_tokens)
        parts = 0
        for _, scores in learner.passes(examples):
            scores.logprobs.sum().backward()
            parts += 1
        assert (parts == 1) == (pass_tokens == 10_000)
        found.append(gradients(policy))
    assert_same(*found)


def test_autocast_ends_with_the_pass():
    policy = TransformersPolicy(*text_parts())
    learner = Learner(policy, rate=1.0, pass_tokens=40, autocast=True)
    examples = examples_for(policy, np.random.default_rng(6))
    for _, scores in learner.passes(examples):
        assert not torch.is_autocast_enabled("cpu")
        scores.logprobs.sum().backward()
    with learner.computing():
        assert torch.is_autocast_enabled("cpu")


def test_the_rate_rises_and_falls():
    policy = TransformersPolicy(*text_parts())
    learner = Learner(policy, rate=1.0, warmup=2, total=4)
    assert [learner.update().rate for _ in range(5)] == [0.5, 0.75, 0.5, 0.25, 0.0]
