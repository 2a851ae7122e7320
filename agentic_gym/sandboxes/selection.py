"""Which sandbox: by its level's name, by the least that will do, and one for all who ask for the same."""

import atexit
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast, get_args

from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym.sandboxes.base import Limits, Sandbox
from agentic_gym.sandboxes.embedded import POOL, EmbeddedSandbox

LevelName: TypeAlias = Literal["auto", "namespaces", "landlock", "docker"]

STRENGTH: Final = ("landlock", "docker", "namespaces", "runsc")
"""What `min_isolation` may name, the weakest first. `runsc` is gVisor: docker with that runtime."""

AUTOMATIC: Final = ("namespaces", "landlock")
"""What `auto` tries, in order. It never starts containers: they take an engine, and an image."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A level that was asked for, and that will not be undercut.

    Attributes:
        level: `auto` is `namespaces` where it can be had, and else `landlock`.
        runtime: the container engine's, for `docker`.
    """

    level: LevelName = "auto"
    runtime: str | None = None


def choose(
    isolation: str = "auto", *, min_isolation: str | None = None, runtime: str | None = None
) -> Choice:
    """What the three options come to. Starts nothing; whether the machine grants it shows later.

    >>> choose(min_isolation="docker")
    Choice(level='namespaces', runtime=None)

    Raises:
        ConfigurationError: an unknown name, or options that contradict each other.
    """
    if isolation not in get_args(LevelName):
        raise unknown_name("isolation", isolation, get_args(LevelName))
    if min_isolation is not None and min_isolation not in STRENGTH:
        raise unknown_name("min_isolation", min_isolation, STRENGTH)
    if runtime is not None and isolation != "docker":
        raise ConfigurationError(
            f"runtime={runtime!r} is a container engine's: it needs isolation='docker', got {isolation!r}"
        )
    level = cast(LevelName, isolation)
    if min_isolation is None:
        return Choice(level, runtime)
    given = "runsc" if runtime == "runsc" else AUTOMATIC[0] if level == "auto" else level
    if STRENGTH.index(given) < STRENGTH.index(min_isolation):
        raise ConfigurationError(
            f"isolation={isolation!r} gives {given!r}, less than min_isolation={min_isolation!r}. From the "
            f"weakest: {', '.join(STRENGTH)}; the last is isolation='docker', runtime='runsc'"
        )
    if level == "auto" and min_isolation != "landlock":
        return Choice("namespaces")
    return Choice(level, runtime)


def make_sandbox(
    isolation: str = "auto",
    *,
    min_isolation: str | None = None,
    runtime: str | None = None,
    limits: Limits | None = None,
    packages: Sequence[str] = (),
    pool: int = POOL,
) -> Sandbox:
    """A sandbox of one's own; close it. Its processes start with its first session.

    Args:
        isolation: `namespaces`, `landlock`, `docker`, or `auto`: the first of the first two that works here.
        min_isolation: with `auto`, the least that will do; see `STRENGTH`.
        runtime: of the container engine; `runsc` is gVisor.
        limits: of every session.
        packages: distributions that sessions may import beside numpy, Pillow, matplotlib and sympy.
        pool: sessions that are kept ready.

    Raises:
        ConfigurationError: an unknown name, or options that contradict each other.
        SandboxUnavailable: `docker` without its extra. What else is missing is found, and raised as such,
            by the first session: which step failed, and the remedy. Less is never given.
    """
    return _make(choose(isolation, min_isolation=min_isolation, runtime=runtime), limits, packages, pool)


def shared_sandbox(choice: Choice | None = None) -> Sandbox:
    """The sandbox of this process for a choice, `auto` where none is given: one fork server for all who ask.

    It is closed when the process exits. A process forked from this one starts a fork server of its own.

    Raises:
        SandboxUnavailable: `docker` without its extra.
    """
    choice = choice or Choice()
    with _lock:
        if choice not in _shared:
            _shared[choice] = sandbox = _make(choice, None, (), POOL)
            atexit.register(sandbox.close)
        return _shared[choice]


def _make(choice: Choice, limits: Limits | None, packages: Sequence[str], pool: int) -> Sandbox:
    if choice.level != "docker":
        return EmbeddedSandbox(limits, isolation=choice.level, packages=packages, pool=pool)
    if packages:
        raise ConfigurationError(
            f"packages={list(packages)!r}: with isolation='docker' they are the image's. Build one FROM ours"
        )
    from agentic_gym.sandboxes.docker import DockerSandbox  # an extra, and seldom needed

    return DockerSandbox(limits, runtime=choice.runtime, pool=pool)


def _after_fork() -> None:
    """Another thread of the parent may have held the lock."""
    global _lock
    _lock = threading.Lock()


_lock = threading.Lock()
_shared: dict[Choice, Sandbox] = {}
os.register_at_fork(after_in_child=_after_fork)
