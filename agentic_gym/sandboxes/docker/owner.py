"""Whose container it is, written on a label, and the removal of those whose owner is dead.

A container ends by itself when its owner's stream ends. What this is for: a container that was created but
not started when its owner was killed, and one on another machine whose connection broke without a word.
"""

import os
import time
from contextlib import suppress
from typing import Final

from agentic_gym.errors import SandboxError
from agentic_gym.sandboxes.docker.engine import Engine

OWNER: Final = "org.agentic-gym.owner"
EXPIRES: Final = "org.agentic-gym.expires"
_SLACK_SECONDS: Final = 300


def labels(max_age_seconds: float) -> dict[str, str]:
    """The labels of a container that this process creates now and that ends itself at an age."""
    expires = time.time() + 2 * max_age_seconds + _SLACK_SECONDS
    return {OWNER: " ".join((*_place(), *_process(os.getpid()))), EXPIRES: str(int(expires))}


def remove_orphans(engine: Engine) -> list[str]:
    """Removes the containers of dead owners, and those of any machine that are too old; returns their ids.

    Raises:
        SandboxError: the engine does not answer.
        SandboxUnavailable: there is none.
    """
    with engine.doing("list its containers") as client:
        containers = client.containers(all=True, filters={"label": [OWNER]})
    orphans = [entry["Id"] for entry in containers if _is_orphan(entry.get("Labels") or {})]
    for container in orphans:
        with suppress(SandboxError):  # another process removes it at this moment
            engine.remove(container)
    return orphans


def _is_orphan(label: dict[str, str]) -> bool:
    expires = label.get(EXPIRES, "")
    if expires.isdigit() and int(expires) < time.time():
        return True
    match label.get(OWNER, "").split():
        case [boot, namespace, pid, started] if (boot, namespace) == _place():
            return not pid.isdigit() or _process(int(pid)) != (pid, started)
    return False  # of another machine, or of a container that shares the engine: it cannot be seen from here


def _place() -> tuple[str, str]:
    """This start of this machine, and the namespace in which process numbers hold."""
    with open("/proc/sys/kernel/random/boot_id") as file:
        boot = file.read().strip()
    return boot, str(os.stat("/proc/self/ns/pid").st_ino)


def _process(pid: int) -> tuple[str, str]:
    """A process's number and when it started, since numbers come again; empty where there is none."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    state, started = fields[0], fields[19]
    return (str(pid), started) if state not in "ZX" else ("", "")
