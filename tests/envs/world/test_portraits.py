from collections.abc import Callable

import numpy as np
import pytest

from agentic_gym.messages import Pixels
from agentic_gym_envs.world.portraits import draw_painting, draw_portrait

BOTH = pytest.mark.parametrize("draw", [draw_portrait, draw_painting])


@BOTH
@pytest.mark.parametrize("size", [32, 128, 300])
def test_shape_and_type(draw: Callable[[int, int], Pixels], size: int) -> None:
    picture = draw(7, size)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8


@BOTH
def test_the_same_seed_draws_the_same_and_others_differ(draw: Callable[[int, int], Pixels]) -> None:
    np.testing.assert_array_equal(draw(1 << 39, 64), draw(1 << 39, 64))
    assert len({draw(seed, 64).tobytes() for seed in range(50)}) == 50
