"""The seccomp profile, against what Docker's own default allows and what must stay denied."""

import json
import os
from typing import Any

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
