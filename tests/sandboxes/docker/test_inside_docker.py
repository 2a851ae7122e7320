"""The level `landlock` inside a container as Docker makes it by default: its filter, its capabilities, root.

This is where a trainer on a cluster runs. User namespaces are refused there, which `auto` has to find out.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentic_gym.sandboxes.docker import IMAGE, Engine

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(1500)]

ROOT = Path(__file__).parents[3]
SECONDS = 1200
SETTINGS = ["PYTHONPATH=/work:/work/envs:/packages", "PYTHONDONTWRITEBYTECODE=1", "OPENBLAS_NUM_THREADS=1"]
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
LEVEL = "from agentic_gym.sandboxes import EmbeddedSandbox; print(EmbeddedSandbox().isolation().level)"
CORPUS = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "", "-k", "landlock")


class DefaultContainer:
    """Runs the image's Python on this checkout, with what Docker grants where nothing is said."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.binds = [f"{ROOT}:/work:ro"]

    def python(self, *arguments: str) -> str:
        config = {
            "Image": IMAGE,
            "Entrypoint": ["python3", *arguments],
            "WorkingDir": "/work",
            "Env": SETTINGS,
            # The engine of the tests has no network to offer. The image's /tmp is a link to the tmpfs.
            "HostConfig": {"NetworkMode": "none", "Binds": self.binds, "Tmpfs": {"/workspace": "mode=1777"}},
        }
        with self.engine.doing("run a container") as client:
            container = client.create_container_from_config(config)["Id"]
            try:
                client.start(container)
                status = client.wait(container, timeout=SECONDS)["StatusCode"]
                told: str = client.logs(container).decode()
            finally:
                client.remove_container(container, force=True)
        assert status == 0, told[-5000:]
        return told.strip()


@pytest.fixture(scope="module")
def container(docker_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DefaultContainer]:
    """With what this package and its tests need, for the image's Python."""
    engine = Engine(docker_url)
    container = DefaultContainer(engine)
    version = container.python("-c", VERSION)
    packages = tmp_path_factory.mktemp("inside") / "packages"
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pip = (sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile")
    target = ("--only-binary=:all:", "--python-version", version, "--target", str(packages))
    subprocess.run([*pip, *target, *wanted, "pytest", "pytest-timeout", "hypothesis"], check=True)
    packages.chmod(0o755)
    container.binds.append(f"{packages}:/packages:ro")
    yield container
    engine.close()


def test_auto_finds_landlock(container: DefaultContainer) -> None:
    assert container.python("-c", LEVEL) == "landlock"


def test_the_whole_corpus_and_the_contract(container: DefaultContainer) -> None:
    told = container.python(*CORPUS, "tests/sandboxes/test_corpus.py")
    assert "skipped" not in told
    assert int(told.splitlines()[-1].split()[0]) > 100
