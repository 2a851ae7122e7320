"""What models learn by the programs themselves: a nano model to use a tool, by a cold start and then GRPO;
SmolLM2 to write a tool call, by a short cold start.
"""

import json

import pytest
from typer.testing import CliRunner

from agentic_gym.cli.app import app
from agentic_gym_baselines import collect, evaluate, grpo, sft
from agentic_gym_baselines.models import NANO, SMOLLM2

ENV = ["--env-id", "MathPython-v0", "--level", "0", "--options", "max_turns=2"]
"""Short sums; an episode is one call and an answer."""
TASKS = 200


@pytest.fixture(scope="module")
def demonstrations(tmp_path_factory):
    """Two of three episodes compute, the others guess: what a model makes of it is for GRPO to find out."""
    folder = tmp_path_factory.mktemp("data") / "mixed"
    command = ["eval", "MathPython-v0", "--agent", "agentic_gym_baselines.starts:Mixed", "--difficulty", "0"]
    result = CliRunner().invoke(
        app, [*command, "--split", "train", "--episodes", "1500", "--out", str(folder)]
    )
    assert result.exit_code == 0, result.output
    return folder


def success(model, out):
    """On held-out tasks, sampled at temperature 1."""
    arguments = [*ENV, "--split", "val", "--episodes", str(TASKS), "--max-new-tokens", "40", "--batch", "100"]
    assert evaluate.main([*arguments, "--model", str(model), "--out", str(out)]) == 0
    summary = json.loads((out / evaluate.SUMMARY).read_text())
    assert summary["episodes"] == TASKS
    assert summary["unscored"] == 0
    return summary["success"]["estimate"], summary["called"]["estimate"]


@pytest.mark.timeout(900)  # a minute or two on an idle core
def test_a_cold_start_and_then_grpo_teach_a_nano_model_to_compute(demonstrations, tmp_path):
    steps = ["--steps", "900", "--lr", "3e-3", "--warmup", "30", "--save-every", "0"]
    start = tmp_path / "start"
    assert (
        sft.main(["--data", str(demonstrations), "--failures", "--model", NANO, "--out", str(start), *steps])
        == 0
    )
    steps = ["--steps", "36", "--groups", "16", "--rounds", "1", "--lr", "4e-4", "--save-every", "0"]
    learned = tmp_path / "learned"
    model = ["--model", str(start / "policy"), "--out", str(learned), "--max-new-tokens", "40"]
    assert grpo.main([*ENV, *model, *steps]) == 0

    untrained, _ = success(NANO, tmp_path / "test-untrained")
    cold, called_before = success(start / "policy", tmp_path / "test-cold")
    final, called_after = success(learned / "policy", tmp_path / "test-final")
    print(f"success: {untrained}, {cold}, {final}; calls: {called_before}, {called_after}")
    assert untrained <= 0.2
    assert final >= 0.8
    assert final > cold + 0.05
    assert called_after > called_before


@pytest.mark.slow
@pytest.mark.timeout(3600)  # some five minutes on an idle core
def test_25_steps_teach_smollm2_to_write_tool_calls(tmp_path):
    data, run, out = tmp_path / "data", tmp_path / "run", tmp_path / "test"
    task = ["--env-id", "MathPython-v0", "--level", "0"]
    assert collect.main([*task, "--episodes", "200", "--reasoning", "none", "--out", str(data)]) == 0
    steps = ["--steps", "25", "--batch-size", "8", "--lr", "5e-5", "--save-every", "0", "--autocast"]
    assert sft.main(["--data", str(data), "--model", SMOLLM2, "--out", str(run), *steps]) == 0
    sampling = ["--split", "val", "--episodes", "40", "--max-new-tokens", "64", "--dtype", "bfloat16"]
    model = ["--model", str(run / "policy"), "--out", str(out)]
    assert evaluate.main([*task, "--options", "max_turns=2", *sampling, *model]) == 0

    firsts = [json.loads(line)["turns"][0] for line in (out / "episodes.jsonl").read_text().splitlines()]
    assert len(firsts) == 40
    calls = [
        not turn["mistake"] and [call["name"] for call in turn["calls"]] == ["python"] for turn in firsts
    ]
    print(f"well-formed calls: {sum(calls)} of 40")
    assert sum(calls) >= 38
