"""How a question about a photo is put into words: where to look, what is there, what is asked of it."""

from collections.abc import Sequence

import numpy as np

from agentic_gym_envs.imagesearch.recipes import Draft
from agentic_gym_envs.questions.patterns import pick
from agentic_gym_envs.questions.phrases import ask, form
from agentic_gym_envs.questions.programs import EntityTerm, Subject
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.prose import with_article
from agentic_gym_envs.world.schema import Depiction
from agentic_gym_envs.world.values import Value

_ONE = (
    "This is a photo of {situation}. Look at {anchor}: it shows {shown}.",
    "The photo shows {situation}. There is {shown} on {anchor}.",
    "Find {anchor} in this photo of {situation}. What you see there is {shown}.",
    "You see {situation}. Take {anchor}; on it is {shown}.",
)
_TWO = (
    "This is a photo of {situation}. Look at (1) {first}; (2) {second}: each shows {shown}.",
    "The photo shows {situation}. There is {shown} on (1) {first}, and another on (2) {second}.",
    "Find two things in this photo of {situation}: (1) {first}; (2) {second}. On each is {shown}.",
)
_ORDINALS = ("first", "second")


def word_question(draft: Draft, anchors: Sequence[str], answer: Value, rng: np.random.Generator) -> str:
    """The question.

    Args:
        draft: what is asked.
        anchors: for each slot a noun phrase that names its card.
        answer: its type and unit decide the form that is asked for; its value plays no part.
        rng: draws among variants; the same number of draws whatever the anchors are.
    """
    kind = kind_of(draft.cast.at(0).entity.kind)
    noun = with_article(kind.noun)
    shown = f"the emblem of {noun}" if kind.depiction is Depiction.EMBLEM else noun
    situation = draft.cast.template.situation
    if len(anchors) == 1:
        told = pick(_ONE, rng).format(situation=situation, anchor=anchors[0], shown=shown)
        names = [f"this {kind.noun}"]
    else:
        told = pick(_TWO, rng).format(situation=situation, first=anchors[0], second=anchors[1], shown=shown)
        names = [f"the {ordinal} {kind.noun}" for ordinal in _ORDINALS]

    def name(term: EntityTerm) -> str | None:
        return names[term.slot] if isinstance(term, Subject) else None

    return f"{told} {ask(draft.program, name, rng)} {form(draft.program, answer)}"
