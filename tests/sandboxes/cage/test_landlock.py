"""Landlock by itself, in a process of its own: no namespace and no filter helps it."""

import os
import subprocess
import sys
from pathlib import Path

from agentic_gym.sandboxes.cage import landlock

PROGRAM = """
import os, sys
readable, writable, secret = sys.argv[1:]
from agentic_gym.sandboxes.cage import landlock
from agentic_gym.sandboxes.cage.linux import PR_SET_NO_NEW_PRIVS, prctl

def attempt(action):
    try: return action() or "done"
    except OSError as error: return type(error).__name__

prctl(PR_SET_NO_NEW_PRIVS, 1)
landlock.enforce(landlock.prepare(landlock.version(), [readable], [writable]))
print(attempt(lambda: open(f"{readable}/file").read()))
print(attempt(lambda: open(f"{readable}/file", "a").close()))
print(attempt(lambda: open(f"{writable}/file", "w").close()))
print(attempt(lambda: os.rename(f"{writable}/file", f"{readable}/stolen")))
print(attempt(lambda: os.mkfifo(f"{writable}/fifo")))
print(attempt(lambda: os.execv(f"{readable}/program", ["program"])))
print(attempt(lambda: open(secret).read()))
print(attempt(lambda: os.listdir(os.path.dirname(secret))))
"""


def test_only_what_is_named_can_be_reached(tmp_path: Path) -> None:
    assert landlock.version() >= 1, "Landlock is off: Linux 5.13 or later, with `landlock` among its modules"
    readable, writable, secret = tmp_path / "readable", tmp_path / "writable", tmp_path / "secret"
    readable.mkdir()
    writable.mkdir()
    secret.write_text("secret")
    (readable / "file").write_text("open")
    (readable / "program").write_text("#!/bin/sh\n")
    (readable / "program").chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, readable, writable, secret],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        *("open", "PermissionError", "done"),
        *("PermissionError", "PermissionError", "PermissionError"),
        *("PermissionError", "PermissionError"),
    ]
