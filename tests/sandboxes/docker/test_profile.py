"""The seccomp profile, against what Docker's own default allows and what must stay denied."""

import json
import os
from typing import Any

import pytest

from agentic_gym.sandboxes.docker.profile import ProfileFile, profile


def rules() -> list[dict[str, Any]]:
    parsed: list[dict[str, Any]] = json.loads(profile())["syscalls"]
    return parsed


def allowed_whatever_the_arguments() -> set[str]:
    return {
        name
        for rule in rules()
        if rule["action"] == "SCMP_ACT_ALLOW" and not rule.get("args")
        for name in rule["names"]
    }


def test_what_is_not_named_does_not_exist() -> None:
    parsed = json.loads(profile())
    assert parsed["defaultAction"] == "SCMP_ACT_ERRNO"
    assert parsed["defaultErrnoRet"] == 38


def allows(call: str, *arguments: int) -> bool:
    def holds(test: dict[str, Any]) -> bool:
        argument = arguments[test["index"]]
        if test["op"] == "SCMP_CMP_MASKED_EQ":
            return bool(argument & test["value"] == test["valueTwo"])
        assert test["op"] == "SCMP_CMP_EQ"
        return bool(argument == test["value"])

    return any(
        rule["action"] == "SCMP_ACT_ALLOW" and call in rule["names"] and all(map(holds, rule.get("args", [])))
        for rule in rules()
    )


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (os.O_RDONLY | os.O_CLOEXEC, True),
        (os.O_PATH | os.O_DIRECTORY, True),
        (os.O_WRONLY | os.O_CREAT | os.O_TRUNC, True),
        (os.O_RDWR | os.O_TRUNC, True),
        (os.O_RDONLY | os.O_TRUNC, False),
        (0o3, False),  # neither for reading nor for writing
        (0o1003, False),
    ],
)
def test_only_what_is_opened_for_writing_can_be_emptied(flags: int, expected: bool) -> None:
    assert allows("open", 0, flags, 0) == expected
    assert allows("openat", 0, 0, flags) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        *((command, True) for command in (0, 1, 2, 3, 4, 1030, 1032)),
        *((command, False) for command in (8, 10, 15, 1024, 1026, 1031)),
    ],
)
def test_a_descriptor_gets_no_owner_and_no_lease(command: int, expected: bool) -> None:
    assert allows("fcntl", 0, command) == expected


DENIED = """
    unshare setns mount umount2 pivot_root chroot ptrace process_vm_readv bpf perf_event_open userfaultfd
    io_uring_setup keyctl add_key personality socket connect bind clone clone3 memfd_create shmget mq_open
    open_by_handle_at init_module kexec_load reboot mknod mknodat
"""


def test_what_reaches_out_is_not_allowed() -> None:
    assert not set(DENIED.split()) & allowed_whatever_the_arguments()


def test_a_process_may_be_made_and_no_namespace() -> None:
    (rule,) = [rule for rule in rules() if rule["names"] == ["clone"]]
    (argument,) = rule["args"]
    namespaces = 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000 | 0x00020000
    assert argument["op"] == "SCMP_CMP_MASKED_EQ"
    assert argument["value"] == namespaces
    assert argument["valueTwo"] == 0


def test_podmans_file_holds_it_and_goes() -> None:
    file = ProfileFile()
    with open(file.path) as opened:
        assert opened.read() == profile()
    file.close()
    file.close()
    assert not os.path.exists(file.path)
