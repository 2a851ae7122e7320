import re
from collections import Counter

import numpy as np
import pytest

from agentic_gym_envs.visualmath.families import FAMILIES
from agentic_gym_envs.visualmath.problems import Dice, is_clear, solved


def drawn(family, count):
    made = (family(Dice(np.random.default_rng((seed, 11)))) for seed in range(count))
    return [problem for problem in made if solved(problem)]


def name(family):
    return family.__name__


def test_there_are_many_families_with_names_of_their_own():
    assert len({family.__name__ for family in FAMILIES}) == len(FAMILIES) >= 30


@pytest.mark.parametrize("family", FAMILIES, ids=name)
def test_both_solvers_agree_and_most_draws_are_fair(family):
    assert len(drawn(family, 25)) >= 12


@pytest.mark.parametrize("family", FAMILIES, ids=name)
def test_the_question_holds_no_number(family):
    for problem in drawn(family, 12):
        assert not re.search(r"\d", problem.question)


@pytest.mark.parametrize("family", FAMILIES, ids=name)
def test_answers_are_open(family):
    found = Counter(round(problem.solution, problem.places) for problem in drawn(family, 80))
    assert found.most_common(1)[0][1] <= 5


@pytest.mark.parametrize("family", FAMILIES, ids=name)
def test_labels_that_are_needed_say_what_the_method_takes(family):
    for problem in drawn(family, 6):
        texts = " ".join([problem.figure.note, *(x.text for x in problem.figure.labels if x.needed)])
        has_numbers = bool(re.search(r"\d", texts))
        assert has_numbers or problem.figure.marks


@pytest.mark.parametrize(
    ("value", "places", "clear"),
    [
        (12.345001, 2, False),
        (12.343, 2, True),
        (3.0, 0, True),
        (3.2, 0, False),
        (1.0, 0, False),
        (0.2, 1, True),
    ],
)
def test_a_value_near_a_tie_and_what_one_guesses_are_refused(value, places, clear):
    assert is_clear(value, places) is clear
