from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from agentic_gym_envs.questions.compositions import COMPOSED, PAIRED, leading, of_leading
from agentic_gym_envs.questions.facts import PageFacts, WorldFacts
from agentic_gym_envs.questions.operations import NoFactError, Operation
from agentic_gym_envs.questions.patterns import at_slot
from agentic_gym_envs.questions.phrases import ask
from agentic_gym_envs.questions.programs import (
    Ask,
    Best,
    Clue,
    Compute,
    Hop,
    Rows,
    Subject,
    Where,
    best,
    counted,
    hops,
    operations,
    summary,
)
from agentic_gym_envs.world.kinds import KINDS, kind_of
from agentic_gym_envs.world.library import get_library
from agentic_gym_envs.world.values import Day, Integer, Money

LEAGUE = Subject("league", 0, Clue.CODE, "code")
TEAMS = Rows(LEAGUE, "team", "league", "members")
LARGEST = Best(LEAGUE, "team", "league", "members", True)


def table(*members):
    return [(f"team {place}", {"members": Integer(each)}) for place, each in enumerate(members)]


def test_the_best_row_is_the_one_ahead():
    assert best(LARGEST, table(3, 9, 4)) == "team 1"
    assert best(Best(LEAGUE, "team", "league", "members", False), table(3, 9, 4)) == "team 0"


@pytest.mark.parametrize("rows", [(), (5,), (5, 5), (5, 5, 1)])
def test_no_row_is_best_where_none_is_ahead(rows):
    with pytest.raises(NoFactError):
        best(LARGEST, table(*rows))


def test_amounts_in_two_currencies_are_not_compared():
    rows = [("a", {"members": Money(Decimal(1), "KEL")}), ("b", {"members": Money(Decimal(2), "MOR")})]
    with pytest.raises(NoFactError, match="units"):
        best(LARGEST, rows)


def test_dates_are_compared_by_time():
    rows = [("a", {"members": Day(date(2001, 1, 1))}), ("b", {"members": Day(date(1999, 1, 1))})]
    assert best(LARGEST, rows) == "a"


def test_a_condition_leaves_rows_out():
    rows = [row for _, row in table(1, 5, 7, 9)]
    above = Rows(LEAGUE, "team", "league", "members", Where("members", True, Integer(5)))
    assert counted(above, rows) == (Integer(7), Integer(9))
    assert counted(TEAMS, rows) == (Integer(1), Integer(5), Integer(7), Integer(9))


@pytest.mark.parametrize("bound", [0, 8, 20], ids=["all meet it", "one does", "none does"])
def test_a_condition_that_does_not_part_the_rows_makes_no_question(bound):
    above = Rows(LEAGUE, "team", "league", "members", Where("members", True, Integer(bound)))
    with pytest.raises(NoFactError, match="rows count"):
        counted(above, [row for _, row in table(1, 5, 7, 9)])


def test_operations_and_hops_are_counted():
    founded = Ask(LARGEST, "team", "founded")
    total = Compute(Operation.SUM, (TEAMS,))
    assert (hops(founded), operations(founded)) == (1, 1)
    assert operations(Compute(Operation.DIFFERENCE, (total, total))) == 3
    where = Rows(LEAGUE, "team", "league", "members", Where("founded", True, Integer(1900, grouped=False)))
    assert operations(Compute(Operation.SUM, (where,))) == 2
    assert summary(founded) == "league by code > most members team > founded"


@pytest.mark.parametrize("tangled", [False, True])
def test_a_period_is_followed_in_tables_and_on_pages(tangled):
    library = get_library("train", 1, 1_900, tangled)
    world, read = library.world, PageFacts(library)
    player = world.of_kind("player")[3]
    told = WorldFacts(world)
    for period, team in world.past_targets(player, "team"):
        assert told.follow(player, "team", period) == team
        assert read.follow(player.name, "team", period) == team.name
    hero = world.of_kind("hero")[5]
    for period, price in world.past_values(hero, "price"):
        assert told.attribute(hero, "price", period) == price == read.attribute(hero.name, "price", period)
    for facts, who in ((told, player), (read, player.name)):
        with pytest.raises(NoFactError, match="1901"):
            facts.follow(who, "team", "1901")


def test_every_pattern_makes_questions_that_compute_twice_and_can_be_asked():
    rng = np.random.default_rng(0)
    for number, pattern in enumerate(COMPOSED):
        made = []
        for kind in KINDS.values():
            for _ in range(6):
                program = pattern(Subject(kind.name, 0, Clue.CODE, "code"), kind, rng)
                if program is not None:
                    made.append(program)
                    text = ask(program, lambda term: "it" if isinstance(term, Subject) else None, rng)
                    assert "{" not in text
        assert len(made) >= 2, number
        assert all(operations(program) >= 2 for program in made)


def test_pairs_compare_what_two_ways_lead_to():
    rng = np.random.default_rng(1)
    first = Hop(Subject("team", 0, Clue.CODE, "code"), "team", "league")
    found = [
        pattern(first, at_slot(first, 1), kind_of("league"), rng) for pattern in PAIRED for _ in range(9)
    ]
    assert {program.operation for program in found if program} >= {Operation.DIFFERENCE, Operation.RATIO}


def test_the_row_that_leads_is_not_asked_for_what_it_leads_in():
    rng = np.random.default_rng(2)
    for _ in range(40):
        program = of_leading(LEAGUE, kind_of("league"), rng)
        assert isinstance(program, Ask)
        assert program.attribute != program.of.column


def test_a_kind_without_lists_has_no_leading_row():
    assert (
        leading(Subject("person", 0, Clue.CODE, "code"), kind_of("currency"), np.random.default_rng(0))
        is None
    )


def test_tables_and_pages_agree_on_the_best_and_on_conditions():
    library = get_library("train", 1, 1_900, True)
    told, read = WorldFacts(library.world), PageFacts(library)
    agreed = 0
    for country in library.world.of_kind("country"):
        try:
            rows = told.listed(country, "city", "country")
        except NoFactError:
            continue
        assert dict(read.listed(country.name, "city", "country")) == {each.name: row for each, row in rows}
        agreed += 1
    assert agreed >= 10
