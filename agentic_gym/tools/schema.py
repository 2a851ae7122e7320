"""The JSON schema of a type annotation: as much of JSON Schema as tools need."""

import types
from collections.abc import Callable
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import JSONObject

_SIMPLE: dict[Any, JSONObject] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    list: {"type": "array"},
    dict: {"type": "object"},
}
SUPPORTED = (
    "str, int, float, bool, None, Literal of strings or integers, list[X], tuple[X, X, ...] of one X and "
    "fixed length, dict[str, X], X | Y, and Annotated[X, 'a sentence for the description']"
)


def schema_of(annotation: Any) -> JSONObject:
    """The JSON schema of a type annotation.

    Args:
        annotation: one of `SUPPORTED`; a tuple is an array of fixed length.

    Raises:
        ConfigurationError: it is something else.

    >>> schema_of(list[int])
    {'type': 'array', 'items': {'type': 'integer'}}
    """
    if annotation in _SIMPLE:
        return dict(_SIMPLE[annotation])
    make = _MAKERS.get(get_origin(annotation))
    schema = make(get_args(annotation)) if make else None
    if schema is None:
        raise ConfigurationError(f"{annotation!r} has no JSON schema here; use {SUPPORTED}")
    return schema


def _annotated(parts: tuple[Any, ...]) -> JSONObject:
    inner, *notes = parts
    sentences = [note for note in notes if isinstance(note, str)]
    return schema_of(inner) | ({"description": " ".join(sentences)} if sentences else {})


def _literal(values: tuple[Any, ...]) -> JSONObject | None:
    for kind in (str, int):
        if all(type(value) is kind for value in values):
            return {**_SIMPLE[kind], "enum": list(values)}
    return None


def _union(members: tuple[Any, ...]) -> JSONObject:
    return {"anyOf": [schema_of(member) for member in members]}


def _list(items: tuple[Any, ...]) -> JSONObject:
    return {"type": "array", "items": schema_of(items[0])}


def _tuple(items: tuple[Any, ...]) -> JSONObject | None:
    if len(set(items)) != 1:
        return None
    return {"type": "array", "items": schema_of(items[0]), "minItems": len(items), "maxItems": len(items)}


def _dict(items: tuple[Any, ...]) -> JSONObject | None:
    return {"type": "object", "additionalProperties": schema_of(items[1])} if items[0] is str else None


_MAKERS: dict[Any, Callable[[tuple[Any, ...]], JSONObject | None]] = {
    Annotated: _annotated,
    Literal: _literal,
    Union: _union,
    types.UnionType: _union,
    list: _list,
    tuple: _tuple,
    dict: _dict,
}
