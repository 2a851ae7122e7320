"""The words in which a world is declared: kinds, attributes, relations, and how their values are drawn.

A `Kind` is a table of a world (products, teams, films), an `Attribute` one of its columns of values,
a `Relation` a column of references to another kind. Each says how pages label it, how questions
phrase it and how it is drawn. The kinds themselves are declared in `agentic_gym_envs.world.domains`
and gathered in `agentic_gym_envs.world.kinds`.

In a label or phrase `{}` stands for the entity; in a sentence `{name}` stands for the entity's title
and `{value}` for the value or the related entity's title. Sentences are also what `parse.py` reads, so
that no two sentences of a kind may match the same text.
"""

import enum
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from agentic_gym.errors import unknown_name
from agentic_gym_envs.world.values import ValueType


class Domain(enum.StrEnum):
    """The five domains, and the geography that they share."""

    GEOGRAPHY = "geography"
    DAILY = "daily"
    MEDIA = "media"
    SPORTS = "sports"
    KNOWLEDGE = "knowledge"
    GAMES = "games"


class Depiction(enum.Enum):
    """What the picture on an entity's page shows."""

    NONE = enum.auto()
    EMBLEM = enum.auto()
    """A crest or logo: `Entity.emblem` is its seed."""
    PORTRAIT = enum.auto()
    """A person: `Entity.portrait` is its seed."""
    PAINTING = enum.auto()
    """A work of art: `Entity.portrait` is its seed."""


# --- how names are made -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Patterned:
    """Names with a coined word for each `{}`, such as `{} Rovers`.

    Attributes:
        patterns: more of them than entities share a word; `#` is a model number, near to the sharers'.
        sharing: how many entities share a coined word, on average: look-alikes on purpose.
    """

    patterns: tuple[str, ...]
    sharing: float = 1.3


@dataclass(frozen=True, slots=True)
class People:
    """A given name and a surname; people share both."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A name made of the entity's own facts, such as `{home} v {away}, {date}`."""

    template: str


Naming: TypeAlias = Patterned | People | Composed


# --- how attributes are drawn -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spread:
    """Whole numbers `low`, `low + step`, … up to `high`; none twice before each was used once."""

    low: int
    high: int
    step: int = 1


@dataclass(frozen=True, slots=True)
class Since:
    """A year or date some time after one of a related entity (an artwork after its artist's birth).

    Attributes:
        path: relations to follow; empty for the entity itself.
        attribute: a year or a date there.
        low: at least this many years later.
        high: at most this many years later.
    """

    path: tuple[str, ...]
    attribute: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Even:
    """Each option about equally often."""


@dataclass(frozen=True, slots=True)
class Coined:
    """Names of their own, with a coined word for each `{}`."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CurrencyCode:
    """Three capital letters, unique in the world."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """Version numbers that ascend with a date among the entities that share a relation's target."""

    within: str
    by: str


AttributeDraw: TypeAlias = Spread | Since | Even | Coined | CurrencyCode | Numbered


# --- how relations are drawn ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evenly:
    """Each target about equally often; one to one where the tables are equally long."""


@dataclass(frozen=True, slots=True)
class Along:
    """Where a path of other relations leads: a team's city is its stadium's."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Among:
    """One of those whose own relation leads back here: a capital is a city of the country."""

    inverse: str


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody else who shares a target: the away team plays in the home team's league."""

    of: str
    sharing: str


@dataclass(frozen=True, slots=True)
class Several:
    """Between `low` and `high` different targets; only for a relation that is not functional."""

    low: int
    high: int


RelationDraw: TypeAlias = Evenly | Along | Among | Rival | Several


# --- facts with a date ------------------------------------------------------------------------------


class Periods(enum.Enum):
    """What the periods of a dated fact are called."""

    SEASON = "season"
    """A calendar year, from the entity's first season to the world's last: `2021`."""
    PATCH = "patch"
    """The version of each patch of the entity's game, in order: `1.4`."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact that changes; outside its history it has the value of the last period.

    Attributes:
        periods: what the periods are.
        label: the heading of the history on a page.
        phrase: as a question asks for it: `{}` the entity, `{period}` the period.
    """

    periods: Periods
    label: str
    phrase: str


# --- columns and tables -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of values.

    Attributes:
        name: how programs name it.
        type: the type of its values.
        label: what infoboxes and list pages call it.
        phrase: as a question asks for it: `the year in which {} was founded`.
        sentences: how prose states it.
        draw: how a world draws it.
        target: whether questions may ask for it: its values are then many, and evenly used.
        dated: its history, if it changes.
        currency: for money, the relations that lead to the currency it is given in.
        changes: whether an older page may state another value.
    """

    name: str
    type: ValueType
    label: str
    phrase: str
    sentences: tuple[str, ...]
    draw: AttributeDraw
    target: bool = True
    dated: Dated | None = None
    currency: tuple[str, ...] = ()
    changes: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The list page of a relation: every entity that leads to a target, with some of its attributes."""

    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A column of references.

    Attributes:
        name: how programs name it.
        target: the name of the target's kind.
        label: what infoboxes call it.
        phrase: as a question asks for it: `the team that {} plays for`.
        sentences: how prose states it.
        draw: how a world draws it.
        functional: whether each entity has exactly one target; otherwise one or more.
        listing: the inverse as a list page, where there is one.
        dated: its history, if it changes.
        changes: whether an older page may name another target.
    """

    name: str
    target: str
    label: str
    phrase: str
    sentences: tuple[str, ...]
    draw: RelationDraw = Evenly()
    functional: bool = True
    listing: Listing | None = None
    dated: Dated | None = None
    changes: bool = False


@dataclass(frozen=True)
class Kind:
    """A table of a world.

    Attributes:
        name: how programs name it.
        noun: what pages and questions call one of them; unique among the kinds.
        plural: what several are called.
        domain: where it belongs.
        share: entities for each page of the world.
        floor: the fewest entities a world has, however small.
        cap: the most it has, however large; 0 for no limit.
        naming: how its entities are named.
        attributes: its columns of values.
        relations: its columns of references.
        code_label: what its code is called (`inventory number`); empty for a kind without codes.
        code_form: `A` a letter and `9` a digit, two and four of them in any order.
        depiction: what pictures show of it.
    """

    name: str
    noun: str
    plural: str
    domain: Domain
    share: float
    floor: int
    naming: Naming
    attributes: tuple[Attribute, ...]
    relations: tuple[Relation, ...] = ()
    cap: int = 0
    code_label: str = ""
    code_form: str = "AA9999"
    depiction: Depiction = Depiction.NONE

    def count(self, size: int) -> int:
        """How many entities a world of `size` pages has."""
        return min(max(self.floor, round(self.share * size)), self.cap or size)

    @cached_property
    def _attributes(self) -> dict[str, Attribute]:
        return {attribute.name: attribute for attribute in self.attributes}

    @cached_property
    def _relations(self) -> dict[str, Relation]:
        return {relation.name: relation for relation in self.relations}

    @property
    def scenic(self) -> bool:
        """Whether its entities can stand in a picture, where their code or emblem tells them apart."""
        return bool(self.code_label)

    def attribute(self, name: str) -> Attribute:
        """The attribute of that name; `ConfigurationError` with what there is otherwise."""
        try:
            return self._attributes[name]
        except KeyError:
            raise unknown_name(f"attribute of a {self.noun}", name, self._attributes) from None

    def relation(self, name: str) -> Relation:
        """The relation of that name; `ConfigurationError` with what there is otherwise."""
        try:
            return self._relations[name]
        except KeyError:
            raise unknown_name(f"relation of a {self.noun}", name, self._relations) from None
