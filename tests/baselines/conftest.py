"""The programs need the extra `train`: without it their tests are left out, and that is said."""

from importlib.util import find_spec
from pathlib import Path

NEEDED = ("torch", "transformers", "tyro", "tensorboard")
MISSING = [name for name in NEEDED if find_spec(name) is None]
collect_ignore = [path.name for path in Path(__file__).parent.glob("test_*.py")] if MISSING else []


def pytest_terminal_summary(terminalreporter):
    if MISSING:
        terminalreporter.write_line(
            f"left out: tests/baselines, which needs the extra `train`; missing: {', '.join(MISSING)}"
        )
