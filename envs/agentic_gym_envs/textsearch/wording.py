"""How a question in words says whom it starts from; the rest is said by `questions.phrases`."""

from collections.abc import Mapping, Sequence

import numpy as np

from agentic_gym_envs.questions.drafts import kind_at
from agentic_gym_envs.questions.patterns import pick
from agentic_gym_envs.questions.phrases import Namer, ask, fill, form
from agentic_gym_envs.questions.programs import EntityTerm, Hop, Subject, hops
from agentic_gym_envs.textsearch.recipes import Draft
from agentic_gym_envs.textsearch.starts import Coded, Extreme, Listed, Named, Owner, Related, Row, Start
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.values import Day, DayType, Value

_NAMED = ("the {noun} {name}", "the {noun} called {name}", "the {noun} named {name}")
_CODED = (
    "the {noun} with the {label} {code}",
    "the {noun} whose {label} is {code}",
    "the {noun} that has {code} as its {label}",
)
_RELATED = (
    "the {noun} whose {relation} is {owner}",
    "the {noun} that has {owner} as its {relation}",
    "the only {noun} with {owner} as {relation}",
)
_ROW = (
    "the {noun} that has {value} under “{column}” in the list of the {title}",
    "the {noun} that the list of the {title} gives {value} for “{column}”",
    "the {noun} in the list of the {title} with {value} as “{column}”",
)
_EXTREME = (
    "the {noun} with the {end} “{column}” in the list of the {title}",
    "the {noun} in the list of the {title} that has the {end} “{column}”",
    "the {noun} with the {end} value for “{column}” in the list of the {title}",
)
_ENDS: Mapping[tuple[bool, bool], str] = {
    (False, True): "highest",
    (False, False): "lowest",
    (True, True): "latest",
    (True, False): "earliest",
}
"""What the end of a column is called, by whether it holds dates and whether it is the upper one."""
_ONE = (
    "Start from {start}. Find {ways}.",
    "Take {start}, and find {ways}.",
    "Begin with {start}. Go on to {ways}.",
    "First look up {start}; after that, {ways}.",
)
_TWO = (
    "Start from two: (1) {first}; (2) {second}. For each, find {ways}.",
    "Take (1) {first} and (2) {second}. From each, go on to {ways}.",
    "Compare two. One comes from {first}, the other from {second}: in both cases find {ways}.",
)
_NESTED_HOPS = 2
"""More relations than these are told one after another."""
_OPENINGS = ("", "", "", "Search the pages for this. ", "Look it up: ", "A question about this world. ")


def word_question(draft: Draft, answer: Value, rng: np.random.Generator, *, regular: bool = False) -> str:
    """The question.

    Args:
        draft: what is asked.
        answer: its type and unit decide the form that is asked for; its value plays no part.
        rng: draws among variants.
        regular: whether it does without an opening, and names are given in one way.
    """
    phrases = [_phrase(start, rng, regular=regular) for start in draft.starts]
    far = hops(draft.trunk)
    if far > _NESTED_HOPS or (far == _NESTED_HOPS and rng.random() < 0.5):
        body = _step_by_step(draft, phrases, rng)
    else:
        opening = "" if regular else pick(_OPENINGS, rng)
        body = opening + ask(draft.program, _by_slot(phrases), rng)
    return f"{body} {form(draft.program, answer)}"


def _by_slot(phrases: Sequence[str]) -> Namer:
    def name(term: EntityTerm) -> str | None:
        return phrases[term.slot] if isinstance(term, Subject) else None

    return name


def _step_by_step(draft: Draft, phrases: Sequence[str], rng: np.random.Generator) -> str:
    """The way to what is asked about in sentences of its own, since nested clauses get hard to read."""
    end = kind_of(kind_at(draft.trunk)).noun
    ways = _steps(draft.trunk)
    if len(phrases) == 1:
        told = pick(_ONE, rng).format(start=phrases[0], ways=", then ".join(ways))
        ends = [f"this {end}"]
    else:
        told = pick(_TWO, rng).format(first=phrases[0], second=phrases[1], ways=", then ".join(ways))
        ends = [f"the first {end}", f"the second {end}"]

    def name(term: EntityTerm) -> str | None:
        return ends[_slot(term)] if hops(term) == hops(draft.trunk) else None

    return f"{told} {ask(draft.program, name, rng)}"


def _steps(term: EntityTerm) -> list[str]:
    """Each relation of a chain as a noun phrase about what the one before leads to."""
    if not isinstance(term, Hop):
        return []
    phrase = kind_of(term.kind).relation(term.relation).phrase
    return [*_steps(term.of), fill(phrase, f"this {kind_of(term.kind).noun}")]


def _slot(term: EntityTerm) -> int:
    return term.slot if isinstance(term, Subject) else _slot(term.of)


def _phrase(start: Start, rng: np.random.Generator, *, regular: bool) -> str:
    if isinstance(start, Named | Coded):
        return _known(start, rng, regular=regular)
    owner = _known(start.owner, rng, regular=regular)
    match start:
        case Related(of, relation):
            kind = kind_of(of)
            label = kind.relation(relation).label.lower()
            return pick(_RELATED, rng).format(noun=kind.noun, relation=label, owner=owner)
        case Row(value=value):
            style = 0 if not isinstance(value, Day) else int(rng.integers(3))
            return pick(_ROW, rng).format(value=value.text(style), **_parts(start, owner))
        case Extreme(kind, _, _, column, highest):
            is_date = isinstance(kind_of(kind).attribute(column).type, DayType)
            return pick(_EXTREME, rng).format(end=_ENDS[is_date, highest], **_parts(start, owner))


def _known(start: Owner, rng: np.random.Generator, *, regular: bool) -> str:
    kind = kind_of(start.kind)
    if isinstance(start, Named):
        return pick(_NAMED[:1] if regular else _NAMED, rng).format(noun=kind.noun, name=start.name)
    return pick(_CODED, rng).format(noun=kind.noun, label=kind.code_label, code=start.code)


def _parts(start: Listed, owner: str) -> dict[str, str]:
    """What the phrase for a row of a list page is made of."""
    kind = kind_of(start.kind)
    listing = kind.relation(start.relation).listing
    title = fill(listing.title, owner) if listing else ""
    column = kind.attribute(start.column).label
    return {"noun": kind.noun, "column": column, "title": title[0].lower() + title[1:]}
