"""The embedded sandbox: a fork server with the libraries loaded, and a caged fork of it for each episode."""

import atexit
import functools
import itertools
import logging
import os
import socket
import threading
import weakref
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

from agentic_gym.errors import SandboxError, SandboxUnavailable, unknown_name
from agentic_gym.sandboxes.base import Isolation, Limits, Sandbox
from agentic_gym.sandboxes.cage.confine import RESERVE
from agentic_gym.sandboxes.channel import Channel
from agentic_gym.sandboxes.forkserver import ForkServer
from agentic_gym.sandboxes.plan import plan_landlock, plan_namespaces
from agentic_gym.sandboxes.probe import probe
from agentic_gym.sandboxes.session import EmbeddedSession
from agentic_gym.sandboxes.tree import BASE_PACKAGES

Level: TypeAlias = Literal["auto", "namespaces", "landlock"]

_PLANS: Final = {"namespaces": plan_namespaces, "landlock": plan_landlock}
_logger = logging.getLogger(__name__)


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
    ) -> None:
        """Starts nothing yet.

        Args:
            limits: of every session.
            isolation: `namespaces`, `landlock`, or the first of these that works here.
            packages: distributions that sessions may import beside numpy, Pillow, matplotlib and sympy.

        Raises:
            ConfigurationError: no such level.
        """
        if isolation not in ("auto", *_PLANS):
            raise unknown_name("isolation", isolation, ["auto", *_PLANS])
        self.limits = limits or Limits()
        self._levels = list(_PLANS) if isolation == "auto" else [isolation]
        self._packages = (*BASE_PACKAGES, *packages)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
        self._isolation: Isolation | None = None
        self._sessions: weakref.WeakSet[EmbeddedSession] = weakref.WeakSet()
        _everywhere.add(self)

    def open(self, *, seed: int) -> EmbeddedSession:
        """A fresh session; see `Sandbox.open`."""
        session = self._open(self._running_server(), seed)
        self._sessions.add(session)
        return session

    def isolation(self) -> Isolation:
        """What a session's isolation consists of, each layer tried in a probe session, once."""
        server = self._running_server()
        if self._isolation is None:
            session = self._open(server, seed=0)
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
            if self._server:
                self._server.close()
            self._server = None

    def forget(self) -> None:
        """In a process forked from the owner: lets go of what belongs to the owner."""
        self._lock = threading.Lock()
        for session in list(self._sessions):
            session.abandon()
        if self._server:
            self._server.abandon()
        self._server = None
        self._sessions = weakref.WeakSet()

    def _running_server(self) -> ForkServer:
        with self._lock:
            if self._server and not self._server.alive:
                self._server.close()
                self._server = None
            if not self._server:
                self._server = self._start()
            return self._server

    def _start(self) -> ForkServer:
        refusals = []
        for level in self._levels:
            try:
                server = ForkServer(_PLANS[level](self._packages))
                self._try(server)
            except SandboxUnavailable as error:
                refusals.append(str(error))
                continue
            _logger.info("sandbox level %s", level)
            self._isolation = None
            return server
        raise SandboxUnavailable("\n".join(refusals))

    def _try(self, server: ForkServer) -> None:
        """Opens one session: the last steps of isolation are a session's own."""
        try:
            self._open(server, seed=0).close()
        except SandboxError as error:
            server.close()
            raise SandboxUnavailable(f"the sandbox level {server.level!r} cannot be had: {error}") from error

    def _open(self, server: ForkServer, seed: int) -> EmbeddedSession:
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        read, write = os.pipe2(os.O_CLOEXEC)
        try:
            pidfd = server.open(number, self._settings(server, number, seed), theirs, write)
        except BaseException:
            ours.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(write)
        channel = Channel(ours, read, self.limits.output_chars, self.limits.image_pixels)
        return EmbeddedSession(server, number, pidfd, channel, self.limits, _cores())

    def _settings(self, server: ForkServer, number: int, seed: int) -> dict[str, Any]:
        limits = self.limits
        return {
            "seed": int(seed),
            "workspace": server.workspace(number),
            "disk_bytes": limits.disk_mb << 20,
            "files": limits.files,
            "address_space": server.address_space + (limits.memory_mb << 20) + RESERVE,
            "output_chars": limits.output_chars,
            "images": limits.images,
            "image_pixels": limits.image_pixels,
        }


@functools.cache
def default_sandbox() -> Sandbox:
    """The sandbox that environments share when they are given none; one a process."""
    sandbox = EmbeddedSandbox()
    atexit.register(sandbox.close)
    return sandbox


@functools.cache
def _cores() -> threading.BoundedSemaphore:
    """Held while a cell runs: with more cells than cores, load would turn into time-outs."""
    return threading.BoundedSemaphore(len(os.sched_getaffinity(0)))


def _after_fork() -> None:
    _cores.cache_clear()
    for sandbox in list(_everywhere):
        sandbox.forget()


_everywhere: weakref.WeakSet[EmbeddedSandbox] = weakref.WeakSet()
os.register_at_fork(after_in_child=_after_fork)
