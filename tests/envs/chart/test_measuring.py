import itertools

import gymnasium as gym
import numpy as np
import pytest
from PIL import Image

import agentic_gym
from agentic_gym.evaluation.playing import play
from agentic_gym_envs.chart.drafts import _COLOURS, draw_panel
from agentic_gym_envs.chart.layout import frame_of
from agentic_gym_envs.chart.levels import LEVELS, Kind, Operation
from agentic_gym_envs.chart.measuring import arc, edges
from agentic_gym_envs.chart.painting import INK, dot_colour
from agentic_gym_envs.chart.panels import LOWER, MEDIAN, UPPER
from agentic_gym_envs.chart.questions import ask

assert agentic_gym.registered_ids()

_LIKE = 24
"""How far a channel may be off, as `measuring` takes a pixel for one of a colour."""
TEAL, BROWN, GREY = (70, 152, 172), (132, 96, 70), (98, 106, 116)


def away(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("shade", [tuple, dot_colour])
def test_no_colour_of_a_chart_is_taken_for_another(shade):
    shades = [tuple(shade(colour)) for colour in _COLOURS]
    assert min(away(one, other) for one, other in itertools.combinations([*shades, INK], 2)) > _LIKE


def test_a_seam_that_looks_like_a_third_colour_is_no_edge():
    picture = np.zeros((100, 3, 3), np.uint8)
    picture[10:40], picture[40:70], picture[71:] = GREY, TEAL, BROWN
    picture[70] = (np.array(TEAL) + BROWN) // 2
    assert away(picture[70, 0], GREY) < _LIKE
    assert edges(Image.fromarray(picture), 1, 0, 100, GREY, 2) == [10.0, 40.0]


def test_a_colour_that_another_one_parts_is_measured_from_end_to_end():
    picture = np.zeros((100, 3, 3), np.uint8)
    picture[10:40], picture[40:45], picture[45:70] = TEAL, INK, TEAL
    assert edges(Image.fromarray(picture), 1, 0, 100, TEAL, 2) == [10.0, 70.0]


def test_an_arc_is_measured_without_seams_elsewhere_and_over_the_place_where_the_circle_begins():
    y, x = np.mgrid[-200:200, -200:200]
    turns = np.arctan2(y, x) / (2 * np.pi)
    picture = np.empty((400, 400, 3), np.uint8)
    picture[...] = TEAL
    picture[np.abs(turns) < 0.1] = GREY
    picture[(turns > 0.3) & (turns < 0.32)] = GREY
    (share,) = arc(Image.fromarray(picture), 200, 200, 150, [TEAL, GREY], 1)
    assert share == pytest.approx(0.2, abs=0.002)


def test_no_question_asks_for_a_quartile_that_the_line_of_its_median_covers():
    level, rng = LEVELS[4], np.random.default_rng(0)
    asked = 0
    for _ in range(800):
        panel = draw_panel(level, Kind.BOX, frame_of(level, Kind.BOX, 0), 0, rng)
        question = ask(Operation.RATIO, panel, 0, level.tolerance_px, rng, count=20)
        for mark in question.marks if question else ():
            if mark.series in (LOWER, UPPER):
                middle = panel.values[MEDIAN][mark.category]
                assert abs(panel.y(panel.value(mark)) - panel.y(middle)) > 0.007 * panel.height
                asked += 1
    assert asked > 100


@pytest.mark.parametrize(("level", "index"), [(1, 227), (2, 331), (2, 683)])
def test_the_oracle_solves_charts_whose_colours_were_once_confused(level, index):
    env = gym.make("Chart-v0", difficulty=level).unwrapped
    assert play(env, "oracle", options={"index": index})["is_success"]
    env.close()
