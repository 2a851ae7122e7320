import math
from dataclasses import replace

import numpy as np
import pytest

from agentic_gym_envs.chart.levels import LEVELS, Kind, Operation
from agentic_gym_envs.chart.panels import Axis, Mark
from agentic_gym_envs.chart.questions import COMPUTED, measured
from agentic_gym_envs.chart.taskset import Chart


def tasks(level, count, split="test"):
    taskset = Chart()
    indices = taskset.splits[split][:count]
    return [taskset.make(taskset.key(index=index, difficulty=level)) for index in indices]


def numeric(level, count):
    return [task for task in tasks(level, count) if task.question.operation in COMPUTED]


@pytest.mark.parametrize("is_log", [False, True])
def test_an_axis_gives_back_the_value_that_stands_at_a_share(is_log):
    axis = Axis(10.0, 10_000.0, (10.0, 100.0, 1_000.0, 10_000.0), is_log)
    for value in (10.0, 57.0, 812.5, 10_000.0):
        assert math.isclose(axis.value(axis.share(value)), value)


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_drawn_gives_the_answer_within_half_its_tolerance(level):
    for task in numeric(level, 120):
        question = task.question
        drawn = [measured(task.panel, mark) for mark in question.marks]
        right = COMPUTED[question.operation](drawn, question.steps)
        assert abs(right - float(question.answer)) <= 0.65 * question.tolerance, task.key


@pytest.mark.parametrize("level", LEVELS)
def test_a_tolerance_is_under_half_the_gap_to_another_mark_of_the_series(level):
    for task in numeric(level, 120):
        question, panel = task.question, task.panel
        numbers = [panel.value(mark) for mark in question.marks]
        first = question.marks[0]
        for category in range(len(panel.categories)):
            other = Mark(first.series, category)
            if other not in question.marks:
                swapped = COMPUTED[question.operation]([panel.value(other), *numbers[1:]], question.steps)
                assert abs(swapped - float(question.answer)) > 1.9 * question.tolerance


def test_a_measurement_that_is_off_by_twice_its_pixels_is_outside_the_tolerance():
    for task in tasks(0, 60):
        (mark,) = task.question.marks
        panel = task.panel
        wrong = panel.value_at(panel.y(panel.value(mark)) + 2 * LEVELS[0].tolerance_px)
        assert abs(wrong - float(task.reference)) > task.question.tolerance


def test_at_the_top_level_a_pixel_of_the_shown_picture_is_more_than_the_tolerance():
    level = LEVELS[4]
    assert level.tolerance_px < level.size[0] / 1024


def test_points_keep_off_the_threshold_and_one_another():
    for task in tasks(3, 150):
        if task.panel.kind is Kind.SCATTER:
            panel, threshold = task.panel, task.panel.axis.share(task.question.threshold)
            heights = [y for row in panel.points for _, y in row]
            assert min(abs(y - threshold) for y in heights) * panel.height > 2 * 0.0075 * panel.height
            asked = panel.points[task.question.marks[0].series]
            assert task.reference == str(sum(y > threshold for _, y in asked))


def test_the_ranked_place_is_told_apart_from_its_neighbours():
    ranked = [task for task in tasks(2, 200) if task.question.operation is Operation.LARGEST]
    for task in ranked:
        ordered = sorted(task.question.marks, key=task.panel.value, reverse=True)
        assert task.panel.categories[ordered[task.question.rank - 1].category] == task.reference
        assert task.chance == 1 / len(task.panel.categories)
    assert len(ranked) >= 20


def test_an_answer_that_hangs_on_another_value_changes_with_it():
    task = next(task for task in tasks(1, 40) if task.question.operation is Operation.DIFFERENCE)
    panel, (mark, _) = task.panel, task.question.marks
    values = [list(row) for row in panel.values]
    values[mark.series][mark.category] *= 1.5
    moved = replace(panel, values=tuple(map(tuple, values)))
    numbers = [moved.value(each) for each in task.question.marks]
    changed = COMPUTED[Operation.DIFFERENCE](numbers, 0)
    assert abs(changed - float(task.reference)) > task.question.tolerance


def test_no_place_is_in_two_splits():
    seen = []
    for split in Chart.splits:
        timed = (Kind.LINE, Kind.AREA)
        made = tasks(2, 60, split)
        seen.append({name for task in made if task.panel.kind not in timed for name in task.panel.categories})
    assert not (seen[0] & seen[1] | seen[0] & seen[2] | seen[1] & seen[2])


def test_values_are_finite_and_within_the_axis():
    for level in LEVELS:
        for task in tasks(level, 60):
            for panel in task.panels:
                assert np.isfinite(panel.values).all()
                if panel.kind not in (Kind.PIE, Kind.DONUT):
                    stacked = panel.kind is Kind.STACKED
                    highest = np.sum(panel.values, axis=0).max() if stacked else np.max(panel.values)
                    assert panel.axis.low <= np.min(panel.values) <= highest <= panel.axis.high
