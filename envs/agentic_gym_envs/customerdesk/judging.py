"""What an episode achieved: its calls run again on fresh records, each held against the policy."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import SayToUser, ToolCall
from agentic_gym.trajectories.records import Trajectory, Turn
from agentic_gym_envs.customerdesk.desk import Desk
from agentic_gym_envs.customerdesk.ledger import Ledger
from agentic_gym_envs.customerdesk.policy import Case, History, Rule
from agentic_gym_envs.customerdesk.visits import Visit

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d{1,2})?(?![\w]|[.,]\d)")
_AMOUNT = re.compile(r"\d+[.,]\d{2}")
_MOST_AMOUNTS = 4
"""Amounts in a message that tells one: a list of guesses tells nothing."""

Listener = Callable[[int, Turn], Sequence[str]]
"""From the number of an agent's turn and the turn to what the customer said after it."""


def heard_from_user(number: int, turn: Turn) -> Sequence[str]:
    """The customer's answer, where the agent plays alone with them."""
    if isinstance(turn.action, SayToUser) and turn.observation is not None:
        return (turn.observation.text,)
    return ()


@dataclass(slots=True)
class Replay:
    """An agent's episode, run again.

    Attributes:
        visit: what it was about.
        desk: on fresh records.
        history: what was said.
        broken: the rules that were broken, in order.
        calls: the calls that were run without a mistake.
    """

    visit: Visit
    desk: Desk
    history: History
    broken: list[Rule] = field(default_factory=list)
    calls: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    def take(self, call: ToolCall) -> None:
        """Runs one call."""
        try:
            arguments = self.desk.read_call(call.name, call.arguments)
            case = Case(call.name, arguments, self.desk.ledger, self.visit.today, self.history)
            broken = self.visit.desk.policy.broken(case)
            output = self.desk.run(call.name, call.arguments)
        except ToolMistake:
            return
        self.calls.append((call.name, arguments))
        self.broken += broken
        if call.name == "find_customer" and not broken:
            self.history.identified |= {
                person["id"]
                for person in self.desk.ledger.of_kind("customer")
                if f'"{person["id"]}"' in output
            }


def replay(
    visit: Visit,
    trajectory: Trajectory,
    listen: Listener = heard_from_user,
    approve: Callable[[int], Sequence[str]] = lambda number: (),
) -> Replay:
    """Runs an agent's episode again.

    Args:
        visit: what it was about.
        trajectory: of the agent.
        listen: what the customer said after each turn.
        approve: the records that the customer approved on a device of their own in each turn.
    """
    run = Replay(visit, visit.desk(Ledger(visit.records)), History([("customer", visit.opening)]))
    for number, turn in enumerate(trajectory.turns):
        if isinstance(turn.action, SayToUser):
            run.history.lines.append(("agent", turn.action.text))
        for result in turn.results:
            run.take(result.call)
        run.history.approved.update(approve(number))
        run.history.lines += [("customer", text) for text in listen(number, turn)]
    return run


def measures(run: Replay, trajectory: Trajectory) -> Mapping[str, float]:
    """Success and its parts, each from 0 to 1.

    `state` is the share of the records that changed, or should have, which are as they should be;
    `functions` the share of the calls that were needed; `told` that of the amounts that had to be said;
    `policy` whether no rule was broken.
    """
    goal, changes = run.visit.goal, run.desk.ledger.changes
    touched = goal.keys() | changes.keys()
    state = sum(goal.get(name) == changes.get(name) for name in touched) / len(touched)
    needed = [request.call for request in run.visit.requests]
    functions = sum((name, dict(arguments)) in run.calls for name, arguments in needed) / len(needed)
    told, policy = _told(run), float(not run.broken)
    complete = state == told == policy == 1.0 and trajectory.stop_reason.terminates
    return {
        "success": float(complete),
        "state": state,
        "functions": functions,
        "told": told,
        "policy": policy,
    }


def _told(run: Replay) -> float:
    """The share of the amounts that the customer was told."""
    due = [request.amount for request in run.visit.requests if request.amount is not None]
    said = {amount for who, text in run.history.lines if who == "agent" for amount in _amounts(text)}
    return sum(float(amount) in said for amount in due) / len(due) if due else 1.0


def _amounts(text: str) -> set[float]:
    """The numbers of a message; none where it names too many amounts."""
    if len(_AMOUNT.findall(text)) > _MOST_AMOUNTS:
        return set()
    return {float(number.replace(",", ".")) for number in _NUMBER.findall(text)}
