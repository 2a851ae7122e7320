"""One question of VisualMath: its page of figures, its words, its tools, its truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from agentic_gym.messages import Pixels
from agentic_gym.scoring.answers import AnswerType, Truth
from agentic_gym.scoring.quantities import number_text
from agentic_gym.tasks import QuestionTask, TaskKey
from agentic_gym.tools.base import Tool
from agentic_gym.tools.image_operations import image_tools
from agentic_gym.tools.python import python_tool
from agentic_gym_envs.visualmath.combining import COMBINATIONS, PLACES
from agentic_gym_envs.visualmath.levels import Level
from agentic_gym_envs.visualmath.pages import LETTERS, Panel, Style, draw_page, panels
from agentic_gym_envs.visualmath.problems import ROUNDINGS, Problem


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about.

    Attributes:
        numbers: the positions of its figures on the page: one, or two to be combined.
        combination: how two are combined; empty for one.
        wording: what is said of the combination.
    """

    numbers: tuple[int, ...]
    combination: str = ""
    wording: str = ""


class VisualMathTask(QuestionTask):
    """One question about a page of figures.

    Attributes:
        level: of the task.
        problems: of every figure of the page, in reading order; only some are asked about.
        asked: which.
        style: of the page.
    """

    def __init__(
        self,
        key: TaskKey,
        level: Level,
        problems: Sequence[Problem],
        asked: Asked,
        style: Style,
        template: str,
    ) -> None:
        self.key = key
        self.level = level
        self.problems = tuple(problems)
        self.asked = asked
        self.style = style
        self.template = template
        self.truth = truth_of(self.value, self.places)
        self.tags = frozenset({"perception", "reasoning", *(["combine"] if asked.combination else [])})

    @property
    def chosen(self) -> list[Problem]:
        """The problems that are asked about."""
        return [self.problems[number] for number in self.asked.numbers]

    @property
    def value(self) -> float:
        """The answer before it is rounded."""
        return combined([problem.solution for problem in self.chosen], self.asked)

    @property
    def places(self) -> int:
        """Decimal places of the answer."""
        return PLACES if self.asked.combination else self.chosen[0].places

    @cached_property
    def panels(self) -> list[Panel]:
        """Where the figures are."""
        return panels([problem.figure for problem in self.problems], self.level, self.style)

    @cached_property
    def pixels(self) -> Pixels:
        """The page."""
        return draw_page([problem.figure for problem in self.problems], self.level, self.style)

    @property
    def prompt(self) -> str:
        """The question. It holds no number that the answer needs."""
        letters = [LETTERS[number] for number in self.asked.numbers]
        if self.asked.combination:
            parts = [f"Figure {letter}: {p.question}" for letter, p in zip(letters, self.chosen, strict=True)]
            body = f"{' '.join(parts)} {self.asked.wording} Round nothing before the end."
        elif len(self.problems) > 1:
            body = f"Look at figure {letters[0]}. {self.chosen[0].question}"
        else:
            body = self.chosen[0].question
        return f"{body} {ROUNDINGS[self.places]}"

    @property
    def images(self) -> Sequence[Pixels]:
        """The page."""
        return (self.pixels,)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Image tools and Python."""
        return (*image_tools(coordinates), python_tool())


def combined(values: Sequence[float], asked: Asked) -> float:
    """One value, or two combined."""
    if not asked.combination:
        return values[0]
    result: float = COMBINATIONS[asked.combination][0](*values)
    return result


def truth_of(value: float, places: int) -> Truth:
    """The typed answer; what is off by less than half of the last place is right."""
    text = number_text(Decimal(f"{value:.{places}f}"))
    if places == 0:
        return Truth(AnswerType.INTEGER, text)
    return Truth(AnswerType.DECIMAL, text, tolerance=Decimal("0.49").scaleb(-places))
