"""Who may die, fork, be interrupted or come back when: nothing is left, and what lives on works."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from agentic_gym.errors import SandboxError
from agentic_gym.sandboxes import EmbeddedSandbox, Outcome
from agentic_gym.testing.host import Host, Traces, descendants, eventually
from sandbox_levels import LEVELS, LIMITS, PATIENCE, require_level

PR_SET_CHILD_SUBREAPER = 36
TIMES = 100

BUSY = """
import sys, threading
from agentic_gym.sandboxes import EmbeddedSandbox, Limits
sandbox = EmbeddedSandbox(Limits(memory_mb=256), isolation=sys.argv[1])
def play(number):
    while True:
        session = sandbox.open(seed=number)
        session.run("open('x', 'w').write('x' * 1000)")
        session.run("while True: pass", seconds=0.05)
        session.close()
for number in range(3): threading.Thread(target=play, args=(number,)).start()
"""
"""A trainer that is always in the midst of something."""

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


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require_level(name)
    return name


@pytest.fixture
def host() -> Iterator[Host]:
    """Counts what is left; orphans become this process's children, and so are counted too."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with Host() as host:
        yield host
    prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def leaves_nothing(host: Host, before: Traces) -> bool:
    def is_clean() -> bool:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        return host.traces().within(before)

    return eventually(is_clean, 2.0 * PATIENCE)


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
@pytest.mark.timeout(1200)
def test_a_trainer_killed_at_any_point_leaves_nothing(level: str, host: Host) -> None:
    before = host.traces()
    for wait in np.random.default_rng(1).uniform(0.1, 3.0, TIMES):
        with start(BUSY, level) as trainer:
            time.sleep(wait)
            assert trainer.poll() is None
            trainer.kill()
            trainer.communicate()
        assert leaves_nothing(host, before), f"killed after {wait:.3f} s: {host.traces()}, before: {before}"


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("victim", ["fork server", "session"])
def test_a_part_killed_at_any_point_costs_one_session_and_leaves_nothing(
    level: str, victim: str, host: Host
) -> None:
    before = host.traces()
    sandbox = EmbeddedSandbox(LIMITS, isolation=level)  # type: ignore[arg-type]
    code = "open('x', 'w').write('x')\nfor _ in range(10 ** 5): pass\n1"
    for wait in np.random.default_rng(2).uniform(0.0, 0.1, TIMES):
        session = sandbox.open(seed=0)
        pid = session.pid if victim == "session" else fork_server_of(session.pid)
        killer = threading.Timer(wait, os.kill, (pid, signal.SIGKILL))
        killer.start()
        with suppress(SandboxError):
            while True:
                assert session.run(code).outcome is Outcome.OK
        killer.join()
        session.close()
        fresh = sandbox.open(seed=0)
        assert fresh.run("6 * 7").output == "42\n"
        fresh.close()
    sandbox.close()
    assert leaves_nothing(host, before), f"{host.traces()}, before: {before}"


def fork_server_of(pid: int) -> int:
    """The parent of a session's process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


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
    server = fork_server_of(opened[0].pid)
    fresh = sandbox.open(seed=0)
    assert fork_server_of(fresh.pid) == server
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
    assert leaves_nothing(host, before)


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
    assert leaves_nothing(host, before)


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
    assert leaves_nothing(host, before)


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
