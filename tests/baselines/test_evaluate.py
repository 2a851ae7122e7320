"""A model is scored on held-out tasks; what is there is never mixed with another model's."""

import json

import pytest
import torch

from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym.trajectories import read_episodes, read_tokens
from agentic_gym_baselines.evaluate import main
from agentic_gym_baselines.models import open_policy, save_policy
from agentic_gym_baselines.playing import fingerprint
from chat_server import ChatServer, completion
from toy_runs import ENV_ID


def score(out, *arguments):
    return main(["--out", str(out), *arguments])


def score_nano(out, *arguments, model="nano"):
    few = ("--episodes", "3", "--rollouts", "2", "--max-new-tokens", "6", "--options", "max_turns=2")
    return score(out, "--env-id", "MathPython-v0", "--level", "0", "--model", str(model), *few, *arguments)


def summary(out):
    return json.loads((out / "summary.json").read_text("utf-8"))


def test_a_model_in_this_process_is_scored(tmp_path, capsys):
    assert score_nano(tmp_path) == 0
    said, records = summary(tmp_path), list(read_episodes(tmp_path))
    assert said["episodes"] == len(records) == 6
    assert {record["split"] for record in records} == {"test"}
    assert said["success"] == {"estimate": 0.0, "low": 0.0, "high": 0.0}
    assert set(said["pass_at"]) == {"1", "2"}
    tokens = [turn for record in records for turn in read_tokens(record)]
    assert said["sampled_tokens"] == sum(len(turn.sampled) for turn in tokens) > 0
    assert said["length"]["estimate"] == pytest.approx(said["sampled_tokens"] / 6)
    assert said["by_tag"]["arithmetic"]["turns"]["estimate"] == said["turns"]["estimate"] == 2.0
    assert "pass@2 0.000" in capsys.readouterr().out


def test_a_finished_evaluation_is_not_played_again(tmp_path):
    assert score_nano(tmp_path) == score_nano(tmp_path) == 0
    assert len(list(read_episodes(tmp_path))) == 6
    assert score_nano(tmp_path, "--episodes", "5") == 0
    assert summary(tmp_path)["episodes"] == 10


def written(out):
    """What was written in each episode."""
    return {(r["index"], r["rollout"]): r["turns"][0]["action"] for r in read_episodes(out)}


def test_an_evaluation_that_goes_on_draws_nothing_a_second_time(tmp_path, monkeypatch):
    alone = ("--episodes", "1", "--rollouts", "6", "--batch", "1", "--options", "max_turns=1")
    assert score_nano(tmp_path / "whole", *alone) == 0
    whole = written(tmp_path / "whole")
    assert len(set(whole.values())) == 6
    act, asked = TransformersPolicy.act, []

    def stopping(policy, conversations):
        asked.append(len(conversations))
        if len(asked) == 4:
            raise KeyboardInterrupt
        return act(policy, conversations)

    monkeypatch.setattr(TransformersPolicy, "act", stopping)
    assert score_nano(tmp_path / "parts", *alone) == 130
    assert len(written(tmp_path / "parts")) == 3
    assert score_nano(tmp_path / "parts", *alone) == 0
    assert written(tmp_path / "parts") == whole


def test_other_weights_are_another_run(tmp_path, capsys):
    policy = open_policy("nano")
    save_policy(policy, tmp_path / "policy")
    assert score_nano(tmp_path / "run", model=tmp_path / "policy") == 0
    with torch.no_grad():
        next(policy.model.parameters()).add_(0.01)
    save_policy(policy, tmp_path / "policy")
    assert score_nano(tmp_path / "run", model=tmp_path / "policy") == 2
    assert "holds another run: agent is" in capsys.readouterr().err


def test_a_fingerprint_is_of_the_weights():
    first, same, other = (open_policy("nano", seed=seed).model for seed in (0, 0, 1))
    assert fingerprint(first) == fingerprint(same) != fingerprint(other)


def answering(request):
    knows = len(request["messages"]) > 2
    call = '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}}</tool_call>'
    return completion({"content": "<answer>3</answer>" if knows else call})


def test_a_served_model_is_scored_with_how_it_behaves(tmp_path):
    with ChatServer(answering) as server:
        served = ("--env-id", ENV_ID, "--model", "tiny", "--base-url", server.url, "--episodes", "5")
        assert score(tmp_path, *served) == 0
    said = summary(tmp_path)
    assert (said["success"]["estimate"], said["calls"]["estimate"], said["called"]["estimate"]) == (0, 1, 1)
    assert said["identical_calls"]["estimate"] == said["well_formed"]["estimate"] == 1.0
    assert said["placeholder_calls"] is None
    assert said["success_wilson"]["high"] > 0.4
    assert said["prompt_tokens"] == 2 * 5 * 11


def test_without_tools_none_is_offered(tmp_path):
    with ChatServer(answering) as server:
        served = ("--env-id", ENV_ID, "--model", "tiny", "--base-url", server.url, "--episodes", "2")
        assert score(tmp_path, *served, "--no-tools") == 0
        assert '"add"' not in json.dumps(server.requests[0]["messages"][0])
    assert all(
        call["status"] == "mistake" for r in read_episodes(tmp_path) for call in r["turns"][0]["calls"]
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dtype", "int3"), "unknown dtype 'int3'"),
        (("--level", "9"), "9"),
        (("--batch", "0"), "at least 1 episode"),
        (("--seed", "-1"), "seed is a whole number of at least 0"),
        (("--options", "max_turns"), "NAME=VALUE"),
    ],
)
def test_bad_arguments_are_one_line(tmp_path, capsys, arguments, message):
    assert score_nano(tmp_path / "new", *arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert not (tmp_path / "new").exists()
