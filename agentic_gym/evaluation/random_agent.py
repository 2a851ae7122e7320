"""An agent that acts at random, but in good form."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.messages import CallTools, GiveAnswer, JSONObject, ToolCall
from agentic_gym.tasks import Observation

ANSWER_SHARE = 0.2
"""How often it answers instead of calling a tool, so that most episodes end before their budgets do."""
MOST_CALLS = 2
"""Calls in one turn, at most."""
MOST_WORDS = 500
"""Words of its observations that it picks arguments and answers from: the newest."""

_WORD = re.compile(r"\w[\w.,:/-]*\w|\w")
_IMAGE = re.compile(r"image_\d+")


class RandomAgent:
    """Calls random tools with arguments that fit their schemas, and now and then answers with a word it saw.

    It draws from a generator of its own, seeded by the task, so an episode can be played again.

    Args:
        env: the environment, after `reset`.
        calls_only: whether it never answers where there is a tool to call.
    """

    def __init__(self, env: AgenticEnv, *, calls_only: bool = False) -> None:
        self._rng = np.random.default_rng((env.task.key.seed, 1))
        self._write = env.protocol.write
        self._tools: list[JSONObject] = [schema["function"] for schema in env.tool_schemas]
        self._answer_share = 0.0 if calls_only else ANSWER_SHARE
        self._words = ["0"]
        self._images = ["image_1"]

    def __call__(self, observation: Observation) -> str:
        """A well-formed action."""
        self.see(observation)
        if not self._tools or self._rng.random() < self._answer_share:
            return self._write(GiveAnswer(self.guess()))
        calls = [
            self._call(self._pick(self._tools)) for _ in range(int(self._rng.integers(1, MOST_CALLS + 1)))
        ]
        return self._write(CallTools(tuple(calls)))

    def see(self, observation: Observation) -> None:
        """Takes in the words and pictures of an observation."""
        self._words = [*self._words, *_WORD.findall(observation["text"])][-MOST_WORDS:]
        self._images += _IMAGE.findall(observation["text"])

    def guess(self) -> str:
        """A word that it saw."""
        return str(self._pick(self._words))

    def call_everything(self) -> tuple[ToolCall, ...]:
        """A call of each tool."""
        return tuple(map(self._call, self._tools))

    def _call(self, tool: JSONObject) -> ToolCall:
        return ToolCall(tool["name"], self._object(tool["parameters"]))

    def _pick(self, values: Any) -> Any:
        return values[int(self._rng.integers(len(values)))]

    def _object(self, schema: Mapping[str, Any]) -> JSONObject:
        """An object of the schema: every required property, and each other one half of the time."""
        required = schema.get("required", ())
        return {
            name: self._value(inner, name)
            for name, inner in schema.get("properties", {}).items()
            if name in required or self._rng.random() < 0.5
        }

    def _value(self, schema: Mapping[str, Any], name: str = "") -> Any:
        """A value of the schema; `name` is the property's, which says what kind of string is wanted."""
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._pick(schema["enum"])
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return self._value(self._pick(schema[choice]), name)
        match schema.get("type"):
            case "integer":
                return round(self._number(schema))
            case "number":
                return round(self._number(schema), 3)
            case "boolean":
                return bool(self._rng.integers(2))
            case "null":
                return None
            case "array":
                length = int(schema.get("minItems", self._rng.integers(1, 4)))
                return [self._value(schema.get("items", {})) for _ in range(length)]
            case "object":
                return self._object(schema)
            case _:
                return self._string(name)

    def _number(self, schema: Mapping[str, Any]) -> float:
        least = schema.get("minimum", 0)
        return float(self._rng.uniform(least, max(least, schema.get("maximum", 1000))))

    def _string(self, name: str) -> str:
        if name.startswith("image"):
            return str(self._pick(self._images))
        if name == "code":
            return f"print({self._pick(self._words)!r})"
        count = int(self._rng.integers(1, 5))
        return " ".join(str(self._pick(self._words)) for _ in range(count))
