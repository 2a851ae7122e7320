"""How an oracle computes: it writes out a function of the family, calls it on what it read, and runs that."""

import inspect
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from agentic_gym_envs.oracles.looking import Course, Eyes, OracleStuckError

Method: TypeAlias = Callable[..., Any]
"""A computation that stands on its own: it uses `math`, `Decimal` and its arguments."""

_HEADER = "import math\nfrom decimal import ROUND_HALF_UP, Decimal\n"
_RESULT = re.compile(r"^result: (.+)$", re.MULTILINE)


def script(method: Method, arguments: Sequence[Any], places: int | None = None) -> str:
    """Python that prints what a method gives for these arguments.

    Args:
        method: a function that is written in Python.
        arguments: what it takes.
        places: to how many decimal places a number is rounded; not at all if it is not given.
    """
    call = f"{method.__name__}({', '.join(literal(argument) for argument in arguments)})"
    shown = call if places is None else f"round({call}, {places or None})"
    return "\n".join([_HEADER, inspect.getsource(method), f"print('result:', {shown})"])


def literal(value: Any) -> str:
    """A value as Python writes it.

    >>> literal([Decimal("3.20"), ("tea", 2)])
    "[Decimal('3.20'), ('tea', 2)]"
    """
    match value:
        case Decimal() | str() | float():
            return repr(value)
        case int():
            # A subclass may print itself as something else, such as a time of day.
            return repr(int(value))
        case tuple():
            inside = ", ".join(literal(entry) for entry in value)
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        case list():
            return f"[{', '.join(literal(entry) for entry in value)}]"
    raise TypeError(f"no literal for {type(value).__name__}")


def calculate(eyes: Eyes, method: Method, arguments: Sequence[Any], places: int | None = None) -> Course[str]:
    """What the method gives, computed in the sandbox; arguments as for `script`."""
    thought = eyes.say(
        "I have all the figures; let me compute.",
        "Python does the arithmetic.",
        "Now the calculation, with what I read.",
    )
    text = yield from eyes.call("python", thought, code=script(method, arguments, places))
    found = _RESULT.search(text)
    if found is None:
        raise OracleStuckError(f"the code printed no result: {text!r}")
    return found[1].strip()
