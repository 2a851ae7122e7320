"""The cards in a photo: whom each shows, and what the note under it tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agentic_gym_envs.imagesearch.settings import NOTE, SETTINGS, Setting
from agentic_gym_envs.questions.patterns import askable
from agentic_gym_envs.questions.programs import Clue
from agentic_gym_envs.scenes import SceneItem
from agentic_gym_envs.world.emblems import draw_emblem
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.portraits import draw_painting, draw_portrait
from agentic_gym_envs.world.schema import Depiction, Kind
from agentic_gym_envs.world.values import Value
from agentic_gym_envs.world.world import Entity, World

PICTURE_SIDE = 320
"""Pixels of a picture before a scene scales it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about an entity, or about one that relations lead to.

    Attributes:
        kind: name of the kind of those that the fact is about in the end.
        path: the relations that lead there.
        attribute: what it tells.
        label: what a note calls it, such as `Home ground, capacity`.
    """

    kind: str
    path: tuple[str, ...]
    attribute: str
    label: str

    def value(self, world: World, entity: Entity) -> Value:
        """Its value for an entity."""
        for relation in self.path:
            entity = world.related(entity, relation)
        return world.value(entity, self.attribute)

    def note(self, world: World, entity: Entity) -> str:
        """What a note prints."""
        return f"{self.label}: {self.value(world, entity).text()}"

    def read(self, note: str) -> Value | None:
        """The value that a note states; `None` if it states another fact."""
        label, _, text = note.partition(": ")
        return kind_of(self.kind).attribute(self.attribute).type.parse(text) if label == self.label else None


@lru_cache(maxsize=256)
def facts_about(kind: str, hops: int) -> tuple[Fact, ...]:
    """Every fact that a note can tell about those of a kind, so many relations away."""
    return tuple(_facts(kind_of(kind), hops, (), ()))


def _facts(kind: Kind, hops: int, path: tuple[str, ...], labels: tuple[str, ...]) -> Iterator[Fact]:
    if hops:
        for relation in (each for each in kind.relations if each.functional):
            yield from _facts(
                kind_of(relation.target), hops - 1, (*path, relation.name), (*labels, relation.label)
            )
        return
    for attribute in askable(kind):
        label = ", ".join((*labels, attribute.label))
        yield Fact(kind.name, path, attribute.name, label[0] + label[1:].lower())


def clue_of(kind: Kind) -> Clue:
    """By what those of a kind are recognised."""
    return Clue.EMBLEM if kind.depiction is Depiction.EMBLEM else Clue.LIKENESS


def looks(entity: Entity) -> int:
    """The seed of an entity's picture: whoever shares it looks the same."""
    seed = entity.emblem if entity.emblem is not None else entity.portrait
    if seed is None:
        raise TypeError(f"nothing is depicted of {entity.name!r}")
    return seed


@dataclass(frozen=True, slots=True)
class Card:
    """A picture of an entity, and the fact that the note under it tells."""

    entity: Entity
    fact: Fact


@dataclass(frozen=True)
class Cast:
    """The cards of one photo.

    Attributes:
        setting: name of the template.
        world: where the entities come from.
        cards: in reading order; all of one kind.
        pointed: for each of the question's anchors, the position of its card.
    """

    setting: str
    world: World
    cards: tuple[Card, ...]
    pointed: tuple[int, ...]

    @property
    def template(self) -> Setting:
        """The scene template."""
        return SETTINGS[self.setting]

    def at(self, slot: int) -> Card:
        """The card that an anchor points at."""
        return self.cards[self.pointed[slot]]

    def notes(self) -> list[str]:
        """What is printed under each picture."""
        return [card.fact.note(self.world, card.entity) for card in self.cards]

    def items(self) -> list[SceneItem]:
        """The items to draw. Their keys are positions, which say nothing about the answer."""
        return [
            SceneItem(str(place), {NOTE: note}, _picture(card.entity))
            for place, (card, note) in enumerate(zip(self.cards, self.notes(), strict=True))
        ]


def _picture(entity: Entity) -> NDArray[np.uint8]:
    """The picture on an entity's page, RGBA, larger."""
    draw = {
        Depiction.EMBLEM: draw_emblem,
        Depiction.PORTRAIT: draw_portrait,
        Depiction.PAINTING: draw_painting,
    }[kind_of(entity.kind).depiction]
    pixels = draw(looks(entity), PICTURE_SIDE)
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
