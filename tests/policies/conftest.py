"""A model in this process needs the extra `train`: without it its tests are left out, and that is said."""

from importlib.util import find_spec

LEFT_OUT = find_spec("torch") is None
collect_ignore = ["test_transformers.py"] if LEFT_OUT else []


def pytest_terminal_summary(terminalreporter):
    if LEFT_OUT:
        terminalreporter.write_line(
            "left out: tests/policies/test_transformers.py, which needs the extra `train` (.ci/run has it)"
        )
