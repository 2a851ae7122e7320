"""How pages put facts into words: labels, sentences, and sentences that say nothing.

A page is written with a `Dice`, so that two pages of a kind differ in which facts stand in the
infobox, which in the prose, in what order and in which words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from agentic_gym_envs.world.schema import Attribute, Domain, Kind, Relation
from agentic_gym_envs.world.values import Value
from agentic_gym_envs.world.world import Entity, World


class Dice:
    """A small generator for the choices of one page: far cheaper to start than numpy's.

    Args:
        seed: any 64 bits.
    """

    def __init__(self, seed: int) -> None:
        self._state = seed

    def roll(self, sides: int) -> int:
        """A number from 0 to `sides - 1`, by Knuth's 64-bit linear congruential generator."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self._state >> 33) % sides

    def shuffle(self, items: list[str]) -> None:
        """Shuffles in place (Fisher and Yates)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.roll(last + 1)
            items[last], items[other] = items[other], items[last]


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact of an entity as a page can state it.

    Attributes:
        column: name of the attribute or relation.
        label: for the infobox.
        text: the value or the names of the related entities.
        sentence: the same in prose.
    """

    column: str
    label: str
    text: str
    sentence: str


FILLERS = {
    Domain.GEOGRAPHY: (
        "Travellers praise its mornings more than its evenings.",
        "Old maps spell the name in several ways.",
        "Most visitors arrive by rail and leave by boat.",
        "Its dialect has four words for rain.",
        "A fair is held here when the harvest is in.",
    ),
    Domain.DAILY: (
        "Regulars know to come before noon.",
        "A small repair desk has been kept through all the years.",
        "The packaging is plain on purpose.",
        "Neighbours speak of it with some pride.",
        "Trade papers have written about it more than once.",
    ),
    Domain.MEDIA: (
        "Critics were of two minds.",
        "A festival once gave a whole evening to the subject.",
        "Much of the early material is lost.",
        "Letters from admirers still arrive.",
        "An old poster turns up at auctions now and then.",
    ),
    Domain.SPORTS: (
        "Supporters travel in green buses.",
        "An old song is sung before the whistle.",
        "Rain has decided more than one afternoon.",
        "The local paper fills two pages with it on Mondays.",
        "Scarves are knitted rather than bought.",
    ),
    Domain.KNOWLEDGE: (
        "School classes come on weekday mornings.",
        "A monograph is in preparation.",
        "Students write papers on the subject.",
        "Guides like to point out a small mistake.",
        "Postcards of the subject sell well.",
    ),
    Domain.GAMES: (
        "Forums argue about it every winter.",
        "Speedrunners have a route of their own.",
        "An early build was shown behind closed doors.",
        "The soundtrack is played at concerts.",
        "A tournament made it popular overnight.",
    ),
}
"""Sentences without a fact; none may read like a fact's sentence."""

LEADS = (
    "{name} is {noun}.",
    "This page is about {name}, {noun}.",
    "Here is what is known about {name}, {noun}.",
)

PICTURED = "The table is in the picture."
"""Stands on a list page in place of its rows."""


def with_article(noun: str) -> str:
    """The noun with `a` or `an`.

    >>> with_article("artwork"), with_article("museum")
    ('an artwork', 'a museum')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def joined(names: list[str]) -> str:
    """Names in a row, as prose writes them.

    >>> joined(["Ame", "Bor", "Cil"])
    'Ame, Bor and Cil'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@cache
def columns(kind: Kind) -> tuple[Attribute | Relation, ...]:
    """What an article states of an entity, in the order of the infobox."""
    return (*kind.relations, *kind.attributes)


_NONE: Mapping[str, Any] = MappingProxyType({})


def statements(
    world: World,
    entity: Entity,
    kind: Kind,
    dice: Dice,
    values: Mapping[str, Value] = _NONE,
    targets: Mapping[str, str] = _NONE,
) -> Iterator[Statement]:
    """Each fact of an entity, worded by the dice.

    Args:
        world: the entity's.
        entity: what the facts are about.
        kind: its kind.
        dice: choose the words.
        values: what is stated of an attribute instead of the world's value.
        targets: what is named for a functional relation instead of the world's target.
    """
    for column in columns(kind):
        if isinstance(column, Relation):
            names = [target.name for target in world.all_related(entity, column.name)]
            text = targets.get(column.name, joined(names))
        else:
            value = values.get(column.name) or world.value(entity, column.name)
            text = value.text(dice.roll(6))
        sentence = column.sentences[dice.roll(len(column.sentences))]
        yield Statement(column.name, column.label, text, sentence.format(name=entity.name, value=text))


def histories(world: World, entity: Entity, kind: Kind) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each history of an entity: its heading, then periods with what held in them."""
    for column in columns(kind):
        if column.dated is None:
            continue
        if isinstance(column, Relation):
            past = [(period, target.name) for period, target in world.past_targets(entity, column.name)]
        else:
            past = [(period, value.text()) for period, value in world.past_values(entity, column.name)]
        yield column.dated.label, past
