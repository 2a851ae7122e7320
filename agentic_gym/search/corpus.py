"""What there is to be found: documents by url, each with text and pictures."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import Pixels


@dataclass(frozen=True, slots=True)
class DocumentImage:
    """A picture on a page.

    Attributes:
        url: of the picture itself.
        caption: one line of plain text.
        load: gives the picture, uint8 height × width × 3; called only when it is needed, from any thread.
    """

    url: str
    caption: str
    load: Callable[[], Pixels]


@dataclass(frozen=True, slots=True)
class Document:
    """A page: its address, its title, its text and its pictures."""

    url: str
    title: str
    text: str
    images: tuple[DocumentImage, ...] = ()


class Corpus(Protocol):
    """Documents by url. Any `Mapping[str, Document]` is one; it must not change once it is indexed."""

    def __getitem__(self, url: str, /) -> Document:
        """The document at `url`.

        Raises:
            KeyError: there is none.
        """
        ...

    def __contains__(self, url: object, /) -> bool:
        """Whether there is a document at `url`."""
        ...

    def __iter__(self) -> Iterator[str]:
        """The urls, each once."""
        ...

    def __len__(self) -> int:
        """How many documents there are."""
        ...


class MemoryCorpus(Mapping[str, Document]):
    """A corpus held in memory, in the order in which the documents were given.

    Raises:
        ConfigurationError: two documents have one url.

    >>> corpus = MemoryCorpus([Document("https://a.example/tea", "Tea", "Leaves in hot water.")])
    >>> corpus["https://a.example/tea"].title
    'Tea'
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents: dict[str, Document] = {}
        for document in documents:
            if document.url in self._documents:
                raise ConfigurationError(f"two documents have the url {document.url!r}; give each its own")
            self._documents[document.url] = document

    def __getitem__(self, url: str) -> Document:
        return self._documents[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)
