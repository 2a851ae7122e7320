"""Audits: agents that lack the abilities a task asks for, made from any environment alone.

One that succeeds more often than its ceiling has found a short cut. A taskset adds audits that know its
family by `policies`, and states a ceiling of its own by `ceilings`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.random_agent import RandomAgent
from agentic_gym.evaluation.scripted import NOTHING, Agent, ScriptedAgent, saying
from agentic_gym.evaluation.snooping import snooping_script
from agentic_gym.evaluation.thumbnails import missing_reader, thumbnail_script
from agentic_gym.messages import CallTools, ToolCall
from agentic_gym.scoring.answers import AnswerType
from agentic_gym.tasks import Observation, QuestionTask, Script, Task, common_answers
from agentic_gym.tools.image_operations import image_tools

_LISTED = 12
_LONGEST_LIST = 280
"""Characters; an answer of 300 is wrong for its length alone."""
_SPAM_TURNS = 3
_SEARCHED = 24
"""Tasks after its own in which `wrong-image` looks for one of the same template."""
_MAKE_PICTURES = frozenset(tool.schema.name for tool in image_tools())


def _always_fits(env: AgenticEnv) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit.

    Attributes:
        make: the agent of an episode, from the environment after `reset`.
        unfit: why the audit says nothing of the episode that has begun, empty where it does.
        extra: why it cannot be played on this machine, empty where it can.
        most_episodes: how many are enough of one that takes long.
    """

    make: Callable[[AgenticEnv], Agent]
    unfit: Callable[[AgenticEnv], str] = _always_fits
    extra: Callable[[], str] = str
    most_episodes: float = math.inf


def silent(env: AgenticEnv) -> Agent:
    """Says nothing."""
    return _always(env, NOTHING)


def answer_list(env: AgenticEnv) -> Agent:
    """Gives the most common answers of the template all at once."""
    by_template = common_answers(env.taskset, env.task.key.difficulty)
    common = by_template.get(env.task.template) or [answers[0] for answers in by_template.values()]
    listed = common[0]
    for candidate in common[1:_LISTED]:
        if len(listed) + len(candidate) + 4 < _LONGEST_LIST:
            listed += f" or {candidate}"
    return _always(env, listed)


class ToolSpam:
    """Calls every tool at random for a few turns, then gives a word that it saw as the answer.

    Of the tools that only make pictures it calls one a turn: they give no word, and take long.

    Args:
        env: the environment, after `reset`.
    """

    def __init__(self, env: AgenticEnv) -> None:
        self._agent = RandomAgent(env)
        self._turns = min(_SPAM_TURNS, env.budgets.max_turns - 1) if env.tool_schemas else 0
        self._calls = min(env.budgets.max_calls_a_turn, env.budgets.max_tool_calls // max(1, self._turns))
        self._env = env

    def __call__(self, observation: Observation) -> str:
        """Calls, or the guess."""
        self._agent.see(observation)
        calls = self._one_picture(self._agent.call_everything())[: self._calls]
        if not calls or self._turns == 0:
            return saying(self._env, self._agent.guess())
        self._turns -= 1
        return self._env.protocol.write(CallTools(calls))

    def _one_picture(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """The calls with a single one of those that only make pictures: another one each turn."""
        making = [call for call in calls if call.name in _MAKE_PICTURES]
        kept = making[(self._env.task.key.seed + self._turns) % len(making)] if making else None
        return tuple(call for call in calls if call is kept or call.name not in _MAKE_PICTURES)


def wrong_image(env: AgenticEnv) -> Agent:
    """Gives the answer that the question, or one as like it as can be found, has in another picture."""
    return _always(env, _next_answer(env))


def _next_answer(env: AgenticEnv) -> str:
    key, taskset = env.task.key, env.taskset
    indices = taskset.splits[key.split]
    alike: str | None = None
    for step in range(1, min(_SEARCHED, len(indices))):
        index = indices[(indices.index(key.index) + step) % len(indices)]
        other = taskset.make(taskset.key(split=key.split, difficulty=key.difficulty, index=index))
        if other.template == env.task.template:
            return other.reference
        if alike is None and answer_type(other) is answer_type(env.task):
            alike = other.reference
    return alike or NOTHING


def answer_type(task: Task) -> AnswerType | None:
    """The type that an answer is to have, which the question states; `None` where it is no single value."""
    return task.truth.type if isinstance(task, QuestionTask) else None


def _without_pictures(env: AgenticEnv) -> str:
    return "" if env.conversation[1].images else "the task has no picture"


def _without_python(env: AgenticEnv) -> str:
    named = {schema["function"]["name"] for schema in env.tool_schemas}
    return "" if "python" in named else "the task has no tool 'python'"


def _always(env: AgenticEnv, text: str) -> Agent:
    action = saying(env, text)
    return lambda observation: action


def _scripted(script: Callable[[AgenticEnv], Script]) -> Callable[[AgenticEnv], Agent]:
    return lambda env: ScriptedAgent(script(env), env)


AUDITS: Mapping[str, Audit] = MappingProxyType(
    {
        "silent": Audit(silent),
        "answer-list": Audit(answer_list),
        "tool-spam": Audit(ToolSpam),
        "wrong-image": Audit(wrong_image, _without_pictures),
        "snoop": Audit(_scripted(snooping_script), _without_python),
        "thumbnail": Audit(_scripted(thumbnail_script), _without_pictures, missing_reader, 100),
    }
)
"""The audits that every environment can be put to; `most-common` is every taskset's own policy."""
