import functools
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest

from agentic_gym.errors import ConfigurationError, ContractError, ToolMistake
from agentic_gym.tools import Tool, ToolContext, ToolOutput, tool


@tool
def look(
    context: ToolContext,
    image: str,
    box: Annotated[tuple[float, float], "From 0 to 1."] = (0.0, 1.0),
    way: Literal["up", "down"] = "up",
    deep: bool = False,
) -> ToolOutput:
    """Looks at an image.

    Closely.

    Args:
        context: of the call.
        image: Its name.
        box: Where.
        way: Which way.
        deep: Whether
            to look twice.

    Returns:
        what there is.
    """
    return ToolOutput(f"{image} {box} {way} {deep} of {len(context.images)}")


def test_the_schema_is_read_from_signature_and_docstring() -> None:
    assert look.schema.to_openai() == {
        "type": "function",
        "function": {
            "name": "look",
            "description": "Looks at an image.\nClosely.",
            "parameters": {
                "type": "object",
                "properties": {
                    "image": {"type": "string", "description": "Its name."},
                    "box": {
                        "type": "array",
                        "items": {"type": "number"},
                        "minItems": 2,
                        "maxItems": 2,
                        "description": "Where. From 0 to 1.",
                        "default": [0.0, 1.0],
                    },
                    "way": {
                        "type": "string",
                        "enum": ["up", "down"],
                        "description": "Which way.",
                        "default": "up",
                    },
                    "deep": {
                        "type": "boolean",
                        "description": "Whether to look twice.",
                        "default": False,
                    },
                },
                "required": ["image"],
                "additionalProperties": False,
            },
        },
    }


def test_a_call_gets_the_context_and_its_arguments(context: ToolContext) -> None:
    called: Tool = look
    output = called(context, {"image": "image_1", "box": [0, 0.5]})
    assert output == ToolOutput("image_1 (0.0, 0.5) up False of 1")


def test_wrong_arguments_are_the_agents_mistake(context: ToolContext) -> None:
    with pytest.raises(ToolMistake, match=r"look: The argument 'image' is missing\."):
        look(context, {})


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def add(self, number: int) -> str:
        """Adds.

        Args:
            number: How much.
        """
        self.count += number
        return str(self.count)


def repeat(word: str, times: int, ending: str) -> str:
    """Repeats.

    Args:
        word: What.
        times: How often.
        ending: What comes last.
    """
    return word * times + ending


def test_a_bound_method_becomes_a_tool(context: ToolContext) -> None:
    counter = Counter()
    add = tool(counter.add)
    add(context, {"number": 2})
    assert add(context, {"number": 3}) == ToolOutput("5")
    assert list(add.schema.parameters["properties"]) == ["number"]


def test_an_object_is_no_function() -> None:
    with pytest.raises(ConfigurationError, match="made of a function or a method; got 3"):
        tool(3)  # type: ignore[arg-type]


def test_a_partial_hides_what_it_has_bound(context: ToolContext) -> None:
    cheer = tool(functools.partial(repeat, "hip ", ending="hooray"))
    assert cheer.schema.name == "repeat"
    assert list(cheer.schema.parameters["properties"]) == ["times"]
    assert cheer(context, {"times": 2}) == ToolOutput("hip hip hooray")


def test_a_tool_that_returns_something_else_breaks_the_contract(context: ToolContext) -> None:
    def lie() -> str:
        """Lies."""
        return 3  # type: ignore[return-value]

    with pytest.raises(ContractError, match="'lie' returned int"):
        tool(lie)(context, {})


def no_annotation(a) -> str:  # type: ignore[no-untyped-def]
    """Does.

    Args:
        a: Something.
    """
    return ""


def no_description(a: int) -> str:
    """Does."""
    return ""


def no_docstring(a: int) -> str:
    return ""


def described_but_not_there() -> str:
    """Does.

    Args:
        a: Something.
    """
    return ""


def any_number(*a: int) -> str:
    """Does.

    Args:
        a: Something.
    """
    return ""


def no_return(a: int):  # type: ignore[no-untyped-def]
    """Does.

    Args:
        a: Something.
    """


def unreadable(a: set[int]) -> str:
    """Does.

    Args:
        a: Something.
    """
    return ""


def contradicts_itself(a: int = "one") -> str:  # type: ignore[assignment]
    """Does.

    Args:
        a: Something.
    """
    return ""


def unknown_type(a: "Nowhere") -> str:  # type: ignore[name-defined]  # noqa: F821
    """Does.

    Args:
        a: Something.
    """
    return ""


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (no_annotation, "parameter 'a' has no annotation"),
        (no_description, "parameter 'a' is not described"),
        (no_docstring, "there is no docstring"),
        (described_but_not_there, "the docstring describes 'a', which is not a parameter"),
        (any_number, "parameter 'a' cannot be given by name"),
        (no_return, "the return annotation must be str or ToolOutput"),
        (unreadable, r"parameter 'a': set\[int\] has no JSON schema here"),
        (contradicts_itself, "parameter 'a' would not take its own default"),
        (unknown_type, "an annotation cannot be looked up: name 'Nowhere'"),
    ],
)
def test_an_incomplete_definition_is_refused_at_once(function: Callable[..., Any], problem: str) -> None:
    with pytest.raises(ConfigurationError, match=f"tool {function.__name__}: {problem}"):
        tool(function)


def test_a_function_without_a_usable_name_is_refused() -> None:
    function: Callable[..., Any] = lambda: ""  # noqa: E731 - it is the point
    function.__doc__ = "Does."
    function.__annotations__ = {"return": str}
    with pytest.raises(ConfigurationError, match="the name '<lambda>' must be"):
        tool(function)
