"""Search by picture: which pages show what is on this crop."""

import threading
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import Pixels
from agentic_gym.search.corpus import Corpus

_SIDE = 12
"""Of a thumbnail, in pixels: coarse enough to forgive noise, fine enough to tell emblems apart."""
_LENGTH = _SIDE * _SIDE * 3

_QUERY_SIDE = 192
"""A query's longer side is shrunk to this before it is cut into windows, which makes them cheap."""

_WINDOWS = ((1.0, 1), (0.92, 3), (0.84, 3), (0.76, 4), (0.68, 5))
"""Scales at which a query is cut, and the positions along each side: 1 + 9 + 9 + 16 + 25 = 60 windows.

A crop has a margin around what it is of, while the picture on the page has none; some window fits.
"""


@dataclass(frozen=True, slots=True)
class ImageHit:
    """A picture that was found.

    Attributes:
        url: of the page that shows it.
        title: of that page.
        caption: of the picture.
        score: cosine of the best-fitting window and the picture, -1 to 1; the same picture gives nearly 1.
    """

    url: str
    title: str
    caption: str
    score: float


class ImageIndex:
    """Finds the pictures of a corpus that look like a given one, or like a part of it.

    A picture is known by a 12×12 thumbnail with its mean colour removed. The query is cut into 60 windows,
    and a picture's score is its best correlation with one of them. That finds a drawn emblem cropped out
    of a scene with a margin, where perceptual hashes fail; it does not recognise the same thing drawn or
    photographed in another way. The same corpus and query give the same order. Threads may share an index.

    Args:
        corpus: read, and its pictures loaded, at the first search, not before.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._lock = threading.Lock()
        self._gallery: _Gallery | None = None

    def search(self, pixels: Pixels, limit: int = 5) -> list[ImageHit]:
        """The pictures that look most like `pixels` or a part of it, the best first.

        Args:
            pixels: uint8, height × width × 3.
            limit: hits at most.

        Raises:
            ConfigurationError: `limit` is less than 1.
        """
        if limit < 1:
            raise ConfigurationError(f"limit is {limit}, but must be at least 1")
        gallery = self._hung()
        if not gallery.entries:
            return []
        scores = (gallery.thumbnails @ _windows(pixels).T).max(axis=1)
        # Rounded, so that a matrix product's last bits, which differ among machines, decide no order.
        scores = np.round(scores.astype(np.float64), 4)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [gallery.entries[row].hit(float(scores[row])) for row in best]

    def _hung(self) -> "_Gallery":
        """The gallery, made when first asked for."""
        with self._lock:
            if self._gallery is None:
                self._gallery = _Gallery.of(self._corpus)
            return self._gallery


@dataclass(frozen=True, slots=True)
class _Entry:
    """A picture, without its pixels."""

    url: str
    title: str
    caption: str

    def hit(self, score: float) -> ImageHit:
        return ImageHit(self.url, self.title, self.caption, score)


@dataclass(frozen=True, slots=True, eq=False)
class _Gallery:
    """Every picture of a corpus, in the order of the pages' urls: what it is, and its thumbnail in a row."""

    entries: list[_Entry]
    thumbnails: NDArray[np.float32]

    @classmethod
    def of(cls, corpus: Corpus) -> Self:
        pages = (corpus[url] for url in sorted(corpus))
        found = [(page, image) for page in pages for image in page.images]
        rows = [_thumbnail(Image.fromarray(image.load())) for _, image in found]
        entries = [_Entry(page.url, page.title, image.caption) for page, image in found]
        return cls(entries, np.array(rows, dtype=np.float32).reshape(len(rows), _LENGTH))


def _thumbnail(
    picture: Image.Image, box: tuple[float, float, float, float] | None = None
) -> NDArray[np.float32]:
    """The part of `picture` in `box` as a unit vector of 12 × 12 × 3; zeros for one plain colour."""
    small = picture.resize((_SIDE, _SIDE), Image.Resampling.BOX, box=box)
    colours = np.asarray(small, dtype=np.float32).reshape(-1, 3)
    vector: NDArray[np.float32] = (colours - colours.mean(axis=0)).ravel()
    length = float(np.linalg.norm(vector))
    return np.divide(vector, max(length, 1.0), dtype=np.float32)


def _windows(pixels: Pixels) -> NDArray[np.float32]:
    """The thumbnails of the query's windows, one row each."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((_QUERY_SIDE, _QUERY_SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    width, height = picture.size
    rows = []
    for scale, positions in _WINDOWS:
        free_x, free_y = width * (1 - scale), height * (1 - scale)
        for across in np.linspace(0.0, 1.0, positions):
            for down in np.linspace(0.0, 1.0, positions):
                left, top = free_x * across, free_y * down
                # Rounding must not carry a window over the picture's edge.
                right, bottom = min(left + width * scale, width), min(top + height * scale, height)
                rows.append(_thumbnail(picture, (left, top, right, bottom)))
    return np.stack(rows)
