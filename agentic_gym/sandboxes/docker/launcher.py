"""Starts containers: knows the engine, and how each session's container is to be."""

from typing import Any, Final

from agentic_gym.errors import SandboxError, SandboxUnavailable
from agentic_gym.sandboxes.base import Limits
from agentic_gym.sandboxes.docker.bundle import start_message
from agentic_gym.sandboxes.docker.container import WORKSPACE, Container, container_config
from agentic_gym.sandboxes.docker.engine import Engine
from agentic_gym.sandboxes.docker.owner import labels, remove_orphans
from agentic_gym.sandboxes.docker.profile import ProfileFile, profile
from agentic_gym.sandboxes.plan import environment

_START_SECONDS: Final = 60.0


class Launcher:
    """Starts the containers of one sandbox. Threads may share it.

    Attributes:
        cores: processors of the engine's machine.
        description: of the engine, for people.
    """

    def __init__(
        self, engine: Engine, image: str, runtime: str | None, limits: Limits, max_age_seconds: float
    ) -> None:
        """Looks whether the engine will do, and removes what dead trainers left on it.

        Raises:
            SandboxUnavailable: it will not, or is not there; says what to type.
        """
        facts = engine.check(image)
        remove_orphans(engine)
        self._engine = engine
        self._image = image
        self._runtime = runtime
        self._limits = limits
        self._max_age = max_age_seconds
        self._podman = facts.name == "podman"
        self._profile = ProfileFile() if self._podman and engine.here else None
        self.cores = facts.cores
        runtime = runtime or facts.runtime
        self.description = f"{facts.name} {facts.version}, runtime {runtime}, storage {facts.driver}"

    def try_once(self) -> Container:
        """Starts the first container: whether it can be done is known only by doing.

        Raises:
            SandboxUnavailable: it cannot.
        """
        try:
            return self._start()
        except SandboxError as error:
            raise SandboxUnavailable(f"the sandbox level 'docker' cannot be had: {error}") from error

    def start(self) -> Container:
        """Starts one more, and waits until its worker is there.

        Raises:
            SandboxError: it did not start this time.
        """
        try:
            return self._start()
        except SandboxUnavailable as error:  # it was there when the first was started
            raise SandboxError(str(error)) from error

    def close(self) -> None:
        """Forgets the engine."""
        if self._profile:
            self._profile.close()
        self._engine.close()

    def _start(self) -> Container:
        config = container_config(
            self._image,
            self._limits,
            runtime=self._runtime,
            labels=labels(self._max_age),
            seccomp=self._seccomp(),
            podman=self._podman,
        )
        container = Container(self._engine, config, start_message(self._settings()), self._limits)
        container.await_worker(_START_SECONDS)
        return container

    def _seccomp(self) -> str | None:
        """The profile as the engine takes it. A Podman elsewhere has no way to: its own is used then."""
        if self._podman:
            return self._profile.path if self._profile else None
        return profile()

    def _settings(self) -> dict[str, Any]:
        return {
            "workspace": WORKSPACE,
            "environment": environment(f"{WORKSPACE}/.cache", ""),
            "memory_bytes": self._limits.memory_mb << 20,
            "disk_bytes": self._limits.disk_mb << 20,
            "output_chars": self._limits.output_chars,
            "images": self._limits.images,
            "image_pixels": self._limits.image_pixels,
            "max_age_seconds": self._max_age,
        }
