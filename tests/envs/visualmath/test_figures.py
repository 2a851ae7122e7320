import math

import pytest

from agentic_gym_envs.visualmath.families.areas import _hull, _pick, lattice_area
from agentic_gym_envs.visualmath.families.networks import shortest_way
from agentic_gym_envs.visualmath.families.puzzles import elapsed_minutes, lone_weight, pyramid_top
from agentic_gym_envs.visualmath.figures import Figure, bearing, between, polar, towards


def test_geometry_of_points():
    assert between((0, 0), (4, 2), 0.25) == (1, 0.5)
    assert towards((0, 0), (10, 0), 3) == pytest.approx((3, 0))
    assert bearing((1, 1), (1, 5)) == pytest.approx(90)
    assert polar((1, 1), 2, 180) == pytest.approx((-1, 1))


def test_a_length_stands_outside():
    figure = Figure()
    figure.length("5", (0, 0), (4, 0), (2, 3))
    assert figure.labels[0].away[1] < 0


def test_an_angle_is_drawn_on_its_smaller_side():
    figure = Figure()
    figure.angle("60°", (0, 0), polar((0, 0), 1, 350), polar((0, 0), 1, 50), 1)
    assert math.degrees(math.atan2(*figure.labels[0].away[::-1])) == pytest.approx(20)


def test_pick_and_shoelace_agree_on_known_polygons():
    square = _hull([(0, 0), (4, 0), (4, 4), (0, 4), (2, 2)])
    assert lattice_area(square, 1.0) == _pick(square) == 16
    triangle = _hull([(0, 0), (5, 1), (2, 6)])
    assert lattice_area(triangle, 1.0) == _pick(triangle) == 14


def test_known_answers():
    assert shortest_way([("A", "B", 5), ("B", "C", 6), ("A", "C", 12)], "A", "C") == 11
    assert elapsed_minutes((11, 50), (0, 20)) == 30
    assert lone_weight([(1, 0, 0, 3), (0, 1, 0, 4), (1, 1, 1, 12)], 2) == 5
    assert pyramid_top([1, 2, 3]) == 8
