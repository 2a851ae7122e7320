"""What a page is, and the parts it is written from: prose, leaflets and pictures."""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from agentic_gym.messages import Pixels
from agentic_gym_envs.world.emblems import draw_emblem
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.portraits import draw_painting, draw_portrait
from agentic_gym_envs.world.prose import FILLERS, LEADS, Dice, Statement, with_article
from agentic_gym_envs.world.schema import Depiction, Kind
from agentic_gym_envs.world.sheets import Sheet
from agentic_gym_envs.world.values import AnswerKind
from agentic_gym_envs.world.world import Entity

IMAGE_SIZE = 128
"""Pixels of the square pictures on pages."""
_WORDS = (AnswerKind.NAME, AnswerKind.CHOICE)


class PageKind(enum.Enum):
    """What a page is."""

    ARTICLE = enum.auto()
    RIVAL = enum.auto()
    """A second article about an entity, which does not hold."""
    LIST = enum.auto()
    NEWS = enum.auto()


@dataclass(frozen=True, slots=True)
class PageImage:
    """A picture on a page.

    Attributes:
        url: of the picture itself.
        caption: one line of plain text.
        draw: draws it: uint8, height × width × 3. Safe to call from any thread.
    """

    url: str
    caption: str
    draw: Callable[[], Pixels] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes:
        url: its address.
        title: its title.
        text: what it says; begins with the title.
        images: its pictures, that of the sheet among them.
        sheet: what stands on the page in a picture only, as the picture's manifest.
    """

    url: str
    title: str
    text: str
    images: tuple[PageImage, ...] = ()
    sheet: Sheet | None = None

    @property
    def all_text(self) -> str:
        """What the page says, in its text and in the picture of its sheet."""
        rows = self.sheet.rows if self.sheet else ()
        return "\n".join([self.text, *(" | ".join(row) for row in rows)])


def prose(entity: Entity, kind: Kind, sentences: Sequence[str], dice: Dice) -> str:
    """A lead, the facts' sentences and two that say nothing, in an order of the dice's."""
    fillers = FILLERS[kind.domain]
    first = dice.roll(len(fillers))
    body = [*sentences, fillers[first], fillers[(first + 1 + dice.roll(len(fillers) - 1)) % len(fillers)]]
    dice.shuffle(body)
    lead = LEADS[dice.roll(len(LEADS))].format(name=entity.name, noun=with_article(kind.noun))
    return " ".join([lead, *body])


@cache
def figures(kind: Kind) -> tuple[str, ...]:
    """The facts of a kind that may stand on a leaflet only: numbers and dates that do not change."""
    return tuple(
        attribute.name
        for attribute in kind.attributes
        if attribute.target and attribute.dated is None and attribute.type.answer_kind not in _WORDS
    )


def leaflet(entity: Entity, kind: Kind, facts: Sequence[Statement], seed: int) -> Sheet:
    """All figures about an entity."""
    shown = figures(kind)
    rows = tuple((fact.label, fact.text) for fact in facts if fact.column in shown)
    return Sheet(entity.name, (kind.noun.capitalize(), "Figure"), rows, seed >> 1)


def pictures(entity: Entity, address: str) -> tuple[PageImage, ...]:
    """What the article about an entity shows of it, if anything can be shown."""
    match kind_of(entity.kind).depiction:
        case Depiction.EMBLEM if entity.emblem is not None:
            draw = partial(draw_emblem, entity.emblem, IMAGE_SIZE)
            return (PageImage(address, f"The emblem of {entity.name}", draw),)
        case Depiction.PORTRAIT if entity.portrait is not None:
            draw = partial(draw_portrait, entity.portrait, IMAGE_SIZE)
            return (PageImage(address, f"A likeness of {entity.name}", draw),)
        case Depiction.PAINTING if entity.portrait is not None:
            draw = partial(draw_painting, entity.portrait, IMAGE_SIZE)
            return (PageImage(address, entity.name, draw),)
        case _:
            return ()
