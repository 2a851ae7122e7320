"""Tool calls as JSON: `{"name": …, "arguments": {…}}`, one or a list of them.

The reader is total: whatever the text, it gives calls or a named mistake, in time linear in its length.
"""

import json
from typing import Any, NoReturn

from agentic_gym.escaping import escape
from agentic_gym.messages import JSONObject, Malformed, Mistake, ToolCall
from agentic_gym.protocols.literals import MAX_DEPTH, MAX_INTEGER_DIGITS, Calls, around, plain


def _integer(digits: str) -> int:
    if len(digits) > MAX_INTEGER_DIGITS:
        raise ValueError(f"an integer has more than {MAX_INTEGER_DIGITS} digits")
    return int(digits)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _object(pairs: list[tuple[str, Any]]) -> JSONObject:
    merged = dict(pairs)
    if len(merged) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return merged


def read_json_calls(text: str) -> Calls | Malformed:
    """The calls in a JSON object `{"name": …, "arguments": {…}}`, or in a list of such objects."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)
        return _calls_of(value if isinstance(value, list) else [value])
    except json.JSONDecodeError as error:
        reason, position = error.msg, error.pos
    except RecursionError:
        reason, position = f"values are nested more than {MAX_DEPTH} levels deep", 0
    except ValueError as error:
        reason, position = str(error), 0
    where = f"{reason}, at character {position}, near {escape(around(text, position))}"
    return Malformed(Mistake.BAD_JSON, f"The call is not usable JSON: {where}.")


def _calls_of(entries: list[Any]) -> Calls | Malformed:
    if not entries:
        return Malformed(Mistake.BAD_CALL, "The list of calls is empty.")
    for entry in entries:
        wrong = _shape_mistake(entry)
        if wrong:
            return Malformed(Mistake.BAD_CALL, f"A call is an object with a name and arguments; {wrong}.")
    return tuple(ToolCall(plain(entry["name"]), plain(entry["arguments"])) for entry in entries)


def _shape_mistake(entry: object) -> str:
    """What is wrong with a call's form, as a clause; empty when nothing is."""
    if not isinstance(entry, dict):
        return f"got a value of type {type(entry).__name__}"
    extra = sorted(entry.keys() - {"name", "arguments"})
    if extra:
        return f"the key {escape(around(extra[0], 0))} does not belong beside them (arguments go inside)"
    if not isinstance(entry.get("name"), str) or not entry["name"]:
        return 'its "name" must be the name of a tool'
    if not isinstance(entry.get("arguments"), dict):
        return 'its "arguments" must be an object, {} where the tool takes none'
    return ""


def write_json_call(call: ToolCall) -> str:
    r"""A call as one line of JSON in which no closing tag can stand.

    >>> write_json_call(ToolCall("python", {"code": "print('</tool_call>')"}))
    '{"name": "python", "arguments": {"code": "print(\'\\u003c/tool_call>\')"}}'
    """
    line = json.dumps({"name": call.name, "arguments": call.arguments}, ensure_ascii=False)
    return line.replace("</", "\\u003c/")
