from typing import Annotated, Any, Literal, Optional

import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym.tools.schema import schema_of


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (dict, {"type": "object"}),
        (list, {"type": "array"}),
        (list[str], {"type": "array", "items": {"type": "string"}}),
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal[1, 2], {"type": "integer", "enum": [1, 2]}),
        (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        (Optional[int], {"anyOf": [{"type": "integer"}, {"type": "null"}]}),  # noqa: UP045 - the old spelling
        (
            tuple[float, float],
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        ),
        (Annotated[int, "In metres.", 7], {"type": "integer", "description": "In metres."}),
    ],
)
def test_an_annotation_becomes_a_schema(annotation: Any, schema: dict[str, Any]) -> None:
    assert schema_of(annotation) == schema


@pytest.mark.parametrize(
    "annotation",
    [Any, object, set[int], tuple[int, str], tuple[int, ...], dict[int, str], Literal["a", 1], bytes],
)
def test_another_annotation_is_refused_with_those_that_are_not(annotation: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"use str, int, float.*list\[X\]"):
        schema_of(annotation)
