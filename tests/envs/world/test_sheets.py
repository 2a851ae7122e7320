import numpy as np
import pytest

from agentic_gym_envs.world.sheets import FONT_PX, MOST_ROWS, SIZE, Sheet


def sheet(rows: int, width: int = 30) -> Sheet:
    return Sheet("Teams of the Ame League", ("Team", "Members"), (("x" * width, "12,345"),) * rows, 7)


@pytest.mark.parametrize("rows", [1, 5, MOST_ROWS])
def test_the_ink_of_a_table_is_in_its_box_and_legible_in_a_crop(rows: int) -> None:
    pixels = sheet(rows).draw()
    assert pixels.shape == (SIZE[1], SIZE[0], 3)
    left, top, right, bottom = sheet(rows).box
    assert 0 <= left < right <= SIZE[0]
    assert 0 <= top < bottom <= SIZE[1]
    table = pixels[top:bottom, left:right]
    beside = pixels[top:bottom, right + 5 :]
    assert table.std() > 20
    assert beside.std() < 6
    assert 1024 / SIZE[1] * FONT_PX < 4.5


def test_a_sheet_is_drawn_the_same_again_and_another_differs() -> None:
    np.testing.assert_array_equal(sheet(3).draw(), sheet(3).draw())
    assert (sheet(3).draw() != sheet(4).draw()).any()
