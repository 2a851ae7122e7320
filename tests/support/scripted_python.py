"""A stand-in for an episode's Python session."""

from agentic_gym.sandboxes.base import Execution, Outcome


class ScriptedPython:
    """A Python session that gives what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.execution = Execution(Outcome.OK)
        self.codes: list[str] = []

    def run(self, code: str) -> Execution:
        self.codes.append(code)
        return self.execution
