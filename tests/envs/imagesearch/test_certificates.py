"""What is claimed of each question, on made ones; and each certificate rejects what it is there for."""

from dataclasses import replace

import pytest

from agentic_gym_envs.imagesearch.cards import Card, facts_about, looks
from agentic_gym_envs.imagesearch.certificates import (
    certify,
    certify_distinct,
    certify_notes,
    certify_second_reading,
    searches_needed,
    swapped_answers,
)
from agentic_gym_envs.imagesearch.facts import TableFacts
from agentic_gym_envs.imagesearch.levels import LEVELS
from agentic_gym_envs.questions.evidence import RejectedError, mentions, words_find
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import answers, slots

LEVEL_NUMBERS = sorted(LEVELS)


def one(tasks, *, answered):
    return next(task for task in tasks(1, 30) if (task.needed == 0) == answered)


@pytest.mark.parametrize("level", LEVEL_NUMBERS)
def test_a_question_has_one_answer(tasks, level):
    for task in tasks(level, 8):
        assert answers(task.draft.program, TableFacts(task.draft.cast, task.draft.fact)) == {task.answer}
        certify_second_reading(task.draft, task.library, task.answer)


@pytest.mark.parametrize("level", LEVEL_NUMBERS)
def test_the_notes_answer_a_question_just_where_no_search_is_needed(tasks, level):
    for task in tasks(level, 20):
        draft = task.draft
        notes = draft.cast.notes()
        told = [draft.fact.read(notes[draft.cast.pointed[slot]]) for slot in slots(draft.program)]
        if task.needed:
            assert told == [None] * len(told)
            assert not any(mentions(note, task.answer) for note in notes)
        else:
            assert None not in told


@pytest.mark.parametrize("level", LEVEL_NUMBERS)
def test_the_words_of_a_question_find_no_page_with_the_answer(tasks, level):
    for task in tasks(level, 3):
        assert not mentions(task.prompt, task.answer)
        assert not words_find(task.library, task.answer, task.prompt)


@pytest.mark.parametrize("level", LEVEL_NUMBERS)
def test_all_cards_are_of_one_kind_and_look_different(tasks, level):
    for task in tasks(level, 8):
        cards = task.draft.cast.cards
        assert len({card.entity.kind for card in cards}) == 1
        assert len({looks(card.entity) for card in cards}) == len(cards)


def test_other_pictures_lead_to_other_answers(tasks):
    for task in tasks(0, 8):
        assert len(set(swapped_answers(task.draft, 0))) >= 20


def test_two_cards_that_look_the_same_are_rejected(tasks):
    cast = one(tasks, answered=False).draft.cast
    with pytest.raises(RejectedError, match="look the same"):
        certify_distinct(replace(cast, cards=(cast.cards[0], *cast.cards)))


def test_a_note_with_the_answer_is_rejected_where_a_search_is_to_be_needed(tasks):
    task = one(tasks, answered=False)
    cast, place = task.draft.cast, task.draft.cast.pointed[0]
    other = (place + 1) % len(cast.cards)
    cards = list(cast.cards)
    cards[other] = Card(cards[place].entity, task.draft.fact)
    told = replace(task.draft, cast=replace(cast, cards=tuple(cards)))
    with pytest.raises(RejectedError, match="holds the answer"):
        certify_notes(told, task.answer)


def test_a_question_that_holds_its_answer_is_rejected(tasks):
    task = one(tasks, answered=False)
    with pytest.raises(RejectedError, match="holds its answer"):
        certify(task.draft, task.library, lambda answer: f"Is it {answer.text()}?")


def test_a_question_that_is_answered_needs_no_search(tasks):
    assert searches_needed(one(tasks, answered=True).draft) == 0
    assert searches_needed(one(tasks, answered=False).draft) >= 1


def test_a_note_is_read_back_and_no_other_is(tasks):
    world = one(tasks, answered=True).library.world
    player = world.of_kind("player")[0]
    for hops in (0, 1, 2):
        facts = facts_about("player", hops)
        for fact in facts:
            note = fact.note(world, player)
            assert [each for each in facts if each.read(note) is not None] == [fact]
            assert fact.read(note) == fact.value(world, player)


def test_a_question_points_at_pictures_one_by_one(tasks):
    draft = one(tasks, answered=True).draft
    with pytest.raises(NoFactError, match="one by one"):
        TableFacts(draft.cast, draft.fact).printed("note", None)
