import re
from collections import Counter

import numpy as np
import pytest

from agentic_gym_envs.questions.evidence import mentions, words_find
from agentic_gym_envs.questions.programs import summary
from agentic_gym_envs.realx.wording import word_question
from agentic_gym_envs.world.values import Choice, Day, Integer, Name


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_a_question_names_the_situation_and_each_anchor_and_gives_nothing_away(tasks, level):
    for task in tasks(level, 12 if level < 3 else 4):
        for cast in task.casts:
            assert cast.casting.template.situation in task.prompt
        for anchor in task.anchors:
            assert anchor.phrase in task.prompt
        assert not mentions(task.prompt, task.answer)
        for entity in [entity for cast in task.casts for entity in cast.entities]:
            assert entity.name not in task.prompt
            assert entity.code is None or entity.code not in task.prompt


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_no_page_that_the_question_finds_holds_the_answer(tasks, level):
    for task in tasks(level, 12 if level < 3 else 4):
        if not isinstance(task.answer, Choice):
            assert not words_find(task.library, task.answer, task.prompt)


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_a_question_is_english_to_look_at(tasks, level):
    for task in tasks(level, 12 if level < 3 else 4):
        text = task.prompt
        assert "{" not in text
        assert "  " not in text
        assert not re.search(r"\b(the the|the this|a a|this the)\b", text)
        assert text[-1] in ".?"


def test_the_form_follows_from_the_type_of_the_answer(tasks):
    forms = {type(task.answer): task.prompt.rpartition("Give ")[2].partition(".")[0] for task in tasks(0, 60)}
    assert "YYYY-MM-DD" in forms[Day]
    assert "whole number" in forms[Integer]
    assert Name in forms


def test_the_words_do_not_depend_on_the_value_of_the_answer(tasks):
    task = next(task for task in tasks(1, 40) if isinstance(task.answer, Integer))
    phrases = [anchor.phrase for anchor in task.anchors]
    castings = [cast.casting for cast in task.casts]
    one, other = (
        word_question(task.program, castings, phrases, answer, np.random.default_rng(5))
        for answer in (task.answer, Integer(123_456, task.answer.unit))
    )
    assert one == other


def test_one_program_has_several_wordings(tasks):
    task = next(task for task in tasks(1, 40) if "search" in task.tags)
    phrases = [anchor.phrase for anchor in task.anchors]
    castings = [cast.casting for cast in task.casts]
    rng = np.random.default_rng(0)
    worded = {word_question(task.program, castings, phrases, task.answer, rng) for _ in range(200)}
    assert len(worded) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("level", [1, 2])
def test_the_first_words_do_not_tell_the_program(tasks, level):
    said = [(" ".join(task.prompt.split()[:5]), summary(task.program)) for task in tasks(level, 120)]
    known: dict[str, Counter[str]] = {}
    for words, program in said[::2]:
        known.setdefault(words, Counter())[program] += 1
    right = sum(
        known[words].most_common(1)[0][0] == program for words, program in said[1::2] if words in known
    )
    assert right <= 0.1 * len(said[1::2])
