"""Data that a user has: rows of files on disk, or of a data set on the Hugging Face hub."""

from agentic_gym_envs.datasets.rows import Rows, read_rows

__all__ = ["Rows", "read_rows"]
