"""An agent, and a script as one."""

from collections.abc import Callable
from typing import TypeAlias

from agentic_gym.core import AgenticEnv
from agentic_gym.messages import CallTools, GiveAnswer, SayToUser
from agentic_gym.tasks import Observation, Script

Agent: TypeAlias = Callable[[Observation], str]
"""Plays an episode: is given what is new, and says what to do."""

NOTHING = "…"
"""What is said by an agent that says nothing: no protocol takes an empty answer."""


class ScriptedAgent:
    """A script of the taskset's own (an oracle, an audit) as an agent.

    A script that ends before its episode does, or answers with nothing, gives up.
    """

    def __init__(self, script: Script, env: AgenticEnv) -> None:
        self._script = script
        self._write = env.protocol.write
        self._begun = False
        self._give_up = saying(env, NOTHING)

    def __call__(self, observation: Observation) -> str:
        """The script's next action, in the environment's protocol."""
        try:
            action = self._script.send(observation) if self._begun else next(self._script)
        except StopIteration:
            return self._give_up
        self._begun = True
        if not isinstance(action, CallTools) and not action.text.strip():
            return self._give_up
        return self._write(action)


def saying(env: AgenticEnv, text: str) -> str:
    """A text as the answer, or as a message where the task has a user, in the environment's protocol."""
    return env.protocol.write(SayToUser(text) if env.task.converses else GiveAnswer(text))
