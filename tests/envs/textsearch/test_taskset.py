import itertools

import gymnasium as gym
import pytest

import agentic_gym
from agentic_gym.errors import ContractError
from agentic_gym.evaluation.playing import play
from agentic_gym.tasks import Task
from agentic_gym_envs.textsearch.levels import LEVELS
from agentic_gym_envs.textsearch.oracle import oracle
from agentic_gym_envs.textsearch.taskset import TextSearch
from agentic_gym_envs.world.library import TASKS_PER_WORLD
from agentic_gym_envs.world.values import Choice, Integer

assert agentic_gym.registered_ids()


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_the_oracle_solves_every_task(level):
    env = gym.make("TextSearch-v0", difficulty=level).unwrapped
    for index in range(6):
        play(env, "oracle", options={"index": index, "difficulty": level})
        assert env.trajectory.measures["success"] == 1.0, env.task.key
        assert all(result.status == "ok" for result in env.trajectory.results)
    env.close()


@pytest.mark.parametrize("level", [0, 2])
def test_a_search_for_the_question_does_not_answer_it(level):
    env = gym.make("TextSearch-v0", difficulty=level).unwrapped
    for index in range(8):
        play(env, "question-search", options={"index": index, "difficulty": level})
        assert env.trajectory.measures["success"] == 0.0, env.task.key
    env.close()


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_a_key_makes_the_same_task_twice(tasks, level):
    taskset = TextSearch()
    for task in tasks(level, 4):
        again = taskset.make(task.key)
        assert (again.prompt, again.reference, again.template) == (
            task.prompt,
            task.reference,
            task.template,
        )


def test_tasks_differ_and_have_no_picture(tasks):
    made = tasks(1, 40)
    assert len({task.prompt for task in made}) == 40
    assert all(not task.images for task in made)
    assert {tool.schema.name for tool in made[0].tools("norm1000")} == {"search", "open_page", "python"}


def test_closed_answers_state_their_chance(tasks):
    for task in (*tasks(1, 40), *tasks(2, 40)):
        assert task.chance == (1 / 7 if isinstance(task.answer, Choice) else 0.0)


def test_level_0_is_short_and_regular_in_several_wordings(tasks):
    prompts = [task.prompt for task in tasks(0, 40)]
    assert max(map(len, prompts)) < 180
    assert len({prompt.split()[0] for prompt in prompts}) >= 4


def test_upper_levels_do_not_name_whom_they_start_from(tasks):
    for level in (2, 3, 4):
        for task in tasks(level, 8):
            for start in task.draft.starts:
                assert "name" not in str(start.clue)


def test_tags_say_what_is_needed(tasks):
    for task in tasks(3, 8):
        assert {"search", "reasoning"} <= task.tags


def test_the_certificates_hold_and_see_another_answer(tasks):
    taskset, task = TextSearch(), tasks(1, 4)[0]
    for certify in taskset.certificates().values():
        certify(task)
    wrong = taskset.make(task.key)
    wrong.answer = Integer(-1)
    with pytest.raises(ContractError, match="made with the answer"):
        taskset.certificates()["fair question"](wrong)


def test_the_oracle_plays_its_own_tasks_only():
    class Other(Task):
        prompt = reference = ""

        def measure(self, trajectory):
            return {}

    with pytest.raises(TypeError, match="TextSearch"):
        next(oracle(Other(), "norm1000"))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", sorted(LEVELS))
def test_the_oracle_solves_a_hundred_tasks_of_four_worlds(level):
    env = gym.make("TextSearch-v0", difficulty=level).unwrapped
    failed = []
    for world, task in itertools.product(range(4), range(25)):
        play(env, "oracle", options={"index": world * TASKS_PER_WORLD + task})
        failed += [] if env.trajectory.measures["success"] == 1.0 else [env.task.key]
    env.close()
    assert failed == []
