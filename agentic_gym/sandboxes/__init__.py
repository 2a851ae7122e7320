"""Where an agent's Python runs: isolated, one process an episode, by default on this machine.

`make_sandbox` takes the level by its name. `EmbeddedSandbox` isolates by the kernel alone, `DockerSandbox` in
`docker` by a container engine. `FakeSandbox` is for tests. Anything with `base.Sandbox`'s methods can stand
in their place.
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
from agentic_gym.sandboxes.embedded import EmbeddedSandbox
from agentic_gym.sandboxes.fake import FakeSandbox, FakeSession
from agentic_gym.sandboxes.selection import Choice, choose, make_sandbox, shared_sandbox

__all__ = [
    "Choice",
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
    "choose",
    "make_sandbox",
    "shared_sandbox",
]
