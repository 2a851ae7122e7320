"""An entry of the leaderboard: its requests turn by turn, and what its ground truth leads to."""

import ast
import inspect
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from agentic_gym.errors import RecordError
from agentic_gym.messages import JSONObject, ToolCall, ToolSchema
from agentic_gym_envs.bfcl.wheel import Api

MORE_FUNCTIONS = "You can use more functions now. Please try again."
"""What the user says in the turn in which a function that was missing appears."""


Offer: TypeAlias = Mapping[str, tuple[str, ToolSchema]]
"""The functions on offer in a turn: each one's schema, with the name of the class that it is a method of."""


class Entry:
    """One entry. It is shared by all episodes that play it, and never changes.

    Args:
        row: as it stands in the wheel's file, with its `ground_truth`.
        apis: the wheel's APIs.
    """

    def __init__(self, row: JSONObject, apis: Mapping[str, Api]) -> None:
        self._row = row
        self._apis = {name: apis[name] for name in row["involved_classes"]}
        # Kept as text: reading it anew is the quickest way to a copy that nobody shares.
        self._scenarios = {name: json.dumps(row["initial_config"].get(name, {})) for name in self._apis}
        self.id: str = row["id"]
        self.long_context = "long_context" in self.id
        self.requests = tuple(turn[0]["content"] if turn else MORE_FUNCTIONS for turn in row["question"])

    def __deepcopy__(self, memo: object) -> "Entry":
        return self

    def fresh(self) -> dict[str, Any]:
        """New instances of the entry's APIs in their first state, by the name of their class."""
        return {name: self._instance(name, api) for name, api in self._apis.items()}

    def _instance(self, name: str, api: Api) -> Any:
        instance = api.kind()
        if hasattr(instance, "_load_scenario"):
            instance._load_scenario(json.loads(self._scenarios[name]), long_context=self.long_context)
        return instance

    @cached_property
    def offers(self) -> Sequence[Offer]:
        """What is on offer in each turn. What appears later, or the entry excludes, is not.

        One entry's ground truth calls a function in an earlier turn than that in which it appears: it is on
        offer from there on.
        """
        since = {
            name: int(turn) for turn, names in self._row.get("missed_function", {}).items() for name in names
        }
        for turn, calls in enumerate(self.program):
            since.update({call.name: turn for call in calls if since.get(call.name, 0) > turn})
        return [
            self._offer({name for name, appears in since.items() if turn < appears})
            for turn in range(len(self.requests))
        ]

    def _offer(self, missing: set[str]) -> Offer:
        held_out = missing | set(self._row.get("excluded_function", ()))
        return {
            name: (api_name, schema)
            for api_name, api in self._apis.items()
            for name, schema in api.schemas.items()
            if name not in held_out
        }

    @cached_property
    def program(self) -> Sequence[Sequence[ToolCall]]:
        """The ground truth's calls, turn by turn.

        Raises:
            RecordError: one of them is not a call with literal arguments.
        """
        return [[self._read(text) for text in turn] for turn in self._row["ground_truth"]]

    def makes(self, call: ToolCall) -> bool:
        """Whether the ground truth makes this call, which is then right whatever the documents say of it."""
        return any(call == own for calls in self.program for own in calls)

    def _read(self, text: str) -> ToolCall:
        try:
            node = ast.parse(text, mode="eval").body
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                raise ValueError("it is no call of a function by its name")
            placed = [ast.literal_eval(value) for value in node.args]
            named = {str(entry.arg): ast.literal_eval(entry.value) for entry in node.keywords}
            return ToolCall(node.func.id, self._bind(node.func.id, placed, named))
        except (SyntaxError, ValueError, TypeError) as error:
            raise RecordError(f"the ground truth of {self.id} has {text!r}: {error}") from error

    def _bind(self, name: str, placed: Sequence[Any], named: Mapping[str, Any]) -> Mapping[str, Any]:
        """Arguments by name, where some are given by their place."""
        methods = [getattr(api.kind, name) for api in self._apis.values() if name in api.schemas]
        if not methods:
            raise ValueError(f"none of its APIs has a function {name!r}")
        bound = inspect.signature(methods[0]).bind(None, *placed, **named).arguments
        return {key: value for key, value in bound.items() if key != "self"}
