"""Questions about charts: what is computed from which marks, how exactly, and whether that is fair."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from agentic_gym_envs.chart.levels import Kind, Operation
from agentic_gym_envs.chart.painting import scale_colour
from agentic_gym_envs.chart.panels import LOWER, MEDIAN, Mark, Panel

LEAST_ANSWERS = 20
"""Answers that can be told apart which other values of the first mark have to give."""
_HEIGHTS = np.linspace(0.05, 0.97, 120)
_SUMMED = 3
_MOST_RANK = 3
_COUNTED = (6, 85)
_NEAR_COUNT = 2
_CLEAR = 0.025
"""How far apart dots of two lines are at least, in heights of the plotting area."""
_CLEAR_OF_MEDIAN = 0.0075
"""How far a quartile is from its median at least, in the same measure: three times half the median's line."""


def value(numbers: list[float], steps: int) -> float:
    """The value itself."""
    return numbers[0]


def difference(numbers: list[float], steps: int) -> float:
    """How far apart two values are."""
    return abs(numbers[0] - numbers[1])


def total(numbers: list[float], steps: int) -> float:
    """The sum of the values."""
    return sum(numbers)


def ratio(numbers: list[float], steps: int) -> float:
    """The first value in terms of the second."""
    return numbers[0] / numbers[1]


def change(numbers: list[float], steps: int) -> float:
    """By how many per cent the second value is above the first."""
    return 100 * (numbers[1] - numbers[0]) / numbers[0]


def slope(numbers: list[float], steps: int) -> float:
    """The mean change a step."""
    return (numbers[1] - numbers[0]) / steps


COMPUTED: Mapping[Operation, Callable[[list[float], int], float]] = MappingProxyType(
    {
        Operation.VALUE: value,
        Operation.DIFFERENCE: difference,
        Operation.SUM: total,
        Operation.RATIO: ratio,
        Operation.CHANGE: change,
        Operation.SLOPE: slope,
    }
)
"""What gives a number; the others name a category or count points."""


@dataclass(frozen=True)
class Question:
    """A question about a chart.

    Attributes:
        operation: what is computed.
        panel: position of the chart that it is about.
        marks: the values it is computed from, in its order.
        answer: the right one, as text.
        tolerance: how far a number may be off; 0 where the answer is exact.
        rank: of the largest, from 1.
        threshold: above which points are counted.
        choices: what a closed answer is one of.
    """

    operation: Operation
    panel: int
    marks: tuple[Mark, ...]
    answer: str
    tolerance: float = 0.0
    rank: int = 0
    threshold: float = 0.0
    choices: tuple[str, ...] = ()

    @property
    def steps(self) -> int:
        """From the first mark's category to the last one's."""
        return self.marks[-1].category - self.marks[0].category if self.marks else 0


def draw_count(rng: np.random.Generator) -> int:
    """About how many points a task counts: drawn evenly and once, so that no count is common."""
    return int(rng.integers(_COUNTED[0], _COUNTED[1] + 1))


def ask(
    operation: Operation, panel: Panel, place: int, pixels: float, rng: np.random.Generator, *, count: int
) -> Question | None:
    """A fair question about a chart, or `None` where there is none.

    Args:
        operation: what is computed.
        panel: the chart.
        place: its position in the picture.
        pixels: how far one measurement may be off.
        rng: draws the marks.
        count: about how many points are to be counted, where points are.
    """
    if (operation is Operation.COUNT) is not (panel.kind is Kind.SCATTER):
        return None
    if operation is Operation.COUNT:
        return _count(panel, place, rng, count)
    if operation is Operation.LARGEST:
        return _largest(panel, place, pixels, rng)
    return _number(operation, panel, place, pixels, rng)


def _count(panel: Panel, place: int, rng: np.random.Generator, wanted: int) -> Question | None:
    """Of one of the series and heights above which there are about as many points as wanted."""
    step, fitting = panel.axis.ticks[1] - panel.axis.ticks[0], []
    for series, row in enumerate(panel.points):
        for threshold in (step * (0.5 + number) for number in range(len(panel.axis.ticks) - 2)):
            count = sum(y > panel.axis.share(threshold) for _, y in row)
            if count >= _COUNTED[0] and abs(count - wanted) <= _NEAR_COUNT:
                fitting.append((series, threshold, count))
    if not fitting:
        return None
    series, threshold, count = fitting[int(rng.integers(len(fitting)))]
    return Question(Operation.COUNT, place, (Mark(series, 0),), str(count), threshold=threshold)


def _largest(panel: Panel, place: int, pixels: float, rng: np.random.Generator) -> Question | None:
    """The ranks are drawn over the places, so that no place in the row is likelier than another."""
    if panel.kind in (Kind.HEAT, Kind.LINE, Kind.AREA):
        return None
    series = 0 if panel.kind is Kind.BOX else int(rng.integers(len(panel.values)))
    marks = tuple(Mark(series, category) for category in range(len(panel.categories)))
    rank = int(rng.integers(1, _MOST_RANK + 1))
    ordered = sorted(marks, key=panel.value, reverse=True)
    asked = ordered[rank - 1]
    near = [mark for mark in (*ordered[max(0, rank - 2) : rank - 1], ordered[rank])]
    if any(abs(panel.value(mark) - panel.value(asked)) < 2 * panel.off_by(mark, pixels) for mark in near):
        return None
    answer = panel.categories[asked.category]
    return Question(Operation.LARGEST, place, marks, answer, rank=rank, choices=panel.categories)


def _number(
    operation: Operation, panel: Panel, place: int, pixels: float, rng: np.random.Generator
) -> Question | None:
    marks = _draw_marks(operation, panel, rng)
    if marks is None or not all(_is_clear(panel, mark) for mark in marks):
        return None
    draft = Question(operation, place, marks, "0")
    numbers = [panel.value(mark) for mark in marks]
    right = COMPUTED[operation](numbers, draft.steps)
    tolerance = _tolerance(draft, panel, pixels)
    if abs(right) < 4 * tolerance or not _is_fair(draft, panel, right, tolerance):
        return None
    digits = decimals(tolerance)
    return replace(draft, answer=f"{right:.{digits}f}", tolerance=float(f"{tolerance:.2g}"))


def decimals(tolerance: float) -> int:
    """How many decimal places an answer of this tolerance is given to."""
    return max(0, math.ceil(-math.log10(tolerance / 4)))


def _draw_marks(operation: Operation, panel: Panel, rng: np.random.Generator) -> tuple[Mark, ...] | None:
    count = {Operation.VALUE: 1, Operation.SUM: _SUMMED}.get(operation, 2)
    rows = min(len(panel.values), LOWER + 2) if panel.kind is Kind.BOX else len(panel.values)
    over_time = operation in (Operation.CHANGE, Operation.SLOPE)
    if over_time and panel.kind not in (Kind.LINE, Kind.AREA):
        return None
    if over_time or operation is Operation.SUM:
        series = int(rng.integers(rows))
        chosen = sorted(int(c) for c in rng.choice(len(panel.categories), count, replace=False))
        if over_time and chosen[1] - chosen[0] < 2:
            return None
        return tuple(Mark(series, category) for category in chosen)
    everything = [Mark(s, c) for s, c in itertools.product(range(rows), range(len(panel.categories)))]
    return tuple(everything[int(each)] for each in rng.choice(len(everything), count, replace=False))


def _is_clear(panel: Panel, mark: Mark) -> bool:
    """Whether no other dot covers that of a line, and no median's line covers a quartile."""
    if panel.kind is Kind.LINE:
        rows, clear = range(len(panel.values)), _CLEAR
    elif panel.kind is Kind.BOX:
        rows, clear = range(MEDIAN, MEDIAN + 1), _CLEAR_OF_MEDIAN
    else:
        return True
    others = [panel.values[row][mark.category] for row in rows if row != mark.series]
    reach = clear * panel.height
    return all(abs(panel.y(other) - panel.y(panel.value(mark))) > reach for other in others)


def _tolerance(question: Question, panel: Panel, pixels: float) -> float:
    """How far off the result is when every measurement is off by so many pixels, independently."""
    numbers = [panel.value(mark) for mark in question.marks]
    compute = COMPUTED[question.operation]
    right = compute(numbers, question.steps)
    moved = []
    for position, mark in enumerate(question.marks):
        other = list(numbers)
        other[position] += panel.off_by(mark, pixels)
        moved.append(compute(other, question.steps) - right)
    return math.hypot(*moved)


def _is_fair(question: Question, panel: Panel, right: float, tolerance: float) -> bool:
    """Every certificate: no other mark gives nearly this, many answers are possible, what is drawn agrees."""
    compute, steps = COMPUTED[question.operation], question.steps
    numbers = [panel.value(mark) for mark in question.marks]
    others = _beside(panel, question.marks)
    for position, other in itertools.product(range(len(numbers)), others):
        swapped = [*numbers[:position], other, *numbers[position + 1 :]]
        if abs(compute(swapped, steps) - right) <= 2 * tolerance:
            return False
    possible = [compute([panel.axis.value(float(height)), *numbers[1:]], steps) for height in _HEIGHTS]
    if _told_apart(possible, 2 * tolerance) < LEAST_ANSWERS:
        return False
    drawn = compute([measured(panel, mark) for mark in question.marks], steps)
    return abs(drawn - right) <= tolerance / 2


def _beside(panel: Panel, marks: Sequence[Mark]) -> list[float]:
    """The values with which those of the marks could be confused: of the same series or category."""
    rows, columns = {mark.series for mark in marks}, {mark.category for mark in marks}
    return [
        number
        for series, row in enumerate(panel.values)
        for category, number in enumerate(row)
        if (series in rows or category in columns) and Mark(series, category) not in marks
    ]


def _told_apart(numbers: Sequence[float], gap: float) -> int:
    """How many of the numbers are more than a gap from the one before."""
    count, last = 0, -math.inf
    for number in sorted(numbers):
        if number - last > gap:
            count, last = count + 1, number
    return count


def measured(panel: Panel, mark: Mark) -> float:
    """The value of a mark by where it is drawn, on whole pixels: the second executor of a question."""
    exact = panel.value(mark)
    match panel.kind:
        case Kind.STACKED:
            under = panel.below(mark)
            top, bottom = round(panel.y(under + exact)), round(panel.y(under))
            return panel.value_at(top) - panel.value_at(bottom)
        case Kind.PIE | Kind.DONUT:
            around = 2 * math.pi * panel.disc[2]
            return round(exact / panel.axis.high * around) / around * panel.axis.high
        case Kind.HEAT:
            return _by_colour(panel, exact)
    return panel.value_at(round(panel.y(exact)))


def _by_colour(panel: Panel, exact: float) -> float:
    seen = np.array(scale_colour(panel.axis.share(exact)))
    heights = (np.arange(panel.height) + 0.5) / panel.height
    away = [float(np.abs(np.array(scale_colour(float(height))) - seen).sum()) for height in heights]
    best = np.flatnonzero(np.array(away) == min(away))
    return panel.axis.value(float(heights[best].mean()))
