"""The synthetic world: entities with attributes and relations, the same for the same split, seed and size."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym_envs.world.cache import RecentlyUsed
from agentic_gym_envs.world.kinds import KINDS, kind_of
from agentic_gym_envs.world.schema import Dated, Kind, Relation
from agentic_gym_envs.world.tables import Table, TableBuilder
from agentic_gym_envs.world.values import Value

_Held = TypeVar("_Held")

TODAY = datetime.date(2025, 3, 1)
"""The day on which everybody in a world lives: all its facts are of an earlier date."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with an article of its own.

    Attributes:
        id: its number within the world; for programs only, never shown.
        kind: the name of its kind.
        name: its name, and the title of its article; unique in the world.
        code: the code that tells it apart in a picture, unique in the world; None for a kind without.
        emblem: the seed of its emblem (`emblems.draw_emblem`); None for a kind without.
        portrait: the seed of its portrait or painting (`portraits`); None for a kind without.
    """

    id: int
    kind: str
    name: str
    code: str | None
    emblem: int | None
    portrait: int | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page is about: those of a kind whose relation leads to one target."""

    kind: Kind
    relation: Relation
    target: Entity

    @property
    def title(self) -> str:
        """The page's title, such as `Products by Orvane`."""
        if self.relation.listing is None:
            raise ConfigurationError(f"{self.kind.name}.{self.relation.name} has no list pages")
        return self.relation.listing.title.format(self.target.name)


class World:
    """Immutable tables of the kinds in `kinds.KINDS`.

    Args:
        split: `train`, `val` or `test`; no name or code of one occurs in another.
        seed: the world's number within the split, at least 0.
        size: how many pages its web has, at least `tables.SMALLEST`.

    Raises:
        ConfigurationError: the split does not exist, or a number is too small.
    """

    def __init__(self, split: str, seed: int, size: int) -> None:
        self.split, self.seed, self.size = split, seed, size
        self._tables = TableBuilder(split, seed, size).build()
        self._entities: list[Entity] = []
        self._firsts: dict[str, int] = {}
        for name, table in self._tables.items():
            self._firsts[name] = len(self._entities)
            self._entities.extend(_entities(table, len(self._entities)))
        self._by_name = {entity.name: entity for entity in self._entities}
        self._by_code = {entity.code: entity for entity in self._entities if entity.code is not None}
        self._sources = {
            (name, relation.name): _inverse(table, relation)
            for name, table in self._tables.items()
            for relation in table.kind.relations
        }

    # --- entities -----------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many entities there are."""
        return len(self._entities)

    def __iter__(self) -> Iterator[Entity]:
        """Every entity, kind by kind."""
        return iter(self._entities)

    def entity(self, number: int) -> Entity:
        """The entity with that id; `ConfigurationError` if there is none."""
        if not 0 <= number < len(self._entities):
            raise ConfigurationError(f"no entity {number}: ids go from 0 to {len(self._entities) - 1}")
        return self._entities[number]

    def of_kind(self, kind: str) -> tuple[Entity, ...]:
        """Every entity of a kind."""
        first = self._firsts[kind_of(kind).name]
        return tuple(self._entities[first : first + len(self._tables[kind].names)])

    def named(self, name: str) -> Entity:
        """The entity of that name; `ConfigurationError` if there is none."""
        if name not in self._by_name:
            raise unknown_name("entity", name, list(self._by_name)[:10])
        return self._by_name[name]

    def with_code(self, code: str) -> Entity:
        """The entity with that code; `ConfigurationError` if there is none."""
        if code not in self._by_code:
            raise ConfigurationError(f"no entity of this world has the code {code!r}")
        return self._by_code[code]

    # --- facts --------------------------------------------------------------------------------------

    def value(self, entity: Entity, attribute: str, period: str | None = None) -> Value:
        """The value of an attribute, now or in a period of its history.

        Raises:
            ConfigurationError: the kind has no such attribute, or its history no such period.
        """
        table, row = self._locate(entity)
        table.kind.attribute(attribute)
        if period is None:
            return table.values[attribute][row]
        return _at(self.past_values(entity, attribute), period)

    def related(self, entity: Entity, relation: str, period: str | None = None) -> Entity:
        """The one target of a functional relation, now or in a period of its history.

        Raises:
            ConfigurationError: the kind has no such relation, it is not functional, or its history has
                no such period.
        """
        table, row = self._locate(entity)
        declared = table.kind.relation(relation)
        if not declared.functional:
            raise ConfigurationError(f"{entity.kind}.{relation} leads to several: use all_related")
        if period is None:
            return self._target(declared, table.targets[relation][row][0])
        return _at(self.past_targets(entity, relation), period)

    def all_related(self, entity: Entity, relation: str) -> tuple[Entity, ...]:
        """The targets of a relation, functional or not."""
        table, row = self._locate(entity)
        declared = table.kind.relation(relation)
        return tuple(self._target(declared, target) for target in table.targets[relation][row])

    def sources(self, target: Entity, kind: str, relation: str) -> tuple[Entity, ...]:
        """The entities of `kind` whose relation leads to `target`: the rows of a list page."""
        kind_of(kind).relation(relation)
        first = self._firsts[kind]
        rows = self._sources[kind, relation].get(self._locate(target)[1], ())
        return tuple(self._entities[first + row] for row in rows)

    def past_values(self, entity: Entity, attribute: str) -> tuple[tuple[str, Value], ...]:
        """The history of a dated attribute: periods in order, each with its value."""
        table, row = self._locate(entity)
        _require_history(table.kind.attribute(attribute).dated, entity, attribute)
        return table.value_histories[attribute][row]

    def past_targets(self, entity: Entity, relation: str) -> tuple[tuple[str, Entity], ...]:
        """The history of a dated relation: periods in order, each with its target."""
        table, row = self._locate(entity)
        declared = table.kind.relation(relation)
        _require_history(declared.dated, entity, relation)
        history = table.target_histories[relation][row]
        return tuple((period, self._target(declared, target)) for period, target in history)

    def list_pages(self) -> Iterator[ListPage]:
        """Every list page: a listed relation and a target that at least two entities lead to."""
        for kind in KINDS.values():
            for relation in kind.relations:
                if relation.listing is None:
                    continue
                first = self._firsts[relation.target]
                for row, sources in sorted(self._sources[kind.name, relation.name].items()):
                    if len(sources) > 1:
                        yield ListPage(kind, relation, self._entities[first + row])

    # --- helpers ------------------------------------------------------------------------------------

    def _locate(self, entity: Entity) -> tuple[Table, int]:
        """The table and row of an entity of this world."""
        return self._tables[entity.kind], entity.id - self._firsts[entity.kind]

    def _target(self, relation: Relation, row: int) -> Entity:
        return self._entities[self._firsts[relation.target] + row]


def _entities(table: Table, first: int) -> Iterator[Entity]:
    """The entities of a table, numbered from `first`."""
    count = len(table.names)
    codes: list[str] | list[None] = table.codes or [None] * count
    emblems: list[int] | list[None] = table.emblems or [None] * count
    portraits: list[int] | list[None] = table.portraits or [None] * count
    rows = zip(table.names, codes, emblems, portraits, strict=True)
    for number, (name, code, emblem, portrait) in enumerate(rows, start=first):
        yield Entity(number, table.kind.name, name, code, emblem, portrait)


def _inverse(table: Table, relation: Relation) -> dict[int, list[int]]:
    """For each target row the rows that lead to it."""
    inverse: dict[int, list[int]] = {}
    for row, targets in enumerate(table.targets[relation.name]):
        for target in targets:
            inverse.setdefault(target, []).append(row)
    return inverse


def _require_history(dated: Dated | None, entity: Entity, name: str) -> None:
    """Raises `ConfigurationError` for a fact that does not change."""
    if dated is None:
        raise ConfigurationError(f"{entity.kind}.{name} has no history: ask without a period")


def _at(history: tuple[tuple[str, _Held], ...], period: str) -> _Held:
    """What held in a period; `ConfigurationError` with the periods there are otherwise."""
    for known, held in history:
        if known == period:
            return held
    raise unknown_name("period", period, [known for known, _ in history])


KEPT_PAGES = 160_000
"""Pages of the worlds that are kept: sixteen small ones, or two of 68,000 pages."""


def weight(size: int) -> int:
    """How much a world of so many pages counts for among those that are kept."""
    return max(size, KEPT_PAGES // 16)


_worlds: RecentlyUsed[tuple[str, int, int], World] = RecentlyUsed(
    lambda key: World(*key), most=KEPT_PAGES, weigh=lambda key: weight(key[2])
)


def get_world(split: str, index: int, size: int) -> World:
    """The world with number `index` of a split; the last few are kept, for all threads.

    Raises:
        ConfigurationError: the split does not exist, or a number is too small.
    """
    return _worlds.get((split, index, size))
