"""How FineGrain's questions are worded: several phrasings of each."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from agentic_gym_envs.finegrain.crowds import Style
from agentic_gym_envs.finegrain.levels import Asked
from agentic_gym_envs.finegrain.questions import Description, Question

_OPENINGS = (
    "The picture shows {situation}. ",
    "This is {situation}. ",
    "You see {situation}. ",
    "Here is {situation}. ",
    "",
)
_CROWD: Mapping[Asked, tuple[str, ...]] = MappingProxyType(
    {
        Asked.COLOUR: (
            "In {place} {a} there is a {thing} with the number {n} {printed}. What colour is it?",
            "What is the colour of the {thing} numbered {n} in {place} {a}?",
            "Find the {thing} in {place} {a} that has {n} {printed}: which colour does it have?",
            "Someone is looking for {thing} number {n}, which is in {place} {a}. Tell them its colour.",
        ),
        Asked.IDENTIFY: (
            "Look at {place} {a}. Which number does the only {x} have {printed}?",
            "In {place} {a} there is just one {x}. Which number does it have {printed}?",
            "{Place} {a} holds exactly one {x}. Read the number {printed}.",
            "In {place} {a}, which number belongs to the one {x}?",
        ),
        Asked.SIDE: (
            "In {place} {a}, is the {thing} numbered {n} further to the left or to the right in the picture "
            "than the {thing} numbered {m}?",
            "Look at the {thing}s with the numbers {n} and {m} in {place} {a}. Is the first of them to the "
            "left or to the right of the second?",
            "Seen from {thing} {m} in {place} {a}, on which side of the picture is {thing} {n}: left or "
            "right?",
        ),
        Asked.SUM: (
            "Add up the numbers of all {xs} in {place} {a}. What is the sum?",
            "What do the numbers on the {xs} in {place} {a} come to together?",
            "Several {xs} are in {place} {a}. What is the total of their numbers?",
        ),
        Asked.COUNT: (
            "How many {xs} are there in the whole picture?",
            "Count the {xs} in all {places} together.",
            "Over all {places}, what is the number of {xs}?",
            "Somebody has to know how many {xs} there are here in total. How many?",
        ),
        Asked.DIFFERENCE: (
            "{Place} {a} has only one {x}, and {place} {b} has only one {y}. What is the difference between "
            "their numbers?",
            "Two numbers are needed: from {place} {a} that of the only {x}, and from {place} {b} that of the "
            "only {y}. By how much do they differ?",
            "In {place} {a}, find the one {x}; in {place} {b}, the one {y}. How far apart are their numbers?",
        ),
        Asked.MOST: (
            "Which {place} has the most {xs}?",
            "Compare all {places}: which one holds the greatest number of {xs}?",
            "In which of the {places} are there more {xs} than in any other?",
        ),
    }
)
_SCENE: Mapping[Asked, tuple[str, ...]] = MappingProxyType(
    {
        Asked.READ: (
            "Look at {x}. What is {what}?",
            "What can be read on {x}, as {what}?",
            "Read {what} of {x}.",
            "Find {x} and give {what}.",
        ),
        Asked.FIRST: (
            "Look at {x} and at {y}. For each, read {what}. Which of the two comes first in alphabetical "
            "order?",
            "Two things are to be sorted by {what}, from A to Z: {x}, and {y}. What is written on the one "
            "that comes first?",
            "Compare {what} on {x} with that on {y}, in alphabetical order. Give the earlier one.",
        ),
    }
)
_FORMS: Mapping[Asked, tuple[str, ...]] = MappingProxyType(
    {
        Asked.READ: ("Give it as it is printed.", "Answer with the code alone."),
        Asked.FIRST: ("Answer with that code alone.", "Give it as it is printed."),
        Asked.COLOUR: ("Answer with one of: {choices}.", "Choose from {choices}."),
        Asked.SIDE: ("Answer left or right.", "Say left or right."),
        Asked.MOST: ("Answer with its letter.", "Give the letter."),
    }
)
_NUMBER_FORMS = ("Give a whole number.", "Answer with a number.")


def word_crowd(style: Style, question: Question, rng: np.random.Generator) -> str:
    """A question about a crowd."""
    described = [_singular(style, description) for description in question.descriptions]
    plurals = [_plural(style, description) for description in question.descriptions]
    words = {
        "thing": style.thing,
        "place": style.place,
        "Place": style.place.capitalize(),
        "places": f"{style.place}s",
        "printed": style.printed,
        **dict(zip("ab", question.letters, strict=False)),
        **dict(zip("nm", map(str, question.numbers), strict=False)),
        **dict(zip("xy", described, strict=False)),
        **dict(zip(("xs", "ys"), plurals, strict=False)),
        "choices": ", ".join(question.choices),
    }
    return _worded(_CROWD[question.asked], question.asked, style.situation, words, rng)


def word_scene(
    asked: Asked, situation: str, what: str, phrases: Sequence[str], rng: np.random.Generator
) -> str:
    """A question about things of a scene, which the phrases point at."""
    words = {"what": what, **dict(zip("xy", phrases, strict=False))}
    return _worded(_SCENE[asked], asked, situation, words, rng)


def _worded(
    phrasings: Sequence[str],
    asked: Asked,
    situation: str,
    words: Mapping[str, str],
    rng: np.random.Generator,
) -> str:
    opening, phrasing, form = (
        options[int(rng.integers(len(options)))]
        for options in (_OPENINGS, phrasings, _FORMS.get(asked, _NUMBER_FORMS))
    )
    return f"{opening}{phrasing} {form}".format(situation=situation, **words)


def _singular(style: Style, description: Description) -> str:
    pose = f" {style.poses[description.pose]}" if description.pose else ""
    return f"{description.colour} {style.kinds[description.kind][0]}{pose}"


def _plural(style: Style, description: Description) -> str:
    return f"{description.colour} {style.kinds[description.kind][1]}"
