"""What a sandbox must leave alone on its host, and how to see whether something of it stays behind."""

import ctypes
import gc
import os
import secrets
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from agentic_gym.sandboxes.cage.folders import remove_folder
from agentic_gym.testing.checks import require

SECRET_VARIABLE: Final = "AGENTIC_GYM_CANARY"
"""An environment variable of the trainer's that holds the secret while a `Host` is there."""


class Host:
    """Things of the trainer's user that lie open: a file, sockets, a process, a variable with a secret.

    File permissions protect none of them, so what keeps code away from them is the sandbox. While it is
    entered, this process makes its temporary files in a folder of the host's own.

    Attributes:
        secret: what no cell may ever print.
        file: a path that anybody may read and write.
    """

    def __init__(self) -> None:
        """Makes nothing yet."""
        self.secret = secrets.token_hex(16)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Lays everything out."""
        with ExitStack() as stack:
            self._folder = Path(tempfile.mkdtemp(prefix="canary-"))
            stack.callback(remove_folder, str(self._folder))
            self._folder.chmod(0o777)
            self.file = self._folder / "secret.txt"
            self.file.write_text(self.secret)
            self.file.chmod(0o666)
            self._temporary = self._folder / "temporary"
            self._temporary.mkdir(mode=0o755)
            self._hear = [stack.enter_context(listener) for listener in _listeners(self._folder)]
            self._process = stack.enter_context(_sleeper(self.secret))
            stack.callback(self._process.kill)
            stack.callback(setattr, tempfile, "tempdir", tempfile.tempdir)
            tempfile.tempdir = str(self._temporary)
            os.environ[SECRET_VARIABLE] = self.secret
            stack.callback(os.environ.pop, SECRET_VARIABLE, None)
            self._before = self._describe()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Takes everything away."""
        self._stack.close()

    def facts(self) -> dict[str, Any]:
        """What a snippet is told, for it to aim well: by the names that the corpus uses."""
        path, abstract, stream, datagram = (listener.getsockname() for listener in self._hear)
        return {
            "canary": str(self.file),
            "canary_socket": path,
            "canary_abstract": abstract,
            "canary_port": stream[1],
            "canary_datagrams": datagram[1],
            "canary_pid": self._process.pid,
            "trainer_pid": os.getpid(),
            "trainer_home": str(Path.home()),
        }

    def require_untouched(self) -> None:
        """Raises `ContractError` where a canary was changed, spoken to or killed."""
        require(self._describe() == self._before, "the host's file, or the folder it is in, was changed")
        heard, _, _ = select.select(self._hear, [], [], 0)
        require(not heard, "a socket of the host was spoken to")
        require(self._process.poll() is None, "a process of the host was ended")

    def traces(self) -> "Traces":
        """What there is now of a sandbox's."""
        return Traces.now(self._temporary)

    def _describe(self) -> tuple[Any, ...]:
        status = self.file.lstat()
        names = sorted(entry.name for entry in self._folder.iterdir())
        return (
            names,
            self.file.read_text(),
            status.st_mode,
            status.st_uid,
            status.st_mtime_ns,
            status.st_nlink,
        )


@dataclass(frozen=True, slots=True)
class Traces:
    """How much there is of what a closed session must not leave behind.

    Attributes:
        processes: below this one, ended ones that nobody waited for included.
        descriptors: of this process and of those that can be looked at.
        mounts: the same processes see on top-level folders; containers come and go further down.
        files: in the folder for temporary files.
    """

    processes: int
    descriptors: int
    mounts: int
    files: int

    @classmethod
    def now(cls, temporary: Path) -> Self:
        """Counts."""
        pids = [os.getpid(), *descendants(os.getpid())]
        return cls(
            processes=len(pids),
            descriptors=sum(_count(f"/proc/{pid}/fd", os.listdir) for pid in pids),
            mounts=sum(_count(f"/proc/{pid}/mounts", _mounts) for pid in pids),
            files=sum(len(folders) + len(files) for _, folders, files in os.walk(temporary)),
        )

    def within(self, before: Self) -> bool:
        """Whether there is no more of anything than there was."""
        return (
            self.processes <= before.processes
            and self.descriptors <= before.descriptors
            and self.mounts <= before.mounts
            and self.files <= before.files
        )


def descendants(pid: int) -> Iterator[int]:
    """The processes below one, those that nobody waited for included."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in map(int, task.read_text().split()):
                yield child
                yield from descendants(child)


def eventually(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether something comes true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class PeakMemory:
    """How far this process's resident memory rose above what it was."""

    def __init__(self) -> None:
        """Begins now. A kernel that cannot begin anew counts from the highest so far."""
        # What is free but still held would take up as much of what comes, unseen.
        gc.collect()
        with suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
        self._before = self._peak_kb()

    @property
    def growth_mb(self) -> float:
        """Megabytes since then, at the highest point."""
        return (self._peak_kb() - self._before) / 1024

    @staticmethod
    def _peak_kb() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _listeners(folder: Path) -> Iterator[socket.socket]:
    """A path socket, an abstract one, TCP and UDP on loopback: each would notice who speaks to it."""
    for family, kind, address in (
        (socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket")),
        (socket.AF_UNIX, socket.SOCK_STREAM, f"\0canary-{secrets.token_hex(8)}"),
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
    ):
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        yield listener


def _sleeper(secret: str) -> "subprocess.Popen[bytes]":
    """A process that knows the secret, and ends when this one does."""
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, env={SECRET_VARIABLE: secret})


def _count(path: str, read: Callable[[str], list[str]]) -> int:
    """How many entries; none of a process that ended meanwhile or that belongs to another user."""
    with suppress(OSError):
        return len(read(path))
    return 0


def _mounts(path: str) -> list[str]:
    points = [line.split()[1] for line in Path(path).read_text().splitlines()]
    return [point for point in points if point.count("/") == 1]
