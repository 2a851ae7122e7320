"""Containers as such: how they are locked up, kept ready, and removed."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agentic_gym.errors import ConfigurationError, SandboxError, SandboxUnavailable
from agentic_gym.sandboxes import Limits, Outcome
from agentic_gym.sandboxes.docker import IMAGE, DockerSandbox, DockerSession, Engine, remove_orphans
from agentic_gym.sandboxes.docker import container as container_module
from agentic_gym.testing.host import eventually

pytestmark = pytest.mark.docker

Containers = Callable[[], set[str]]
LIMITS = Limits(memory_mb=256, disk_mb=8, files=50)
SECONDS = 30.0
"""Within which an engine under load has done what it was asked for."""


def inspect(engine: Engine, session: DockerSession) -> dict[str, Any]:
    with engine.doing("inspect a container") as client:
        told: dict[str, Any] = client.inspect_container(session.container)
    return told


@pytest.fixture
def trainer(engine_url: str, tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts another process that opens a session and does as it is told; killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(body: str) -> subprocess.Popen[str]:
        script = tmp_path / "trainer.py"
        script.write_text(
            "import os, sys, threading, time\n"
            "from agentic_gym.sandboxes.docker import DockerSandbox\n"
            f"sandbox = DockerSandbox(engine={engine_url!r}, pool=1)\n" + textwrap.dedent(body)
        )
        path = os.pathsep.join(entry for entry in sys.path if entry)
        process = subprocess.Popen(
            [sys.executable, str(script)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


class TestIsolation:
    def test_every_layer_holds(self, sandbox: DockerSandbox) -> None:
        isolation = sandbox.isolation()
        assert isolation.level == "docker"
        missing = {layer.name for layer in isolation.layers if not layer.active}
        podman = "podman" in isolation.layers[0].probe
        assert missing == ({"files limit"} if podman else set())
        assert all(layer.remedy for layer in isolation.layers if not layer.active)

    def test_the_worker_as_the_kernel_sees_it_from_outside(
        self, shared: DockerSession, engine: Engine
    ) -> None:
        first = inspect(engine, shared)["State"]["Pid"]
        worker = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        assert len(worker) == 1
        for pid in (str(first), *worker):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
            assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
            assert status["NoNewPrivs"] == "1"
            assert status["Seccomp"] == "2"
            assert status["Uid"].split() == ["65534"] * 4
            for kind in ("net", "pid", "mnt", "ipc", "uts"):
                assert os.readlink(f"/proc/{pid}/ns/{kind}") != os.readlink(f"/proc/self/ns/{kind}")

    @pytest.mark.parametrize(
        "code",
        [
            "import socket\nsocket.create_connection(('127.0.0.1', 1))",
            "import socket\nsocket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')",
            "import urllib.request\nurllib.request.urlopen('http://192.0.2.1', timeout=2)",
        ],
    )
    def test_no_network(self, shared: DockerSession, code: str) -> None:
        started = time.monotonic()
        execution = shared.run(code)
        assert execution.outcome is Outcome.PYTHON_ERROR
        assert "Operation not permitted" in execution.error
        assert time.monotonic() - started < 2

    def test_a_canary_is_neither_seen_nor_touched(self, shared: DockerSession, tmp_path: Path) -> None:
        canary = tmp_path / "canary"
        canary.write_text("alive")
        code = f"import os\nprint(os.path.exists({str(canary)!r}))\nopen({str(canary)!r}, 'w').write('dead')"
        assert shared.run(code).output == "False\n"
        assert canary.read_text() == "alive"

    @pytest.mark.parametrize(
        "path", ["/proc/1/environ", "/proc/self/mountinfo", "/sys/kernel", "/dev/mem", "/etc/../root"]
    )
    def test_facts_of_the_machine_are_not_read(self, shared: DockerSession, path: str) -> None:
        code = f"import os\nopen({path!r}).read() if not os.path.isdir({path!r}) else os.listdir({path!r})"
        assert shared.run(code).outcome is Outcome.PYTHON_ERROR

    def test_the_code_of_the_worker_cannot_be_imported(self, shared: DockerSession) -> None:
        assert "ModuleNotFoundError" in shared.run("import agentic_gym").error

    def test_sessions_do_not_see_each_other(self, sandbox: DockerSandbox, shared: DockerSession) -> None:
        shared.run("secret = 1\nopen('secret.txt', 'w').write('x')")
        other = sandbox.open(seed=0)
        assert other.run("secret").outcome is Outcome.PYTHON_ERROR
        assert other.run("import os\nos.listdir()").output == "[]\n"
        other.close()

    def test_a_container_out_of_memory(self, engine_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The limit of the process comes first, unless the container's is the smaller one."""
        monkeypatch.setattr(container_module, "OVERHEAD_MB", -700)
        sandbox = DockerSandbox(Limits(memory_mb=800), engine=engine_url, pool=0)
        session = sandbox.open(seed=0)
        execution = session.run("print('before')\nx = [bytearray(b'x' * (1 << 20)) for _ in range(700)]")
        assert execution.outcome is Outcome.KILLED_MEMORY
        assert execution.output == "before\n"
        sandbox.close()


class TestPool:
    def test_containers_wait_and_are_never_used_again(self, engine_url: str, containers: Containers) -> None:
        before = containers()
        sandbox = DockerSandbox(LIMITS, engine=engine_url, pool=2)
        first = sandbox.open(seed=0)
        assert eventually(lambda: len(containers() - before) == 3, SECONDS)
        used = {first.container}
        for _ in range(3):
            session = sandbox.open(seed=0)
            assert session.container not in used
            used.add(session.container)
            session.close()
        first.close()
        assert not used & containers()
        sandbox.close()
        assert containers() <= before

    def test_one_that_died_while_it_waited_is_not_given_out(
        self, engine_url: str, engine: Engine, containers: Containers
    ) -> None:
        before = containers()
        sandbox = DockerSandbox(LIMITS, engine=engine_url, pool=1)
        used = sandbox.open(seed=0)
        assert eventually(lambda: len(containers() - before - {used.container}) == 1, SECONDS)
        time.sleep(2)  # it is in the pool once its libraries are loaded
        for waiting in containers() - before - {used.container}:
            engine.remove(waiting)
        assert sandbox.open(seed=0).run("1").output == "1\n"
        sandbox.close()

    def test_a_closed_sandbox_may_be_used_anew(self, engine_url: str) -> None:
        sandbox = DockerSandbox(LIMITS, engine=engine_url, pool=0)
        sandbox.open(seed=0)
        sandbox.close()
        sandbox.close()
        assert sandbox.open(seed=0).run("1").output == "1\n"
        sandbox.close()

    @pytest.mark.parametrize("options", [{"pool": -1}, {"max_age_seconds": 0}])
    def test_numbers_that_cannot_be(self, engine_url: str, options: dict[str, int]) -> None:
        with pytest.raises(ConfigurationError, match="pool >= 0"):
            DockerSandbox(engine=engine_url, **options)


class TestLeavesNothing:
    def test_a_busy_container_ends_with_its_killed_trainer(
        self, trainer: Callable[[str], subprocess.Popen[str]], containers: Containers
    ) -> None:
        before = containers()
        process = trainer(
            """
            session = sandbox.open(seed=0)
            time.sleep(2)
            print(session.container, flush=True)
            session.run("import signal\\nsignal.signal(2, signal.SIG_IGN)\\nwhile True: pass", seconds=600)
            """
        )
        assert process.stdout
        busy = process.stdout.readline().strip()
        assert busy in containers()
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        assert eventually(lambda: containers() <= before, SECONDS)

    def test_what_a_killed_trainer_created_and_never_started_is_reaped(
        self, trainer: Callable[[str], subprocess.Popen[str]], containers: Containers, engine: Engine
    ) -> None:
        process = trainer(
            """
            from agentic_gym.sandboxes.docker import sandbox as module
            engine = sandbox._engine
            from agentic_gym.sandboxes.docker.owner import labels
            config = {"Image": module.IMAGE, "Labels": labels(60.0), "Cmd": ["true"]}
            with engine.doing("create") as client:
                print(client.create_container_from_config(config)["Id"], flush=True)
            time.sleep(600)
            """
        )
        assert process.stdout
        created = process.stdout.readline().strip()
        assert created not in remove_orphans(engine)
        assert created in containers()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert remove_orphans(engine) == [created]
        assert created not in containers()

    def test_an_old_container_ends_itself(self, engine_url: str, containers: Containers) -> None:
        sandbox = DockerSandbox(LIMITS, engine=engine_url, pool=0, max_age_seconds=1.0)
        session = sandbox.open(seed=0)
        with pytest.raises(SandboxError):
            session.run("import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass", seconds=30)
        assert eventually(lambda: session.container not in containers(), SECONDS)
        sandbox.close()

    def test_a_forked_process_opens_its_own_and_leaves_its_parents(self, engine_url: str) -> None:
        sandbox = DockerSandbox(LIMITS, engine=engine_url, pool=1)
        session = sandbox.open(seed=0)
        session.run("x = 5")
        child = os.fork()
        if not child:
            status = 1
            try:
                own = sandbox.open(seed=1)
                status = 0 if own.run("1").output == "1\n" and not session.alive else 2
                sandbox.close()
            finally:
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0
        assert session.run("x").output == "5\n"
        assert sandbox.open(seed=2).run("1").output == "1\n"
        sandbox.close()

    def test_no_descriptors_are_left(self, engine_url: str) -> None:
        sandbox = DockerSandbox(LIMITS, engine=engine_url, pool=0)
        sandbox.open(seed=0).close()
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(2):
            session = sandbox.open(seed=0)
            session.run("1")
            session.close()
        sandbox.open(seed=0).run("import os\nos._exit(1)")
        assert len(os.listdir("/proc/self/fd")) <= before
        sandbox.close()

    def test_an_engine_that_was_asked_keeps_no_connection(self, engine_url: str) -> None:
        before = len(os.listdir("/proc/self/fd"))
        engine = Engine(engine_url)
        engine.check(IMAGE)
        with pytest.raises(SandboxUnavailable):
            engine.check("no-such-image:3")
        assert len(os.listdir("/proc/self/fd")) == before


class TestEngines:
    def test_a_runtime_is_passed_on(self, docker_url: str) -> None:
        sandbox = DockerSandbox(LIMITS, engine=docker_url, pool=0, runtime="runsc")
        session = sandbox.open(seed=0)
        engine = Engine(docker_url)
        assert inspect(engine, session)["HostConfig"]["Runtime"] == "runsc"
        engine.close()
        sandbox.close()

    def test_a_runtime_that_is_not_there(self, docker_url: str) -> None:
        with pytest.raises(SandboxUnavailable, match="kata"):
            DockerSandbox(LIMITS, engine=docker_url, runtime="kata").open(seed=0)

    def test_an_image_that_is_not_there(self, engine_url: str) -> None:
        with pytest.raises(SandboxUnavailable, match="docker pull no-such-image:3"):
            DockerSandbox(engine=engine_url, image="no-such-image:3").open(seed=0)

    def test_an_image_without_python(self, docker_url: str) -> None:
        engine = Engine(docker_url)
        with engine.doing("import an image") as client:
            client.import_image_from_data(bytes(10240), repository="empty", tag="1")
        engine.close()
        with pytest.raises(SandboxUnavailable, match="python3"):
            DockerSandbox(engine=docker_url, image="empty:1").open(seed=0)

    def test_the_environment_names_the_engine(self, docker_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DOCKER_HOST", docker_url)
        sandbox = DockerSandbox(LIMITS, pool=0)
        assert sandbox.open(seed=0).run("1").output == "1\n"
        sandbox.close()
