"""What a session gives up before it runs a line of the agent's code."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from agentic_gym.sandboxes.cage import landlock, seccomp
from agentic_gym.sandboxes.cage.linux import (
    CLONE_NEWIPC,
    CLONE_NEWNS,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    drop_capabilities,
    machine,
    mount,
    prctl,
    unshare,
)

CONTROL: Final = 3
"""The descriptor of a session's control socket. 0 is empty, 1 and 2 are its output."""

RESERVE: Final = 32 << 20
"""Bytes of address space kept back from a cell, so that the worker can still say that it ran out."""

_RULESET: Final = CONTROL + 1
_OPEN_FILES: Final = 128
_THREADS: Final = 64
_THREADS_OF_USER: Final = 4096
"""Without a user namespace the kernel counts all that the trainer's user runs: this ends a bomb, no more."""
_SIGKILL: Final = 9


class StepFailed(Exception):
    """A step of building the cage was refused.

    Attributes:
        step: what was tried, as in `SandboxUnavailable`'s message.
        code: the error number.
    """

    def __init__(self, step: str, error: OSError) -> None:
        """`error` is what the kernel answered."""
        super().__init__(f"{step}: {error.strerror or error}")
        self.step = step
        self.code = error.errno or 0


@contextmanager
def step(name: str) -> Iterator[None]:
    """Names what is being tried, for the error's sake."""
    try:
        yield
    except OSError as error:
        raise StepFailed(name, error) from None


def take_descriptors(control: int, output: int, ruleset: int) -> None:
    """Leaves this process nothing open but an empty input, its output, its control socket, and a ruleset.

    Args:
        control: of this session, as are all.
        output: a pipe.
        ruleset: Landlock's, or -1; `confine` closes it.
    """
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(control, CONTROL, inheritable=False)
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    if ruleset >= 0:
        os.dup2(ruleset, _RULESET, inheritable=False)
    os.closerange(_RULESET + (ruleset >= 0), resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def confine(settings: dict[str, Any]) -> None:
    """Builds the innermost cage, and ends with the locks that cannot be opened again.

    Args:
        settings: of the session: `namespaces` (else Landlock alone), `landlock` (the interface's version),
            `workspace`, `devices`, `disk_bytes`, `files`, `address_space`.

    Raises:
        StepFailed: the kernel refused a step.
    """
    workspace = settings["workspace"]
    with step("die with the fork server"):
        prctl(PR_SET_PDEATHSIG, _SIGKILL)
    if settings["namespaces"]:
        with step("unshare(mount, ipc, uts) for a session"):
            unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS)
        with step("mount the working folder"):
            limits = f"size={settings['disk_bytes']},nr_inodes={settings['files'] + 1},mode=0700"
            mount("tmpfs", workspace, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, limits)
    else:
        with step("make the working folder"):
            os.mkdir(workspace, 0o700)
    with step("enter the working folder"):
        os.chdir(workspace)
    if settings["namespaces"]:
        with step("unshare(user) for a session"):
            unshare(CLONE_NEWUSER)
    with step("set resource limits"):
        _limit_resources(settings)
    with step("drop capabilities"):
        drop_capabilities()
    with step("no new privileges"):
        prctl(PR_SET_NO_NEW_PRIVS, 1)
    if settings["landlock"]:
        with step("Landlock"):
            if settings["ruleset"] >= 0:
                landlock.enforce(_RULESET)
            # And what one session may write: a common ruleset cannot tell them apart.
            own = [workspace, *settings["devices"]]
            landlock.enforce(landlock.prepare(settings["landlock"], ["/"], own))
    with step("seccomp"):
        own_files = settings["namespaces"]
        seccomp.install(seccomp.program(machine(), own_pid=os.getpid(), own_files=own_files))


def _limit_resources(settings: dict[str, Any]) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, settings["address_space"]),
        (resource.RLIMIT_FSIZE, settings["disk_bytes"]),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_NPROC, _THREADS if settings["namespaces"] else _THREADS_OF_USER),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (most, most))
