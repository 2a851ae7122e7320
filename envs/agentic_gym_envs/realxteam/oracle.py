"""The team's oracle, which proves that the three can do it: whoever finds something tells the others.

It follows the single agent's oracle. Each of its calls is made by a role that has the tool, and what came
back is said in a message before anybody goes on, so that nobody acts on what they could not know.
"""

import re
from collections.abc import Generator, Mapping
from typing import TypeAlias

from agentic_gym.messages import CallTools, SayToUser, WellFormed
from agentic_gym.tasks import Observation, Task
from agentic_gym_envs.realx.oracle import oracle
from agentic_gym_envs.realxteam.team import ANALYST, RESEARCHER, owners

Cycle: TypeAlias = Mapping[str, WellFormed]
"""Who does what in a cycle; a role that is left out says nothing."""
TeamScript: TypeAlias = Generator[Cycle, Mapping[str, Observation], None]

_TAG = re.compile(r"<[^<>]*>")


def team_oracle(task: Task, coordinates: str) -> TeamScript:
    """Plays a task of RealX-v0 with a team."""
    script = oracle(task, coordinates)
    action = next(script)
    role = ANALYST
    while isinstance(action, CallTools):
        role = _caller(action, role)
        observation = (yield {role: action})[role]
        if role != ANALYST:
            yield {role: SayToUser(f"I found this. {_TAG.sub(' ', observation['text'])}")}
        action = script.send(observation)
    yield {ANALYST: action}


def _caller(action: CallTools, before: str) -> str:
    """The role that makes a call; who has just been shown a page looks at its pictures."""
    (call,) = action.calls
    having = owners(call.name)
    if before == RESEARCHER and RESEARCHER in having and call.arguments.get("image") != "image_1":
        return RESEARCHER
    return having[0]
