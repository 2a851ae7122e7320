"""The driver and the rules, on a small wheel; and a sample of the real one, in the slow tests."""

import importlib.util
import json
import re
from contextlib import closing

import gymnasium as gym
import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.evaluation.playing import play
from agentic_gym.messages import CallTools, GiveAnswer, SayToUser, StopReason, ToolCall
from agentic_gym_envs.bfcl.taskset import BFCL
from agentic_gym_envs.bfcl.wheel import CATEGORIES

LEVELS = range(4)
SHOW = ToolCall("show", {"name": "a"})
WRITE = ToolCall("write", {"name": "c", "text": "t", "tags": ["x"]})
DONE = SayToUser("Done.")
TAG = ToolCall("tag", {"name": "c", "tag": "y"})


def _run(env, *turns, level=0, end=DONE):
    """Plays one list of calls a request, each call an action of its own."""
    env.reset(options={"difficulty": level, "index": 0})
    for calls in turns:
        for call in calls:
            env.step(env.protocol.write(CallTools((call,))))
        *_, info = env.step(env.protocol.write(end if calls is turns[-1] else DONE))
    return info


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "policy", ["oracle", "empty", "truth-less-one", "silent", "tool-spam", "answer-list"]
)
def test_only_the_ground_truth_succeeds(env, level, policy):
    info = play(env, policy, options={"difficulty": level, "index": 0})
    assert info["is_success"] is (policy == "oracle")
    if policy == "oracle":
        assert env.trajectory.measures == {"success": 1.0, "state": 1.0, "functions": 1.0}
        assert info["stop_reason"] is StopReason.USER_DONE


def test_the_state_is_compared_after_every_request(env):
    assert _run(env, [SHOW], [WRITE, TAG])["is_success"]
    assert not _run(env, [SHOW, WRITE], [TAG])["is_success"]
    assert not _run(env, [SHOW], [WRITE, TAG, TAG])["is_success"]


def test_a_result_of_an_earlier_turn_counts_but_a_turn_with_something_to_do_needs_a_call(env):
    assert _run(env, [SHOW, SHOW], [WRITE, TAG])["is_success"]
    assert not _run(env, [], [SHOW, WRITE, TAG])["is_success"]
    assert not _run(env, [ToolCall("show", {"name": "b"})], [WRITE, TAG])["is_success"]


def test_shares_tell_how_near_a_failure_was(env):
    _run(env, [SHOW], [WRITE])
    assert env.trajectory.measures == {"success": 0.0, "state": 0.0, "functions": 2 / 3}
    _run(env, [], [])
    assert env.trajectory.measures["functions"] == 0.0


def test_a_final_answer_is_the_last_message(env):
    assert _run(env, [SHOW], [WRITE, TAG], end=GiveAnswer("Done."))["is_success"]


def test_a_turn_without_ground_truth_fails_on_any_call(env):
    write = ToolCall("write", {"name": "c", "text": "hello"})
    assert _run(env, [], [write], level=2)["is_success"]
    assert not _run(env, [SHOW], [write], level=2)["is_success"]
    assert not _run(env, [ToolCall("nothing", {})], [write], level=2)["is_success"]


def test_a_request_has_twenty_steps(env):
    calls = [ToolCall("write", {"name": f"n{place}"}) for place in range(30)]
    assert not _run(env, calls, level=3)["is_success"]
    env.reset(options={"difficulty": 3, "index": 0})
    for place in range(0, 30, 10):
        env.step(env.protocol.write(CallTools(calls[place : place + 10])))
    assert env.step(env.protocol.write(SayToUser("Done.")))[-1]["is_success"]


def test_a_held_out_function_cannot_be_called_before_it_appears(env):
    env.reset(options={"difficulty": 1, "index": 0})
    write = env.protocol.write(CallTools((ToolCall("write", {"name": "c", "text": "hello"}),)))
    assert "There is no tool" in env.step(write)[0]["text"]
    assert {schema["function"]["name"] for schema in env.tool_schemas} == {"show", "tag", "half"}
    env.step(env.protocol.write(SayToUser("Next.")))
    observation, *_ = env.step(env.protocol.write(SayToUser("I cannot.")))
    assert "You have new tools from now on" in observation["text"]
    assert "written" in env.step(write)[0]["text"]


def test_an_excluded_function_is_not_there(env):
    env.reset(options={"index": 0})
    assert "half" not in {schema["function"]["name"] for schema in env.tool_schemas}


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"name": 3},
        {"name": "c", "no": 1},
        {"name": "c", "tags": "x"},
        {"name": "c", "precision": 10**6},
        {"name": ["__import__('os').system('id')"]},
    ],
)
def test_wrong_arguments_change_nothing(env, arguments):
    env.reset(options={"difficulty": 2, "index": 0})
    desk = env._episode.setting.tools[0].desk
    before = json.dumps(vars(desk.apis["TicketAPI"]))
    *_, info = env.step(env.protocol.write(CallTools((ToolCall("write", arguments),))))
    assert info["tool_results"][0]["status"] == "mistake"
    assert json.dumps(vars(desk.apis["TicketAPI"])) == before


def test_a_call_that_raises_leaves_the_state_as_it_was(env):
    env.reset(options={"difficulty": 2, "index": 0})
    desk = env._episode.setting.tools[0].desk
    env.step(env.protocol.write(CallTools((ToolCall("write", {"name": "c"}),))))
    observation, *_, info = env.step(env.protocol.write(CallTools((ToolCall("half", {"name": "a"}),))))
    assert "Error during execution: broke midway" in observation["text"]
    assert info["tool_results"][0]["status"] == "mistake"
    assert desk.apis["TicketAPI"].tickets == {"a": "first", "b": "second", "c": ["", []]}


def test_no_episode_sees_another_ones_state(env):
    for _ in range(2):
        assert _run(env, [SHOW], [WRITE, TAG])["is_success"]
    env.reset(options={"index": 0})
    (other,) = env.branch(1)
    env.step(env.protocol.write(CallTools((WRITE,))))
    assert list(other._episode.setting.tools[0].desk.apis["TicketAPI"].tickets) == ["a", "b"]


def test_without_the_wheel_the_error_gives_the_command(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="pip install --no-deps bfcl-eval mpmath"):
        gym.make("BFCL-v0")


def test_a_damaged_wheel_is_named(wheel):
    (wheel / "data/BFCL_v4_multi_turn_base.json").unlink()
    with pytest.raises(RecordError, match=re.escape("got 0 files BFCL_v*_multi_turn_base.json")):
        BFCL()


@pytest.mark.parametrize("text", ["import os", "show(name=x)", "a.b('c')", "nothing()", "show(*['a'])"])
def test_ground_truth_is_read_as_literals_and_never_run(wheel, text):
    path = wheel / "data/possible_answer/BFCL_v4_multi_turn_base.json"
    path.write_text(json.dumps({"id": "multi_turn_base_0", "ground_truth": [[text], []]}))
    taskset = BFCL()
    with pytest.raises(RecordError, match="multi_turn_base_0"):
        taskset.make(taskset.key(index=0, difficulty=0)).reference  # noqa: B018


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_a_sample_of_the_real_entries(level):
    """Needs `pip install --no-deps bfcl-eval mpmath`; `scripts/play_bfcl.py` plays all of them."""
    with closing(AgenticEnv(BFCL(), difficulty=level)) as env:
        assert len(env.taskset.splits["test"]) == 200
        for index in range(0, 200, 5):
            for policy, succeeds in {"oracle": True, "empty": False, "truth-less-one": False}.items():
                info = play(env, policy, options={"index": index})
                assert info["is_success"] is succeeds, (CATEGORIES[level], index, policy)
