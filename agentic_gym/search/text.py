"""Full-text search over a corpus: BM25 by sqlite's FTS5, in memory."""

import sqlite3
import threading
import unicodedata
import weakref
from dataclasses import dataclass

from agentic_gym.errors import ConfigurationError
from agentic_gym.escaping import replace_surrogates
from agentic_gym.search.corpus import Corpus
from agentic_gym.search.terms import query_terms, snippet

# Without a content table: the corpus has the text already. Rows are numbered in the order of the urls,
# so that ordering by row breaks ties of the score by url.
_CREATE = "CREATE VIRTUAL TABLE pages USING fts5(title, text, content='', tokenize='porter unicode61')"
_INSERT = "INSERT INTO pages(rowid, title, text) VALUES (?, ?, ?)"
_OPTIMIZE = "INSERT INTO pages(pages) VALUES ('optimize')"
_SELECT = "SELECT rowid FROM pages WHERE pages MATCH ? ORDER BY bm25(pages, 3.0, 1.0), rowid LIMIT ?"
_IS_ON_MORE_THAN = "SELECT 1 FROM pages WHERE pages MATCH ? LIMIT 1 OFFSET ?"

_COMMON_SHARE = 0.1
"""A word on more than this share of the pages tells few of them apart, and scoring them all is slow."""
_FEW = 100
"""Pages that are quick to score in any case: in a small corpus no word counts as common."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found, with at most 160 characters of it."""

    url: str
    title: str
    snippet: str


class TextIndex:
    """Finds the pages of a corpus by the words of a query, in any form of the word, the best first.

    A page is found when it has any of the words; rare words and words of the title count for more
    (BM25, Robertson and Zaragoza 2009; the title three times). Words on more than a tenth of the pages are
    left out where the query has rarer ones. The same corpus and query give the same hits in the same
    order. Threads may share an index.

    Args:
        corpus: indexed at the first search, not before, and read again for the titles and snippets of hits.

    Raises:
        ConfigurationError: this Python's sqlite has no FTS5.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._urls: list[str] = []
        self._is_filled = False
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._connection.close)
        try:
            self._connection.execute(_CREATE)
        except sqlite3.OperationalError as error:
            raise ConfigurationError(
                f"text search needs sqlite with FTS5, but sqlite {sqlite3.sqlite_version} of this Python "
                f"says {str(error)!r}: use a Python whose sqlite3 module has it (those of python.org, "
                "Debian, conda and uv do)"
            ) from error

    def _fill(self) -> None:
        """Indexes the corpus."""
        self._urls = sorted(self._corpus)
        pages = (self._corpus[url] for url in self._urls)
        rows = ((row, _clean(page.title), _clean(page.text)) for row, page in enumerate(pages))
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany(_INSERT, rows)
            self._connection.execute(_OPTIMIZE)
        self._is_filled = True

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The pages that fit `query` best.

        Args:
            query: any string; its words are looked for, nothing in it is an operator.
            limit: hits at most.

        Raises:
            ConfigurationError: `limit` is less than 1.
        """
        terms = query_terms(query)
        return [self._hit(url, terms) for url in self.urls(query, limit)]

    def urls(self, query: str, limit: int = 10) -> list[str]:
        """The urls of the same pages in the same order, for whom titles and snippets would be wasted."""
        if limit < 1:
            raise ConfigurationError(f"limit is {limit}, but must be at least 1")
        # A quoted string is a word to FTS5, whatever stands in it; words have no quotes themselves.
        words = [f'"{term}"' for term in query_terms(query)]
        if not words:
            return []
        with self._lock:
            if not self._is_filled:
                self._fill()
            match = " OR ".join(self._telling(words))
            rows = self._connection.execute(_SELECT, (match, limit)).fetchall()
        return [self._urls[row] for (row,) in rows]

    def _telling(self, words: list[str]) -> list[str]:
        """Those of `words` that are on some page but not on very many; all of them if there are none."""
        telling = [word for word in words if not self._is_common(word)]
        return telling if any(self._occurs(word, 0) for word in telling) else words

    def _is_common(self, word: str) -> bool:
        return self._occurs(word, int(len(self._urls) * _COMMON_SHARE) + _FEW)

    def _occurs(self, word: str, more_than: int) -> bool:
        """Whether `word` is on more than that many pages."""
        return self._connection.execute(_IS_ON_MORE_THAN, (word, more_than)).fetchone() is not None

    def _hit(self, url: str, terms: list[str]) -> Hit:
        page = self._corpus[url]
        return Hit(url, page.title, snippet(page.text, terms))


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", replace_surrogates(text))
