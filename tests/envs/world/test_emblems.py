import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from agentic_gym_envs.world.emblems import EMBLEM_LAYOUTS, PAPER, draw_emblem, draw_emblem_rgba
from agentic_gym_envs.world.shapes import FIGURES, SHIELDS
from agentic_gym_envs.world.tables import SMALLEST
from agentic_gym_envs.world.world import World


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What image search sees: 12 × 12 in colour, each channel's mean removed, of length 1."""
    small = np.asarray(Image.fromarray(pixels).resize((12, 12), Image.Resampling.BOX), dtype=np.float64)
    small -= small.mean(axis=(0, 1))
    flat = small.ravel()
    return flat / np.linalg.norm(flat)


@pytest.mark.parametrize("size", [24, 64, 100, 128, 300])
def test_shape_and_type(size: int) -> None:
    assert draw_emblem(5, size).shape == (size, size, 3)
    assert draw_emblem_rgba(5, size).shape == (size, size, 4)
    assert draw_emblem(5, size).dtype == draw_emblem_rgba(5, size).dtype == np.uint8


def test_the_same_seed_draws_the_same_and_another_another() -> None:
    np.testing.assert_array_equal(draw_emblem(123456, 96), draw_emblem(123456, 96))
    assert (draw_emblem(123456, 96) != draw_emblem(123457, 96)).mean() > 0.2


def test_the_cut_out_is_the_emblem_without_its_paper() -> None:
    for seed in range(0, 400_000, 9_001):
        page, cut = draw_emblem(seed, 128), draw_emblem_rgba(seed, 128)
        inside, outside = cut[..., 3] == 255, cut[..., 3] == 0
        np.testing.assert_array_equal(page[inside], cut[inside][:, :3])
        assert (page[outside] == PAPER).all()
        assert inside.mean() > 0.55
        assert outside.any()


def test_an_emblem_looks_the_same_at_every_size() -> None:
    for seed in range(0, 400_000, 21_001):
        assert thumbnail(draw_emblem(seed, 48)) @ thumbnail(draw_emblem(seed, 256)) > 0.97


def test_emblems_of_a_world_differ_in_colour_layout() -> None:
    seeds = [entity.emblem for entity in World("train", 0, SMALLEST) if entity.emblem is not None]
    assert len({seed % EMBLEM_LAYOUTS for seed in seeds}) == len(seeds)
    thumbnails = np.stack([thumbnail(draw_emblem(seed, 64)) for seed in seeds])
    likeness = thumbnails @ thumbnails.T
    np.fill_diagonal(likeness, -1)
    assert likeness.max() < 0.97


def test_outlines_stay_near_their_square() -> None:
    for shield in SHIELDS:
        assert np.abs(shield).max() <= 1.0
        assert np.ptp(shield[:, 0]) > 1.7
    for figure in FIGURES.values():
        assert max(np.abs(outline).max() for _, outline in figure) <= 1.15
