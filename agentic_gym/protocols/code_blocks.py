"""Python code that stands in an action as it is, between tags, rather than in JSON."""

from agentic_gym.messages import Malformed, Mistake, ToolCall
from agentic_gym.protocols.literals import Calls

PYTHON = "python"
"""The tool that a code block calls, with its one argument `code`."""

_FENCE = "```"
_INFO_STRINGS = ("", "py", "python", "python3")


def code_of(call: ToolCall) -> str | None:
    """The code of a call that a code block can stand for; None for any other call."""
    code = call.arguments.get("code")
    return code if call.name == PYTHON and len(call.arguments) == 1 and isinstance(code, str) else None


def read_code(content: str) -> Calls | Malformed:
    """The call that code between tags stands for.

    Blank lines around the code and space after it are dropped. Where all of it stands on one line, so is
    the space before it.
    """
    stripped = content.strip()
    if not stripped:
        return Malformed(Mistake.BAD_CODE_BLOCK, "There is no code.")
    if "\n" not in stripped:
        return _run(stripped)
    lines = content.rstrip().split("\n")
    first = next(number for number, line in enumerate(lines) if line.strip())
    return _run("\n".join(lines[first:]))


def read_fenced_code(content: str) -> Calls | Malformed:
    """The call that one fenced block of Python code stands for."""
    lines = content.strip().split("\n")
    if not lines[0].startswith(_FENCE) or lines[0][len(_FENCE) :].strip() not in _INFO_STRINGS:
        return Malformed(Mistake.BAD_CODE_BLOCK, f"The code must start with a line {_FENCE}python.")
    if len(lines) < 2 or lines[-1] != _FENCE:
        return Malformed(Mistake.BAD_CODE_BLOCK, f"The code must end with a line {_FENCE}.")
    body = lines[1:-1]
    if any(line.startswith(_FENCE) for line in body):
        return Malformed(Mistake.BAD_CODE_BLOCK, "Write one fenced block, and no fence within its code.")
    return read_code("\n".join(body))


def _run(code: str) -> Calls:
    return (ToolCall(PYTHON, {"code": code}),)
