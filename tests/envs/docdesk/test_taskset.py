import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest

import agentic_gym
from agentic_gym_envs.docdesk.layout import lay
from agentic_gym_envs.docdesk.levels import LEVELS
from agentic_gym_envs.oracles.looking import LEGIBLE_PX
from episodes import outcome

assert agentic_gym.registered_ids()


@pytest.mark.parametrize("level", [0, 1, 2])
def test_the_oracle_solves_every_task(level):
    env = gym.make("DocDesk-v0", difficulty=level)
    assert [outcome(env, "oracle", index=index)[0] for index in range(4)] == [1.0] * 4
    env.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_solves_a_hundred_tasks(level):
    env = gym.make("DocDesk-v0", difficulty=level)
    assert [index for index in range(100) if outcome(env, "oracle", index=index)[0] != 1.0] == []
    env.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("agent", ["printed-amount", "most-common", "silent"])
@pytest.mark.parametrize("level", [0, 1])
def test_an_audit_stays_under_its_ceiling(level, agent):
    env = gym.make("DocDesk-v0", difficulty=level, split="test")
    rewards = [outcome(env, agent, index=2_000_000 + index)[0] for index in range(300)]
    env.close()
    assert sum(rewards) <= (0 if agent == "silent" else 0.05) * len(rewards)


def test_every_turn_of_the_oracle_has_a_thought_and_no_call_fails():
    env = gym.make("DocDesk-v0", difficulty=1, coordinates="shown")
    _, trajectory = outcome(env, "oracle", index=3)
    assert all(turn.action.thought for turn in trajectory.turns)
    assert {str(result.status) for result in trajectory.results} == {"ok"}
    env.close()


def test_reading_without_computing_fails():
    env = gym.make("DocDesk-v0", difficulty=1)
    assert sum(outcome(env, "printed-amount", index=index)[0] for index in range(6)) == 0
    env.close()


@pytest.mark.parametrize("level", LEVELS)
def test_print_is_legible_as_shown_at_level_0_only(tasks, level):
    shown = 1024 / max(LEVELS[level].size)
    for task in tasks(level, 30):
        for cell in task.case.cells:
            _, px = task.lying[cell.paper].cell(cell.name)
            assert px >= 11, "a crop shows it"
            assert (px * shown >= LEGIBLE_PX) is (level == 0)


@pytest.mark.parametrize("level", LEVELS)
def test_papers_lie_on_the_desk_and_no_two_overlap(tasks, level):
    width, height = LEVELS[level].size
    for task in tasks(level, 30):
        boxes = [lying.box for lying in task.lying]
        assert all(
            left >= 0 and top >= 0 and right <= width and low <= height for left, top, right, low in boxes
        )
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                # Boxes of turned papers may touch where perspective draws them together.
                assert min(one[2], other[2]) - max(one[0], other[0]) <= 0.02 * width or (
                    min(one[3], other[3]) - max(one[1], other[1]) <= 0.02 * height
                )


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_has_as_many_papers_and_pairs_as_it_says(tasks, level):
    made = tasks(level, 100)
    fewest, most = LEVELS[level].papers
    assert {len(task.lying) for task in made[:30]} <= set(range(fewest, most + 1))
    pairs = sum(len(task.case.papers) == 2 for task in made)
    assert abs(pairs - 100 * LEVELS[level].pairs) <= 15


def test_heads_name_one_paper_each(tasks):
    for task in tasks(4, 30):
        by_head = [(paper.kind, paper.title) for paper in (*task.case.papers, *task.bystanders)]
        assert len(set(by_head)) == len(by_head)


def test_the_question_holds_no_cell_that_is_a_price(tasks):
    for task in tasks(1, 60):
        prices = [text for text in task.case.printed().values() if "." in text]
        assert not any(text in task.prompt for text in prices)
        assert "{" not in task.prompt


def test_print_is_dark_where_the_manifest_says_so(tasks):
    task = tasks(0, 1)[0]
    for cell in task.case.cells:
        left, top, right, bottom = task.lying[cell.paper].cell(cell.name)[0]
        part = task.pixels[top:bottom, left:right].mean(axis=2)
        assert part.min() < 0.45 * np.percentile(part, 90)


def test_a_task_is_the_same_in_another_process(tasks):
    code = (
        "from agentic_gym_envs.docdesk.taskset import DocDesk\n"
        "taskset = DocDesk()\n"
        "task = taskset.make(taskset.key(index=2, difficulty=1))\n"
        "print(task.prompt, task.truth, task.pixels.sum(), sep='|')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"},
    )
    task = tasks(1, 3)[2]
    assert run.stdout.strip() == f"{task.prompt}|{task.truth}|{task.pixels.sum()}"


def test_a_full_desk_is_laid_with_smaller_print(tasks):
    task = tasks(3, 1)[0]
    many = [*task.case.papers, *task.bystanders] * 3
    lying = lay(many, LEVELS[3], np.random.default_rng(0))
    assert len(lying) == len(many)
