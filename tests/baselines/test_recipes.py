"""The programs on picture models: Qwen2.5-VL, of which 3B and 7B are larger ones, and a Llava of our own.

The models are tiny and their weights random, but the architectures are the real ones, and so are the
programs: demonstrations are collected, learned from and played on, pictures included.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from agentic_gym.policies import QWEN2_VL, chatml
from agentic_gym.policies.templates import OMITS_SYSTEM, ChatTemplate
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym_baselines import collect, grpo, sft
from agentic_gym_baselines.demonstrations import encode, read_demonstrations
from agentic_gym_baselines.models import open_policy, save_policy
from agentic_gym_baselines.rollout import Clock
from agentic_gym_baselines.vision import picture_policy
from tiny_models import llava_encoder, qwen_encoder, tiny_llava, tiny_qwen_vl, tiny_tokenizer

ENV = ("--env-id", "FineGrain-v0", "--level", "0", "--options", "longest_side=448")


def qwen():
    tokenizer = tiny_tokenizer()
    return TransformersPolicy(tiny_qwen_vl(tokenizer), qwen_encoder(tokenizer), QWEN2_VL)


def llava():
    tokenizer = tiny_tokenizer()
    return TransformersPolicy(tiny_llava(tokenizer), llava_encoder(tokenizer), chatml("<|image_pad|>"))


def ours():
    return picture_policy(open_policy("nano"), width=32)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("data")
    assert collect.main([*ENV, "--out", str(out), "--episodes", "1", "--workers", "1"]) == 0
    return out


@pytest.fixture(scope="module", params=[qwen, llava, ours], ids=["Qwen2.5-VL", "Llava", "ours"])
def start(request, tmp_path_factory):
    """The folder of a model."""
    folder = tmp_path_factory.mktemp("model") / "policy"
    save_policy(request.param(), folder)
    return folder


def log(out):
    return [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]


def tower(policy):
    """The weights of what sees."""
    model = policy.model.model
    part = model.visual if hasattr(model, "visual") else model.vision_tower
    return {name: each.detach().clone() for name, each in part.named_parameters()}


def moved(before, after):
    """Names of the weights that changed."""
    return {name for name in before if not torch.equal(before[name], after[name])}


def check_masks(policy, example):
    """Pictures stand where the model's picture token does, and nothing of them carries loss."""
    ids, mask = np.array(example.sequence.ids), np.array(example.sequence.mask)
    [pad] = policy.encoder.encode(policy.encoder.image_placeholder)
    seen = np.zeros(len(ids), bool)
    for span in example.sequence.images:
        seen[span.start : span.stop] = True
    assert seen.any()
    assert ((ids == pad) == seen).all()
    assert not (seen & mask).any()


def test_a_cold_start_trains_what_sees(start, data, tmp_path):
    options = [
        "--data",
        str(data),
        "--model",
        str(start),
        "--steps",
        "2",
        "--batch-size",
        "1",
        "--lr",
        "1e-3",
    ]
    assert sft.main([*options, "--max-tokens", "8000", "--out", str(tmp_path)]) == 0
    first, second = log(tmp_path)
    assert second["loss"] < first["loss"]
    before, after = open_policy(str(start)), open_policy(str(tmp_path / "policy"))
    assert moved(tower(before), tower(after))
    assert after.template.source == before.template.source


def test_demonstrations_lose_on_actions_and_not_on_pictures(start, data):
    policy = open_policy(str(start))
    for demonstration in read_demonstrations(data):
        sequence, pictures = encode(demonstration, policy.template, policy.encoder)
        assert len(pictures) == len(sequence.images) >= 2
        check_masks(policy, sft.Example(sequence, pictures))
        written = np.array(sequence.ids)[np.array(sequence.mask)].tolist()
        stop = policy.encoder.encode(policy.template.turn_end)[:1]
        expected = [policy.encoder.encode(action) + stop for action in demonstration.actions]
        assert written == sum(expected, [])


def grpo_options(start, out):
    sizes = ["--groups", "2", "--group-size", "2", "--rounds", "1", "--steps", "1", "--max-new-tokens", "8"]
    options = [*ENV, "max_turns=2", "--workers", "2", "--lr", "1e-3"]
    return [*options, *sizes, "--model", str(start), "--out", str(out)]


def test_a_step_of_grpo_runs_from_end_to_end(start, tmp_path):
    assert grpo.main(grpo_options(start, tmp_path)) == 0
    [record] = log(tmp_path)
    assert record["episodes"] == 4
    assert record["masked"] == 0
    assert record["sampled_tokens"] > 0
    open_policy(str(tmp_path / "policy"))


def test_grpo_trains_what_sees(start, tmp_path):
    """A model that knows nothing never succeeds, so the rewards are put in by hand; all else is played."""
    args = grpo.Args(
        env_id="FineGrain-v0",
        out=tmp_path,
        model=str(start),
        level=0,
        options=("longest_side=448", "max_turns=2"),
        groups=2,
        group_size=2,
        rounds=1,
        max_new_tokens=8,
        workers=2,
        lr=1e-3,
    )
    run = grpo.Run(args)
    groups = [
        replace(
            group,
            episodes=tuple(replace(each, reward=float(n)) for n, each in enumerate(group.episodes)),
        )
        for group in run.gather(Clock())
    ]
    run.rollouts.close()
    for group in groups:
        for episode in group.episodes:
            for example in episode.examples:
                check_masks(run.policy, example)
    before = tower(run.policy)
    tally = run.learn(groups)
    # What is learned from was sampled by this very model: the ratios are 1.
    assert float(torch.cat(tally.gaps).max()) < 1e-3
    assert moved(before, tower(run.policy))


def text_model(folder, template=None):
    policy = open_policy("nano")
    policy.template = template or policy.template
    save_policy(policy, folder)
    return folder


def error_of(capsys, code):
    assert code == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_a_model_of_text_alone_is_refused_where_there_are_pictures(data, tmp_path, capsys):
    model = text_model(tmp_path / "model")
    code = sft.main(["--data", str(data), "--model", str(model), "--out", str(tmp_path / "sft")])
    assert "has no place for pictures; give another one" in error_of(capsys, code)
    code = grpo.main(grpo_options(model, tmp_path / "grpo"))
    assert "has no place for pictures; give another one" in error_of(capsys, code)


@pytest.mark.parametrize("make", [llava, ours], ids=["Llava", "ours"])
def test_a_template_that_drops_the_tools_is_refused(make, data, tmp_path, capsys):
    """The tools stand in the system message; a template may leave it out only where it says so."""
    policy = make()
    source = policy.template.source.replace(OMITS_SYSTEM, "").replace("{{- body(system.content) -}}", "")
    assert source != policy.template.source
    policy.template = ChatTemplate(source)
    save_policy(policy, tmp_path / "model")
    learned = ["--data", str(data), "--model", str(tmp_path / "model"), "--out", str(tmp_path / "sft")]
    assert "leaves out" in error_of(capsys, sft.main(learned))
    code = grpo.main(grpo_options(tmp_path / "model", tmp_path / "grpo"))
    assert "leaves out" in error_of(capsys, code)


def test_qwens_own_template_which_has_no_tools_is_never_used(tmp_path):
    policy = qwen()
    policy.template = ChatTemplate("{{ messages[-1].content }}<|im_end|>")
    save_policy(policy, tmp_path)
    assert open_policy(str(tmp_path)).template == QWEN2_VL


def test_a_checkpoint_of_another_model_is_refused(data, tmp_path, capsys):
    folders = []
    for width in (32, 64):
        folders.append(tmp_path / str(width))
        save_policy(picture_policy(open_policy("nano"), width=width), folders[-1])
    options = ["--data", str(data), "--steps", "1", "--batch-size", "1", "--out", str(tmp_path / "run")]
    assert sft.main([*options, "--model", str(folders[0])]) == 0
    code = sft.main([*options, "--model", str(folders[1]), "--resume"])
    assert "is of another model" in error_of(capsys, code)
