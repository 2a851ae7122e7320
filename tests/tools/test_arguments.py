import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import ToolSchema
from agentic_gym.tools.arguments import read_arguments
from agentic_gym.tools.schema import schema_of

TYPES: dict[str, Any] = {
    "text": str,
    "count": int,
    "size": float,
    "deep": bool,
    "names": list[str],
    "box": tuple[float, float, float, float],
    "table": dict[str, int],
    "limit": int | None,
    "either": int | str,
}
SCHEMA = ToolSchema(
    "look",
    "Looks.",
    {"type": "object", "properties": {name: schema_of(kind) for name, kind in TYPES.items()}},
)


def mistake(schema: ToolSchema = SCHEMA, **arguments: Any) -> str:
    with pytest.raises(ToolMistake) as caught:
        read_arguments(schema, arguments)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "given_value", "value"),
    [
        ("text", "", ""),
        ("count", 3.0, 3),
        ("size", 3, 3.0),
        ("deep", False, False),
        ("names", [], []),
        ("box", [1, 2, 3, 4.5], (1.0, 2.0, 3.0, 4.5)),
        ("table", {"a": 1}, {"a": 1}),
        ("limit", None, None),
        ("limit", 5, 5),
        ("either", "x", "x"),
    ],
)
def test_what_fits_is_read_as_its_type(name: str, given_value: Any, value: Any) -> None:
    read = read_arguments(SCHEMA, {name: given_value})[name]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("text", 3, "'text' must be a string, not the integer 3"),
        ("text", None, "'text' must be a string, not the value null"),
        ("count", "3", "'count' must be an integer, not the string \"3\""),
        ("count", 2.5, "'count' must be an integer, not the number 2.5"),
        ("count", True, "'count' must be an integer, not the boolean true"),
        ("size", "big", "'size' must be a number"),
        ("size", math.nan, "'size' must be a number"),
        ("size", 10**400, "'size' must be a number"),
        ("deep", 1, "'deep' must be true or false"),
        ("names", "a", "'names' must be a list, each a string, not the string \"a\""),
        ("names", ["a", 2], "'names'[1] must be a string, not the integer 2"),
        ("box", [1, 2, 3], "'box' must be a list of 4, each a number, not the list [1, 2, 3]"),
        ("box", [1, 2, 3, "4"], "'box'[3] must be a number, not the string \"4\""),
        ("table", {"a": "b"}, "'table'[\"a\"] must be an integer"),
        ("table", [], "'table' must be an object"),
        ("limit", "x", "'limit' must be an integer, not the string \"x\""),
        ("either", [], "'either' must be an integer or a string, not the list []"),
    ],
)
def test_what_does_not_fit_is_told_with_what_would(name: str, value: Any, expected: str) -> None:
    assert expected in mistake(**{name: value})


def test_every_problem_is_told_with_an_example() -> None:
    parameters = {
        "properties": {"bbox_2d": schema_of(tuple[float, float, float, float]), "image": schema_of(str)},
        "required": ["bbox_2d", "image"],
    }
    told = mistake(ToolSchema("crop", "Crops.", parameters), box_2d=[1, 2, 3, 4], image=7)
    assert told == (
        "crop: There is no argument \"box_2d\". Did you mean 'bbox_2d'? The argument 'bbox_2d' is missing. "
        "The argument 'image' must be a string, not the integer 7. "
        'Example of arguments: {"bbox_2d": [100, 200, 300, 400], "image": "..."}'
    )


def test_one_of_several_values() -> None:
    parameters = {"properties": {"way": {"type": "string", "enum": ["up", "down"]}}}
    assert 'must be one of "up", "down", not the string "left"' in mistake(
        ToolSchema("go", "Goes.", parameters), way="left"
    )


def test_a_long_or_deep_value_is_not_repeated_in_full() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert len(mistake(count="x" * 10_000)) < 300
    assert len(mistake(text=deep)) < 300
    assert len(mistake(text=10**5000)) < 300


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*TYPES, "other"]), JSON))
def test_any_json_is_read_or_is_a_mistake(arguments: dict[str, Any]) -> None:
    try:
        read = read_arguments(SCHEMA, arguments)
    except ToolMistake:
        return
    assert list(read) == [name for name in TYPES if name in arguments]
