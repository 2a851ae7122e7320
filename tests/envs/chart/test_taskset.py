import re
from collections import Counter

import gymnasium as gym
import numpy as np
import pytest

import agentic_gym
from agentic_gym.evaluation.playing import play
from agentic_gym_envs.chart.levels import LEVELS, Kind
from agentic_gym_envs.chart.taskset import Chart

assert agentic_gym.registered_ids()


def tasks(level, count, split="test"):
    taskset = Chart()
    indices = taskset.splits[split][:count]
    return [taskset.make(taskset.key(index=index, difficulty=level)) for index in indices]


@pytest.mark.parametrize("level", LEVELS)
def test_every_kind_and_operation_of_a_level_occurs(level):
    made = tasks(level, 250)
    assert {task.panel.kind for task in made} == set(LEVELS[level].kinds)
    assert {task.question.operation for task in made} == set(LEVELS[level].operations)
    assert all(len(task.panels) == LEVELS[level].panels for task in made)


@pytest.mark.parametrize("level", LEVELS)
def test_no_open_answer_is_common(level):
    found = Counter(task.reference for task in tasks(level, 300) if task.chance == 0)
    assert found.most_common(1)[0][1] <= 6


@pytest.mark.parametrize("level", LEVELS)
def test_a_prompt_is_whole_and_holds_no_open_answer(level):
    for task in tasks(level, 150):
        assert not re.search(r"[{}]|None|  ", task.prompt)
        assert task.chance > 0 or not re.search(
            rf"(?<![\d.]){re.escape(task.reference)}(?![\d.])", task.prompt
        )


def test_logarithmic_axes_come_with_the_upper_levels():
    assert not any(task.panel.axis.is_log for task in tasks(2, 150))
    assert any(task.panel.axis.is_log for task in tasks(3, 150))


def test_a_task_is_the_same_again_and_making_it_draws_nothing(monkeypatch):
    first, again = tasks(2, 8), tasks(2, 8)
    assert [(task.prompt, task.truth) for task in first] == [(task.prompt, task.truth) for task in again]
    assert np.array_equal(first[0].images[0], again[0].images[0])
    assert first[0].images[0].shape == (1500, 2400, 3)
    monkeypatch.setattr("agentic_gym_envs.chart.task.paint", None)
    assert len(tasks(4, 10)) == 10


@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_solves_every_task(level):
    env = gym.make("Chart-v0", difficulty=level).unwrapped
    for index in range(2_000_000, 2_000_004):
        assert play(env, "oracle", options={"index": index})["is_success"], env.task.key
    env.close()


@pytest.mark.parametrize("kind", Kind)
def test_the_oracle_measures_every_kind_of_chart(kind):
    env = gym.make("Chart-v0", difficulty=2).unwrapped
    task = next(task for task in tasks(2, 120) if task.panel.kind is kind)
    assert play(env, "oracle", options={"index": task.key.index})["is_success"]
    env.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_solves_a_hundred_seeds(level):
    env = gym.make("Chart-v0", difficulty=level).unwrapped
    failed = [seed for seed in range(100) if not play(env, "oracle", seed=seed)["is_success"]]
    env.close()
    assert failed == []


@pytest.mark.parametrize("agent", ["most-common", "guess", "silent"])
def test_an_audit_fails(agent):
    env = gym.make("Chart-v0", difficulty=0).unwrapped
    indices = range(2_000_000, 2_000_030)
    won = [play(env, agent, options={"index": index})["is_success"] for index in indices]
    env.close()
    assert np.mean(won) <= 0.1
