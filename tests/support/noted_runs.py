"""An environment in which what even an untrained model writes is rewarded in many shades.

`gymnasium.make("noted_runs:Noted-v0")` needs no import, so that a child process can make it too.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from agentic_gym.registration import register
from agentic_gym.scoring.rubric import Component, Rubric
from agentic_gym.tasks import Task, TaskKey
from agentic_gym.tools import Tool
from agentic_gym.trajectories.records import Trajectory
from text_tasks import TextTask
from toy_tasks import ToyTaskset, add

ENV_ID = "noted_runs:Noted-v0"


def vowels(trajectory: Trajectory) -> float:
    """The share of vowels in what the agent wrote."""
    text = "".join(turn.text for turn in trajectory.turns)
    return sum(letter in "aeiou" for letter in text) / max(1, len(text))


class NotedTask(TextTask):
    def tools(self, coordinates: str) -> Sequence[Tool]:
        return (add,)


class NotedTaskset(ToyTaskset):
    id: ClassVar[str] = "Noted-v0"
    max_turns: int = 2
    difficulties: Mapping[int, str] = {0: "a sum"}
    rubric = Rubric([Component("vowels", vowels, 1.0)])

    def make(self, key: TaskKey) -> Task:
        return NotedTask(key, (), False)


register("Noted-v0", "noted_runs:NotedTaskset")
