"""Runs as a static page that one can look at, send and keep."""

from agentic_gym.viewer.report import write_report

__all__ = ["write_report"]
