"""One fork server for all tests that do not harm it; levels and a host for those that do."""

import ctypes
from collections.abc import Iterator

import pytest

from agentic_gym.sandboxes import EmbeddedSandbox, Limits
from agentic_gym.sandboxes.session import EmbeddedSession
from agentic_gym.testing.host import Host
from sandbox_levels import LEVELS, require_level

PR_SET_CHILD_SUBREAPER = 36
LIMITS = Limits(
    seconds=5.0,
    grace_seconds=0.3,
    memory_mb=256,
    disk_mb=8,
    files=50,
    output_chars=2000,
    images=3,
    image_pixels=1_000_000,
)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[EmbeddedSandbox]:
    """The level that this machine allows; `auto` never means none."""
    sandbox = EmbeddedSandbox(LIMITS)
    yield sandbox
    sandbox.close()


@pytest.fixture
def session(sandbox: EmbeddedSandbox) -> Iterator[EmbeddedSession]:
    """A fresh session."""
    session = sandbox.open(seed=7)
    yield session
    session.close()


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> str:
    """Each of the embedded sandbox's levels that can be tested here."""
    name: str = request.param
    require_level(name)
    return name


@pytest.fixture
def host() -> Iterator[Host]:
    """Counts what is left; orphans become this process's children, and so are counted too."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with Host() as host:
        yield host
    prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
