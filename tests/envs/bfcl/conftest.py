"""A small wheel in the form of `bfcl-eval`, so that the driver is tested without it."""

import importlib
import json
import sys
from contextlib import closing

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym_envs.bfcl.taskset import BFCL
from agentic_gym_envs.bfcl.wheel import _APIS, _SOURCES, CATEGORIES

TICKETS = """
class TicketAPI:
    def __init__(self):
        self._seen = 0

    def _load_scenario(self, scenario, long_context=False):
        self.tickets = scenario.get("tickets", {})
        self.note = "long" if long_context else ""

    def show(self, name):
        self._seen += 1
        return {"name": name, "text": self.tickets[name]}

    def write(self, name, text="", tags=[]):
        self.tickets[name] = [text, tags]
        return {"written": name}

    def tag(self, name, tag):
        self.tickets[name][1].append(tag)
        return {"tags": self.tickets[name][1]}

    def half(self, name):
        self.tickets[name] = "half"
        raise ValueError("broke midway")
"""
EMPTY = "class {}:\n    pass\n"


def _function(name, required=("name",), **more):
    kinds = {"name": {"type": "string", "description": "which"}, **more}
    parameters = {"type": "dict", "properties": kinds, "required": list(required)}
    return {"name": name, "description": f"Does {name}.", "parameters": parameters, "response": {}}


FUNCTIONS = [
    _function("show"),
    _function(
        "write",
        text={"type": "string", "description": "what"},
        tags={"type": "array", "items": {"type": "string"}, "description": "tags"},
        precision={"type": "integer", "description": "digits"},
    ),
    _function("tag", ("name", "tag"), tag={"type": "string", "description": "a tag"}),
    _function("half"),
]


def _turn(text):
    return [{"role": "user", "content": text}] if text else []


def _entry(number, category, questions, truth, **more):
    row = {
        "id": f"multi_turn_{category}_{number}",
        "question": [_turn(text) for text in questions],
        "initial_config": {"TicketAPI": {"tickets": {"a": "first", "b": "second"}}},
        "involved_classes": ["TicketAPI"],
        **more,
    }
    return row, {"id": row["id"], "ground_truth": truth}


ENTRIES = {
    "base": _entry(
        0,
        "base",
        ["Show a.", "Write c with the tag x, and then the tag y."],
        [["show('a')"], ["write(name='c', text='t', tags=['x'])", "tag('c', tag='y')"]],
        excluded_function=["half"],
    ),
    "miss_func": _entry(
        0,
        "miss_func",
        ["Show a.", "Write c.", ""],
        [["show('a')"], [], ["write('c', 'hello')"]],
        missed_function={"2": ["write"]},
    ),
    "miss_param": _entry(
        0, "miss_param", ["Write it.", "I mean c."], [[], ["write(name='c', text='hello')"]]
    ),
    "long_context": _entry(
        0, "long_context", ["Write 30."], [[f"write(name='n{place}')" for place in range(30)]]
    ),
}


def _write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """The folder of a small `bfcl_eval` that can be imported."""
    package = tmp_path / "bfcl_eval"
    sources = tmp_path.joinpath(*_SOURCES.split("."))
    sources.mkdir(parents=True)
    for name, (module, document) in _APIS.items():
        source = TICKETS if name == "TicketAPI" else EMPTY.format(name)
        sources.joinpath(f"{module}.py").write_text(source)
        _write(package / "data/multi_turn_func_doc" / document, FUNCTIONS if name == "TicketAPI" else [])
    for folder in (package, sources, *list(sources.parents)[:2]):
        folder.joinpath("__init__.py").write_text("")
    for category in CATEGORIES:
        row, truth = ENTRIES[category]
        _write(package / f"data/BFCL_v4_multi_turn_{category}.json", [row])
        _write(package / f"data/possible_answer/BFCL_v4_multi_turn_{category}.json", [truth])
    _forget()
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield package
    _forget()


def _forget():
    for name in [name for name in sys.modules if name.partition(".")[0] == "bfcl_eval"]:
        del sys.modules[name]


@pytest.fixture
def env(wheel):
    with closing(AgenticEnv(BFCL())) as env:
        yield env
