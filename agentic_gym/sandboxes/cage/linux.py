"""The Linux system calls that build a cage and that Python 3.11 does not wrap."""

import ctypes
import os
import struct
from typing import Final

from agentic_gym.sandboxes.cage.syscalls import NUMBERS

CLONE_NEWNS: Final = 0x00020000
CLONE_NEWUTS: Final = 0x04000000
CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWPID: Final = 0x20000000
CLONE_NEWNET: Final = 0x40000000

MS_NOSUID: Final = 0x2
MS_NODEV: Final = 0x4
MS_NOEXEC: Final = 0x8
MS_BIND: Final = 0x1000
MS_REC: Final = 0x4000
MS_PRIVATE: Final = 0x40000

MOUNT_ATTR_RDONLY: Final = 0x1
MOUNT_ATTR_NOSUID: Final = 0x2
MOUNT_ATTR_NODEV: Final = 0x4

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38

_AT_FDCWD: Final = -100
_AT_RECURSIVE: Final = 0x8000
_MNT_DETACH: Final = 2
_CAPABILITY_VERSION_3: Final = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def machine() -> str:
    """The processor's name, as `syscalls.NUMBERS` is keyed by it."""
    return os.uname().machine


def system_call(name: str, *arguments: int | bytes | None) -> int:
    """Makes a system call by its name; bytes are passed by their address.

    Raises:
        OSError: the kernel refused it; the message begins with the call's name.
    """
    number = NUMBERS[machine()][name]
    words = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *words))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def unshare(flags: int) -> None:
    """Gives this process namespaces of its own; a pid namespace begins with the next fork."""
    system_call("unshare", flags)


def return_to_pid_namespace(pidfd: int) -> None:
    """Undoes `unshare(CLONE_NEWPID)` for forks to come. The pidfd is one of this very process.

    Without it a second `unshare(CLONE_NEWPID)` is refused.
    """
    system_call("setns", pidfd, CLONE_NEWPID)


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Shows a file system or folder at `target`; flags and options are those of the manual page."""
    system_call("mount", source.encode(), target.encode(), kind.encode(), flags, options.encode())


def restrict_mounts(target: str, attributes: int) -> None:
    """Sets `MOUNT_ATTR_*` on a mount and on all below it. Needs Linux 5.12."""
    settings = struct.pack("=4Q", attributes, 0, 0, 0)
    system_call("mount_setattr", _AT_FDCWD, target.encode(), _AT_RECURSIVE, settings, len(settings))


def change_root(new_root: str, old_root: str) -> None:
    """Makes `new_root` the root of this mount namespace; `old_root`, below it, gets the old one."""
    system_call("pivot_root", new_root.encode(), old_root.encode())


def detach(target: str) -> None:
    """Unmounts `target` and all below it at once, also while it is in use."""
    system_call("umount2", target.encode(), _MNT_DETACH)


def prctl(option: int, value: int = 0) -> None:
    """Sets an attribute of this process; options are those of the manual page."""
    system_call("prctl", option, value, 0, 0, 0)


def drop_capabilities() -> None:
    """Gives up every capability: effective, permitted and inheritable."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    system_call("capset", header, bytes(24))
