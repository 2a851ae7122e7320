"""Real vLLM servers for tests: started by `scripts/vllm-server`, and ended with the test that needed them."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

FOLDER = os.environ.get("VLLM_SERVER")
"""Where vLLM is installed; `scripts/vllm-server test` sets it."""
MODEL = "served"
"""The model's name on every server."""
_SCRIPT = Path(__file__).parents[2] / "scripts" / "vllm-server"
_START_SECONDS = 540


@dataclass(frozen=True)
class Server:
    """A server that answers.

    Attributes:
        url: its base address.
        process: leads the session of all its processes.
    """

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Ends it as a lack of memory would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serve(model: Path, log: Path, *options: str, dev_mode: bool = True) -> Iterator[Server]:
    """A server of a model's folder, within the block.

    Args:
        model: the folder.
        log: what the server says goes there.
        options: of vLLM.
        dev_mode: whether it takes weights.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [str(_SCRIPT), "start", str(FOLDER), str(model), port, "--served-model-name", MODEL, *options]
    environment = {**os.environ, "VLLM_SERVER_DEV_MODE": str(int(dev_mode))}
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, env=environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _await_health(process, f"http://127.0.0.1:{port}/health", log)
        yield Server(f"http://127.0.0.1:{port}/v1", process)
    finally:
        _end(process)


def _await_health(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended while it started:\n{log.read_text()[-4000:]}")
        with suppress(httpx.TransportError):
            if httpx.get(url).status_code == 200:
                return
        time.sleep(1)
    raise RuntimeError(f"the server did not answer in {_START_SECONDS} s:\n{log.read_text()[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the server with its engine, which are a session of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(30)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answered(base_url: str) -> int:
    """How many requests for text a server has answered."""
    return _metric(base_url, "request_success_total")


def running(base_url: str) -> int:
    """How many it is answering."""
    return _metric(base_url, "num_requests_running")


def _metric(base_url: str, name: str) -> int:
    text = httpx.get(f"{base_url.removesuffix('/v1')}/metrics").text
    return int(sum(map(float, re.findall(rf"^vllm:{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE))))
