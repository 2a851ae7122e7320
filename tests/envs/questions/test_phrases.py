import re

import numpy as np
import pytest

from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.phrases import ask, form, noun_phrase, reference
from agentic_gym_envs.questions.programs import Ask, Clue, Compute, Hop, NameOf, Subject
from agentic_gym_envs.world.values import Choice, Integer, Name

FIRST, SECOND = (Subject("product", slot, Clue.NAME) for slot in (0, 1))
BRAND = Hop(FIRST, "product", "brand")


def by_slot(term):
    return f"product {term.slot}" if isinstance(term, Subject) else None


def test_a_relation_is_told_of_whom_it_starts_from():
    assert reference(BRAND, by_slot) == "the brand that makes product 0"


def test_a_family_may_have_a_name_for_the_end_of_a_chain():
    assert reference(BRAND, lambda term: "this brand" if term == BRAND else None) == "this brand"


def test_whoever_is_called_nothing_is_a_bug():
    with pytest.raises(TypeError, match="calls"):
        reference(FIRST, lambda term: None)


def test_what_is_asked_is_a_noun_phrase():
    assert noun_phrase(Ask(BRAND, "brand", "employees"), by_slot).endswith("the brand that makes product 0")
    assert noun_phrase(NameOf(BRAND), by_slot) == "the name of the brand that makes product 0"


def test_a_comparison_names_both():
    program = Compute(
        Operation.DIFFERENCE, (Ask(FIRST, "product", "weight"), Ask(SECOND, "product", "weight"))
    )
    wordings = {ask(program, by_slot, np.random.default_rng(seed)) for seed in range(20)}
    assert len(wordings) > 1
    assert all("product 0" in words and "product 1" in words for words in wordings)


def test_values_with_long_descriptions_get_letters():
    brand, weight = Ask(BRAND, "brand", "employees"), Ask(SECOND, "product", "weight")
    said = {
        ask(
            Compute(Operation.DIFFERENCE, (brand, weight)),
            lambda term: f"the very well known product {'by' * 20}" if isinstance(term, Subject) else None,
            np.random.default_rng(seed),
        )
        for seed in range(30)
    }
    assert len(said) > 6
    for words in said:
        definition, _, question = words.partition(". ")
        assert "the brand that makes" in definition
        assert re.search(r"\bA\b.*\bB\b|\bB\b.*\bA\b", question)
        assert "product" not in question


def test_the_form_follows_from_the_type():
    asked = Ask(FIRST, "product", "weight")
    forms = {form(asked, answer) for answer in (Integer(3), Name("x"), Choice("Monday"))}
    assert len(forms) == 3
