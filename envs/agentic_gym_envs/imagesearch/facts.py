"""The two executors of a question about a photo: over the world's tables, and over notes and pages."""

from collections.abc import Mapping, Sequence

from agentic_gym_envs.imagesearch.cards import Cast, Fact, looks
from agentic_gym_envs.questions.facts import PageFacts, WorldFacts
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Subject
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Value
from agentic_gym_envs.world.world import Entity


class TableFacts(WorldFacts):
    """Facts from the world's tables.

    Args:
        cast: the cards in the photo.
        fact: what the question asks of each that it points at.
    """

    def __init__(self, cast: Cast, fact: Fact) -> None:
        super().__init__(cast.world)
        self._cast = cast
        self._fact = fact

    def subjects(self, subject: Subject) -> Sequence[Entity]:
        """Every entity of the kind that looks like the picture."""
        seed = looks(self._cast.at(subject.slot).entity)
        return [each for each in self._world.of_kind(subject.kind) if looks(each) == seed]

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """What the note under a picture would tell, if it told what is asked."""
        if slot is None:
            raise NoFactError("a question points at pictures one by one")
        return [self._fact.value(self._world, self._cast.at(slot).entity)]


class ReadFacts(PageFacts):
    """Facts from the notes in the photo and the text of pages. An entity is the title of its article.

    Args:
        notes: what the notes print, by slot.
        fact: what the question asks of each picture that it points at.
        library: where pages are found and read.
        recognised: the title of the page that image search finds for each picture, by slot.
    """

    def __init__(
        self, notes: Sequence[str], fact: Fact, library: Library, recognised: Mapping[int, str]
    ) -> None:
        super().__init__(library)
        self._notes = notes
        self._fact = fact
        self._recognised = recognised

    def subjects(self, subject: Subject) -> Sequence[str]:
        """The title of the article that was recognised."""
        title = self._recognised[subject.slot]
        return [title] if self.article(title).kind.name == subject.kind else []

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """What the note under a picture tells."""
        value = None if slot is None else self._fact.read(self._notes[slot])
        if value is None:
            raise NoFactError(f"the note does not tell {self._fact.label!r}")
        return [value]
