"""What is claimed of each question, on made ones; and each certificate rejects what it is there for."""

from dataclasses import replace

import pytest

from agentic_gym_envs.questions.evidence import RejectedError, evidence, mentions, words_find
from agentic_gym_envs.questions.programs import Ask, Clue, Compute, Hop, Subject, answers, hops
from agentic_gym_envs.textsearch.certificates import certify, certify_apart, certify_onward, swapped_answers
from agentic_gym_envs.textsearch.facts import ReadFacts, TableFacts
from agentic_gym_envs.textsearch.levels import LEVELS
from agentic_gym_envs.textsearch.recipes import Draft
from agentic_gym_envs.textsearch.starts import Named, entities_of
from agentic_gym_envs.world.values import Choice

PRODUCT = Subject("product", 0, Clue.NAME)
BRAND = Hop(PRODUCT, "product", "brand")
MANAGER = Hop(BRAND, "brand", "manager")


def draft_of(library, trunk, attribute):
    product = library.world.of_kind("product")[0]
    kind = "brand" if trunk is BRAND else "person"
    return Draft(Ask(trunk, kind, attribute), trunk, (Named("product", product.name),))


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_a_question_has_one_answer_on_the_tables_and_on_the_pages(tasks, level):
    for task in tasks(level, 4):
        draft, library = task.draft, task.library
        assert answers(draft.program, TableFacts(library.world, draft.starts)) == {task.answer}
        assert answers(draft.program, ReadFacts(library, draft.starts)) == {task.answer}


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_each_start_means_one_entity_of_all(tasks, level):
    for task in tasks(level, 4):
        for start in task.draft.starts:
            assert len(entities_of(start, task.library.world)) == 1


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_the_answer_is_neither_in_the_question_nor_where_its_words_lead(tasks, level):
    for task in tasks(level, 4):
        assert not mentions(task.prompt, task.answer)
        if not isinstance(task.answer, Choice):
            assert not words_find(task.library, task.answer, task.prompt)


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_what_is_computed_stands_on_no_page_of_the_evidence(tasks, level):
    for task in tasks(level, 4):
        if isinstance(task.draft.program, Compute) and not isinstance(task.answer, Choice):
            facts = TableFacts(task.library.world, task.draft.starts)
            for text in evidence(task.draft.program, facts, task.library):
                assert not mentions(text, task.answer)


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_a_level_has_its_hops(tasks, level):
    fewest, most = LEVELS[level].hops
    assert {hops(task.draft.trunk) for task in tasks(level, 16)} == set(range(fewest, most + 1))


def test_other_starts_lead_to_other_answers(tasks):
    task = tasks(1, 8)[0]
    found = list(swapped_answers(task.draft, task.library, 0))
    assert task.answer in found or len(set(found)) >= 20


def test_a_fact_of_the_start_itself_is_rejected(tasks):
    task = tasks(0, 1)[0]
    product = task.library.world.of_kind("product")[0]
    draft = Draft(Ask(PRODUCT, "product", "weight"), PRODUCT, (Named("product", product.name),))
    with pytest.raises(RejectedError, match="finds a page with the answer"):
        certify(draft, task.library, lambda _: f"What is the weight of the {product.name}?")


def test_a_question_that_holds_its_answer_is_rejected(tasks):
    task = tasks(0, 1)[0]
    with pytest.raises(RejectedError, match="holds its answer"):
        certify(task.draft, task.library, lambda answer: f"Is it {answer.text()}?")


def test_a_chain_that_comes_back_is_rejected(tasks):
    library = tasks(0, 1)[0].library
    world = library.world
    country = world.of_kind("country")[0]
    capital = Hop(Subject("country", 0, Clue.NAME), "country", "capital")
    back = Hop(capital, "city", "country")
    draft = Draft(Ask(back, "country", "area"), back, (Named("country", country.name),))
    with pytest.raises(RejectedError, match="comes back"):
        certify_onward(draft, library)


def test_a_page_with_both_start_and_answer_is_seen(tasks):
    library = tasks(0, 1)[0].library
    draft = draft_of(library, MANAGER, "born")
    product = library.world.of_kind("product")[0]
    with pytest.raises(RejectedError, match="both"):
        certify_apart(draft, library, library.world.value(product, "weight"))


def test_one_hop_may_share_a_page(tasks):
    library = tasks(0, 1)[0].library
    draft = draft_of(library, BRAND, "founded")
    product = library.world.of_kind("product")[0]
    certify_apart(replace(draft), library, library.world.value(product, "weight"))
