"""The seccomp profile of a container, as Docker and Podman take it: the cage's own table, loosened a little.

The worker puts the stricter filter of `cage.seccomp` on top. This one also holds for the supervisor, and
must let the container's runtime start it: one process may start another, and no more than that.
"""

import errno
import functools
import json
import os
from typing import Any, Final

from agentic_gym.sandboxes.cage.seccomp import ALLOWED, MODES_AND_TIMES, NO_ATTRIBUTES

_ALLOW: Final = "SCMP_ACT_ALLOW"
_REFUSE: Final = "SCMP_ACT_ERRNO"

FOR_THE_RUNTIME: Final = frozenset(
    [
        "execve",
        "arch_prctl",
        "capset",
        "chown",
        "fchown",
        "fchownat",
        "lchown",
        "setuid",
        "setgid",
        "setgroups",
        "setresuid",
        "setresgid",
        "setsid",
    ]
)
"""What runc and crun do between installing the filter and executing Python."""

FOR_THE_SUPERVISOR: Final = frozenset(
    [
        "truncate",
        "fork",
        "vfork",
        "kill",
        "tgkill",
        "tkill",
        "pidfd_open",
        "pidfd_send_signal",
        "ioctl",
        "prctl",
        "prlimit64",
        "seccomp",
        "landlock_create_ruleset",
        "landlock_add_rule",
        "landlock_restrict_self",
        "sendto",
        "recvmsg",
        "sendmsg",
        "setsockopt",
    ]
)
"""What the supervisor does, and the worker until it has put on its own filter."""

_OPENED: Final = ((0o1003, 0), (0o3, 1), (0o3, 2))
"""Mask and value of `open`'s flags: for reading, and then not emptied; for writing; or for both."""

_FCNTL: Final = (*range(8), 36, 37, 38, 1030, 1032, 1033, 1034)
"""F_DUPFD, flags, locks; F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW; F_DUPFD_CLOEXEC, F_GETPIPE_SZ, F_ADD_SEALS,
F_GET_SEALS. Left out: owners and signals of a descriptor, leases, larger pipes.
"""

_CLONE_ANY_NAMESPACE: Final = 0x7E020000
_AF_UNIX: Final = 1


class ProfileFile:
    """The profile as a file, which Podman wants instead of the text. It lies in this process's memory.

    Attributes:
        path: where another process of this machine finds it.
    """

    def __init__(self) -> None:
        """Writes it."""
        self._descriptor = os.memfd_create("seccomp.json")
        os.write(self._descriptor, profile().encode())
        self.path = f"/proc/{os.getpid()}/fd/{self._descriptor}"

    def close(self) -> None:
        """Forgets it. May be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


@functools.cache
def profile() -> str:
    """The profile as JSON text.

    What it does not name does not exist: ENOSYS. Namespaces cannot be made, and of sockets only pairs.
    """
    return json.dumps(
        {
            "defaultAction": _REFUSE,
            "defaultErrnoRet": errno.ENOSYS,
            "syscalls": [
                _rule(ALLOWED | MODES_AND_TIMES | FOR_THE_RUNTIME | FOR_THE_SUPERVISOR, _ALLOW),
                _rule(NO_ATTRIBUTES, _REFUSE, code=errno.EOPNOTSUPP),
                *(
                    _rule({call}, _ALLOW, argument=(index, mask, "SCMP_CMP_MASKED_EQ", value))
                    for call, index in (("open", 1), ("openat", 2))
                    for mask, value in _OPENED
                ),
                *(_rule({"fcntl"}, _ALLOW, argument=(1, command, "SCMP_CMP_EQ", 0)) for command in _FCNTL),
                # No flag of a namespace. clone3 hides its flags: glibc falls back where there is none.
                _rule({"clone"}, _ALLOW, argument=(0, _CLONE_ANY_NAMESPACE, "SCMP_CMP_MASKED_EQ", 0)),
                _rule({"socketpair"}, _ALLOW, argument=(0, _AF_UNIX, "SCMP_CMP_EQ", 0)),
            ],
        }
    )


def _rule(
    names: frozenset[str] | set[str],
    action: str,
    *,
    code: int | None = None,
    argument: tuple[int, int, str, int] | None = None,
) -> dict[str, Any]:
    rule: dict[str, Any] = {"names": sorted(names), "action": action}
    if code is not None:
        rule["errnoRet"] = code
    if argument:
        index, value, comparison, second = argument
        rule["args"] = [{"index": index, "value": value, "valueTwo": second, "op": comparison}]
    return rule
