import re
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest

import agentic_gym
from agentic_gym.scoring.answers import grade
from agentic_gym_envs.oracles.looking import LEGIBLE_PX
from agentic_gym_envs.visualmath import taskset
from agentic_gym_envs.visualmath.levels import LEVELS
from agentic_gym_envs.visualmath.task import truth_of
from episodes import outcome

assert agentic_gym.registered_ids()


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_the_oracle_solves_every_task(level):
    env = gym.make("VisualMath-v0", difficulty=level)
    assert [outcome(env, "oracle", index=index)[0] for index in range(6)] == [1.0] * 6
    env.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_solves_a_hundred_tasks(level):
    env = gym.make("VisualMath-v0", difficulty=level)
    assert [index for index in range(100) if outcome(env, "oracle", index=index)[0] != 1.0] == []
    env.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("agent", ["labelled-number", "most-common", "silent"])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_an_audit_stays_under_its_ceiling(level, agent):
    env = gym.make("VisualMath-v0", difficulty=level, split="test")
    rewards = [outcome(env, agent, index=2_000_000 + index)[0] for index in range(300)]
    env.close()
    assert sum(rewards) <= (0 if agent == "silent" else 0.05) * len(rewards)


def test_every_turn_of_the_oracle_has_a_thought_and_no_call_fails():
    env = gym.make("VisualMath-v0", difficulty=3, coordinates="original")
    _, trajectory = outcome(env, "oracle", index=1)
    assert all(turn.action.thought for turn in trajectory.turns)
    assert {str(result.status) for result in trajectory.results} == {"ok"}
    env.close()


@pytest.mark.parametrize("level", LEVELS)
def test_the_prompt_holds_no_number(tasks, level):
    for task in tasks(level, 30):
        assert not re.search(r"\d", task.prompt)


@pytest.mark.parametrize("level", LEVELS)
def test_labels_need_a_crop_from_level_2_on(tasks, level):
    shown = 1024 / max(LEVELS[level].size)
    assert (LEVELS[level].label_px * shown >= LEGIBLE_PX) is (level < 2)


@pytest.mark.parametrize("level", LEVELS)
def test_labels_stand_in_their_panel_and_apart_from_each_other(tasks, level):
    for task in tasks(level, 25):
        for panel, problem in zip(task.panels, task.problems, strict=True):
            boxes = [panel.label_box(label) for label in problem.figure.labels]
            left, top, right, bottom = panel.box
            assert all(a >= left and b >= top and c <= right and d <= bottom for a, b, c, d in boxes)
            for number, one in enumerate(boxes):
                for other in boxes[number + 1 :]:
                    assert not (
                        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
                    )


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_combines_as_often_as_it_says(tasks, level):
    made = tasks(level, 60)
    assert abs(sum("combine" in task.tags for task in made) - 60 * LEVELS[level].pairs) <= 15


def test_a_label_is_printed_where_the_manifest_says_so(tasks):
    for task in tasks(1, 4):
        for label in task.problems[0].figure.labels:
            left, top, right, bottom = task.panels[0].label_box(label)
            assert np.ptp(task.pixels[top:bottom, left:right].astype(int)) > 100


def test_rounding_is_graded_to_its_last_place():
    truth = truth_of(12.3449, 2)
    assert truth.value == "12.34"
    assert grade(truth, "12.344")
    assert not grade(truth, "12.35")


def test_a_task_is_the_same_in_another_process(tasks):
    code = (
        "from agentic_gym_envs.visualmath.taskset import VisualMath\n"
        "taskset = VisualMath()\n"
        "task = taskset.make(taskset.key(index=2, difficulty=2))\n"
        "print(task.prompt, task.truth, task.pixels.sum(), sep='|')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"},
    )
    task = tasks(2, 3)[2]
    assert run.stdout.strip() == f"{task.prompt}|{task.truth}|{task.pixels.sum()}"


def test_where_no_combination_rounds_clearly_the_figures_are_drawn_anew(monkeypatch):
    asked, given = taskset._asked, []

    def first_time_none(key, problems, numbers):
        given.append([problem.solution for problem in problems])
        return asked(key, problems, numbers) if len(given) > 1 else None

    monkeypatch.setattr(taskset, "_asked", first_time_none)
    made = taskset.VisualMath()
    for index in range(20):
        given.clear()
        if made.make(made.key(index=index, difficulty=4)).asked.combination:
            assert given[0] != given[1]
            return
    raise AssertionError("none of twenty tasks combines two figures")
