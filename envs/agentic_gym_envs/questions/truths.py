"""The typed truth of a computed or looked-up value."""

from decimal import Decimal

from agentic_gym.scoring.answers import AnswerType, Truth
from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.programs import Compute, ValueTerm
from agentic_gym_envs.world.values import WEEKDAYS, Choice, Integer, Measure, Money, Value

ROUNDED_TOLERANCE = Decimal("0.0049")
"""What a rounded answer may be off by: less than half the gap between two answers of two decimal places."""


def truth_of(program: ValueTerm, answer: Value) -> Truth:
    """The typed truth of an answer."""
    type = AnswerType(answer.answer_kind.value)
    rounded = isinstance(program, Compute) and program.operation in (Operation.RATIO, Operation.CONVERT)
    return Truth(
        type,
        answer.answer(),
        tolerance=ROUNDED_TOLERANCE if rounded else None,
        unit=answer.unit if isinstance(answer, Integer | Measure | Money) else "",
        aliases=(f"on {answer.option}",) if isinstance(answer, Choice) else (),
        choices=WEEKDAYS if isinstance(answer, Choice) else (),
    )
