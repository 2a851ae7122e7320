"""Whether an agent did what its user wanted: its calls are made again on fresh APIs.

After every request the public state of all APIs has to be what the program leads to, and what the user wanted
to know has to stand in a result that the agent got, or in a message of its own.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from agentic_gym.messages import GiveAnswer, SayToUser, ToolCall, ToolStatus
from agentic_gym.trajectories.records import Trajectory, Turn
from agentic_gym_envs.functioncalls.programs import Program, Request
from agentic_gym_envs.functioncalls.states import agreement, public_state


def judge(program: Program, trajectory: Trajectory) -> Mapping[str, float]:
    """Success, and the shares `state` and `functions` that ARTIST rewards.

    `state` is agreement with the state after the whole program, `functions` the share of its calls that were
    made, with the same arguments.
    """
    desk = program.begin()
    first, wanted = public_state(program.begin().apis), program.requests[-1].state
    heard: list[str] = []
    requests = iter(program.requests)
    dealt_with = 0
    for turn in trajectory.turns:
        heard += [desk.call(call) for call in _calls(turn)]
        if isinstance(turn.action, SayToUser | GiveAnswer):
            heard.append(turn.action.text)
            request = next(requests, None)
            dealt_with += request is not None and _holds(request, public_state(desk.apis), heard)
    return {
        "success": float(dealt_with == len(program.requests)),
        "state": agreement(first, wanted, public_state(desk.apis)),
        "functions": _matched(program, trajectory),
    }


def _calls(turn: Turn) -> Iterator[ToolCall]:
    """The turn's calls that went well; the others changed nothing and gave nothing."""
    return (result.call for result in turn.results if result.status is ToolStatus.OK)


def _holds(request: Request, state: object, heard: list[str]) -> bool:
    return state == request.state and (not request.fact or any(_says(text, request.fact) for text in heard))


def _says(text: str, fact: str) -> bool:
    """Whether a fact stands in a text, not as a part of a longer word or number.

    >>> _says("It costs 120.", "120"), _says("It costs 1200.", "120")
    (True, False)
    """
    return re.search(rf"(?<![\w.]){re.escape(fact)}(?!\w|[.,]\d)", text) is not None


def _matched(program: Program, trajectory: Trajectory) -> float:
    due = Counter(_signature(call) for request in program.requests for call in request.calls)
    made = Counter(_signature(call) for turn in trajectory.turns for call in _calls(turn))
    return (due & made).total() / due.total()


def _signature(call: ToolCall) -> tuple[str, str]:
    return call.name, repr(sorted(call.arguments.items()))
