"""The embedded sandbox's levels, for tests that are held at each of them."""

import os
import sys
from pathlib import Path

import pytest

from agentic_gym.sandboxes import Limits

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
