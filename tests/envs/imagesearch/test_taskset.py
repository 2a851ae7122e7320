import itertools
import re

import gymnasium as gym
import numpy as np
import pytest

import agentic_gym
from agentic_gym.errors import ContractError
from agentic_gym.evaluation.playing import play
from agentic_gym.search.image import ImageIndex
from agentic_gym.tasks import Task
from agentic_gym_envs.imagesearch.levels import ANSWERED_SHARE, LEVELS
from agentic_gym_envs.imagesearch.oracle import oracle
from agentic_gym_envs.imagesearch.taskset import ImageSearch
from agentic_gym_envs.world.library import TASKS_PER_WORLD
from agentic_gym_envs.world.values import Integer

assert agentic_gym.registered_ids()


@pytest.fixture(scope="module")
def env():
    env = gym.make("ImageSearch-v0", difficulty=0).unwrapped
    yield env
    env.close()


def played(env, agent, index, level=0):
    play(env, agent, options={"index": index, "difficulty": level})
    return env.trajectory.measures, env.score.reward


def indices(tasks, *, answered, most):
    found = [task.key.index for task in tasks(0, 30) if (task.needed == 0) == answered]
    return found[:most]


@pytest.mark.parametrize("level", [0, 1])
def test_the_oracle_solves_every_task_without_a_needless_search(env, level):
    for index in range(6):
        measures, reward = played(env, "oracle", index, level)
        assert (measures["success"], measures["wasted_searches"], reward) == (1.0, 0.0, 1.0)
        assert measures["searches"] == env.task.needed
        assert all(result.status == "ok" for result in env.trajectory.results)


def test_who_never_searches_is_right_where_the_photo_answers(env, tasks):
    for index in indices(tasks, answered=True, most=3):
        assert played(env, "never-search", index) == (
            {"success": 1.0, "searches": 0.0, "needed_search": 0.0, "wasted_searches": 0.0},
            1.0,
        )
    for index in indices(tasks, answered=False, most=4):
        measures, reward = played(env, "never-search", index)
        assert (measures["needed_search"], reward) == (1.0, 0.0)


def test_who_always_searches_is_right_and_pays_where_the_photo_answers(env, tasks):
    for index in indices(tasks, answered=True, most=3):
        measures, reward = played(env, "always-search", index)
        assert (measures["success"], measures["wasted_searches"]) == (1.0, 1.0)
        assert reward == pytest.approx(0.95)
    for index in indices(tasks, answered=False, most=2):
        assert played(env, "always-search", index)[1] == 1.0


def test_a_search_for_the_question_answers_none(env):
    assert [played(env, "question-search", index)[1] for index in range(5)] == [0.0] * 5


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_three_questions_in_ten_are_answered_by_the_photo(tasks, level):
    answered = [task.needed == 0 for task in tasks(level, 60)]
    deviation = (ANSWERED_SHARE * (1 - ANSWERED_SHARE) / 60) ** 0.5
    assert abs(np.mean(answered) - ANSWERED_SHARE) < 3 * deviation


def test_a_question_does_not_tell_whether_a_search_is_needed(tasks):
    by_need = {True: set(), False: set()}
    for task in tasks(1, 60):
        asked = re.sub(r"^[a-z]+: ", "", task.template)
        by_need[task.needed > 0].add(len(asked.split(" > ")))
    assert by_need[True] == by_need[False]


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_a_key_makes_the_same_task_twice(tasks, level):
    taskset = ImageSearch()
    for task in tasks(level, 4):
        again = taskset.make(task.key)
        assert (again.reference, again.template, again.draft.cast.notes()) == (
            task.reference,
            task.template,
            task.draft.cast.notes(),
        )


def test_the_photo_and_its_words_are_the_same_each_time(tasks):
    task = tasks(0, 1)[0]
    again = ImageSearch().make(task.key)
    assert np.array_equal(task.scene.pixels, again.scene.pixels)
    assert task.prompt == again.prompt
    assert all(anchor.phrase in task.prompt for anchor in task.anchors)


def test_what_is_on_no_picture_is_not_in_the_question(tasks):
    for task in tasks(0, 6):
        for card in task.draft.cast.cards:
            assert card.entity.name not in task.prompt


@pytest.mark.parametrize("kind", ["player", "artwork", "team"])
def test_a_world_tells_its_pictures_apart(tasks, kind):
    library = tasks(0, 1)[0].library
    index: ImageIndex = library.image_index
    for entity in library.world.of_kind(kind)[:12]:
        image = library.web.article(entity).images[0]
        assert index.search(image.draw(), 1)[0].title == entity.name


def test_the_certificates_hold_and_see_another_answer(tasks):
    taskset, task = ImageSearch(), tasks(1, 4)[0]
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

    with pytest.raises(TypeError, match="ImageSearch"):
        next(oracle(Other(), "norm1000"))


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("level", sorted(LEVELS))
def test_the_oracle_solves_a_hundred_tasks_of_four_worlds(level):
    env = gym.make("ImageSearch-v0", difficulty=level).unwrapped
    failed = []
    for world, task in itertools.product(range(4), range(25)):
        play(env, "oracle", options={"index": world * TASKS_PER_WORLD + task})
        failed += [] if env.score.reward == 1.0 else [env.task.key]
    env.close()
    assert failed == []
