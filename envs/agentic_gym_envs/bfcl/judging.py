"""The leaderboard's rules, applied to a trajectory by playing its calls again.

In every turn the public state of each instance has to be the ground truth's, and each of the turn's
ground-truth results has to occur among the results so far. A turn whose ground truth is empty fails on any
call, one whose ground truth is not, without any. A turn has 20 steps.
"""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import CallTools, GiveAnswer, SayToUser, ToolCall
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.bfcl.desk import Desk
from agentic_gym_envs.bfcl.entries import Entry
from agentic_gym_envs.functioncalls.states import State, agreement, public_state

MAX_STEPS = 20
"""Steps that one request of the user's may take."""


@dataclass(slots=True)
class Worked:
    """What an agent did at one request.

    Attributes:
        calls: that it made.
        steps: actions other than the message that closed the turn.
        closed: whether there was such a message.
    """

    calls: list[ToolCall] = field(default_factory=list)
    steps: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the ground truth leads to in one turn."""

    results: tuple[str, ...]
    state: State


def worked(trajectory: Trajectory) -> list[Worked]:
    """The trajectory's turns as the leaderboard counts them: each ends with a message to the user."""
    turns = [Worked()]
    for turn in trajectory.turns:
        if isinstance(turn.action, SayToUser | GiveAnswer):
            turns[-1].closed = True
            turns.append(Worked())
        else:
            turns[-1].steps += 1
            turns[-1].calls += [result.call for result in turn.results]
            # A call beyond a budget was not run, but it was made.
            turns[-1].calls += (
                turn.action.calls[len(turn.results) :] if isinstance(turn.action, CallTools) else ()
            )
    return turns


@dataclass(frozen=True, slots=True)
class Course:
    """What the ground truth leads to, from the first state on."""

    first: State
    outcomes: Sequence[Outcome]

    @property
    def results(self) -> Counter[str]:
        """The results of all its calls."""
        return Counter(result for outcome in self.outcomes for result in outcome.results)


@lru_cache(maxsize=1024)
def course(entry: Entry) -> Course:
    """What the entry's ground truth leads to; nobody may change it."""
    desk = Desk(entry)
    first, found = copy.deepcopy(public_state(desk.apis)), []
    for turn, calls in enumerate(entry.program):
        desk.turn = turn
        results = tuple(desk.call(call)[0] for call in calls)
        found.append(Outcome(results, copy.deepcopy(public_state(desk.apis))))
    return Course(first, found)


def judge(entry: Entry, turns: Sequence[Worked]) -> Mapping[str, float]:
    """Success, and the shares of state and of results that are the ground truth's.

    Args:
        entry: what was played.
        turns: what was done at each request.
    """
    desk, seen, due = Desk(entry), list[str](), course(entry)
    right = len(turns) >= len(due.outcomes)
    for index, (expected, done) in enumerate(zip(due.outcomes, turns, strict=False)):
        desk.turn = index
        seen += _results(desk, done.calls)
        right = right and _is_right(entry, index, done, expected, public_state(desk.apis), seen)
    every = due.results
    return {
        "success": float(right),
        "state": agreement(due.first, due.outcomes[-1].state, public_state(desk.apis)),
        "functions": (every & Counter(seen)).total() / every.total() if every else 1.0,
    }


def _is_right(
    entry: Entry, turn: int, done: Worked, expected: Outcome, state: State, seen: Sequence[str]
) -> bool:
    if not done.closed or done.steps > MAX_STEPS:
        return False
    if not entry.program[turn]:
        return not done.calls
    missing = Counter(expected.results) - Counter(seen)
    return bool(done.calls) and not missing and _has(state, expected.state)


def _has(state: State, expected: State) -> bool:
    """Whether every attribute of the expected state is there, and the same."""
    return all(
        name in state[api] and state[api][name] == value
        for api, values in expected.items()
        for name, value in values.items()
    )


def _results(desk: Desk, calls: Sequence[ToolCall]) -> Iterator[str]:
    for call in calls:
        try:
            yield desk.call(call)[0]
        except ToolMistake:
            continue
