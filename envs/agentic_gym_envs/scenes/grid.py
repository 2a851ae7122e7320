"""Rows and columns: where things stand, and how a person says which one is meant."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Area = tuple[float, float, float, float]
"""Left, top, right, bottom in plate pixels (see `canvas`)."""

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
    *("eighteenth", "nineteenth", "twentieth"),
)
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a grid: the area, and its row and column counted from 0 at the top left.

    `columns` is the number of places in this row, `rows` the number of rows.
    """

    area: Area
    row: int
    rows: int
    column: int
    columns: int


def grid(count: int, frame: Area, *, aspect: float, most_rows: int = _MOST_ROWS) -> list[Cell]:
    """Cells for `count` things, in reading order, as near to `aspect` (width over height) as can be.

    Rows differ by at most one cell; the longest come last, and shorter rows are centred.
    """
    left, top, right, bottom = frame
    width, height = right - left, bottom - top

    def misfit(rows: int) -> float:
        cell_aspect = (width / math.ceil(count / rows)) / (height / rows)
        return abs(math.log(cell_aspect / aspect))

    rows = min(range(1, min(most_rows, count) + 1), key=misfit)
    shortest, longer = divmod(count, rows)
    lengths = [shortest + (row >= rows - longer) for row in range(rows)]
    cell_width, cell_height = width / max(lengths), height / rows
    cells = []
    for row, columns in enumerate(lengths):
        start = left + (width - columns * cell_width) / 2
        for column in range(columns):
            x, y = start + column * cell_width, top + row * cell_height
            cells.append(Cell((x, y, x + cell_width, y + cell_height), row, rows, column, columns))
    return cells


def inset(area: Area, horizontal: float, vertical: float | None = None) -> Area:
    """The area without a margin on each side; `vertical` defaults to the horizontal margin."""
    vertical = horizontal if vertical is None else vertical
    return area[0] + horizontal, area[1] + vertical, area[2] - horizontal, area[3] - vertical


def proportioned(area: Area, aspect: float, *, stand: bool = False) -> Area:
    """The largest area of that width over height in the middle of another, or standing on its floor."""
    left, top, right, bottom = area
    wide = min(right - left, (bottom - top) * aspect)
    tall = wide / aspect
    x, y = (left + right - wide) / 2, bottom - tall if stand else (top + bottom - tall) / 2
    return x, y, x + wide, y + tall


def around(x: float, y: float, reach: float) -> Area:
    """The square around a point, `reach` to each side."""
    return x - reach, y - reach, x + reach, y + reach


def hull(first: Area, second: Area) -> Area:
    """The smallest area around both."""
    return (
        min(first[0], second[0]),
        min(first[1], second[1]),
        max(first[2], second[2]),
        max(first[3], second[3]),
    )


def part(area: Area, fractions: Area) -> Area:
    """The part of an area given by fractions of its width and height.

    >>> part((0, 0, 200, 100), (0.5, 0, 1, 0.5))
    (100.0, 0, 200, 50.0)
    """
    left, top, right, bottom = area
    width, height = right - left, bottom - top
    x0, y0, x1, y1 = fractions
    return left + width * x0, top + height * y0, left + width * x1, top + height * y1


def position(cell: Cell, *, row_noun: str = "row", preposition: str = "in") -> str:
    """Where a cell is, counted from the nearer end: "third from the left in the top row".

    >>> position(Cell((0, 0, 1, 1), row=1, rows=2, column=3, columns=5), row_noun="shelf", preposition="on")
    'second from the right on the bottom shelf'
    """
    column = _from_ends(cell.column, cell.columns, "on the far left", "on the far right", "left", "right")
    if cell.rows == 1:
        return column
    if cell.rows == 3 and cell.row == 1:
        row = f"the middle {row_noun}"
    elif cell.row in (0, cell.rows - 1):
        row = f"the {'top' if cell.row == 0 else 'bottom'} {row_noun}"
    else:
        ordinal, side = _nearer(cell.row, cell.rows, ("top", "bottom"))
        row = f"the {ordinal} {row_noun} from the {side}"
    return f"{column} {preposition} {row}"


def _from_ends(index: int, count: int, first: str, last: str, *sides: str) -> str:
    if index == 0:
        return first
    if index == count - 1:
        return last
    ordinal, side = _nearer(index, count, sides)
    return f"{ordinal} from the {side}"


def _nearer(index: int, count: int, sides: Sequence[str]) -> tuple[str, str]:
    if index <= count - 1 - index:
        return _ORDINALS[index], sides[0]
    return _ORDINALS[count - 1 - index], sides[1]
