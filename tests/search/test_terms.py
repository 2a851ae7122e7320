import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.search.terms import query_terms, snippet

RAIN = "It rains all day. " * 40


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("Which club plays at Alder Park?", ["club", "plays", "alder", "park"]),
        ("alder ALDER Alder", ["alder"]),
        ("Moor's tower", ["moor", "tower"]),
        ("where is it", ["where", "is", "it"]),
        ("snake_case AND NEAR(x, 2)", ["snake", "case", "near", "x", "2"]),
        ("cafe\u0301", ["caf\u00e9"]),
        ("?!\x00 \ud800", []),
    ],
)
def test_a_query_is_its_telling_words(query: str, terms: list[str]) -> None:
    assert query_terms(query) == terms


def test_a_pasted_page_is_cut_to_a_question() -> None:
    assert len(query_terms(" ".join(f"word{number}" for number in range(10_000)))) == 32


def test_a_short_text_is_its_own_snippet() -> None:
    assert snippet("Founded:  1931\nCity: Velmar", ["velmar"]) == "Founded: 1931 City: Velmar"


def test_the_snippet_is_the_passage_with_most_different_words() -> None:
    text = RAIN + "A tower. A tower. A tower. " + RAIN + "The tower was drawn by Ada Moor. " + RAIN
    shown = snippet(text, ["tower", "moor", "drawn"])
    assert "The tower was drawn by Ada Moor." in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


@pytest.mark.parametrize(("term", "written"), [("city", "cities"), ("galleries", "gallery"), ("zoe", "Zoë")])
def test_the_snippet_finds_a_word_in_another_form(term: str, written: str) -> None:
    assert written in snippet(f"{RAIN}Then {written} came. {RAIN}", [term])


def test_the_snippet_of_a_page_without_the_words_is_its_beginning() -> None:
    assert snippet("Alder Park. " + RAIN, ["velmar"]).startswith("Alder Park. It rains")


@given(st.text(max_size=600), st.lists(st.text(st.characters(categories=["L"]), min_size=1), max_size=4))
def test_a_snippet_is_a_line_within_the_length(text: str, terms: list[str]) -> None:
    for length in (40, 160):
        shown = snippet(text, terms, length)
        assert len(shown) <= length
        assert shown.strip("…") in " ".join(text.split())
