"""GRPO with a real vLLM server as its sampler."""

import itertools
import json

import pytest

from agentic_gym_baselines.grpo import Args, Run
from agentic_gym_baselines.rollout import Rollouts

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]

NATS = 1e-3


def test_the_server_follows_a_run_of_grpo(smollm2_server, tmp_path, monkeypatch):
    """What it samples in a step has the learner's log-probabilities, although each step moves the weights."""
    rewards = itertools.cycle([0.0, 1.0])  # the model itself solves too little to learn from two episodes
    monkeypatch.setattr(Rollouts, "_reward", lambda self, env, trajectory: next(rewards))
    run = Run(
        Args(
            env_id="MathPython-v0",
            out=tmp_path,
            level=0,
            options=("max_turns=2",),
            steps=2,
            groups=1,
            group_size=2,
            rounds=1,
            max_new_tokens=24,
            lr=1e-4,
            policy="vllm",
            base_url=smollm2_server,
        )
    )
    before = {name: weight.clone() for name, weight in run.policy.model.state_dict().items()}
    assert run.train() == 0
    steps = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert len(steps) == 2
    assert all(step["loss_tokens"] > 0 and step["gradient_norm"] > 0 for step in steps)
    assert all(step["gap_max"] < NATS for step in steps)
    assert all(step["masked"] == 0 for step in steps)
    after = run.policy.model.state_dict()
    assert max(float((after[name] - before[name]).abs().max()) for name in before) > 1e-4
    assert run.sampler.gap < NATS
    assert list((tmp_path / "weights").iterdir()) == []
