"""`@tool`: a tool from an annotated function."""

import functools
import inspect
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, get_type_hints

from agentic_gym.errors import ConfigurationError, ContractError, ToolMistake
from agentic_gym.messages import JSONObject, ToolSchema
from agentic_gym.tools.arguments import read_arguments
from agentic_gym.tools.base import ToolContext, ToolOutput
from agentic_gym.tools.docstring import Docstring, read_docstring
from agentic_gym.tools.schema import schema_of

ToolFunction: TypeAlias = Callable[..., ToolOutput | str]

# What the chat APIs accept.
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class FunctionTool:
    """A tool that calls a function with arguments held against its schema. Made by `tool`."""

    def __init__(self, function: ToolFunction, schema: ToolSchema, *, takes_context: bool) -> None:
        self._function = function
        self._schema = schema
        self._takes_context = takes_context

    @property
    def schema(self) -> ToolSchema:
        """Name, description and JSON schema of the arguments."""
        return self._schema

    def __call__(self, context: ToolContext, arguments: Mapping[str, Any]) -> ToolOutput:
        """Calls the function.

        Raises:
            ToolMistake: the arguments do not fit the schema, or the function says so.
            InfrastructureError: a back end failed.
            ContractError: the function gave back something else than it promised.
        """
        values = read_arguments(self._schema, arguments)
        leading = (context,) if self._takes_context else ()
        output = self._function(*leading, **values)
        if isinstance(output, str):
            return ToolOutput(output)
        if not isinstance(output, ToolOutput):
            raise ContractError(
                f"tool {self._schema.name!r} returned {type(output).__name__}, not str or ToolOutput"
            )
        return output

    def __repr__(self) -> str:
        return f"<tool {self._schema.name}({', '.join(self._schema.parameters['properties'])})>"


def tool(function: ToolFunction) -> FunctionTool:
    """Makes a tool of a function, a bound method or a `functools.partial`.

    The name is the function's. The description is the docstring's summary and body; `Args:` describes each
    parameter, and a string in `Annotated` is appended to that, for what is known only when the program
    runs. A first parameter `context: ToolContext` is given the context and is not in the schema.
    Parameters that a partial has bound are not in the schema either. Returns `str` or `ToolOutput`.

    Raises:
        ConfigurationError: the definition is not complete; the message names the function and the parameter.

    >>> @tool
    ... def add(a: int, b: int = 1) -> str:
    ...     '''Adds two numbers.
    ...
    ...     Args:
    ...         a: The first.
    ...         b: The second.
    ...     '''
    ...     return str(a + b)
    >>> add
    <tool add(a, b)>
    >>> add.schema.parameters["properties"]["b"]
    {'type': 'integer', 'description': 'The second.', 'default': 1}
    """
    definition = _Definition(function)
    return FunctionTool(function, definition.schema(), takes_context=definition.takes_context)


class _Definition:
    """A function as it was written, held against what a tool's definition must say."""

    def __init__(self, function: ToolFunction) -> None:
        self._written = function
        bound: set[str] = set()
        while isinstance(self._written, functools.partial):
            bound |= set(self._written.keywords)
            self._written = self._written.func
        if not inspect.isroutine(self._written):
            raise ConfigurationError(f"a tool is made of a function or a method; got {self._written!r}")
        self._name = self._written.__name__
        signature = inspect.signature(function)
        self._hints = self._read_hints()
        free = [parameter for name, parameter in signature.parameters.items() if name not in bound]
        self.takes_context = bool(free) and self._hints.get(free[0].name) is ToolContext
        self._parameters = free[1:] if self.takes_context else free
        self._docs = self._read_docs()

    def schema(self) -> ToolSchema:
        if not _NAME.fullmatch(self._name):
            raise self._error(f"the name {self._name!r} must be 1 to 64 letters, digits, '_' or '-'")
        if self._hints.get("return") not in (str, ToolOutput, ToolOutput | str):
            raise self._error("the return annotation must be str or ToolOutput")
        parameters: JSONObject = {
            "type": "object",
            "properties": {parameter.name: self._property(parameter) for parameter in self._parameters},
            "required": [each.name for each in self._parameters if each.default is each.empty],
            "additionalProperties": False,
        }
        schema = ToolSchema(self._name, self._docs.description, parameters)
        self._check_defaults(schema)
        return schema

    def _property(self, parameter: inspect.Parameter) -> JSONObject:
        name = parameter.name
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise self._error(f"parameter {name!r} cannot be given by name; an agent's arguments all are")
        if name not in self._hints:
            raise self._error(f"parameter {name!r} has no annotation; write its type")
        if not self._docs.arguments.get(name):
            raise self._error(f"parameter {name!r} is not described; add it to 'Args:' of the docstring")
        try:
            schema = schema_of(self._hints[name])
        except ConfigurationError as error:
            raise self._error(f"parameter {name!r}: {error}") from None
        described = f"{self._docs.arguments[name]} {schema.pop('description', '')}".rstrip()
        schema["description"] = described
        if parameter.default is not parameter.empty:
            schema["default"] = parameter.default
        return schema

    def _check_defaults(self, schema: ToolSchema) -> None:
        for name, entry in schema.parameters["properties"].items():
            if "default" not in entry:
                continue
            try:
                alone = ToolSchema(self._name, "", {"properties": {name: entry}})
                read_arguments(alone, {name: entry["default"]})
                entry["default"] = json.loads(json.dumps(entry["default"]))
            except (ToolMistake, TypeError, ValueError) as error:
                raise self._error(f"parameter {name!r} would not take its own default: {error}") from None

    def _read_hints(self) -> dict[str, Any]:
        try:
            return get_type_hints(self._written, include_extras=True)
        except NameError as error:
            raise self._error(f"an annotation cannot be looked up: {error}") from None

    def _read_docs(self) -> Docstring:
        docs = read_docstring(inspect.getdoc(self._written) or "")
        if not docs.description:
            raise self._error("there is no docstring; its summary is what the agent is told")
        unknown = sorted(set(docs.arguments) - set(inspect.signature(self._written).parameters))
        if unknown:
            raise self._error(f"the docstring describes {unknown[0]!r}, which is not a parameter")
        return docs

    def _error(self, problem: str) -> ConfigurationError:
        return ConfigurationError(f"tool {self._written.__qualname__}: {problem}")
