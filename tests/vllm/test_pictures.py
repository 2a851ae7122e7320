"""A real vLLM server plays with a vision model: a tiny Qwen2.5-VL of random weights."""

import json
from contextlib import closing

import numpy as np
import pytest
import torch

from agentic_gym.core import AgenticEnv
from agentic_gym.messages import CallTools
from agentic_gym.policies import QWEN2_VL, play_together
from agentic_gym.policies.openai import OpenAIPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.policies.transcript import Transcript
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym.trajectories import split
from agentic_gym_baselines.serving import ServedSampler
from tiny_models import image_processor, qwen_encoder, tiny_qwen_vl, tiny_tokenizer
from toy_tasks import ToyTask, ToyTaskset, paint
from vllm_servers import MODEL, serve

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(600)]

PAINT = r'<tool_call>\{"name": "paint", "arguments": \{"count": [12], "side": (56|84)\}\}</tool_call>'
NATS = 2e-3


class GridTask(ToyTask):
    """Its picture has whole cells of 28 pixels: the server and this process scale pictures differently."""

    @property
    def images(self):
        rng = np.random.default_rng(self.key.index)
        return (rng.integers(0, 255, (56, 84, 3), dtype=np.uint8),)

    def tools(self, coordinates):
        return (paint,)


class GridTaskset(ToyTaskset):
    id = "Grid-v0"

    def make(self, key):
        return GridTask(key, self.extra, self.talks)


@pytest.fixture(scope="module")
def learner():
    tokenizer = tiny_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|video_pad|>"]})
    model = tiny_qwen_vl(tokenizer, head_size=64)
    [stop] = tokenizer("<|im_end|>")["input_ids"]
    for config in (model.config, model.config.text_config):
        config.bos_token_id, config.eos_token_id = None, stop
    model.generation_config.bos_token_id, model.generation_config.eos_token_id = None, stop
    return TransformersPolicy(model, qwen_encoder(tokenizer), QWEN2_VL, max_new_tokens=24)


@pytest.fixture(scope="module")
def server(learner, tmp_path_factory):
    folder = tmp_path_factory.mktemp("qwen")
    model = folder / "model"
    learner.model.save_pretrained(model)
    learner.encoder.tokenizer.save_pretrained(model)
    written = image_processor().to_dict() | {"processor_class": "Qwen2_5_VLProcessor"}
    for name, kind in (("preprocessor", "Image"), ("video_preprocessor", "Video")):
        written[f"{kind.lower()}_processor_type"] = f"Qwen2VL{kind}Processor"
        (model / f"{name}_config.json").write_text(json.dumps(written))
    QWEN2_VL.save(folder / "template.jinja")
    template = ("--chat-template", str(folder / "template.jinja"), "--chat-template-content-format", "openai")
    with serve(model, folder / "log", "--dtype", "float32", "--max-model-len", "8192", *template) as server:
        yield server.url


def play(policy, count):
    envs = [AgenticEnv(GridTaskset(), max_turns=3) for _ in range(count)]
    trajectories = play_together(policy, envs, [{"index": index} for index in range(count)])
    return list(zip(envs, trajectories, strict=True))


def pictures(trajectory):
    shown = [trajectory.prompt, *(turn.observation for turn in trajectory.turns)]
    return [image.pixels for entry in shown if entry for image in entry.images]


def largest_difference(learner, played):
    """Of log-probabilities of what the server sampled, from those of the same weights here."""
    differences = []
    for _, trajectory in played:
        for sequence in split(trajectory.tokens):
            with torch.no_grad():
                own = learner.score(sequence, pictures(trajectory)[: len(sequence.images)])
            kept = torch.tensor(sequence.mask[1:])
            differences.append((own[kept] - torch.tensor(sequence.logprobs[1:])[kept]).abs().max())
    return float(max(differences))


def test_a_picture_is_its_tokens_and_the_prompt_is_what_the_model_is_shown_here(learner, server):
    pad = learner.encoder.encode("<|image_pad|>")[0]
    sampling = {"max_tokens": 80, "structured_outputs": {"regex": PAINT}}
    with closing(ModelServer(server)) as connection:
        played = play(OpenAIPolicy(MODEL, connection, sampling=sampling, image_token=pad), 3)
    for env, trajectory in played:
        assert all(isinstance(turn.action, CallTools) for turn in trajectory.turns)
        assert len(pictures(trajectory)) > 3
        for number, tokens in enumerate(trajectory.tokens):
            transcript = Transcript(QWEN2_VL, learner.encoder)
            transcript.extend(env.conversation[: 2 + 2 * number])
            assert tokens.prompt == tuple(transcript.ids)
            assert tokens.images == tuple(transcript.spans)


def test_the_server_follows_the_weights_pictures_included(learner, server, tmp_path):
    with closing(ServedSampler(learner, server, tmp_path)) as sampler:
        sampler.refresh()
        before = play(sampler.policy, 3)
        assert largest_difference(learner, before) < NATS
        with torch.no_grad():
            for parameter in learner.model.model.visual.parameters():
                parameter.mul_(1.5)
        assert largest_difference(learner, before) > 10 * NATS
        sampler.refresh()
        assert largest_difference(learner, play(sampler.policy, 3)) < NATS
    assert list(tmp_path.iterdir()) == []
