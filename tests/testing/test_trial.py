"""A trial notices each thing that a sandbox must not let happen: sandboxes that do, on purpose."""

import contextlib
import io
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentic_gym.errors import ContractError, SandboxError
from agentic_gym.sandboxes import Execution, FakeSandbox, FakeSession, Limits, Outcome
from agentic_gym.testing import Snippet, Trial, read_corpus
from agentic_gym.testing.host import SECRET_VARIABLE, Host, PeakMemory, eventually

LIMITS = Limits(grace_seconds=0.0)
LEFT: list[object] = []
"""What misdeeds leave: this module takes it away."""


class OpenSession(FakeSession):
    """Runs code in this very process: what a sandbox is there to prevent."""

    def __init__(self) -> None:
        self.namespace: dict[str, object] = {"left": LEFT}
        super().__init__(self.execute, seed=0)

    def execute(self, code: str) -> Execution:
        output = io.StringIO()
        try:
            with contextlib.redirect_stdout(output):
                exec(code, self.namespace)
        except SandboxError:
            raise
        except Exception as error:
            return Execution(Outcome.PYTHON_ERROR, output.getvalue(), repr(error))
        return Execution(Outcome.OK, output.getvalue())


class OpenSandbox(FakeSandbox):
    """Opens sessions that isolate nothing."""

    def __init__(self) -> None:
        super().__init__(lambda code: Execution(Outcome.OK))

    def open(self, *, seed: int) -> OpenSession:
        session = OpenSession()
        self.sessions.append(session)
        return session


@dataclass(frozen=True)
class Misdeed:
    """Code that ends well, and what the trial says of it all the same."""

    code: str
    complaint: str


MISDEEDS = {
    "reads the file": Misdeed(
        "import pathlib; print(pathlib.Path(canary).read_text())", "read the host's secret"
    ),
    "reads the variable": Misdeed(
        f"import os; print(os.environ[{SECRET_VARIABLE!r}])", "read the host's secret"
    ),
    "reads the process": Misdeed(
        "import pathlib; print(pathlib.Path(f'/proc/{canary_pid}/environ').read_text())",
        "read the host's secret",
    ),
    "writes the file": Misdeed(
        "with open(canary, 'a') as f: f.write('x')", "the host's file, or .* was changed"
    ),
    "touches the file": Misdeed("import os; os.utime(canary)", "the host's file, or .* was changed"),
    "adds a file": Misdeed("open(canary + '2', 'w').close()", "the host's file, or .* was changed"),
    "speaks TCP": Misdeed(
        "import socket; socket.create_connection(('127.0.0.1', canary_port)).close()", "socket of the host"
    ),
    "speaks UDP": Misdeed(
        "import socket\nwith socket.socket(type=socket.SOCK_DGRAM) as s:\n"
        " s.sendto(b'x', ('127.0.0.1', canary_datagrams))",
        "socket of the host",
    ),
    "speaks to a path": Misdeed(
        "import socket\nwith socket.socket(socket.AF_UNIX) as s: s.connect(canary_socket)",
        "socket of the host",
    ),
    "speaks to a name": Misdeed(
        "import socket\nwith socket.socket(socket.AF_UNIX) as s: s.connect(canary_abstract)",
        "socket of the host",
    ),
    "kills the process": Misdeed(
        "import os, time; os.kill(canary_pid, 9); time.sleep(0.2)", "process of the host"
    ),
    "takes too long": Misdeed("import time; time.sleep(1.3)", "reply came after"),
    "takes memory": Misdeed("left.append(bytes(b'x' * (80 << 20)))", "grew by"),
    "leaves a descriptor": Misdeed("import os; left.append(os.fdopen(os.dup(1)))", "left behind"),
    "leaves a file": Misdeed("import tempfile; left.append(tempfile.NamedTemporaryFile())", "left behind"),
    "leaves a process": Misdeed(
        "import subprocess; left.append(subprocess.Popen('cat', stdin=-1))", "left behind"
    ),
    "ends otherwise": Misdeed("1 / 0", "expected ok; got python_error"),
    "breaks the next cell": Misdeed("print = None", "then expected ok; got python_error"),
}


def snippet_of(misdeed: Misdeed) -> Snippet:
    head = '[[time]]\nname = "a"\nseconds = 0.2\noutcomes = ["ok"]\n'
    (snippet,) = read_corpus(f'{head}code = """{misdeed.code}"""\n')
    return snippet


@pytest.fixture
def trial() -> Iterator[Trial]:
    """Leaves as if something else had failed: on its way out a trial would complain of the misdeed again."""
    trial = Trial(OpenSandbox, LIMITS)
    trial.__enter__()
    yield trial
    for thing in LEFT:
        if isinstance(thing, subprocess.Popen):
            thing.communicate()
        elif hasattr(thing, "close"):
            thing.close()
    LEFT.clear()
    trial.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)


@pytest.mark.parametrize("name", MISDEEDS)
def test_a_misdeed_is_noticed(trial: Trial, name: str) -> None:
    with pytest.raises(ContractError, match=MISDEEDS[name].complaint):
        trial.run(snippet_of(MISDEEDS[name]))


def test_a_good_deed_is_not_complained_of(trial: Trial) -> None:
    assert trial.run(snippet_of(Misdeed("print(memory_mb, disk_mb, files)", ""))) == "ok"


def test_after_a_misdeed_the_next_snippet_is_judged_by_itself(trial: Trial) -> None:
    with pytest.raises(ContractError):
        trial.run(snippet_of(Misdeed("1 / 0", "")))
    assert trial.run(snippet_of(Misdeed("pass", ""))) == "ok"


def test_a_call_that_is_refused_has_its_number(trial: Trial) -> None:
    assert trial.run(snippet_of(Misdeed("print(call('getpid'))", ""))) == "ok"


def test_failing_as_if_by_our_fault_is_complained_of() -> None:
    def fail(code: str) -> Execution:
        if "snippet" in code:
            raise SandboxError("lost")
        return Execution(Outcome.OK, "12345\n" if "kept" in code else "")

    (snippet,) = read_corpus('[[time]]\nname = "a"\ncode = "snippet"\noutcomes = ["ok"]\n')
    trial = Trial(lambda: FakeSandbox(fail), LIMITS)
    with trial, pytest.raises(ContractError, match="our fault: lost"):
        trial.run(snippet)


def test_a_sandbox_that_leaves_something_when_it_is_closed_is_complained_of() -> None:
    class Leaking(OpenSandbox):
        def close(self) -> None:
            LEFT.append(tempfile.TemporaryFile())  # noqa: SIM115 - that it stays open is the point

    with pytest.raises(ContractError, match="left behind"), Trial(Leaking, LIMITS):
        pass
    for thing in LEFT:
        assert isinstance(thing, io.IOBase)
        thing.close()
    LEFT.clear()


def test_a_host_takes_itself_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    before = tempfile.gettempdir()
    with Host() as host:
        host.require_untouched()
        assert host.file.read_text() == os.environ[SECRET_VARIABLE] == host.secret
        assert tempfile.gettempdir() != before
        pid = host.facts()["canary_pid"]
    assert tempfile.gettempdir() == before
    assert SECRET_VARIABLE not in os.environ
    assert not host.file.parent.exists()
    assert not Path(f"/proc/{pid}").exists()


def test_peak_memory_sees_what_was_given_back_since() -> None:
    memory = PeakMemory()
    data = b"x" * (48 << 20)
    del data
    assert 40 < memory.growth_mb < 200


def test_peak_memory_is_not_misled_by_memory_that_is_free_but_held() -> None:
    held = [bytes([number % 250]) * 100_000 for number in range(1000)]
    above = [bytes([number]) * 100_100 for number in range(10)]
    held.clear()
    memory = PeakMemory()
    data = b"x" * (48 << 20)
    del data
    assert 40 < memory.growth_mb < 200
    assert above


def test_eventually_waits_and_gives_up() -> None:
    started = time.monotonic()
    assert eventually(lambda: time.monotonic() > started + 0.05, 5.0)
    assert not eventually(lambda: False, 0.05)
