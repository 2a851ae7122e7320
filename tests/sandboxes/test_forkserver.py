"""The life of the fork server: what dies with what, and that nothing is left."""

import fcntl
import gc
import os
import resource
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from agentic_gym.errors import ConfigurationError, SandboxError, SandboxUnavailable
from agentic_gym.sandboxes import EmbeddedSandbox, Limits, Outcome
from agentic_gym.sandboxes import session as sandboxes_session
from agentic_gym.sandboxes.embedded import POOL
from agentic_gym.sandboxes.forkserver import ForkServer
from sandbox_levels import LIMITS, is_gone


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *descendants(child)]
    return found


def server_of(sandbox: EmbeddedSandbox) -> ForkServer:
    assert sandbox._running is not None
    return sandbox._running.server


def kill_fork_server(sandbox: EmbeddedSandbox) -> None:
    os.kill(server_of(sandbox).pid, signal.SIGKILL)


def await_pool(sandbox: EmbeddedSandbox) -> None:
    assert sandbox._running is not None
    pool = sandbox._running.pool
    assert eventually(lambda: len(pool) == POOL)


@contextmanager
def room_for(count: int) -> Iterator[None]:
    """This process may open so many more files, and no other number is free."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(map(int, os.listdir("/proc/self/fd")))
    with ExitStack() as stack:
        while (taken := os.dup(0)) <= highest:
            stack.callback(os.close, taken)
        os.close(taken)
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1 + count, limits[1]))
        yield


def mount_points() -> set[str]:
    return {line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()}


def test_a_killed_fork_server_is_our_failure_and_the_next_open_works() -> None:
    sandbox = EmbeddedSandbox()
    session = sandbox.open(seed=0)
    kill_fork_server(sandbox)
    with pytest.raises(SandboxError):
        session.run("import time\ntime.sleep(1)\n1")
    assert not session.alive
    session.close()
    fresh = sandbox.open(seed=0)
    assert fresh.run("1").output == "1\n"
    sandbox.close()
    assert not fresh.alive


def test_a_session_killed_from_outside_is_our_failure(sandbox: EmbeddedSandbox) -> None:
    session, sibling = sandbox.open(seed=0), sandbox.open(seed=0)
    os.kill(session.pid, signal.SIGKILL)
    with pytest.raises(SandboxError):
        session.run("1")
    assert sibling.run("1").outcome is Outcome.OK
    session.close()
    sibling.close()


def test_a_session_that_the_kernel_killed_for_memory(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's own count decides; a real shortage would not stop at this test."""
    with closing(EmbeddedSandbox(LIMITS, isolation=level)) as sandbox:  # type: ignore[arg-type]
        session = sandbox.open(seed=0)
        counted = sandboxes_session._memory_kills() + 1
        monkeypatch.setattr(sandboxes_session, "_memory_kills", lambda: counted)
        os.kill(session.pid, signal.SIGKILL)
        execution = session.run("1")
        assert execution.outcome is Outcome.KILLED_MEMORY
        assert not session.alive


def test_a_session_whose_memory_the_code_has_filled_and_that_gets_a_picture(level: str) -> None:
    with closing(EmbeddedSandbox(LIMITS, isolation=level)) as sandbox:  # type: ignore[arg-type]
        session = sandbox.open(seed=0)
        assert session.run("import mmap\nkeep = mmap.mmap(-1, 240 << 20)").outcome is Outcome.OK
        execution = session.put_images({"image_1": np.zeros((6000, 6000, 3), np.uint8)})
        assert execution.outcome is Outcome.KILLED_MEMORY
        assert not session.alive


def test_nothing_is_left_after_many_sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sandbox = EmbeddedSandbox()

    def count() -> dict[str, int]:
        gc.collect()
        server = server_of(sandbox).pid
        return {
            "descriptors": len(os.listdir("/proc/self/fd")),
            "descriptors of the fork server": len(os.listdir(f"/proc/{server}/fd")),
            "processes": len(descendants(os.getpid())),
            "mounts of ours": len(
                mount_points() & {"/tmp", "/new", "/old", "/workspace", "/sandbox", "/cache"}
            ),
            "mounts of the fork server": len(Path(f"/proc/{server}/mounts").read_text().splitlines()),
            "folders": len(list(tmp_path.rglob("*"))),
        }

    sandbox.open(seed=0).close()
    await_pool(sandbox)
    before = count()
    endings = (
        "1",
        "import os; os._exit(1)",
        "import ctypes; ctypes.string_at(0)",
        "open('x', 'w').write('x')",
    )
    for number in range(200):
        session = sandbox.open(seed=number)
        session.run(endings[number % len(endings)])
        session.close()
    assert eventually(lambda: count() == before), "but for the pool, which fills up again"
    sandbox.close()


def test_a_forgotten_session_ends(sandbox: EmbeddedSandbox) -> None:
    sandbox.open(seed=0).close()
    await_pool(sandbox)
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    session = sandbox.open(seed=0)
    session.run("import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()")
    pid = session.pid
    del session
    gc.collect()
    assert eventually(lambda: is_gone(pid)), "although it was stopped"
    assert eventually(lambda: len(os.listdir("/proc/self/fd")) == before)


@pytest.mark.parametrize("room", range(5))
def test_without_descriptors_a_session_says_so_and_leaves_nothing(
    sandbox: EmbeddedSandbox, room: int
) -> None:
    """A session keeps three descriptors, and takes five for a moment."""
    sandbox.open(seed=0).close()
    await_pool(sandbox)
    server = server_of(sandbox)
    gc.collect()
    before = set(os.listdir("/proc/self/fd")), set(descendants(server.pid))
    with room_for(room), pytest.raises(SandboxError, match="ulimit -n"):
        sandbox._fork(server)
    assert set(os.listdir("/proc/self/fd")) == before[0]
    assert eventually(lambda: set(descendants(server.pid)) <= before[1])
    with room_for(5):
        sandbox._fork(server).discard()


def test_a_fork_server_may_hold_as_many_sessions_as_the_machine_allows(sandbox: EmbeddedSandbox) -> None:
    sandbox.open(seed=0).close()
    await_pool(sandbox)
    limits = Path(f"/proc/{server_of(sandbox).pid}/limits").read_text()
    soft, hard = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files"))
    assert soft == hard


def test_no_program_that_the_trainer_starts_gets_hold_of_a_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also not one that another thread starts while the descriptor comes."""
    flags: list[int] = []
    receive = ForkServer._receive

    def watch(server: ForkServer) -> tuple[bytes, list[int]]:
        answer = receive(server)
        flags.extend(fcntl.fcntl(descriptor, fcntl.F_GETFD) for descriptor in answer[1])
        return answer

    monkeypatch.setattr(ForkServer, "_receive", watch)
    with closing(EmbeddedSandbox(LIMITS, pool=0)) as sandbox:
        sandbox.open(seed=0).close()
    assert flags == [fcntl.FD_CLOEXEC] * 3, "of the fork server, and of two sessions"


def test_close_ends_everything_and_open_starts_anew() -> None:
    before = descendants(os.getpid())
    sandbox = EmbeddedSandbox()
    session = sandbox.open(seed=0)
    sandbox.close()
    sandbox.close()
    assert not session.alive
    assert descendants(os.getpid()) == before
    assert sandbox.open(seed=0).run("1").output == "1\n"
    sandbox.close()


def trainer(body: str) -> subprocess.Popen[str]:
    """A trainer of its own, which prints a line once `sandbox` and a busy `session` are there."""
    code = f"""
        import os, threading, time
        from agentic_gym.sandboxes import EmbeddedSandbox
        sandbox = EmbeddedSandbox()
        session = sandbox.open(seed=0)
        threading.Thread(target=session.run, args=("while True: pass",), daemon=True).start()
        time.sleep(0.1)
        print(sandbox._running.server.pid, session.pid, flush=True)
        {body}
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True, env=environment
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_when_the_trainer_dies_nothing_is_left(number: int) -> None:
    with trainer("time.sleep(60)") as process:
        assert process.stdout
        pids = [int(word) for word in process.stdout.readline().split()]
        everyone = {*pids, *descendants(process.pid)}
        process.send_signal(number)
        process.wait()
        assert len(everyone) >= 3
        assert eventually(lambda: all(map(is_gone, everyone)), seconds=2)


def test_when_the_trainer_ends_nothing_is_left() -> None:
    with trainer("os.abort") as process:
        assert process.stdout
        everyone = [int(word) for word in process.stdout.readline().split()]
        assert process.wait() == 0
        assert eventually(lambda: all(map(is_gone, everyone)), seconds=2)


def test_a_forked_trainer_has_a_fork_server_of_its_own(sandbox: EmbeddedSandbox) -> None:
    session = sandbox.open(seed=0)
    session.run("x = 1")
    child = os.fork()
    if not child:
        status = 1
        try:
            refused = False
            try:
                session.run("x = 2")
            except SandboxError:
                refused = True
            session.close()
            own = sandbox.open(seed=0)
            status = 0 if refused and own.run("1 + 1").output == "2\n" else 2
            sandbox.close()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert session.run("x").output == "1\n"
    session.close()


def test_an_interrupted_trainer_loses_the_session_only(sandbox: EmbeddedSandbox) -> None:
    session = sandbox.open(seed=0)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            session.run("while True: pass")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not session.alive
    fresh = sandbox.open(seed=0)
    assert fresh.run("1").output == "1\n"
    fresh.close()


def test_an_unknown_level_names_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="'landlock'"):
        EmbeddedSandbox(isolation="landlok")  # type: ignore[arg-type]


def test_a_package_that_is_not_installed() -> None:
    sandbox = EmbeddedSandbox(packages=["no-such-distribution"])
    with pytest.raises(SandboxUnavailable, match="pip install no-such-distribution"):
        sandbox.open(seed=0)


def test_extra_packages_can_be_imported() -> None:
    sandbox = EmbeddedSandbox(packages=["jinja2"])
    session = sandbox.open(seed=0)
    assert session.run("import jinja2\njinja2.Template('{{ 1 + 1 }}').render()").output == "'2'\n"
    sandbox.close()


def reachable_by_others(path: str) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in Path(path).parents)


def test_the_landlock_level_isolates_or_says_why_not(tmp_path: Path) -> None:
    """As root with an interpreter that only root can reach it cannot be had."""
    sandbox = EmbeddedSandbox(Limits(memory_mb=256), isolation="landlock")
    if not reachable_by_others(os.path.realpath(sys.executable)) and os.geteuid() == 0:
        with pytest.raises(SandboxUnavailable, match=r"(?s)execute the interpreter.*Remedy:"):
            sandbox.open(seed=0)
        return
    session = sandbox.open(seed=0)
    missing = {layer.name for layer in sandbox.isolation().layers if not layer.active}
    assert missing == {"process namespace", "own root", "disk limit"}
    folder = session.run("import os\nopen('x', 'w').write('x')\nos.getcwd()").output.strip("'\n")
    assert os.path.isdir(folder)
    session.close()
    assert not os.path.exists(folder)
    sandbox.close()
    assert not os.path.exists(os.path.dirname(os.path.dirname(folder)))
