"""A copy that samples in another number format stays the model that learns, far into an episode too."""

import numpy as np
import torch

from agentic_gym.policies import CHATML
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym.trajectories import TokenSequence
from agentic_gym_baselines.learning import Learner
from agentic_gym_baselines.sampling import OwnSampler
from tiny_models import tiny_llama, tiny_tokenizer

LENGTH = 2000


def attentive_policy():
    """Its words depend on where the earlier ones stand."""
    tokenizer = tiny_tokenizer()
    model = tiny_llama(tokenizer, head_size=32)
    with torch.no_grad():
        for layer in model.model.layers:
            attention = layer.self_attn
            for projection, factor in ((attention.q_proj, 10), (attention.v_proj, 8), (attention.o_proj, 8)):
                projection.weight.mul_(factor)
    return TransformersPolicy(model, HuggingFaceEncoder(tokenizer), CHATML)


def test_a_copy_in_bfloat16_agrees_with_the_learner_late_in_an_episode():
    """With the frequencies of rotary positions rounded as well it is 0.023 nats off there, without 0.004."""
    policy = attentive_policy()
    learner, sampler = Learner(policy, rate=1.0, autocast=True), OwnSampler(policy, torch.bfloat16)
    ids = tuple(np.random.default_rng(0).integers(10, 250, size=LENGTH).tolist())
    sequence = TokenSequence(ids, (False,) + (True,) * (LENGTH - 1), (), (0,) * LENGTH, ())
    with torch.no_grad():
        with learner.computing():
            learned = policy.score(sequence)
        sampled = sampler.policy.score(sequence)
    assert float((learned - sampled).abs()[LENGTH // 2 :].mean()) < 0.01


def test_only_weights_are_rounded():
    policy = attentive_policy()
    copied = OwnSampler(policy, torch.bfloat16).policy.model
    assert {parameter.dtype for parameter in copied.parameters()} == {torch.bfloat16}
    assert {parameter.dtype for parameter in policy.model.parameters()} == {torch.float32}
    for own, kept in zip(policy.model.buffers(), copied.buffers(), strict=True):
        assert own.dtype == kept.dtype
        assert torch.equal(own, kept)
    assert torch.equal(policy.model.model.rotary_emb.inv_freq, copied.model.rotary_emb.inv_freq)
