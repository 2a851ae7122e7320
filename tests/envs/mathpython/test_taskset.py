import gymnasium as gym
import pytest

from agentic_gym.evaluation.agents import make_agent
from agentic_gym.testing import Subject
from agentic_gym_envs.mathpython.taskset import MathPython

LEVELS = sorted(MathPython.difficulties)


def _tasks(level, count, split="train"):
    taskset = MathPython()
    start = taskset.splits[split].start
    return [taskset.make(taskset.key(index=start + index, difficulty=level)) for index in range(count)]


@pytest.mark.parametrize("level", LEVELS)
def test_a_prompt_says_everything_and_nothing_of_the_answer(level):
    for task in _tasks(level, 40):
        assert "{" not in task.prompt
        assert 2 <= int(task.reference) <= 999
        assert len(task.problem.chain) == (1, 1, 1, 2, 3)[level]
        assert "reasoning" in task.tags


def test_a_chain_hands_each_answer_on_by_its_name():
    for task in _tasks(4, 20):
        first, second, third = task.problem.chain
        assert second.parameters[second.family.chain] == first.answer
        assert third.parameters[third.family.chain] == second.answer
        assert "T" in task.prompt
        assert "U" in task.prompt


def test_prompts_of_level_0_are_short():
    assert max(len(task.prompt) for task in _tasks(0, 200)) < 80


def test_no_problem_is_in_two_splits():
    prompts = {split: {task.prompt for task in _tasks(1, 150, split)} for split in ("train", "val", "test")}
    assert not prompts["train"] & prompts["test"]
    assert not prompts["train"] & prompts["val"]
    assert not prompts["val"] & prompts["test"]


@pytest.mark.parametrize("level", LEVELS)
def test_the_oracles_program_prints_the_answer(level):
    with gym.make("MathPython-v0", difficulty=level, rubric="artist_math") as env:
        for seed in range(6):
            observation, _ = env.reset(seed=seed)
            agent = make_agent("oracle", env.unwrapped)
            ended = False
            while not ended:
                observation, reward, terminated, truncated, info = env.step(agent(observation))
                ended = terminated or truncated
            assert info["is_success"]
            assert reward == 4.0


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_solves_200(level):
    from agentic_gym.testing.environments import success_rate

    assert success_rate(Subject("MathPython-v0", episodes=200), "oracle", level) == 1.0
