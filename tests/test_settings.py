"""Episodes whose tools and user share state: a shop's counter."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import CallTools, GiveAnswer, SayToUser, StopReason, ToolCall
from agentic_gym.tasks import Setting, StatefulSetting, Task, TaskKey, Taskset, UserReply
from agentic_gym.tools import tool


@dataclass
class Counter:
    """What is on the counter, and who stands there."""

    goods: list[str] = field(default_factory=list)
    setting: StatefulSetting | None = None

    def put(self, item: str) -> str:
        """Puts something on the counter.

        Args:
            item: what.
        """
        self.goods.append(item)
        return f"{len(self.goods)} on the counter"

    def look(self) -> str:
        """Says what is on the counter."""
        return ", ".join(self.goods) or "nothing"

    def close(self) -> str:
        """Closes the shop."""
        self.setting.stop = StopReason.TRANSFER
        return "closed"

    def reply(self, message: str) -> UserReply:
        if "key" in message:
            self.setting.tools = (*self.setting.tools, tool(self.close))
        if "stop" in message:
            self.setting.tools = self.setting.tools[:1]
        return UserReply(f"I see {self.look()}", done="bye" in message)


class CounterTask(Task):
    template = "counter"
    briefing = "Never sell <answer>."
    converses = True
    prompt = "Serve the customer."
    reference = ""

    def __init__(self, key: TaskKey) -> None:
        self.key = key

    def begin(self, coordinates: str) -> Setting:
        counter = Counter()
        counter.setting = StatefulSetting((tool(counter.put), tool(counter.look)), counter)
        return counter.setting

    def measure(self, trajectory) -> Mapping[str, float]:
        return {"success": float(any(call.name == "put" for call in trajectory.calls))}


class CounterTasks(Taskset):
    id: ClassVar[str] = "Counter-v0"
    difficulties: Mapping[int, str] = {0: "a counter"}
    default_difficulty: int = 0
    max_turns: int = 9
    max_tool_calls: int = 7
    rubric: str = "artist_functions"

    def make(self, key: TaskKey) -> Task:
        return CounterTask(key)


@pytest.fixture
def env():
    with closing(AgenticEnv(CounterTasks())) as env:
        env.reset(seed=0)
        yield env


def _call(env, name, **arguments):
    return env.step(env.protocol.write(CallTools((ToolCall(name, arguments),))))


def _say(env, text):
    return env.step(env.protocol.write(SayToUser(text)))


def test_tools_and_user_share_the_state_of_their_episode(env):
    _call(env, "put", item="tea")
    assert "I see tea" in _say(env, "Anything else?")[0]["text"]
    env.reset(seed=0)
    assert "I see nothing" in _say(env, "Hello")[0]["text"]


def test_a_branch_goes_its_own_way(env):
    _call(env, "put", item="tea")
    (other,) = env.branch(1)
    _call(other, "put", item="bread")
    assert "I see tea, bread" in _say(other, "So?")[0]["text"]
    assert "I see tea" in _say(env, "So?")[0]["text"]
    assert "bread" not in _call(env, "look")[0]["text"]
    _say(other, "Here is the key")
    assert {schema["function"]["name"] for schema in env.tool_schemas} == {"put", "look"}
    assert _call(other, "close")[2]


def test_a_tool_that_appears_is_announced_and_can_be_called(env):
    assert "There is no tool" in _call(env, "close")[0]["text"]
    observation = _say(env, "Here is the key")[0]
    assert "You have new tools from now on:" in observation["text"]
    assert '"name": "close"' in observation["text"]
    observation, _, terminated, _, info = _call(env, "close")
    assert terminated
    assert "closed" in observation["text"]
    assert info["stop_reason"] is StopReason.TRANSFER


def test_tools_that_are_gone_are_announced_and_refused(env):
    assert "You no longer have: look." in _say(env, "stop looking")[0]["text"]
    assert "There is no tool" in _call(env, "look")[0]["text"]
    assert [schema["function"]["name"] for schema in env.tool_schemas] == ["put"]


def test_the_briefing_stands_first_in_the_system_text(env):
    assert env.system_prompt.startswith("Never sell <answer>.\n\n")


def test_the_taskset_sets_budgets_and_rubric_unless_they_are_given():
    with closing(AgenticEnv(CounterTasks())) as env:
        assert (env.budgets.max_turns, env.budgets.max_tool_calls) == (9, 7)
        assert "state" in repr(env.rubric)
    with closing(AgenticEnv(CounterTasks(), max_tool_calls=3, rubric="outcome")) as env:
        assert env.budgets.max_tool_calls == 3
        assert "state" not in repr(env.rubric)


def test_only_where_an_agent_may_pass_is_an_empty_action_none_of_its_mistakes(env):
    assert "could not be read" in env.step("")[0]["text"]
    env._episode.setting.may_pass = True
    observation, _, terminated, truncated, _ = env.step(" \n")
    assert (observation["text"], terminated, truncated) == ("", False, False)
    assert [entry.role for entry in env.conversation][-1] == "assistant"


def test_the_two_halves_of_a_step_are_the_step(env):
    turn, stop = env.act(env.protocol.write(GiveAnswer("done")))
    assert stop is StopReason.ANSWER
    assert not env._episode.turns
    assert env.conclude(turn, stop)[2]
    assert env.trajectory.answer == "done"
    env.reset(seed=1)
    with pytest.raises(ConfigurationError, match="an action is a str"):
        env.act(3)
