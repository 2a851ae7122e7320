"""Builds the outer cage and starts the fork server in it. Runs once, in a fresh interpreter.

The new root is a read-only tree of just what Python needs. It is made with a mount namespace of root's, who
then becomes unprivileged, or else with a user namespace. Afterwards the interpreter is executed anew
within the tree: the fork server's memory holds nothing of the outside.
"""

import json
import os
import resource
import select
import socket
from contextlib import suppress
from typing import Any, Final, NoReturn

from agentic_gym.sandboxes.cage.confine import CONTROL, StepFailed, step
from agentic_gym.sandboxes.cage.folders import remove_folder
from agentic_gym.sandboxes.cage.linux import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    MOUNT_ATTR_NODEV,
    MOUNT_ATTR_NOSUID,
    MOUNT_ATTR_RDONLY,
    MS_BIND,
    MS_NODEV,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    change_root,
    detach,
    mount,
    prctl,
    restrict_mounts,
    unshare,
)

NOBODY: Final = 65534
_BASE: Final = "/tmp"
_MESSAGE_BYTES: Final = 1 << 17
_SIGKILL: Final = 9


def build_namespaces(plan: dict[str, Any]) -> None:
    """Enters namespaces and the new root; afterwards this process is root of its user namespace only.

    Args:
        plan: `binds` (pairs of source and target), `hidden` (targets), `links` (pairs),
            `workspace`, `cache`.

    Raises:
        StepFailed: the kernel refused a step.
    """
    proc = os.open("/proc", os.O_PATH | os.O_CLOEXEC)
    if not _enter_as_root():
        become_unprivileged()
        with step("unshare(user)"):
            user, group = os.geteuid(), os.getegid()
            unshare(CLONE_NEWUSER)
        _map_user(proc, user, group)
        with step("unshare(mount)"):
            unshare(CLONE_NEWNS)
        _build_tree(plan)
    else:
        _build_tree(plan)
        become_unprivileged()
        with step("unshare(user)"):
            unshare(CLONE_NEWUSER)
        _map_user(proc, NOBODY, NOBODY)
        with step("unshare(mount)"):
            unshare(CLONE_NEWNS)
    os.close(proc)
    with step("unshare(pid, network, ipc, uts)"):
        unshare(CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)
    with step("set the host name"):
        socket.sethostname("sandbox")


def become_unprivileged() -> None:
    """Root becomes nobody: limits on processes do not hold for it, whatever its namespace."""
    if os.geteuid() == 0:
        with step("become unprivileged"):
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            prctl(PR_SET_DUMPABLE, 1)


def _enter_as_root() -> bool:
    """Whether this process is root with the right to mount."""
    if os.geteuid() != 0:
        return False
    try:
        unshare(CLONE_NEWNS)
    except PermissionError:
        return False
    return True


def _map_user(proc: int, user: int, group: int) -> None:
    """Makes the outer user root of the new user namespace."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"0 {user} 1"),
        ("gid_map", f"0 {group} 1"),
    ):
        with step(f"write {name}"):
            descriptor = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
            os.write(descriptor, text.encode())
            os.close(descriptor)


def _build_tree(plan: dict[str, Any]) -> None:
    """Mounts the plan on an empty root and makes that the root; the old one is the source meanwhile."""
    with step("make mounts private"):
        mount("none", "/", flags=MS_REC | MS_PRIVATE)
    with step("mount the new root"):
        mount("tmpfs", _BASE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    os.umask(0o022)
    for folder in ("old", "new"):
        os.mkdir(f"{_BASE}/{folder}")
    with step("pivot_root to the base"):
        change_root(_BASE, f"{_BASE}/old")
    os.chdir("/")
    with step("mount the tree"):
        mount("tmpfs", "/new", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    for source, target in plan["binds"]:
        with step(f"bind {source}"):
            _bind(f"/old{source}", f"/new{target}")
    for target in plan["hidden"]:
        with step(f"hide {target}"):
            mount("tmpfs", f"/new{target}", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4k,nr_inodes=1")
    with step("lay out the tree"):
        for target, link in plan["links"]:
            os.symlink(target, f"/new{link}")
        for folder in (plan["workspace"], plan["cache"], "/proc"):
            os.mkdir(f"/new{folder}")
        restrict_mounts("/new", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID)
        mount("tmpfs", f"/new{plan['cache']}", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0777,size=16m")
    with step("pivot_root to the tree"):
        os.chdir("/new")
        change_root(".", ".")
        # Both roots are now stacked on "/": the old one lies on top and is taken off.
        detach(".")
    os.chdir("/")


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    mount(source, target, flags=MS_BIND | MS_REC)
    if not target.startswith("/new/dev/"):
        restrict_mounts(target, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)


def _execute(plan: dict[str, Any]) -> NoReturn:
    with step("die with the launcher"):
        prctl(PR_SET_PDEATHSIG, _SIGKILL)
    with step("execute the interpreter"):
        os.execve(plan["arguments"][0], plan["arguments"], plan["environment"])


def _lay_out(plan: dict[str, Any]) -> None:
    """Makes the folder of a fork server without a tree: by who outlives the trainer, and so removes it."""
    with step(f"make the folder {plan['folder']}"):
        os.umask(0o022)
        os.mkdir(plan["folder"])
        for name in plan["folders"]:
            os.mkdir(f"{plan['folder']}/{name}")
        for target, link in plan["links"]:
            os.symlink(target, f"{plan['folder']}/{link}")
        if os.geteuid() == 0:
            for name in plan["owned"]:
                os.chown(f"{plan['folder']}/{name}", NOBODY, NOBODY)


def _start(plan: dict[str, Any]) -> None:
    if not plan["namespaces"]:
        _lay_out(plan)
    try:
        _run(plan)
    finally:
        if not plan["namespaces"]:
            with suppress(OSError):  # the trainer was faster
                remove_folder(plan["folder"])


def _run(plan: dict[str, Any]) -> None:
    if plan["namespaces"]:
        build_namespaces(plan)
    with step("fork"):
        child = os.fork()
    if not child:
        if not plan["namespaces"]:
            become_unprivileged()
        _execute(plan)
    _watch(child)


def _watch(child: int) -> None:
    """Waits for the fork server's end, and brings it about when the trainer ends.

    While it loads the libraries it hears nothing, and on a busy machine that takes seconds.
    """
    poll = select.poll()
    poll.register(CONTROL, 0)  # its other end closed, and nothing else: what comes is the fork server's
    poll.register(os.pidfd_open(child), select.POLLIN)
    if CONTROL in dict(poll.poll()):
        os.kill(child, _SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    """Reads the plan from the control socket; stays as the fork server's parent, to end and reap it."""
    os.closerange(CONTROL + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    control = socket.socket(fileno=CONTROL)
    plan = json.loads(control.recv(_MESSAGE_BYTES))
    control.set_inheritable(True)
    try:
        _start(plan)
    except StepFailed as error:
        report = {"failed": error.step, "error": str(error), "errno": error.code}
        control.send(json.dumps(report).encode())
    control.detach()
