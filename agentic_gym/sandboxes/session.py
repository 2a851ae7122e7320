"""One session: sends cells, watches the clock, names how each one ended. What it runs in is a subclass's."""

import abc
import dataclasses
import keyword
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final

import numpy as np

from agentic_gym.errors import ConfigurationError, SandboxError
from agentic_gym.messages import Pixels
from agentic_gym.sandboxes.base import Execution, Limits, Outcome
from agentic_gym.sandboxes.cage.frames import CHANNELS, READY
from agentic_gym.sandboxes.channel import Channel, Clock, Overdue, SessionGone, Violation
from agentic_gym.sandboxes.forkserver import ForkServer, has_exited, pid_of, refusal

_EXIT_SECONDS: Final = 5.0
_CLOSED_SECONDS: Final = 0.5
_START_SECONDS: Final = 30.0

_ERROR_SLACK: Final = 16
"""Characters by which the worker's own mark in a traceback that it has cut may exceed the limit."""

_OUTCOMES: Final = {"ok": Outcome.OK, "error": Outcome.PYTHON_ERROR, "interrupted": Outcome.INTERRUPTED}


class Session(abc.ABC):
    """One episode's Python. Threads may share it; its cells run one after the other.

    Attributes:
        alive: whether the session can run another cell.
    """

    alive = False

    def __init__(self, channel: Channel, limits: Limits, turns: AbstractContextManager[Any]) -> None:
        """Takes over the channel, and waits until the session is confined.

        Args:
            channel: to its process, which has been given its seed.
            limits: of its cells.
            turns: held while a cell runs.

        Raises:
            StepRefused: a step of confining it was refused.
            SandboxError: something was short, or it died meanwhile.
        """
        self._channel = channel
        self._limits = limits
        self._turns = turns
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._requests = READY
        self._cells = 0
        self._closing = False
        self.alive = True
        self._await_ready()

    def run(self, code: str, *, seconds: float | None = None) -> Execution:
        """Runs a cell; see `SandboxSession.run`."""
        limit = self._limits.seconds if seconds is None else seconds
        if limit <= 0:
            raise ConfigurationError(f"a cell needs a positive number of seconds, got {seconds!r}")
        self._require_own()
        with self._lock:
            self._require_life()
            with self._turns, self._awake():
                return self._run_cell(code, limit)

    def put_images(self, images: Mapping[str, Pixels]) -> Execution:
        """Binds pictures to variables; see `SandboxSession.put_images`."""
        for name, pixels in images.items():
            _check_picture(name, pixels)
        shapes = [[name, *pixels.shape[:2]] for name, pixels in images.items()]
        self._require_own()
        with self._lock:
            self._require_life()
            with self._turns, self._awake():
                return self._hand_over({"images": shapes}, list(images.values()))

    def close(self) -> None:
        """Ends the session, also while a cell runs."""
        if os.getpid() != self._owner:
            return
        self._closing = True
        if self.alive:
            self._kill()
        with self._lock:
            self._finish()

    def abandon(self) -> None:
        """Forgets the session in a process that was forked from its owner."""
        self._close_handles()

    @contextmanager
    def _awake(self) -> Iterator[None]:
        self._wake()
        try:
            yield
        finally:
            if self.alive:
                self._sleep()

    def _await_ready(self) -> None:
        try:
            reply, _ = self._channel.receive(READY, 0, Clock(_START_SECONDS, 0.0, lambda: None))
        except (SessionGone, Overdue, Violation) as failure:
            self._finish()
            raise SandboxError(f"the session did not start: {type(failure).__name__} {failure}") from failure
        if reply.get("status") != "ok":
            self._finish()
            code = reply.get("errno")
            text = f"the session could not be confined: {_error_of(reply)}"
            raise refusal(text, code if isinstance(code, int) else 0)

    def _require_own(self) -> None:
        if os.getpid() != self._owner:
            raise SandboxError("this session belongs to the process that opened it: open one in this process")

    def _require_life(self) -> None:
        if not self.alive or self._closing:
            raise SandboxError("this session is over: open another")

    def _exchange(
        self, message: dict[str, Any], pictures: list[Pixels], clock: Clock
    ) -> tuple[dict[str, Any], list[Pixels]]:
        self._requests += 1
        try:
            self._channel.send({"id": self._requests, **message}, pictures, clock)
            return self._channel.receive(self._requests, self._limits.images, clock)
        except (SessionGone, Overdue, Violation):
            raise
        except BaseException:  # a Ctrl-C, say: the reply would be taken for the next one's
            self._finish()
            raise

    def _hand_over(self, message: dict[str, Any], pictures: list[Pixels]) -> Execution:
        clock = Clock(_START_SECONDS, 0.0, lambda: None)
        try:
            reply, _ = self._exchange(message, pictures, clock)
            if reply.get("status") == "ok":
                return Execution(Outcome.OK, seconds=clock.elapsed)
            self._blame(f"the session's limit of memory holds no such pictures: {_error_of(reply)}")
            self._end()
            outcome, text, detail = Outcome.KILLED_MEMORY, "Killed: its memory holds no picture any more.", ""
        except (SessionGone, Overdue, Violation) as failure:
            self._blame(f"the session was lost while pictures were handed over: {failure}")
            text = f"Killed: it did not take its pictures within {_START_SECONDS:g} s."
            outcome, text, detail = self._explain(failure, text)
        return self._execution(outcome, text, clock, detail=detail)

    def _blame(self, text: str) -> None:
        """Goes on where the agent's code has run; a session that fails before that failed for us."""
        if not self._cells:
            self._finish()
            raise SandboxError(text)

    def _run_cell(self, code: str, limit: float) -> Execution:
        clock = Clock(limit, self._limits.grace_seconds, self._interrupt)
        self._cells += 1
        try:
            reply, images = self._exchange({"code": code}, [], clock)
            status, error, dropped_images, dropped_bytes = _check_reply(reply, self._limits.output_chars)
        except (SessionGone, Overdue, Violation) as failure:
            overdue = f"Killed: it ran past {limit:g} s, the time limit of a cell, deaf to the interrupt."
            outcome, error, detail = self._explain(failure, overdue)
            return self._execution(outcome, error, clock, detail=detail)
        outcome = _OUTCOMES[status]
        if outcome is Outcome.INTERRUPTED:
            if clock.interrupted:
                error = f"Stopped after {limit:g} s, the time limit of a cell. Variables are kept.\n{error}"
            else:  # the code sent itself the signal
                outcome = Outcome.PYTHON_ERROR
        execution = self._execution(outcome, error, clock, tuple(images), dropped_bytes)
        if dropped_images:
            return _note_dropped(execution, dropped_images, self._limits.images)
        return execution

    def _execution(
        self,
        outcome: Outcome,
        error: str,
        clock: Clock,
        images: tuple[Pixels, ...] = (),
        dropped_bytes: int = 0,
        detail: str = "",
    ) -> Execution:
        seconds = clock.elapsed
        self._channel.output.drain()
        output = self._channel.output.take(dropped_bytes)
        if not outcome.session_lives:
            self._close_handles()
        return Execution(outcome, output, error, images, seconds, detail)

    def _explain(self, failure: Exception, overdue: str) -> tuple[Outcome, str, str]:
        """Ends the session; the outcome, what the agent is told, and the detail for the log."""
        left_by_itself = isinstance(failure, SessionGone) and self._left_by_itself()
        status = self._end()
        if isinstance(failure, Overdue):
            return Outcome.KILLED_TIMEOUT, overdue, ""
        if isinstance(failure, Violation):
            text = "The session wrote to a descriptor that is not its own."
            return Outcome.PROTOCOL_VIOLATION, text, str(failure)
        if not left_by_itself:
            text = "The session closed a descriptor that is not its own."
            return Outcome.PROTOCOL_VIOLATION, text, "closed"
        if os.WIFEXITED(status):
            code = os.WEXITSTATUS(status)
            return Outcome.EXITED, f"The Python process left with exit code {code}.", str(code)
        return self._explain_signal(os.WTERMSIG(status))

    def _end(self) -> int:
        """Reaps the process; says how it ended."""
        try:
            return self._reap()
        except SandboxError:
            self._close_handles()
            raise

    def _explain_signal(self, number: int) -> tuple[Outcome, str, str]:
        name = _signal_name(number)
        if number != signal.SIGKILL:
            return Outcome.CRASHED, f"The Python process crashed ({name}).", name
        if self._ran_out_of_memory():
            return Outcome.KILLED_MEMORY, "Killed: the machine ran out of memory.", name
        self._close_handles()
        raise SandboxError("the session was killed from outside")

    @abc.abstractmethod
    def _interrupt(self) -> None:
        """Sends the process SIGINT, where it still can be."""

    @abc.abstractmethod
    def _kill(self) -> None:
        """Ends the process, also while another thread waits for its answer."""

    def _wake(self) -> None:  # noqa: B027 - not every process can be put to sleep
        """Lets the process go on, before a cell."""

    def _sleep(self) -> None:  # noqa: B027
        """Stops the process until the next cell: threads left behind then use no processor."""

    @abc.abstractmethod
    def _left_by_itself(self) -> bool:
        """Whether the process has exited, and did not merely close the channel."""

    @abc.abstractmethod
    def _reap(self) -> int:
        """Makes sure that the process has ended; how it did, as waitpid(2) says it.

        Raises:
            SandboxError: it was lost.
        """

    @abc.abstractmethod
    def _ran_out_of_memory(self) -> bool:
        """Whether the kernel has killed for want of memory since the session began."""

    @abc.abstractmethod
    def _release(self) -> None:
        """Closes what a subclass holds beside the channel."""

    def _finish(self) -> None:
        if self.alive:
            with suppress(SandboxError):  # a fork server that is gone took the session with it
                self._reap()
            self._close_handles()

    def __del__(self) -> None:
        """A session that is forgotten ends: its process reads the end of the stream."""
        self._close_handles()

    def _close_handles(self) -> None:
        if self.alive:
            self.alive = False
            self._channel.close()
            self._release()


class EmbeddedSession(Session):
    """One episode's process, a fork of the fork server."""

    def __init__(
        self,
        server: ForkServer,
        number: int,
        pidfd: int,
        channel: Channel,
        limits: Limits,
        turns: AbstractContextManager[Any],
    ) -> None:
        """Takes over the channel and the pidfd; see `Session`."""
        self._asleep = False
        self._server = server
        self._number = number
        self._pidfd = pidfd
        self._signalling = threading.Lock()
        self._memory_kills = _memory_kills()
        super().__init__(channel, limits, turns)

    @property
    def pid(self) -> int:
        """The process number on this machine, to look at from outside."""
        return pid_of(self._pidfd)

    def _interrupt(self) -> None:
        self._signal(signal.SIGINT)

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _wake(self) -> None:
        if self._asleep:
            self._signal(signal.SIGCONT)
            self._asleep = False

    def _sleep(self) -> None:
        self._signal(signal.SIGSTOP)
        self._asleep = True

    def abandon(self) -> None:
        """Forgets the session in a forked process, where nobody is left who could hold the lock."""
        self._signalling = threading.Lock()
        super().abandon()

    def _signal(self, number: int) -> None:
        # One thread may close the session while another finds that it has ended, and lets go of the pidfd.
        with self._signalling, suppress(ProcessLookupError):
            if self._pidfd >= 0:
                signal.pidfd_send_signal(self._pidfd, number)

    def _left_by_itself(self) -> bool:
        return has_exited(self._pidfd, _CLOSED_SECONDS)

    def _reap(self) -> int:
        self._kill()
        has_exited(self._pidfd, _EXIT_SECONDS)
        return self._server.end(self._number)

    def _ran_out_of_memory(self) -> bool:
        return _memory_kills() > self._memory_kills

    def _release(self) -> None:
        if os.getpid() == self._owner:
            self._wake()  # one that was forgotten reads the end of the stream
        with self._signalling:
            os.close(self._pidfd)
            self._pidfd = -1


def _signal_name(number: int) -> str:
    """Most real-time signals have no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _check_picture(name: str, pixels: Pixels) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ConfigurationError(f"a picture is bound to a variable: {name!r} is no name for one")
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != CHANNELS or not pixels.size:
        raise ConfigurationError(
            f"picture {name!r}: expected uint8 height × width × {CHANNELS}, got {pixels.dtype} {pixels.shape}"
        )


def _error_of(reply: dict[str, Any]) -> str:
    """Text alone: the code may have forged the reply, and not every value can be made one."""
    error = reply.get("error")
    return error if isinstance(error, str) else "it does not say why"


def _check_reply(reply: dict[str, Any], most_chars: int) -> tuple[str, str, int, int]:
    """Status, error, and the counts of pictures and bytes dropped; raises Violation where one is not."""
    match reply:
        case {
            "status": "ok" | "error" | "interrupted" as status,
            "error": str(error),
            "dropped_images": int(images),
            "dropped_bytes": int(count),
        } if images >= 0 and count >= 0 and len(error) <= most_chars + _ERROR_SLACK:
            return status, error, images, count
    raise Violation("a reply with fields missing, of another type, or with a longer error than was allowed")


def _note_dropped(execution: Execution, dropped: int, kept: int) -> Execution:
    note = f"[{dropped} more pictures were shown and not kept: at most {kept} a cell]"
    output = "\n".join(part for part in (execution.output.rstrip("\n"), note) if part)
    return dataclasses.replace(execution, output=output)


def _memory_kills() -> int:
    """How many processes the kernel has killed for want of memory since it started."""
    with suppress(OSError), open("/proc/vmstat") as file:
        return next((int(line.split()[1]) for line in file if line.startswith("oom_kill ")), 0)
    return 0
