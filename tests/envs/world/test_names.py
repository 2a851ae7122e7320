from itertools import combinations

import numpy as np
import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.world.names import (
    CONSONANTS,
    SPLITS,
    VOWELS,
    Coiner,
    codes,
    currency_codes,
    exists,
    pairs_of,
)


def inner_pairs(word: str) -> list[str]:
    """Every vowel with the consonant after it."""
    low = word.lower()
    return [a + b for a, b in zip(low, low[1:], strict=False) if a in VOWELS and b in CONSONANTS]


def coiner(split: str, seed: int = 0) -> Coiner:
    return Coiner(split, np.random.default_rng((7, seed)))


def test_the_splits_share_out_all_pairs() -> None:
    dealt = [pair for split in SPLITS for pair in pairs_of(split)]
    assert sorted(dealt) == sorted(v + c for v in VOWELS for c in CONSONANTS)
    for split in SPLITS:
        assert {pair[0] for pair in pairs_of(split)} == set(VOWELS)
        assert {pair[1] for pair in pairs_of(split)} == set(CONSONANTS)


@pytest.mark.parametrize("split", SPLITS)
def test_every_word_has_two_pairs_and_all_are_its_split_s(split: str) -> None:
    own = set(pairs_of(split))
    for word in coiner(split).words(5_000):
        assert len(inner_pairs(word)) >= 2
        assert set(inner_pairs(word)) <= own


def test_no_word_of_one_split_stands_within_a_word_of_another() -> None:
    words = {split: coiner(split).words(700) for split in SPLITS}
    for one, other in combinations(SPLITS, 2):
        text = " ".join(words[other]).lower()
        assert not any(word.lower() in text for word in words[one])
        text = " ".join(words[one]).lower()
        assert not any(word.lower() in text for word in words[other])


def test_words_are_never_repeated_nor_real_nor_rude() -> None:
    source = coiner("train")
    words = [word for _ in range(3) for word in source.words(15_000)]
    assert len(set(words)) == len(words)
    assert not any(exists(word.lower()) for word in words)


def test_the_list_of_real_names_is_heeded() -> None:
    assert exists("berlin")
    assert exists("nokia")
    assert exists("prussitu") is False
    assert exists("brashitta")


def test_words_are_the_same_for_the_same_generator() -> None:
    assert coiner("val", 3).words(50) == coiner("val", 3).words(50)
    assert coiner("val", 3).words(50) != coiner("val", 4).words(50)


@pytest.mark.parametrize("split", SPLITS)
def test_codes_are_unique_in_form_and_have_a_twin_that_differs_in_one_digit(split: str) -> None:
    forms = ["AA9999"] * 4000 + ["9999AA"] * 4000 + ["A9999A"] * 4000
    made = codes(split, forms, np.random.default_rng(3))
    assert len(set(made)) == len(made) == len(forms)
    for code, form in zip(made, forms, strict=True):
        assert [c.isalpha() for c in code] == [f == "A" for f in form]
    for one, other in zip(made[::2], made[1::2], strict=True):
        differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        assert len(differing) == 1
        assert "".join(differing[0]).isdigit()


def test_codes_of_the_splits_begin_with_different_letters() -> None:
    firsts = []
    for split in SPLITS:
        made = codes(split, ["9999AA"] * 3001, np.random.default_rng(1))
        assert len(made) == 3001
        firsts.append({code[4] for code in made})
    assert all(not one & other for one, other in combinations(firsts, 2))


def test_currency_codes_are_unique_disjoint_and_not_real() -> None:
    made = [set(currency_codes(split, 60, np.random.default_rng(5))) for split in SPLITS]
    assert all(len(each) == 60 for each in made)
    assert all(not one & other for one, other in combinations(made, 2))
    assert not {"GEL", "RON", "MAD", "SEK"} & set().union(*made)


def test_an_unknown_split_is_refused_with_what_there_is() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'train'"):
        Coiner("trian", np.random.default_rng(0))
