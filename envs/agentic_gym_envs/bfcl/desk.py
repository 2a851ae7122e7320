"""The APIs of one episode: fresh instances, and calls that are checked before they run."""

import copy
import decimal
import json
import threading
from collections.abc import Mapping
from typing import Any

from agentic_gym.errors import ToolMistake, unknown_name
from agentic_gym.messages import ToolCall, ToolSchema
from agentic_gym.tools.arguments import read_arguments
from agentic_gym_envs.bfcl.entries import Entry

MOST_DIGITS = 1_000
"""Digits that a function may be asked to compute with, so that no call takes minutes."""

# Two of the wheel's classes pass results through objects of their module, which threads would share.
_one_at_a_time = threading.Lock()


class Desk:
    """The entry's APIs in one episode.

    Attributes:
        entry: what is played.
        turn: the index of the user's request that is being worked on.
        apis: the instances, by the name of their class.
    """

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.turn = 0
        self.apis = entry.fresh()
        self._ran: list[ToolCall] = []

    def call(self, call: ToolCall) -> tuple[str, bool]:
        """Runs a call: the result as the leaderboard writes it, and whether it raised.

        A call that raises leaves every instance as it was.

        Raises:
            ToolMistake: the function is not on offer in this turn, or its arguments do not fit.
        """
        offered = self.entry.offers[self.turn]
        if call.name not in offered:
            raise ToolMistake(str(unknown_name("function", call.name, offered)))
        api_name, schema = offered[call.name]
        self._check(schema, call)
        try:
            written = self._run(api_name, call)
        except Exception as error:
            self._restore()
            return f"Error during execution: {error}", True
        self._ran.append(call)
        return written, False

    def _check(self, schema: ToolSchema, call: ToolCall) -> None:
        try:
            read_arguments(schema, call.arguments)
        except ToolMistake:
            if not self.entry.makes(call):
                raise
        _check_digits(call.arguments)

    def _run(self, api_name: str, call: ToolCall) -> str:
        # Some of the classes keep a list that they are given, and change it later.
        arguments = copy.deepcopy(dict(call.arguments))
        with _one_at_a_time, decimal.localcontext():
            return _written(getattr(self.apis[api_name], call.name)(**arguments))

    def _restore(self) -> None:
        """The state before a call that raised midway: the calls that went well, once more."""
        self.apis = self.entry.fresh()
        classes = {name: found for name, (found, _) in self.entry.offers[-1].items()}
        for call in self._ran:
            self._run(classes[call.name], call)


def _check_digits(arguments: Mapping[str, Any]) -> None:
    precision = arguments.get("precision", 0)
    if isinstance(precision, int) and precision > MOST_DIGITS:
        raise ToolMistake(f"The argument 'precision' must be at most {MOST_DIGITS}, not {precision}.")


def _written(result: Any) -> str:
    """A result as text, the way the leaderboard compares it."""
    if isinstance(result, str):
        return result
    if isinstance(result, dict):
        try:
            return json.dumps(result)
        except (TypeError, ValueError):
            return str(result)
    return str(result)
