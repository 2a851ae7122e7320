import numpy as np
import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.imagesearch.levels import LEVELS
from agentic_gym_envs.imagesearch.settings import NOTE, SETTINGS
from agentic_gym_envs.scenes import SceneItem
from agentic_gym_envs.scenes.base import shown_px

RED = np.dstack([np.full((64, 64, 3), (200, 30, 30), np.uint8), np.full((64, 64), 255, np.uint8)])
LONGEST = "Home ground, city, highest point above all: 12,345 m"


def drawn(setting, count, level, note=LONGEST):
    items = [SceneItem(str(place), {NOTE: note}, RED) for place in range(count)]
    return SETTINGS[setting].draw(
        items,
        size=level.size,
        clue_px=level.clue_px,
        small=frozenset({NOTE}),
        rng=np.random.default_rng(0),
    )


@pytest.mark.parametrize("setting", sorted(SETTINGS))
@pytest.mark.parametrize("number", sorted(LEVELS))
def test_the_longest_note_fits_under_the_smallest_picture_of_a_level(setting, number):
    level = LEVELS[number]
    scene = drawn(setting, level.cards[1], level)
    assert [placed.text for placed in scene.placed] == [LONGEST] * level.cards[1]
    for emblem in scene.emblems:
        assert shown_px(emblem.box[2] - emblem.box[0], level.size) >= 64


@pytest.mark.parametrize("setting", sorted(SETTINGS))
def test_a_picture_is_drawn_as_it_is(setting):
    scene = drawn(setting, 4, LEVELS[0])
    for emblem in scene.emblems:
        left, top, right, bottom = emblem.box
        assert (scene.pixels[top:bottom, left:right] == (200, 30, 30)).all()


def test_a_longer_note_is_refused():
    with pytest.raises(ConfigurationError, match="characters"):
        drawn("pinboard", 4, LEVELS[0], note="x" * 53)
