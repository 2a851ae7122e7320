"""The fork server: imports once what agents use, then forks a session for every request.

Runs in a process of its own, inside the outer cage, with exactly one thread.
"""

import errno
import gc
import importlib
import io
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

from agentic_gym.sandboxes.cage import landlock, seccomp
from agentic_gym.sandboxes.cage.confine import CONTROL, StepFailed, confine, step, take_descriptors
from agentic_gym.sandboxes.cage.frames import READY, pack, write_all
from agentic_gym.sandboxes.cage.linux import (
    CLONE_NEWPID,
    MOUNT_ATTR_RDONLY,
    machine,
    mount,
    restrict_mounts,
    return_to_pid_namespace,
    unshare,
)

MESSAGE_BYTES: Final = 1 << 17

_ENDS: Final = 2
"""Descriptors that come with the request for a session: its control socket, and its output."""

_LAZY: Final = ("numpy.fft", "numpy.linalg", "numpy.random")
"""What numpy imports only when it is used: 10 ms in every session, where it is not done before."""


def preload() -> Callable[[dict[str, Any]], None]:
    """Imports what a session should find ready, and draws once: fonts and caches are then in memory.

    Returns:
        What a session does with its settings once it is confined.
    """
    for name in _LAZY:
        importlib.import_module(name)
    from matplotlib import pyplot
    from PIL import Image

    from agentic_gym.sandboxes.cage.worker import work

    Image.init()
    figure, axes = pyplot.subplots()
    axes.plot([0, 1], label="a")
    axes.set_title("a")
    axes.legend()
    figure.savefig(io.BytesIO())
    pyplot.close(figure)
    return work


class Zygote:
    """Serves one trainer: `open` forks a session, `end` tells how it ended."""

    def __init__(
        self, control: socket.socket, settings: dict[str, Any], work: Callable[[dict[str, Any]], None]
    ) -> None:
        """Takes the trainer's socket, what all sessions share, and what a session does."""
        self._work = work
        self._control = control
        self._settings = settings
        self._self = os.pidfd_open(os.getpid())
        self._running: dict[int, tuple[int, int]] = {}  # session: its pid and pidfd
        self._ended: dict[int, int] = {}  # session: status of waitpid(2)
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def serve(self) -> None:
        """Answers until the trainer is gone."""
        while True:
            ready = {descriptor for descriptor, _ in self._poll.poll()}
            for session in [session for session, (_, pidfd) in self._running.items() if pidfd in ready]:
                self._reap(session)
            if self._control.fileno() in ready:
                data, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE_BYTES, _ENDS)
                if not data:
                    return
                self._answer(json.loads(data), descriptors)

    def ready(self) -> None:
        """Tells the trainer that sessions can be opened, and hands it a handle on this process."""
        socket.send_fds(self._control, [b"{}"], [self._self])

    def _answer(self, request: dict[str, Any], descriptors: list[int]) -> None:
        if "open" in request:
            self._open(request["open"], request["settings"], *descriptors)
        else:
            self._end(request["end"])

    def _open(self, session: int, settings: dict[str, Any], *ends: int) -> None:
        try:
            if len(ends) < _ENDS:
                raise OSError(errno.EMFILE, "the fork server may open no more files")
            pid = self._fork()
            if not pid:
                self._become_session({**self._settings, **settings}, *ends)
            pidfd = _handle(pid)
        except OSError as error:
            self._control.send(json.dumps({"failed": str(error), "errno": error.errno or 0}).encode())
            return
        finally:
            for end in ends:
                os.close(end)
        self._running[session] = pid, pidfd
        self._poll.register(pidfd, select.POLLIN)
        socket.send_fds(self._control, [b"{}"], [pidfd])

    def _fork(self) -> int:
        """Forks; the child is the first process of a pid namespace, where the level has them."""
        if not self._settings["namespaces"]:
            return os.fork()
        unshare(CLONE_NEWPID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid:
                return_to_pid_namespace(self._self)
        return pid

    def _reap(self, session: int) -> None:
        pid, pidfd = self._running.pop(session)
        self._ended[session] = os.waitpid(pid, 0)[1]
        self._poll.unregister(pidfd)
        os.close(pidfd)

    def _end(self, session: int) -> None:
        """Kills a session that still runs, and tells how it ended: the status of waitpid(2)."""
        if session in self._running:
            os.kill(self._running[session][0], signal.SIGKILL)
            self._reap(session)
        self._control.send(json.dumps({"status": self._ended.pop(session)}).encode())

    def _become_session(self, settings: dict[str, Any], control: int, output: int) -> NoReturn:
        status = 1
        try:
            self._control.detach()
            take_descriptors(control, output, settings["ruleset"])
            confine(settings)
            self._work(settings)
            status = 0
        except StepFailed as error:
            reply = {"id": READY, "status": "failed", "error": str(error), "errno": error.code}
            write_all(CONTROL, pack(reply))
        finally:
            os._exit(status)


def _handle(pid: int) -> int:
    """A pidfd of a child, which does not outlive it that there is none."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise


def main() -> None:
    """Reads the settings from the control socket, preloads, serves."""
    control = socket.socket(fileno=CONTROL)
    settings = json.loads(control.recv(MESSAGE_BYTES))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # one for each session
    try:
        work = preload()
        interface = landlock.version()
        if settings["namespaces"]:
            with step("close the cache"):
                restrict_mounts(settings["cache"], MOUNT_ATTR_RDONLY)
            with step("hide the sandbox's own source"):
                mount("tmpfs", settings["source"], "tmpfs", options="size=4k,nr_inodes=1")
                restrict_mounts(settings["source"], MOUNT_ATTR_RDONLY)
    except (ImportError, StepFailed) as error:
        named, code = (
            (error.step, error.code) if isinstance(error, StepFailed) else ("preload the libraries", 0)
        )
        control.send(json.dumps({"failed": named, "error": str(error), "errno": code}).encode())
        return
    for name in [name for name in sys.modules if name.partition(".")[0] == "agentic_gym"]:
        del sys.modules[name]  # no session can import them; what refers to them keeps them
    gc.collect()
    gc.freeze()
    # What takes long about it is remembered.
    seccomp.program(machine(), own_pid=1, own_files=settings["namespaces"])
    ruleset = -1
    if interface and not settings["namespaces"]:
        # Hundreds of paths, named once. Where there is a tree, it holds nothing else.
        ruleset = landlock.prepare(interface, settings["readable"], settings["writable"])
    zygote = Zygote(control, {**settings, "landlock": interface, "ruleset": ruleset}, work)
    zygote.ready()
    zygote.serve()
