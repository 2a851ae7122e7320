"""GRPO: what a step changes, what it leaves alone, and that a killed run goes on as if it had not been."""

import copy
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
import torch

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym_baselines import grpo
from agentic_gym_baselines.checkpoints import load_checkpoint, save_checkpoint
from agentic_gym_baselines.grpo import Args, Run, main, samples_of
from agentic_gym_baselines.journal import read_journal
from agentic_gym_baselines.learning import Learner
from agentic_gym_baselines.models import open_policy
from agentic_gym_baselines.rollout import Clock, Episode, Group, Rollouts, describe
from agentic_gym_baselines.sampling import OwnSampler
from noted_runs import ENV_ID

STEPS = 6
COMMON = [
    *("--env-id", ENV_ID, "--model", "nano", "--groups", "2", "--group-size", "3", "--lr", "1e-3"),
    *("--max-new-tokens", "10", "--steps", str(STEPS), "--save-every", "2", "--minibatches", "2"),
    *("--eval-every", "3", "--eval-episodes", "4", "--kl", "0.01"),
]


def settings(out, **changes):
    values = {
        "env_id": ENV_ID,
        "model": "nano",
        "groups": 2,
        "group_size": 3,
        "lr": 1e-3,
        "max_new_tokens": 10,
    }
    return Args(out=out, **values | changes)


@pytest.fixture
def run(tmp_path):
    made = Run(settings(tmp_path))
    yield made
    made.rollouts.close()


def with_rewards(group, rewards):
    episodes = [
        Episode(episode.trajectory, reward) for episode, reward in zip(group.episodes, rewards, strict=True)
    ]
    return Group(group.index, tuple(episodes))


def twin(policy):
    """A policy with a model of its own."""
    made = copy.copy(policy)
    made.model = copy.deepcopy(policy.model)
    return made


def state(run):
    return {name: tensor.clone() for name, tensor in run.policy.model.state_dict().items()}


def same(first, second):
    return all(torch.equal(first[name], second[name]) for name in first)


class TestAStep:
    def test_its_gradient_is_the_loss_written_out(self, run):
        """Float64, one token after another, against the step that the optimiser takes with a rate of 1."""
        run.policy.model.double()
        groups = run.gather(Clock())
        samples = samples_of(groups)
        parameters = dict(run.policy.model.named_parameters())
        run.learner = Learner(run.policy, rate=1.0, max_norm=1e9)
        run.learner.optimizer = torch.optim.SGD(parameters.values(), lr=1.0)
        # Old log-probabilities from elsewhere, so that ratios are far from 1 and some are clipped.
        rng = random.Random(1)
        for sample in samples:
            sequence = sample.example.sequence
            moved = tuple(
                value + rng.gauss(0, 0.3) * known
                for value, known in zip(sequence.logprobs, sequence.mask, strict=True)
            )
            object.__setattr__(sequence, "logprobs", moved)
        total = torch.zeros((), dtype=torch.float64)
        tokens = 0
        for sample in samples:
            sequence = sample.example.sequence
            scored = run.policy.score(sequence)
            for place in sample.example.sampled:
                ratio = torch.exp(scored[place - 1] - sequence.logprobs[place])
                plain, bounded = ratio * sample.advantage, ratio.clamp(0.8, 1.28) * sample.advantage
                total = total - (plain if plain < bounded else bounded)
                tokens += 1
        (total / tokens).backward()
        expected = {name: parameter.grad.clone() for name, parameter in parameters.items()}
        run.policy.model.zero_grad()
        before = state(run)
        tally = run.learn(groups)
        assert tally.loss == pytest.approx(float(total.detach()) / tokens, rel=1e-5)
        assert 0 < tally.clipped < tokens
        assert tally.tokens == tokens
        largest = max(float(gradient.abs().max()) for gradient in expected.values())
        for name, gradient in expected.items():
            assert torch.allclose(before[name] - parameters[name], gradient, atol=1e-5 * largest), name

    def test_groups_without_variance_change_nothing(self, run):
        groups = run.gather(Clock())
        run.learn(groups)  # so that the optimiser has momentum
        before, moments = state(run), copy.deepcopy(run.learner.optimizer.state_dict())
        flat = [with_rewards(group, [0.5] * 3) for group in groups]
        tally = run.learn(flat)
        assert same(before, state(run))
        assert tally.values()["loss"] is None
        after = run.learner.optimizer.state_dict()
        assert all(
            torch.equal(moments["state"][i]["exp_avg"], after["state"][i]["exp_avg"])
            for i in moments["state"]
        )

    def test_a_group_without_variance_changes_nothing_beside_another(self, run):
        first, second = run.gather(Clock())[:2]
        alone, beside = twin(run.policy), run.policy
        run.learn([first, with_rewards(second, [1.0] * 3)])
        run.policy, run.learner = alone, Learner(alone, rate=1e-3)
        run.learn([first])
        assert same(beside.model.state_dict(), alone.model.state_dict())

    def test_a_masked_episode_changes_nothing(self, run):
        group = run.gather(Clock())[0]
        masked = with_rewards(group, [1.0, None, 0.0])
        without = Group(group.index, (masked.episodes[0], masked.episodes[2]))
        first = twin(run.policy)
        run.learn([masked])
        second, run.policy = run.policy, first
        run.learner = Learner(first, rate=1e-3)
        run.learn([without])
        assert same(second.model.state_dict(), first.model.state_dict())

    def test_the_learner_agrees_with_the_sampler(self, run):
        values = run.learn(run.gather(Clock())).values()
        assert values["gap_max"] < 1e-4
        assert values["gap_mean"] <= values["gap_max"]

    def test_it_may_learn_several_times_and_in_parts(self, run):
        groups = run.gather(Clock())
        run.args = settings(run.args.out, epochs=3, minibatches=2)
        tally = run.learn(groups)
        assert run.learner.updates == len(tally.norms) == 6
        assert tally.tokens == 3 * sum(len(sample.example.sampled) for sample in samples_of(groups))
        assert tally.values()["gap_max"] < 1e-4  # of what was scored before the first update

    def test_a_sampler_in_another_format_follows_the_learner(self, tmp_path):
        run = Run(settings(tmp_path, autocast=True))
        values = run.learn(run.gather(Clock())).values()
        assert 1e-6 < values["gap_max"] < 0.2
        copies, own = run.sampler.policy.model.parameters(), list(run.policy.model.parameters())
        assert any(not torch.equal(one, two.bfloat16()) for one, two in zip(copies, own, strict=True))
        run.sampler.refresh()
        copies = run.sampler.policy.model.parameters()
        assert all(torch.equal(one, two.bfloat16()) for one, two in zip(copies, own, strict=True))
        assert {parameter.dtype for parameter in own} == {torch.float32}
        run.rollouts.close()

    def test_the_bonus_is_learned_from_and_not_reported(self, tmp_path):
        run = Run(settings(tmp_path, tool_bonus=10.0, eval_episodes=3, eval_every=1))
        asked = []
        play = run.rollouts.play

        def noted(*arguments, tool_bonus=0.0, **options):
            asked.append(tool_bonus)
            return play(*arguments, tool_bonus=tool_bonus, **options)

        run.rollouts.play = noted
        run.gather(Clock())
        gathered = len(asked)
        run.evaluate()
        run.rollouts.close()
        assert asked == [10.0] * gathered + [0.0]

    def test_what_went_better_becomes_likelier(self, tmp_path):
        """Vowels are rewarded: after some steps there are more of them."""
        run = Run(settings(tmp_path, groups=2, group_size=12, lr=1e-2))
        rewards = []
        for run.step in range(8):
            groups = run.gather(Clock())
            rewards.append(describe(groups)["reward"])
            run.learn(groups)
        run.rollouts.close()
        assert sum(rewards[-3:]) > 1.1 * sum(rewards[:3]), rewards


class Fixed:
    """Rollouts that play nothing: which groups vary is given."""

    def __init__(self, group, varied):
        self.group, self.varied, self.asked = group, list(varied), []

    def draw(self, split, count, *key, without):
        assert without == ({self.group.index} if self.asked else set())
        return [len(self.asked) * 100 + place for place in range(count)]

    def play(self, policy, indices, *, group_size, clock, tool_bonus):
        self.asked.append(list(indices))
        return [
            with_rewards(self.group, [0.0, 1.0, 1.0] if self.varied.pop(0) else [1.0, 1.0, None])
            for _ in indices
        ]

    def close(self):
        pass


def test_groups_without_variance_are_played_again_with_other_tasks(run):
    [group, *_] = run.gather(Clock())
    run.rollouts.close()
    run.args = settings(run.args.out, groups=4, rounds=3)
    run.rollouts = Fixed(group, [True, False, True, False] + [False, True] + [True])
    played = run.gather(Clock())
    assert run.rollouts.asked == [[0, 1, 2, 3], [100, 101], [200]]
    assert [each.varied for each in played] == [True, False, True, False, False, True, True]
    run.args = settings(run.args.out, groups=4, rounds=2)
    run.rollouts = Fixed(group, [False] * 8)
    assert len(run.gather(Clock())) == 8


def records(out):
    """The log without what depends on the clock."""
    return [
        {name: value for name, value in record.items() if "seconds" not in name}
        for record in read_journal(out)
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nothing happened to."""
    out = tmp_path_factory.mktemp("grpo") / "whole"
    assert main([*COMMON, "--out", str(out)]) == 0
    return out


def assert_the_same_run(out, whole):
    assert records(out) == records(whole)
    one, other = (open_policy(str(folder / "policy")).model.state_dict() for folder in (out, whole))
    assert same(one, other)


def test_the_log_says_what_happened(whole):
    found = read_journal(whole)
    steps = [record for record in found if "loss" in record]
    assert [record["step"] for record in steps] == list(range(1, STEPS + 1))
    for record in steps:
        assert record["loss_tokens"] > 0
        assert record["gap_max"] < 1e-4
        assert record["seconds_generation"] > 0
        assert record["seconds_learning"] > 0
        assert any("tool use near zero" in alarm for alarm in record["alarms"])
    assert [record["step"] for record in found if "eval/success" in record] == [0, 3, 6]
    assert steps[-1]["kl"] > 0


def test_a_killed_run_goes_on_as_if_it_had_not_been(whole, tmp_path):
    """SIGKILL at a random moment of a random step; every number of every step is compared, bit for bit."""
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "agentic_gym_baselines.grpo", *COMMON, "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    stop_after = random.Random(os.getpid()).randint(0, STEPS - 2)
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        log = out / "log.jsonl"
        deadline = time.monotonic() + 200
        while time.monotonic() < deadline and process.poll() is None:
            if log.exists() and len(log.read_text().splitlines()) > stop_after:
                break
            time.sleep(0.02)
        time.sleep(random.Random(os.getpid() + 1).random() / 4)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (out / "policy").exists()
    assert main([*COMMON, "--out", str(out), "--resume"]) == 0
    assert_the_same_run(out, whole)


def test_ctrl_c_leaves_a_checkpoint_that_goes_on(whole, tmp_path, monkeypatch, capsys):
    played = []
    gather = Run.gather

    def interrupted(self, clock):
        played.append(self.step)
        if len(played) == 4:
            raise KeyboardInterrupt
        return gather(self, clock)

    monkeypatch.setattr(Run, "gather", interrupted)
    assert main([*COMMON, "--out", str(tmp_path)]) == 130
    assert "--resume" in capsys.readouterr().out
    monkeypatch.setattr(Run, "gather", gather)
    assert main([*COMMON, "--out", str(tmp_path), "--resume"]) == 0
    assert_the_same_run(tmp_path, whole)


def test_a_second_ctrl_c_keeps_no_half_of_a_step(whole, tmp_path, monkeypatch, capsys):
    update = Learner.update

    def interrupted(self):
        done = update(self)
        if self.updates == 5:  # the first of two in a step
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGINT)
        return done

    monkeypatch.setattr(Learner, "update", interrupted)
    assert main([*COMMON, "--out", str(tmp_path)]) == 130
    assert "stopped within step 3" in capsys.readouterr().out
    monkeypatch.setattr(Learner, "update", update)
    assert main([*COMMON, "--out", str(tmp_path), "--resume"]) == 0
    assert_the_same_run(tmp_path, whole)


def test_what_was_opened_is_closed_where_a_run_cannot_begin(tmp_path, monkeypatch, capsys):
    closed = []
    monkeypatch.setattr(OwnSampler, "close", lambda self: closed.append("sampler"))
    close = Rollouts.close
    monkeypatch.setattr(Rollouts, "close", lambda self: (closed.append("rollouts"), close(self)))
    with pytest.raises(ConfigurationError):
        Run(settings(tmp_path, options=("max_trns=2",)))
    assert closed == ["sampler"]
    (tmp_path / "log.jsonl").write_text('{"step": 1}\n')
    assert main([*COMMON, "--out", str(tmp_path)]) == 2
    assert "holds a run already" in capsys.readouterr().err
    assert sorted(closed[1:]) == ["rollouts", "sampler"]


def test_a_run_stops_when_its_minutes_are_over(whole, tmp_path, capsys):
    assert main([*COMMON, "--out", str(tmp_path), "--minutes", "1e-9"]) == 0
    assert "--resume goes on" in capsys.readouterr().out
    assert [record["step"] for record in read_journal(tmp_path)] == [0]
    assert main([*COMMON, "--out", str(tmp_path), "--resume"]) == 0
    assert_the_same_run(tmp_path, whole)


class TestCheckpoints:
    @pytest.fixture
    def learner(self):
        policy = open_policy("nano")
        learner = Learner(policy, rate=1e-3)
        for parameter in policy.model.parameters():
            parameter.grad = torch.ones_like(parameter)
        learner.update()
        return learner

    def test_all_of_a_learner_comes_back(self, learner, tmp_path):
        torch.manual_seed(5)
        save_checkpoint(tmp_path, learner, step=7, settings={"lr": 1.0})
        expected = (torch.rand(3), torch.rand(3, generator=learner.policy.generator))
        other = Learner(open_policy("nano", seed=9), rate=1e-3)
        assert load_checkpoint(tmp_path, other, settings={"lr": 1.0}) == 7
        assert other.updates == 1
        assert same(learner.policy.model.state_dict(), other.policy.model.state_dict())
        kept, loaded = (each.optimizer.state_dict()["state"] for each in (learner, other))
        assert len(kept) > 10
        for number, moments in kept.items():
            for name in ("exp_avg", "exp_avg_sq", "step"):
                assert torch.equal(moments[name], loaded[number][name])
        drawn = (torch.rand(3), torch.rand(3, generator=other.policy.generator))
        assert all(torch.equal(one, two) for one, two in zip(expected, drawn, strict=True))

    def test_one_of_another_device_leaves_the_streams_alone(self, learner, tmp_path):
        save_checkpoint(tmp_path, learner, step=3, settings={})
        state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
        elsewhere = torch.zeros(16, dtype=torch.uint8)  # what a GPU's generator gives
        torch.save(state | {"generator": elsewhere, "cuda": [elsewhere] * 9}, tmp_path / "checkpoint.pt")
        before = learner.policy.generator.get_state()
        assert load_checkpoint(tmp_path, learner, settings={}) == 3
        assert torch.equal(learner.policy.generator.get_state(), before)

    def test_one_of_another_model_is_refused(self, learner, tmp_path):
        save_checkpoint(tmp_path, learner, step=1, settings={})
        policy = open_policy("nano")
        policy.model.lm_head = torch.nn.Linear(16, 8)
        with pytest.raises(RecordError, match=r"another model: .* Give the --model"):
            load_checkpoint(tmp_path, Learner(policy, rate=1e-3), settings={})

    def test_one_of_another_run_is_refused(self, learner, tmp_path):
        save_checkpoint(tmp_path, learner, step=1, settings={"groups": 2})
        with pytest.raises(RecordError, match="groups was 2 and is 3"):
            load_checkpoint(tmp_path, learner, settings={"groups": 3})

    @pytest.mark.parametrize("content", [None, b"", b"nonsense"])
    def test_none_or_a_damaged_one_is_refused(self, learner, tmp_path, content):
        if content is not None:
            (tmp_path / "checkpoint.pt").write_bytes(content)
        with pytest.raises(RecordError, match="holds no checkpoint" if content is None else "damaged"):
            load_checkpoint(tmp_path, learner, settings={})

    def test_a_killed_save_leaves_the_earlier_one(self, learner, tmp_path, monkeypatch):
        save_checkpoint(tmp_path, learner, step=1, settings={})

        def killed(state, file):
            file.write(b"half")
            raise KeyboardInterrupt

        monkeypatch.setattr(torch, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(tmp_path, learner, step=2, settings={})
        assert load_checkpoint(tmp_path, learner, settings={}) == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--group-size", "1"], "a group has at least 2 episodes"),
        (["--options", "turns"], "--options is written NAME=VALUE"),
        (["--options", "max_trns=2"], "did you mean 'max_turns'"),
        (["--resume"], "holds no checkpoint"),
        (["--seed", "-1"], "a seed is at least 0"),
    ],
)
def test_what_a_user_can_put_right_is_a_line(tmp_path, capsys, more, says):
    assert main([*COMMON, "--out", str(tmp_path), *more]) == 2
    assert says in capsys.readouterr().err


def test_tools_can_be_taken_away(tmp_path):
    run = Run(settings(tmp_path, no_tools=True))
    try:
        run.gather(Clock())
        assert run.rollouts.envs[0].tool_schemas == []
    finally:
        run.rollouts.close()


def test_the_settings_are_plain(tmp_path):
    run = Run(settings(tmp_path, options=("max_turns=1",)))
    run.rollouts.close()
    assert json.loads(json.dumps(run.settings))["options"] == ["max_turns=1"]
    assert "out" not in run.settings
    assert grpo.FREE
    with pytest.raises(ConfigurationError, match="steps"):
        Run(settings(tmp_path, steps=0))
