"""Holds the arguments of a call against the tool's schema, and tells the agent what does not fit."""

import difflib
import json
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import JSONObject, ToolSchema


def read_arguments(schema: ToolSchema, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call as its schema wants them.

    Types are those of JSON. Lenient only where nothing can be misunderstood: an integer stands for a
    number, and 3.0 for the integer 3. An array of fixed length is given back as a tuple. A string is
    never read as a number, nor true as 1.

    Raises:
        ToolMistake: an argument is missing, unknown or of another type; the message names each one, with
            what was got, what is expected and an example.
    """
    properties: Mapping[str, JSONObject] = schema.parameters.get("properties", {})
    required = schema.parameters.get("required", [])
    problems = [_unknown(name, properties) for name in arguments if name not in properties]
    missing = [name for name in required if name not in arguments]
    problems += [f"The argument {name!r} is missing." for name in missing]
    read: dict[str, Any] = {}
    for name in properties:
        if name not in arguments:
            continue
        try:
            read[name] = _read(arguments[name], properties[name])
        except _Misfit as misfit:
            place = f"The argument {name!r}{misfit.place}"
            problems.append(f"{place} must be {misfit.expected}, not {misfit.got}.")
    if problems:
        shown = [name for name in properties if name in required or name in arguments]
        example = json.dumps({name: _example(properties[name]) for name in shown})
        raise ToolMistake(f"{schema.name}: {' '.join(problems)} Example of arguments: {example}")
    return read


def _unknown(name: str, known: Mapping[str, JSONObject]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"There is no argument {_brief(name)}.{hint}"


class _Misfit(Exception):
    """A value that its schema does not allow."""

    def __init__(self, value: Any, expected: str, place: str = "") -> None:
        super().__init__(expected)
        self.got = f"{_KIND_OF.get(type(value), type(value).__name__)} {_brief(value)}"
        self.expected = expected
        self.place = place


_Reader: TypeAlias = Callable[[Any, JSONObject], Any]


def _read(value: Any, schema: JSONObject) -> Any:
    """`value` as the schema wants it.

    Raises:
        _Misfit: it does not fit.
    """
    if "anyOf" in schema:
        return _read_any(value, schema)
    kind = schema.get("type")
    if kind is None:
        return value
    read = _READERS[kind](value, schema)
    if "enum" in schema and read not in schema["enum"]:
        raise _Misfit(value, _describe(schema))
    return read


def _read_any(value: Any, schema: JSONObject) -> Any:
    options = [option for option in schema["anyOf"] if option.get("type") != "null"]
    if value is None and len(options) < len(schema["anyOf"]):
        return None
    for option in options:
        try:
            return _read(value, option)
        except _Misfit:
            # With one option its own complaint says more than that none of them fits.
            if len(options) == 1:
                raise
    raise _Misfit(value, _describe(schema))


def _exactly(kind: type) -> _Reader:
    def read(value: Any, schema: JSONObject) -> Any:
        if not isinstance(value, kind):
            raise _Misfit(value, _describe(schema))
        return value

    return read


def _read_integer(value: Any, schema: JSONObject) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Misfit(value, _describe(schema))
    return value


def _read_number(value: Any, schema: JSONObject) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Misfit(value, _describe(schema))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _Misfit(value, _describe(schema))
    return number


def _read_array(value: Any, schema: JSONObject) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _Misfit(value, _describe(schema))
    fewest, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
    if not fewest <= len(value) <= most:
        raise _Misfit(value, _describe(schema))
    items = [_read_inside(item, schema.get("items", {}), index) for index, item in enumerate(value)]
    return tuple(items) if fewest == most else items


def _read_object(value: Any, schema: JSONObject) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _Misfit(value, _describe(schema))
    values = schema.get("additionalProperties", {})
    return {str(key): _read_inside(item, values, str(key)) for key, item in value.items()}


def _read_inside(value: Any, schema: JSONObject, key: int | str) -> Any:
    try:
        return _read(value, schema)
    except _Misfit as misfit:
        raise _Misfit(value, misfit.expected, f"[{_brief(key)}]{misfit.place}") from None


_READERS: dict[str, _Reader] = {
    "string": _exactly(str),
    "boolean": _exactly(bool),
    "null": _exactly(type(None)),
    "integer": _read_integer,
    "number": _read_number,
    "array": _read_array,
    "object": _read_object,
}
_KIND_OF = {
    str: "the string",
    bool: "the boolean",
    int: "the integer",
    float: "the number",
    list: "the list",
    dict: "the object",
    type(None): "the value",
}
_SINGULAR = {"boolean": "true or false", "integer": "an integer", "object": "an object", "null": "null"}


def _describe(schema: JSONObject) -> str:
    """What fits the schema, in words."""
    if "enum" in schema:
        return "one of " + ", ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_describe(option) for option in schema["anyOf"])
    kind = schema.get("type", "any value")
    if kind != "array":
        return _SINGULAR.get(kind, f"a {kind}")
    of = f", each {_describe(schema['items'])}" if "items" in schema else ""
    length = f" of {schema['minItems']}" if "minItems" in schema else ""
    return f"a list{length}{of}"


def _example(schema: JSONObject, position: int = 0) -> Any:
    """A value that fits the schema. In a list, numbers rise, as the corners of a box do."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], position)
    kind = schema.get("type", "string")
    if kind == "array":
        return [_example(schema.get("items", {}), index) for index in range(schema.get("minItems", 1))]
    number = 100 * (position + 1)
    return {"integer": position + 1, "number": number, "boolean": True, "object": {}}.get(kind, "...")


def _brief(value: Any, most: int = 80) -> str:
    """`value` as JSON, or only its type where JSON cannot, cut to `most` characters."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = f"({type(value).__name__})"
    return text if len(text) <= most else text[: most - 1] + "…"
