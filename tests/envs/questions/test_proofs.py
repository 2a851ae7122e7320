import pytest

from agentic_gym_envs.questions.evidence import RejectedError
from agentic_gym_envs.questions.proofs import MIN_DISTINCT, prove_hidden, prove_open
from agentic_gym_envs.world.library import get_library
from agentic_gym_envs.world.values import WEEKDAYS, Choice, Integer, Name


def test_many_different_answers_are_open():
    prove_open([Integer(number) for number in range(MIN_DISTINCT)], Integer(1))


@pytest.mark.parametrize("numbers", [range(MIN_DISTINCT - 1), [*range(40), *[7] * 6]])
def test_few_or_common_answers_are_rejected(numbers):
    with pytest.raises(RejectedError, match="different answers"):
        prove_open([Integer(number) for number in numbers], Integer(1))


def test_closed_answers_are_balanced_instead():
    prove_open([Choice(day) for day in WEEKDAYS * 3], Choice("Monday"))
    with pytest.raises(RejectedError, match="balanced"):
        prove_open([Choice("Monday")] * 9 + [Choice("Friday")], Choice("Monday"))


def test_a_search_for_the_question_must_not_find_the_answer():
    library = get_library("train", 0, 1_400)
    brand = library.world.of_kind("brand")[0]
    founded = library.world.value(brand, "founded")
    with pytest.raises(RejectedError, match="finds a page"):
        prove_hidden(library, founded, f"When was {brand.name} founded?")
    with pytest.raises(RejectedError, match="holds its answer"):
        prove_hidden(library, Name("Alder"), "Is it Alder?")
