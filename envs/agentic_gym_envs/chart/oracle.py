"""The oracle of Chart, which proves that the tools suffice.

It knows what is asked, the ticks of the axis and the places of the marks, as somebody does who has looked at
the chart; the values come from pixels, which its code measures in the sandbox.
"""

import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.chart import measuring
from agentic_gym_envs.chart.drafts import marker_radius
from agentic_gym_envs.chart.levels import Kind, Operation
from agentic_gym_envs.chart.painting import INK, box_colour, dot_colour, unit_of
from agentic_gym_envs.chart.panels import LOWER, MEDIAN, UPPER, Mark, Panel
from agentic_gym_envs.chart.questions import COMPUTED, decimals
from agentic_gym_envs.chart.task import ChartTask
from agentic_gym_envs.oracles.calculating import calculate
from agentic_gym_envs.oracles.looking import Course, Eyes, OracleStuckError

_AROUND_CHART = (0.02, 0.1)
_ON_DISC = 0.75
"""Where a pie is measured, as a share of its radius: outside the hole of a donut."""
_AXIS = 0.02
"""Height of the strip that the horizontal axis is in, as a share of the plotting area's."""
_LEAST = 2
"""Height of the thinnest mark, in units of a 1280th of the picture's width; what is thinner is a seam."""
_PROLOGUE = "import numpy as np\nfrom PIL import Image\n\n"
_FOUND = "measured:"


def oracle(task: Task, coordinates: str) -> Script:
    """Plays a task with the public tools alone."""
    if not isinstance(task, ChartTask):
        raise TypeError(f"the oracle of Chart plays its tasks, not {type(task).__name__}")
    answer = yield from _Ruler(task, coordinates).answer()
    yield GiveAnswer(answer, "That is what the pixels say.")


class _Ruler(Eyes):
    """An episode that looks at a chart, and measures in it."""

    def __init__(self, task: ChartTask, coordinates: str) -> None:
        super().__init__(task.key, task.level.size, coordinates)
        self._question = task.question
        self._panel = task.panel
        self._least = math.ceil(_LEAST * unit_of(task.level.size))

    def answer(self) -> Course[str]:
        question, panel = self._question, self._panel
        thought = self.say(
            "First the axis, its ticks and where the marks are.", "I look at the chart and its axis closely."
        )
        yield from self.crop(self.around(panel.frame, _AROUND_CHART), thought)
        if question.operation is Operation.COUNT:
            return (yield from self._count())
        numbers: list[float] = []
        for mark in question.marks:
            numbers.append((yield from self._measure(mark)))
        if question.operation is Operation.LARGEST:
            order = sorted(range(len(numbers)), key=lambda place: numbers[place], reverse=True)
            return panel.categories[order[question.rank - 1]]
        result = yield from calculate(self, COMPUTED[question.operation], [numbers, question.steps])
        return f"{float(result):.{decimals(question.tolerance)}f}"

    def _run(self, method: Callable[..., Any], *arguments: Any) -> Course[list[float]]:
        """What a function of `measuring` finds on the original."""
        written = ", ".join(["image_1", *map(repr, arguments)])
        code = f"{_PROLOGUE}{inspect.getsource(method)}\nprint('{_FOUND}', *{method.__name__}({written}))"
        thought = self.say("I measure it on the pixels.", "I count pixels.", "Now this mark.")
        text = yield from self.call("python", thought, code=code)
        line = next((line for line in text.splitlines() if line.startswith(_FOUND)), None)
        if line is None:
            raise OracleStuckError(f"the code measured nothing: {text!r}")
        return [float(number) for number in line.removeprefix(_FOUND).split()]

    def _count(self) -> Course[str]:
        panel, series = self._panel, self._question.marks[0].series
        left, top, right, _ = panel.frame
        box = (left, top, right, round(panel.y(self._question.threshold)))
        least = round(marker_radius(panel) ** 2)
        (count,) = yield from self._run(measuring.blobs, box, panel.colours[series], least)
        return str(round(count))

    def _measure(self, mark: Mark) -> Course[float]:
        panel = self._panel
        if panel.kind in (Kind.PIE, Kind.DONUT):
            x, y, reach = panel.disc
            colours = list(panel.colours[: len(panel.categories)])
            (share,) = yield from self._run(measuring.arc, x, y, reach * _ON_DISC, colours, mark.category)
            return share * panel.axis.high
        if panel.kind is Kind.HEAT:
            left, top, right, bottom = panel.cell(mark)
            bar = panel.bar_of_colours
            place = (left + right) / 2, (top + bottom) / 2, (bar[0] + bar[2]) / 2
            (height,) = yield from self._run(measuring.height_on_bar, *place, bar[1], bar[3])
            return panel.value_at(height)
        x, colour = _column(panel, mark)
        # A median has the colour of the axis, which is left out.
        foot = panel.frame[3] - (round(_AXIS * panel.height) if panel.kind is Kind.BOX else 0)
        first, last = yield from self._run(measuring.edges, x, panel.frame[1], foot, colour, self._least)
        return _value_between(panel, mark, first, last)


def _column(panel: Panel, mark: Mark) -> tuple[float, Sequence[int]]:
    """Where a mark is measured, and the colour that it has there."""
    match panel.kind:
        case Kind.LINE | Kind.AREA:
            return panel.middle(mark), dot_colour(panel.colours[mark.series])
        case Kind.BOX:
            # Beside the whiskers, which stand in the middle.
            x = panel.middle(mark) + 0.4 * panel.bar_width
            return x, INK if mark.series == MEDIAN else box_colour(panel.colours[0])
    return panel.middle(mark), panel.colours[mark.series]


def _value_between(panel: Panel, mark: Mark, first: float, last: float) -> float:
    """The value of a mark whose colour reaches from one height to another."""
    if panel.kind is Kind.STACKED:
        return panel.value_at(first) - panel.value_at(last)
    if panel.kind in (Kind.LINE, Kind.AREA) or (panel.kind is Kind.BOX and mark.series == MEDIAN):
        return panel.value_at((first + last) / 2)
    if panel.kind is Kind.BOX:
        return panel.value_at({UPPER: first, LOWER: last}[mark.series])
    return panel.value_at(first)
