"""The public state of objects behind functions, and how far two such states agree."""

from collections.abc import Mapping
from typing import Any, TypeAlias

State: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Public attributes of every object, by the object's name."""


def public_state(objects: Mapping[str, Any]) -> State:
    """The attributes of each object that do not begin with an underscore; not copied."""
    return {
        name: {attribute: value for attribute, value in vars(each).items() if not attribute.startswith("_")}
        for name, each in objects.items()
    }


def agreement(first: State, wanted: State, got: State) -> float:
    """Of the attributes that either side changed, the share that agree; 1 where neither changed any.

    Args:
        first: the state that both began with.
        wanted: what it should have become.
        got: what it became.

    >>> agreement({"a": {"x": 1, "y": 1}}, {"a": {"x": 2, "y": 1}}, {"a": {"x": 2, "y": 3}})
    0.5
    """
    changed = [
        wanted[name][attribute] == got[name][attribute]
        for name, values in first.items()
        for attribute, value in values.items()
        if not (value == wanted[name][attribute] == got[name][attribute])
    ]
    return sum(changed) / len(changed) if changed else 1.0
