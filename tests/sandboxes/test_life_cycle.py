"""Who may die, fork, be interrupted or come back when: nothing is left, and what lives on works."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from agentic_gym.sandboxes import EmbeddedSandbox
from agentic_gym.testing.host import Host, descendants, eventually
from sandbox_levels import LIMITS, PATIENCE, leaves_nothing, parent_of

PATIENT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background jobs without it
from agentic_gym.sandboxes import EmbeddedSandbox, Limits
sandbox = EmbeddedSandbox(Limits(memory_mb=256), isolation=sys.argv[1])
session = sandbox.open(seed=0)
session.run("n = 0")
for line in sys.stdin:
    try:
        if line == "new\\n": session = sandbox.open(seed=0); session.run("n = 0")
        seconds = 60 if line == "wait\\n" else 1
        if seconds == 60: print("waiting", flush=True)
        code = "import time; time.sleep(60)" if seconds == 60 else "n += 1; n"
        print(session.run(code, seconds=seconds).output.strip(), flush=True)
    except KeyboardInterrupt:
        print("interrupted", session.alive, flush=True)
sandbox.close()
"""
"""A trainer that does what its standard input says."""


def start(program: str, level: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "TMPDIR": tempfile.gettempdir(),
    }
    return subprocess.Popen(
        [sys.executable, "-c", program, level],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )


def tell(trainer: "subprocess.Popen[str]", line: str) -> str:
    assert trainer.stdin
    assert trainer.stdout
    trainer.stdin.write(f"{line}\n")
    trainer.stdin.flush()
    return trainer.stdout.readline().strip()


@pytest.mark.slow
def test_five_hundred_sessions_leave_descriptors_and_memory_as_they_were(level: str, host: Host) -> None:
    sandbox = EmbeddedSandbox(LIMITS, isolation=level)  # type: ignore[arg-type]
    endings = ("1", "import os; os._exit(1)", "import ctypes; ctypes.string_at(0)", "x = bytearray(1 << 40)")

    def churn(count: int) -> int:
        for number in range(count):
            session = sandbox.open(seed=number)
            session.run("open('x', 'w').write('x'); print('x' * 5000)")
            session.run(endings[number % len(endings)])
            session.close()
        return sum(resident_kb(pid) for pid in (os.getpid(), *descendants(os.getpid())))

    first = churn(100)
    before = host.traces()
    last = churn(500)
    assert last - first < 16 * 1024, f"{last - first} kB more after 500 sessions more"
    assert eventually(lambda: host.traces().within(before), 2.0 * PATIENCE)
    sandbox.close()


def resident_kb(pid: int) -> int:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
    return 0


def test_a_fork_server_outlives_the_thread_that_started_it(level: str) -> None:
    """The kernel ends a process that asked for it with the *thread* that is its parent."""
    sandbox = EmbeddedSandbox(LIMITS, isolation=level)  # type: ignore[arg-type]
    opened = []

    def begin() -> None:
        opened.append(sandbox.open(seed=0))
        opened[0].run("x = 5")

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    time.sleep(0.3)
    assert opened[0].run("x").output == "5\n"
    server = parent_of(opened[0].pid)
    fresh = sandbox.open(seed=0)
    assert parent_of(fresh.pid) == server
    sandbox.close()


def test_a_forked_trainer_makes_its_own(level: str, host: Host) -> None:
    before = host.traces()
    sandbox = EmbeddedSandbox(LIMITS, isolation=level)  # type: ignore[arg-type]
    session = sandbox.open(seed=0)
    session.run("x = 1")
    child = os.fork()
    if not child:
        status = 1
        try:
            own = sandbox.open(seed=0)
            status = 0 if own.run("'x' in globals()").output == "False\n" else 2
            sandbox.close()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert session.run("x").output == "1\n"
    sandbox.close()
    assert leaves_nothing(host, before, 2.0 * PATIENCE)


def test_two_trainers_do_not_touch_each_other(level: str, host: Host) -> None:
    before = host.traces()
    with start(PATIENT, level) as one, start(PATIENT, level) as other:
        assert tell(one, "") == tell(other, "") == "1"
        one.kill()
        one.communicate()
        assert tell(other, "") == "2"
        assert tell(other, "new") == "1"
        other.communicate()
        assert other.returncode == 0
    assert leaves_nothing(host, before, 2.0 * PATIENCE)


def test_a_ctrl_c_costs_the_running_session_alone(level: str, host: Host) -> None:
    """At a terminal it goes to every process of the foreground group."""
    before = host.traces()
    with start(PATIENT, level) as trainer:
        assert tell(trainer, "") == "1"
        assert tell(trainer, "wait") == "waiting"
        time.sleep(0.3)
        os.killpg(trainer.pid, signal.SIGINT)
        assert trainer.stdout
        assert trainer.stdout.readline() == "interrupted False\n"
        assert tell(trainer, "new") == "1"
        trainer.communicate()
        assert trainer.returncode == 0
    assert leaves_nothing(host, before, 2.0 * PATIENCE)


def test_a_user_who_runs_much_leaves_its_sessions_threads(level: str) -> None:
    """The limit on threads may count what else the user runs: a trainer of a hundred threads, say."""
    done = threading.Event()
    threads = [threading.Thread(target=done.wait) for _ in range(100)]
    for thread in threads:
        thread.start()
    sandbox = EmbeddedSandbox(LIMITS, isolation=level)  # type: ignore[arg-type]
    execution = sandbox.open(seed=0).run("import asyncio\nasyncio.run(asyncio.to_thread(abs, -5))")
    sandbox.close()
    done.set()
    for thread in threads:
        thread.join()
    assert execution.output == "5\n", execution.error
