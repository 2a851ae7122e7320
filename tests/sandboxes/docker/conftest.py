"""A real engine for the tests, and a Podman beside it: started by `scripts/docker-engine`, ended afterwards.

They need root, Docker, Podman and debootstrap (`scripts/docker-engine install`). Where they cannot be started
the tests fail, unless AGENTIC_GYM_SKIP_DOCKER=1 says that they are not wanted here. AGENTIC_GYM_ROOTFS names
the image's file system as `image/make-rootfs` wrote it; else it is made once, in the temporary folder.
AGENTIC_GYM_TEST_DOCKER and AGENTIC_GYM_TEST_PODMAN name engines that run already and have the image.
"""

import dataclasses
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import pytest

import sandbox_levels
from agentic_gym.sandboxes.docker import DockerSandbox, DockerSession, Engine
from agentic_gym.sandboxes.docker.build import import_rootfs

LIMITS = dataclasses.replace(sandbox_levels.LIMITS, seconds=10.0, grace_seconds=0.5)
SCRIPT = Path(__file__).parents[3] / "scripts" / "docker-engine"
RUNTIME_OF_ANOTHER_NAME = "--add-runtime=runsc=/usr/sbin/runc"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    unwanted = os.environ.get("AGENTIC_GYM_SKIP_DOCKER") == "1"
    for item in items:
        if here in item.path.parents and {"docker_url", "podman_url", "engine_url"} & set(
            getattr(item, "fixturenames", ())
        ):
            item.add_marker(pytest.mark.docker)
            if unwanted:
                item.add_marker(pytest.mark.skip(reason="AGENTIC_GYM_SKIP_DOCKER=1"))


def command(*arguments: str | Path, seconds: float = 900) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=seconds)
    if done.returncode:
        pytest.fail(
            f"{' '.join(map(str, arguments))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}", pytrace=False
        )
    return done.stdout.strip()


@pytest.fixture(scope="session")
def rootfs() -> Path:
    default = Path(tempfile.gettempdir()) / "agentic-gym-image" / "rootfs.tar"
    archive = Path(os.environ.get("AGENTIC_GYM_ROOTFS", default))
    if not archive.exists():
        script = str(resources.files("agentic_gym.sandboxes.docker") / "image" / "make-rootfs")
        command("env", f"PYTHON={sys.executable}", "bash", script, archive)
    return archive


def _engine(kind: str, rootfs: Path, *options: str) -> Iterator[str]:
    if running := os.environ.get(f"AGENTIC_GYM_TEST_{kind.upper()}"):
        yield running
        return
    # A path that is short enough for a socket.
    with tempfile.TemporaryDirectory(prefix="engine-", ignore_cleanup_errors=True) as folder:
        url = command("bash", SCRIPT, "start", kind, folder, *options)
        try:
            engine = Engine(url)
            import_rootfs(engine, rootfs)
            engine.close()
            yield url
        finally:
            command("bash", SCRIPT, "stop", folder)


@pytest.fixture(scope="session")
def docker_url(rootfs: Path) -> Iterator[str]:
    yield from _engine("docker", rootfs, RUNTIME_OF_ANOTHER_NAME)


@pytest.fixture(scope="session")
def podman_url(rootfs: Path) -> Iterator[str]:
    yield from _engine("podman", rootfs)


@pytest.fixture(scope="session", params=["docker", "podman"])
def engine_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def engine(engine_url: str) -> Iterator[Engine]:
    """To ask what a sandbox does not tell."""
    engine = Engine(engine_url)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def sandbox(engine_url: str) -> Iterator[DockerSandbox]:
    sandbox = DockerSandbox(LIMITS, engine=engine_url, pool=1)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def shared(sandbox: DockerSandbox) -> Iterator[DockerSession]:
    """A session for tests that leave it alive."""
    session = sandbox.open(seed=7)
    yield session
    session.close()


@pytest.fixture
def session(sandbox: DockerSandbox) -> Iterator[DockerSession]:
    """A session for a test that may end it."""
    session = sandbox.open(seed=7)
    yield session
    session.close()


@pytest.fixture
def containers(engine: Engine) -> Callable[[], set[str]]:
    """Asks for every container that the engine knows, also one that has ended."""

    def ask() -> set[str]:
        with engine.doing("list its containers") as client:
            return {entry["Id"] for entry in client.containers(all=True)}

    return ask
