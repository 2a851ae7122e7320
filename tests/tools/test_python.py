import io
import os
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, redirect_stdout

import numpy as np
import pytest

from agentic_gym.errors import EpisodeEndedError, InfrastructureError, SandboxError, SandboxUnavailable
from agentic_gym.messages import Pixels
from agentic_gym.sandboxes import EmbeddedSandbox
from agentic_gym.sandboxes.base import Execution, Isolation, Outcome
from agentic_gym.sandboxes.session import EmbeddedSession
from agentic_gym.tools import EpisodePython, ImageStore, ToolContext, ToolOutput, python_tool
from agentic_gym.tools.base import PythonSession
from scripted_python import ScriptedPython

DYING = {
    "die()": Outcome.CRASHED,
    "exit()": Outcome.EXITED,
    "spin()": Outcome.KILLED_TIMEOUT,
    "grow()": Outcome.KILLED_MEMORY,
}


class FakeSession:
    """Runs cells in this process: for cells that a test wrote. Some words end it, as real code might."""

    def __init__(self, sandbox: "FakeSandbox", seed: int) -> None:
        self.sandbox = sandbox
        self.seed = seed
        self.variables: dict[str, object] = {}
        self.alive = True
        self.closed = 0

    def run(self, code: str, *, seconds: float | None = None) -> Execution:
        self._fail_when_told()
        self.sandbox.cells.append(code)
        if code in DYING:
            self.alive = False
            return Execution(DYING[code], error="It ended.")
        if code == "wait()":
            return Execution(Outcome.INTERRUPTED, error="It took too long.")
        printed = io.StringIO()
        try:
            with redirect_stdout(printed):
                exec(code, self.variables)
        except Exception as error:
            return Execution(Outcome.PYTHON_ERROR, printed.getvalue(), repr(error))
        return Execution(Outcome.OK, printed.getvalue())

    def put_images(self, images: Mapping[str, Pixels]) -> Execution:
        self._fail_when_told()
        self.sandbox.puts.append(list(images))
        if "hoard" in self.variables:
            self.alive = False
            return Execution(Outcome.KILLED_MEMORY, error="There was no room.")
        self.variables.update({name: pixels.shape for name, pixels in images.items()})
        return Execution(Outcome.OK)

    def close(self) -> None:
        self.alive = False
        self.closed += 1

    def _fail_when_told(self) -> None:
        if self.sandbox.failures:
            self.sandbox.failures -= 1
            raise SandboxError("the wire broke")


class FakeSandbox:
    """Opens fake sessions; `failures` of the next calls to a session fail."""

    def __init__(self) -> None:
        self.sessions: list[FakeSession] = []
        self.cells: list[str] = []
        self.puts: list[list[str]] = []
        self.failures = 0
        self.available = True

    def open(self, *, seed: int) -> FakeSession:
        if not self.available:
            raise SandboxUnavailable("no isolation here")
        self.sessions.append(FakeSession(self, seed))
        return self.sessions[-1]

    def isolation(self) -> Isolation:
        return Isolation("fake")

    def close(self) -> None:
        for session in self.sessions:
            session.close()


@pytest.fixture
def sandbox() -> FakeSandbox:
    return FakeSandbox()


@pytest.fixture
def images() -> ImageStore:
    store = ImageStore(longest_side=10)
    store.add(np.zeros((20, 30, 3), np.uint8))
    return store


@pytest.fixture
def python(sandbox: FakeSandbox, images: ImageStore) -> EpisodePython:
    return EpisodePython(sandbox, images, seed=5)


def test_nothing_starts_before_the_first_call(sandbox: FakeSandbox, python: EpisodePython) -> None:
    session: PythonSession = python
    assert (sandbox.sessions, python.isolation) == ([], Isolation())
    session.run("pass")
    assert (len(sandbox.sessions), python.isolation.level) == (1, "fake")


def test_variables_and_images_are_there(
    sandbox: FakeSandbox, images: ImageStore, python: EpisodePython
) -> None:
    python.run("a = image_1; image_1 = 'mine'")
    images.add(np.zeros((5, 6, 3), np.uint8))
    images.add(np.zeros((7, 8, 3), np.uint8))
    assert (
        python.run("print(a, image_1, image_2, image_3)").output == "(20, 30, 3) mine (5, 6, 3) (7, 8, 3)\n"
    )
    assert sandbox.puts == [["image_1"], ["image_2", "image_3"]]


def test_pictures_that_the_session_cannot_take_are_the_codes_doing(
    sandbox: FakeSandbox, images: ImageStore, python: EpisodePython
) -> None:
    python.run("hoard = 1")
    images.add(np.zeros((5, 6, 3), np.uint8))
    execution = python.run("hoard")
    assert (execution.outcome, execution.error) == (Outcome.KILLED_MEMORY, "There was no room.")
    assert python.run("print(image_1, image_2)").output == "(20, 30, 3) (5, 6, 3)\n", "afresh, and all there"
    assert len(sandbox.sessions) == 2


@pytest.mark.parametrize(("cell", "outcome"), DYING.items())
def test_after_its_end_a_fresh_session_has_the_images_and_no_variables(
    sandbox: FakeSandbox, python: EpisodePython, cell: str, outcome: Outcome
) -> None:
    python.run("a = 1")
    assert python.run(cell).outcome is outcome
    assert sandbox.sessions[0].closed == 1
    assert python.run("print(image_1)").output == "(20, 30, 3)\n"
    assert "NameError" in python.run("a").error
    assert sandbox.cells == ["a = 1", cell, "print(image_1)", "a"]


def test_each_start_has_its_own_seed_and_the_same_in_every_run(images: ImageStore) -> None:
    def seeds(seed: int) -> list[int]:
        sandbox = FakeSandbox()
        python = EpisodePython(sandbox, images, seed=seed)
        for _ in range(3):
            python.run("die()")
        return [session.seed for session in sandbox.sessions]

    assert seeds(5) == seeds(5)
    assert len({*seeds(5), *seeds(6), *seeds(2**63 - 1)}) == 9
    assert all(0 <= seed < 2**32 for seed in seeds(2**63 - 1)), "what numpy.random.seed takes"


def test_a_lost_session_is_restored_in_silence(
    sandbox: FakeSandbox, images: ImageStore, python: EpisodePython
) -> None:
    python.run("a = [1]; print('once')")
    python.run("a.append(2); image_2 = 'mine'; oops")
    python.run("wait()")
    images.add(np.zeros((5, 6, 3), np.uint8))
    python.run("image_1 = 'mine'")
    sandbox.failures = 1
    execution = python.run("print(a, image_1, image_2)")
    assert execution.output == "[1, 2] mine (5, 6, 3)\n"
    assert [session.closed for session in sandbox.sessions] == [1, 0]
    assert sandbox.sessions[0].seed == sandbox.sessions[1].seed, "so that random numbers come out the same"
    assert "wait()" not in sandbox.cells[4:], "a cell over its limit is not waited for again"
    assert python.run("print(a)").output == "[1, 2]\n"
    assert len(sandbox.sessions) == 2


def test_a_session_found_dead_is_restored(sandbox: FakeSandbox, python: EpisodePython) -> None:
    python.run("a = 1")
    sandbox.sessions[0].alive = False
    assert python.run("print(a, image_1)").output == "1 (20, 30, 3)\n"


def test_when_the_lost_cells_end_the_fresh_session_too_the_agent_is_told(
    sandbox: FakeSandbox, python: EpisodePython, monkeypatch: pytest.MonkeyPatch
) -> None:
    python.run("a = 1")
    sandbox.sessions[0].alive = False
    monkeypatch.setitem(DYING, "a = 1", Outcome.CRASHED)
    execution = python.run("print(a)")
    assert execution.outcome is Outcome.CRASHED
    assert "could not be restored, so this code was not run" in execution.error
    assert [session.alive for session in sandbox.sessions] == [False, False]
    assert python.run("print(image_1)").outcome is Outcome.OK


def test_a_sandbox_that_fails_twice_is_infrastructure_and_may_be_asked_again(
    sandbox: FakeSandbox, python: EpisodePython
) -> None:
    python.run("a = 1")
    sandbox.failures = 2
    with pytest.raises(InfrastructureError, match="failed twice in a row: the wire broke"):
        python.run("print(a)")
    assert not any(session.alive for session in sandbox.sessions)
    assert python.run("print(a)").output == "1\n"


def test_without_isolation_nothing_runs(sandbox: FakeSandbox, python: EpisodePython) -> None:
    sandbox.available = False
    with pytest.raises(SandboxUnavailable):
        python.run("1")


def test_close_ends_the_session_and_nothing_runs_after_it(
    sandbox: FakeSandbox, python: EpisodePython
) -> None:
    python.run("a = 1")
    python.close()
    python.close()
    assert sandbox.sessions[0].closed == 1
    assert python.isolation.level == "fake", "how the code ran is known after the end too"
    with pytest.raises(EpisodeEndedError):
        python.run("a")


def test_an_interrupted_restoration_leaves_no_session(
    sandbox: FakeSandbox, python: EpisodePython, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: FakeSession, images: Mapping[str, Pixels]) -> None:
        raise KeyboardInterrupt

    python.run("a = 1")
    sandbox.sessions[0].alive = False
    with monkeypatch.context() as patched:
        patched.setattr(FakeSession, "put_images", interrupt)
        with pytest.raises(KeyboardInterrupt):
            python.run("a")
    assert not any(session.alive for session in sandbox.sessions)


def test_with_the_embedded_sandbox(images: ImageStore) -> None:
    with closing(EmbeddedSandbox()) as sandbox, closing(EpisodePython(sandbox, images, seed=5)) as python:
        drawn = python.run("import random; a = image_1.size, random.random(); a").output
        assert drawn.startswith("((30, 20), 0.")
        sandbox.close()
        assert python.run("a").output == drawn, "every session was lost, and this one restored"
        assert python.run("import os; os._exit(3)").outcome is Outcome.EXITED
        assert "NameError" in python.run("a").error
        assert python.run("image_1.size").output == "(30, 20)\n"


def kill_session(sandbox: EmbeddedSandbox, python: EpisodePython) -> None:
    assert isinstance(python._session, EmbeddedSession)
    os.kill(python._session.pid, signal.SIGKILL)


def kill_fork_server(sandbox: EmbeddedSandbox, python: EpisodePython) -> None:
    assert sandbox._running is not None
    os.kill(sandbox._running.server.pid, signal.SIGKILL)


@pytest.mark.parametrize("kill", [kill_session, kill_fork_server])
def test_what_is_killed_from_outside_is_restored_with_its_state(
    images: ImageStore, kill: Callable[[EmbeddedSandbox, EpisodePython], None]
) -> None:
    with closing(EmbeddedSandbox()) as sandbox, closing(EpisodePython(sandbox, images, seed=5)) as python:
        python.run("import random\nopen('f', 'w').write('kept')\nx = random.random()")
        python.run("y = image_1.size\n1 / 0")
        before = python.run("x, y, open('f').read()").output
        kill(sandbox, python)
        execution = python.run("x, y, open('f').read()")
        assert (execution.outcome, execution.output) == (Outcome.OK, before)
        assert "'kept'" in before


@pytest.mark.parametrize("kill", [kill_session, kill_fork_server])
def test_what_is_killed_from_outside_while_a_cell_runs_is_restored_too(
    images: ImageStore, kill: Callable[[EmbeddedSandbox, EpisodePython], None]
) -> None:
    with closing(EmbeddedSandbox()) as sandbox, closing(EpisodePython(sandbox, images, seed=5)) as python:
        python.run("x = 41")
        killer = threading.Timer(0.3, kill, (sandbox, python))
        killer.start()
        execution = python.run("import time\ntime.sleep(1)\nx += 1\nx")
        killer.join()
        assert (execution.outcome, execution.output) == (Outcome.OK, "42\n"), "the cell took effect once"


PICTURE = np.zeros((2, 2, 3), np.uint8)
GONE = (
    "The Python session was stopped, so its variables are gone. The next call starts a fresh one; "
    "the images are there again."
)


@pytest.mark.parametrize(
    ("execution", "output"),
    [
        (Execution(Outcome.OK, "1\n2\n"), ToolOutput("1\n2", detail="ok")),
        (Execution(Outcome.OK), ToolOutput("The code ran and printed nothing.", detail="ok")),
        (
            Execution(Outcome.PYTHON_ERROR, "1\n", "NameError: a"),
            ToolOutput("1\nNameError: a", failed=True, detail="python_error"),
        ),
        (
            Execution(Outcome.INTERRUPTED, "", "Over 10 s."),
            ToolOutput(
                "Over 10 s.\nThe code was stopped; the session and its variables are kept.",
                failed=True,
                detail="interrupted",
            ),
        ),
        (
            Execution(Outcome.KILLED_MEMORY, "1\n", "Over 1024 MB."),
            ToolOutput(f"1\nOver 1024 MB.\n{GONE}", failed=True, detail="killed_memory"),
        ),
        (Execution(Outcome.EXITED), ToolOutput(GONE, failed=True, detail="exited")),
    ],
)
def test_the_tool_tells_how_the_code_ended(
    context: ToolContext, scripted_python: ScriptedPython, execution: Execution, output: ToolOutput
) -> None:
    scripted_python.execution = execution
    assert python_tool()(context, {"code": "f()"}) == output
    assert scripted_python.codes == ["f()"]


def test_the_tool_gives_pictures_back(context: ToolContext, scripted_python: ScriptedPython) -> None:
    scripted_python.execution = Execution(Outcome.OK, images=(PICTURE, PICTURE))
    output = python_tool()(context, {"code": "show()"})
    assert output.text == ""
    assert [pixels.shape for pixels in output.images] == [(2, 2, 3)] * 2
