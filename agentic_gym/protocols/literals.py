"""Values that a tool call may carry, whatever grammar it was written in.

What `plain` gives can be copied, compared, pickled and encoded: its depth and its integers are bounded,
its floats finite, its lone surrogates replaced.
"""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from agentic_gym.escaping import replace_surrogates
from agentic_gym.messages import ToolCall

MAX_DEPTH = 32
"""Levels of nesting within a call's arguments; far below the interpreter's recursion limit."""

MAX_INTEGER_DIGITS = 1_000
"""Longer integers cannot always be printed: an interpreter's own limit is 4300 digits by default."""

Calls: TypeAlias = tuple[ToolCall, ...]

_TOO_LARGE = 10**MAX_INTEGER_DIGITS


def plain(value: object, depth: int = 0) -> Any:
    """`value` as JSON has it: tuples as lists, subclasses as their base type, surrogates replaced.

    Raises:
        ValueError: JSON has no such value, or it is too deep or too large. The message is a clause
            such as "a number is not finite".
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"values are nested more than {MAX_DEPTH} levels deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return replace_surrogates(str.__str__(value))
    if isinstance(value, int):
        if abs(value) >= _TOO_LARGE:
            raise ValueError(f"an integer has more than {MAX_INTEGER_DIGITS} digits")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number is not finite")
        return float(value)
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_key(key): plain(item, depth + 1) for key, item in value.items()}
    raise ValueError(f"a value of type {type(value).__name__} has no form in JSON")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"a key is of type {type(key).__name__}, not a string")
    return replace_surrogates(str.__str__(key))


def around(text: str, position: int) -> str:
    """A few characters on either side of a position, quoted; not yet escaped."""
    return repr(text[max(0, position - 20) : position + 20])
