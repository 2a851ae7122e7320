"""How the container's first process knows that a worker is on its way out, before its status is there."""

import ctypes
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from agentic_gym.sandboxes.docker.inside import supervisor
from agentic_gym.testing.host import eventually


def child(work: Callable[[], None]) -> int:
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def wait_for(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def first_thread_has_left(pid: int) -> bool:
    return "State:\tZ" in Path(f"/proc/{pid}/task/{pid}/status").read_text()


def test_one_that_lives_is_not_exiting() -> None:
    pid = child(lambda: time.sleep(60))
    assert not supervisor._is_exiting(pid)
    wait_for(pid)


def test_one_that_has_exited_and_was_not_waited_for_is() -> None:
    pid = child(lambda: None)
    assert eventually(lambda: supervisor._is_exiting(pid), 10.0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_one_whose_first_thread_alone_has_left_is_not() -> None:
    """The others still hold its files, so that a socket of it that is closed was closed by hand."""

    def leave_a_thread() -> None:
        threading.Thread(target=time.sleep, args=(60,)).start()
        ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)  # exit, of one thread

    pid = child(leave_a_thread)
    assert eventually(lambda: first_thread_has_left(pid), 10.0)
    assert not supervisor._is_exiting(pid)
    wait_for(pid)
