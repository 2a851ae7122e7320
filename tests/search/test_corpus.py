import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym.search import Corpus, Document, MemoryCorpus


def test_documents_are_found_by_url_in_the_order_given() -> None:
    pages = [Document("https://b.example", "B", "two"), Document("https://a.example", "A", "one")]
    corpus: Corpus = MemoryCorpus(pages)
    assert list(corpus) == ["https://b.example", "https://a.example"]
    assert len(corpus) == 2
    assert corpus["https://a.example"].text == "one"
    assert "https://c.example" not in corpus
    with pytest.raises(KeyError):
        corpus["https://c.example"]


def test_one_url_for_two_documents_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"https://a\.example"):
        MemoryCorpus([Document("https://a.example", "A", ""), Document("https://a.example", "B", "")])
