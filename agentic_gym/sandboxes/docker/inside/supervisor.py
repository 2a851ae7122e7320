"""The container's first process: forks the worker, passes on what it says, and ends the container in time.

The agent's code runs in the worker. It cannot signal this process, since the first of a pid namespace
receives no signal from within that it has not asked for; it cannot look into it either, since this process
is not dumpable. So the container's end is sure: when the trainer's stream ends, or at a maximum age.
"""

import gc
import json
import os
import platform
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NoReturn

from agentic_gym.sandboxes.cage import landlock
from agentic_gym.sandboxes.cage.confine import CONTROL, RESERVE, StepFailed, take_descriptors
from agentic_gym.sandboxes.cage.frames import READY, pack, write_all
from agentic_gym.sandboxes.cage.linux import PR_SET_DUMPABLE, prctl
from agentic_gym.sandboxes.cage.zygote import preload
from agentic_gym.sandboxes.docker.inside.lockdown import lock_down
from agentic_gym.sandboxes.docker.inside.wire import MOST_BYTES, FrameReader, Kind, frame

_INPUT: Final = 0
_OUTPUT: Final = 1
_HELD_BYTES: Final = 1 << 20
"""So much may wait in either direction before this process stops reading from the other side."""
_EXIT_SECONDS: Final = 0.5
"""Within which a worker that closed its socket has exited, where the kernel does not say that it exits."""
_EXITING: Final = 0x4
"""PF_EXITING among the flags of a thread (Linux, include/linux/sched.h): set before its files are closed."""
_FLAGS_FIELD: Final = 6
"""Of /proc/PID/stat, counted from the state: proc(5). gVisor says 0 there."""
_FONTS: Final = "/opt/agentic-gym/matplotlib"
_SEEN_LINES: Final = ("CapEff", "NoNewPrivs", "Seccomp", "Uid")
_OOM_COUNTERS: Final = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")

Work = Callable[[dict[str, Any]], None]


class StreamEnded(Exception):
    """The trainer is gone, or wants this container to be."""


def main(settings: dict[str, Any], hide_sources: Callable[[], None]) -> None:
    """Preloads the libraries, forks the worker, serves until one of the three ends.

    Args:
        settings: `workspace`, `environment`, `memory_bytes`, `disk_bytes`, `output_chars`, `images`,
            `image_pixels`, `max_age_seconds`.
        hide_sources: makes this code no longer importable, for the worker's sake.
    """
    try:
        work = _preload(settings["environment"])
        hide_sources()
        hello, supervisor = _prepare(settings, work)
    except (ImportError, OSError) as error:
        hello, supervisor = {"error": f"{type(error).__name__}: {error}"}, None
    write_all(_OUTPUT, frame(Kind.HELLO, json.dumps(hello).encode()))
    if supervisor:
        with suppress(StreamEnded):
            supervisor.serve()


def _prepare(settings: dict[str, Any], work: Work) -> tuple[dict[str, Any], "Supervisor"]:
    settings = {**settings, "landlock": landlock.version(), "address_space": _address_space(settings)}
    ours, theirs = socket.socketpair()
    read, write = os.pipe()
    worker = os.fork()
    if not worker:
        _become_worker(settings, work, theirs.detach(), write)
    prctl(PR_SET_DUMPABLE, 0)
    theirs.close()
    os.close(write)
    supervisor = Supervisor(worker, ours, read, settings["max_age_seconds"])
    return {"python": platform.python_version(), "landlock": settings["landlock"]}, supervisor


def _preload(environment: dict[str, str]) -> Work:
    """Imports what the worker needs; what it leaves in the working folder is removed."""
    os.environ.clear()
    os.environ.update(environment)
    fonts = environment["MPLCONFIGDIR"]
    with suppress(FileNotFoundError):  # an image of somebody's own: matplotlib searches for fonts
        shutil.copytree(_FONTS, fonts)
    work = preload()
    shutil.rmtree(fonts, ignore_errors=True)
    for name in [name for name in sys.modules if name.partition(".")[0] == "agentic_gym"]:
        del sys.modules[name]  # the worker cannot import them; what refers to them keeps them
    gc.collect()
    gc.freeze()
    return work


def _address_space(settings: dict[str, Any]) -> int:
    with open("/proc/self/statm") as file:
        taken = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return taken + int(settings["memory_bytes"]) + RESERVE


def _become_worker(settings: dict[str, Any], work: Work, control: int, output: int) -> NoReturn:
    status = 1
    try:
        take_descriptors(control, output, ruleset=-1)
        lock_down(settings)
        work(settings)
        status = 0
    except StepFailed as error:
        reply = {"id": READY, "status": "failed", "error": str(error), "errno": error.code}
        write_all(CONTROL, pack(reply))
    finally:
        os._exit(status)


class Supervisor:
    """Passes bytes on between the container's streams and the worker; never waits for one side alone."""

    def __init__(self, worker: int, control: socket.socket, printed: int, max_age_seconds: float) -> None:
        """Takes over the worker's pid, the other end of its control socket, and what it prints into."""
        self._worker = worker
        self._bell = _ring_when_a_child_changes()
        self._control = control.detach()
        self._printed = printed
        self._max_age = max_age_seconds
        self._deadline = time.monotonic() + max_age_seconds
        self._frames = FrameReader()
        self._to_worker = bytearray()
        self._to_trainer = bytearray()
        self._sources = {self._control, printed}
        self._kills = _memory_kills()
        self._begun = False
        for descriptor in (_INPUT, _OUTPUT, *self._sources):
            os.set_blocking(descriptor, False)

    def serve(self) -> None:
        """Serves until the worker has ended.

        Raises:
            StreamEnded: the trainer's end of the stream was closed, or the container is too old.
        """
        while True:
            ready = self._wait()
            if _INPUT in ready:
                self._receive()
            self._pass_to_worker()
            if ready & self._sources:
                self._collect()
            if self._has_ended(0):
                self._tell_end()
                self._stay()
                return
            self._pass_to_trainer()

    def _wait(self) -> set[int]:
        """The descriptors at which there is something to do. Nothing is read for which there is no room."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise StreamEnded
        wanted = {self._bell: select.POLLIN}
        if len(self._to_worker) < _HELD_BYTES:
            wanted[_INPUT] = select.POLLIN
        if len(self._to_trainer) < _HELD_BYTES:
            wanted |= dict.fromkeys(self._sources, select.POLLIN)
        if self._to_worker:
            wanted[self._control] = wanted.get(self._control, 0) | select.POLLOUT
        if self._to_trainer:
            wanted[_OUTPUT] = select.POLLOUT
        poll = select.poll()
        for descriptor, events in wanted.items():
            poll.register(descriptor, events)
        return {descriptor for descriptor, _ in poll.poll(int(left * 1000) + 1)}

    def _receive(self) -> None:
        """Takes what the trainer sent."""
        data = _read(_INPUT)
        if data == b"":
            raise StreamEnded
        for kind, content in self._frames.feed(data or b""):
            if kind is Kind.DATA:
                self._begin()
                self._to_worker += content
            elif kind is Kind.SIGNAL:
                os.kill(self._worker, content[0])  # ours until it is waited for, also when it has ended
            elif kind is Kind.LOOK:
                self._tell(Kind.SEEN, json.dumps(_status(self._worker)).encode())

    def _begin(self) -> None:
        """An episode's age counts from its first bytes, not from when the container was put into the pool."""
        if not self._begun:
            self._begun = True
            self._deadline = time.monotonic() + self._max_age

    def _collect(self) -> int:
        """Takes what the worker sent and printed; returns how much.

        What was printed before a reply is passed on before it: the pipe is read after the socket, and one
        reading takes all that a pipe holds.
        """
        replies = self._take(self._control)
        printed = self._take(self._printed)
        self._tell(Kind.PRINTED, printed)
        self._tell(Kind.DATA, replies)
        if self._control not in self._sources and not replies and self._lives_on():
            self._tell(Kind.CLOSED)
            self._sources.clear()
        return len(replies) + len(printed)

    def _take(self, source: int) -> bytes:
        if source not in self._sources:
            return b""
        data = _read(source)
        if data == b"":
            self._sources.discard(source)
        return data or b""

    def _tell(self, kind: Kind, content: bytes = b"") -> None:
        if content or kind is Kind.CLOSED:
            self._to_trainer += frame(kind, content)

    def _tell_end(self) -> None:
        """The last words; waits until they are gone."""
        while self._collect():
            pass
        status = os.waitpid(self._worker, 0)[1]
        ended = {"status": status, "memory": _memory_kills() > self._kills}
        self._tell(Kind.ENDED, json.dumps(ended).encode())
        os.set_blocking(_OUTPUT, True)
        write_all(_OUTPUT, self._to_trainer)

    def _stay(self) -> None:
        """Waits until the trainer has heard and goes: what a container says last may be lost when it ends."""
        poll = select.poll()
        poll.register(_INPUT, select.POLLIN)
        while (left := self._deadline - time.monotonic()) > 0 and _read(_INPUT) != b"":
            poll.poll(int(left * 1000) + 1)

    def _lives_on(self) -> bool:
        """Whether the worker, whose socket is closed, closed it itself, and did not exit."""
        return not _is_exiting(self._worker) and not self._has_ended(_EXIT_SECONDS)

    def _has_ended(self, seconds: float) -> bool:
        """Whether the worker ends within so many seconds. The bell rings, too, when it is stopped."""
        deadline = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._bell, select.POLLIN)
        while True:
            _read(self._bell)  # before looking, so that an end after the look is heard
            if os.waitid(os.P_PID, self._worker, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return True
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(int(left * 1000) + 1):
                return False

    def _pass_to_worker(self) -> None:
        _pass_on(self._to_worker, self._control)

    def _pass_to_trainer(self) -> None:
        _pass_on(self._to_trainer, _OUTPUT)


def _ring_when_a_child_changes() -> int:
    """A descriptor to poll. A pidfd would do, where every runtime's kernel had one."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    os.write(write, b"!")  # the child may have ended already
    return read


def _pass_on(held: bytearray, descriptor: int) -> None:
    """Writes what the other side takes now."""
    while held:
        try:
            written = os.write(descriptor, memoryview(held)[: 4 * MOST_BYTES])
        except BlockingIOError:
            return
        except OSError:  # a worker that is gone: its end is told as such
            written = len(held)
        del held[:written]


def _read(descriptor: int) -> bytes | None:
    """What is there; nothing at the end of the stream, None where there is nothing yet."""
    try:
        return os.read(descriptor, MOST_BYTES)
    except BlockingIOError:
        return None
    except ConnectionResetError:
        return b""


def _is_exiting(pid: int) -> bool:
    """Whether all threads of a process are on their way out. Its status may take a while under load."""
    threads = os.listdir(f"/proc/{pid}/task")
    return all(_thread_flags(f"/proc/{pid}/task/{thread}/stat") & _EXITING for thread in threads)


def _thread_flags(path: str) -> int:
    try:
        with open(path) as file:
            return int(file.read().rpartition(")")[2].split()[_FLAGS_FIELD])
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return _EXITING


def _status(pid: int) -> dict[str, str]:
    with open(f"/proc/{pid}/status") as file:
        lines = (line.partition(":") for line in file)
        return {name: value.strip() for name, _, value in lines if name in _SEEN_LINES}


def _memory_kills() -> int:
    """How many of this container's processes the kernel has killed for want of memory."""
    for path in _OOM_COUNTERS:
        with suppress(OSError), open(path) as file:
            return next((int(line.split()[1]) for line in file if line.startswith("oom_kill ")), 0)
    return 0
