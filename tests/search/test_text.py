import gc
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.errors import ConfigurationError
from agentic_gym.search import Document, Hit, MemoryCorpus, TextIndex


def page(name: str, title: str, text: str) -> Document:
    return Document(f"https://web.example/{name}", title, text)


def urls(hits: list[Hit]) -> list[str]:
    return [hit.url.rpartition("/")[2] for hit in hits]


CORPUS = MemoryCorpus(
    [
        page("tower", "Alder Tower", "The tower was designed by Ada Moor and opened in 1931."),
        page("moor", "Ada Moor", "An architect. Her designs include Alder Tower and two museums."),
        page("museum", "Velmar Museum", "A museum of clocks in Velmar, in a building by Ada Moor."),
        page("cafe", "Café Zoë", "A café by the harbour."),
        page("odd", 'The "Who" \ud800', "NULs \x00 and quotes ' \" and a lone \udfff surrogate."),
    ]
)
INDEX = TextIndex(CORPUS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Alder Tower", ["tower", "moor"]),
        ("the architect's museums", ["moor", "museum"]),
        ("Who designed the Alder Tower?", ["tower", "moor"]),
        ("ZOE cafe", ["cafe"]),
        ("surrogate", ["odd"]),
        ("the who", ["odd"]),
        ("clocks NOT Velmar", ["museum"]),
        ("helicopter", []),
        ("", []),
    ],
)
def test_pages_are_found_by_any_of_the_words_in_any_form(query: str, expected: list[str]) -> None:
    found = urls(INDEX.search(query))
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


def test_a_hit_says_where_and_what() -> None:
    assert INDEX.search("clocks", limit=1) == [
        Hit(
            "https://web.example/museum",
            "Velmar Museum",
            "A museum of clocks in Velmar, in a building by Ada Moor.",
        )
    ]


def test_a_word_of_the_title_counts_for_more() -> None:
    corpus = MemoryCorpus(
        [page("a", "News", "Velmar has a new mayor."), page("b", "Velmar", "A city. It rains.")]
    )
    assert urls(TextIndex(corpus).search("velmar")) == ["b", "a"]


def test_ties_are_broken_by_url_whatever_the_order_of_the_corpus() -> None:
    pages = [page(name, "Same", "the same words") for name in "dacb"]
    for documents in (pages, pages[::-1]):
        assert urls(TextIndex(MemoryCorpus(documents)).search("same")) == ["a", "b", "c", "d"]


def test_a_word_on_most_pages_does_not_outvote_a_rare_one() -> None:
    pages = [page(f"{number:04}", "Founded", "founded founded city") for number in range(300)]
    index = TextIndex(MemoryCorpus([*pages, page("rare", "Velmar", "The city was founded long ago.")]))
    assert urls(index.search("When was the city of Velmar founded?")) == ["rare"]
    assert len(index.search("founded city", limit=20)) == 20, "without a rare word, common ones are searched"
    assert len(index.search("founded xyzzy", limit=20)) == 20, "a word that is nowhere is not a rare one"


def test_limit() -> None:
    assert len(INDEX.search("Ada Moor tower", limit=2)) == 2
    with pytest.raises(ConfigurationError, match="limit is 0"):
        INDEX.search("tower", limit=0)


def test_urls_are_those_of_the_hits() -> None:
    hits = INDEX.search("Ada Moor tower", limit=3)
    assert INDEX.urls("Ada Moor tower", limit=3) == [hit.url for hit in hits]
    assert INDEX.urls("") == []


@given(st.text(st.characters()))
def test_any_string_is_a_query(query: str) -> None:
    assert INDEX.search(query) == INDEX.search(query)


@given(
    st.lists(st.sampled_from(['"', "'", "NEAR(", ")", "*", "AND", "OR NOT", "title:", "tower", "-", "\x00"]))
)
def test_nothing_in_a_query_is_an_operator(parts: list[str]) -> None:
    found = urls(INDEX.search(" ".join(parts)))
    assert ("tower" in found) or ("tower" not in parts)


def test_an_empty_corpus_finds_nothing() -> None:
    assert TextIndex(MemoryCorpus([])).search("tower") == []


def test_the_corpus_is_read_at_the_first_search_and_not_before() -> None:
    class Counting(MemoryCorpus):
        reads = 0

        def __getitem__(self, url: str) -> Document:
            self.reads += 1
            return super().__getitem__(url)

    corpus = Counting(CORPUS.values())
    index = TextIndex(corpus)
    assert corpus.reads == 0
    for _ in range(3):
        index.search("harbour")
    assert corpus.reads == len(corpus) + 3


def test_a_corpus_that_failed_once_can_be_read_again() -> None:
    class Flaky(MemoryCorpus):
        fails = True

        def __getitem__(self, url: str) -> Document:
            if self.fails and url.endswith("odd"):
                raise OSError("the disk")
            return super().__getitem__(url)

    corpus = Flaky(CORPUS.values())
    index = TextIndex(corpus)
    with pytest.raises(OSError, match="the disk"):
        index.search("harbour")
    corpus.fails = False
    assert index.search("harbour") == INDEX.search("harbour")


def test_threads_share_an_index() -> None:
    queries = ["Alder Tower", "museum", "Ada Moor", "harbour"] * 50
    alone = [INDEX.search(query) for query in queries]
    shared = TextIndex(CORPUS)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shared.search, queries)) == alone


def test_an_index_that_is_gone_has_closed_its_database() -> None:
    index = TextIndex(CORPUS)
    connection = index._connection
    del index
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_sqlite_without_fts5_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class WithoutFTS5(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            return super().execute(sql.replace("fts5", "no_such_module"), *parameters)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **kw: connect(*args, **kw, factory=WithoutFTS5))
    with pytest.raises(ConfigurationError, match="FTS5.*use a Python whose sqlite3"):
        TextIndex(CORPUS)
