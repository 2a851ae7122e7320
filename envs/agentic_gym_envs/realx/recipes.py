"""How a program is drawn: which question a casting, a level and a combination of abilities allow.

A `Draft` is a program with what its scene has to show. Drafts are drawn freely here; whether one makes a
fair question for a given cast is decided by `agentic_gym_envs.realx.certificates`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from agentic_gym_envs.questions.compositions import COMPOSED, PAIRED, of_leading
from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.patterns import PATTERNS, Pattern, askable, pick
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
from agentic_gym_envs.world.schema import Attribute, Kind, Periods, Relation
from agentic_gym_envs.world.values import IntegerType, MeasureType, MoneyType


@dataclass(frozen=True, slots=True)
class Stage:
    """A picture to be drawn: what its template shows, and which of that."""

    casting: Casting
    staging: Staging


@dataclass(frozen=True, slots=True)
class Draft:
    """A program, and what each of its pictures has to show."""

    program: ValueTerm
    stages: tuple[Stage, ...]


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
    staging = Staging(len(slots(program)), shown, small | (casting.required - beside))
    return Draft(program, (Stage(casting, staging),))


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


_TWO_PICTURES = 0.6
"""How often a question that computes points into two pictures, where a level has them."""
_THEN = 0.6
"""How often a question asks for an earlier season or patch of what has a history, where a level does."""
_SEASONS = ("2018", "2019", "2020", "2021", "2022", "2023")
_PATCHES = ("1.0", "1.1", "1.2", "2.0")
"""Periods that most histories reach; a candidate whose history does not is thrown away."""


@dataclass(frozen=True, slots=True)
class _Start:
    """A clue in a scene, and the relations from an item to the entity that it identifies."""

    casting: Casting
    subject: Subject
    path: tuple[str, ...]


class _LookUp:
    """Draws a program that starts from entities of a scene, or of two."""

    def __init__(self, casting: Casting, level: Level, flags: Flags, rng: np.random.Generator) -> None:
        self.casting, self.level, self.flags, self.rng = casting, level, flags, rng

    def draft(self) -> Draft | None:
        start = self._start(self.casting, 0)
        if start is None:
            return None
        is_computed = Ability.REASONING in self.flags
        if is_computed and self.level.pictures > 1 and self.rng.random() < _TWO_PICTURES:
            return self._across(start)
        program = self._computed(start.subject) if is_computed else self._asked(start.subject)
        if program is None:
            return None
        return Draft(program, (self._stage(start, len(slots(program))),))

    # --- where it starts ----------------------------------------------------------------------------

    def _start(self, casting: Casting, slot: int) -> _Start | None:
        clues = [
            (field, source.clue, source.path)
            for field, source in casting.sources.items()
            if source.clue is not None
        ]
        if Ability.PERCEPTION not in self.flags and casting.emblem is not None:
            clues.append(("", Clue.EMBLEM, casting.emblem))
        if not clues:
            return None
        field, clue, path = pick(clues, self.rng)
        return _Start(casting, Subject(casting.kind_at(path).name, slot, clue, field), path)

    def _stage(self, start: _Start, anchors: int) -> Stage:
        """The picture in which a clue stands: closely to be looked at, or not."""
        casting, field = start.casting, start.subject.field
        if start.subject.clue is Clue.EMBLEM:
            return Stage(casting, Staging(anchors, casting.bold | casting.required, bears_emblems=True))
        closely = Ability.PERCEPTION in self.flags
        beside = frozenset() if closely else frozenset(_beside(casting, start.path))
        shown = beside | {field} | casting.required
        return Stage(casting, Staging(anchors, shown, shown - beside if closely else frozenset()))

    # --- what it asks -------------------------------------------------------------------------------

    def _asked(self, subject: Subject) -> ValueTerm | None:
        term, kind = self._chain(subject, self._hops())
        options: list[ValueTerm] = [self._ask(term, kind, each) for each in askable(kind)]
        if isinstance(term, Hop):
            options.append(NameOf(term))
        return pick(options, self.rng) if options else None

    def _ask(self, term: EntityTerm, kind: Kind, attribute: Attribute) -> Ask:
        return Ask(term, kind.name, attribute.name, self._period(attribute))

    def _computed(self, subject: Subject) -> ValueTerm | None:
        patterns = list(_patterns(self.level))
        self.rng.shuffle(patterns)
        term, kind = self._chain(subject, self._hops())
        for pattern in patterns:
            program = pattern(term, kind, self.rng)
            if program is not None:
                return program
        return None

    def _across(self, first: _Start) -> Draft | None:
        """A comparison of what the first picture leads to with what a second picture does."""
        second = self._start(pick(CASTINGS, self.rng), 1)
        if second is None:
            return None
        hops = self._hops()
        term, kind = self._chain(first.subject, hops)
        ends = [
            chain
            for length in (hops, hops - 1)
            for chain in chains(second.subject.kind, length)
            if chain[-1].target == kind.name
        ]
        if not ends:
            return None
        other = self._along(second.subject, pick(ends, self.rng))
        program = pick(PAIRED, self.rng)(term, other, kind, self.rng)
        if program is None:
            return None
        return Draft(program, (self._stage(first, 1), self._stage(second, 1)))

    # --- the way there ------------------------------------------------------------------------------

    def _hops(self) -> int:
        fewest, most = self.level.hops
        return int(self.rng.integers(fewest, most + 1))

    def _chain(self, subject: Subject, hops: int) -> tuple[EntityTerm, Kind]:
        """So many relations on, or fewer where the kinds lead no further; each end as likely as another."""
        while not (options := chains(subject.kind, hops)):
            hops -= 1
        end = pick(sorted({chain[-1].target for chain in options if chain} or {subject.kind}), self.rng)
        chain = pick([each for each in options if not each or each[-1].target == end], self.rng)
        return self._along(subject, chain), kind_of(end)

    def _along(self, subject: Subject, chain: tuple[Relation, ...]) -> EntityTerm:
        term: EntityTerm = subject
        kind = subject.kind
        for relation in chain:
            term, kind = Hop(term, kind, relation.name, self._period(relation)), relation.target
        return term

    def _period(self, column: Attribute | Relation) -> str:
        """A period to ask for, or none."""
        if column.dated is None or not self.level.is_tangled or self.rng.random() > _THEN:
            return ""
        return pick(_SEASONS if column.dated.periods is Periods.SEASON else _PATCHES, self.rng)


def _beside(casting: Casting, path: tuple[str, ...]) -> Iterator[str]:
    """Fields that may stand large beside a large clue: they tell of the same entity, and fit anywhere."""
    for field, source in casting.sources.items():
        if source.path == path and field not in casting.roomy:
            yield field


def _patterns(level: Level) -> tuple[Pattern, ...]:
    if level.operations > 1:
        return COMPOSED
    return (*PATTERNS, of_leading) if level.is_tangled else PATTERNS


@cache
def chains(kind: str, hops: int) -> tuple[tuple[Relation, ...], ...]:
    """Every way of so many functional relations on from a kind.

    No kind is met twice but cities and persons, whom so much leads to that there would be no long way.
    """
    return tuple(_chains(kind, hops, (kind,)))


def _chains(kind: str, hops: int, met: tuple[str, ...]) -> Iterator[tuple[Relation, ...]]:
    if not hops:
        yield ()
        return
    for relation in kind_of(kind).relations:
        again = 2 if relation.target in ("city", "person") else 1
        if relation.functional and met.count(relation.target) < again:
            for rest in _chains(relation.target, hops - 1, (*met, relation.target)):
                yield (relation, *rest)
