"""The filter, run in an interpreter of ours: every number of both machines gets the answer of the table."""

import errno
import os
import struct
from collections.abc import Sequence

import pytest

from agentic_gym.sandboxes.cage.seccomp import ALLOWED, MODES_AND_TIMES, NO_ATTRIBUTES, REFUSED, program
from agentic_gym.sandboxes.cage.syscalls import NUMBERS

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS, ENOTTY, EOPNOTSUPP = (
    0x50000 | code for code in (errno.EPERM, errno.ENOSYS, errno.ENOTTY, errno.EOPNOTSUPP)
)
MACHINES = sorted(AUDIT)


def answer(
    machine: str,
    number: int,
    arguments: Sequence[int] = (),
    pid: int = 1,
    audit: int | None = None,
    own_files: bool = True,
) -> int:
    """What the program returns, by the rules of linux/filter.h."""
    code = list(struct.iter_unpack("=HBBI", program(machine, own_pid=pid, own_files=own_files)))
    assert len(code) <= 4096
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    audit = AUDIT[machine] if audit is None else audit
    data = struct.pack("=IIQ6Q", number, audit, 0, *(argument % 2**64 for argument in padded))
    accumulator = position = 0
    while True:
        operation, if_true, if_false, value = code[position]
        position += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, value)
            case 0x54:
                accumulator &= value
            case 0x15:
                position += if_true if accumulator == value else if_false
            case 0x35:
                position += if_true if accumulator >= value else if_false
            case 0x06:
                return int(value)
            case _:
                raise AssertionError(f"operation {operation:#x}")


@pytest.mark.parametrize("machine", MACHINES)
def test_every_number_gets_its_answer(machine: str) -> None:
    numbers = NUMBERS[machine]
    expected = {numbers[name]: ALLOW for name in ALLOWED if name in numbers}
    expected |= {numbers[name]: ALLOW for name in MODES_AND_TIMES if name in numbers}
    expected |= {numbers[name]: EPERM for name in REFUSED if name in numbers}
    expected |= {numbers[name]: EOPNOTSUPP for name in NO_ATTRIBUTES if name in numbers}
    conditional = {
        numbers.get(name)
        for name in (
            *(
                "clone",
                "clone3",
                "kill",
                "tgkill",
                "tkill",
                "prlimit64",
                "setrlimit",
                "fcntl",
                "ioctl",
                "prctl",
            ),
            *("socketpair", "sendto", "open", "openat", "truncate"),
        )
    }
    for number in set(range(1000)) - {None, *conditional}:
        assert answer(machine, number) == expected.get(number, ENOSYS), number


def test_no_call_is_both_allowed_and_refused() -> None:
    assert not ALLOWED & REFUSED
    assert not (ALLOWED | REFUSED) & NO_ATTRIBUTES
    assert not (ALLOWED | REFUSED | NO_ATTRIBUTES) & MODES_AND_TIMES


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("clone", [0x003D0F00], ALLOW),  # the flags of pthread_create
        ("clone", [0x01200011], EPERM),  # fork
        ("clone", [0x10010000], EPERM),  # a thread with a user namespace
        ("clone3", [], ENOSYS),
        ("kill", [7, 9], EPERM),
        ("kill", [1, 15], EPERM),
        ("kill", [-1, 15], EPERM),
        ("kill", [0, 15], EPERM),
        ("tgkill", [7, 8, 15], ALLOW),
        ("tgkill", [8, 8, 15], EPERM),
        ("kill", [7, 15], ALLOW),
        ("tgkill", [7, 7, 9], EPERM),
        ("prlimit64", [0, 0, 0], ALLOW),
        ("prlimit64", [7, 3, 0], ALLOW),
        ("prlimit64", [8, 3, 0], EPERM),
        ("prlimit64", [0, 9, 1 << 40], ALLOW),  # RLIMIT_AS
        ("prlimit64", [0, 0, 1 << 40], EPERM),  # RLIMIT_CPU
        ("prlimit64", [8, 9, 1 << 40], EPERM),
        ("setrlimit", [9], ALLOW),
        ("setrlimit", [0], EPERM),
        ("fcntl", [3, 1], ALLOW),
        ("fcntl", [3, 1031], EPERM),  # F_SETPIPE_SZ
        ("fcntl", [3, 1024, 1], EPERM),  # F_SETLEASE
        ("fcntl", [3, 1026, 1], EPERM),  # F_NOTIFY
        ("fcntl", [3, 1030, 3], ALLOW),  # F_DUPFD_CLOEXEC
        ("fcntl", [3, 8, 1], EPERM),  # F_SETOWN
        ("fcntl", [3, 10, 9], EPERM),  # F_SETSIG
        ("fcntl", [3, 15], EPERM),  # F_SETOWN_EX
        ("fcntl", [3, 4, 0o20000], ALLOW),  # F_SETFL, O_ASYNC: without an owner nobody is signalled
        ("ioctl", [1, 0x5401], ALLOW),
        ("ioctl", [1, 0x5412], ENOTTY),  # TIOCSTI
        ("prctl", [15], ALLOW),
        ("prctl", [1], EPERM),  # PR_SET_PDEATHSIG
        ("prctl", [4], EPERM),  # PR_SET_DUMPABLE
        ("socketpair", [1, 1 | 0o2004000], ALLOW),
        ("socketpair", [1, 2], EPERM),
        ("socketpair", [2, 1], EPERM),
        ("sendto", [3, 1, 1, 0, 0], ALLOW),
        ("sendto", [3, 1, 1, 0, 1], EPERM),
        ("sendto", [3, 1, 1, 0, 1 << 32], EPERM),
    ],
)
def test_arguments_decide(machine: str, name: str, arguments: list[int], expected: int) -> None:
    assert answer(machine, NUMBERS[machine][name], arguments, pid=7) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_where_files_of_others_can_be_seen_none_is_changed(machine: str) -> None:
    done = 0x50000
    present = [name for name in MODES_AND_TIMES if name in NUMBERS[machine]]
    answers = {answer(machine, NUMBERS[machine][name], own_files=False) for name in present}
    assert answers == {done}
    assert answer(machine, NUMBERS[machine]["truncate"], own_files=False) == EPERM
    assert answer(machine, NUMBERS[machine]["truncate"], own_files=True) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (os.O_RDONLY | os.O_CLOEXEC, ALLOW),
        (os.O_WRONLY | os.O_CREAT | os.O_TRUNC, ALLOW),
        (os.O_RDWR | os.O_TRUNC, ALLOW),
        (os.O_RDONLY | os.O_TRUNC, EPERM),
        (os.O_RDONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, EPERM),
        (0o3, EPERM),  # neither for reading nor for writing
        (0o1003, EPERM),
        (0o3 | os.O_CLOEXEC, EPERM),
    ],
)
def test_only_what_is_opened_for_writing_can_be_emptied(machine: str, flags: int, expected: int) -> None:
    assert answer(machine, NUMBERS[machine]["openat"], [3, 1, flags]) == expected
    if "open" in NUMBERS[machine]:
        assert answer(machine, NUMBERS[machine]["open"], [1, flags]) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_another_architecture_kills(machine: str) -> None:
    for audit in (0x40000003, 0x40000028, 0):
        assert answer(machine, 0, audit=audit) == KILL


def test_x32_kills() -> None:
    assert answer("x86_64", 0x40000000) == KILL
    assert answer("x86_64", 0x40000000 + 39) == KILL


def test_what_could_leave_the_cage_is_refused_by_name() -> None:
    """A floor under the table: moving one of these to the allowed ones is no matter of a line."""
    assert {
        *("fork", "vfork", "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev"),
        *(
            "socket",
            "connect",
            "bind",
            "sendmsg",
            "recvmsg",
            "unshare",
            "setns",
            "mount",
            "pivot_root",
            "chroot",
        ),
        *("memfd_create", "shmget", "msgget", "mq_open", "mknod", "mknodat", "bpf", "perf_event_open"),
        *("userfaultfd", "io_uring_setup", "keyctl", "add_key", "seccomp", "personality", "kexec_load"),
        "timer_create",
    } <= REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_those_of_libseccomp(machine: str) -> None:
    try:
        import pyseccomp
    except (ImportError, RuntimeError) as error:
        pytest.skip(f"a development tool that compares our numbers: {error}")
    architecture = {"x86_64": pyseccomp.Arch.X86_64, "aarch64": pyseccomp.Arch.AARCH64}[machine]
    for name, number in NUMBERS[machine].items():
        assert pyseccomp.resolve_syscall(architecture, name) == number, name
