from collections import Counter

import gymnasium as gym
import numpy as np
import pytest

import agentic_gym
from agentic_gym.evaluation.playing import play
from agentic_gym_envs.finegrain.levels import LEVELS
from agentic_gym_envs.finegrain.task import CrowdTask, SceneTask
from agentic_gym_envs.finegrain.taskset import FineGrain

assert agentic_gym.registered_ids()


def tasks(level, count, split="test"):
    taskset = FineGrain()
    indices = taskset.splits[split][:count]
    return [taskset.make(taskset.key(index=index, difficulty=level)) for index in indices]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_keeps_the_mix_that_it_states(level):
    assert sum(LEVELS[level].mix.values()) == 100
    found = Counter(task.asked for task in tasks(level, 150))
    assert set(found) == set(LEVELS[level].mix)


@pytest.mark.parametrize("level", LEVELS)
def test_no_open_answer_is_common(level):
    found = Counter(task.reference for task in tasks(level, 200) if task.chance == 0)
    assert found.most_common(1)[0][1] <= 4


def test_a_task_is_the_same_again_and_making_it_draws_nothing(monkeypatch):
    first, again = tasks(3, 12), tasks(3, 12)
    assert [task.truth for task in first] == [task.truth for task in again]
    crowd, same = (next(each for each in made if isinstance(each, CrowdTask)) for made in (first, again))
    assert crowd.prompt == same.prompt
    assert np.array_equal(crowd.pixels, same.pixels)
    monkeypatch.setattr("agentic_gym_envs.finegrain.task.paint", None)
    assert len(tasks(4, 10)) == 10


@pytest.mark.parametrize("level", LEVELS)
def test_no_question_of_a_crowd_contains_its_open_answer(level):
    for task in tasks(level, 120):
        if isinstance(task, CrowdTask):
            assert "{" not in task.prompt
            assert task.chance > 0 or task.reference not in task.prompt


def test_a_scene_question_points_at_what_is_drawn():
    task = next(task for task in tasks(0, 20) if isinstance(task, SceneTask))
    assert all(anchor.phrase in task.prompt for anchor in task.anchors)
    assert task.reference not in task.prompt
    assert task.images[0].shape == (1080, 1920, 3)


@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_solves_every_task(level):
    env = gym.make("FineGrain-v0", difficulty=level).unwrapped
    for index in range(2_000_000, 2_000_004 if level < 4 else 2_000_002):
        assert play(env, "oracle", options={"index": index})["is_success"], env.task.key
    env.close()


@pytest.mark.parametrize("side", [224, 448])
def test_the_oracle_reads_codes_in_pictures_that_are_shown_small(side):
    env = gym.make("FineGrain-v0", difficulty=0, longest_side=side).unwrapped
    for index in range(2_000_000, 2_000_008):
        assert play(env, "oracle", options={"index": index})["is_success"], env.task.key
    env.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_solves_a_hundred_seeds(level):
    env = gym.make("FineGrain-v0", difficulty=level).unwrapped
    failed = [seed for seed in range(100) if not play(env, "oracle", seed=seed)["is_success"]]
    env.close()
    assert failed == []


@pytest.mark.parametrize("agent", ["most-common", "random-choice", "silent"])
def test_an_audit_stays_at_chance(agent):
    env = gym.make("FineGrain-v0", difficulty=1).unwrapped
    won = [play(env, agent, options={"index": index})["is_success"] for index in range(2_000_000, 2_000_030)]
    env.close()
    assert np.mean(won) <= 0.15
