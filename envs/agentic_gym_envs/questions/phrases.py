"""How the terms of a program are put into words, whatever its subjects are called.

What a question calls whom it starts from is for a family of tasks to say; what it asks of them, and in what
form, is said here.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.patterns import pick
from agentic_gym_envs.questions.programs import (
    Ask,
    Best,
    Compute,
    EntityTerm,
    Hop,
    NameOf,
    Printed,
    Rate,
    Rows,
    Subject,
    ValueTerm,
    Where,
    walk,
)
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.schema import Attribute, Relation
from agentic_gym_envs.world.values import YEAR, Choice, Day, DayType, Integer, Measure, Money, Name, Value

ASKS = (
    "What is {asked}?",
    "Tell me {asked}.",
    "I would like to know {asked}.",
    "Find out {asked}.",
    "State {asked}.",
    "Can you tell me {asked}?",
    "The question is {asked}.",
    "I need {asked}.",
)
"""How to ask for one thing."""
_LETTERED = (
    "Let A be {} and B {}.",
    "A is {}; B is {}.",
    "Here A is {}, and B is {}.",
    "A stands for {}, B for {}.",
)
"""How two values get letters whose descriptions are too long to stand in one question."""
_LONG = 60
"""Characters; a longer description is `A` or `B` in the question."""
Namer: TypeAlias = Callable[[EntityTerm], str | None]
"""What a question calls an entity: a noun phrase with an article or a pronoun, or none for one that it
describes by a relation. It has one for each subject."""


def reference(term: EntityTerm, name: Namer) -> str:
    """The phrase for an entity, such as `the brand that makes the first product`."""
    called = name(term)
    if called is not None:
        return called
    match term:
        case Subject():
            raise TypeError(f"the question calls {term} nothing")
        case Hop(of, kind, relation, period):
            return fill(_phrase(kind_of(kind).relation(relation), period), reference(of, name))
        case Best(of, kind, relation, column, is_greatest):
            ranked = kind_of(kind).attribute(column)
            return (
                f"the {kind_of(kind).noun} with the {_end(ranked, is_greatest)} “{ranked.label}” "
                f"in the list of the {_list_title(kind, relation, of, name)}"
            )


def _phrase(column: Attribute | Relation, period: str) -> str:
    """How a question asks for a column, now or in a period."""
    if not period:
        return column.phrase
    if column.dated is None:
        raise TypeError(f"{column.name} has no history to ask {period!r} of")
    return column.dated.phrase.replace("{period}", period)


def _end(column: Attribute, is_greatest: bool) -> str:
    """The adjective for an end of a column: dates and years are early or late, numbers high or low."""
    if isinstance(column.type, DayType) or column.type == YEAR:
        return "latest" if is_greatest else "earliest"
    return "highest" if is_greatest else "lowest"


def _list_title(kind: str, relation: str, of: EntityTerm, name: Namer) -> str:
    listing = kind_of(kind).relation(relation).listing
    if listing is None:
        raise TypeError(f"{kind}.{relation} has no list page")
    title = fill(listing.title, reference(of, name))
    return f"{title[0].lower()}{title[1:]}"


def fill(phrase: str, reference: str) -> str:
    """A phrase with its entity; a reference brings an article or pronoun of its own.

    >>> fill("the price of the {}", "this product")
    'the price of this product'
    """
    return phrase.replace("the {}", "{}").format(reference)


def ask(program: ValueTerm, name: Namer, rng: np.random.Generator) -> str:
    """The sentence that asks for the value of a program."""
    if not isinstance(program, Compute):
        return pick(ASKS, rng).format(asked=noun_phrase(program, name))
    phrases = [noun_phrase(operand, name) for operand in program.operands if not isinstance(operand, Rate)]
    asked = pick(_computed(program), rng)
    if len(phrases) != 2 or max(map(len, phrases)) <= _LONG:
        return asked.format(*phrases)
    lettered = pick(_LETTERED, rng).format(*(phrase.rstrip(",") for phrase in phrases))
    return f"{lettered} {asked.format('A', 'B')}"


def noun_phrase(term: ValueTerm, name: Namer) -> str:
    """The phrase for a value that is looked up, such as `the weight of this product in kg`."""
    match term:
        case Ask(of, kind, attribute, period):
            return fill(_phrase(kind_of(kind).attribute(attribute), period), reference(of, name))
        case NameOf(of):
            return f"the name of {reference(of, name)}"
        case Rows(of, kind, relation, column, where):
            heading = kind_of(kind).attribute(column).label
            condition = f", counting only the rows {_condition(where, kind)}," if where else ""
            title = _list_title(kind, relation, of, name)
            return f"the column “{heading}” in the list of the {title}{condition}"
        case Compute(operation, operands):
            phrases = [noun_phrase(operand, name) for operand in operands if not isinstance(operand, Rate)]
            return _RESULTS[operation].format(*phrases)
        case _:
            raise TypeError(f"{term} has no phrase of its own")


_RESULTS = {
    Operation.SUM: "the sum of {}",
    Operation.DIFFERENCE: "the difference between {} and {}",
    Operation.DAYS: "the number of days between {} and {}",
}
"""What a result is called that something else is computed from; none of these is rounded."""


def _condition(where: Where, kind: str) -> str:
    column = kind_of(kind).attribute(where.column)
    is_time = isinstance(column.type, DayType) or column.type == YEAR
    words = ("after", "before") if is_time else ("above", "below")
    return f"whose “{column.label}” is {words[0] if where.is_above else words[1]} {where.bound.text()}"


def _computed(program: Compute) -> tuple[str, ...]:
    match program.operation:
        case Operation.DIFFERENCE if _asks_years(program):
            return (
                "How many years lie between {} and {}?",
                "Take {} and {}. How many years is the one after the other?",
            )
        case Operation.DIFFERENCE:
            return (
                "What is the difference between {} and {}, the smaller taken from the larger?",
                "By how much do {} and {} differ?",
                "Compare {} with {}: how much larger is the larger of the two?",
            )
        case Operation.RATIO:
            return (
                "What is the ratio of {} to {}?",
                "What do you get if you divide {} by {}?",
                "How many times {1} is {0}?",
            )
        case Operation.DAYS:
            return (
                "How many days lie between {} and {}?",
                "How many days passed from the earlier to the later of {} and {}?",
                "Count the days between {} and {}. How many are there?",
            )
        case Operation.WEEKDAY:
            return (
                "What day of the week was {}?",
                "Which weekday was it: {}?",
                "Work out the day of the week of {}.",
            )
        case Operation.CONVERT:
            return (
                "In standard units, at the exchange rate of its currency, how much is {}?",
                "Convert {} into standard units; the exchange rate of its currency says how much of it "
                "one standard unit buys. What does it come to?",
            )
        case Operation.SUM:
            return (
                "What do you get if you add up {}?",
                "What does {} add up to?",
                "Add up {}. What is the sum?",
            )


def _asks_years(program: Compute) -> bool:
    first = program.operands[0]
    if not isinstance(first, Ask):
        return False
    type = kind_of(first.kind).attribute(first.attribute).type
    return type.answer_kind.value == "integer" and not getattr(type, "grouped", True)


# --- in what form -----------------------------------------------------------------------------------


def form(program: ValueTerm, answer: Value) -> str:
    """The form of the answer, which follows from its type."""
    if isinstance(program, Compute) and program.operation in (Operation.RATIO, Operation.CONVERT):
        return "Give a number, rounded to two decimal places."
    # Phrases of attributes name their unit, the heading of a list's column does not.
    unit = (
        f", in {answer.unit}"
        if _adds_rows(program) and isinstance(answer, Integer | Measure) and answer.unit
        else ""
    )
    match answer:
        case Integer():
            return f"Give a whole number{unit}."
        case Measure():
            return f"Give a number{unit}."
        case Money():
            return "Give the amount as a number, in the currency that the page states."
        case Day():
            return "Give the date as YYYY-MM-DD."
        case Choice():
            return "Give the name of the day in English."
        case Name():
            is_code = isinstance(program, Printed)
            return "Give exactly what is written there." if is_code else "Give the name alone."


def _adds_rows(program: ValueTerm) -> bool:
    return any(isinstance(term, Rows) for term in walk(program))
