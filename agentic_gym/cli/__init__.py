"""The command line: `agentic-gym`, or `python -m agentic_gym`."""

from agentic_gym.cli.app import main

__all__ = ["main"]
