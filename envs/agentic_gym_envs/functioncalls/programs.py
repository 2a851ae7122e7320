"""A task's program: errands that are drawn and run one after another, and put into requests turn by turn."""

import copy
import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from agentic_gym.messages import ToolCall
from agentic_gym_envs.functioncalls.api import Api, Draw
from agentic_gym_envs.functioncalls.apis import SERVICES
from agentic_gym_envs.functioncalls.apis.messages import pass_on
from agentic_gym_envs.functioncalls.desk import Desk
from agentic_gym_envs.functioncalls.errands import (
    AmbiguityError,
    Errand,
    Results,
    Step,
    call_of,
    looked_up,
)
from agentic_gym_envs.functioncalls.states import State, public_state

_ATTEMPTS = 50
_GRANTED = (
    "You have what you need now; please do it.",
    "I have had the missing function added. Go on, please.",
    "Try once more: there are more functions now.",
)


class Mode(enum.StrEnum):
    """What makes a task's requests hard."""

    BASE = "base"
    MISSING_FUNCTION = "missing_function"
    MISSING_PARAMETER = "missing_parameter"
    LONG_CONTEXT = "long_context"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a task is.

    Attributes:
        errands: how many things the user wants.
        services: how many APIs they are spread over.
        offered: how many APIs there are functions of.
        obstacles: how many errands lack a function or a value, in a mode in which some do.
    """

    errands: int
    services: int
    offered: int
    obstacles: int


SIZES = (Size(1, 1, 1, 1), Size(2, 1, 2, 1), Size(3, 2, 4, 1), Size(4, 3, 6, 2), Size(6, 4, 6, 2))
"""The size of each level."""


@dataclass(frozen=True, slots=True)
class Request:
    """One message of the user's, and what is right to do about it.

    Attributes:
        text: the user's words.
        steps: the calls that are due, with references; none where something is missing.
        calls: the same with values.
        held_out: functions that are not on offer.
        state: of every API when it has been dealt with.
        question: what the user wants to know, empty where nothing.
        fact: the answer.
    """

    text: str
    steps: tuple[Step, ...]
    calls: tuple[ToolCall, ...]
    held_out: frozenset[str]
    state: State
    errand: Errand
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A task's content.

    Attributes:
        mode: of the task.
        start: the APIs in their first state, which an episode copies.
        requests: in order.
    """

    mode: Mode
    start: Mapping[str, Api]
    requests: Sequence[Request]

    def begin(self) -> Desk:
        """The APIs of a new episode."""
        return Desk(copy.deepcopy(dict(self.start)))


@dataclass(frozen=True, slots=True)
class _Run:
    """An errand that was run: its calls, what it answers, and the states before and after."""

    errand: Errand
    calls: tuple[ToolCall, ...]
    fact: str
    before: State
    after: State


def draw_program(split: str, size: Size, mode: Mode, rng: np.random.Generator) -> Program:
    """Draws a task's content.

    Args:
        split: whose names are used.
        size: how large it is.
        mode: what makes it hard.
        rng: where it is drawn from.
    """
    draw = Draw(split, rng, crowded=mode is Mode.LONG_CONTEXT)
    names = [list(SERVICES)[place] for place in rng.permutation(len(SERVICES)).tolist()][: size.offered]
    start = {name: SERVICES[name].kind(draw) for name in SERVICES if name in names}
    runs = _run_errands(copy.deepcopy(start), names[: size.services], size.errands, draw)
    obstacles = _obstacles(runs, size.obstacles, mode, draw)
    return Program(mode, start, _requests(runs, obstacles, mode, draw))


def _run_errands(apis: Mapping[str, Api], names: Sequence[str], count: int, draw: Draw) -> list[_Run]:
    desk, results, state = Desk(apis), list[list[Any]](), _snapshot(apis)
    makers = {name: list(SERVICES[name].errands) for name in names}
    runs: list[_Run] = []
    for number in range(count):
        name = names[number % len(names)]
        for _ in range(_ATTEMPTS):
            maker = draw.one(makers[name])
            errand = _passing_on(name, apis, runs, draw) or maker(apis[name], draw)
            run = _run(errand, name, desk, results, state)
            if run is not None:
                break
        else:
            raise AssertionError(f"no errand of {name} has one outcome")
        makers[name].remove(maker)
        runs.append(run)
        state = run.after
    return runs


def _passing_on(name: str, apis: Mapping[str, Api], runs: Sequence[_Run], draw: Draw) -> Errand | None:
    """In messages, where the errand before made something: to send somebody its id."""
    if name != "messages" or not runs or runs[-1].errand.made is None:
        return None
    noun, ref = runs[-1].errand.made
    mail: Any = apis[name]
    return pass_on(mail, draw, noun, replace(ref, errand=len(runs) - 1))


def _run(errand: Errand, name: str, desk: Desk, results: Results, before: State) -> _Run | None:
    """Runs an errand, which changes one API; none, and nothing changed, where it has no single outcome."""
    results.append([])
    calls = []
    try:
        for step in errand.steps:
            call = call_of(step, results)
            results[-1].append(json.loads(desk.call(call)))
            calls.append(call)
    except AmbiguityError:
        results.pop()
        return None
    fact = str(looked_up(errand.fact, results)) if errand.fact else ""
    return _Run(errand, tuple(calls), fact, before, {**before, **_snapshot({name: desk.apis[name]})})


def _snapshot(apis: Mapping[str, Api]) -> State:
    return copy.deepcopy(public_state(apis))


def _obstacles(runs: Sequence[_Run], count: int, mode: Mode, draw: Draw) -> frozenset[int]:
    """The errands that lack something; of a function, those whose last one no earlier errand calls."""
    if mode not in (Mode.MISSING_FUNCTION, Mode.MISSING_PARAMETER):
        return frozenset()
    earlier: set[str] = set()
    fit = []
    for place, run in enumerate(runs):
        if mode is Mode.MISSING_PARAMETER or run.errand.functions[-1] not in earlier:
            fit.append(place)
        earlier.update(run.errand.functions)
    return frozenset(fit[place] for place in draw.rng.permutation(len(fit)).tolist()[:count])


def _requests(runs: Sequence[_Run], obstacles: frozenset[int], mode: Mode, draw: Draw) -> list[Request]:
    lacks_function = mode is Mode.MISSING_FUNCTION
    missing = {runs[place].errand.functions[-1] for place in obstacles} if lacks_function else set()
    made: list[Request] = []
    for place, run in enumerate(runs):
        errand, text = run.errand, draw.one(run.errand.phrases)
        if place in obstacles:
            ask = text if lacks_function else draw.one(errand.vague)
            made.append(
                Request(_worded(ask, errand, asking=True), (), (), frozenset(missing), run.before, errand)
            )
            text = draw.one(_GRANTED) if lacks_function else errand.told
            missing -= {errand.functions[-1]}
        words = _worded(text, errand, asking=place not in obstacles)
        held_out = frozenset(missing)
        made.append(Request(words, errand.steps, run.calls, held_out, run.after, errand, run.fact))
    return made


def _worded(text: str, errand: Errand, *, asking: bool) -> str:
    words = text.format(**errand.words)
    return f"{words} {errand.question}" if asking and errand.question else words
