"""Frozen sets: tasks written to disk with their pictures, so that published numbers stay comparable."""

from agentic_gym.frozen.export import export_tasks
from agentic_gym.frozen.storage import FrozenSet, read_set

__all__ = ["FrozenSet", "export_tasks", "read_set"]
