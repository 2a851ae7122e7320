"""What can be looked up: a world with its web as a corpus, and the indexes over it, kept for all threads."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from agentic_gym.search import Document, DocumentImage, ImageIndex, TextIndex
from agentic_gym_envs.world.cache import RecentlyUsed
from agentic_gym_envs.world.pages import Page
from agentic_gym_envs.world.web import Web, get_web
from agentic_gym_envs.world.world import KEPT_PAGES, World, weight

TASKS_PER_WORLD = 64
"""Neighbouring indices share a world, which is made once and kept."""


class PictureCorpus(Mapping[str, Document]):
    """The pictures of a web's entities, on pages without text: what an index of looks needs."""

    def __init__(self, web: Web) -> None:
        self._pages = {
            url: Document(url, title, "", (DocumentImage(image.url, image.caption, image.draw),))
            for url, title, image in web.pictured()
        }

    def __getitem__(self, url: str) -> Document:
        """The document at `url`; `KeyError` if there is none."""
        return self._pages[url]

    def __iter__(self) -> Iterator[str]:
        """The urls, in alphabetical order."""
        return iter(self._pages)

    def __len__(self) -> int:
        """How many pages have a picture of an entity."""
        return len(self._pages)


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
        """Every picture of an entity by its looks."""
        return ImageIndex(PictureCorpus(self.web))


_libraries: RecentlyUsed[tuple[str, int, int, bool], Library] = RecentlyUsed(
    lambda key: Library(get_web(*key)), most=KEPT_PAGES, weigh=lambda key: weight(key[2])
)


def get_library(split: str, world: int, pages: int, tangled: bool = False) -> Library:
    """The library of a world of a split; the last few are kept.

    Args:
        split: `train`, `val` or `test`.
        world: the world's number within the split.
        pages: how many pages its web has.
        tangled: whether pages disagree, and facts stand in pictures only.
    """
    return _libraries.get((split, world, pages, tangled))
