"""The sandbox in containers: Docker or Podman, here or elsewhere, one container an episode."""

import functools
import os
import threading
import weakref
from typing import Final, NamedTuple

from agentic_gym.errors import ConfigurationError
from agentic_gym.sandboxes.base import Isolation, Limits
from agentic_gym.sandboxes.docker.container import Container
from agentic_gym.sandboxes.docker.engine import IMAGE, Engine
from agentic_gym.sandboxes.docker.launcher import Launcher
from agentic_gym.sandboxes.docker.probe import probe
from agentic_gym.sandboxes.docker.session import DockerSession
from agentic_gym.sandboxes.pool import Pool
from agentic_gym.sandboxes.turns import Turns

POOL: Final = 2
"""Containers kept ready. One takes a second to start, and holds about 50 MB."""

_MAX_AGE_SECONDS: Final = 6 * 3600.0


class _Running(NamedTuple):
    """What is there while the sandbox is in use."""

    launcher: Launcher
    pool: Pool[Container]
    turns: Turns


class DockerSandbox:
    """Runs agents' Python in containers with the embedded sandbox's worker inside.

    A container serves one session. It ends when this process does, however that happens, or at its maximum
    age. The engine is the one that `DOCKER_HOST` names; it may be on another machine.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        image: str = IMAGE,
        runtime: str | None = None,
        pool: int = POOL,
        max_age_seconds: float = _MAX_AGE_SECONDS,
        engine: str | None = None,
    ) -> None:
        """Starts nothing yet.

        Args:
            limits: of every session.
            image: with Python 3.11 or later as `python3`, numpy, Pillow, matplotlib, sympy and msgpack.
            runtime: one that the engine knows: `runsc` is gVisor.
            pool: containers that are kept ready. Each serves one session and is never used again.
            max_age_seconds: of a session, and of a container that waits for one; then it ends itself.
            engine: where the engine listens, instead of what `DOCKER_HOST` says.

        Raises:
            ConfigurationError: a number that cannot be.
            SandboxUnavailable: the Docker SDK is not installed.
        """
        if pool < 0 or max_age_seconds <= 0:
            raise ConfigurationError(
                f"expected pool >= 0 and max_age_seconds > 0, got {pool!r} and {max_age_seconds!r}"
            )
        self.limits = limits or Limits()
        self._image = image
        self._runtime = runtime
        self._pool_size = pool
        self._max_age = max_age_seconds
        self._engine = Engine(engine)
        self._lock = threading.Lock()
        self._probing = threading.Lock()
        self._running: _Running | None = None
        self._isolation: Isolation | None = None
        self._sessions: weakref.WeakSet[DockerSession] = weakref.WeakSet()
        _everywhere.add(self)

    def open(self, *, seed: int) -> DockerSession:
        """A fresh session; see `Sandbox.open`."""
        running = self._start_once()
        session = running.pool.use(lambda one: DockerSession(one, seed, self.limits, running.turns))
        with self._lock:
            self._sessions.add(session)
        return session

    def isolation(self) -> Isolation:
        """What a session's isolation consists of, each layer tried in a probe session, once."""
        with self._probing:
            if self._isolation is None:
                session = self.open(seed=0)
                try:
                    self._isolation = probe(session, self._start_once().launcher.description, self.limits)
                finally:
                    session.close()
            return self._isolation

    def close(self) -> None:
        """Ends every session and removes every container; a later `open` starts anew."""
        with self._lock:
            for session in list(self._sessions):
                session.close()
            if self._running:
                self._running.pool.close()
                self._running.launcher.close()
            self._running = None

    def forget(self) -> None:
        """In a process forked from the owner: lets go of what belongs to the owner."""
        self._lock, self._probing = threading.Lock(), threading.Lock()
        for session in list(self._sessions):
            session.abandon()
        self._engine.forget()
        if self._running:
            for container in self._running.pool.release():
                container.channel.close()
            self._running.launcher.close()
        self._running = None
        self._sessions = weakref.WeakSet()

    def _start_once(self) -> _Running:
        with self._lock:
            if not self._running:
                launcher = Launcher(self._engine, self._image, self._runtime, self.limits, self._max_age)
                pool = Pool(self._pool_size, launcher.start, Container.discard)
                try:
                    pool.put(launcher.try_once())
                except BaseException:
                    launcher.close()
                    raise
                self._running = _Running(launcher, pool, _turns(self._engine.url, launcher.cores))
            return self._running


@functools.cache
def _turns(engine: str, cores: int) -> Turns:
    """Of this process, on one engine's machine."""
    return Turns(cores)


def _after_fork() -> None:
    _turns.cache_clear()
    for sandbox in list(_everywhere):
        sandbox.forget()


_everywhere: weakref.WeakSet[DockerSandbox] = weakref.WeakSet()
os.register_at_fork(after_in_child=_after_fork)
