import pytest

from agentic_gym_envs.questions.operations import NoFactError, Operation
from agentic_gym_envs.questions.programs import (
    Ability,
    Ask,
    Clue,
    Compute,
    Hop,
    NameOf,
    Printed,
    Subject,
    abilities,
    answers,
    hops,
    slots,
    summary,
)
from agentic_gym_envs.world.values import Integer, Name


class Tables:
    """Facts written down: two shops, which look the same, in two towns."""

    def __init__(self, meant):
        self.meant = meant

    def subjects(self, subject):
        return self.meant[subject.slot]

    def follow(self, entity, relation, period):
        return {"north shop": "Ame", "south shop": "Bor", "third shop": "Ame"}[entity]

    def attribute(self, entity, name, period):
        return Integer({"Ame": 1200, "Bor": 1300}[entity])

    def name(self, entity):
        return Name(entity)

    def printed(self, field, slot):
        return [Integer(number) for number in ((1, 2, 4) if slot is None else (slot,))]


SHOP = Subject("shop", 0, Clue.CODE, "code")
FOUNDED = Ask(Hop(SHOP, "shop", "city"), "city", "founded")


def test_a_program_has_an_answer_for_every_grounding():
    assert answers(FOUNDED, Tables([["north shop"]])) == {Integer(1200)}
    assert answers(FOUNDED, Tables([["north shop", "south shop"]])) == {Integer(1200), Integer(1300)}


def test_groundings_that_agree_are_one_answer():
    assert answers(FOUNDED, Tables([["north shop", "third shop"]])) == {Integer(1200)}


def test_a_computation_runs_over_all_pairs_of_groundings():
    other = Ask(Hop(Subject("shop", 1, Clue.CODE, "code"), "shop", "city"), "city", "founded")
    program = Compute(Operation.DIFFERENCE, (FOUNDED, other))
    facts = Tables([["north shop", "south shop"], ["third shop"]])
    assert answers(program, facts) == {Integer(0), Integer(100)}


def test_every_item_may_be_added_up():
    assert answers(Compute(Operation.SUM, (Printed("price", None),)), Tables([])) == {Integer(7)}


def test_a_question_asks_for_one_value():
    with pytest.raises(NoFactError, match="3"):
        answers(Printed("price", None), Tables([]))


@pytest.mark.parametrize(
    ("program", "small", "needed"),
    [
        (Printed("price"), {"price"}, {Ability.PERCEPTION}),
        (Compute(Operation.SUM, (Printed("price", None),)), set(), {Ability.REASONING}),
        (FOUNDED, {"code"}, {Ability.PERCEPTION, Ability.SEARCH}),
        (FOUNDED, {"price"}, {Ability.SEARCH}),
        (NameOf(Hop(SHOP, "shop", "city")), set(), {Ability.SEARCH}),
        (Compute(Operation.WEEKDAY, (FOUNDED,)), {"code"}, set(Ability)),
    ],
)
def test_abilities_follow_from_the_operators(program, small, needed):
    assert abilities(program, frozenset(small)) == needed


def test_a_program_knows_its_anchors_hops_and_shape():
    program = Compute(Operation.DIFFERENCE, (FOUNDED, Printed("price", 2)))
    assert slots(program) == (0, 2)
    assert hops(program) == 1
    assert summary(program) == "difference of 2 shop by code > city > founded"
