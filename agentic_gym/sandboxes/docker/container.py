"""One container: created with everything denied that can be, started, and removed."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from agentic_gym.errors import SandboxError, SandboxUnavailable
from agentic_gym.sandboxes.base import Limits
from agentic_gym.sandboxes.docker.bundle import FLAGS, LOADER
from agentic_gym.sandboxes.docker.channel import FAILURES, AttachedChannel
from agentic_gym.sandboxes.docker.engine import BUILD, Engine
from agentic_gym.sandboxes.docker.inside.wire import Kind
from agentic_gym.sandboxes.docker.stream import AttachedStream, StreamLost
from agentic_gym.sandboxes.plan import READ_AT_START

WORKSPACE: Final = "/workspace"
OVERHEAD_MB: Final = 384
"""Memory of a container beyond what a session and its working folder may take: Python and the supervisor."""

_NOBODY: Final = 65534
_PROCESSES: Final = 128
_ALL_PROCESSES: Final = 4096
"""Of the containers' user, whom all containers share: `_PROCESSES` is what holds for one."""
_OPEN_FILES: Final = 1024
_TMPFS: Final = "rw,nosuid,nodev,noexec"
_STREAMS: Final = {"stream": 1, "stdin": 1, "stdout": 1, "stderr": 1}


def container_config(
    image: str,
    limits: Limits,
    *,
    runtime: str | None,
    labels: Mapping[str, str],
    seccomp: str | None,
    podman: bool,
) -> dict[str, Any]:
    """What the engine is asked for, in the words of Docker's API ("create a container").

    Args:
        image: to run.
        limits: of the session.
        runtime: of the engine's; its default where None.
        labels: of the container.
        seccomp: the profile, as the engine takes it: as text, or as the path of a file of its machine;
            None for the engine's own.
        podman: whether the engine is Podman, which can do less with a tmpfs.
    """
    memory = (limits.memory_mb + limits.disk_mb + OVERHEAD_MB) << 20
    # Where nothing is said, Podman asks for more than the kernel grants it.
    ulimits = [_ulimit("nofile", _OPEN_FILES), _ulimit("nproc", _ALL_PROCESSES), _ulimit("core", 0)]
    host = {
        "AutoRemove": True,
        "CapDrop": ["ALL"],
        "Init": False,
        "IpcMode": "none",
        "LogConfig": {"Type": "none", "Config": {}},  # what passes through the streams would fill the disk
        "Memory": memory,
        "MemorySwap": memory,
        "NetworkMode": "none",
        "PidsLimit": _PROCESSES,
        "Privileged": False,
        "ReadonlyRootfs": True,
        "SecurityOpt": ["no-new-privileges", *([f"seccomp={seccomp}"] if seccomp else [])],
        "Tmpfs": _folders_of_podman(limits) if podman else _folders(limits),
        "Ulimits": ulimits,
    }
    return {
        "Image": image,
        "Entrypoint": ["python3", *FLAGS, "-c", LOADER],
        "Cmd": [],
        "User": f"{_NOBODY}:{_NOBODY}",
        "Env": [f"{name}={value}" for name, value in READ_AT_START.items()],  # the supervisor sets the rest
        "WorkingDir": "/",
        "Hostname": "sandbox",
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "OpenStdin": True,
        "StdinOnce": True,  # the container's input ends with the stream of the process that created it
        "Tty": False,
        "StopSignal": "SIGKILL",
        "Labels": dict(labels),
        "HostConfig": host | ({"Runtime": runtime} if runtime else {}),
    }


def _folders(limits: Limits) -> dict[str, str]:
    """What can be written: the working folder alone, with its limits."""
    return {WORKSPACE: f"{_TMPFS},size={limits.disk_mb}m,nr_inodes={limits.files + 1},mode=1777"}


def _folders_of_podman(limits: Limits) -> dict[str, str]:
    """Podman knows no limit on files, and beside a read-only root mounts three folders without any limit.

    It leaves out those that are named. In our image /tmp is a link to the working folder.
    """
    folder, nothing = f"{_TMPFS},size={limits.disk_mb}m,mode=1777", f"{_TMPFS},size=4k,mode=0755"
    return {WORKSPACE: folder, "/tmp": folder, "/run": nothing, "/var/tmp": nothing}


def _ulimit(name: str, most: int) -> dict[str, Any]:
    return {"Name": name, "Soft": most, "Hard": most}


class Container:
    """A started container of ours, to be used for one session.

    Attributes:
        id: the engine's name for it.
        channel: to its supervisor and its worker.
    """

    def __init__(self, engine: Engine, config: Mapping[str, Any], start: bytes, limits: Limits) -> None:
        """Creates it, attaches to it, starts it and sends it its code.

        Raises:
            SandboxError: the engine could not do one of these.
        """
        self._engine = engine
        self._image = config["Image"]
        self._removed = False
        with engine.doing("create a container") as client:
            self.id: str = client.create_container_from_config(dict(config))["Id"]
        try:
            with engine.doing("attach to a container") as client:
                stream = AttachedStream(client.attach_socket(self.id, _STREAMS))
            self.channel = AttachedChannel(stream, limits.output_chars, limits.image_pixels)
        except BaseException:
            with suppress(SandboxError):
                self.remove()
            raise
        try:
            with engine.doing("start a container") as client:
                client.start(self.id)
            stream.post_bytes(start)
        except StreamLost as error:
            self.discard()
            raise SandboxError(f"the container's stream was lost: {error}") from error
        except BaseException:
            self.discard()
            raise

    def await_worker(self, seconds: float) -> dict[str, Any]:
        """Waits until the libraries are loaded and the worker is forked; what the supervisor tells of itself.

        Raises:
            SandboxUnavailable: the image lacks something.
            SandboxError: it ended, or takes too long.
        """
        try:
            hello = self.channel.ask(None, Kind.HELLO, seconds)
        except FAILURES as failure:
            self.discard()
            log = f"\n{self.channel.log}" if self.channel.log else ""
            raise SandboxError(
                f"the container did not start: {type(failure).__name__} {failure}{log}"
            ) from failure
        if "error" in hello:
            self.discard()
            raise SandboxUnavailable(
                f"the image {self._image!r} cannot run a session: {hello['error']}. Remedy: build it anew, "
                f"{BUILD}, or FROM agentic-gym-sandbox:1"
            )
        return hello

    def end(self) -> int:
        """Removes it; returns how the worker had ended, as waitpid(2) has it, or 0 where it still ran.

        Raises:
            SandboxError: the container was ended from outside.
        """
        self.remove()
        if self.channel.ended is not None:
            return int(self.channel.ended["status"])
        if self.channel.lost:
            raise SandboxError("the container was killed from outside, or the engine was stopped")
        return 0

    def remove(self) -> None:
        """Ends it by the engine's hand.

        Raises:
            SandboxError: the engine does not answer.
        """
        if not self._removed:
            self._engine.remove(self.id)
            self._removed = True

    def discard(self) -> None:
        """Closes the stream and removes it, whatever state either is in."""
        self.channel.close()
        with suppress(SandboxError):
            self.remove()
