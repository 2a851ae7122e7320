"""FunctionCalls-v0: levels and modes."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import unknown_name
from agentic_gym.tasks import Certificate, Policy, TaskKey, Taskset
from agentic_gym_envs.functioncalls.certificates import CERTIFICATES
from agentic_gym_envs.functioncalls.policies import oracle
from agentic_gym_envs.functioncalls.programs import SIZES, Mode, draw_program
from agentic_gym_envs.functioncalls.task import FunctionCallsTask

MIXED = "mixed"
"""The option that draws each task's mode."""
_PROGRAM = 1
"""The random stream of a task's content."""


class FunctionCalls(Taskset):
    """Function calling over several turns, with state (ARTIST, arXiv 2505.01441; BFCL v3's multi-turn part).

    Six APIs: files, an electric car, a brokerage account, flights, a help desk's tickets, messages. A user
    makes one request after another; ids that a call needs are given by other calls alone.

    Args:
        mode: `base`, `missing_function` (a function appears a turn later), `missing_parameter` (a value is
            told when asked for), `long_context` (long lists), or `mixed`: any of them, at level 0 the base.

    Raises:
        ConfigurationError: there is no such mode.
    """

    id: ClassVar[str] = "FunctionCalls-v0"
    difficulties: Mapping[int, str] = {
        0: "one request to one API",
        1: "two requests to one API, functions of a second one beside",
        2: "three requests to two APIs, functions of four",
        3: "four requests to three APIs, functions of all six",
        4: "six requests to four APIs, functions of all six",
    }
    default_difficulty: int = 1
    max_turns: int = 64
    max_tool_calls: int = 96

    def __init__(self, mode: str = MIXED) -> None:
        if mode not in (MIXED, *Mode):
            raise unknown_name("mode", mode, (MIXED, *map(str, Mode)))
        self.mode = mode

    def make(self, key: TaskKey) -> FunctionCallsTask:
        """The conversation of this key, in the taskset's mode."""
        rng = np.random.default_rng((key.seed, _PROGRAM))
        drawn = list(Mode)[int(rng.integers(len(Mode)))] if key.difficulty else Mode.BASE
        mode = drawn if self.mode == MIXED else Mode(self.mode)
        return FunctionCallsTask(key, draw_program(key.split, SIZES[key.difficulty], mode, rng))

    def certificates(self) -> Mapping[str, Certificate]:
        """Something changes with every request, and ids are given by calls alone."""
        return CERTIFICATES

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits of every family."""
        return {"oracle": oracle, **super().policies()}
