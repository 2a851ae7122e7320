"""Supervised fine-tuning: what carries loss, what a run leaves behind, and how it goes on."""

import json

import pytest
import torch

from agentic_gym.errors import RecordError
from agentic_gym.evaluation import evaluate
from agentic_gym_baselines.journal import Journal, read_journal
from agentic_gym_baselines.learning import Learner
from agentic_gym_baselines.models import open_policy
from agentic_gym_baselines.sft import Args, batch_of, learn, load_examples, main
from noted_runs import ENV_ID


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Twelve episodes of the oracle."""
    folder = tmp_path_factory.mktemp("data")
    assert evaluate(ENV_ID, "oracle", out=folder, episodes=12, split="train", workers=2).n == 12
    return folder


def arguments(data, out, *more):
    common = ["--data", str(data), "--model", "nano", "--out", str(out), "--batch-size", "4", "--lr", "5e-3"]
    return [*common, "--steps", "6", *more]


def losses(out):
    return [(record["step"], record["loss"], record["gradient_norm"]) for record in read_journal(out)]


def weights(out):
    return open_policy(str(out / "policy")).model.state_dict()


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    """A whole run of six steps."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    assert main(arguments(data, out)) == 0
    return out


def test_the_loss_is_the_mean_over_the_action_tokens(data, tmp_path):
    policy = open_policy("nano")
    examples = load_examples(Args(data=data, out=tmp_path), policy)[:3]
    with torch.no_grad():
        scored = [
            policy.score(example.sequence)[torch.tensor(example.sequence.mask[1:])] for example in examples
        ]
    expected = -float(torch.cat(scored).mean())
    values = learn(Learner(policy, rate=1e-3), examples)
    assert values["loss"] == pytest.approx(expected, rel=1e-5)
    assert values["loss_tokens"] == sum(len(each) for each in scored)
    written = [
        policy.encoder.decode([example.sequence.ids[i] for i in example.sampled]) for example in examples
    ]
    assert all(text.count("<tool_call>") == 1 and text.count("<answer>") == 1 for text in written)
    assert not any("tool_response" in text or "What is" in text for text in written)


def test_it_learns_and_leaves_a_policy_behind(run):
    found = losses(run)
    assert [step for step, _, _ in found] == [1, 2, 3, 4, 5, 6]
    assert found[-1][1] < 0.8 * found[0][1]
    fresh = open_policy("nano").model.state_dict()
    assert any(not torch.equal(fresh[name], tensor) for name, tensor in weights(run).items())
    assert list((run / "tensorboard").iterdir())


def test_a_run_that_goes_on_is_the_same_run(run, data, tmp_path):
    assert main(arguments(data, tmp_path, "--steps", "3")) == 0
    assert main(arguments(data, tmp_path, "--resume")) == 0
    assert losses(tmp_path) == losses(run)
    for name, tensor in weights(run).items():
        assert torch.equal(weights(tmp_path)[name], tensor), name


def test_every_episode_comes_once_an_epoch(data, tmp_path):
    args = Args(data=data, out=tmp_path, batch_size=5)
    places = [place for step in range(1, 13) for place in batch_of(step, 12, args)]
    for epoch in range(5):
        assert sorted(places[epoch * 12 : (epoch + 1) * 12]) == list(range(12))
    assert places[:12] != places[12:24]


def test_nothing_to_learn_from_says_so(tmp_path, capsys):
    evaluate(ENV_ID, "silent", out=tmp_path / "data", episodes=2, split="train", workers=1)
    assert main(arguments(tmp_path / "data", tmp_path / "out")) == 2
    assert "holds no episode to learn from" in capsys.readouterr().err


def test_a_seed_that_cannot_be_used_is_refused(data, tmp_path, capsys):
    assert main(arguments(data, tmp_path, "--seed", "-1")) == 2
    assert "a seed is at least 0" in capsys.readouterr().err


def test_a_folder_that_holds_a_run_is_not_overwritten(run, data, capsys):
    assert main(arguments(data, run)) == 2
    assert "--resume" in capsys.readouterr().err


class TestJournal:
    def test_what_came_after_the_checkpoint_is_taken_out(self, tmp_path):
        with Journal(tmp_path) as journal:
            for step in range(1, 5):
                journal.write(step, {"loss": step / 2, "alarms": ["low"]})
        with (tmp_path / "log.jsonl").open("a") as file:
            file.write('{"step": 5, "lo')
        assert len(read_journal(tmp_path)) == 4
        with Journal(tmp_path, step=2) as journal:
            assert journal.holds(2, "loss")
            assert not journal.holds(3, "loss")
            journal.write(3, {"loss": 9.0})
        assert [record["loss"] for record in read_journal(tmp_path)] == [0.5, 1.0, 9.0]

    @pytest.mark.parametrize("line", ["no json", "[1]", '{"loss": 1}'])
    def test_damage_is_told(self, tmp_path, line):
        (tmp_path / "log.jsonl").write_text(json.dumps({"step": 1}) + "\n" + line + "\n")
        with pytest.raises(RecordError, match="line 2 of"):
            read_journal(tmp_path)

    def test_no_run_is_told(self, tmp_path):
        with pytest.raises(RecordError, match="holds no run"):
            read_journal(tmp_path)


def test_help_names_every_argument(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(f"--{name.replace('_', '-')}" in said for name in Args.__dataclass_fields__)
    assert "cold start" in said
