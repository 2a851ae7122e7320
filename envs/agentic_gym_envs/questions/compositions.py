"""Patterns that compute twice: a result of results, or one about the row of a table that stands out."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.patterns import (
    PATTERNS,
    Pattern,
    adds_up,
    askable,
    at_slot,
    compared,
    listed_columns,
    of_type,
    pick,
)
from agentic_gym_envs.questions.programs import (
    Ask,
    Best,
    Compute,
    EntityTerm,
    Hop,
    Rate,
    Rows,
    ValueTerm,
    Where,
)
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.schema import Attribute, Kind, Spread
from agentic_gym_envs.world.values import ChoiceType, DayType, MoneyType, NameType

PairPattern: TypeAlias = Callable[[EntityTerm, EntityTerm, Kind, np.random.Generator], ValueTerm | None]
"""Like a `Pattern`, about two entities of one kind."""


def leading(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> tuple[Best, Kind] | None:
    """The row of a list page about an entity that leads it in some column."""
    columns = [each for each in listed_columns(kind) if not isinstance(each[2].type, ChoiceType | NameType)]
    if not columns:
        return None
    source, relation, column = pick(columns, rng)
    return Best(term, source.name, relation.name, column.name, bool(rng.integers(2))), source


def of_leading(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """A fact about the row that leads a list, but not the one by which it does."""
    found = leading(term, kind, rng)
    if found is None:
        return None
    row, source = found
    options = [each for each in askable(source) if each.name != row.column]
    return Ask(row, source.name, pick(options, rng).name) if options else None


def _computed_of_leading(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """Something computed about the row that leads a list."""
    found = leading(term, kind, rng)
    return None if found is None else pick(PATTERNS[1:], rng)(*found, rng)


def _filtered_total(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """The sum of a column over those rows of a list that are on one side of a bound."""
    columns = [each for each in listed_columns(kind) if adds_up(each[2])]
    if not columns:
        return None
    source, relation, column = pick(columns, rng)
    bounds = [each for each in listed_columns(kind) if each[:2] == (source, relation) and _can_bound(each[2])]
    if not bounds:
        return None
    where = _drawn_bound(pick(bounds, rng)[2], rng)
    return Compute(Operation.SUM, (Rows(term, source.name, relation.name, column.name, where),))


def _can_bound(attribute: Attribute) -> bool:
    return isinstance(attribute.draw, Spread) and not isinstance(
        attribute.type, ChoiceType | NameType | MoneyType
    )


def _drawn_bound(attribute: Attribute, rng: np.random.Generator) -> Where:
    """A condition that about half of all rows meet."""
    draw, type = attribute.draw, attribute.type
    if not isinstance(draw, Spread) or isinstance(type, NameType | MoneyType):
        raise TypeError(f"{attribute.name} has no bound")
    number = draw.low + int((draw.high - draw.low) * rng.uniform(0.3, 0.7))
    if not isinstance(type, DayType):
        # A round bound, as people would set one.
        unit = 10 ** max(0, len(str(draw.high - draw.low)) - 2)
        number = max(1, round(number / unit)) * unit
    return Where(attribute.name, bool(rng.integers(2)), type.make(number))


def _converted_difference(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """The difference of two amounts of one entity, in standard units."""
    amounts = of_type(kind, MoneyType)
    if len(amounts) < 2 or amounts[0].currency != amounts[1].currency:
        return None
    first, second = (Ask(term, kind.name, each.name) for each in amounts[:2])
    return Compute(Operation.CONVERT, (Compute(Operation.DIFFERENCE, (first, second)), Rate(first)))


def _compared_totals(
    first: EntityTerm, second: EntityTerm, kind: Kind, rng: np.random.Generator
) -> ValueTerm | None:
    """The sums of the same column of two list pages, compared."""
    columns = [each for each in listed_columns(kind) if adds_up(each[2])]
    if not columns:
        return None
    source, relation, column = pick(columns, rng)
    totals = [
        Compute(Operation.SUM, (Rows(of, source.name, relation.name, column.name),)) for of in (first, second)
    ]
    # Amounts of money may be in two currencies, whose difference means nothing.
    operation = pick((Operation.DIFFERENCE, Operation.RATIO), rng)
    return Compute(operation, tuple(totals))


def _compared_spans(
    first: EntityTerm, second: EntityTerm, kind: Kind, rng: np.random.Generator
) -> ValueTerm | None:
    """By how many days two spans of time differ, each between a date and one of a related entity."""
    pairs = [
        (own, relation, other)
        for own in of_type(kind, DayType)
        for relation in kind.relations
        if relation.functional
        for other in of_type(kind_of(relation.target), DayType)
    ]
    if not pairs:
        return None
    own, relation, other = pick(pairs, rng)
    spans = [
        Compute(
            Operation.DAYS,
            (
                Ask(of, kind.name, own.name),
                Ask(Hop(of, kind.name, relation.name), relation.target, other.name),
            ),
        )
        for of in (first, second)
    ]
    return Compute(Operation.DIFFERENCE, tuple(spans))


def _compared_leading(
    first: EntityTerm, second: EntityTerm, kind: Kind, rng: np.random.Generator
) -> ValueTerm | None:
    """The same fact of the rows that lead two list pages, compared."""
    found = leading(first, kind, rng)
    if found is None:
        return None
    row, source = found
    other = Best(second, row.kind, row.relation, row.column, row.is_greatest)
    return compared(row, other, source, rng)


PAIRED: tuple[PairPattern, ...] = (_compared_totals, _compared_spans, _compared_leading)
"""Patterns about two entities that compute at least twice."""


def _of_two_anchors(paired: PairPattern) -> Pattern:
    """The pattern about what the same chain of relations leads to from two anchors of one picture."""
    return lambda term, kind, rng: paired(term, at_slot(term, 1), kind, rng)


COMPOSED: tuple[Pattern, ...] = (
    _computed_of_leading,
    _filtered_total,
    _converted_difference,
    *map(_of_two_anchors, PAIRED),
)
"""Patterns about one entity, or two of one picture, that compute at least twice."""
