"""One fork server for all tests that do not harm it."""

from collections.abc import Iterator

import pytest

from agentic_gym.sandboxes import EmbeddedSandbox, Limits
from agentic_gym.sandboxes.session import EmbeddedSession

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
