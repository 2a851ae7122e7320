"""The entities that are chosen for one picture, and what is drawn of them."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from agentic_gym_envs.realx.casting import Casting, led, printed
from agentic_gym_envs.scenes import SceneItem
from agentic_gym_envs.scenes.base import ROOMY_CLUE_PX, most_items
from agentic_gym_envs.world.emblems import draw_emblem
from agentic_gym_envs.world.world import Entity, World

EMBLEM_SIDE = 256
"""Pixels of an emblem before a scene scales it."""
_LEAST = 24
"""Of a scene for more than so many, as many as the world has are enough."""
_MOST_LARGE = 24
"""Things in a scene with texts that are read without a crop: among more, such texts have no room."""
_NEAR = 2
"""How far apart in the table neighbours are at most."""


@dataclass(frozen=True, slots=True)
class Staging:
    """What a question's scene has to show.

    Attributes:
        anchors: how many items the question points at.
        shown: the fields that are drawn.
        small: those of them that cannot be read without a crop.
        bears_emblems: whether items bear their emblems.
    """

    anchors: int
    shown: frozenset[str]
    small: frozenset[str] = frozenset()
    bears_emblems: bool = False


@dataclass(frozen=True)
class Cast:
    """The entities of one picture.

    Attributes:
        casting: what its template shows of each.
        staging: which of that is drawn, and how.
        world: where they come from.
        entities: in reading order.
        pointed: for each of the question's anchors, the position of its item.
    """

    casting: Casting
    staging: Staging
    world: World
    entities: tuple[Entity, ...]
    pointed: tuple[int, ...]

    def texts(self, entity: Entity) -> dict[str, str]:
        """What is printed on an entity's item, by field."""
        return texts_on(self.casting, self.staging, self.world, entity)

    def items(self) -> list[SceneItem]:
        """The items to draw. Their keys are positions, which say nothing about the answer."""
        return [
            SceneItem(str(position), self.texts(entity), self._emblem(entity))
            for position, entity in enumerate(self.entities)
        ]

    def _emblem(self, entity: Entity) -> NDArray[np.uint8] | None:
        if not self.staging.bears_emblems or self.casting.emblem is None:
            return None
        seed = led(self.world, entity, self.casting.emblem).emblem
        if seed is None:
            return None
        # As a sticker on paper, like on its page: what shows around a crest would mislead image search.
        return np.dstack([draw_emblem(seed, EMBLEM_SIDE), _sticker()])


@lru_cache(maxsize=1)
def _sticker() -> NDArray[np.uint8]:
    """The alpha of a square with round corners."""
    mask = Image.new("L", (EMBLEM_SIDE, EMBLEM_SIDE))
    whole = (0, 0, EMBLEM_SIDE - 1, EMBLEM_SIDE - 1)
    ImageDraw.Draw(mask).rounded_rectangle(whole, EMBLEM_SIDE // 10, fill=255)
    return np.asarray(mask)


def texts_on(casting: Casting, staging: Staging, world: World, entity: Entity) -> dict[str, str]:
    """What is printed on an entity's item, by field."""
    return {name: printed(casting.value(world, entity, name)) for name in sorted(staging.shown)}


def draw_cast(
    casting: Casting,
    staging: Staging,
    world: World,
    rng: np.random.Generator,
    count: int,
    clue_px: float = ROOMY_CLUE_PX,
) -> Cast | None:
    """A cast whose texts all fit the template, or `None` where the world has too few such entities.

    The pointed entities' neighbours in the table come first: their codes differ in one digit and their
    names share a word, so that a glance or a guess confuses them.

    Args:
        casting: the scene.
        staging: what is drawn.
        world: where the entities come from.
        rng: draws them.
        count: how many there are, as far as the template has room.
        clue_px: font size of what is small, in pixels of a picture 3840 wide.
    """
    count = _room(casting, staging, count, clue_px)
    table = world.of_kind(casting.kind)
    order = (table[int(row)] for row in rng.permutation(len(table)))
    fitting = (each for each in order if _fits(casting, staging, world, each))
    chosen = list(itertools.islice(fitting, count))
    if len(chosen) < min(count, _LEAST):
        return None
    pointed = chosen[: staging.anchors]
    near = [
        each for each in _neighbours(pointed, table) if each in chosen or _fits(casting, staging, world, each)
    ]
    chosen = list(dict.fromkeys([*pointed, *near, *chosen]))[:count]
    entities = tuple(chosen[int(place)] for place in rng.permutation(len(chosen)))
    return Cast(casting, staging, world, entities, tuple(entities.index(entity) for entity in pointed))


def _neighbours(pointed: Sequence[Entity], table: Sequence[Entity]) -> Iterator[Entity]:
    """Those who stand near one of the pointed in the table."""
    first = table[0].id
    for entity in pointed:
        row = entity.id - first
        yield from table[max(0, row - _NEAR) : row + _NEAR + 1]


def _room(casting: Casting, staging: Staging, count: int, clue_px: float) -> int:
    """`count`, as far as the template holds so many, and fewer where a large text needs room."""
    fewest, most = casting.template.capacity
    large = staging.shown - staging.small
    if large - casting.bold:
        most = min(most, _MOST_LARGE)
    elif not large and not staging.bears_emblems:
        most = most_items(casting.template, clue_px)
    return min(max(count, fewest), most, *(casting.roomy.get(name, most) for name in large))


def _fits(casting: Casting, staging: Staging, world: World, entity: Entity) -> bool:
    """Whether the template can depict an entity, and has room for its texts."""
    fields = casting.template.fields
    texts = texts_on(casting, staging, world, entity)
    depicted = entity.name.endswith(casting.endings or "")
    return depicted and all(len(text) <= fields[name].max_chars for name, text in texts.items())
