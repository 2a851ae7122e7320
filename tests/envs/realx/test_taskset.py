import subprocess
import sys
from collections import Counter

import gymnasium as gym
import pytest

from agentic_gym.errors import ContractError
from agentic_gym_envs.questions.programs import hops, operations
from agentic_gym_envs.realx.levels import LEVELS
from agentic_gym_envs.realx.taskset import RealX
from agentic_gym_envs.world.editions import RULE
from agentic_gym_envs.world.library import TASKS_PER_WORLD
from episodes import outcome

COUNTS = {0: 120, 1: 120, 2: 120, 3: 40, 4: 20}
"""How many tasks of each level are looked at; the slow tests look at level 5."""
ABILITIES = {"perception", "search", "reasoning"}


def play(env, agent, **options):
    """The reward of one episode."""
    return outcome(env, agent, **options)[0]


def flags(task):
    return frozenset(task.tags & ABILITIES)


def test_all_seven_combinations_and_five_domains_and_many_scenes_occur(tasks):
    made = [task for level in (0, 1, 2) for task in tasks(level, 120)]
    assert len({flags(task) for task in made}) == 7
    assert {min(task.tags - ABILITIES) for task in made} == {"daily", "media", "sports", "knowledge", "games"}
    assert len({task.cast.casting.scene for task in made[:60]}) >= 6


@pytest.mark.parametrize("level", COUNTS)
def test_a_level_keeps_the_mix_that_it_states(tasks, level):
    found = Counter(flags(task) for task in tasks(level, COUNTS[level]))
    for combination, share in LEVELS[level].mix.items():
        expected = COUNTS[level] * share / 100
        assert abs(found.pop(frozenset(map(str, combination)), 0) - expected) <= 4 * expected**0.5 + 1
    assert not found


def test_a_level_says_its_mix_in_its_summary():
    letters = {"perception": "P", "search": "S", "reasoning": "R"}
    for level in LEVELS.values():
        assert sum(level.mix.values()) == 100
        for combination, share in level.mix.items():
            name = "".join(letters[ability] for ability in letters if ability in combination)
            assert f"{name} {share}%" in level.summary


def test_neighbouring_indices_share_a_world_and_others_do_not():
    taskset = RealX()
    worlds = [
        taskset.make(taskset.key(index=index)).library.world
        for index in (0, TASKS_PER_WORLD - 1, TASKS_PER_WORLD)
    ]
    assert worlds[0] is worlds[1]
    assert worlds[0] is not worlds[2]
    assert min(len(span) for span in taskset.splits.values()) // TASKS_PER_WORLD >= 1_000


def test_splits_share_no_name_and_no_code():
    taskset = RealX()
    seen = []
    for split in taskset.splits.values():
        world = taskset.make(taskset.key(index=split.start)).library.world
        seen.append({text for entity in world for text in (entity.name, entity.code) if text})
    assert not (seen[0] & seen[1] | seen[0] & seen[2] | seen[1] & seen[2])


@pytest.mark.parametrize("level", COUNTS)
def test_tasks_are_distinct(tasks, level):
    made = tasks(level, COUNTS[level])
    assert len({(task.program, *(cast.entities for cast in task.casts)) for task in made}) == len(made)


def test_a_task_is_the_same_in_another_process(tasks):
    code = (
        "from agentic_gym_envs.realx.taskset import RealX\n"
        "taskset = RealX()\n"
        "for index in (0, 5, 9):\n"
        "    task = taskset.make(taskset.key(index=index, difficulty=1))\n"
        "    print(task.prompt, task.truth, task.template, task.images[0].sum(), sep='|')\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=_environment(salt)
        ).stdout
        for salt in ("1", "2")
    ]
    assert runs[0] == runs[1]
    first = tasks(1, 10)[0]
    assert runs[0].decode().startswith(f"{first.prompt}|{first.truth}|{first.template}")


def _environment(salt):
    return {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": salt}


def test_making_a_task_draws_nothing(tasks, monkeypatch):
    monkeypatch.setattr("agentic_gym_envs.realx.casting.Casting.template", property(_no_drawing))
    taskset = RealX()
    with pytest.raises(AssertionError, match="drawn"):
        taskset.make(taskset.key(index=70)).prompt  # noqa: B018


def _no_drawing(casting):
    from agentic_gym_envs.scenes import scene_template

    template = scene_template(casting.scene)

    class Undrawn:
        def __getattr__(self, name):
            if name == "draw":
                raise AssertionError("drawn")
            return getattr(template, name)

    return Undrawn()


def test_nothing_large_stands_beside_a_small_clue(tasks):
    for level, count in COUNTS.items():
        for task in tasks(level, count):
            if "perception" in task.tags:
                for staging in (cast.staging for cast in task.casts):
                    assert staging.shown == staging.small
                    assert not staging.bears_emblems


def test_a_clue_is_small_where_perception_is_asked_for_and_legible_where_not(tasks):
    for task in tasks(1, 12):
        scale = 1024 / task.scene.pixels.shape[1]
        for placed in task.scene.placed:
            small = placed.field in task.cast.staging.small
            assert (placed.font_px * scale < 11) is small


def test_tools_are_those_of_the_family(tasks):
    names = {tool.schema.name for tool in tasks(1, 1)[0].tools("norm1000")}
    assert {"crop", "zoom", "rotate", "python", "search", "open_page", "image_search"} <= names


def test_a_key_of_an_item_says_nothing_about_it(tasks):
    for task in tasks(1, 6):
        keys = [item.key for item in task.cast.items()]
        assert keys == [str(place) for place in range(len(task.cast.entities))]


@pytest.mark.parametrize("level", COUNTS)
def test_searching_for_the_question_and_copying_fails(level):
    env = gym.make("RealX-v0", difficulty=level)
    rewards = [play(env, "question-search", index=index) for index in range(10 if level < 3 else 3)]
    env.close()
    assert sum(rewards) == 0


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("agent", ["question-search", "most-common", "silent"])
@pytest.mark.parametrize("level", LEVELS)
def test_an_audit_stays_under_its_ceiling(level, agent):
    env = gym.make("RealX-v0", difficulty=level, split="test")
    rewards = [play(env, agent, index=index) for index in _spread(level)]
    env.close()
    assert sum(rewards) <= (0 if agent == "silent" else 0.05) * len(rewards)


@pytest.mark.parametrize("level", COUNTS)
def test_no_answer_is_common(tasks, level):
    found = Counter(task.reference for task in tasks(level, COUNTS[level]))
    weekdays = sum(found.pop(day, 0) for day in list(found) if day.endswith("day"))
    assert found.most_common(1)[0][1] <= 4
    assert weekdays <= 0.15 * COUNTS[level] + 1


def _spread(level):
    """200 test tasks: of a world each, or, where a world takes seconds to make, of four worlds."""
    if level < 3:
        return [2_000_000 + 64 * number for number in range(200)]
    return [2_000_000 + 64 * world + place for world in range(4) for place in range(50)]


@pytest.mark.parametrize("level", [3, 4])
def test_upper_levels_take_the_steps_that_they_state(tasks, level):
    for task in tasks(level, COUNTS[level]):
        asked = LEVELS[level]
        if "search" in task.tags:
            assert hops(task.program) >= asked.hops[0]
        if {"search", "reasoning"} <= task.tags:
            assert operations(task.program) >= asked.operations


def test_questions_point_into_two_pictures(tasks):
    both = [task for task in tasks(4, COUNTS[4]) if len(task.casts) == 2]
    assert 3 <= len(both) < COUNTS[4]
    task = both[0]
    assert [place for place, _ in task.pointed] == [0, 1]
    assert len(task.images) == 2
    assert "in image_1, " in task.prompt
    assert "in image_2, " in task.prompt


def test_the_rule_for_pages_that_disagree_is_said_where_they_may(tasks):
    for level in (2, 3):
        for task in tasks(level, 20):
            assert (RULE in task.prompt) is (level == 3 and "search" in task.tags)


def test_a_scene_that_prints_something_else_is_refused(tasks, monkeypatch):
    taskset = RealX()
    task = taskset.make(taskset.key(index=0))
    other = tasks(1, 4)[3].scene
    monkeypatch.setattr(type(task.cast.casting.template), "draw", lambda self, items, **how: other)
    with pytest.raises(ContractError, match="prints other texts"):
        task.scene  # noqa: B018
