"""Clocks, scales, pyramids of numbers, sets, and bars cut into parts."""

import itertools
from fractions import Fraction

import numpy as np

from agentic_gym_envs.visualmath.figures import Colour, Figure, Mark, Point, polar
from agentic_gym_envs.visualmath.problems import Dice, Family, Problem


def elapsed_minutes(start: tuple[int, int], end: tuple[int, int]) -> int:
    """From one time on a dial to the next on which it shows another: hours and minutes."""
    return ((end[0] - start[0]) * 60 + end[1] - start[1]) % 720


def _dial(figure: Figure, centre: Point, minutes: int) -> None:
    """A clock with a radius of 10."""
    figure.arc(centre, 10, fill="fill", width=1.6)
    for tick in range(60):
        outer, inner = polar(centre, 9.6, 6 * tick), polar(centre, 8.4 if tick % 5 == 0 else 9.1, 6 * tick)
        figure.line(inner, outer, width=1.6 if tick % 5 == 0 else 0.7)
    for hour in range(1, 13):
        figure.label(str(hour), polar(centre, 7.2, 90 - 30 * hour), size=1.0, needed=False)
    figure.line(centre, polar(centre, 5.2, 90 - minutes / 2), width=3.2)
    figure.line(centre, polar(centre, 8.2, 90 - 6 * minutes), width=1.8)
    figure.dot(centre, 0.5)
    figure.marks.append(Mark((centre[0] - 10, centre[1] - 10), (centre[0] + 10, centre[1] + 10), 0.9))


def clocks(dice: Dice) -> Problem:
    """The time between two dials."""
    start = dice.between(0, 719)
    end = (start + dice.between(15, 700)) % 720
    figure = Figure()
    for place, minutes, name in ((-12.0, start, "before"), (12.0, end, "after")):
        _dial(figure, (place, 0.0), minutes)
        figure.label(name, (place, -10.0), (0.0, -1.0), needed=False)
    question = dice.said(
        "The left clock shows when a film began, the right one when it ended, less than half a day later. "
        "How many minutes did it last?",
        "How many minutes pass from the time on the left clock until it is first the time on the right one?",
    )
    given = (divmod(start, 60), divmod(end, 60))

    def check() -> float:
        """Lets the minutes run until the hands stand as drawn."""
        hands = ((end / 2) % 360, 6 * end % 360)
        return next(m for m in range(1, 721) if (((start + m) / 2) % 360, 6 * (start + m) % 360) == hands)

    return Problem(figure, elapsed_minutes, given, check, question, 0)


def lone_weight(rows: list[tuple[int, int, int, int]], asked: int) -> float:
    """The weight of one of three things from three weighings (Cramer's rule)."""

    def determinant(m: list[list[int]]) -> int:
        return (
            m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
            - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
        )

    counts = [list(row[:3]) for row in rows]
    replaced = [
        row[:asked] + [total] + row[asked + 1 :] for row, (*_, total) in zip(counts, rows, strict=True)
    ]
    return determinant(replaced) / determinant(counts)


_SHAPES = ("circle", "square", "triangle")


def _thing(figure: Figure, shape: int, at: Point, size: float) -> None:
    """A circle, square or triangle of about this width, standing at a point."""
    (x, y), half = at, size / 2
    if shape == 0:
        figure.arc((x, y + half), half, fill="accent")
    elif shape == 1:
        figure.polygon(
            [(x - half, y), (x + half, y), (x + half, y + size), (x - half, y + size)], fill="second"
        )
    else:
        figure.polygon([(x - half, y), (x + half, y), (x, y + size)], fill="shade")


def scales(dice: Dice) -> Problem:
    """The weight of one thing from three scales that balance."""
    weights = dice.several(3, 4, 150)
    counts = [[dice.between(0, 2) for _ in range(3)] for _ in range(3)]
    if np.linalg.matrix_rank(np.array(counts)) < 3 or any(sum(row) < 2 for row in counts):
        return scales(dice)
    rows = [(*row, sum(c * w for c, w in zip(row, weights, strict=True))) for row in counts]
    asked = dice.between(0, 2)
    figure = Figure()
    for number, row in enumerate(rows):
        _scale(figure, -6.0 * number, row)
    question = dice.said(
        "All three scales balance, and equal shapes weigh the same. How many kilograms does one {0} weigh?",
        "The scales are in balance. What is the weight of a {0}, in kilograms?",
    ).format(_SHAPES[asked])

    def check() -> float:
        """Tries weights."""
        grid = range(1, 151)
        for one, two in itertools.product(grid, grid):
            third = _third(rows, one, two)
            if third is not None:
                return (one, two, third)[asked]
        return -1.0

    return Problem(figure, lone_weight, (rows, asked), check, question, 0)


def _third(rows: list[tuple[int, ...]], one: int, two: int) -> int | None:
    """The third weight that satisfies every row, if the first two are right."""
    with_third = next(row for row in rows if row[2])
    rest = with_third[3] - with_third[0] * one - with_third[1] * two
    third, left_over = divmod(rest, with_third[2])
    fits = all(a * one + b * two + c * third == total for a, b, c, total in rows)
    return third if fits and not left_over else None


def _scale(figure: Figure, y: float, row: tuple[int, ...]) -> None:
    figure.line((-9, y), (9, y), width=2)
    figure.polygon([(-0.9, y - 2.2), (0.9, y - 2.2), (0.0, y)], fill="soft")
    things = [shape for shape, count in enumerate(row[:3]) for _ in range(count)]
    pitch = min(1.95, 7.8 / len(things))
    for place, shape in enumerate(things):
        _thing(figure, shape, (-5.0 + pitch * (place - (len(things) - 1) / 2), y), 0.86 * pitch)
    figure.marks.append(Mark((-9, y), (-1, y + 1.6), 0.6 * pitch))
    figure.polygon([(2.2, y), (8.2, y), (7.6, y + 2.4), (2.8, y + 2.4)], fill="fill")
    figure.label(f"{row[3]} kg", (5.2, y + 1.2))


def pyramid_top(base: list[int]) -> int:
    """Every brick is the sum of the two below it."""
    while len(base) > 1:
        base = [left + right for left, right in zip(base, base[1:], strict=False)]
    return base[0]


def number_pyramid(dice: Dice) -> Problem:
    """The top of a pyramid of sums."""
    count = dice.between(4, 5)
    base = dice.several(count, 3, 60)
    figure = Figure()
    for level in range(count):
        for place in range(count - level):
            x, y = place * 4.0 + level * 2.0, level * 2.0
            is_top = level == count - 1
            figure.polygon(
                [(x, y), (x + 4, y), (x + 4, y + 2), (x, y + 2)], fill="shade" if is_top else "fill"
            )
            if level == 0:
                figure.label(str(base[place]), (x + 2, y + 1))
            elif is_top:
                figure.label("?", (x + 2, y + 1), needed=False)
    question = dice.said(
        "Every brick holds the sum of the two bricks below it. Which number is at the top?",
        "In this wall each number is the sum of the two right below. What replaces the question mark?",
    )

    def check() -> float:
        """Binomial weights."""
        weights = [1]
        for _ in range(count - 1):
            weights = [1, *(a + b for a, b in itertools.pairwise(weights)), 1]
        return float(np.dot(weights, base))

    return Problem(figure, pyramid_top, (base,), check, question, 0)


_REGIONS = ("A", "B", "C", "AB", "AC", "BC", "ABC")
_SPOTS: tuple[Point, ...] = (
    (-4.6, 2.6),
    (4.6, 2.6),
    (0.0, -5.2),
    (0.0, 3.4),
    (-2.9, -1.2),
    (2.9, -1.2),
    (0.0, 0.4),
)
_WISHES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("play exactly one of the three instruments", ("A", "B", "C")),
    ("play exactly two of the three instruments", ("AB", "AC", "BC")),
    ("play at least two of the three instruments", ("AB", "AC", "BC", "ABC")),
    ("play the instrument A", ("A", "AB", "AC", "ABC")),
    ("play B or C, but not A", ("B", "C", "BC")),
    ("play A or B, but not C", ("A", "B", "AB")),
    ("play A or C, or both", ("A", "C", "AB", "AC", "BC", "ABC")),
)


def listed_sum(counts: list[tuple[str, int]], wanted: list[str]) -> int:
    """How many are in the wanted regions, each named by the sets it belongs to."""
    return sum(count for region, count in counts if region in wanted)


def venn(dice: Dice) -> Problem:
    """How many are in a union or difference of three sets."""
    counts = list(zip(_REGIONS, dice.several(7, 4, 120), strict=True))
    wish, wanted = _WISHES[dice.between(0, len(_WISHES) - 1)]
    figure = Figure()
    for centre, name, spot in (((-2.6, 1.6), "A", 135), ((2.6, 1.6), "B", 45), ((0.0, -2.8), "C", 270)):
        figure.arc(centre, 4.9, width=1.6, colour="second")
        figure.name(name, polar(centre, 4.9, spot), polar((0.0, 0.0), 1.0, spot))
    for (_, count), middle in zip(counts, _SPOTS, strict=True):
        figure.label(str(count), middle)
    question = dice.said(
        "The diagram counts the pupils of a school who play the instruments A, B and C. How many {0}?",
        "In the diagram, the numbers say how many people play instruments A, B and C. How many of them {0}?",
    ).format(wish)

    def check() -> float:
        """Everybody as a member of sets."""
        people = [frozenset(region) for region, count in counts for _ in range(count)]
        sets = {frozenset(region) for region in wanted}
        return float(sum(person in sets for person in people))

    return Problem(figure, listed_sum, (counts, list(wanted)), check, question, 0)


def shaded_together(first: tuple[int, int], second: tuple[int, int], third: tuple[int, int]) -> float:
    """The sum of three fractions."""
    return first[0] / first[1] + second[0] / second[1] + third[0] / third[1]


def fraction_bars(dice: Dice) -> Problem:
    """How much of three bars is shaded, in whole bars."""
    parts = dice.several(3, 5, 13)
    shares = [(dice.between(1, count - 1), count) for count in parts]
    figure = Figure()
    for number, (shaded, count) in enumerate(shares):
        y = -3.0 * number
        for part in range(count):
            left, right = 20 * part / count, 20 * (part + 1) / count
            colour: Colour = "accent" if part < shaded else "fill"
            figure.polygon([(left, y), (right, y), (right, y + 2), (left, y + 2)], fill=colour)
        figure.marks.append(Mark((0, y), (20, y + 2), 1.0))
    question = dice.said(
        "Each bar is cut into equal parts. How many whole bars do the dark parts make together?",
        "Three equal bars are cut into equal parts. Add up their dark shares, as a decimal number.",
    )

    def check() -> float:
        """Exact fractions."""
        return float(sum(Fraction(shaded, count) for shaded, count in shares))

    return Problem(figure, shaded_together, tuple(shares), check, question, 3)


PUZZLES: tuple[Family, ...] = (clocks, scales, number_pyramid, venn, fraction_bars)
"""Families of this file."""
