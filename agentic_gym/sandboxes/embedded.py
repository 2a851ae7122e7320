"""The embedded sandbox: a fork server with the libraries loaded, and a caged fork of it for each episode."""

import functools
import itertools
import logging
import os
import threading
import weakref
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from agentic_gym.errors import ConfigurationError, SandboxError, SandboxUnavailable, unknown_name
from agentic_gym.sandboxes.base import Isolation, Limits
from agentic_gym.sandboxes.channel import Clock, Overdue, SessionGone
from agentic_gym.sandboxes.fork import Fork, start_fork
from agentic_gym.sandboxes.forkserver import NO_DESCRIPTORS, TOO_MANY, ForkServer, StepRefused
from agentic_gym.sandboxes.plan import plan_landlock, plan_namespaces
from agentic_gym.sandboxes.pool import Pool
from agentic_gym.sandboxes.probe import probe
from agentic_gym.sandboxes.session import EmbeddedSession
from agentic_gym.sandboxes.tree import BASE_PACKAGES
from agentic_gym.sandboxes.turns import Turns, usable_cores

Level: TypeAlias = Literal["auto", "namespaces", "landlock"]

POOL: Final = 2
"""Sessions kept ready. An episode's session is made while the one before still runs; two of them hold under
10 MB, and when many episodes begin at once a larger pool would be empty as soon."""

_PLANS: Final = {"namespaces": plan_namespaces, "landlock": plan_landlock}
_SEED_SECONDS: Final = 30.0
_logger = logging.getLogger(__name__)


class _Running(NamedTuple):
    """A fork server and those of its sessions that wait to be opened."""

    server: ForkServer
    pool: Pool[Fork]

    def close(self) -> None:
        self.pool.close()
        self.server.close()

    def abandon(self) -> None:
        for fork in self.pool.release():
            fork.release()
        self.server.abandon()


class EmbeddedSandbox:
    """Runs agents' Python on this machine, isolated by the kernel alone: no daemon, no root, no binary.

    The fork server starts with the first session. A process that was forked from this one gets a fork
    server of its own. When this process dies, however it dies, everything here dies with it.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        isolation: Level = "auto",
        packages: Sequence[str] = (),
        pool: int = POOL,
    ) -> None:
        """Starts nothing yet.

        Args:
            limits: of every session.
            isolation: `namespaces`, `landlock`, or the first of these that works here, also from then on.
            packages: distributions that sessions may import beside numpy, Pillow, matplotlib and sympy.
            pool: sessions kept ready, each in a process of its own with some 4 MB; none is used twice.

        Raises:
            ConfigurationError: no such level, or a pool of less than none.
        """
        if isolation not in ("auto", *_PLANS):
            raise unknown_name("isolation", isolation, ["auto", *_PLANS])
        if pool < 0:
            raise ConfigurationError(f"a pool keeps a number of sessions ready, 0 or more; got {pool!r}")
        self.limits = limits or Limits()
        self._levels = list(_PLANS) if isolation == "auto" else [isolation]
        self._packages = (*BASE_PACKAGES, *packages)
        self._pool_size = pool
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._probing = threading.Lock()
        self._running: _Running | None = None
        self._isolation: Isolation | None = None
        self._sessions: weakref.WeakSet[EmbeddedSession] = weakref.WeakSet()
        _everywhere.add(self)

    def open(self, *, seed: int) -> EmbeddedSession:
        """A fresh session; see `Sandbox.open`."""
        session = self._start_once().pool.use(lambda fork: self._begin(fork, seed))
        with self._lock:
            self._sessions.add(session)
        return session

    def isolation(self) -> Isolation:
        """What a session's isolation consists of, each layer tried in a probe session, once."""
        server, _ = self._start_once()
        with self._probing:
            if self._isolation is None:
                session = self._begin(self._fork(server), seed=0)
                try:
                    self._isolation = probe(session, server.level, self.limits.files)
                finally:
                    session.close()
            return self._isolation

    def close(self) -> None:
        """Ends every session and the fork server; a later `open` starts anew."""
        with self._lock:
            for session in list(self._sessions):
                session.close()
            if self._running:
                self._running.close()
            self._running = None

    def forget(self) -> None:
        """In a process forked from the owner: lets go of what belongs to the owner."""
        self._lock, self._probing = threading.Lock(), threading.Lock()
        for session in list(self._sessions):
            session.abandon()
        if self._running:
            self._running.abandon()
        self._running = None
        self._sessions = weakref.WeakSet()

    def _start_once(self) -> _Running:
        with self._lock:
            if self._running and not self._running.server.alive:
                self._running.close()
                self._running = None
            if not self._running:
                server = self._start()
                self._running = _Running(
                    server, Pool(self._pool_size, lambda: self._fork(server), Fork.discard)
                )
            return self._running

    def _start(self) -> ForkServer:
        """Starts a fork server at the first level that works, which is kept from then on.

        Only a step that the kernel refuses leads to the next level. Of what passes, the agent's code may be
        the cause: it must not be able to weaken the sandbox.
        """
        refusals = []
        for level in self._levels:
            try:
                server = self._start_at(level)
            except SandboxUnavailable as error:
                refusals.append(str(error))
                continue
            _logger.info("sandbox level %s", level)
            self._levels = [level]
            self._isolation = None
            return server
        raise SandboxUnavailable("\n".join(refusals))

    def _start_at(self, level: str) -> ForkServer:
        try:
            server = ForkServer(_PLANS[level](self._packages))
        except OSError as error:
            raise SandboxError(NO_DESCRIPTORS if error.errno in TOO_MANY else str(error)) from error
        self._try(server)
        return server

    def _try(self, server: ForkServer) -> None:
        """Opens one session: the last steps of isolation are a session's own."""
        try:
            self._begin(self._fork(server), seed=0).close()
        except StepRefused as error:
            server.close()
            raise SandboxUnavailable(f"the sandbox level {server.level!r} cannot be had: {error}") from error
        except BaseException:  # something is short, or a Ctrl-C: nobody else would end it
            server.close()
            raise

    def _fork(self, server: ForkServer) -> Fork:
        return start_fork(server, next(self._numbers), self.limits)

    def _begin(self, fork: Fork, seed: int) -> EmbeddedSession:
        try:
            fork.channel.send({"seed": str(int(seed))}, [], Clock(_SEED_SECONDS, 0.0, lambda: None))
        except BaseException as failure:
            fork.discard()
            if isinstance(failure, SessionGone | Overdue):
                raise SandboxError("the session was lost before it began") from failure
            raise
        return EmbeddedSession(fork.server, fork.number, fork.pidfd, fork.channel, self.limits, _turns())


@functools.cache
def _turns() -> Turns:
    """Of this process. With more cells running than cores, load would turn into time-outs."""
    return Turns(usable_cores())


def _after_fork() -> None:
    _turns.cache_clear()
    for sandbox in list(_everywhere):
        sandbox.forget()


_everywhere: weakref.WeakSet[EmbeddedSandbox] = weakref.WeakSet()
os.register_at_fork(after_in_child=_after_fork)
