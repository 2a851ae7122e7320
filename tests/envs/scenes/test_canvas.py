import numpy as np
import pytest

from agentic_gym.errors import ContractError
from agentic_gym_envs.scenes.base import MIN_CONTRAST, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas

ITEM = SceneItem("it", {"code": "KX-4471"})


def canvas(ground: tuple[int, int, int] = (250, 250, 250), size: tuple[int, int] = (1920, 1080)) -> Canvas:
    made = Canvas("test", size=size, clue_px=28, small=frozenset({"code"}), rng=np.random.default_rng(1))
    made.plate.paste(ground, (0, 0, PLATE_WIDTH, PLATE_HEIGHT))
    return made


def anchored(made: Canvas) -> Canvas:
    made.anchor(ITEM, "the thing", (100, 100, 400, 300))
    return made


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)])
def test_boxes_are_in_original_pixels(size: tuple[int, int]) -> None:
    made = anchored(canvas(size=size))
    made.text(ITEM, "code", (100, 100, 300, 140), face="mono")
    scene = made.finish([ITEM])
    scale = size[0] // 1920
    assert scene.anchors[0].box == (100 * scale, 100 * scale, 400 * scale, 300 * scale)
    left, top, right, bottom = scene.placed[0].box
    assert 100 * scale < left < right < 300 * scale
    rows, columns = np.nonzero(scene.pixels.min(axis=2) < 190)
    # All of the ink is in the box, and the box is no larger than it need be.
    assert (rows.min() - top, columns.min() - left) <= (2, 2)
    assert (bottom - rows.max(), right - columns.max()) <= (3, 3)
    assert rows.min() >= top
    assert rows.max() < bottom
    assert columns.min() >= left
    assert columns.max() < right


def test_a_wished_ink_gives_way_to_one_that_can_be_read() -> None:
    made = anchored(canvas(ground=(250, 250, 250)))
    made.text(ITEM, "code", (100, 100, 300, 140), face="mono", ink=(230, 230, 230))
    assert made.finish([ITEM]).placed[0].contrast > 10


@pytest.mark.parametrize("grey", range(90, 150, 10))
def test_even_on_middle_grey_a_text_can_be_read(grey: int) -> None:
    made = anchored(canvas(ground=(grey, grey, grey)))
    made.text(ITEM, "code", (100, 100, 300, 140), face="mono", ink=(grey, grey, grey))
    scene = made.finish([ITEM])
    left, top, right, bottom = scene.placed[0].box
    patch = scene.pixels[top:bottom, left:right].mean(axis=2)
    assert scene.placed[0].contrast >= MIN_CONTRAST
    assert patch.max() - patch.min() > 70


def test_labels_never_cover_a_text() -> None:
    made = anchored(canvas())
    made.text(ITEM, "code", (100, 100, 300, 140), face="mono")
    made.panel((90, 90, 310, 150), (200, 0, 0))
    scene = made.finish([ITEM])
    left, top, right, bottom = scene.placed[0].box
    assert len(np.unique(scene.pixels[top:bottom, left:right].reshape(-1, 3), axis=0)) > 2


def test_a_template_that_forgets_or_repeats_a_text_is_found_out() -> None:
    with pytest.raises(ContractError, match="texts asked for and drawn differ"):
        anchored(canvas()).finish([ITEM])
    made = anchored(canvas())
    for top in (100, 200):
        made.text(ITEM, "code", (100, top, 300, top + 40), face="mono")
    with pytest.raises(ContractError, match="texts asked for and drawn differ"):
        made.finish([ITEM])


def test_texts_over_each_other_or_outside_are_found_out() -> None:
    both = SceneItem("it", {"code": "KX-4471", "name": "Velora"})
    made = anchored(canvas())
    made.text(both, "code", (100, 100, 300, 140), face="mono")
    made.text(both, "name", (100, 100, 300, 140), face="mono")
    with pytest.raises(ContractError, match="over each other"):
        made.finish([both])
    made = anchored(canvas())
    made.text(ITEM, "code", (1900, 100, 2100, 140), face="mono")
    with pytest.raises(ContractError, match="outside the picture"):
        made.finish([ITEM])


def test_a_text_outside_its_anchor_is_found_out() -> None:
    made = anchored(canvas())
    made.text(ITEM, "code", (500, 100, 700, 140), face="mono")
    with pytest.raises(ContractError, match="outside its anchor"):
        made.finish([ITEM])


def test_a_tiny_anchor_or_a_phrase_for_two_things_is_found_out() -> None:
    made = canvas()
    made.text(ITEM, "code", (100, 100, 300, 140), face="mono")
    made.anchor(ITEM, "the thing", (100, 100, 400, 130))
    with pytest.raises(ContractError, match="is 16 px when shown, at least 24"):
        made.finish([ITEM])
    twin = SceneItem("twin", {})
    made = anchored(canvas())
    made.text(ITEM, "code", (100, 100, 300, 140), face="mono")
    made.anchor(twin, "the thing", (500, 100, 800, 300))
    with pytest.raises(ContractError, match="phrase twice"):
        made.finish([ITEM, twin])
