"""The algebra of questions: what is pointed at, whom that identifies, where it leads, what is computed.

A program is a tree of terms. Terms of an entity: the `Subject` that an item of the scene shows, and a
`Hop` along a relation. Terms of values: what is `Printed` in the scene, an attribute that one `Ask`s
for, the name of an entity, the `Rows` of a list page, an exchange rate, and what is computed from these. A
program is run over `Facts`, of which there are two: the world's tables, and the rendered pages with the
scene's manifest (`agentic_gym_envs.realx.facts`). What a task requires follows from its program.
"""

import enum
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from agentic_gym_envs.questions.operations import NoFactError, Operation, amount, compute
from agentic_gym_envs.world.values import Money, Name, Value

Entity = TypeVar("Entity")
"""What `Facts` take for an entity: a row of a table, or the address of a page."""


class Ability(enum.StrEnum):
    """What a question needs; the names of RealX-Bench's three columns."""

    PERCEPTION = "perception"
    """Something has to be read that is too small in the picture as it is shown."""
    SEARCH = "search"
    """Something has to be looked up."""
    REASONING = "reasoning"
    """Something has to be computed from several facts, or from a fact in another form."""


class Clue(enum.StrEnum):
    """By what a picture or a question identifies an entity."""

    CODE = "code"
    NAME = "name"
    EMBLEM = "emblem"
    LIKENESS = "likeness"
    """A portrait, or a work of art."""
    DESCRIPTION = "description"
    """What is said of it, and of nobody else."""


# --- terms ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """The entity that an item of the scene shows: Locate, then Identify.

    Attributes:
        kind: name of the entity's kind.
        slot: which of the question's anchors points at the item, counted from 0.
        clue: by what the item identifies it.
        field: the scene's field that holds the clue; empty for an emblem.
    """

    kind: str
    slot: int
    clue: Clue
    field: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """The entity to which a functional relation leads."""

    of: "EntityTerm"
    kind: str
    relation: str
    period: str = ""
    """The season in which it led there; empty for now."""


@dataclass(frozen=True, slots=True)
class Best:
    """The row of a list page with the greatest or the smallest value in a column.

    Attributes:
        of: the entity that the list is about.
        kind: the kind of those that are listed.
        relation: their relation to the entity.
        column: by which they are compared.
        is_greatest: whether the greatest or the smallest value is meant; of dates, the latest or the first.
    """

    of: "EntityTerm"
    kind: str
    relation: str
    column: str
    is_greatest: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """The value that an item's field shows.

    Attributes:
        field: the scene's field.
        slot: which anchor's item; `None` for every item of the scene.
    """

    field: str
    slot: int | None = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """An attribute of an entity of a kind."""

    of: "EntityTerm"
    kind: str
    attribute: str
    period: str = ""
    """The season or patch whose value it is; empty for now."""


@dataclass(frozen=True, slots=True)
class NameOf:
    """The name of the entity to which a hop leads."""

    of: Hop


@dataclass(frozen=True, slots=True)
class Where:
    """Which rows of a list page count: those with more, or less, than a bound in a column."""

    column: str
    is_above: bool
    bound: Value


@dataclass(frozen=True, slots=True)
class Rows:
    """A column of the list page of those whose relation leads to an entity.

    Attributes:
        of: the entity.
        kind: the kind of those that are listed.
        relation: their relation to the entity.
        column: one of their attributes.
        where: which of the rows count; all of them by default.
    """

    of: "EntityTerm"
    kind: str
    relation: str
    column: str
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """The exchange rate, per standard unit, of the currency that an amount of money is given in."""

    of: Ask


@dataclass(frozen=True, slots=True)
class Compute:
    """An operation on all values of its operands, in order."""

    operation: Operation
    operands: tuple["ValueTerm", ...]


EntityTerm: TypeAlias = Subject | Hop | Best
ValueTerm: TypeAlias = Printed | Ask | NameOf | Rows | Rate | Compute
Term: TypeAlias = EntityTerm | ValueTerm


# --- execution --------------------------------------------------------------------------------------


Row: TypeAlias = Mapping[str, Value]
"""A line of a list page: values by attribute."""


class Facts(Protocol[Entity]):
    """What a program is run over. Each method raises `NoFactError` where it knows nothing."""

    def subjects(self, subject: Subject) -> Sequence[Entity]:
        """Every entity that what is visible on the item could mean."""
        ...

    def follow(self, entity: Entity, relation: str, period: str = "") -> Entity:
        """Where a functional relation leads, now or in a period of its history."""
        ...

    def attribute(self, entity: Entity, name: str, period: str = "") -> Value:
        """An entity's attribute, as of now or of a period of its history."""
        ...

    def name(self, entity: Entity) -> Name:
        """An entity's title."""
        ...

    def listed(self, entity: Entity, kind: str, relation: str) -> Sequence[tuple[Entity, Row]]:
        """The list page of those whose relation leads here: each with its columns."""
        ...

    def rate(self, currency: str) -> Value:
        """The exchange rate of the currency with that code."""
        ...

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """What a field of the anchor's item shows, or of every item, in reading order."""
        ...


def answers(program: ValueTerm, facts: Facts[Entity]) -> frozenset[Value]:
    """The program's value under every grounding: one, if the question has one answer.

    Raises:
        NoFactError: a fact is missing under some grounding.
    """
    found = set()
    for values in _alternatives(program, facts):
        if len(values) != 1:
            raise NoFactError(f"a question asks for one value, this one for {len(values)}: {program}")
        found.add(values[0])
    return frozenset(found)


def _alternatives(term: ValueTerm, facts: Facts[Entity]) -> Iterator[tuple[Value, ...]]:
    """The values of a term, once for each grounding of the subjects in it."""
    match term:
        case Printed(field, slot):
            yield tuple(facts.printed(field, slot))
        case Ask(of, _, attribute, period):
            for entity in entities(of, facts):
                yield (facts.attribute(entity, attribute, period),)
        case NameOf(of):
            for entity in entities(of, facts):
                yield (facts.name(entity),)
        case Rows(of, kind, relation):
            for entity in entities(of, facts):
                yield counted(term, [row for _, row in facts.listed(entity, kind, relation)])
        case Rate(of):
            for values in _alternatives(of, facts):
                yield tuple(facts.rate(value.currency) for value in values if isinstance(value, Money))
        case Compute(operation, operands):
            for groups in itertools.product(*(tuple(_alternatives(operand, facts)) for operand in operands)):
                yield (compute(operation, tuple(itertools.chain(*groups))),)


def entities(term: EntityTerm, facts: Facts[Entity]) -> Sequence[Entity]:
    """The entities that a term means, one for each grounding of its subject."""
    match term:
        case Subject():
            return facts.subjects(term)
        case Hop(of, _, relation, period):
            return [facts.follow(entity, relation, period) for entity in entities(of, facts)]
        case Best(of, kind, relation):
            return [best(term, facts.listed(entity, kind, relation)) for entity in entities(of, facts)]


def counted(term: Rows, rows: Sequence[Row]) -> tuple[Value, ...]:
    """The values in a term's column, of those rows of the list that count.

    Raises:
        NoFactError: fewer than two rows count, or all do though there is a condition.
    """
    where = term.where
    meeting = [row for row in rows if where is None or _meets(row[where.column], where)]
    if len(meeting) < 2 or (where is not None and len(meeting) == len(rows)):
        raise NoFactError(f"{len(meeting)} of {len(rows)} rows count")
    return tuple(row[term.column] for row in meeting)


def _meets(value: Value, where: Where) -> bool:
    number, bound = amount(value), amount(where.bound)
    return number > bound if where.is_above else number < bound


def best(term: Best, rows: Sequence[tuple[Entity, Row]]) -> Entity:
    """The row that a term means.

    Raises:
        NoFactError: there are fewer than two rows, two share first place, or they have no common unit.
    """
    if len({getattr(row[term.column], "unit", "") for _, row in rows}) != 1:
        raise NoFactError("rows in different units are not compared")
    ranked = sorted(rows, key=lambda each: amount(each[1][term.column]), reverse=term.is_greatest)
    if len(ranked) < 2 or ranked[0][1][term.column] == ranked[1][1][term.column]:
        raise NoFactError(f"no row of {len(rows)} is ahead of all others")
    return ranked[0][0]


# --- what a program is about ------------------------------------------------------------------------


def walk(term: Term) -> Iterator[Term]:
    """The term and all terms under it."""
    yield term
    if isinstance(term, Compute):
        for operand in term.operands:
            yield from walk(operand)
    elif not isinstance(term, Subject | Printed):
        yield from walk(term.of)


def slots(program: Term) -> tuple[int, ...]:
    """The anchors that a program points at, in order."""
    used = {term.slot for term in walk(program) if isinstance(term, Subject | Printed)}
    return tuple(sorted(slot for slot in used if slot is not None))


def hops(term: Term) -> int:
    """The longest chain of relations."""
    deepest = 0
    while isinstance(term, Hop | Best | Ask | NameOf | Rows | Rate):
        deepest += isinstance(term, Hop | Best)
        term = term.of
    if isinstance(term, Compute):
        deepest += max(map(hops, term.operands))
    return deepest


def operations(program: ValueTerm) -> int:
    """How many things are computed: results, comparisons of rows, and conditions on rows."""
    terms = list(walk(program))
    conditions = sum(isinstance(term, Rows) and term.where is not None for term in terms)
    return conditions + sum(isinstance(term, Compute | Best) for term in terms)


def abilities(program: ValueTerm, small: frozenset[str]) -> frozenset[Ability]:
    """What a program needs, in a scene whose `small` fields cannot be read without a crop."""
    found = set()
    for term in walk(program):
        match term:
            case Subject(field=field) | Printed(field=field) if field in small:
                found.add(Ability.PERCEPTION)
            case Ask() | NameOf() | Rows() | Rate():
                found.add(Ability.SEARCH)
            case Compute() | Best():
                found.add(Ability.REASONING)
    return frozenset(found)


def summary(term: Term) -> str:
    """A stable name for the shape of a program: kinds, relations, attributes and operations, no entities.

    >>> summary(Ask(Hop(Subject("product", 0, Clue.CODE, "code"), "product", "brand"), "brand", "founded"))
    'product by code > brand > founded'
    """
    match term:
        case Subject(kind=kind, clue=clue):
            return f"{kind} by {clue}"
        case Hop(of=of, relation=step, period=period) | Ask(of=of, attribute=step, period=period):
            return f"{summary(of)} > {step}{' then' if period else ''}"
        case Best(of, kind, _, column, is_greatest):
            return f"{summary(of)} > {'most' if is_greatest else 'least'} {column} {kind}"
        case NameOf(of):
            return f"{summary(of)} > name"
        case Rows(of, kind, _, column, where):
            return f"{summary(of)} > {kind} list{' where ' + where.column if where else ''} > {column}"
        case Rate():
            return "rate"
        case Printed(field, slot):
            return f"{'every ' if slot is None else ''}{field}"
        case Compute(operation, operands):
            return f"{operation} of {len(operands)} {summary(operands[0])}"
