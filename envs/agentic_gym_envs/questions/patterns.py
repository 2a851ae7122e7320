"""What can be computed about an entity: patterns of programs, each `None` for a kind without such facts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

import numpy as np

from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.programs import Ask, Compute, EntityTerm, Hop, Rate, Rows, Subject, ValueTerm
from agentic_gym_envs.world.kinds import KINDS, kind_of
from agentic_gym_envs.world.schema import Attribute, Kind, Relation
from agentic_gym_envs.world.values import ChoiceType, DayType, IntegerType, MeasureType, MoneyType

_Option = TypeVar("_Option")


def pick(options: Sequence[_Option], rng: np.random.Generator) -> _Option:
    """One of the options."""
    return options[int(rng.integers(len(options)))]


def askable(kind: Kind) -> list[Attribute]:
    """Attributes with open answers: a closed one is guessed too well."""
    return [each for each in kind.attributes if each.target and not isinstance(each.type, ChoiceType)]


def of_type(kind: Kind, *types: type) -> list[Attribute]:
    """Attributes with open answers that are of one of the types."""
    return [each for each in askable(kind) if isinstance(each.type, types)]


Pattern: TypeAlias = Callable[[EntityTerm, Kind, np.random.Generator], ValueTerm | None]


def compared(first: EntityTerm, second: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """The same fact of two entities of a kind, compared."""
    attributes = of_type(kind, IntegerType, MeasureType, DayType)
    if not attributes:
        return None
    attribute = pick(attributes, rng)
    operands = Ask(first, kind.name, attribute.name), Ask(second, kind.name, attribute.name)
    return Compute(_comparison(attribute, rng), operands)


def _compare(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """The same fact of two items' entities, compared."""
    return compared(term, at_slot(term, 1), kind, rng)


def _comparison(attribute: Attribute, rng: np.random.Generator) -> Operation:
    if isinstance(attribute.type, DayType):
        return Operation.DAYS
    if isinstance(attribute.type, IntegerType) and not attribute.type.grouped:
        return Operation.DIFFERENCE  # the ratio of two years means nothing
    return pick((Operation.DIFFERENCE, Operation.RATIO), rng)


def at_slot(term: EntityTerm, slot: int) -> EntityTerm:
    """The same chain of relations from another anchor."""
    if isinstance(term, Subject):
        return replace(term, slot=slot)
    return replace(term, of=at_slot(term.of, slot))


def _own_pair(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """Two facts of one entity in the same unit, such as width and height."""
    attributes = of_type(kind, IntegerType, MeasureType, MoneyType)
    pairs = [
        (first, second)
        for first in attributes
        for second in attributes
        if first.name != second.name
        and first.type == second.type
        and _has_unit(first)
        and _same_currency(first, second)
    ]
    if not pairs:
        return None
    first, second = pick(pairs, rng)
    operation = pick((Operation.DIFFERENCE, Operation.RATIO), rng)
    return Compute(operation, (Ask(term, kind.name, first.name), Ask(term, kind.name, second.name)))


def _has_unit(attribute: Attribute) -> bool:
    return not isinstance(attribute.type, IntegerType) or bool(attribute.type.unit)


def _same_currency(first: Attribute, second: Attribute) -> bool:
    return first.currency == second.currency


def _weekday(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """The day of the week of a date; rare, because one in seven guesses is right."""
    dates = of_type(kind, DayType)
    if not dates or rng.random() > _WEEKDAY_SHARE:
        return None
    return Compute(Operation.WEEKDAY, (Ask(term, kind.name, pick(dates, rng).name),))


_WEEKDAY_SHARE = 0.4


def _convert(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """An amount of money in standard units."""
    amounts = of_type(kind, MoneyType)
    if not amounts:
        return None
    amount = Ask(term, kind.name, pick(amounts, rng).name)
    return Compute(Operation.CONVERT, (amount, Rate(amount)))


def _since(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """The days between a date and one of a related entity: a film's release and its director's birth."""
    dates = of_type(kind, DayType)
    pairs = [
        (own, relation, other)
        for own in dates
        for relation in kind.relations
        if relation.functional
        for other in of_type(kind_of(relation.target), DayType)
    ]
    if not pairs:
        return None
    own, relation, other = pick(pairs, rng)
    hop = Hop(term, kind.name, relation.name)
    return Compute(Operation.DAYS, (Ask(term, kind.name, own.name), Ask(hop, relation.target, other.name)))


def _total(term: EntityTerm, kind: Kind, rng: np.random.Generator) -> ValueTerm | None:
    """The sum of a column of the list page of those that lead here."""
    columns = [each for each in listed_columns(kind) if adds_up(each[2])]
    if not columns:
        return None
    source, relation, column = pick(columns, rng)
    return Compute(Operation.SUM, (Rows(term, source.name, relation.name, column.name),))


def listed_columns(kind: Kind) -> list[tuple[Kind, Relation, Attribute]]:
    """Every column of every list page about a kind: the kind of the rows, their relation, the column."""
    return [
        (source, relation, source.attribute(column))
        for source in KINDS.values()
        for relation in source.relations
        if relation.target == kind.name and relation.listing is not None
        for column in relation.listing.columns
    ]


def adds_up(attribute: Attribute) -> bool:
    """Whether a sum of its values means something: one of years and dates does not."""
    type = attribute.type
    return attribute.target and (
        isinstance(type, MeasureType | MoneyType) or (isinstance(type, IntegerType) and type.grouped)
    )


PATTERNS: tuple[Pattern, ...] = (_compare, _own_pair, _weekday, _convert, _since, _total)
