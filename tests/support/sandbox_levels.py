"""The embedded sandbox's levels, for tests that are held at each of them."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from agentic_gym.sandboxes import Limits
from agentic_gym.testing.host import Host, Traces, eventually

LEVELS = ("namespaces", "landlock")
LIMITS = Limits(
    seconds=2.0,
    grace_seconds=0.3,
    memory_mb=256,
    disk_mb=8,
    files=50,
    output_chars=2000,
    images=3,
    image_pixels=1_000_000,
)
PATIENCE = 4.0
"""By which a loaded machine may be slower than promised: the machines that run the tests are shared."""


def require_level(level: str) -> None:
    """Skips where root's Python lies where only root can read it: root becomes another user at `landlock`."""
    folders = Path(os.path.realpath(sys.executable)).parents
    if level == "landlock" and os.geteuid() == 0 and not all(f.stat().st_mode & 0o001 for f in folders):
        pytest.skip("as root with a Python that only root can read: scripts/unprivileged-tests runs these")


def leaves_nothing(host: Host, before: Traces, seconds: float) -> bool:
    """Whether within so many seconds there is no more than there was; waits for orphans that are ours."""

    def is_clean() -> bool:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        return host.traces().within(before)

    return eventually(is_clean, seconds)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has reaped yet has."""
    try:
        return _status(pid)[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def parent_of(pid: int) -> int:
    """Of a session: its fork server; of that: the launcher."""
    return int(_status(pid)[1])


def _status(pid: int) -> list[str]:
    """What follows the name in /proc/PID/stat."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
