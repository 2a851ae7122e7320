"""The two executors of a program: over the world's tables, and over what can be read.

They share the schema and nothing else. `TableFacts` knows which entity an item stands for and looks its
facts up in the tables. `ReadFacts` knows only what is printed in the scene and the text of pages: it
identifies, hops and reads as an agent would have to. A question is fair only if both give one answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentic_gym_envs.questions.facts import PageFacts, WorldFacts
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Clue, Subject
from agentic_gym_envs.realx.casting import Casting, led
from agentic_gym_envs.realx.casts import Cast
from agentic_gym_envs.scenes import Scene
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Value
from agentic_gym_envs.world.world import Entity

ReadText = Mapping[str, Mapping[str, str]]
"""What is printed in a scene: by item key, by field."""


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """What a picture shows to somebody who reads all of it.

    Attributes:
        casting: what its fields mean.
        texts: what is printed in it.
        pointed: the keys of the items at its anchors.
    """

    casting: Casting
    texts: ReadText
    pointed: Sequence[str]

    def text(self, key: str, field: str) -> str:
        """What a field shows on an item; `NoFactError` if nothing."""
        try:
            return self.texts[key][field]
        except KeyError:
            raise NoFactError(f"the scene prints no {field!r} on item {key!r}") from None


class TableFacts(WorldFacts):
    """Facts from the world's tables.

    Args:
        casts: the entities in each picture; anchors are counted through all of them.
    """

    def __init__(self, casts: Sequence[Cast]) -> None:
        super().__init__(casts[0].world)
        self._first = casts[0]
        self._pointed = [(cast.casting, cast.entities[place]) for cast in casts for place in cast.pointed]

    def subjects(self, subject: Subject) -> Sequence[Entity]:
        """Every entity of the kind that has the clue which the item shows."""
        casting, shown = self._pointed[subject.slot]
        if subject.clue is Clue.EMBLEM:
            emblem = led(self._world, shown, casting.emblem or ()).emblem
            return [each for each in self._world.of_kind(subject.kind) if each.emblem == emblem]
        clue = casting.value(self._world, shown, subject.field).text()
        find = self._world.with_code if subject.clue is Clue.CODE else self._world.named
        found = find(clue)
        if found.kind != subject.kind:
            raise NoFactError(f"{clue!r} is the {subject.clue} of a {found.kind}, not of a {subject.kind}")
        return [found]

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """What a field shows on an anchor's item, or on every item of the first picture."""
        everybody = [(self._first.casting, entity) for entity in self._first.entities]
        shown = everybody if slot is None else [self._pointed[slot]]
        return [casting.value(self._world, entity, field) for casting, entity in shown]


class ReadFacts(PageFacts):
    """Facts from the texts in pictures and on pages. An entity is the name of whom its article is about.

    Args:
        pictures: what each shows.
        library: where pages are found and read.
        emblems: the name of the page that image search finds for the emblem at an anchor, where a
            program asks for one.
    """

    def __init__(
        self, pictures: Sequence[ReadPicture], library: Library, emblems: Mapping[int, str] | None = None
    ) -> None:
        super().__init__(library)
        self._first = pictures[0]
        self._pointed = [(picture, key) for picture in pictures for key in picture.pointed]
        self._emblems = emblems or {}

    def subjects(self, subject: Subject) -> Sequence[str]:
        """The name of everybody of the kind who has the clue."""
        if subject.clue is Clue.EMBLEM:
            names = [self._emblems[subject.slot]]
        else:
            picture, key = self._pointed[subject.slot]
            clue = picture.text(key, subject.field)
            by_code = subject.clue is Clue.CODE
            pages = self.articles(clue, clue)
            names = [page.subject for page in pages if clue == (page.code if by_code else page.subject)]
        return [name for name in names if self.article(name).kind.name == subject.kind]

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """What a field's texts tell."""
        everywhere = [(self._first, key) for key in self._first.texts]
        shown = everywhere if slot is None else [self._pointed[slot]]
        return [picture.casting.read(field, picture.text(key, field)) for picture, key in shown]


def texts_in(scene: Scene) -> ReadText:
    """What a scene's manifest says is printed, items in reading order."""
    texts: dict[str, dict[str, str]] = {anchor.item: {} for anchor in scene.anchors}
    for placed in scene.placed:
        texts[placed.item][placed.field] = placed.text
    return texts


def read_of(cast: Cast) -> ReadPicture:
    """What somebody will read in the picture of a cast, before it is drawn."""
    return ReadPicture(cast.casting, texts_of(cast), [str(place) for place in cast.pointed])


def texts_of(cast: Cast) -> ReadText:
    """What a cast will have printed, before it is drawn."""
    return {str(place): cast.texts(entity) for place, entity in enumerate(cast.entities)}
