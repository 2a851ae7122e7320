"""BFCL-v0: an entry as a task, its user, and the policies that check the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from agentic_gym.messages import CallTools, SayToUser, ToolCall, ToolSchema
from agentic_gym.tasks import Policy, Script, Setting, StatefulSetting, Task, TaskKey, Taskset, UserReply
from agentic_gym.tools.base import ToolContext, ToolOutput
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.bfcl.desk import Desk
from agentic_gym_envs.bfcl.entries import Entry
from agentic_gym_envs.bfcl.judging import MAX_STEPS, judge, worked
from agentic_gym_envs.bfcl.wheel import CATEGORIES, load_wheel

MOST_REQUESTS = 8
"""Requests in the longest entry."""

BRIEFING = (
    "You work for a user with the functions below. Do what each of the user's messages asks, and no more. "
    "When it is done, say so in a message; the next request follows. Where a request cannot be carried out, "
    "because a function or a piece of information is missing, call nothing and say what is missing."
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the episode's APIs as a tool."""

    desk: Desk
    schema: ToolSchema

    def __call__(self, context: ToolContext, arguments: Mapping[str, Any]) -> ToolOutput:
        """Runs it.

        Raises:
            ToolMistake: the arguments do not fit.
        """
        text, failed = self.desk.call(ToolCall(self.schema.name, arguments))
        return ToolOutput(text, failed=failed)


class Asker:
    """The user: says the next request whenever the agent has said something.

    Args:
        desk: the episode's APIs.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.setting = StatefulSetting(_functions(desk), self)

    def reply(self, message: str) -> UserReply:
        """The next request, with the functions that come with it; after the last one the user is done."""
        if self._desk.turn + 1 == len(self._desk.entry.requests):
            return UserReply("Thank you, that is all.", done=True)
        before = self._desk.entry.offers[self._desk.turn]
        self._desk.turn += 1
        if self._desk.entry.offers[self._desk.turn] != before:
            self.setting.tools = _functions(self._desk)
        return UserReply(self._desk.entry.requests[self._desk.turn])


def _functions(desk: Desk) -> Sequence[Function]:
    return [Function(desk, schema) for _, schema in desk.entry.offers[desk.turn].values()]


class BFCLTask(Task):
    """One entry.

    Attributes:
        entry: what the wheel says of it.
    """

    tags = frozenset({"function calling"})
    briefing = BRIEFING
    converses = True

    def __init__(self, key: TaskKey, entry: Entry) -> None:
        self.key = key
        self.entry = entry
        self.template = CATEGORIES[key.difficulty]

    @property
    def prompt(self) -> str:
        """The first request."""
        return self.entry.requests[0]

    def begin(self, coordinates: str) -> Setting:
        """Fresh instances of the entry's APIs, and the user."""
        return Asker(Desk(self.entry)).setting

    @property
    def reference(self) -> str:
        """The ground truth's calls, a line each."""
        return "\n".join(
            f"{call.name}({dict(call.arguments)})" for turn in self.entry.program for call in turn
        )

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """Success by the leaderboard's rules, and the shares `state` and `functions` that ARTIST rewards."""
        return judge(self.entry, worked(trajectory))


def ground_truth(task: Task, coordinates: str, *, less: int = 0) -> Script:
    """Makes the ground truth's calls, and says that each request is done.

    It makes one call at a time, or as many as let it keep to the steps that a request may take.

    Args:
        task: the entry.
        coordinates: not used.
        less: how many calls to leave out at the end of the program.
    """
    if not isinstance(task, BFCLTask):
        raise TypeError(f"the ground truth of BFCL plays its entries, not {type(task).__name__}")
    made = sum(map(len, task.entry.program)) - less
    for calls in task.entry.program:
        at_once = -(-len(calls) // MAX_STEPS)
        for step in range(0, min(len(calls), made), max(1, at_once)):
            together = tuple(calls[step : min(step + at_once, made)])
            yield CallTools(together, f"This needs {together[0].name}.")
        made -= len(calls)
        yield SayToUser(
            "Done." if calls else "I cannot do that with what I have.", "The request is dealt with."
        )


def empty(task: Task, coordinates: str) -> Script:
    """Calls nothing."""
    yield from _endless(SayToUser("Done."))


def _endless(action: SayToUser) -> Iterator[SayToUser]:
    while True:
        yield action


class BFCL(Taskset):
    """The multi-turn entries of the Berkeley Function Calling Leaderboard, when `bfcl-eval` is installed.

    Raises:
        ConfigurationError: the wheel is not installed; the message gives the command.
        RecordError: its data cannot be read.
    """

    id: ClassVar[str] = "BFCL-v0"
    splits: Mapping[str, range] = {"test": range(0)}
    difficulties: Mapping[int, str] = {
        0: "base: requests that can all be carried out",
        1: "miss_func: a function is missing and appears a turn later",
        2: "miss_param: a request lacks a value, which the user gives when asked",
        3: "long_context: results of many thousand characters",
    }
    default_difficulty: int = 0
    max_turns: int = MOST_REQUESTS * (MAX_STEPS + 1)
    max_tool_calls: int = 2 * MOST_REQUESTS * MAX_STEPS
    finite: ClassVar[bool] = True

    def __init__(self) -> None:
        wheel = load_wheel()
        self._entries = [
            [Entry(row, wheel.apis) for row in wheel.entries[category]] for category in CATEGORIES
        ]
        self.splits = {"test": range(min(map(len, self._entries)))}

    def make(self, key: TaskKey) -> BFCLTask:
        """The entry of this key: `index` is its row in the category's file."""
        return BFCLTask(key, self._entries[key.difficulty][key.index])

    def policies(self) -> Mapping[str, Policy]:
        """The ground truth as oracle, the same less its last call, and one that calls nothing."""
        return {
            "oracle": ground_truth,
            "truth-less-one": partial(ground_truth, less=1),
            "empty": empty,
            **super().policies(),
        }
