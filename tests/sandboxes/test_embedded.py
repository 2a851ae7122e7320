"""The pool, the order of cells, and what a session does between them."""

import errno
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agentic_gym.errors import ConfigurationError, SandboxError, SandboxUnavailable
from agentic_gym.sandboxes import EmbeddedSandbox, embedded
from agentic_gym.sandboxes.fork import Fork
from agentic_gym.sandboxes.forkserver import ForkServer, StepRefused, has_exited, pid_of
from agentic_gym.sandboxes.plan import Plan, plan_namespaces
from agentic_gym.sandboxes.pool import Pool
from agentic_gym.sandboxes.session import EmbeddedSession
from agentic_gym.sandboxes.turns import Turns

DRAW = "import random, numpy\nrandom.random(), numpy.random.random()"


@pytest.fixture
def pooled() -> Iterator[EmbeddedSandbox]:
    """A sandbox with two sessions ready."""
    sandbox = EmbeddedSandbox(pool=2)
    sandbox.open(seed=0).close()
    await_pool(sandbox)
    yield sandbox
    sandbox.close()


def await_pool(sandbox: EmbeddedSandbox) -> list[int]:
    """The pids of the sessions that are ready."""
    assert sandbox._running is not None
    pool: Pool[Fork] = sandbox._running.pool
    deadline = time.monotonic() + 10
    while len(pool) < 2:
        assert time.monotonic() < deadline, "the pool does not fill up"
        time.sleep(0.005)
    return [pid_of(fork.pidfd) for fork in pool._ready]


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class TestPool:
    def test_a_session_from_the_pool_is_like_any_other(self, pooled: EmbeddedSandbox) -> None:
        without = EmbeddedSandbox(pool=0)
        alone = without.open(seed=7)
        waiting = await_pool(pooled)
        first, second, other = (pooled.open(seed=seed) for seed in (7, 7, 8))
        assert [first.pid, second.pid] == waiting
        expected = alone.run(f"{DRAW}, 'x' in globals(), __import__('os').listdir()").output
        assert expected.endswith("False, [])\n")
        for session in (first, second):
            assert session.run(f"{DRAW}, 'x' in globals(), __import__('os').listdir()").output == expected
        assert other.run(DRAW).output[:8] != expected[:8]
        assert "<cell 2>" in first.run("1 / 0").error
        without.close()

    def test_no_process_serves_two_sessions(self, pooled: EmbeddedSandbox) -> None:
        pids = []
        for seed in range(12):
            session = pooled.open(seed=seed)
            pids.append(session.pid)
            assert session.run("'x' in globals()").output == "False\n"
            session.run("x = 1")
            session.close()
        assert len(set(pids)) == 12

    def test_those_that_died_while_they_waited_are_passed_over(self, pooled: EmbeddedSandbox) -> None:
        for pid in await_pool(pooled):
            os.kill(pid, signal.SIGKILL)
        session = pooled.open(seed=0)
        assert session.run("1").output == "1\n"

    def test_close_ends_those_that_wait(self, pooled: EmbeddedSandbox) -> None:
        pids = await_pool(pooled)
        before = threading.active_count()
        pooled.open(seed=0)
        pooled.close()
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
        assert threading.active_count() <= before

    def test_a_fork_server_that_died_takes_its_pool_along(self, pooled: EmbeddedSandbox) -> None:
        assert pooled._running is not None
        pool = pooled._running.pool
        server = pooled._running.server
        os.kill(server.pid, signal.SIGKILL)
        assert has_exited(server._handle, 5.0)
        assert pooled.open(seed=0).run("1").output == "1\n"
        assert len(pool) == 0
        await_pool(pooled)

    def test_a_pool_of_less_than_none(self) -> None:
        with pytest.raises(ConfigurationError, match="0 or more"):
            EmbeddedSandbox(pool=-1)


class TestLevel:
    def test_one_that_has_worked_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sandbox = EmbeddedSandbox(pool=0)
        sandbox.open(seed=0).close()
        assert sandbox._running is not None
        server, others = sandbox._running.server, list[object]()

        def refuse(packages: Sequence[str]) -> Plan:
            raise SandboxUnavailable("refused")

        for level in embedded._PLANS:
            monkeypatch.setitem(embedded._PLANS, level, refuse if level == server.level else others.append)
        os.kill(server.pid, signal.SIGKILL)
        assert has_exited(server._handle, 5.0)
        with pytest.raises(SandboxUnavailable, match="refused"):
            sandbox.open(seed=0)
        assert others == []
        sandbox.close()

    @pytest.mark.parametrize("cause", [SandboxError("no descriptors"), KeyboardInterrupt()])
    def test_what_passes_leads_to_no_other_and_leaves_no_fork_server(
        self, monkeypatch: pytest.MonkeyPatch, cause: BaseException
    ) -> None:
        servers: list[ForkServer] = []

        def fail(server: ForkServer, *_: object) -> Fork:
            servers.append(server)
            raise cause

        monkeypatch.setattr(embedded, "start_fork", fail)
        with pytest.raises(type(cause)):
            EmbeddedSandbox(pool=0).open(seed=0)
        (server,) = servers
        assert not server.alive
        assert not Path(f"/proc/{server.pid}").exists()

    @pytest.mark.parametrize(
        ("code", "expected"), [(errno.EAGAIN, SandboxError), (errno.EPERM, SandboxUnavailable)]
    )
    def test_a_step_that_is_refused_differs_from_one_for_which_something_is_short(
        self, monkeypatch: pytest.MonkeyPatch, code: int, expected: type[Exception]
    ) -> None:
        answer = json.dumps({"failed": "fork", "error": "fork", "errno": code}).encode()
        plans: list[Sequence[str]] = []

        def plan(packages: Sequence[str]) -> Plan:
            plans.append(packages)
            return plan_namespaces(packages)

        monkeypatch.setattr(ForkServer, "_receive", lambda self: (answer, []))
        for level in embedded._PLANS:
            monkeypatch.setitem(embedded._PLANS, level, plan)
        with pytest.raises(expected):
            EmbeddedSandbox(pool=0).open(seed=0)
        assert len(plans) == (1 if expected is SandboxError else 2)

    @pytest.mark.parametrize(
        ("code", "refused"), [(errno.EAGAIN, False), (errno.EMFILE, False), (errno.EPERM, True)]
    )
    def test_a_session_that_is_not_forked_says_whether_it_ever_will_be(
        self, sandbox: EmbeddedSandbox, monkeypatch: pytest.MonkeyPatch, code: int, refused: bool
    ) -> None:
        server = sandbox._start_once().server
        monkeypatch.setattr(server, "_ask", lambda *_: ({"failed": "fork", "errno": code}, []))
        with socket.socket() as control, pytest.raises(SandboxError) as caught:
            server.open(10**9, {}, control, 0)
        assert isinstance(caught.value, StepRefused) == refused


class TestTurns:
    def test_a_waiting_cell_is_timed_from_when_it_starts(
        self, sandbox: EmbeddedSandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Eight cells of 0.1 s one after the other, with a limit that all of them together are over."""
        line = Turns(1)
        monkeypatch.setattr(embedded, "_turns", lambda: line)
        sessions = [sandbox.open(seed=seed) for seed in range(8)]
        executions = []

        def watch(session: EmbeddedSession) -> None:
            executions.append(session.run("import time\ntime.sleep(0.1)", seconds=0.6))

        started = time.monotonic()
        threads = [threading.Thread(target=watch, args=(session,)) for session in sessions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - started > 0.8
        assert {str(execution.outcome) for execution in executions} == {"ok"}
        for session in sessions:
            session.close()


class TestBetweenCells:
    BUSY = "import threading\nn = 0\ndef spin():\n    global n\n    while True: n += 1\n"
    START = "threading.Thread(target=spin, daemon=True).start()"

    def test_a_thread_left_behind_uses_no_processor(self, session: EmbeddedSession) -> None:
        session.run(self.BUSY + self.START)
        used = processor_seconds(session.pid)
        time.sleep(0.4)
        assert processor_seconds(session.pid) - used <= 0.05
        counted = int(session.run("import time\nstart = n\ntime.sleep(0.1)\nn - start").output)
        assert counted > 0, "it goes on with the next cell"

    def test_sleeps_and_waits_of_threads_go_on_where_they_were(self, session: EmbeddedSession) -> None:
        code = (
            "import select, threading, time, queue\n"
            "done = []\n"
            "def sleep():\n    time.sleep(0.3); done.append('sleep')\n"
            "def wait():\n"
            "    try: queue.Queue().get(timeout=0.3)\n"
            "    except queue.Empty: done.append('wait')\n"
            "def poll():\n    select.poll().poll(300); done.append('poll')\n"
            "threads = [threading.Thread(target=each) for each in (sleep, wait, poll)]\n"
            "for thread in threads: thread.start()"
        )
        session.run(code)
        for _ in range(10):
            session.run("1")
        execution = session.run("for thread in threads: thread.join()\nsorted(done)")
        assert execution.output == "['poll', 'sleep', 'wait']\n"

    def test_a_session_asleep_can_be_closed_and_killed(self, sandbox: EmbeddedSandbox) -> None:
        session = sandbox.open(seed=0)
        session.run(self.BUSY + self.START)
        pid = session.pid
        session.close()
        assert not Path(f"/proc/{pid}").exists()
