"""What a sandbox is: a place where one episode's Python runs, keeps its variables, and reaches nothing.

A `Sandbox` opens sessions; a `SandboxSession` belongs to one episode. How a cell ended is an `Outcome`,
all of which are the code's own doing. What is not the code's doing raises `SandboxError`.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agentic_gym.messages import Pixels


class Outcome(enum.StrEnum):
    """How a cell ended. Only `INTERRUPTED`, `PYTHON_ERROR` and `OK` leave the session alive."""

    OK = "ok"
    PYTHON_ERROR = "python_error"
    """The code raised; the session and its variables live on."""
    INTERRUPTED = "interrupted"
    """Over its time limit, stopped by an interrupt; the session and its variables live on."""
    KILLED_TIMEOUT = "killed_timeout"
    """Over its time limit and deaf to the interrupt; the session is gone."""
    KILLED_MEMORY = "killed_memory"
    """Ended by the kernel for want of memory, or unable to take a picture for want of its own."""
    CRASHED = "crashed"
    """Ended by a signal of its own making; `detail` names it."""
    EXITED = "exited"
    """The process left through the operating system; `detail` gives the code."""
    PROTOCOL_VIOLATION = "protocol_violation"
    """The session sent bytes that no honest worker sends."""

    @property
    def session_lives(self) -> bool:
        """Whether the session, with its variables, is still there."""
        return self in (Outcome.OK, Outcome.PYTHON_ERROR, Outcome.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may use.

    Attributes:
        seconds: wall time of one cell, from when it starts.
        grace_seconds: between the interrupt and the kill.
        memory_mb: address space beyond what the preloaded libraries take.
        disk_mb: everything in the working folder.
        files: number of files and folders in the working folder.
        output_chars: characters of printed output kept of a cell; the rest is counted and dropped.
        images: pictures taken of a cell; the rest is counted and dropped.
        image_pixels: width × height of the largest picture taken.
    """

    seconds: float = 10.0
    grace_seconds: float = 1.0
    memory_mb: int = 1024
    disk_mb: int = 64
    files: int = 2000
    output_chars: int = 20_000
    images: int = 10
    image_pixels: int = 8192 * 8192


@dataclass(frozen=True, slots=True)
class Execution:
    """What one cell did.

    Attributes:
        outcome: how it ended.
        output: printed text, standard error mixed in where it was written, cut to the limit.
        error: the traceback, of the agent's own frames, or a sentence that says which limit was hit.
        images: pictures shown, in order, uint8 height × width × 3.
        seconds: wall time of the cell.
        detail: the signal, exit code or violation, for the log.
    """

    outcome: Outcome
    output: str = ""
    error: str = ""
    images: tuple[Pixels, ...] = ()
    seconds: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of isolation, as `agentic-gym doctor` reports it.

    Attributes:
        name: `user namespace`, `seccomp`, …
        active: whether a probe session showed it to hold.
        probe: what was tried, and what came of it.
        remedy: what to do where it is missing.
    """

    name: str
    active: bool
    probe: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Isolation:
    """What a sandbox isolates with: a level (`namespaces`, `landlock`, `docker`, `fake`) and its layers."""

    level: str = ""
    layers: tuple[Layer, ...] = field(default=())

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the layers that hold."""
        return tuple(layer.name for layer in self.layers if layer.active)


class SandboxSession(Protocol):
    """One episode's Python."""

    def run(self, code: str, *, seconds: float | None = None) -> Execution:
        """Runs a cell; a last expression is shown as a notebook would.

        Args:
            code: Python source.
            seconds: wall time limit of this cell, instead of the sandbox's.

        Raises:
            SandboxError: the session was lost for a reason that is not the code's.
        """
        ...

    def put_images(self, images: Mapping[str, Pixels]) -> Execution:
        """Binds each picture to a variable of its name, as a PIL image.

        Returns:
            `OK`; or how the code that ran before has made it impossible, and so ended the session: with
            memory that holds no picture any more, or a thread that brought the process down meanwhile.

        Raises:
            SandboxError: the session was lost for a reason that is not the code's.
        """
        ...

    @property
    def alive(self) -> bool:
        """Whether the session can run another cell."""
        ...

    def close(self) -> None:
        """Ends the session and leaves nothing behind. May be called again."""
        ...


class Sandbox(Protocol):
    """Opens sessions. Threads may share one."""

    def open(self, *, seed: int) -> SandboxSession:
        """A fresh session with `random` and `numpy.random` seeded.

        Raises:
            SandboxUnavailable: no isolation can be had here.
            SandboxError: it could not be started this time.
        """
        ...

    def isolation(self) -> Isolation:
        """What is active, found by doing: a probe session is started where none ran yet.

        Raises:
            SandboxUnavailable: no isolation can be had here.
        """
        ...

    def close(self) -> None:
        """Ends every session and every process of the sandbox. May be called again."""
        ...
