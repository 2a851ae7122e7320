import numpy as np
import pytest

from agentic_gym_envs.docdesk.homography import Homography, rectangle

QUAD = np.array([[10.0, 20.0], [210.0, 5.0], [230.0, 190.0], [0.0, 170.0]])


@pytest.fixture
def tilted():
    return Homography.between(rectangle(0, 0, 4, 3), QUAD)


def test_corners_go_to_corners(tilted):
    assert np.allclose(tilted.apply(rectangle(0, 0, 4, 3)), QUAD)


def test_a_box_holds_the_whole_shape(tilted):
    assert tilted.box(rectangle(0, 0, 4, 3)) == (0, 5, 230, 190)


def test_units_and_reduction_scale_both_sides(tilted):
    assert np.allclose(tilted.in_units(0.5).apply(rectangle(0, 0, 8, 6)), QUAD)
    assert np.allclose(tilted.reduced(4).apply(rectangle(0, 0, 4, 3)), QUAD / 4)


def test_shrinkage_of_a_stretched_sheet_is_that_of_its_narrow_side():
    stretched = Homography.between(rectangle(0, 0, 1, 1), rectangle(0, 0, 30, 12))
    assert stretched.shrinkage((0.5, 0.5)) == pytest.approx(12, rel=1e-3)


def test_coefficients_lead_from_the_picture_back_to_the_sheet(tilted):
    a, b, c, d, e, f, g, h = tilted.coefficients((10, 5))
    x, y = QUAD[1] - (10, 5)
    scale = g * x + h * y + 1
    assert ((a * x + b * y + c) / scale, (d * x + e * y + f) / scale) == pytest.approx((4, 0))
