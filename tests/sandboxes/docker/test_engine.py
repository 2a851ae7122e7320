"""What is said where there is no engine, or one that will not do."""

import builtins
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from agentic_gym.errors import SandboxUnavailable
from agentic_gym.sandboxes.docker import DockerSandbox


class VfsEngine(BaseHTTPRequestHandler):
    """Answers as an engine whose storage driver is vfs, without the image."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        known = {
            "/version": {"ApiVersion": "1.41", "Version": "20.10"},
            "/v1.41/version": {},
            "/v1.41/info": self.info,
        }
        body = json.dumps(known.get(path, {"message": "no such image"})).encode()
        self.send_response(200 if path in known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    info = {"Driver": "vfs"}

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Overlay2Engine(VfsEngine):
    """The same with a better driver."""

    info = {"Driver": "overlay2"}


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), request.param)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"tcp://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("engine", [VfsEngine], indirect=True)
def test_vfs_is_refused(engine: str) -> None:
    with pytest.raises(SandboxUnavailable, match=r'"storage-driver": "overlay2"'):
        DockerSandbox(engine=engine).open(seed=0)


@pytest.mark.parametrize("engine", [Overlay2Engine], indirect=True)
def test_a_missing_image_is_named_with_the_command_that_builds_it(engine: str) -> None:
    with pytest.raises(
        SandboxUnavailable, match=r"agentic-gym-sandbox:1.*python -m agentic_gym.sandboxes.docker.build"
    ):
        DockerSandbox(engine=engine).open(seed=0)


def test_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(SandboxUnavailable, match="none.sock.*systemctl start docker"):
        DockerSandbox().open(seed=0)
    with pytest.raises(SandboxUnavailable, match="DOCKER_HOST=unix"):
        DockerSandbox().isolation()


def test_ssh_is_refused_with_a_way_around_it() -> None:
    with pytest.raises(SandboxUnavailable, match="ssh -nNT -L"):
        DockerSandbox(engine="ssh://user@host")


def test_no_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = builtins.__import__

    def without_docker(name: str, *arguments: object) -> ModuleType:
        if name == "docker":
            raise ImportError(name)
        return ordinary(name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_docker)
    with pytest.raises(SandboxUnavailable, match=r"pip install 'agentic-gym\[docker\]'"):
        DockerSandbox()
