"""The tables of a world, drawn from its seed.

Every column has a random stream of its own, named by kind and column, so that a column's values do
not depend on the order in which columns are made, nor on what other columns there are. A column that
depends on another (a team's city on its stadium) asks for it, and it is then made and kept.
"""

import zlib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.world import draws
from agentic_gym_envs.world.draws import Rows
from agentic_gym_envs.world.emblems import EMBLEM_LAYOUTS
from agentic_gym_envs.world.kinds import KINDS, kind_of
from agentic_gym_envs.world.names import Coiner, codes, currency_codes, split_number
from agentic_gym_envs.world.schema import (
    Along,
    Among,
    Attribute,
    Coined,
    Composed,
    CurrencyCode,
    Dated,
    Depiction,
    Even,
    Evenly,
    Kind,
    Numbered,
    Patterned,
    People,
    Periods,
    Relation,
    Rival,
    Several,
    Since,
    Spread,
)
from agentic_gym_envs.world.values import ChoiceType, DayType, MoneyType, Name, NameType, Value

SMALLEST = 1_400
"""The fewest pages a world can be asked for: the floors of all kinds, with lists and some news."""
LAST_SEASON = 2024
_FIRST_SEASONS = (2016, 2022)
_STAYS = 0.6
"""How likely a player is to stay with a team for another season."""

_Made = TypeVar("_Made")
Periodic = list[tuple[tuple[str, _Made], ...]]
"""For each row its history: periods in order, each with what held in it."""


@dataclass(frozen=True, slots=True)
class Table:
    """All entities of a kind; each list has an element a row.

    Attributes:
        kind: what they are.
        names: their titles, unique in the world.
        codes: unique in the world; empty for a kind without codes.
        emblems: seeds of their emblems; empty for a kind without.
        portraits: seeds of their portraits or paintings; empty for a kind without.
        values: the columns of values, by attribute.
        targets: the columns of references, by relation: row numbers in the target's table.
        value_histories: the histories of dated attributes.
        target_histories: the histories of dated relations, as row numbers.
    """

    kind: Kind
    names: list[str]
    codes: list[str]
    emblems: list[int]
    portraits: list[int]
    values: dict[str, list[Value]]
    targets: dict[str, list[tuple[int, ...]]]
    value_histories: dict[str, Periodic[Value]]
    target_histories: dict[str, Periodic[int]]


class TableBuilder:
    """Draws the tables of one world.

    Args:
        split: whose names are used; `ConfigurationError` for one that does not exist.
        seed: of the world, at least 0.
        size: pages the world is to have, at least `SMALLEST`.
    """

    def __init__(self, split: str, seed: int, size: int) -> None:
        if seed < 0:
            raise ConfigurationError(f"a world's seed is at least 0, got {seed}")
        if size < SMALLEST:
            raise ConfigurationError(f"a world has at least {SMALLEST} pages, got {size}")
        self._split = split
        self._entropy = (split_number(split), seed, size)
        self._counts = {name: kind.count(size) for name, kind in KINDS.items()}
        self._coiner = Coiner(split, self._rng("words"))
        self._made: dict[Hashable, object] = {}

    def build(self) -> dict[str, Table]:
        """All tables, by kind."""
        coded = self._codes()
        emblems, portraits = self._pictures()
        return {
            kind.name: Table(
                kind=kind,
                names=self._names(kind),
                codes=coded.get(kind.name, []),
                emblems=emblems.get(kind.name, []),
                portraits=portraits.get(kind.name, []),
                values={attribute.name: self._values(kind, attribute) for attribute in kind.attributes},
                targets={relation.name: self._target_rows(kind, relation) for relation in kind.relations},
                value_histories={
                    attribute.name: self._prices(kind, attribute)
                    for attribute in kind.attributes
                    if attribute.dated
                },
                target_histories={
                    relation.name: self._seasons(kind, relation)
                    for relation in kind.relations
                    if relation.dated
                },
            )
            for kind in KINDS.values()
        }

    # --- streams and memory -------------------------------------------------------------------------

    def _rng(self, *stream: str) -> np.random.Generator:
        """The random stream of that name."""
        key = tuple(zlib.crc32(part.encode()) for part in stream)
        return np.random.default_rng(np.random.SeedSequence(self._entropy, spawn_key=key))

    def _once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What `make` gives, made at the first call only."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # type: ignore[return-value]  # a key always has the same maker

    # --- names, codes, pictures ---------------------------------------------------------------------

    def _names(self, kind: Kind) -> list[str]:
        return self._once(("names", kind.name), lambda: self._new_names(kind))

    def _new_names(self, kind: Kind) -> list[str]:
        match kind.naming:
            case Patterned(patterns, sharing):
                return self._patterned(kind, patterns, sharing)
            case People():
                return self._people()[kind.name]
            case Composed(template):
                return draws.distinct([template.format(**facts) for facts in self._facts(kind)])

    def _patterned(self, kind: Kind, patterns: tuple[str, ...], sharing: float) -> list[str]:
        """A word for each few rows, under another pattern each time it is used."""
        count = self._counts[kind.name]
        rng = self._rng(kind.name, "names")
        words = self._coiner.words(max(1, int(count / sharing)))
        first_patterns = rng.integers(len(patterns), size=len(words)).tolist()
        models = (10 * rng.integers(11, 90, size=len(words))).tolist()
        names = []
        for row in range(count):
            again, word = divmod(row, len(words))
            pattern = patterns[(first_patterns[word] + again) % len(patterns)]
            names.append(pattern.format(words[word]).replace("#", str(models[word] + 10 * again)))
        return names

    def _people(self) -> dict[str, list[str]]:
        """The names of all kinds of people: no two alike, though given names and surnames recur."""
        return self._once("people", self._new_people)

    def _new_people(self) -> dict[str, list[str]]:
        kinds = [kind.name for kind in KINDS.values() if isinstance(kind.naming, People)]
        total = sum(self._counts[name] for name in kinds)
        given = self._coiner.words(int(total * 0.6))
        surnames = self._coiner.words(int(total * 0.45))
        drawn = self._rng("people").choice(len(given) * len(surnames), total, replace=False).tolist()
        names = (f"{given[pick % len(given)]} {surnames[pick // len(given)]}" for pick in drawn)
        return {name: [next(names) for _ in range(self._counts[name])] for name in kinds}

    def _facts(self, kind: Kind) -> Iterator[dict[str, str]]:
        """For each row what its own relations and attributes are called."""
        columns = {
            relation.name: [
                self._names(kind_of(relation.target))[row] for row in self._rows(kind, relation.name).tolist()
            ]
            for relation in kind.relations
        }
        columns |= {
            attribute.name: [value.text() for value in self._values(kind, attribute)]
            for attribute in kind.attributes
            if not isinstance(attribute.type, MoneyType)
        }
        for row in zip(*columns.values(), strict=True):
            yield dict(zip(columns, row, strict=True))

    def _codes(self) -> dict[str, list[str]]:
        coded = [kind for kind in KINDS.values() if kind.scenic]
        forms = [kind.code_form for kind in coded for _ in range(self._counts[kind.name])]
        made = iter(codes(self._split, forms, self._rng("codes")))
        return {kind.name: [next(made) for _ in range(self._counts[kind.name])] for kind in coded}

    def _pictures(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Seeds of emblems, each of another layout as long as there are any, and of portraits."""
        shown = [kind for kind in KINDS.values() if kind.depiction is Depiction.EMBLEM]
        rng = self._rng("emblems")
        total = sum(self._counts[kind.name] for kind in shown)
        layouts = draws.evenly(total, EMBLEM_LAYOUTS, rng)
        seeds = iter((layouts + EMBLEM_LAYOUTS * rng.integers(1 << 30, size=total)).tolist())
        emblems = {kind.name: [next(seeds) for _ in range(self._counts[kind.name])] for kind in shown}
        portraits = {
            kind.name: self._rng(kind.name, "portraits").integers(1 << 40, size=count).tolist()
            for kind, count in zip(KINDS.values(), self._counts.values(), strict=True)
            if kind.depiction in (Depiction.PORTRAIT, Depiction.PAINTING)
        }
        return emblems, portraits

    # --- relations ----------------------------------------------------------------------------------

    def _rows(self, kind: Kind, name: str) -> Rows:
        """The target of each row, for a functional relation."""
        return self._once(("rows", kind.name, name), lambda: self._new_rows(kind, kind.relation(name)))

    def _new_rows(self, kind: Kind, relation: Relation) -> Rows:
        count, targets = self._counts[kind.name], self._counts[relation.target]
        rng = self._rng(kind.name, relation.name)
        match relation.draw:
            case Evenly():
                return draws.evenly(count, targets, rng)
            case Along(path):
                return self._follow(kind, path)
            case Among(inverse):
                return draws.one_of_each(self._rows(kind_of(relation.target), inverse), count, rng)
            case Rival(of, sharing):
                return draws.rivals(self._rows(kind, of), self._rows(kind_of(relation.target), sharing), rng)
            case Several():
                name = f"{kind.name}.{relation.name}"
                raise ConfigurationError(f"{name} leads to several: declare it functional=False")

    def _follow(self, kind: Kind, path: tuple[str, ...]) -> Rows:
        """Where a path of relations leads from each row; the rows themselves for an empty path."""
        rows: Rows = np.arange(self._counts[kind.name])
        for name in path:
            rows = self._rows(kind, name)[rows]
            kind = kind_of(kind.relation(name).target)
        return rows

    def _target_rows(self, kind: Kind, relation: Relation) -> list[tuple[int, ...]]:
        if relation.functional:
            return [(row,) for row in self._rows(kind, relation.name).tolist()]
        if not isinstance(relation.draw, Several):
            raise ConfigurationError(f"{kind.name}.{relation.name} is not functional; draw it with Several")
        rng = self._rng(kind.name, relation.name)
        low, high = relation.draw.low, relation.draw.high
        counts = rng.integers(low, high + 1, size=self._counts[kind.name]).tolist()
        # Consecutive elements of one permutation are all different; a tail too short starts another.
        drawn: list[tuple[int, ...]] = []
        pool: list[int] = []
        for count in counts:
            if len(pool) < count:
                pool = rng.permutation(self._counts[relation.target]).tolist()
            drawn.append(tuple(pool[:count]))
            pool = pool[count:]
        return drawn

    # --- attributes ---------------------------------------------------------------------------------

    def _numbers(self, kind: Kind, name: str) -> Rows:
        """The drawn numbers of an attribute, before they are made values."""
        return self._once(("numbers", kind.name, name), lambda: self._new_numbers(kind, kind.attribute(name)))

    def _new_numbers(self, kind: Kind, attribute: Attribute) -> Rows:
        count = self._counts[kind.name]
        rng = self._rng(kind.name, attribute.name)
        match attribute.draw:
            case Spread(low, high, step):
                return draws.spread(count, low, high, step, rng)
            case Even() if isinstance(attribute.type, ChoiceType):
                return draws.evenly(count, len(attribute.type.options), rng)
            case Since(path, origin, low, high):
                starts = self._since(kind, attribute, path, origin)
                if isinstance(attribute.type, DayType):
                    low, high = low * 365 + 1, high * 365
                return draws.later(starts, low, high, rng)
            case _:
                raise ConfigurationError(f"{kind.name}.{attribute.name} cannot be drawn by {attribute.draw}")

    def _since(self, kind: Kind, attribute: Attribute, path: tuple[str, ...], origin: str) -> Rows:
        """For each row the date or year it starts to count from, in the attribute's own type."""
        source = kind
        for name in path:
            source = kind_of(source.relation(name).target)
        dated, wants_date = source.attribute(origin), isinstance(attribute.type, DayType)
        numbers = self._numbers(source, origin)[self._follow(kind, path)]
        if isinstance(dated.type, DayType) == wants_date:
            return numbers
        if wants_date:
            raise ConfigurationError(f"{kind.name}.{attribute.name} is a date and cannot start from a year")
        return draws.years(numbers)

    def _values(self, kind: Kind, attribute: Attribute) -> list[Value]:
        return self._once(("values", kind.name, attribute.name), lambda: self._new_values(kind, attribute))

    def _new_values(self, kind: Kind, attribute: Attribute) -> list[Value]:
        if attribute.dated:
            return [history[-1][1] for history in self._prices(kind, attribute)]
        match attribute.type:
            case NameType():
                return [Name(name) for name in self._own_names(kind, attribute)]
            case MoneyType() as money:
                return self._amounts(kind, attribute, money)
            case simple:
                return [simple.make(number) for number in self._numbers(kind, attribute.name).tolist()]

    def _own_names(self, kind: Kind, attribute: Attribute) -> list[str]:
        count = self._counts[kind.name]
        rng = self._rng(kind.name, attribute.name)
        match attribute.draw:
            case Coined(patterns):
                forms = rng.integers(len(patterns), size=count).tolist()
                words = self._coiner.words(count)
                return [patterns[form].format(word) for form, word in zip(forms, words, strict=True)]
            case CurrencyCode():
                return currency_codes(self._split, count, rng)
            case Numbered(within, by):
                return draws.versions(self._rows(kind, within), self._numbers(kind, by), rng)
            case _:
                raise ConfigurationError(f"{kind.name}.{attribute.name} cannot be drawn by {attribute.draw}")

    def _amounts(self, kind: Kind, attribute: Attribute, money: MoneyType) -> list[Value]:
        """Amounts in local money: drawn in standard units, times the rate of the entity's currency."""
        currency = kind_of("currency")
        rows = self._follow(kind, attribute.currency)
        rates = self._numbers(currency, "rate")[rows]
        local = np.maximum(1, self._numbers(kind, attribute.name) * rates // 10_000)
        signs = [value.answer() for value in self._values(currency, currency.attribute("iso"))]
        return [
            money.make(number, signs[row]) for number, row in zip(local.tolist(), rows.tolist(), strict=True)
        ]

    # --- histories ----------------------------------------------------------------------------------

    def _seasons(self, kind: Kind, relation: Relation) -> Periodic[int]:
        """Where each row led in each season; the last is where it leads now."""
        self._check(relation.dated, Periods.SEASON, kind, relation.name)
        now = self._rows(kind, relation.name).tolist()
        rng = self._rng(kind.name, relation.name, "history")
        firsts = rng.integers(_FIRST_SEASONS[0], _FIRST_SEASONS[1] + 1, size=len(now)).tolist()
        longest = LAST_SEASON - _FIRST_SEASONS[0] + 1
        stays = (rng.random((len(now), longest)) < _STAYS).tolist()
        others = rng.integers(self._counts[relation.target], size=(len(now), longest)).tolist()
        return [
            _career(first, target, stay, other)
            for first, target, stay, other in zip(firsts, now, stays, others, strict=True)
        ]

    def _prices(self, kind: Kind, attribute: Attribute) -> Periodic[Value]:
        key = ("prices", kind.name, attribute.name)
        return self._once(key, lambda: self._new_prices(kind, attribute))

    def _new_prices(self, kind: Kind, attribute: Attribute) -> Periodic[Value]:
        """What each row cost in each patch of its game, in the order of the patches."""
        self._check(attribute.dated, Periods.PATCH, kind, attribute.name)
        if isinstance(attribute.type, MoneyType | NameType) or not isinstance(attribute.draw, Spread):
            raise ConfigurationError(f"{kind.name}.{attribute.name} has a history: draw it with a Spread")
        make, draw = attribute.type.make, attribute.draw
        periods = self._patch_versions()
        games = self._rows(kind, "game").tolist()
        rng = self._rng(kind.name, attribute.name, "history")
        total = sum(len(periods[game]) for game in games)
        prices = iter(draws.spread(total, draw.low, draw.high, draw.step, rng).tolist())
        return [tuple((version, make(next(prices))) for version in periods[game]) for game in games]

    def _patch_versions(self) -> list[list[str]]:
        """For each game its patches' versions, oldest first."""
        patch = kind_of("patch")
        versions = [value.answer() for value in self._values(patch, patch.attribute("version"))]
        games = self._rows(patch, "game").tolist()
        periods: list[list[str]] = [[] for _ in range(self._counts["game"])]
        for row in np.argsort(self._numbers(patch, "released"), kind="stable").tolist():
            periods[games[row]].append(versions[row])
        return periods

    @staticmethod
    def _check(dated: Dated | None, periods: Periods, kind: Kind, name: str) -> None:
        if dated is None or dated.periods is not periods:
            raise ConfigurationError(f"{kind.name}.{name}: only a history by {periods.value} can be drawn")


def _career(first: int, now: int, stays: list[bool], others: list[int]) -> tuple[tuple[str, int], ...]:
    """A target for each season from `first` to the last, in which it is `now`; told backwards."""
    career = [(str(LAST_SEASON), now)]
    for back, season in enumerate(range(LAST_SEASON - 1, first - 1, -1)):
        career.append((str(season), career[-1][1] if stays[back] else others[back]))
    return tuple(reversed(career))
