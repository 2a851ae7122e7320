"""Each function checks before it changes anything."""

import copy
import json

import numpy as np
import pytest

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import ToolCall
from agentic_gym_envs.functioncalls.api import Draw
from agentic_gym_envs.functioncalls.apis import SERVICES
from agentic_gym_envs.functioncalls.desk import Desk
from agentic_gym_envs.functioncalls.states import public_state

FUNCTIONS = [(name, function) for name, service in SERVICES.items() for function in service.kind.schemas]
CODE = "__import__('os').system('touch /tmp/x')"


def _desk(seed=0, split="train"):
    draw = Draw(split, np.random.default_rng(seed))
    return Desk({name: service.kind(draw) for name, service in SERVICES.items()})


@pytest.fixture(scope="module")
def desk():
    return _desk()


def test_no_two_apis_share_a_function_and_each_has_at_least_five():
    names = [function for _, function in FUNCTIONS]
    assert len(names) == len(set(names))
    assert all(len(service.kind.schemas) >= 5 for service in SERVICES.values())


FREE_TEXT = {"search_files", "search_tickets", "add_contact"}
"""Functions that take text alone, whatever it says."""


@pytest.mark.parametrize(("service", "function"), FUNCTIONS)
def test_wrong_arguments_are_refused_and_change_nothing(desk, service, function):
    before = copy.deepcopy(public_state(desk.apis))
    names = list(desk.apis[service].schemas[function].parameters["properties"])
    wrong = [{"no_such": 1}, {**dict.fromkeys(names, "x"), "more": 1}]
    wrong += [dict.fromkeys(names, value) for value in (None, [], {"a": 1}, 1.5) if names]
    wrong += [{}] if names else []
    wrong += [] if function in FREE_TEXT or not names else [dict.fromkeys(names, CODE)]
    for arguments in wrong:
        with pytest.raises(ToolMistake, match=r"\w+ .*\w+"):
            desk.call(ToolCall(function, arguments))
        assert public_state(desk.apis) == before


def test_text_is_text_whatever_it_says():
    desk = _desk()
    assert json.loads(desk.call(ToolCall("search_files", {"text": CODE}))) == {"paths": []}
    assert json.loads(desk.call(ToolCall("add_contact", {"name": CODE})))["name"] == CODE


def test_there_is_no_way_to_what_is_not_a_function(desk):
    for name in ("_id", "__init__", "files", "_check_file", "add_line", "schemas"):
        with pytest.raises(ToolMistake, match="there is no function"):
            desk.call(ToolCall(name, {}))


def test_ids_do_not_depend_on_the_order_of_calls():
    one, two = _desk(), _desk()
    orders = [
        ToolCall("place_order", {"symbol": symbol, "side": "buy", "shares": 7, "limit": 9})
        for symbol in list(one.apis["trading"]._prices)[:2]
    ]
    for call in orders:
        one.call(call)
    for call in reversed(orders):
        two.call(call)
    assert public_state(one.apis) == public_state(two.apis)
    one.call(orders[0])
    assert len(one.apis["trading"].orders) == len(two.apis["trading"].orders) + 1


def test_reading_changes_nothing(desk):
    before = copy.deepcopy(public_state(desk.apis))
    for name in ("read_tyres", "list_orders", "list_bookings", "list_inbox"):
        desk.call(ToolCall(name, {}))
    desk.call(ToolCall("list_tickets", {"status": "open"}))
    assert public_state(desk.apis) == before


def test_splits_share_no_names():
    def people(split):
        return set(_desk(split=split).apis["messages"].contacts.values())

    assert not people("train") & people("test")
