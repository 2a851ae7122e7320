"""One session in a container of its own. How a cell is run, timed and explained is every session's."""

import signal
from contextlib import AbstractContextManager, suppress
from typing import Any, Final

from agentic_gym.errors import SandboxError
from agentic_gym.sandboxes.base import Limits
from agentic_gym.sandboxes.channel import Clock, SessionGone, Violation
from agentic_gym.sandboxes.docker.channel import FAILURES, AttachedChannel
from agentic_gym.sandboxes.docker.container import Container
from agentic_gym.sandboxes.docker.inside.wire import Kind
from agentic_gym.sandboxes.session import Session

_ANSWER_SECONDS: Final = 30.0


class DockerSession(Session):
    """One episode's container. Threads may share it; its cells run one after the other."""

    _channel: AttachedChannel

    def __init__(
        self, container: Container, seed: int, limits: Limits, turns: AbstractContextManager[Any]
    ) -> None:
        """Takes the container over and hands the episode's seed to its worker.

        Raises:
            SandboxError: the container was lost, or a step of confining the worker was refused.
        """
        self._container = container
        try:
            container.channel.send({"seed": str(seed)}, [], Clock(_ANSWER_SECONDS, 0.0, lambda: None))
        except FAILURES as failure:
            container.discard()
            raise SandboxError("the container was lost before its session began") from failure
        super().__init__(container.channel, limits, turns)

    @property
    def container(self) -> str:
        """The engine's id of the container, to look at from outside."""
        return self._container.id

    def look(self) -> dict[str, str]:
        """Lines of the worker's /proc/PID/status, as the container's first process reads them.

        Raises:
            SandboxError: the session was lost.
        """
        with self._lock:
            self._require_life()
            try:
                return dict(self._channel.ask(Kind.LOOK, Kind.SEEN, _ANSWER_SECONDS))
            except FAILURES as failure:
                self._finish()
                raise SandboxError("the session was lost while it was looked at") from failure

    def _interrupt(self) -> None:
        self._signal(signal.SIGINT)

    def _wake(self) -> None:
        self._signal(signal.SIGCONT)

    def _sleep(self) -> None:
        self._signal(signal.SIGSTOP)

    def _signal(self, number: int) -> None:
        with suppress(SessionGone, Violation):  # found out by whoever waits for the answer
            self._channel.signal(number)

    def _kill(self) -> None:
        with suppress(SandboxError):
            self._container.remove()

    def _left_by_itself(self) -> bool:
        return self._channel.ended is not None

    def _reap(self) -> int:
        return self._container.end()

    def _ran_out_of_memory(self) -> bool:
        return bool(self._channel.ended and self._channel.ended.get("memory"))

    def _release(self) -> None:
        """There is only the stream, which the channel closes."""
