"""Agents' Python in containers: Docker, Podman, gVisor. Needs `pip install 'agentic-gym[docker]'`."""

from agentic_gym.sandboxes.docker.engine import IMAGE, Engine
from agentic_gym.sandboxes.docker.owner import remove_orphans
from agentic_gym.sandboxes.docker.sandbox import DockerSandbox
from agentic_gym.sandboxes.docker.session import DockerSession

__all__ = ["IMAGE", "DockerSandbox", "DockerSession", "Engine", "remove_orphans"]
