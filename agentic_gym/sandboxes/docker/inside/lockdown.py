"""What a container's worker gives up before it runs a line of the agent's code.

The container is the outer cage: its namespaces, its limits and its filter hold already. These are the locks
that the embedded sandbox puts on a session, put on here as well.
"""

import os
import resource
from collections.abc import Iterable
from typing import Any, Final

from agentic_gym.sandboxes.cage import landlock, seccomp
from agentic_gym.sandboxes.cage.confine import step
from agentic_gym.sandboxes.cage.linux import (
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    drop_capabilities,
    machine,
    prctl,
)

_OPEN_FILES: Final = 128
_NOT_READABLE: Final = ("proc", "sys", "dev", "run", "root", "home")
_READABLE_DEVICES: Final = ("/dev/urandom", "/dev/random", "/dev/zero")
_WRITABLE_DEVICES: Final = ("/dev/null", "/dev/full")


def lock_down(settings: dict[str, Any]) -> None:
    """Ends with the locks that cannot be opened again.

    There is no limit on threads of this user here: it would count the users of all containers. The
    container's own limit on processes takes its place. gVisor has no limit on message queues, and no call
    that opens one is left.

    Args:
        settings: `workspace`, `landlock` (the interface's version, or 0), `address_space`, `disk_bytes`.

    Raises:
        StepFailed: the kernel refused a step.
    """
    workspace = settings["workspace"]
    with step("die first in want of memory"), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    with step("enter the working folder"):
        os.chdir(workspace)
    with step("set resource limits"):
        for kind, most in (
            (resource.RLIMIT_AS, settings["address_space"]),
            (resource.RLIMIT_FSIZE, settings["disk_bytes"]),
            (resource.RLIMIT_NOFILE, _OPEN_FILES),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_MEMLOCK, 0),
        ):
            resource.setrlimit(kind, (most, most))
    with step("drop capabilities"):
        drop_capabilities()
    with step("no new privileges"):
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        prctl(PR_SET_DUMPABLE, 0)
    if settings["landlock"]:
        with step("Landlock"):
            writable = [workspace, *_present(_WRITABLE_DEVICES)]
            landlock.enforce(landlock.prepare(settings["landlock"], _readable(workspace), writable))
    with step("seccomp"):
        seccomp.install(seccomp.program(machine(), own_pid=os.getpid(), own_files=True))


def _readable(workspace: str) -> list[str]:
    """The image's file system, without what tells of the machine."""
    top = [entry.path for entry in os.scandir("/") if entry.name not in _NOT_READABLE]
    folders = [path for path in top if os.path.realpath(path) != workspace]
    return [*folders, *_present(_READABLE_DEVICES)]


def _present(devices: Iterable[str]) -> list[str]:
    return [device for device in devices if os.path.exists(device)]
