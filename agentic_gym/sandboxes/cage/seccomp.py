"""Which system calls a session may make: an allow-list, assembled to a classic BPF program.

What is not listed does not exist (ENOSYS), so that libraries take the path they have for old kernels. What
could reach out of the cage is refused by name (EPERM), so that an agent reads what happened. A call of
another architecture's numbering (x32, 32-bit) kills the process: its number would mean something else.

Sources: seccomp(2), linux/filter.h, linux/seccomp.h, linux/audit.h.
"""

import ctypes
import errno
import functools
import struct
from dataclasses import dataclass
from typing import Final

from agentic_gym.sandboxes.cage.linux import system_call
from agentic_gym.sandboxes.cage.syscalls import NUMBERS


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALLOWED: Final = _names(
    """
    read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek sendfile copy_file_range
    creat close close_range dup dup2 dup3 flock fsync fdatasync ftruncate fallocate
    fadvise64 stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2 umask
    getdents getdents64 getcwd chdir fchdir rename renameat renameat2 mkdir mkdirat rmdir unlink unlinkat
    link linkat symlink symlinkat readlink readlinkat
    mmap munmap mprotect mremap madvise msync brk
    pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
    epoll_pwait2 eventfd2 timerfd_create timerfd_settime timerfd_gettime
    recvfrom shutdown getsockname getpeername getsockopt
    futex futex_waitv set_robust_list get_robust_list set_tid_address rseq membarrier sched_yield
    sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
    getpriority exit exit_group gettid getpid getppid getuid geteuid getgid getegid getresuid getresgid
    getgroups getpgrp getpgid getsid uname sysinfo getrusage times getcpu wait4 waitid
    getrlimit
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack pause
    restart_syscall nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time
    getitimer setitimer alarm
    getrandom
    """
)
"""Calls that work on what the session already has, whatever their arguments."""

REFUSED: Final = _names(
    """
    fork vfork execve execveat ptrace process_vm_readv process_vm_writev kcmp pidfd_open pidfd_getfd
    pidfd_send_signal process_madvise
    socket connect bind listen accept accept4 sendmsg sendmmsg recvmsg recvmmsg setsockopt
    unshare setns mount umount2 pivot_root chroot mount_setattr open_tree move_mount fsopen fsmount fspick
    fsconfig open_by_handle_at name_to_handle_at
    mknod mknodat chown fchown lchown fchownat
    memfd_create memfd_secret shmget shmat shmctl shmdt semget semop semctl msgget msgsnd msgrcv msgctl
    mq_open mq_unlink
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset
    setsid setpgid setpriority sched_setaffinity sched_setscheduler sched_setparam sched_setattr
    bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register
    add_key request_key keyctl seccomp personality modify_ldt iopl ioperm
    init_module finit_module delete_module kexec_load reboot swapon swapoff syslog acct quotactl
    settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname
    fanotify_init inotify_init inotify_init1 mlock mlock2 mlockall rt_sigqueueinfo rt_tgsigqueueinfo
    timer_create
    """
)
"""Calls that could start a process, reach another, open a channel, or hold what no limit counts.

A timer of `timer_create` ends in any signal, SIGKILL too, and so could make an end look like somebody else's.
"""

NO_ATTRIBUTES: Final = _names(
    """
    getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
    """
)
"""`shutil` takes "not supported" for a file system without attributes, and anything else for an error."""

MODES_AND_TIMES: Final = _names("chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat")
"""Calls that Landlock lets through to every file of the user. They do nothing where such files can be seen,
and say that they did it: `shutil.copy` would fail otherwise, for the sake of a file's mode.
"""

# linux/filter.h: class | size or operation | source.
_LOAD, _AND, _JUMP_IF_EQUAL, _JUMP_IF_GREATER_OR_EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
# struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6] (little-endian).
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_ERROR: Final = 0x00050000
_KILL_PROCESS: Final = 0x80000000
_ALLOW: Final = 0x7FFF0000
_X32_BIT: Final = 0x40000000
_AUDIT: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_SECCOMP_SET_MODE_FILTER: Final = 1
_MASK_32: Final = 0xFFFFFFFF

_CLONE_THREAD: Final = 0x00010000
_CLONE_ANY_NAMESPACE: Final = 0x7E020000
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX = 8, 10, 15
_F_SETLEASE, _F_NOTIFY, _F_SETPIPE_SZ = 1024, 1026, 1031
_REFUSED_FCNTL: Final = (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE, _F_NOTIFY, _F_SETPIPE_SZ)
_OWN_PID: Final = 0x7E57AB1E
"""Stands for the process's own number; larger than any (2 ** 22), and no other constant here."""
_SIGKILL: Final = 9
_RLIMIT_AS: Final = 9
_O_ACCMODE, _O_TRUNC = 0o3, 0o1000
_AF_UNIX, _SOCK_STREAM, _SOCK_FLAGS = 1, 1, 0o2004000
_TERMINAL_QUERIES: Final = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX."""
_HARMLESS_PRCTL: Final = (3, 15, 16, 0x53564D41)
"""PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (glibc names its arenas)."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A test of the low 32 bits of an argument, or of all 64: `argument & mask == value`."""

    index: int
    value: int
    mask: int = _MASK_32
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What one call meets: the answer of the first case whose tests all hold, or else `otherwise`."""

    call: str
    otherwise: int
    cases: tuple[tuple[tuple[Argument, ...], int], ...] = ()


def refuse(code: int) -> int:
    """The filter's answer that fails a call with this error number; with 0 it does nothing, and succeeds."""
    return _ERROR | code


def rules(own_pid: int, own_files: bool) -> list[Rule]:
    """The table, for a session.

    Args:
        own_pid: its process number, as it sees itself.
        own_files: whether no file of this machine can be seen but those of a tree that is its own.
    """
    eperm = refuse(errno.EPERM)
    listed = [Rule(call, _ALLOW) for call in sorted(ALLOWED)]
    listed += [Rule(call, eperm) for call in sorted(REFUSED)]
    listed += [Rule(call, refuse(errno.EOPNOTSUPP)) for call in sorted(NO_ATTRIBUTES)]
    listed += [Rule(call, _ALLOW if own_files else refuse(0)) for call in sorted(MODES_AND_TIMES)]
    # Opened for reading alone, and yet emptied: Landlock knows of that, and of `truncate`, from version 3 on.
    # And what is opened neither for reading nor for writing, which all versions of it let through.
    opened = [
        (
            ((Argument(index, _O_TRUNC, mask=_O_TRUNC | _O_ACCMODE),), eperm),
            ((Argument(index, _O_ACCMODE, mask=_O_ACCMODE),), eperm),
        )
        for index in (1, 2)
    ]
    itself = [Argument(0, pid) for pid in (0, own_pid)]
    return [
        *listed,
        Rule("open", _ALLOW, opened[0]),
        Rule("openat", _ALLOW, opened[1]),
        Rule("truncate", _ALLOW if own_files else eperm),
        # A thread, not a process. clone3 hides its flags behind a pointer: glibc falls back on ENOSYS.
        Rule("clone", eperm, allow((Argument(0, _CLONE_THREAD, mask=_CLONE_THREAD | _CLONE_ANY_NAMESPACE),))),
        Rule("clone3", refuse(errno.ENOSYS)),
        # Signals to itself alone, and none that would look as if somebody else had killed it.
        Rule("kill", eperm, (((Argument(1, _SIGKILL),), eperm), *allow((Argument(0, own_pid),)))),
        Rule("tgkill", eperm, (((Argument(2, _SIGKILL),), eperm), *allow((Argument(0, own_pid),)))),
        Rule("tkill", eperm, (((Argument(1, _SIGKILL),), eperm), *allow((Argument(0, own_pid),)))),
        # Its own limits may be read, and the one on memory set: the worker does so around each cell.
        Rule(
            "prlimit64",
            eperm,
            allow(
                *((pid, Argument(2, 0, wide=True)) for pid in itself),
                *((pid, Argument(1, _RLIMIT_AS)) for pid in itself),
            ),
        ),
        Rule("setrlimit", eperm, allow((Argument(0, _RLIMIT_AS),))),
        # Pipes at their default size: larger ones hold memory that no limit counts. And none that sends a
        # signal when it can be read: it may be any signal, and to any process. No lease: it would hold up
        # whoever else opens the file.
        Rule("fcntl", _ALLOW, tuple(((Argument(1, command),), eperm) for command in _REFUSED_FCNTL)),
        Rule("ioctl", refuse(errno.ENOTTY), allow(*((Argument(1, query),) for query in _TERMINAL_QUERIES))),
        Rule("prctl", eperm, allow(*((Argument(0, option),) for option in _HARMLESS_PRCTL))),
        # asyncio wakes itself through a pair of connected sockets: it may have one, and send to it, but
        # not name an address.
        Rule(
            "socketpair",
            eperm,
            allow((Argument(0, _AF_UNIX), Argument(1, _SOCK_STREAM, mask=_MASK_32 ^ _SOCK_FLAGS))),
        ),
        Rule("sendto", eperm, allow((Argument(4, 0, wide=True),))),
    ]


def allow(*alternatives: tuple[Argument, ...]) -> tuple[tuple[tuple[Argument, ...], int], ...]:
    """Cases that each allow the call."""
    return tuple((alternative, _ALLOW) for alternative in alternatives)


def named_calls() -> set[str]:
    """Every call the table names."""
    return {rule.call for rule in rules(own_pid=1, own_files=True)}


def program(machine_name: str, own_pid: int, *, own_files: bool) -> bytes:
    """The filter as an array of `struct sock_filter`, for `x86_64` or `aarch64`; see `rules`.

    Raises:
        KeyError: no table for this machine.
    """
    return _template(machine_name, own_files).replace(struct.pack("=I", _OWN_PID), struct.pack("=I", own_pid))


@functools.cache
def _template(machine_name: str, own_files: bool) -> bytes:
    """The filter, with a number in the place of the process's own: assembled once, before the forks."""
    numbers = NUMBERS[machine_name]
    code = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_JUMP_IF_EQUAL, _AUDIT[machine_name], if_true=1),
        _instruction(_RETURN, _KILL_PROCESS),
        _instruction(_LOAD, _NUMBER),
    ]
    if machine_name == "x86_64":
        code += [
            _instruction(_JUMP_IF_GREATER_OR_EQUAL, _X32_BIT, if_false=1),
            _instruction(_RETURN, _KILL_PROCESS),
        ]
    present = [rule for rule in rules(_OWN_PID, own_files) if rule.call in numbers]
    for rule in present:
        if rule.cases:
            body = _body(rule)
            code += [_instruction(_JUMP_IF_EQUAL, numbers[rule.call], if_false=len(body)), *body]
    fixed = {numbers[rule.call]: rule.otherwise for rule in present if not rule.cases}
    return b"".join([*code, *_ranges(fixed)])


def install(filter_program: bytes) -> None:
    """Puts this process, and all its threads to come, under the filter. It cannot be undone.

    Raises:
        OSError: the kernel refused it.
    """
    instructions = ctypes.create_string_buffer(filter_program, len(filter_program))
    header = struct.pack("@HxxxxxxQ", len(filter_program) // 8, ctypes.addressof(instructions))
    system_call("seccomp", _SECCOMP_SET_MODE_FILTER, 0, header)


def _ranges(answers: dict[int, int]) -> list[bytes]:
    """Answers by number: neighbours with one answer take one comparison, in ascending order.

    The kernel runs a filter once for every number when it is installed, to remember what it always
    allows: the shorter the way to an answer, the faster a session starts.
    """
    unlisted = refuse(errno.ENOSYS)
    code: list[bytes] = []
    last = max(answers) + 1
    for number in range(last):
        answer = answers.get(number, unlisted)
        if answer != answers.get(number + 1, unlisted):
            code += [
                _instruction(_JUMP_IF_GREATER_OR_EQUAL, number + 1, if_true=1),
                _instruction(_RETURN, answer),
            ]
    return [*code, _instruction(_RETURN, unlisted)]


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _body(rule: Rule) -> list[bytes]:
    """What follows once the number matched; every path through it returns."""
    body: list[bytes] = []
    for arguments, then in rule.cases:
        tests = [test for argument in arguments for test in _words(argument)]
        answer = [_instruction(_RETURN, then)]
        for offset, mask, value in reversed(tests):
            mismatch = len(answer)
            load = [_instruction(_LOAD, offset)]
            load += [] if mask == _MASK_32 else [_instruction(_AND, mask)]
            answer = [*load, _instruction(_JUMP_IF_EQUAL, value, if_false=mismatch), *answer]
        body += answer
    return [*body, _instruction(_RETURN, rule.otherwise)]


def _words(argument: Argument) -> list[tuple[int, int, int]]:
    """(offset, mask, value) of each 32-bit word that is to be compared."""
    low = _ARGUMENTS + 8 * argument.index
    words = [(low, argument.mask, argument.value & _MASK_32)]
    return [*words, (low + 4, _MASK_32, argument.value >> 32)] if argument.wide else words
