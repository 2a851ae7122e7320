"""Grading by rule: the released answers are text, with alternatives joined by `or`."""

import re
from collections.abc import Sequence

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.scoring.answers import MAX_ANSWER_CHARACTERS, AnswerType, Truth
from agentic_gym.scoring.quantities import is_unit, read_quantity

_ALTERNATIVES = re.compile(r"\s+or\s+")


def read_truths(answer: str, where: str) -> tuple[Truth, ...]:
    """What is right: the whole text, and each of its alternatives, typed by how it reads.

    A number keeps its unit, which an answer may leave out; a day is graded as a date, everything else (such
    as a title with a number in it) as a name. The whole text counts too, since `or` may be part of a name.

    >>> [(truth.type.value, truth.value) for truth in read_truths("42 km or 26 miles", "row 0")]
    [('integer', '42'), ('name', '26 miles'), ('name', '42 km or 26 miles')]

    Raises:
        RecordError: nothing in the text can be an answer.
    """
    text = answer.strip()
    pieces = [piece.strip() for piece in _ALTERNATIVES.split(text)]
    candidates = pieces if len(pieces) == 1 else [*pieces, text]
    truths = [truth for candidate in candidates for truth in _typed(candidate)]
    if not truths:
        raise RecordError(f"{where}: {answer!r:.80} cannot be an answer: it is empty or too long")
    return tuple(truths)


def _typed(text: str) -> Sequence[Truth]:
    """The truth of the most particular type that the text can be; none where it can be of no type."""
    if not text or len(text) >= MAX_ANSWER_CHARACTERS:
        return ()
    quantity = read_quantity(text)
    if quantity is not None and not quantity.pieces and all(map(is_unit, quantity.units)):
        whole = quantity.number == quantity.number.to_integral_value()
        unit = quantity.units[0] if quantity.units else ""
        return (Truth(AnswerType.INTEGER if whole else AnswerType.DECIMAL, str(quantity.number), unit=unit),)
    for type in (AnswerType.DATE, AnswerType.NAME):
        try:
            return (Truth(type, text),)
        except ConfigurationError:
            continue
    return ()
