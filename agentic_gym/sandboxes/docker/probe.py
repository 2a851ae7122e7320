"""Finds out by doing which layers of isolation hold in a container."""

import os
import tempfile
from collections.abc import Callable
from typing import Final

from agentic_gym.sandboxes.base import Isolation, Layer, Limits
from agentic_gym.sandboxes.docker.session import DockerSession
from agentic_gym.sandboxes.probe import Probe, try_inside

_ENGINE: Final = "an engine, or a runtime, that does what it is asked for"
_KERNEL: Final = "on the engine's machine: Linux 5.13 or later, with landlock among the security modules"
_FILES: Final = "Docker with runc: Podman and gVisor limit the memory of a working folder, not its files"

_TRIED: Final = (
    Probe(
        "process namespace",
        "asked for its process number",
        "import os\nos.getpid() < 100",
        ("True",),
        _ENGINE,
    ),
    Probe(
        "own root",
        "looked whether a file of this user exists",
        "import os\nos.path.exists({canary!r})",
        ("False",),
        _ENGINE,
    ),
    Probe(
        "read-only root",
        "wrote outside its working folder",
        "open('/usr/probe', 'w')",
        ("PermissionError", "OSError: [Errno 30]"),
        _ENGINE,
    ),
    Probe("network", "opened a socket", "import socket\nsocket.socket()", ("PermissionError",), _ENGINE),
    Probe("no processes", "forked", "import os\nos.fork()", ("PermissionError",), _ENGINE),
    Probe("Landlock", "read what /proc tells", "open('/proc/version').read()", ("PermissionError",), _KERNEL),
    Probe("memory limit", "allocated 1 TB", "bytearray(1 << 40)", ("MemoryError",), _ENGINE),
    Probe(
        "disk limit",
        "wrote more than its working folder holds",
        "import os, shutil\n"
        "os.mkdir('probe')\n"
        "try:\n"
        "    for i in range(4):\n"
        "        with open(f'probe/{{i}}', 'wb', buffering=0) as file: file.write(bytes({disk_bytes} // 3))\n"
        "    with open('probe/last', 'wb', buffering=0) as file: file.write(bytes(1 << 20))\n"
        "finally: shutil.rmtree('probe')",
        ("OSError: [Errno 28]",),
        _ENGINE,
    ),
    Probe(
        "files limit",
        "made more files than it may",
        "import os, shutil\n"
        "os.mkdir('probe')\n"
        "try:\n"
        "    for i in range({files}): open(f'probe/{{i}}', 'w').close()\n"
        "finally: shutil.rmtree('probe')",
        ("OSError: [Errno 28]",),
        _FILES,
    ),
)

_SEEN: Final[tuple[tuple[str, str, Callable[[str], bool]], ...]] = (
    ("no capabilities", "CapEff", lambda value: int(value, 16) == 0),
    ("no new privileges", "NoNewPrivs", lambda value: value == "1"),
    ("seccomp filter", "Seccomp", lambda value: value == "2"),
    ("not root", "Uid", lambda value: "0" not in value.split()),
)
"""What the container's first process reads in the worker's /proc/PID/status."""


def probe(session: DockerSession, engine: str, limits: Limits) -> Isolation:
    """Tries every layer in `session`; `engine` describes what runs it."""
    layers = [Layer("container", True, engine)]
    seen = session.look()
    layers += [_look(name, line, seen.get(line, ""), holds) for name, line, holds in _SEEN]
    with tempfile.NamedTemporaryFile(prefix="canary-") as canary:
        os.chmod(canary.name, 0o644)
        values = {"canary": canary.name, "disk_bytes": limits.disk_mb << 20, "files": limits.files + 2}
        layers += [try_inside(one, session, **values) for one in _TRIED]
    return Isolation("docker", tuple(layers))


def _look(name: str, line: str, value: str, holds: Callable[[str], bool]) -> Layer:
    active = bool(value) and holds(value)
    told = f"the container's first process reads {line} {value or 'nothing'}"
    return Layer(name, active, told, "" if active else _ENGINE)
