"""The `python` tool, and the sandbox session that an episode runs it in."""

from dataclasses import dataclass

import numpy as np

from agentic_gym.errors import EpisodeEndedError, InfrastructureError, SandboxError
from agentic_gym.sandboxes.base import Execution, Isolation, Outcome, Sandbox, SandboxSession
from agentic_gym.tools.base import Tool, ToolContext, ToolOutput
from agentic_gym.tools.function import tool
from agentic_gym.tools.images import ImageStore

_STOPPED = (
    "The Python session was stopped, so its variables are gone. The next call starts a fresh one; "
    "the images are there again."
)

_LOST = "The session was lost and could not be restored, so this code was not run."


def python_tool() -> Tool:
    """The tool `python`, which runs code in the episode's session."""
    return python


@tool
def python(context: ToolContext, code: str) -> ToolOutput:
    """Runs Python code in a session that keeps its variables from call to call.

    Every image is there at its original resolution as a PIL image under its name, such as image_1. numpy,
    PIL, matplotlib and sympy can be imported; there is no network. What the code prints, its last
    expression and the pictures it shows (plt.show(), display(image), or an image as the last expression)
    come back.

    Args:
        context: of the call.
        code: Python source code.
    """
    execution = context.python.run(code)
    return ToolOutput(
        text=_report(execution),
        images=execution.images,
        failed=execution.outcome is not Outcome.OK,
        detail=execution.outcome.value,
    )


def _report(execution: Execution) -> str:
    said = [text.rstrip("\n") for text in (execution.output, execution.error)]
    if not execution.outcome.session_lives:
        said.append(_STOPPED)
    elif execution.outcome is Outcome.INTERRUPTED:
        said.append("The code was stopped; the session and its variables are kept.")
    elif execution.outcome is Outcome.OK and not execution.output and not execution.images:
        said.append("The code ran and printed nothing.")
    return "\n".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell that ran to its end, and how many images were bound when it did."""

    code: str
    images: int


class _NotRestored(Exception):
    """Running the cells of a lost session again brought the new one down too."""


class EpisodePython:
    """An episode's Python: a session of a sandbox, opened at the first call that needs it.

    Every image of the episode is bound to its name before a cell runs, once: code may bind the name to
    something else. When a cell brings its session down, the next call gets a fresh one, with the images and
    without the variables. A session that is lost in any other way is restored: a fresh one with the same seed
    runs the cells that had run to their end again, in silence.

    Args:
        sandbox: opens the sessions; it is not closed with the episode.
        images: the episode's; those added later are bound when the next cell runs.
        seed: of the episode, at least 0; each new start is given another one, drawn from it.
    """

    def __init__(self, sandbox: Sandbox, images: ImageStore, *, seed: int) -> None:
        self._sandbox = sandbox
        self._images = images
        self._seed = seed
        self._session: SandboxSession | None = None
        self._bound = 0
        self._cells: list[_Cell] = []
        self._restarts = 0
        self._closed = False
        self.isolation = Isolation()
        """With which code ran; of no level as long as none ran."""

    def run(self, code: str) -> Execution:
        """Runs a cell with every image of the episode bound to its name.

        Raises:
            EpisodeEndedError: `close` was called.
            InfrastructureError: the sandbox failed, also on a fresh session. Another call tries again.
            SandboxUnavailable: no isolation can be had here.
        """
        if self._closed:
            raise EpisodeEndedError("the episode's Python was closed; code runs only within an episode")
        try:
            return self._run(code)
        except SandboxError:
            self._drop_session()
        try:
            return self._run(code)
        except SandboxError as error:
            self._drop_session()
            raise InfrastructureError(f"the sandbox failed twice in a row: {error}") from error

    def branch(self, images: ImageStore) -> "EpisodePython":
        """A second session with the same past, which from then on is its own.

        It is made like a lost one, at the first call that needs it: by running the cells that ran to their
        end again, from the same seed. What such a cell took from the clock, from a race of its threads, or
        from a cell that was interrupted may differ.

        Args:
            images: the branch's copy of the episode's images.
        """
        twin = EpisodePython(self._sandbox, images, seed=self._seed)
        twin._cells = list(self._cells)
        twin._restarts = self._restarts
        twin.isolation = self.isolation
        return twin

    def close(self) -> None:
        """Ends the session. May be called again."""
        self._closed = True
        self._drop_session()

    def _run(self, code: str) -> Execution:
        if self._session is None or not self._session.alive:
            self._drop_session()
            try:
                self._session = self._open()
            except _NotRestored:
                self._start_over()
                return Execution(Outcome.CRASHED, error=_LOST)
        execution = self._bind_images(self._session, len(self._images))
        if execution.outcome.session_lives:
            execution = self._session.run(code)
        if not execution.outcome.session_lives:
            self._start_over()
        elif execution.outcome is not Outcome.INTERRUPTED:
            self._cells.append(_Cell(code, self._bound))
        return execution

    def _open(self) -> SandboxSession:
        """A fresh session in which every cell of a lost one has run, each with the images of its time.

        Raises:
            SandboxError: the sandbox failed.
            _NotRestored: a cell that had run to its end ended the session now, which is the code's own doing.
        """
        seed = int(np.random.SeedSequence((self._seed, self._restarts)).generate_state(1)[0])
        session = self._sandbox.open(seed=seed)
        self._bound = 0
        try:
            self.isolation = self._sandbox.isolation()
            for cell in self._cells:
                bound = self._bind_images(session, cell.images)
                if not (bound.outcome.session_lives and session.run(cell.code).outcome.session_lives):
                    raise _NotRestored
        except BaseException:
            session.close()
            raise
        return session

    def _bind_images(self, session: SandboxSession, count: int) -> Execution:
        """Puts those of the episode's first `count` images that the session does not have yet."""
        names = list(self._images)[self._bound : count]
        bound = Execution(Outcome.OK)
        if names:
            bound = session.put_images({name: self._images[name].original for name in names})
        self._bound = count
        return bound

    def _start_over(self) -> None:
        """Gives the session and its variables up: the next one starts afresh."""
        self._drop_session()
        self._cells.clear()
        self._restarts += 1

    def _drop_session(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
