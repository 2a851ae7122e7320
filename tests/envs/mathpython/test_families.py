"""Every family: two solvers, answers that nobody guesses, words that say it all."""

import re
from collections import Counter

import numpy as np
import pytest

from agentic_gym.errors import ContractError
from agentic_gym_envs.mathpython.drawing import acceptance, draw_problem, split_of
from agentic_gym_envs.mathpython.family import LEAST, MOST, Family, Field, whole
from agentic_gym_envs.mathpython.fields import DRILLS, FAMILIES

EVERY = pytest.mark.parametrize("family", [*DRILLS, *FAMILIES], ids=lambda family: family.name)


def _draws(family, size, count, chained=False):
    rng = np.random.default_rng((size, count))
    for _ in range(count):
        parameters = family.draw(rng, size)
        if chained:
            parameters[family.chain] = whole(rng, LEAST, MOST)
        yield parameters


def test_there_are_families_of_every_field_with_names_of_their_own():
    assert len(FAMILIES) >= 20
    assert {family.field for family in FAMILIES} == set(Field) - {Field.ARITHMETIC}
    assert len({family.name for family in (*DRILLS, *FAMILIES)}) == len(DRILLS) + len(FAMILIES)
    assert (
        len({family.search for family in FAMILIES})
        == len({family.solve for family in FAMILIES})
        == len(FAMILIES)
    )


@EVERY
def test_two_solvers_agree_on_fair_problems_and_on_others(family):
    for size in (1, 2, 3):
        for parameters in _draws(family, size, 5):
            assert family.solve(**parameters) == family.search(**parameters), parameters


@pytest.mark.parametrize(
    "family", [family for family in FAMILIES if family.chain], ids=lambda family: family.name
)
def test_two_solvers_agree_whatever_the_chained_number_is(family):
    for parameters in _draws(family, 2, 6, chained=True):
        assert family.solve(**parameters) == family.search(**parameters), parameters


@EVERY
def test_every_wording_names_every_parameter_and_stands_alone(family):
    parameters = next(_draws(family, 1, 1))
    assert len(family.wordings) >= 2
    for wording in family.wordings:
        assert set(re.findall(r"{(\w+)}", wording)) == set(parameters)
        assert wording.endswith((".", "?"))


@EVERY
def test_no_answer_is_common(family):
    for size in (1,) if family in DRILLS else (1, 3):
        rng = np.random.default_rng(size)
        answers = Counter(draw_problem((family,), "train", size, 1, rng).answer for _ in range(200))
        # At a share of 1% two are expected among 200; eleven of them have a chance below 1 in 100,000.
        assert answers.most_common(1)[0][1] < 11
        assert min(answers) >= LEAST
        assert max(answers) <= MOST


def test_a_family_with_few_answers_is_refused():
    def constant(n: int) -> int:
        return n % 7 + 2

    few = Family(
        "few", Field.ALGEBRA, lambda rng, size: {"n": whole(rng, 1, 99)}, ("{n}?",), constant, constant
    )
    with pytest.raises(ContractError, match="too few for none to be common"):
        acceptance(few, 1, False)


def test_solvers_that_disagree_are_found_out():
    wrong = Family(
        "wrong",
        Field.ALGEBRA,
        lambda rng, size: {"n": whole(rng, 2, 999)},
        ("{n}?",),
        lambda n: n,
        lambda n: n + 1,
    )
    with pytest.raises(ContractError, match="the solvers of 'wrong' say"):
        draw_problem((wrong,), "train", 1, 1, np.random.default_rng(0))


def test_a_problem_belongs_to_one_split_in_the_shares_that_are_stated():
    family = FAMILIES[0]
    splits = Counter(split_of(family, {"n": n, "base": base}) for n in range(100) for base in range(40))
    assert splits["train"] > 0.7 * 4000
    assert min(splits["val"], splits["test"]) > 0.06 * 4000
    rng = np.random.default_rng(0)
    for split in ("train", "val", "test"):
        problem = draw_problem(FAMILIES, split, 1, 1, rng)
        assert split_of(problem.family, problem.parameters) == split
