"""Where an agent's Python runs: isolated, one process an episode, by default on this machine.

`EmbeddedSandbox` isolates by the kernel alone. `FakeSandbox` is for tests. Anything with `base.Sandbox`'s
methods can stand in their place.
"""

from agentic_gym.sandboxes.base import (
    Execution,
    Isolation,
    Layer,
    Limits,
    Outcome,
    Sandbox,
    SandboxSession,
)
from agentic_gym.sandboxes.embedded import EmbeddedSandbox, default_sandbox
from agentic_gym.sandboxes.fake import FakeSandbox, FakeSession

__all__ = [
    "EmbeddedSandbox",
    "Execution",
    "FakeSandbox",
    "FakeSession",
    "Isolation",
    "Layer",
    "Limits",
    "Outcome",
    "Sandbox",
    "SandboxSession",
    "default_sandbox",
]
