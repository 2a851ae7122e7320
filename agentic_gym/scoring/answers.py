"""Typed answers: what the truth of a question is, and whether an answer says it.

An answer is right when it says the one true value and nothing else: a full sentence ("The answer is 42."),
a unit, markup around the value and another spelling do no harm, while a second candidate, a wrong unit or
300 characters and more make it wrong, as DeepEyesV2 has it (arXiv 2511.05271). All functions are pure.
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from agentic_gym.errors import ConfigurationError
from agentic_gym.scoring.dates import read_date
from agentic_gym.scoring.names import choice_key, name_key, separators, set_key
from agentic_gym.scoring.quantities import Quantity, counts_things, number_text, read_quantity, unit_key

MAX_ANSWER_CHARACTERS = 300
"""An answer of so many characters or more is wrong."""


class AnswerType(enum.StrEnum):
    """What kind of value answers a question."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    """A day, with its year."""
    NAME = "name"
    CHOICE = "choice"
    """A letter, or an entry of a closed list such as weekdays or colours."""
    SET = "set"
    """Names in any order."""


_NUMBERS = (AnswerType.INTEGER, AnswerType.DECIMAL)


@dataclass(frozen=True, slots=True)
class Truth:
    """The right answer to a question.

    Attributes:
        type: what kind of value it is.
        value: the value as text; of a set, its members separated by semicolons.
        aliases: other values that are as right, such as a name's short form.
        tolerance: how far a decimal may be off, inclusive, in the value's own unit; None means not at all.
        unit: of a number, such as `km`, `%` or `crowns`. An answer may leave it out, not give another one.
        choices: the closed list that a choice is from, if it is to be checked.

    Raises:
        ConfigurationError: a value is none of its type, or a field does not go with the type.
    """

    type: AnswerType
    value: str
    aliases: tuple[str, ...] = ()
    tolerance: Decimal | float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Checks the fields against one another."""
        for text in (self.value, *self.aliases):
            canonical(self.type, text)
        if self.tolerance is not None:
            if self.type is not AnswerType.DECIMAL:
                raise ConfigurationError(f"got a tolerance for a {self.type}; only a decimal has one")
            if not _tolerance(self).is_finite() or _tolerance(self) < 0:
                raise ConfigurationError(
                    f"got the tolerance {self.tolerance}, expected 0 or more, and finite"
                )
        if self.unit and (self.type not in _NUMBERS or not unit_key(self.unit)):
            raise ConfigurationError(f"got the unit {self.unit!r} for a {self.type}; only a number has one")
        if self.choices:
            self._check_choices()

    def _check_choices(self) -> None:
        if self.type is not AnswerType.CHOICE:
            raise ConfigurationError(f"got choices for a {self.type}; only a choice has them")
        keys = [canonical(self.type, choice) for choice in self.choices]
        if len(set(keys)) < len(keys):
            raise ConfigurationError(f"two of the choices are graded as one: {self.choices!r}")
        if canonical(self.type, self.value) not in keys:
            raise ConfigurationError(f"{self.value!r} is not among the choices {self.choices!r}")
        for alias in self.aliases:
            if canonical(self.type, alias) in {*keys} - {canonical(self.type, self.value)}:
                raise ConfigurationError(f"the alias {alias!r} is another of the choices {self.choices!r}")


def canonical(type: AnswerType, text: str) -> str:
    """The text that every spelling of a value shares; what two answers must differ in to differ.

    Numbers are in digits, dates in ISO 8601, names folded, a set's members sorted.

    >>> canonical(AnswerType.DATE, "3 March 2021"), canonical(AnswerType.INTEGER, "1,234")
    ('2021-03-03', '1234')

    Raises:
        ConfigurationError: `text` is no value of the type, or is too long to be given as an answer.
    """
    if len(text) >= MAX_ANSWER_CHARACTERS:
        raise ConfigurationError(
            f"{text[:40]!r}… has {MAX_ANSWER_CHARACTERS} characters or more: it cannot win"
        )
    key = _key(type, text)
    if not key:
        raise ConfigurationError(f"{text!r} is no {type}{_HINTS.get(type, '')}")
    return key


_HINTS = {
    AnswerType.INTEGER: ": write a whole number, and its unit in `unit`",
    AnswerType.DECIMAL: ": write one number, and its unit in `unit`",
    AnswerType.DATE: ": write the day as YYYY-MM-DD",
    AnswerType.SET: ": write names that differ, separated by semicolons",
}


def _key(type: AnswerType, text: str) -> str:
    """The canonical text, or an empty one for what is no value of the type."""
    match type:
        case AnswerType.INTEGER | AnswerType.DECIMAL:
            quantity = read_quantity(text)
            if quantity is None or quantity.units or not _fits(type, quantity):
                return ""
            return number_text(quantity.number)
        case AnswerType.DATE:
            day = read_date(text)
            return day.isoformat() if day is not None else ""
        case AnswerType.NAME:
            return name_key(text)
        case AnswerType.CHOICE:
            return choice_key(text)
        case AnswerType.SET:
            key = set_key(text)
            members = key.split("; ")
            return key if len(set(members)) == len(members) else ""


def _fits(type: AnswerType, quantity: Quantity) -> bool:
    if type is AnswerType.INTEGER:
        # "12,0" may be a list, and nobody writes a whole number so.
        return not quantity.pieces and quantity.number == quantity.number.to_integral_value()
    return True


def grade(truth: Truth, answer: str) -> bool:
    """Whether `answer` says the truth, or one of its aliases, and nothing else. Never raises."""
    if len(answer) >= MAX_ANSWER_CHARACTERS:
        return False
    says = _says_number if truth.type in _NUMBERS else _says_text
    return any(says(truth, value, form) for form in _forms(answer) for value in (truth.value, *truth.aliases))


def _says_number(truth: Truth, value: str, text: str) -> bool:
    quantity = read_quantity(text)
    if quantity is None or not _fits(truth.type, quantity):
        return False
    if not all(_is_unit_of(truth, unit) for unit in quantity.units):
        return False
    target, tolerance = Decimal(canonical(truth.type, value)), _tolerance(truth)
    # A decimal comma that could as well part two candidates, one of them right, is read as doing that.
    is_list = any(_is_near(piece, target, tolerance) for piece in quantity.pieces)
    return _is_near(quantity.number, target, tolerance) and not is_list


def _is_unit_of(truth: Truth, unit: str) -> bool:
    """Whether a unit is the truth's; a whole number without one may be said to count things."""
    if truth.unit:
        return unit_key(unit) == unit_key(truth.unit)
    return truth.type is AnswerType.INTEGER and counts_things(unit)


def _is_near(number: Decimal, target: Decimal, tolerance: Decimal) -> bool:
    # `abs` would round to the decimal context's precision.
    return (number - target).copy_abs() <= tolerance


def _tolerance(truth: Truth) -> Decimal:
    try:
        return Decimal(str(truth.tolerance)) if truth.tolerance is not None else Decimal(0)
    except InvalidOperation:
        raise ConfigurationError(f"got the tolerance {truth.tolerance!r}, expected a number") from None


def _says_text(truth: Truth, value: str, text: str) -> bool:
    of_set = truth.type is AnswerType.SET
    if truth.type is not AnswerType.DATE and separators(text, of_set=of_set) - separators(
        value, of_set=of_set
    ):
        return False
    return _key(truth.type, text) == canonical(truth.type, value)


_LEAD_IN = re.compile(
    r"(?:(?:so|thus|therefore|hence),?\s+)?"
    r"(?:(?:(?:the|my)\s+)?(?:(?:final|correct|right)\s+)?answer\s*(?:is\s*:?|:|=)|it\s+is\b|it['’]s\b|it\s+was\b)\s*",
    re.IGNORECASE,
)
_WRAPPERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\\boxed\s*\{(.*)\}",
        r"\\(?:text|mathrm|mathbf|textbf)\s*\{(.*)\}",
        r"\$\$?([^$]*)\$\$?",
        r"\\\((.*)\\\)",
        r'"(.*)"',
        r"“(.*)”",
        r"'(.*)'",
        r"`(.*)`",
    )
)


def _forms(answer: str) -> Iterator[str]:
    """The answer, and what is left of it as a lead-in, markup and the final full stop are taken away."""
    text = answer.strip()
    while text:
        yield text
        lead_in = _LEAD_IN.match(text)
        shorter = text[lead_in.end() :] if lead_in else text
        shorter = shorter.replace("**", "").strip().rstrip(" .!")
        for wrapper in _WRAPPERS:
            if wrapped := wrapper.fullmatch(shorter):
                shorter = wrapped[1]
        if shorter.strip() == text:
            return
        text = shorter.strip()
