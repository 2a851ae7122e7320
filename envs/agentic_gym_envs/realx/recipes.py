"""How a program is drawn: which question a casting, a level and a combination of abilities allow.

A `Draft` is a program with what its scene has to show. Drafts are drawn freely here; whether one makes a
fair question for a given cast is decided by `agentic_gym_envs.realx.certificates`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.patterns import PATTERNS, askable, pick
from agentic_gym_envs.questions.programs import (
    Ability,
    Ask,
    Clue,
    Compute,
    EntityTerm,
    Hop,
    NameOf,
    Printed,
    Subject,
    ValueTerm,
    slots,
)
from agentic_gym_envs.realx.casting import CASTINGS, Casting
from agentic_gym_envs.realx.casts import Staging
from agentic_gym_envs.realx.levels import Flags, Level
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.schema import Kind
from agentic_gym_envs.world.values import IntegerType, MeasureType, MoneyType


@dataclass(frozen=True, slots=True)
class Draft:
    """A program, and what its scene has to show."""

    program: ValueTerm
    staging: Staging


def draw_casting(flags: Flags, rng: np.random.Generator) -> Casting:
    """A casting that allows questions with these abilities, each domain as likely as another."""
    able = [casting for casting in CASTINGS if Ability.SEARCH in flags or _fields_to_read(casting, flags)]
    domain = pick(sorted({casting.template.domain for casting in able}), rng)
    return pick([casting for casting in able if casting.template.domain == domain], rng)


def draw_draft(casting: Casting, level: Level, flags: Flags, rng: np.random.Generator) -> Draft | None:
    """A draft that needs exactly these abilities, or `None` where the draw leads nowhere."""
    if Ability.SEARCH in flags:
        return _LookUp(casting, level, flags, rng).draft()
    return _reading(casting, flags, rng)


# --- questions that the picture alone answers -------------------------------------------------------


def _reading(casting: Casting, flags: Flags, rng: np.random.Generator) -> Draft:
    """What a field says, or what the numbers of several items come to."""
    closely = Ability.PERCEPTION in flags
    field = pick(_fields_to_read(casting, flags), rng)
    program = _sum_up(field, rng) if Ability.REASONING in flags else Printed(field)
    # Beside a small text stands none that would lead to the same fact by a search.
    beside = frozenset() if closely else frozenset(casting.sources) - frozenset(casting.roomy)
    small = frozenset({field}) if closely else frozenset()
    shown = beside | {field} | casting.required
    return Draft(program, Staging(len(slots(program)), shown, small | (casting.required - beside)))


def _fields_to_read(casting: Casting, flags: Flags) -> list[str]:
    """The fields that such a question may ask for.

    They are numbers, if it computes, and not what is large by nature, if it has to be looked at closely.
    """
    large = casting.bold if Ability.PERCEPTION in flags else frozenset()
    readable = [name for name, source in casting.sources.items() if not source.is_score and name not in large]
    return [name for name in readable if Ability.REASONING not in flags or _summable(casting, name)]


def _summable(casting: Casting, field: str) -> bool:
    return casting.sources[field].clue is None and isinstance(
        casting.attribute(field).type, IntegerType | MeasureType | MoneyType
    )


def _sum_up(field: str, rng: np.random.Generator) -> Compute:
    match int(rng.integers(4)):
        case 0:
            return Compute(Operation.SUM, (Printed(field, None),))
        case 1:
            return Compute(Operation.DIFFERENCE, (Printed(field, 0), Printed(field, 1)))
        case 2:
            return Compute(Operation.RATIO, (Printed(field, 0), Printed(field, 1)))
        case _:
            return Compute(Operation.SUM, tuple(Printed(field, slot) for slot in range(3)))


# --- questions that have to be looked up ------------------------------------------------------------


class _LookUp:
    """Draws a program that starts from an entity of the scene."""

    def __init__(self, casting: Casting, level: Level, flags: Flags, rng: np.random.Generator) -> None:
        self.casting, self.level, self.flags, self.rng = casting, level, flags, rng

    def draft(self) -> Draft | None:
        start = self._subject()
        if start is None:
            return None
        subject, path = start
        program = self._program(subject)
        if program is None:
            return None
        anchors = len(slots(program))
        if subject.clue is Clue.EMBLEM:
            decor = self.casting.bold | self.casting.required
            return Draft(program, Staging(anchors, decor, bears_emblems=True))
        closely = Ability.PERCEPTION in self.flags
        beside = frozenset() if closely else frozenset(self._beside(path))
        shown = beside | {subject.field} | self.casting.required
        small = shown - beside if closely else frozenset()
        return Draft(program, Staging(anchors, shown, small))

    def _subject(self) -> tuple[Subject, tuple[str, ...]] | None:
        """A clue in the scene, and the relations from the item to the entity it identifies."""
        sources = self.casting.sources
        clues = [
            (field, source.clue, source.path) for field, source in sources.items() if source.clue is not None
        ]
        if Ability.PERCEPTION not in self.flags and self.casting.emblem is not None:
            clues.append(("", Clue.EMBLEM, self.casting.emblem))
        if not clues:
            return None
        field, clue, path = pick(clues, self.rng)
        return Subject(self.casting.kind_at(path).name, 0, clue, field), path

    def _beside(self, path: tuple[str, ...]) -> Iterator[str]:
        """Fields that may stand large beside a large clue: they tell of the same entity, and fit anywhere."""
        for field, source in self.casting.sources.items():
            if source.path == path and field not in self.casting.roomy:
                yield field

    def _program(self, subject: Subject) -> ValueTerm | None:
        fewest, most = self.level.hops
        hops = int(self.rng.integers(fewest, most + 1))
        term, kind = self._hop(subject, hops)
        if Ability.REASONING not in self.flags:
            return self._asked(term, kind)
        patterns = list(PATTERNS)
        self.rng.shuffle(patterns)
        for pattern in patterns:
            program = pattern(term, kind, self.rng)
            if program is not None:
                return program
        return None

    def _hop(self, term: EntityTerm, hops: int) -> tuple[EntityTerm, Kind]:
        kind = kind_of(term.kind)
        for _ in range(hops):
            relations = [relation for relation in kind.relations if relation.functional]
            if not relations:
                break
            relation = pick(relations, self.rng)
            term, kind = Hop(term, kind.name, relation.name), kind_of(relation.target)
        return term, kind

    def _asked(self, term: EntityTerm, kind: Kind) -> ValueTerm | None:
        options: list[ValueTerm] = [Ask(term, kind.name, each.name) for each in askable(kind)]
        if isinstance(term, Hop):
            options.append(NameOf(term))
        return pick(options, self.rng) if options else None
