"""How a program is put into words: what the picture shows, where to look, what is asked, in what form.

The words name the situation, the anchors and the relations, never a clue or the name of anybody.
Variants are drawn from the task's own generator. An anchor's phrase comes from the drawn scene; a
question can also be worded without it, which certificates use before anything is drawn.
"""

from collections.abc import Sequence

import numpy as np

from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.programs import (
    Ask,
    Clue,
    Compute,
    EntityTerm,
    NameOf,
    Printed,
    Rate,
    Rows,
    Subject,
    ValueTerm,
    walk,
)
from agentic_gym_envs.realx.casting import Casting
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.values import Choice, Day, Integer, Measure, Money, Name, Value

_SITUATIONS = (
    "The picture shows {situation}.",
    "This is a photo of {situation}.",
    "You see {situation} in the picture.",
    "Here is {situation}.",
)
_LOOKS = ("Look at {anchors}", "Find {anchors}", "Take {anchors}", "Consider {anchors}")
_ASKS = (
    "What is {asked}?",
    "Tell me {asked}.",
    "I would like to know {asked}.",
    "Find out {asked}.",
    "State {asked}.",
)
_ORDINALS = ("first", "second", "third")


def word_question(
    program: ValueTerm, casting: Casting, anchors: Sequence[str], answer: Value, rng: np.random.Generator
) -> str:
    """The question.

    Args:
        program: what is asked.
        casting: what the scene shows.
        anchors: for each anchor a noun phrase that names its item.
        answer: its type and unit decide the form that is asked for; its value plays no part.
        rng: draws among variants; the same number of draws whatever the anchors are.
    """
    situation = _pick(_SITUATIONS, rng).format(situation=casting.template.situation)
    look = _pick(_LOOKS, rng).format(anchors=_listed(anchors))
    if any(isinstance(term, Printed) for term in walk(program)):
        body = _read_off(program, casting, look, rng)
    else:
        subjects = {term.slot: term for term in walk(program) if isinstance(term, Subject)}
        body = (
            f"{_identify(subjects[0], casting, look, len(subjects), rng)} {_ask(program, len(subjects), rng)}"
        )
    return f"{situation} {body} {_form(program, answer)}"


def _pick(variants: Sequence[str], rng: np.random.Generator) -> str:
    return variants[int(rng.integers(len(variants)))]


def _listed(anchors: Sequence[str]) -> str:
    """Anchors in a sentence; their phrases hold commas, so that they are told apart by number."""
    if len(anchors) == 1:
        return anchors[0]
    return "; ".join(f"({number}) {anchor}" for number, anchor in enumerate(anchors, start=1))


# --- what the picture alone answers -----------------------------------------------------------------


def _read_off(program: ValueTerm, casting: Casting, look: str, rng: np.random.Generator) -> str:
    fields = {term.field for term in walk(program) if isinstance(term, Printed)}
    what = casting.template.fields[min(fields)].what
    if isinstance(program, Printed):
        return f"{look}. {_pick(_ASKS, rng).format(asked=what)}"
    if not isinstance(program, Compute):
        raise TypeError(f"a picture does not answer {program}")
    count = len(program.operands)
    match program.operation:
        case Operation.SUM if count == 1:
            variants = (
                "Read {what} for every item in the picture. What do all these numbers add up to?",
                "If you add up {what} over all items of the picture, what do you get?",
            )
            return _pick(variants, rng).format(what=what)
        case Operation.SUM:
            variants = (
                "{look}. What do the numbers come to together if you add {what} of each?",
                "{look}. Read {what} for each of them and add the numbers up. What is the sum?",
            )
        case Operation.DIFFERENCE:
            variants = (
                "{look}. Read {what} for both. What is the difference of the two numbers?",
                "{look}. By how much do the two differ in {what}?",
            )
        case _:
            variants = (
                "{look}. Read {what} for both. What is the first number divided by the second?",
                "{look}. What is the ratio of the first to the second in {what}?",
            )
    return _pick(variants, rng).format(look=look, what=what)


# --- who is meant -----------------------------------------------------------------------------------


def _identify(subject: Subject, casting: Casting, look: str, count: int, rng: np.random.Generator) -> str:
    """The sentence that says where the clue is and what it is a clue to."""
    kind = kind_of(subject.kind)
    noun = f"{_article(kind.noun)} {kind.noun}"
    each = "" if count == 1 else "in each case, "
    match subject.clue:
        case Clue.CODE:
            what = casting.template.fields[subject.field].what
            variants = (
                f"{look}: {each}{what} is the {kind.code_label} of {noun}.",
                f"{look}. {_capital(each + what)} belongs to {noun} and is its {kind.code_label}.",
            )
            if kind.code_label in what:
                variants = (
                    f"{look}: {each}{what} identifies {noun}.",
                    f"{look}. {_capital(each + what)} is that of {noun}.",
                )
        case Clue.NAME:
            what = casting.template.fields[subject.field].what
            variants = (
                f"{look}: {each}{what} tells you which {kind.noun} is meant.",
                f"{look}. {_capital(each + what)} names {noun}.",
            )
        case Clue.EMBLEM:
            variants = (
                f"{look}: {each}the emblem on it is that of {noun}.",
                f"{look}: {each}it bears the emblem of {noun}.",
            )
    return _pick(variants, rng)


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _reference(term: EntityTerm, count: int) -> str:
    """The phrase for an entity, such as `the brand that makes the first product`."""
    if isinstance(term, Subject):
        noun = kind_of(term.kind).noun
        return f"this {noun}" if count == 1 else f"the {_ORDINALS[term.slot]} {noun}"
    return _fill(kind_of(term.kind).relation(term.relation).phrase, _reference(term.of, count))


def _fill(phrase: str, reference: str) -> str:
    """A phrase with its entity; a reference brings an article or pronoun of its own.

    >>> _fill("the price of the {}", "this product")
    'the price of this product'
    """
    return phrase.replace("the {}", "{}").format(reference)


# --- what is asked ----------------------------------------------------------------------------------


def _ask(program: ValueTerm, count: int, rng: np.random.Generator) -> str:
    if not isinstance(program, Compute):
        return _pick(_ASKS, rng).format(asked=_noun_phrase(program, count))
    phrases = [_noun_phrase(operand, count) for operand in program.operands if not isinstance(operand, Rate)]
    return _pick(_computed(program), rng).format(*phrases)


def _noun_phrase(term: ValueTerm, count: int) -> str:
    match term:
        case Ask(of, kind, attribute):
            return _fill(kind_of(kind).attribute(attribute).phrase, _reference(of, count))
        case NameOf(of):
            return f"the name of {_reference(of, count)}"
        case Rows(of, kind, relation, column):
            listing = kind_of(kind).relation(relation).listing
            if listing is None:
                raise TypeError(f"{kind}.{relation} has no list page")
            title = _fill(listing.title, _reference(of, count))
            heading = kind_of(kind).attribute(column).label
            return f"the column “{heading}” in the list of the {title[0].lower()}{title[1:]}"
        case _:
            raise TypeError(f"{term} has no phrase of its own")


def _computed(program: Compute) -> tuple[str, ...]:
    match program.operation:
        case Operation.DIFFERENCE if _asks_years(program):
            return (
                "How many years lie between {} and {}?",
                "Take {} and {}. How many years is the one after the other?",
            )
        case Operation.DIFFERENCE:
            return (
                "What is the difference between {} and {}?",
                "By how much do {} and {} differ?",
            )
        case Operation.RATIO:
            return ("What is the ratio of {} to {}?", "What do you get if you divide {} by {}?")
        case Operation.DAYS:
            return (
                "How many days lie between {} and {}?",
                "How many days passed from the earlier to the later of {} and {}?",
            )
        case Operation.WEEKDAY:
            return ("What day of the week was {}?", "On which weekday did it fall: {}?")
        case Operation.CONVERT:
            return (
                "In standard units, at the exchange rate of its currency, how much is {}?",
                "Convert {} into standard units; the exchange rate of its currency says how much of it "
                "one standard unit buys. What does it come to?",
            )
        case Operation.SUM:
            return ("What do you get if you add up {}?", "What does {} add up to?")


def _asks_years(program: Compute) -> bool:
    first = program.operands[0]
    if not isinstance(first, Ask):
        return False
    type = kind_of(first.kind).attribute(first.attribute).type
    return type.answer_kind.value == "integer" and not getattr(type, "grouped", True)


# --- in what form -----------------------------------------------------------------------------------


def _form(program: ValueTerm, answer: Value) -> str:
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
