"""How a question and its photo are drawn; whether they make a fair task is for `certificates` to decide.

What is asked is drawn before it is known whether the photo answers it, so that nothing in a question tells
whether a search is needed: only the note under the picture does.
"""

from dataclasses import dataclass

import numpy as np

from agentic_gym_envs.imagesearch.cards import Card, Cast, Fact, clue_of, facts_about
from agentic_gym_envs.imagesearch.levels import Level
from agentic_gym_envs.imagesearch.settings import NOTE, SETTINGS
from agentic_gym_envs.questions.drafts import follow, kind_at
from agentic_gym_envs.questions.patterns import PATTERNS, askable, pick
from agentic_gym_envs.questions.programs import (
    Ask,
    Compute,
    EntityTerm,
    Hop,
    Printed,
    Subject,
    ValueTerm,
    slots,
)
from agentic_gym_envs.world.kinds import KINDS, kind_of
from agentic_gym_envs.world.schema import Depiction
from agentic_gym_envs.world.world import Entity, World

_ASKED_SHARE = 0.3
"""Share of the other cards whose notes tell what is asked, of whom they show."""
_OTHER_FACTS = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with its photo.

    Attributes:
        program: what is asked, to be looked up.
        fact: what it asks of each picture that it points at.
        cast: the cards in the photo.
    """

    program: ValueTerm
    fact: Fact
    cast: Cast

    @property
    def is_answered(self) -> bool:
        """Whether the notes in the photo answer the question."""
        return all(self.cast.at(slot).fact == self.fact for slot in slots(self.program))

    @property
    def read_off(self) -> ValueTerm:
        """The program of a question that the photo answers: what is asked, read off the notes."""
        return _read_off(self.program)


def _read_off(term: ValueTerm) -> ValueTerm:
    if isinstance(term, Compute):
        return Compute(term.operation, tuple(map(_read_off, term.operands)))
    return Printed(NOTE, slots(term)[0])


def draw_kind(rng: np.random.Generator) -> str:
    """The kind that the pictures show, each domain as likely as another."""
    kinds = [kind for kind in KINDS.values() if kind.depiction is not Depiction.NONE]
    domain = pick(sorted({kind.domain for kind in kinds}), rng)
    return pick([kind.name for kind in kinds if kind.domain == domain], rng)


def draw_draft(
    kind: str, level: Level, world: World, rng: np.random.Generator, *, answered: bool
) -> Draft | None:
    """A draft about pictures of a kind, or `None` where the draw leads nowhere."""
    hops = int(rng.integers(level.hops[0], level.hops[1] + 1))
    trunk = follow(Subject(kind, 0, clue_of(kind_of(kind))), hops, rng)
    if trunk is None:
        return None
    program = (_compared if rng.random() < level.compares else _asked)(trunk, rng)
    if program is None:
        return None
    fact = _fact_of(program, kind)
    return Draft(
        program, fact, _draw_cast(fact, kind, len(slots(program)), level, world, rng, answered=answered)
    )


def _asked(trunk: EntityTerm, rng: np.random.Generator) -> ValueTerm | None:
    kind = kind_of(kind_at(trunk))
    return Ask(trunk, kind.name, pick(askable(kind), rng).name) if askable(kind) else None


def _compared(trunk: EntityTerm, rng: np.random.Generator) -> ValueTerm | None:
    """The same fact of two pictures, compared."""
    for pattern in PATTERNS:
        program = pattern(trunk, kind_of(kind_at(trunk)), rng)
        if program is not None and len(slots(program)) == 2 and _asks_alone(program):
            return program
    return None


def _asks_alone(program: ValueTerm) -> bool:
    return isinstance(program, Compute) and all(isinstance(each, Ask) for each in program.operands)


def _fact_of(program: ValueTerm, kind: str) -> Fact:
    """The fact that a program asks for."""
    ask = program.operands[0] if isinstance(program, Compute) else program
    if not isinstance(ask, Ask):
        raise TypeError(f"{program} asks for no fact")
    path, term = [], ask.of
    while isinstance(term, Hop):
        path.append(term.relation)
        term = term.of
    wanted = tuple(reversed(path)), ask.attribute
    return next(fact for fact in facts_about(kind, len(path)) if (fact.path, fact.attribute) == wanted)


def _draw_cast(
    fact: Fact,
    kind: str,
    pointed: int,
    level: Level,
    world: World,
    rng: np.random.Generator,
    *,
    answered: bool,
) -> Cast:
    setting = pick(list(SETTINGS), rng)
    table = world.of_kind(kind)
    count = min(int(rng.integers(level.cards[0], level.cards[1] + 1)), len(table))
    entities = [table[int(row)] for row in rng.permutation(len(table))[:count]]
    places = tuple(int(place) for place in rng.permutation(count)[:pointed])
    cards = []
    for place, entity in enumerate(entities):
        tells = answered if place in places else rng.random() < _ASKED_SHARE
        cards.append(Card(entity, fact if tells else _other(fact, kind, entity, world, rng)))
    return Cast(setting, world, tuple(cards), places)


def _other(fact: Fact, kind: str, entity: Entity, world: World, rng: np.random.Generator) -> Fact:
    """Another fact, as far away, whose note is no longer than notes may be."""
    longest = SETTINGS["pinboard"].fields[NOTE].max_chars
    others = [each for each in facts_about(kind, len(fact.path)) if each.label != fact.label]
    for place in rng.permutation(len(others))[:_OTHER_FACTS]:
        if len(others[int(place)].note(world, entity)) <= longest:
            return others[int(place)]
    return next(each for each in facts_about(kind, 0) if each.label != fact.label)
