"""A task of FunctionCalls-v0, and its user."""

from collections.abc import Mapping

from agentic_gym.tasks import Setting, StatefulSetting, Task, TaskKey, UserReply
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.functioncalls.desk import Desk
from agentic_gym_envs.functioncalls.judging import judge
from agentic_gym_envs.functioncalls.programs import Program

BRIEFING = (
    "You work for a user with the functions below. Do what each message of the user asks, and no more; then "
    "say in a message that it is done, with what the user wanted to know, and the next request follows. Ids "
    "have to be found by calls. Where a function or a piece of information is missing, change nothing, and "
    "say in a message what you need."
)


class Asker:
    """The user: says the next request whenever the agent has said something.

    Args:
        program: the requests.
        desk: the episode's APIs.
    """

    def __init__(self, program: Program, desk: Desk) -> None:
        self._requests = [(request.text, request.held_out) for request in program.requests]
        self._desk = desk
        self._turn = 0
        self.setting = StatefulSetting(desk.functions(self._requests[0][1]), self)

    def reply(self, message: str) -> UserReply:
        """The next request, and the functions that come with it; after the last one the user is done."""
        self._turn += 1
        if self._turn == len(self._requests):
            return UserReply("Thank you, that is all.", done=True)
        text, held_out = self._requests[self._turn]
        if held_out != self._requests[self._turn - 1][1]:
            self.setting.tools = self._desk.functions(held_out)
        return UserReply(text)


class FunctionCallsTask(Task):
    """A conversation.

    Attributes:
        program: what the user wants, and the calls that do it.
    """

    briefing = BRIEFING
    converses = True

    def __init__(self, key: TaskKey, program: Program) -> None:
        self.key = key
        self.program = program
        self.template = str(program.mode)
        self.tags = frozenset({"function calling", str(program.mode)})

    @property
    def prompt(self) -> str:
        """The first request."""
        return self.program.requests[0].text

    def begin(self, coordinates: str) -> Setting:
        """Fresh APIs, and the user."""
        return Asker(self.program, self.program.begin()).setting

    @property
    def reference(self) -> str:
        """The calls that do what the user wants, separated by semicolons."""
        return "; ".join(
            f"{call.name}({', '.join(f'{name}={value!r}' for name, value in call.arguments.items())})"
            for request in self.program.requests
            for call in request.calls
        )

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """Success, and the shares `state` and `functions` that ARTIST rewards."""
        return judge(self.program, trajectory)
