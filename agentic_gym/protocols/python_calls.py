"""Tool calls as a Python-style list, `[name(key=literal, …), …]`, as ARTIST's function calling writes them.

They are read from the syntax tree, and nothing is ever evaluated. The reader is total: whatever the text,
it gives calls or a named mistake.
"""

import ast
import keyword
import re

from agentic_gym.escaping import escape
from agentic_gym.messages import JSONObject, Malformed, Mistake, ToolCall
from agentic_gym.protocols.literals import Calls, around, plain

MAX_PYTHON_CHARACTERS = 20_000
"""Longest list that is read: the interpreter's parser is not meant for hostile input."""

_PYTHON_STYLE = re.compile(r"\s*\[?\s*[^\W\d][\w.]*\s*\(")
_STRING_ESCAPE = r"\\(?:[\\'\"abfnrtv\n]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
_LITERAL_TOKENS = re.compile(
    rf'''(?:
        \s+
      | """(?:{_STRING_ESCAPE}|"(?!"")|[^"\\])*+"""
      | "(?:{_STRING_ESCAPE}|[^"\\\n])*+"
      | \'(?:{_STRING_ESCAPE}|[^\'\\\n])*+\'
      | [-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![\w.])
      | [^\W\d]\w*+(?!["\'])
      | [\[\](){{}},:=.]
    )*+''',
    re.VERBOSE,
)
"""What Python-style calls are made of: no operators, no prefixed strings, no escapes Python warns of.

Python's parser warns of some texts, and a process that turns warnings into errors would read those
differently; within these tokens it has nothing to warn of.
"""


def is_python_style(text: str) -> bool:
    """Whether `text` starts as a function call, or as a list of them, does in Python."""
    return _PYTHON_STYLE.match(text) is not None


def read_python_calls(text: str) -> Calls | Malformed:
    r"""The calls in `[name(key=literal, …), …]`, read from the syntax tree; nothing is evaluated.

    >>> read_python_calls('[add(a=1, b=[2.5, "x"])]')
    (ToolCall(name='add', arguments={'a': 1, 'b': [2.5, 'x']}),)
    """
    try:
        return tuple(_call(node) for node in _call_nodes(text))
    except (SyntaxError, RecursionError, MemoryError):
        # The parser's own words differ between Python versions; the agent is told ours.
        reason = "it is not Python syntax"
    except (ValueError, TypeError) as error:
        reason = escape(str(error))
    return Malformed(
        Mistake.BAD_CALL,
        f"The call is not a list of function calls whose arguments are named and literal: {reason}.",
    )


def _call_nodes(text: str) -> list[ast.expr]:
    if len(text) > MAX_PYTHON_CHARACTERS:
        raise ValueError(f"it is longer than {MAX_PYTHON_CHARACTERS} characters (write it as JSON)")
    read = _LITERAL_TOKENS.match(text)
    if read is None or read.end() < len(text):
        position = read.end() if read else 0
        raise ValueError(f"character {position} cannot stand there, near {around(text, position)}")
    body = ast.parse(text.strip(), mode="eval").body
    nodes = body.elts if isinstance(body, ast.List) else [body]
    if not nodes:
        raise ValueError("the list is empty")
    return nodes


def _call(node: ast.expr) -> ToolCall:
    if not isinstance(node, ast.Call):
        raise ValueError("an entry is not a call")
    if node.args:
        raise ValueError("an argument has no name")
    arguments: JSONObject = {}
    for argument in node.keywords:
        if argument.arg is None or argument.arg in arguments:
            raise ValueError("an argument stands twice or is unpacked with **")
        try:
            arguments[argument.arg] = ast.literal_eval(argument.value)
        except (ValueError, TypeError):
            raise ValueError(f"the value of {argument.arg} is not a literal") from None
    return ToolCall(_dotted(node.func), plain(arguments))


def _dotted(node: ast.expr) -> str:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise ValueError("what is called is not a name")
    return ".".join([node.id, *reversed(names)])


def write_python_call(call: ToolCall) -> str | None:
    r"""A call as Python would write it, without a closing tag in it; None where Python cannot.

    >>> write_python_call(ToolCall("move", {"to": "</tool>", "fast": True}))
    "move(to='\\x3c/tool>', fast=True)"
    >>> write_python_call(ToolCall("move", {"from": "a"})) is None
    True
    """
    if not all(map(_is_name, (*call.name.split("."), *call.arguments))):
        return None
    arguments = ", ".join(f"{key}={value!r}" for key, value in call.arguments.items())
    line = f"{call.name}({arguments})".replace("</", "\\x3c/")
    return line if len(line) < MAX_PYTHON_CHARACTERS - 2 else None


def _is_name(text: str) -> bool:
    # ASCII only: Python normalises other identifiers, so they would be read back changed.
    return text.isascii() and text.isidentifier() and not keyword.iskeyword(text)
