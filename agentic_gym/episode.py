"""The state of one running episode: what it may use, what has happened, what there is to say of it."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agentic_gym.conversation import message
from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import Message, StopReason, TextPart, ToolResult
from agentic_gym.scoring.rubric import Score
from agentic_gym.tasks import Observation, Setting, Task
from agentic_gym.tools.base import Tool
from agentic_gym.tools.runner import LEAST_CHARACTERS, ToolRunner
from agentic_gym.trajectories.records import Trajectory, Turn

MAX_TEXT = 131_072
"""Characters of the longest observation or action that the spaces hold."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """What ends an episode that does not end itself.

    Attributes:
        max_turns: actions.
        max_tool_calls: calls that are run, over all turns.
        max_characters: what the agent writes, over all turns.
        max_result_characters: what its calls give back, in one turn; the middle of more is left out.
            At most a quarter of what an observation holds, since escaping makes text longer.
    """

    max_turns: int
    max_tool_calls: int
    max_characters: int
    max_result_characters: int

    def __post_init__(self) -> None:
        """Refuses a budget that is no number, leaves nothing to do, or that no observation could hold."""
        for name, least in (
            ("max_turns", 1),
            ("max_tool_calls", 0),
            ("max_characters", 1),
            ("max_result_characters", LEAST_CHARACTERS),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise ConfigurationError(f"{name} is a whole number of at least {least}; got {value!r}")
        if self.max_result_characters > MAX_TEXT // 4:
            raise ConfigurationError(
                f"max_result_characters is at most {MAX_TEXT // 4}; got {self.max_result_characters}"
            )

    @property
    def max_calls_a_turn(self) -> int:
        """Calls in one turn whose results, each with its tags, have room in an observation."""
        return self.max_result_characters // LEAST_CHARACTERS


@dataclass(slots=True)
class Episode:
    """One episode, from its prompt to its score.

    Attributes:
        task: what it is about.
        setting: its tools and its user.
        runner: runs the tools.
        offers_tools: whether the agent has the setting's tools; else it has none.
        system_prompt: tools, how to write an action, budgets.
        prompt: the first observation.
        turns: what has happened.
        trajectory: the whole of it, once it has ended.
        score: how it was scored; none where infrastructure ended it.
    """

    task: Task
    setting: Setting
    runner: ToolRunner
    system_prompt: str
    prompt: Message
    offers_tools: bool = True
    turns: list[Turn] = field(default_factory=list)
    trajectory: Trajectory | None = None
    score: Score | None = None

    def branch(self) -> "Episode":
        """A copy that shares nothing that changes."""
        setting = self.setting.branch()
        runner = self.runner.branch(tools_by_name(setting) if self.offers_tools else {})
        return replace(self, setting=setting, runner=runner, turns=list(self.turns))

    @property
    def conversation(self) -> tuple[Message, ...]:
        """System text, first observation, then action and observation in turn."""
        messages = [message("system", self.system_prompt), self.prompt]
        for turn in self.turns:
            messages.append(Message("assistant", (TextPart(turn.text),)))
            if turn.observation is not None:
                messages.append(turn.observation)
        return tuple(messages)

    @property
    def info(self) -> dict[str, Any]:
        """The contract's info; the same for the same actions, so nothing in it is timed or counted up."""
        results = self.turns[-1].results if self.turns else ()
        trajectory, score = self.trajectory, self.score
        isolation = self.runner.context.python.isolation
        return {
            "task_id": str(self.task.key),
            "tool_calls": [
                {"name": result.call.name, "arguments": copy.deepcopy(result.call.arguments)}
                for result in results
            ],
            "tool_results": [_result_info(result) for result in results],
            "reward_components": dict(score.components) if score else {},
            "stop_reason": trajectory.stop_reason if trajectory else None,
            "is_success": bool(trajectory and trajectory.measures.get("success", 0.0) >= 1.0),
            "scored": score is not None,
            "isolation": isolation.level,
            "isolation_layers": isolation.active,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action led to: an observation, an ending, or both."""

    observation: Message | None = None
    results: tuple[ToolResult, ...] = ()
    stop_reason: StopReason | None = None


def tools_by_name(setting: Setting) -> Mapping[str, Tool]:
    """The tools on offer now."""
    return {tool.schema.name: tool for tool in setting.tools}


def observation_of(shown: Message | None) -> Observation:
    """A message as an observation; an empty one for none."""
    if shown is None:
        return {"text": "", "images": ()}
    return {"text": shown.text, "images": tuple(image.pixels for image in shown.images)}


def _result_info(result: ToolResult) -> dict[str, Any]:
    return {
        "name": result.call.name,
        "text": result.text,
        "images": [image.name for image in result.images],
        "status": str(result.status),
        "detail": result.detail,
    }
