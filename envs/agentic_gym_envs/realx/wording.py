"""How a program is put into words: what the picture shows, where to look, what is asked, in what form.

The words name the situation, the anchors and the relations, never a clue or the name of anybody.
Variants are drawn from the task's own generator. An anchor's phrase comes from the drawn scene; a
question can also be worded without it, which certificates use before anything is drawn.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.patterns import pick
from agentic_gym_envs.questions.phrases import ASKS, Namer, ask, form
from agentic_gym_envs.questions.programs import Clue, Compute, EntityTerm, Printed, Subject, ValueTerm, walk
from agentic_gym_envs.realx.casting import Casting
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.prose import with_article
from agentic_gym_envs.world.values import Value

_SITUATIONS = (
    "The picture shows {situation}.",
    "This is a photo of {situation}.",
    "You see {situation} in the picture.",
    "Here is {situation}.",
    "Somebody took a photo of {situation}.",
    "In front of you is a picture of {situation}.",
)
_TWO_SITUATIONS = (
    "image_1 shows {0}, image_2 {1}.",
    "There are two pictures: {0} (image_1) and {1} (image_2).",
    "You see {0} in image_1 and {1} in image_2.",
    "Two photos belong to this question: image_1 is of {0}, image_2 of {1}.",
)
_LOOKS = (
    "Look at {anchors}",
    "Find {anchors}",
    "Take {anchors}",
    "Consider {anchors}",
    "Start from {anchors}",
    "This is about {anchors}",
)
_ORDINALS = ("first", "second", "third")


def word_question(
    program: ValueTerm,
    castings: Sequence[Casting],
    anchors: Sequence[str],
    answer: Value,
    rng: np.random.Generator,
    rule: str = "",
) -> str:
    """The question.

    Args:
        program: what is asked.
        castings: what each picture shows; with two of them, each has one anchor.
        anchors: for each anchor a noun phrase that names its item.
        answer: its type and unit decide the form that is asked for; its value plays no part.
        rng: draws among variants; the same number of draws whatever the anchors are.
        rule: which of two pages that disagree is to be believed, where that is part of the question.
    """
    look = pick(_LOOKS, rng).format(anchors=_listed(anchors, len(castings)))
    if any(isinstance(term, Printed) for term in walk(program)):
        body = _read_off(program, castings[0], look, rng)
    else:
        subjects = [term for term in walk(program) if isinstance(term, Subject)]
        starts = sorted({term.slot: term for term in subjects}.items())
        meant = _identify([start for _, start in starts], castings, look, rng)
        body = f"{meant} {ask(program, _namer([start for _, start in starts]), rng)}"
    return _ordered(_situation(castings, rng), body, form(program, answer), rule, rng)


def _situation(castings: Sequence[Casting], rng: np.random.Generator) -> str:
    scenes = [casting.template.situation for casting in castings]
    if len(scenes) == 1:
        return pick(_SITUATIONS, rng).format(situation=scenes[0])
    return pick(_TWO_SITUATIONS, rng).format(*scenes)


def _ordered(situation: str, body: str, form: str, rule: str, rng: np.random.Generator) -> str:
    """The sentences in one of the orders in which people say such things."""
    orders = (
        (situation, body, rule, form),
        (situation, rule, body, form),
        (form, situation, body, rule),
        (situation, form, body, rule),
        (rule, situation, body, form),
    )
    return " ".join(filter(None, pick(orders, rng)))


def _listed(anchors: Sequence[str], pictures: int) -> str:
    """Anchors in a sentence; their phrases hold commas, so that they are told apart by number."""
    if len(anchors) == 1:
        return anchors[0]
    places = [f"in image_{number}, " if pictures > 1 else "" for number in range(1, len(anchors) + 1)]
    numbered = enumerate(zip(places, anchors, strict=True), start=1)
    return "; ".join(f"({number}) {place}{anchor}" for number, (place, anchor) in numbered)


# --- what the picture alone answers -----------------------------------------------------------------


def _read_off(program: ValueTerm, casting: Casting, look: str, rng: np.random.Generator) -> str:
    fields = {term.field for term in walk(program) if isinstance(term, Printed)}
    what = casting.template.fields[min(fields)].what
    if isinstance(program, Printed):
        return f"{look}. {pick(ASKS, rng).format(asked=what)}"
    if not isinstance(program, Compute):
        raise TypeError(f"a picture does not answer {program}")
    count = len(program.operands)
    match program.operation:
        case Operation.SUM if count == 1:
            variants = (
                "Read {what} for every item in the picture. What do all these numbers add up to?",
                "If you add up {what} over all items of the picture, what do you get?",
            )
            return pick(variants, rng).format(what=what)
        case Operation.SUM:
            variants = (
                "{look}. What do the numbers come to together if you add {what} of each?",
                "{look}. Read {what} for each of them and add the numbers up. What is the sum?",
            )
        case Operation.DIFFERENCE:
            variants = (
                "{look}. Read {what} for both. What is the larger of the two numbers minus the smaller?",
                "{look}. Compare {what} of the two: by how much is one number larger than the other?",
            )
        case _:
            variants = (
                "{look}. Read {what} for both. What is the first number divided by the second?",
                "{look}. For each of the two there is a number: {what}. Divide that of the first by that of "
                "the second. What do you get?",
            )
    return pick(variants, rng).format(look=look, what=what)


# --- who is meant -----------------------------------------------------------------------------------


def _identify(
    subjects: Sequence[Subject], castings: Sequence[Casting], look: str, rng: np.random.Generator
) -> str:
    """The sentences that say where the clues are and what they are clues to."""
    first, last = subjects[0], subjects[-1]
    if castings[0] == castings[-1] and replace(last, slot=first.slot) == first:
        each = "" if len(subjects) == 1 else "in each case, "
        clue = _clue(first, castings[0], rng)
        return pick((f"{look}: {each}{clue}.", f"{look}. {_capital(each + clue)}."), rng)
    clues = [_clue(subject, castings[-1 if subject.slot else 0], rng) for subject in subjects]
    return f"{look}. For (1), {clues[0]}; for (2), {clues[-1]}."


def _clue(subject: Subject, casting: Casting, rng: np.random.Generator) -> str:
    """What there is to be seen on an item, and whom that identifies."""
    kind = kind_of(subject.kind)
    noun = with_article(kind.noun)
    if subject.clue is Clue.EMBLEM:
        return pick((f"the emblem on it is that of {noun}", f"it bears the emblem of {noun}"), rng)
    what = casting.template.fields[subject.field].what
    if subject.clue is Clue.NAME:
        return pick((f"{what} tells you which {kind.noun} is meant", f"{what} names {noun}"), rng)
    if kind.code_label in what:
        return pick((f"{what} identifies {noun}", f"{what} is that of {noun}"), rng)
    label = kind.code_label
    return pick((f"{what} is the {label} of {noun}", f"{what} belongs to {noun} and is its {label}"), rng)


def _namer(subjects: Sequence[Subject]) -> Namer:
    """`this product` where the question points at one of a kind, `the second product` where at several."""
    alone = len({subject.kind for subject in subjects}) == len(subjects)

    def name(term: EntityTerm) -> str | None:
        if not isinstance(term, Subject):
            return None
        noun = kind_of(term.kind).noun
        return f"this {noun}" if alone else f"the {_ORDINALS[term.slot]} {noun}"

    return name


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
