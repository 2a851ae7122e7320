"""How a program is drawn from where it starts: the relations it follows, and what it asks at the end."""

import numpy as np

from agentic_gym_envs.questions.patterns import PATTERNS, askable, pick
from agentic_gym_envs.questions.programs import Ask, EntityTerm, Hop, NameOf, Subject, ValueTerm
from agentic_gym_envs.world.kinds import kind_of


def follow(subject: Subject, hops: int, rng: np.random.Generator) -> Subject | Hop | None:
    """A chain of so many functional relations; `None` where one of its kinds has none to follow."""
    term: Subject | Hop = subject
    kind = kind_of(subject.kind)
    for _ in range(hops):
        relations = [relation for relation in kind.relations if relation.functional]
        if not relations:
            return None
        relation = pick(relations, rng)
        term, kind = Hop(term, kind.name, relation.name), kind_of(relation.target)
    return term


def kind_at(term: EntityTerm) -> str:
    """The name of the kind that a chain of relations leads to."""
    return kind_of(term.kind).relation(term.relation).target if isinstance(term, Hop) else term.kind


def asked(term: EntityTerm, rng: np.random.Generator) -> ValueTerm | None:
    """A fact about where a chain leads, or the name of that; `None` where there is nothing to ask."""
    kind = kind_of(kind_at(term))
    options: list[ValueTerm] = [Ask(term, kind.name, each.name) for each in askable(kind)]
    if isinstance(term, Hop):
        options.append(NameOf(term))
    return pick(options, rng) if options else None


def computed(term: EntityTerm, rng: np.random.Generator) -> ValueTerm | None:
    """Something that has to be computed from facts about where a chain leads."""
    kind = kind_of(kind_at(term))
    for place in rng.permutation(len(PATTERNS)):
        program = PATTERNS[int(place)](term, kind, rng)
        if program is not None:
            return program
    return None
