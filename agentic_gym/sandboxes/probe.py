"""Finds out by doing which layers of isolation hold: a session tries, and the kernel is asked too."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from agentic_gym.sandboxes.base import Isolation, Layer, SandboxSession

_NAMESPACES: Final = "isolation='namespaces', where user namespaces are allowed"
_KERNEL: Final = "Linux 5.13 or later"


class ProbedSession(SandboxSession, Protocol):
    """A session that can be looked at from outside."""

    @property
    def pid(self) -> int:
        """The process number on this machine."""
        ...


@dataclass(frozen=True, slots=True)
class Probe:
    """One layer and how it is tried.

    Attributes:
        name: of the layer.
        tried: what was done.
        code: raises, or does not raise, in the session; `{canary}` is a file of this process.
        expected: how the last line of the error, or the output, begins where the layer holds.
        remedy: where it does not.
    """

    name: str
    tried: str
    code: str
    expected: tuple[str, ...]
    remedy: str


_TRIED_INSIDE: Final = (
    Probe(
        "process namespace", "asked for its process number", "import os\nos.getpid()", ("1\n",), _NAMESPACES
    ),
    Probe(
        "file system",
        "opened a file of this user",
        "open({canary!r}).read()",
        ("FileNotFoundError", "PermissionError"),
        _KERNEL,
    ),
    Probe(
        "own root",
        "looked whether a file of this user exists",
        "import os\nos.path.exists({canary!r})",
        ("False",),
        _NAMESPACES,
    ),
    Probe(
        "network",
        "opened a socket",
        "import socket\nsocket.socket()",
        ("PermissionError",),
        "a kernel with seccomp filters",
    ),
    Probe(
        "no processes",
        "forked",
        "import os\nos.fork()",
        ("PermissionError",),
        "a kernel with seccomp filters",
    ),
    Probe(
        "Landlock",
        "opened a device for writing that is only to be read",
        "open('/dev/zero', 'wb')",
        ("PermissionError",),
        f"{_KERNEL}, with landlock among the kernel's security modules",
    ),
    Probe("memory limit", "allocated 1 TB", "bytearray(1 << 40)", ("MemoryError",), "a kernel with rlimits"),
    Probe(
        "disk limit",
        "wrote ever more files",
        "import os, shutil\n"
        "names = [f'probe-{{i}}' for i in range(1 << 20)]\n"
        "os.mkdir('probe')\n"
        "try:\n"
        "    for name in names[: {files}]: open(f'probe/{{name}}', 'w').close()\n"
        "finally: shutil.rmtree('probe')",
        ("OSError: [Errno 28]",),
        _NAMESPACES,
    ),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One layer that the kernel tells of from outside: a line of /proc/PID/status."""

    name: str
    line: str
    holds: Callable[[str], bool]


_SEEN_OUTSIDE: Final = (
    Fact("no capabilities", "CapEff", lambda value: int(value, 16) == 0),
    Fact("no new privileges", "NoNewPrivs", lambda value: value == "1"),
    Fact("seccomp filter", "Seccomp", lambda value: value == "2"),
    Fact("not root", "Uid", lambda value: "0" not in value.split()),
)


def probe(session: ProbedSession, level: str, files: int) -> Isolation:
    """Tries every layer in `session`, whose limit on files is `files`."""
    layers = [_look(fact, _status(session.pid)) for fact in _SEEN_OUTSIDE]
    with tempfile.NamedTemporaryFile(prefix="canary-") as canary:
        os.chmod(canary.name, 0o644)
        layers += [try_inside(one, session, canary=canary.name, files=files + 2) for one in _TRIED_INSIDE]
    return Isolation(level, tuple(layers))


def try_inside(one: Probe, session: SandboxSession, **values: object) -> Layer:
    """Tries one layer in a session; `values` fill in the probe's code."""
    execution = session.run(one.code.format(**values))
    answer = execution.error.strip().rpartition("\n")[2] if execution.error else execution.output
    holds = answer.startswith(one.expected)
    came = answer.strip() or execution.outcome.value
    return Layer(one.name, holds, f"{one.tried}: {came}", "" if holds else one.remedy)


def _look(fact: Fact, status: dict[str, str]) -> Layer:
    value = status.get(fact.line, "")
    holds = bool(value) and fact.holds(value)
    return Layer(
        fact.name, holds, f"/proc says {fact.line} {value or 'nothing'}", "" if holds else "a newer kernel"
    )


def _status(pid: int) -> dict[str, str]:
    with open(f"/proc/{pid}/status") as file:
        return {name: value.strip() for name, _, value in (line.partition(":") for line in file)}
