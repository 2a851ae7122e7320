"""What a question is made of: papers, the cells it takes, the computation, and its words."""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.scoring.answers import AnswerType, Truth
from agentic_gym_envs.docdesk.papers import Desk
from agentic_gym_envs.docdesk.sheets import Paper
from agentic_gym_envs.docdesk.values import Value, others, read
from agentic_gym_envs.oracles.calculating import Method

_SWAPS = 40
_LEAST_ANSWERS = 20
_COMMONEST = 0.1


class Form(enum.Enum):
    """What kind of answer is asked for."""

    MONEY = "Give the amount as a number with two decimal places."
    COUNT = "Give a whole number."
    MINUTES = "Give the number of minutes."
    NAME = "Give the name as it is printed."


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of one of the case's papers."""

    paper: int
    name: str


Argument: TypeAlias = Any
"""A cell, a value that the question states, or a list or tuple of arguments."""


@dataclass(frozen=True)
class Case:
    """A question about papers.

    Attributes:
        papers: those that it is about.
        method: computes the answer.
        arguments: what the method takes.
        question: in words.
        form: of the answer.
        clue: the cells of which certificates exchange the values; for a highest price, those it is among.
    """

    papers: tuple[Paper, ...]
    method: Method
    arguments: tuple[Argument, ...]
    question: str
    form: Form
    clue: tuple[Cell, ...]

    @property
    def cells(self) -> list[Cell]:
        """Every cell that has to be read, each once."""
        return list(dict.fromkeys(_cells(self.arguments)))

    def answer(self, known: Mapping[Cell, Value] | None = None) -> Value:
        """What the method gives.

        Args:
            known: values to be taken instead of those that were written.
        """
        result: Value = self.method(*self.bound(known))
        return result

    def bound(self, known: Mapping[Cell, Value] | None = None) -> list[Any]:
        """The arguments with values for cells."""
        return [
            _bind(argument, lambda cell: (known or {}).get(cell, self.value(cell)))
            for argument in self.arguments
        ]

    def value(self, cell: Cell) -> Value:
        """What was written into a cell."""
        return self.papers[cell.paper].cells[cell.name]

    def printed(self) -> dict[Cell, str]:
        """What the sheets print, by cell."""
        return {
            Cell(number, writing.cell): writing.text
            for number, paper in enumerate(self.papers)
            for writing in paper.sheet.writings
            if writing.cell
        }

    @property
    def truth(self) -> Truth:
        """The typed answer."""
        answer = self.answer()
        match self.form:
            case Form.MONEY:
                return Truth(AnswerType.DECIMAL, str(answer))
            case Form.NAME:
                return Truth(AnswerType.NAME, str(answer))
            case Form.MINUTES:
                return Truth(AnswerType.INTEGER, str(int(answer)), unit="minutes")
            case Form.COUNT:
                return Truth(AnswerType.INTEGER, str(int(answer)))


Recipe: TypeAlias = Callable[[Desk], Case]
"""Makes a case of one kind."""


def _cells(argument: Argument) -> Iterator[Cell]:
    if isinstance(argument, Cell):
        yield argument
    elif isinstance(argument, list | tuple):
        for entry in argument:
            yield from _cells(entry)


def _bind(argument: Argument, value: Callable[[Cell], Value]) -> Any:
    match argument:
        case Cell():
            return value(argument)
        case list():
            return [_bind(entry, value) for entry in argument]
        case tuple():
            return tuple(_bind(entry, value) for entry in argument)
    return argument


# --- certificates -----------------------------------------------------------------------------------


def is_fair(case: Case, rng: np.random.Generator) -> bool:
    """Whether the case has every certificate that its draw could lack.

    The answer stands on no paper as a number, is above zero, and depends on the clue: with others in its
    place there are at least 20 answers, none of them more than a tenth.

    Raises:
        ContractError: what is read back from the sheets gives another answer, which would be a bug.
    """
    answer, printed = case.answer(), case.printed()
    again = case.answer({cell: read(printed[cell]) for cell in case.cells})
    if again != answer or type(again) is not type(answer):
        raise ContractError(f"{case.method.__name__} gives {answer} as drawn, but {again} as read back")
    if case.form is Form.NAME:
        return True
    stands = any(text == str(answer) for text in _every_text(case.papers))
    is_copied = case.form is not Form.COUNT and stands
    return answer > 0 and not is_copied and _depends(case, rng)  # type: ignore[operator]


def _every_text(papers: Sequence[Paper]) -> Iterator[str]:
    return (writing.text for paper in papers for writing in paper.sheet.writings if writing.cell)


def _depends(case: Case, rng: np.random.Generator) -> bool:
    values = others(case.value(case.clue[0]), _SWAPS, rng)
    answers = [case.answer(dict.fromkeys(case.clue, value)) for value in values]
    most = max(answers.count(answer) for answer in set(answers))
    return len(set(answers)) >= _LEAST_ANSWERS and most <= _COMMONEST * len(answers)
