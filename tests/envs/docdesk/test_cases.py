import dataclasses
from collections import Counter

import numpy as np
import pytest

from agentic_gym.errors import ContractError
from agentic_gym_envs.docdesk import methods
from agentic_gym_envs.docdesk.cases import Form, is_fair
from agentic_gym_envs.docdesk.naming import Names
from agentic_gym_envs.docdesk.pairs import PAIRS
from agentic_gym_envs.docdesk.papers import Desk
from agentic_gym_envs.docdesk.recipes import SINGLE, receipt_total
from agentic_gym_envs.docdesk.values import Clock


def drawn(recipe, seed, rows=9, split="train"):
    rng = np.random.default_rng((seed, 5))
    return recipe(Desk(Names(split, rng), rng, rows))


@pytest.mark.parametrize("recipe", [*SINGLE, *PAIRS], ids=lambda recipe: recipe.__name__)
@pytest.mark.parametrize("rows", [5, 11, 22])
def test_nearly_every_draw_is_fair_at_every_size(recipe, rows):
    fair = [is_fair(drawn(recipe, seed, rows), np.random.default_rng(seed)) for seed in range(12)]
    assert sum(fair) >= 9


@pytest.mark.parametrize("recipe", [*SINGLE, *PAIRS], ids=lambda recipe: recipe.__name__)
def test_what_is_asked_for_is_printed_once_and_the_answer_is_not(recipe):
    case = drawn(recipe, 3)
    printed = case.printed()
    assert set(case.cells) <= set(printed)
    if case.form in (Form.MONEY, Form.MINUTES) and is_fair(case, np.random.default_rng(0)):
        assert case.truth.value not in printed.values()


@pytest.mark.parametrize("recipe", [*SINGLE, *PAIRS], ids=lambda recipe: recipe.__name__)
def test_answers_are_open(recipe):
    found = Counter(drawn(recipe, seed).truth.value for seed in range(150))
    assert found.most_common(1)[0][1] <= 8


def test_a_sheet_that_prints_another_price_is_a_bug():
    case = drawn(receipt_total, 1)
    paper = case.papers[0]
    cells = {**paper.cells, "price.0": paper.cells["price.0"] + 1}
    forged = dataclasses.replace(case, papers=(dataclasses.replace(paper, cells=cells),))
    with pytest.raises(ContractError, match="as read back"):
        is_fair(forged, np.random.default_rng(0))


def test_an_answer_that_stands_on_the_paper_is_refused():
    case = drawn(receipt_total, 1)
    copied = dataclasses.replace(case, arguments=([case.cells[0]],))
    assert not is_fair(copied, np.random.default_rng(0))


def test_an_answer_that_ignores_the_clue_is_refused():
    case = drawn(receipt_total, 1)
    blind = dataclasses.replace(case, arguments=(case.arguments[0][1:],))
    assert not is_fair(blind, np.random.default_rng(0))


def test_names_of_splits_do_not_meet():
    seen = [
        {w for s in range(10) for w in drawn(receipt_total, s, split=x).papers[0].cells.values()}
        for x in ("train", "val")
    ]
    words = [{value.split()[0] for value in values if isinstance(value, str)} for values in seen]
    assert words[0]
    assert not words[0] & words[1]


def test_trains_that_pass_by_or_left_already_are_not_taken():
    off, on = [Clock(500), "–", Clock(560)], [Clock(530), Clock(550), Clock(600)]
    assert methods.next_train([11, 12, 13], off, on, 499) == 11
    assert methods.next_train([11, 12, 13], off, on, 500) == 13
    assert methods.journey_minutes(off, on, 520) == 40


def test_a_connection_is_reached_in_the_minute_of_arrival():
    assert methods.connection_minutes([100], [200], [199, 200, 260], [300, 310, 400], 90) == 210
