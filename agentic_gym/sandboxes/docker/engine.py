"""The container engine: how it is reached, what it must be able to do, and what to type where it cannot."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from agentic_gym.errors import SandboxError, SandboxUnavailable

IMAGE: Final = "agentic-gym-sandbox:1"
"""The image of `image/Dockerfile`. The number counts changes of that recipe, not of this package."""

BUILD: Final = "python -m agentic_gym.sandboxes.docker.build"

_DEFAULT: Final = "unix:///var/run/docker.sock"
_ANSWER_SECONDS: Final = 60
_ANY_VERSION: Final = "1.40"
"""Of the API: the question for its version is the same in all."""
_ERROR_CHARS: Final = 600
_PATIENCE: Final = (0.1, 0.5)
"""Seconds before each further attempt to remove a container."""
_NO_SDK: Final = "the sandbox level 'docker' needs the Docker SDK: pip install 'agentic-gym[docker]'"
_NO_ENGINE: Final = (
    "no container engine answers at {url}: {error}. Remedy: start one (systemctl start docker, or "
    "systemctl start podman.socket), let this user reach its socket (usermod -aG docker USER), or name "
    "another with DOCKER_HOST=unix:///PATH or tcp://HOST:PORT"
)
_NO_SSH: Final = (
    "DOCKER_HOST={url!r}: streams over ssh:// are not supported. Forward the engine's socket instead: "
    "ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock USER@HOST, then DOCKER_HOST=unix:///tmp/engine.sock"
)
_VFS: Final = (
    "the container engine stores images with the driver 'vfs', which copies the whole image for every "
    'container and takes 20 s each. Remedy: {{"storage-driver": "overlay2"}} in /etc/docker/daemon.json '
    '(Podman: driver = "overlay" in storage.conf), restart the engine, and build the image again: {build}'
)
_NO_IMAGE: Final = "the image {image!r} is not there. Remedy: {build}"
_NO_IMAGE_OF_YOURS: Final = (
    "the image {image!r} is not there. Remedy: docker pull {image}, or docker build it"
)


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What an engine says of itself.

    Attributes:
        name: `docker` or `podman`.
        version: as it numbers its releases.
        driver: of its storage.
        runtime: what it starts containers with where it is told nothing else.
        cores: processors of its machine.
    """

    name: str
    version: str
    driver: str
    runtime: str
    cores: int


def sdk() -> ModuleType:
    """The Docker SDK, imported when it is first needed.

    Raises:
        SandboxUnavailable: it is not installed.
    """
    try:
        import docker
    except ImportError as error:
        raise SandboxUnavailable(_NO_SDK) from error
    module: ModuleType = docker
    return module


class Engine:
    """An engine's API. Threads may share it: whoever does something borrows a client for as long as it takes.

    Attributes:
        url: where it listens.
        here: whether it runs on this machine, and sees its files.
    """

    def __init__(self, url: str | None = None) -> None:
        """Connects to nothing yet.

        Args:
            url: where it listens; else `DOCKER_HOST`, else Docker's usual socket.

        Raises:
            SandboxUnavailable: no Docker SDK, or an address of a kind that cannot carry streams.
        """
        environment = dict(os.environ) | ({"DOCKER_HOST": url} if url else {})
        self._sdk = sdk()
        self._errors: tuple[type[Exception], ...] = (self._sdk.errors.DockerException, OSError)
        self.url = environment.get("DOCKER_HOST") or _DEFAULT
        self.here = self.url.startswith(("unix://", "http+unix://"))
        if self.url.startswith("ssh://"):
            raise SandboxUnavailable(_NO_SSH.format(url=self.url))
        self._environment = environment
        self._version = ""
        self._lock = threading.Lock()
        self._idle: list[Any] = []

    @contextmanager
    def doing(self, what: str) -> Iterator[Any]:
        """Lends a `docker.APIClient`; a failure becomes a `SandboxError` that says what was being done.

        Raises:
            SandboxUnavailable: no engine answers at all.
        """
        client = self._borrow()
        try:
            yield client
        except self._errors as error:
            raise SandboxError(f"the container engine could not {what}: {_told(error)}") from error
        finally:
            if self.here:
                client.close()  # else the SDK keeps a connection for each address it ever asked for
            with self._lock:
                self._idle.append(client)

    def close(self) -> None:
        """Closes the connections that nobody uses. The next call opens a new one."""
        with self._lock:
            idle, self._idle = self._idle, []
        for client in idle:
            client.close()

    def forget(self) -> None:
        """In a forked process: the connections are the parent's."""
        self._lock = threading.Lock()
        self.close()

    def _borrow(self) -> Any:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            self._knock()
            if not self._version:
                with closing(self._connect(_ANY_VERSION)) as client:
                    self._version = client.version(api_version=False)["ApiVersion"]
            return self._connect(self._version)
        except self._errors as error:
            raise SandboxUnavailable(_NO_ENGINE.format(url=self.url, error=error)) from error

    def _connect(self, version: str) -> Any:
        client = self._sdk.APIClient(
            version=version,
            timeout=_ANSWER_SECONDS,
            **self._sdk.utils.kwargs_from_env(environment=self._environment),
        )
        # Looking for proxies, `requests` changes the environment for a moment, under other threads' feet.
        client.trust_env = False
        return client

    def _knock(self) -> None:
        """Looks whether somebody listens: the SDK's own words for it are hard to read, and it leaks a socket.

        Raises:
            OSError: nobody does, or this user may not speak to them.
        """
        if self.here:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(self.url.partition("://")[2])

    def check(self, image: str) -> EngineFacts:
        """Makes sure that containers of `image` can be started at a bearable speed.

        Raises:
            SandboxUnavailable: no engine, its storage driver is vfs, or there is no such image.
        """
        with self.doing("describe itself") as client:
            info, version = client.info(), client.version()
            driver = info.get("Driver", "")
            if driver == "vfs":
                raise SandboxUnavailable(_VFS.format(build=BUILD))
            try:
                client.inspect_image(image)
            except self._sdk.errors.ImageNotFound as error:
                text = _NO_IMAGE if image == IMAGE else _NO_IMAGE_OF_YOURS
                raise SandboxUnavailable(text.format(image=image, build=BUILD)) from error
        names = [component.get("Name", "") for component in version.get("Components") or []]
        return EngineFacts(
            name="podman" if any("Podman" in name for name in names) else "docker",
            version=str(version.get("Version", "")),
            driver=driver,
            runtime=str(info.get("DefaultRuntime") or "default"),
            cores=int(info.get("NCPU") or 1),
        )

    def remove(self, container: str) -> None:
        """Ends and removes a container; one that is gone already, or going, is as good.

        Raises:
            SandboxError: the engine refused, or is gone.
        """
        with self.doing("remove a container") as client:
            for patience in (*_PATIENCE, None):
                try:
                    client.remove_container(container, force=True, v=True)
                    return
                except self._sdk.errors.APIError as error:
                    if error.status_code in (404, 409):
                        return
                    if patience is None:
                        raise
                    time.sleep(patience)  # Podman fails where the container ends at this very moment


def _told(error: Exception) -> str:
    """What an engine said; an engine may repeat all that it was sent."""
    text = str(getattr(error, "explanation", "") or error)
    return (
        text if len(text) <= _ERROR_CHARS else f"{text[: _ERROR_CHARS // 2]} […] {text[-_ERROR_CHARS // 2 :]}"
    )
