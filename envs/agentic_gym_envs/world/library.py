"""What can be looked up: a world with its web as a corpus, and the indexes over it, kept for all threads."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from agentic_gym.search import Document, DocumentImage, ImageIndex, TextIndex
from agentic_gym_envs.world.cache import RecentlyUsed
from agentic_gym_envs.world.web import Page, Web, get_web
from agentic_gym_envs.world.world import World

TASKS_PER_WORLD = 64
"""Neighbouring indices share a world, which is made once and kept."""


class WebCorpus(Mapping[str, Document]):
    """A world's web as the search tools want it; pages are written when they are first opened."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def __getitem__(self, url: str) -> Document:
        """The document at `url`; `KeyError` if there is none."""
        return _document(self._web[url])

    def __contains__(self, url: object) -> bool:
        """Whether there is one, without writing it."""
        return url in self._web

    def __iter__(self) -> Iterator[str]:
        """The urls, in alphabetical order."""
        return iter(self._web)

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self._web)


def _document(page: Page) -> Document:
    images = tuple(DocumentImage(image.url, image.caption, image.draw) for image in page.images)
    return Document(page.url, page.title, page.text, images)


class Library:
    """A world, its web, and the indexes over it; the indexes are made when first asked for.

    Args:
        web: the web of the world.
    """

    def __init__(self, web: Web) -> None:
        self.web = web
        self.corpus = WebCorpus(web)

    @property
    def world(self) -> World:
        """The world."""
        return self.web.world

    @cached_property
    def text_index(self) -> TextIndex:
        """Every page by its words."""
        return TextIndex(self.corpus)

    @cached_property
    def image_index(self) -> ImageIndex:
        """Every picture by its looks."""
        return ImageIndex(self.corpus)


_libraries: RecentlyUsed[tuple[str, int, int], Library] = RecentlyUsed(
    lambda key: Library(get_web(*key)), most=16
)


def get_library(split: str, world: int, pages: int) -> Library:
    """The library of a world of a split; the last few are kept.

    Args:
        split: `train`, `val` or `test`.
        world: the world's number within the split.
        pages: how many pages its web has.
    """
    return _libraries.get((split, world, pages))
