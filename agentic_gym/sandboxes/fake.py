"""A sandbox that runs nothing: what a cell answers is scripted. For tests of tools, tasks and agents."""

from collections.abc import Callable, Mapping

from agentic_gym.errors import SandboxError
from agentic_gym.messages import Pixels
from agentic_gym.sandboxes.base import Execution, Isolation, Outcome


class FakeSession:
    """One episode's script.

    Attributes:
        seed: what it was opened with.
        cells: the source of every cell so far.
        images: every picture handed over, by its variable.
        alive: until it is closed, or an execution says that the session is gone.
    """

    def __init__(self, run: Callable[[str], Execution], seed: int) -> None:
        """`run` answers each cell."""
        self._run = run
        self.seed = seed
        self.cells: list[str] = []
        self.images: dict[str, Pixels] = {}
        self.alive = True

    def run(self, code: str, *, seconds: float | None = None) -> Execution:
        """Answers as scripted; see `SandboxSession.run`."""
        self._require_life()
        self.cells.append(code)
        execution = self._run(code)
        self.alive = execution.outcome.session_lives
        return execution

    def put_images(self, images: Mapping[str, Pixels]) -> Execution:
        """Keeps the pictures; see `SandboxSession.put_images`."""
        self._require_life()
        self.images.update(images)
        return Execution(Outcome.OK)

    def close(self) -> None:
        """Ends the session."""
        self.alive = False

    def _require_life(self) -> None:
        if not self.alive:
            raise SandboxError("this session is over: open another")


class FakeSandbox:
    """Opens sessions that answer as `run` says. Isolates nothing, for it runs nothing.

    >>> from agentic_gym.sandboxes.base import Outcome
    >>> sandbox = FakeSandbox(lambda code: Execution(Outcome.OK, output=code.upper()))
    >>> sandbox.open(seed=0).run("print").output
    'PRINT'

    Attributes:
        sessions: every session that was opened.
    """

    def __init__(self, run: Callable[[str], Execution]) -> None:
        """`run` takes a cell's source and answers; it may raise `SandboxError`."""
        self._run = run
        self.sessions: list[FakeSession] = []

    def open(self, *, seed: int) -> FakeSession:
        """A fresh session; see `Sandbox.open`."""
        session = FakeSession(self._run, seed)
        self.sessions.append(session)
        return session

    def isolation(self) -> Isolation:
        """Says that there is none."""
        return Isolation("fake")

    def close(self) -> None:
        """Ends every session."""
        for session in self.sessions:
            session.close()
