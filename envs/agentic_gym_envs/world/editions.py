"""Pages that disagree: of some entities a web holds a second page, and a rule says which of the two holds.

The tables know one truth. The page that holds states it; its rival is an older page of the same register, or
a newer one that somebody wrote who is not the register, and states some facts otherwise.
"""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.prose import Dice
from agentic_gym_envs.world.schema import Attribute
from agentic_gym_envs.world.values import Day, Integer, Measure, Money, Value
from agentic_gym_envs.world.world import TODAY, Entity, World

RULE = (
    "Where pages disagree, the official register holds against a fan page, and of two pages of the register "
    "the one with the later date."
)
"""Which of two pages is to be believed, as a question says it."""
TITLES = ("{name} at a glance", "{name}: facts and figures", "About {name}", "{name} in brief")
"""Titles of a page about an entity, where another page bears its name alone."""


def titles_about(name: str) -> tuple[str, ...]:
    """Every title that a page about an entity may bear.

    >>> titles_about("Ame")[:2]
    ('Ame', 'Ame at a glance')
    """
    return (name, *(title.format(name=name) for title in TITLES))


class Standing(enum.StrEnum):
    """Who answers for a page; the earlier one holds against the later."""

    REGISTER = "official register"
    FANS = "fan page"


@dataclass(frozen=True, slots=True)
class Edition:
    """One of the pages about an entity.

    Attributes:
        standing: who answers for it.
        as_of: the day whose state it gives.
        title: of the page.
        holds: whether what it says is true.
        values: attributes that it states otherwise than the tables do.
        targets: relations that it states otherwise, with the name of the target.
    """

    standing: Standing
    as_of: datetime.date
    title: str
    holds: bool = True
    values: Mapping[str, Value] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)


def editions(world: World, entity: Entity, dice: Dice) -> tuple[Edition, Edition]:
    """The page about an entity that holds, and its rival. Either may bear the entity's name alone."""
    is_fans = dice.roll(3) == 0
    current = _recent(dice)
    age = -1 - dice.roll(80) if is_fans else 400 + dice.roll(2_000)
    titles = [entity.name, TITLES[dice.roll(len(TITLES))].format(name=entity.name)]
    dice.shuffle(titles)
    rival = Edition(
        Standing.FANS if is_fans else Standing.REGISTER,
        current - datetime.timedelta(days=age),
        titles[1],
        holds=False,
        values=_other_values(world, entity, dice, is_fans),
        targets=_other_targets(world, entity, dice),
    )
    return Edition(Standing.REGISTER, current, titles[0]), rival


def sole_edition(entity: Entity, dice: Dice) -> Edition:
    """The page about an entity of which there is no other."""
    return Edition(Standing.REGISTER, _recent(dice), entity.name)


def _recent(dice: Dice) -> datetime.date:
    return TODAY - datetime.timedelta(days=90 + dice.roll(270))


def _other_values(world: World, entity: Entity, dice: Dice, is_fans: bool) -> dict[str, Value]:
    """What has changed since, or what somebody got wrong; two thirds of what may be."""
    return {
        attribute.name: other_value(world.value(entity, attribute.name), dice)
        for attribute in kind_of(entity.kind).attributes
        if _may_differ(attribute, is_fans) and dice.roll(3)
    }


def _may_differ(attribute: Attribute, is_fans: bool) -> bool:
    is_open = attribute.target and attribute.type.answer_kind not in ("name", "choice")
    return is_open and attribute.dated is None and (is_fans or attribute.changes)


def _other_targets(world: World, entity: Entity, dice: Dice) -> dict[str, str]:
    """Who has followed since, or whom somebody took for another."""
    others = {}
    for relation in kind_of(entity.kind).relations:
        if relation.functional and relation.changes and dice.roll(3):
            options = world.of_kind(relation.target)
            other = options[dice.roll(len(options))]
            if other != world.related(entity, relation.name):
                others[relation.name] = other.name
    return others


def other_value(value: Value, dice: Dice) -> Value:
    """A value of the same type and unit that differs, by up to two fifths or some years.

    >>> other_value(Integer(100, "seats"), Dice(1)).unit
    'seats'
    """
    share = 60 + dice.roll(36)
    match value:
        case Integer(number=number, grouped=False):
            return replace(value, number=number - 1 - dice.roll(12))
        case Integer(number=number):
            less = number * share // 100
            return replace(value, number=less if 0 < less < number else number + 1)
        case Measure(number=measured) | Money(number=measured):
            part = (measured * share / 100).quantize(measured)
            return replace(value, number=part if 0 < part < measured else measured + 1)
        case Day(date=date):
            return Day(date - datetime.timedelta(days=1 + dice.roll(900)))
        case _:
            raise TypeError(f"{value} has no other value of its type")
