"""How Chart's questions are worded: several phrasings of each."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from agentic_gym_envs.chart.levels import Kind, Operation
from agentic_gym_envs.chart.panels import LOWER, MEDIAN, UPPER, Mark, Panel
from agentic_gym_envs.chart.questions import Question, decimals

_OPENINGS = (
    "The {kind} shows: {title}. ",
    "Look at the {kind} with the title “{title}”. ",
    "This {kind} is about {topic}. ",
    "",
)
_SIDES = ("Look at the left chart. ", "Look at the right chart. ")
_KINDS = {Kind.HEAT: "heat map", Kind.BOX: "box plot", Kind.SCATTER: "scatter plot"}
"""How a kind is called that is no \"… chart\"."""
_QUESTIONS: Mapping[Operation, tuple[str, ...]] = MappingProxyType(
    {
        Operation.VALUE: (
            "What is {a}?",
            "Measure {a}. How large is it?",
            "How large is {a}?",
            "Somebody needs {a}. What is it?",
        ),
        Operation.DIFFERENCE: (
            "What is the difference between {a} and {b}?",
            "By how much do {a} and {b} differ?",
            "How far apart are {a} and {b}?",
        ),
        Operation.SUM: (
            "What do {a}, {b} and {c} add up to?",
            "Add up {a}, {b} and {c}. What is the sum?",
            "What is the total of {a}, {b} and {c}?",
        ),
        Operation.RATIO: (
            "What is the ratio of {a} to {b}?",
            "How many times {b} is {a}?",
            "Divide {a} by {b}. What is the result?",
        ),
        Operation.CHANGE: (
            "By how many per cent did the value{of} change from {first} to {last}?",
            "What is the percentage change of the value{of} from {first} to {last}?",
        ),
        Operation.SLOPE: (
            "What is the mean change a year of the value{of} from {first} to {last}?",
            "From {first} to {last}, by how much did the value{of} rise or fall a year, on average? A fall "
            "is negative.",
        ),
        Operation.COUNT: (
            "How many points of {series} lie above a value of {threshold}?",
            "Count the days on which {series} is above {threshold}. How many are there?",
            "On how many days does {series} exceed {threshold}?",
        ),
        Operation.LARGEST: (
            "Which place has the {rank} {ranked}{within}?",
            "Where is the {rank} {ranked}{within}?",
            "Rank the places by their {ranked}{within}. Which one has the {rank}?",
        ),
    }
)
_RANKS = ("largest", "second largest", "third largest")
_OF_BOXES = {MEDIAN: "the median", LOWER: "the lower quartile", UPPER: "the upper quartile"}
_NUMBER_FORMS = (
    "Measure carefully, and give {form}.",
    "Give {form}.",
    "Answer with {form}; an estimate by eye is not enough.",
)


def word(question: Question, panel: Panel, panels: int, rng: np.random.Generator) -> str:
    """The question.

    Args:
        question: what is asked.
        panel: the chart it is about.
        panels: how many charts the picture holds.
        rng: draws the phrasing.
    """
    opening, asked = (
        options[int(rng.integers(len(options)))] for options in (_OPENINGS, _QUESTIONS[question.operation])
    )
    where = _SIDES[question.panel] if panels > 1 else ""
    opening = where or opening
    series = _series(panel, question.marks[0])
    words = {
        **dict(zip("abc", (_reference(panel, mark) for mark in question.marks), strict=False)),
        "first": panel.categories[question.marks[0].category],
        "last": panel.categories[question.marks[-1].category],
        "of": f" for {series}" if series else "",
        "kind": _KINDS.get(panel.kind, f"{panel.kind} chart"),
        "title": panel.title,
        "topic": panel.title[0].lower() + panel.title[1:],
        "series": series,
        "threshold": f"{question.threshold:,g}",
        "rank": _RANKS[question.rank - 1] if question.rank else "",
        "ranked": "median" if panel.kind is Kind.BOX else "value",
        "within": f" in {series}" if series else "",
        "form": _form(question, panel),
    }
    return f"{opening}{asked} {_ending(question, rng)}".format(**words)


def _ending(question: Question, rng: np.random.Generator) -> str:
    if question.operation is Operation.LARGEST:
        return "Answer with its name."
    if question.operation is Operation.COUNT:
        return "Give a whole number."
    return _NUMBER_FORMS[int(rng.integers(len(_NUMBER_FORMS)))]


def unit_of_answer(question: Question, panel: Panel) -> str:
    """The unit of a numeric answer; empty where it has none."""
    match question.operation:
        case Operation.RATIO | Operation.COUNT | Operation.LARGEST:
            return ""
        case Operation.CHANGE:
            return "%"
    return panel.unit


def _form(question: Question, panel: Panel) -> str:
    places = decimals(question.tolerance) if question.tolerance else 0
    unit = unit_of_answer(question, panel)
    exactly = "the nearest whole number" if places == 0 else f"{places} decimal place{'s' * (places > 1)}"
    return f"a number{f' in {unit}' if unit else ''}, to {exactly}"


def _series(panel: Panel, mark: Mark) -> str:
    """The name of a mark's series; the rows of a box plot are none."""
    return "" if panel.kind is Kind.BOX else panel.series[mark.series]


def _reference(panel: Panel, mark: Mark) -> str:
    """How a question names a mark, as a value: "the value for Belford in spring"."""
    category, series = panel.categories[mark.category], _series(panel, mark)
    match panel.kind:
        case Kind.BOX:
            return f"{_OF_BOXES[mark.series]} for {category}"
        case Kind.LINE | Kind.AREA:
            return f"the value for {series} in {category}" if series else f"the value in {category}"
        case Kind.HEAT:
            return f"the value for {category} on {series}"
    return f"the value for {category} in {series}" if series else f"the value for {category}"
