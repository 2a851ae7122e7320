"""Landlock: a process gives up the file system, except for what it names.

Source: landlock(7), linux/landlock.h. Needs Linux 5.13; later versions of the interface confine more.
"""

import errno
import os
import stat
import struct
from collections.abc import Iterable
from typing import Final

from agentic_gym.sandboxes.cage.linux import system_call

_CREATE_RULESET_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 10, 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FILE_RIGHTS: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READ: Final = _READ_FILE | _READ_DIR
_NEVER: Final = _EXECUTE | _MAKE_CHAR | _MAKE_SOCK | _MAKE_FIFO | _MAKE_BLOCK | _IOCTL_DEV

_NET_BIND_AND_CONNECT: Final = 0b11
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS: Final = 0b11


def version() -> int:
    """The kernel's version of the interface; 0 where there is none."""
    try:
        return system_call("landlock_create_ruleset", None, 0, _CREATE_RULESET_VERSION)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
            return 0
        raise


def prepare(interface: int, readable: Iterable[str], writable: Iterable[str]) -> int:
    """A ruleset that leaves nothing but reading below `readable`, and also writing below `writable`.

    Devices, sockets and FIFOs can be made nowhere, and no file can be executed. From version 4 on TCP is
    denied, from 6 on abstract sockets and signals to processes outside.

    Args:
        interface: what `version` returned, at least 1.
        readable: files and folders.
        writable: files and folders.

    Returns:
        A descriptor for `enforce`.

    Raises:
        OSError: a path is missing, or the kernel refused.
    """
    handled = _handled(interface)
    attributes = [handled]
    attributes += [_NET_BIND_AND_CONNECT] if interface >= 4 else []
    attributes += [_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS] if interface >= 6 else []
    settings = struct.pack(f"={len(attributes)}Q", *attributes)
    ruleset = system_call("landlock_create_ruleset", settings, len(settings), 0)
    for path in readable:
        _allow(ruleset, path, handled & _READ)
    for path in writable:
        _allow(ruleset, path, handled & ~_NEVER)
    return ruleset


def enforce(ruleset: int) -> None:
    """Puts this process under a ruleset, beside those that hold already. Needs no-new-privileges.

    Raises:
        OSError: the kernel refused.
    """
    system_call("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)


def _handled(interface: int) -> int:
    """The rights on files that a version of the interface knows."""
    return (1 << (13, 14, 15, 15, 16)[min(interface, 5) - 1]) - 1


def _allow(ruleset: int, path: str, rights: int) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(folder).st_mode):
            rights &= _FILE_RIGHTS
        rule = struct.pack("=Qi", rights, folder)
        system_call("landlock_add_rule", ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(folder)
