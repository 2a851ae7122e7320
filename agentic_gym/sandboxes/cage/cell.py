"""Runs the source of one cell, and describes what it raised."""

import ast
import linecache
import traceback
from collections.abc import Callable
from typing import Any

_PREFIX = "<cell "


def cell_name(number: int) -> str:
    """What stands for a file name in the tracebacks of this cell."""
    return f"{_PREFIX}{number}>"


def execute(code: str, name: str, namespace: dict[str, Any], show: Callable[[object], None]) -> None:
    """Runs `code`; a last expression that is not None is shown, unless a semicolon ends it.

    Raises:
        BaseException: whatever the code raises, a SyntaxError included.
    """
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    tree = ast.parse(code, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec", dont_inherit=True), namespace)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), name, "eval", dont_inherit=True), namespace)
        if value is not None and not code.rstrip().endswith(";"):
            show(value)


def describe(error: BaseException, most_chars: int) -> str:
    """The traceback of the agent's own frames; cut in the middle, since both ends matter.

    Raises:
        BaseException: whatever a hostile `__str__` raises.
    """
    report = traceback.TracebackException.from_exception(error)
    _keep_cells(report)
    text = "".join(report.format()).rstrip("\n")
    text = text.encode("utf-8", "backslashreplace").decode()
    if len(text) <= most_chars:
        return text
    return f"{text[: most_chars // 2]}\n[…]\n{text[len(text) - most_chars // 2 :]}"


def _keep_cells(report: traceback.TracebackException) -> None:
    """Leaves only frames of cells, in the error and in all that it came from."""
    frames = [frame for frame in report.stack if frame.filename.startswith(_PREFIX)]
    report.stack = traceback.StackSummary.from_list(frames)
    for other in (report.__cause__, report.__context__, *(report.exceptions or ())):
        if other is not None:
            _keep_cells(other)
