"""The two executors of a question in words: over the tables of a world, and over pages that are read."""

from collections.abc import Sequence

from agentic_gym_envs.questions.facts import OPENED, PageFacts, WorldFacts
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Subject
from agentic_gym_envs.textsearch.starts import Coded, Named, Owner, Related, Start, entities_of, titles_meant
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Value
from agentic_gym_envs.world.world import Entity, World


class TableFacts(WorldFacts):
    """Facts from the world's tables.

    Args:
        world: where everybody is.
        starts: how the question names each of whom it starts from.
    """

    def __init__(self, world: World, starts: Sequence[Start]) -> None:
        super().__init__(world)
        self._starts = starts

    def subjects(self, subject: Subject) -> Sequence[Entity]:
        """Every entity of the world that the start may mean."""
        return entities_of(self._starts[subject.slot], self._world)

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """Nothing is printed where there is no picture."""
        raise NoFactError(f"there is no picture that could print {field!r}")


class ReadFacts(PageFacts):
    """Facts from the text of pages. An entity is the title of its article.

    Args:
        library: where pages are found and read.
        starts: how the question names each of whom it starts from.
    """

    def __init__(self, library: Library, starts: Sequence[Start]) -> None:
        super().__init__(library)
        self._starts = starts

    def subjects(self, subject: Subject) -> Sequence[str]:
        """The title of every article that the start may mean."""
        start = self._starts[subject.slot]
        if isinstance(start, Named | Coded):
            return self._known(start)
        owners = self._known(start.owner)
        if isinstance(start, Related):
            return [title for owner in owners for title in self._related(start, owner)]
        lists = [self.listing(owner, start.kind, start.relation) for owner in owners]
        return [title for page in lists for title in titles_meant(start, page)]

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """Nothing is printed where there is no picture."""
        raise NoFactError(f"there is no picture that could print {field!r}")

    def _related(self, start: Related, owner: str) -> list[str]:
        pages = self.pages(start.query(owner), owner, most=OPENED)
        return [page.title for page in pages if start.is_meant(page, owner)]

    def _known(self, start: Owner) -> list[str]:
        mark = start.name if isinstance(start, Named) else start.code
        pages = [page for page in self.articles(mark, mark) if page.kind.name == start.kind]
        return [page.title for page in pages if mark in (page.title, page.code)]
