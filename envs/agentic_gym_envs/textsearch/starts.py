"""How a question names whom it starts from, without a picture.

A start is resolved three times, each time in its own way: in the world's tables, on pages that were read, and
by an oracle that searches. All three begin here, with what the question says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Clue
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.parse import ParsedPage
from agentic_gym_envs.world.values import Day, Integer, Measure, Money, Value
from agentic_gym_envs.world.world import Entity, World


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody by name."""

    kind: str
    name: str

    @property
    def clue(self) -> Clue:
        """By what it identifies."""
        return Clue.NAME


@dataclass(frozen=True, slots=True)
class Coded:
    """Somebody by code."""

    kind: str
    code: str

    @property
    def clue(self) -> Clue:
        """By what it identifies."""
        return Clue.CODE


Owner: TypeAlias = Named | Coded
"""Somebody whom a question names on the way to whom it starts from."""


@dataclass(frozen=True, slots=True)
class Related:
    """The only one of a kind whose relation leads to the owner."""

    kind: str
    relation: str
    owner: Owner

    @property
    def clue(self) -> Clue:
        """By what it identifies."""
        return Clue.DESCRIPTION

    def query(self, owner: str) -> str:
        """What to search for, given the owner's name."""
        kind = kind_of(self.kind)
        return f"{owner} {kind.noun} {kind.relation(self.relation).label}"

    def is_meant(self, page: ParsedPage, owner: str) -> bool:
        """Whether a page is the article of one that it may mean."""
        is_article = page.title == page.subject and page.relation is None
        return is_article and page.kind.name == self.kind and page.targets.get(self.relation) == (owner,)


@dataclass(frozen=True, slots=True)
class Row:
    """The one in a list page that has a value in a column.

    Attributes:
        kind: of those that are listed.
        relation: theirs to the owner.
        owner: what the list page is about.
        column: an attribute that the page lists.
        value: what only one of them has there.
    """

    kind: str
    relation: str
    owner: Owner
    column: str
    value: Value

    @property
    def clue(self) -> Clue:
        """By what it identifies."""
        return Clue.DESCRIPTION

    def meant(self, column: Sequence[Value]) -> list[int]:
        """The rows it may mean, given the values of the column."""
        return [place for place, value in enumerate(column) if value == self.value]


@dataclass(frozen=True, slots=True)
class Extreme:
    """The one in a list page that has the highest or lowest value in a column; fields as those of a `Row`."""

    kind: str
    relation: str
    owner: Owner
    column: str
    highest: bool

    @property
    def clue(self) -> Clue:
        """By what it identifies."""
        return Clue.DESCRIPTION

    def meant(self, column: Sequence[Value]) -> list[int]:
        """The rows it may mean, given the values of the column.

        Raises:
            NoFactError: the values cannot be put in order, such as amounts in two currencies.
        """
        sizes = [_size(value) for value in column]
        if len({unit for unit, _ in sizes}) != 1:
            raise NoFactError(f"expected values that can be compared, got {column}")
        end = (max if self.highest else min)(sizes)
        return [place for place, size in enumerate(sizes) if size == end]


Listed: TypeAlias = Row | Extreme
Start: TypeAlias = Named | Coded | Related | Row | Extreme


def _size(value: Value) -> tuple[str, Decimal]:
    """What a value is measured in, and how much it is."""
    match value:
        case Integer(number=number) | Measure(number=number) | Money(number=number):
            return value.unit, Decimal(number)
        case Day(date=date):
            return "day", Decimal(date.toordinal())
        case _:
            raise NoFactError(f"expected a number or a date, got {value}")


def entities_of(start: Start, world: World) -> list[Entity]:
    """Every entity of the world that a start may mean; names and codes are unique in it."""
    match start:
        case Named(name=name):
            return [world.named(name)]
        case Coded(code=code):
            return [world.with_code(code)]
        case Related(kind, relation, owner):
            return [each for of in entities_of(owner, world) for each in world.sources(of, kind, relation)]
        case Row() | Extreme():
            return list(_rows_meant(start, world))


def _rows_meant(start: Listed, world: World) -> Iterator[Entity]:
    for owner in entities_of(start.owner, world):
        listed = world.sources(owner, start.kind, start.relation)
        column = [world.value(each, start.column) for each in listed]
        yield from (listed[place] for place in start.meant(column))


def titles_meant(start: Listed, page: ParsedPage) -> list[str]:
    """The titles of the rows of a list page that a start may mean."""
    titles = list(page.rows)
    return [titles[place] for place in start.meant([page.rows[title][start.column] for title in titles])]
