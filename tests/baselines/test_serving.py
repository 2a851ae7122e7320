"""A server as a trainer's sampler: weights on their way, and everything that can be wrong with a server.

The server here is a copy of the model behind the protocol that vLLM speaks; tests/vllm has the real one.
"""

import copy
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from agentic_gym.errors import ConfigurationError, ServerError
from agentic_gym.messages import Message, TextPart
from agentic_gym.policies import CHATML, QWEN2_VL, Conversation
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym.trajectories import TurnTokens, join
from agentic_gym_baselines.models import open_policy
from agentic_gym_baselines.sampling import choose_sampler
from agentic_gym_baselines.serving import ServedSampler
from agentic_gym_baselines.vision import picture_policy
from chat_server import ChatServer, Raw
from tiny_models import qwen_encoder, tiny_llama, tiny_qwen_vl, tiny_tokenizer

CARDS = [{"id": "tiny", "owned_by": "vllm", "max_model_len": 500}]


class Copy:
    """Serves a copy of a policy's model, which loads weights from the folder that it is told."""

    def __init__(self, policy):
        self.served = copy.copy(policy)
        self.served.model = copy.deepcopy(policy.model)
        self.reload = self.load
        self.reset = {"success": True}

    def __call__(self, request):
        if "method" in request:
            return self.reload(request)
        return self.complete(request) if request else self.reset

    def load(self, request):
        assert request["method"] == "reload_weights"
        for path in Path(request["kwargs"]["weights_path"]).glob("*.safetensors"):
            assert self.served.model.load_state_dict(load_file(path), strict=False).unexpected_keys == []
        return {"results": [None]}

    def complete(self, request):
        """Always the same words, with their log-probabilities."""
        ids = [*self.served.encoder.encode("to be or not"), *request["stop_token_ids"]]
        with torch.no_grad():
            scores = self.served.score(join([TurnTokens(tuple(request["prompt"]), tuple(ids))]))
        logprobs = scores[-len(ids) :].tolist()
        return {"choices": [{"token_ids": ids, "logprobs": {"token_logprobs": logprobs}}]}


@pytest.fixture
def learner():
    tokenizer = tiny_tokenizer()
    return TransformersPolicy(tiny_llama(tokenizer), HuggingFaceEncoder(tokenizer), CHATML, temperature=0.7)


@pytest.fixture
def model(learner):
    return Copy(learner)


@pytest.fixture
def sampler(learner, model, tmp_path):
    with ChatServer(model, CARDS) as server:
        sampler = ServedSampler(learner, server.url, tmp_path / "weights")
        sampler.server = server
        yield sampler
        sampler.close()


def short():
    return Conversation((Message("user", (TextPart("Say yes."),)),))


def change(learner):
    with torch.no_grad():
        for parameter in learner.model.parameters():
            parameter.mul_(1.1)


def logprobs(sampler):
    return sampler.policy.act([short()])[0].tokens.logprobs


@pytest.mark.parametrize("tied", [False, True])
def test_the_server_gets_all_weights_and_nothing_stays_on_the_way(tied, learner, tmp_path):
    learner.model.config.tie_word_embeddings = tied
    learner.model.tie_weights()
    model = Copy(learner)
    names = []

    def load(request):
        for path in Path(request["kwargs"]["weights_path"]).glob("*.safetensors"):
            names.extend(load_file(path))
        return model.load(request)

    model.reload = load
    (tmp_path / "weights-left").mkdir()
    with ChatServer(model, CARDS) as server:
        sampler = ServedSampler(learner, server.url, tmp_path)
        before = logprobs(sampler)
        change(learner)
        sampler.refresh()
        assert sampler.gap < 1e-6
        assert logprobs(sampler) != before
        sampler.close()
    for own, served in zip(learner.model.parameters(), model.served.model.parameters(), strict=True):
        assert torch.equal(own, served)
    assert {"lm_head.weight", "model.embed_tokens.weight"} <= set(names)
    assert list(tmp_path.iterdir()) == []


def test_it_draws_from_the_learners_distribution(sampler, learner):
    sampler.policy.act([short()])
    request = sampler.server.requests[-1]
    stop = learner.encoder.encode("<|im_end|>")[0]
    assert (request["temperature"], request["top_p"], request["repetition_penalty"]) == (0.7, 1.0, 1.0)
    assert request["stop_token_ids"] == [stop]
    assert str(stop) not in request["logit_bias"]
    for token in ("<|im_start|>", "<|endoftext|>"):
        assert request["logit_bias"][str(learner.encoder.encode(token)[0])] == -100
    assert sampler.policy.max_context == 500, "the server's own, which is less than the model's"


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        (Raw(404), ConfigurationError, "VLLM_SERVER_DEV_MODE=1"),
        (Raw(500, b"no such folder"), ServerError, "start it again"),
        (Raw(missing=9), ServerError, "start it again"),
    ],
)
def test_a_server_that_takes_no_weights(reply, error, message, sampler, model, tmp_path):
    model.reload = lambda request: reply
    with pytest.raises(error, match=message):
        sampler.refresh()
    assert len(sampler.server.requests) == 1, "no second attempt: its weights may be in pieces"
    assert list((tmp_path / "weights").iterdir()) == []


def test_a_server_that_still_writes_is_not_refreshed(sampler, model):
    model.reset = {"success": False}
    with pytest.raises(ServerError, match="wait for every episode"):
        sampler.refresh()


def test_a_server_that_writes_with_other_weights_is_refused(sampler, model, learner):
    model.reload = lambda request: {"results": [None]}
    sampler.refresh()
    for _ in range(10):
        change(learner)
    with pytest.raises(ConfigurationError, match="processed_logprobs"):
        sampler.refresh()


def test_a_server_with_another_chat_template_is_refused(tmp_path):
    tokenizer = tiny_tokenizer()
    learner = TransformersPolicy(tiny_qwen_vl(tokenizer), qwen_encoder(tokenizer), QWEN2_VL)
    said = {"message": {"content": "yes"}, "token_ids": [5], "logprobs": {"content": [{"logprob": -1.0}]}}
    reply = {"choices": [said], "prompt_token_ids": tokenizer("Say yes.")["input_ids"]}

    def model(request):
        return reply if "messages" in request else {"success": True}

    with ChatServer(model, CARDS) as server:
        sampler = ServedSampler(learner, server.url, tmp_path)
        with pytest.raises(ConfigurationError, match="--chat-template"):
            sampler.refresh()
        sampler.close()


def test_a_server_without_token_ids_is_refused(sampler, model, learner, tmp_path):
    vision = TransformersPolicy(tiny_qwen_vl(tiny_tokenizer()), qwen_encoder(tiny_tokenizer()), QWEN2_VL)
    model.complete = lambda request: {"choices": [{"message": {"content": "yes"}}]}
    sampler = ServedSampler(vision, sampler.server.url, tmp_path)
    model.reload = lambda request: {"results": [None]}
    with pytest.raises(ConfigurationError, match="has to be vLLM"):
        sampler.refresh()
    sampler.close()


def vision_learner(**options):
    tokenizer = tiny_tokenizer()
    return TransformersPolicy(tiny_qwen_vl(tokenizer), qwen_encoder(tokenizer), QWEN2_VL, **options)


def test_a_vision_models_context_is_the_servers_to_keep(model, tmp_path):
    with ChatServer(model, CARDS) as server:
        ServedSampler(vision_learner(max_context=500), server.url, tmp_path).close()
        with pytest.raises(ConfigurationError, match=r"at most 400 .* and 500 on .* --max-model-len 400"):
            ServedSampler(vision_learner(max_context=400), server.url, tmp_path)


def test_a_tower_that_vllm_does_not_serve_is_refused(model, tmp_path):
    nano = open_policy("nano")
    with ChatServer(model, CARDS) as server:
        ServedSampler(picture_policy(nano, tower="patches", width=32), server.url, tmp_path).close()
        with pytest.raises(ConfigurationError, match="kind 'dpt', only clip_vision_model.*--tower patches"):
            ServedSampler(picture_policy(nano, tower="conv", width=32), server.url, tmp_path)


def test_one_of_several_models_has_to_be_named(learner, model, tmp_path):
    with ChatServer(model, [*CARDS, {"id": "other"}]) as server:
        with pytest.raises(ConfigurationError, match="'tiny', 'other'"):
            ServedSampler(learner, server.url, tmp_path)
        ServedSampler(learner, server.url, tmp_path, model="tiny").close()


def test_a_trainer_chooses_its_sampler(learner, model, tmp_path):
    assert choose_sampler(learner, tmp_path).policy is learner
    with ChatServer(model, CARDS) as server:
        change(learner)
        sampler = choose_sampler(learner, tmp_path, base_url=server.url)
        assert isinstance(sampler, ServedSampler)
        assert sampler.gap < 1e-6, "it has the learner's weights from the start"
        sampler.close()
