"""The trainer's handle on its fork server: starts it, asks it for sessions, ends it."""

import contextlib
import errno
import fcntl
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
from typing import Any, Final

from agentic_gym.errors import SandboxError, SandboxUnavailable
from agentic_gym.sandboxes import tree
from agentic_gym.sandboxes.cage.confine import CONTROL
from agentic_gym.sandboxes.cage.folders import remove_folder
from agentic_gym.sandboxes.cage.zygote import MESSAGE_BYTES
from agentic_gym.sandboxes.plan import Plan

_START_SECONDS: Final = 60.0
_ANSWER_SECONDS: Final = 30.0
_ABOVE_STANDARD: Final = 10
_DESCRIPTOR: Final = struct.Struct("@i")
_LAUNCH: Final = "agentic_gym.sandboxes.cage.launch"

NO_DESCRIPTORS: Final = (
    "no session could be started: this process may open no more files, and a session takes three. "
    "Remedy: raise its limit (ulimit -n 65536), or close sessions"
)

_REMEDIES: Final = {
    "unshare(user)": (
        "user namespaces are refused here. In Docker: --security-opt seccomp=unconfined "
        "--security-opt apparmor=unconfined; on Ubuntu 24.04: "
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0; "
        "elsewhere see sysctl user.max_user_namespaces; or use isolation='landlock'"
    ),
    "write uid_map": (
        "AppArmor refuses user namespaces: sysctl kernel.apparmor_restrict_unprivileged_userns=0, "
        "or use isolation='landlock'"
    ),
    "preload": "see the output below, and: pip install --force-reinstall numpy pillow matplotlib",
    "bind": "this user cannot reach the folder: install Python where it can be read",
    "execute": "an unprivileged user cannot reach the interpreter: install Python outside /root",
}
"""What to do, by how the name of the failed step begins."""

TOO_MANY: Final = (errno.EMFILE, errno.ENFILE)
_PASSING: Final = (errno.EAGAIN, errno.ENOMEM, *TOO_MANY)
"""What is short now, and may not be later: it says nothing of a level."""


class StepRefused(SandboxError):
    """The kernel refused a step of isolating a session, and will do so again."""


def refusal(text: str, code: int) -> SandboxError:
    """The error of a step that failed with an error number: a `StepRefused`, unless something was short."""
    return SandboxError(text) if code in _PASSING else StepRefused(text)


class ForkServer:
    """A running fork server. Threads may share it.

    Attributes:
        level: what its plan isolates with.
        address_space: bytes a fresh session takes before the agent's code runs.
        pid: of the fork server, on this machine.
    """

    def __init__(self, plan: Plan) -> None:
        """Starts it and waits until it has preloaded the libraries.

        Raises:
            SandboxUnavailable: a step of building the cage was refused; says which, and the remedy.
            SandboxError: it was lost meanwhile, or something was short.
        """
        self.level = plan.level
        self._folder = plan.folder
        self._broken = False
        self._workspace: str = plan.settings["workspace"]
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START_SECONDS)
        self._log = os.memfd_create("sandbox-log")
        self._handle = -1
        self._launcher = 0
        try:
            with theirs:
                self._launcher = _spawn(theirs, self._log)
            for message in (plan.launch, plan.settings):
                self._control.send(json.dumps(message).encode())
            self._handle = self._await_ready()
            self._control.settimeout(_ANSWER_SECONDS)
            self.pid = pid_of(self._handle)
            self.address_space = _address_space(self.pid)
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return not self._broken and self._handle >= 0 and not has_exited(self._handle)

    def open(self, session: int, settings: dict[str, Any], control: socket.socket, output: int) -> int:
        """Forks a session that takes over `control` and `output`; returns its pidfd.

        Raises:
            StepRefused: it may not fork as the level has to.
            SandboxError: the fork server is gone, or could not fork now.
        """
        request = json.dumps({"open": session, "settings": settings}).encode()
        answer, descriptors = self._ask(request, [control.fileno(), output])
        if "failed" in answer:
            raise refusal(f"no session could be started: {answer['failed']}", answer["errno"])
        if not descriptors:
            self.end(session)
            raise SandboxError(NO_DESCRIPTORS)
        return descriptors[0]

    def end(self, session: int) -> int:
        """Kills a session that still runs and removes its folder; returns how it ended, as waitpid(2) does.

        Raises:
            SandboxError: the fork server is gone, and the session with it.
        """
        try:
            return int(self._ask(json.dumps({"end": session}).encode(), [])[0]["status"])
        finally:
            if self._folder:
                with contextlib.suppress(OSError):  # it never came to make one, or the fork server is gone
                    remove_folder(self.workspace(session))

    def workspace(self, session: int) -> str:
        """The path of a session's working folder, as the session sees it."""
        return f"{self._workspace}/{session}" if self._folder else self._workspace

    def close(self) -> None:
        """Ends it, and with it every session. May be called again."""
        with contextlib.suppress(ProcessLookupError):
            if self._handle >= 0:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            elif self._launcher:
                os.kill(self._launcher, signal.SIGKILL)
        self.abandon()
        if self._launcher:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._launcher, 0)
            self._launcher = 0
        if self._folder:
            with contextlib.suppress(OSError):  # the launcher was faster
                remove_folder(self._folder)

    def abandon(self) -> None:
        """Closes what this process holds of it, and leaves it running: it belongs to another process."""
        self._control.close()
        for descriptor in (self._handle, self._log):
            if descriptor >= 0:
                os.close(descriptor)
        self._handle = self._log = -1

    def _ask(self, request: bytes, descriptors: list[int]) -> tuple[dict[str, Any], list[int]]:
        with self._lock:
            if self._broken:
                raise SandboxError("the sandbox's fork server is gone")
            try:
                socket.send_fds(self._control, [request], descriptors)
                data, received = self._receive()
                if not data:
                    raise BrokenPipeError("it is gone")
            except BaseException as error:
                # An answer that comes late would be taken for the next question's.
                self._broken = True
                if isinstance(error, OSError):
                    text = f"the sandbox's fork server does not answer: {error}{self._read_log()}"
                    raise SandboxError(text) from error
                raise
        return json.loads(data), received

    def _receive(self) -> tuple[bytes, list[int]]:
        """A message, and the descriptor that may come with it.

        No program that another thread starts meanwhile inherits it: `socket.recv_fds` would let that happen,
        since Python 3.11's passes no flags on.
        """
        data, controls, _, _ = self._control.recvmsg(
            MESSAGE_BYTES, socket.CMSG_LEN(_DESCRIPTOR.size), socket.MSG_CMSG_CLOEXEC
        )
        return data, [_DESCRIPTOR.unpack(number)[0] for _, _, number in controls if number]

    def _await_ready(self) -> int:
        try:
            data, received = self._receive()
        except OSError as error:
            raise SandboxError(
                f"the sandbox's fork server did not start: {error}{self._read_log()}"
            ) from error
        answer = (
            json.loads(data) if data else {"failed": "start the fork server", "error": "it ended", "errno": 0}
        )
        if "failed" in answer:
            kind = SandboxError if answer["errno"] in _PASSING else SandboxUnavailable
            raise kind(self._explain(answer))
        if not received:
            raise SandboxError(NO_DESCRIPTORS)
        return received[0]

    def _explain(self, answer: dict[str, Any]) -> str:
        step = answer["failed"]
        remedy = next((text for prefix, text in _REMEDIES.items() if step.startswith(prefix)), "")
        if answer["errno"] == errno.ENOSYS:
            remedy = "the kernel is too old: Linux 5.13 or later is needed"
        remedy = f". Remedy: {remedy}" if remedy else ""
        return f"the sandbox level {self.level!r} cannot be had: {answer['error']}{remedy}{self._read_log()}"

    def _read_log(self) -> str:
        if self._log < 0:
            return ""
        text = os.pread(self._log, 1 << 16, 0).decode("utf-8", "replace").strip()
        return f"\n{text[-2000:]}" if text else ""


def _address_space(pid: int) -> int:
    """Bytes that a process has mapped.

    Raises:
        SandboxError: it is gone.
    """
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except (FileNotFoundError, ProcessLookupError) as error:
        raise SandboxError("the sandbox's fork server ended as soon as it had started") from error


def pid_of(pidfd: int) -> int:
    """The process number, on this machine, of the process behind a pidfd; -1 once it is gone."""
    with open(f"/proc/self/fdinfo/{pidfd}") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pid:"))


def has_exited(pidfd: int, seconds: float = 0.0) -> bool:
    """Whether the process behind a pidfd exits within `seconds`."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(int(seconds * 1000)))


def _spawn(control: socket.socket, log: int) -> int:
    """Starts the launcher with nothing but its socket: a fresh interpreter, never a fork of this process."""
    command = [sys.executable, "-I", "-S", "-B", "-c", tree.BOOTSTRAP, tree.SOURCE, _LAUNCH]
    kept = {"LD_LIBRARY_PATH": path} if (path := os.environ.get("LD_LIBRARY_PATH")) else {}
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _ABOVE_STANDARD) for descriptor in (control, log)]
    try:
        return os.posix_spawn(
            command[0],
            command,
            kept,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, high[1], 1),
                (os.POSIX_SPAWN_DUP2, high[1], 2),
                (os.POSIX_SPAWN_DUP2, high[0], CONTROL),
            ],
            setsid=True,
        )
    except OSError as error:
        raise SandboxError(f"the interpreter {command[0]} could not be started: {error}") from error
    finally:
        for descriptor in high:
            os.close(descriptor)
