import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym_envs.scenes.grid import Cell, grid, inset, position, proportioned


@given(count=st.integers(1, 60), aspect=st.floats(0.3, 3))
def test_cells_fill_the_frame_without_overlap_and_each_has_a_name_of_its_own(
    count: int, aspect: float
) -> None:
    cells = grid(count, (10, 20, 1910, 1060), aspect=aspect)
    assert len(cells) == count
    assert len({(cell.row, cell.column) for cell in cells}) == count
    corners = [(cell.area[1], cell.area[0]) for cell in cells]
    assert corners == sorted(corners)
    assert all(cell.area[0] >= 9.99 and cell.area[2] <= 1910.01 for cell in cells)
    assert {cell.columns for cell in cells} <= {
        min(c.columns for c in cells),
        min(c.columns for c in cells) + 1,
    }


def test_rows_follow_the_wanted_shape() -> None:
    frame = (0, 0, 1920, 1080)
    assert {cell.rows for cell in grid(12, frame, aspect=0.2)} == {1}
    assert {cell.rows for cell in grid(12, frame, aspect=4)} == {6}
    assert {cell.rows for cell in grid(12, frame, aspect=4, most_rows=3)} == {3}


@pytest.mark.parametrize(
    ("row", "rows", "column", "columns", "phrase"),
    [
        (0, 1, 0, 4, "on the far left"),
        (0, 1, 2, 4, "second from the right"),
        (0, 1, 2, 5, "third from the left"),
        (0, 2, 4, 5, "on the far right in the top row"),
        (1, 3, 1, 5, "second from the left in the middle row"),
        (1, 4, 3, 5, "second from the right in the second row from the top"),
        (2, 4, 1, 5, "second from the left in the second row from the bottom"),
        (3, 4, 1, 5, "second from the left in the bottom row"),
        (12, 15, 13, 40, "fourteenth from the left in the third row from the bottom"),
    ],
)
def test_positions_are_counted_from_the_nearer_end(
    row: int, rows: int, column: int, columns: int, phrase: str
) -> None:
    assert position(Cell((0, 0, 1, 1), row, rows, column, columns)) == phrase


@given(count=st.integers(1, 60), aspect=st.floats(0.3, 3))
def test_no_two_cells_share_a_position(count: int, aspect: float) -> None:
    cells = grid(count, (0, 0, 1920, 1080), aspect=aspect)
    if max(cell.columns for cell in cells) <= 20:
        assert len({position(cell) for cell in cells}) == count


def test_areas() -> None:
    assert inset((0, 0, 100, 50), 10) == (10, 10, 90, 40)
    assert inset((0, 0, 100, 50), 10, 5) == (10, 5, 90, 45)
    assert proportioned((0, 0, 100, 50), 1) == (25, 0, 75, 50)
    assert proportioned((0, 0, 50, 100), 1) == (0, 25, 50, 75)
    assert proportioned((0, 0, 50, 100), 1, stand=True) == (0, 50, 50, 100)
