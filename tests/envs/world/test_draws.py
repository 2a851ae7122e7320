import datetime

import numpy as np
import pytest

from agentic_gym_envs.world.draws import distinct, evenly, later, one_of_each, rivals, spread, versions, years


def rng() -> np.random.Generator:
    return np.random.default_rng(11)


@pytest.mark.parametrize(("count", "options"), [(7, 10), (10, 10), (35, 10), (1, 1)])
def test_evenly_uses_no_option_twice_more_than_another(count: int, options: int) -> None:
    drawn = evenly(count, options, rng())
    uses = np.bincount(drawn, minlength=options)
    assert len(drawn) == count
    assert uses.max() - uses.min() <= 1


def test_spread_repeats_nothing_while_there_is_something_new() -> None:
    drawn = spread(50, 100, 695, 5, rng())
    assert len(set(drawn.tolist())) == 50
    assert drawn.min() >= 100
    assert drawn.max() <= 695
    assert set((drawn % 5).tolist()) == {0}
    assert set(spread(12, 3, 6, 1, rng()).tolist()) == {3, 4, 5, 6}


def test_later_keeps_its_range_and_crowds_no_sum() -> None:
    starts = 1900 + evenly(60, 34, rng())
    for seed in range(50):
        sums = later(starts, 14, 42, np.random.default_rng(seed))
        assert (sums - starts >= 14).all()
        assert (sums - starts <= 42).all()
        assert np.bincount(sums).max() <= 3


def test_later_gives_what_it_can_where_the_range_is_small() -> None:
    assert later(np.zeros(100, dtype=np.int64), 1, 2, rng()).tolist().count(1) > 30


@pytest.mark.parametrize("date", ["1725-12-31", "1969-12-31", "1970-01-01", "2024-02-29"])
def test_years_of_ordinals(date: str) -> None:
    day = datetime.date.fromisoformat(date)
    assert years(np.array([day.toordinal()])).tolist() == [day.year]


def test_one_of_each_gives_every_owner_one_of_its_own() -> None:
    owners = np.array([2, 0, 1, 1, 0, 2, 2])
    chosen = one_of_each(owners, 3, rng())
    assert owners[chosen].tolist() == [0, 1, 2]


def test_rivals_are_others_of_the_same_group() -> None:
    groups = np.array([0, 0, 0, 1, 1, 2])
    rows = np.array([0, 1, 2, 3, 4, 5] * 20)
    chosen = rivals(rows, groups, rng())
    assert (groups[chosen] == groups[rows]).all()
    assert (chosen != rows)[rows != 5].all()
    assert set(chosen[rows == 0].tolist()) == {1, 2}


def test_versions_ascend_with_the_order_within_a_group() -> None:
    groups, order = np.array([0, 1] * 30), rng().permutation(60)
    made = versions(groups, order, rng())
    for group in (0, 1):
        rows = [row for row in np.argsort(order).tolist() if groups[row] == group]
        numbers = [tuple(map(int, made[row].split("."))) for row in rows]
        assert numbers[0] == (1, 0)
        assert numbers == sorted(set(numbers))


def test_distinct_tells_repeated_names_apart() -> None:
    assert distinct(["A", "A", "B", "A"]) == ["A", "A (II)", "B", "A (III)"]
