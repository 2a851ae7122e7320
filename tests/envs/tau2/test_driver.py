"""The driver and the criteria, on a small wheel."""

from contextlib import closing

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.playing import play
from agentic_gym.messages import CallTools, GiveAnswer, StopReason, ToolCall
from agentic_gym_envs.tau2.taskset import Tau2


def call(env, name, **arguments):
    return env.step(env.protocol.write(CallTools((ToolCall(name, arguments),))))


def answer(env, text):
    return env.step(env.protocol.write(GiveAnswer(text)))


def test_the_wheels_own_actions_succeed(shop, phone):
    for env, judged in ((shop, {3}), (phone, set())):
        for index in env.taskset.splits["test"]:
            assert play(env, "oracle", options={"index": index})["is_success"]
            assert env.trajectory.measures["skipped"] == (index in judged or (env is shop and index == 0))


def test_the_strict_split_leaves_out_what_nothing_solves(shop, phone):
    assert shop.taskset.splits == {"test": range(4), "strict": range(4, 6)}
    assert [shop.taskset.source(index).id for index in range(4, 6)] == ["1", "3"]
    assert phone.taskset.splits == {"test": range(2), "strict": range(2, 4)}
    free = [play(shop, "silent", options={"index": index})["is_success"] for index in range(6)]
    assert free == [True, False, True, False, False, False]


def test_a_record_that_should_not_have_changed_is_seen(shop):
    shop.reset(options={"index": 1})
    call(shop, "cancel", order="b")
    call(shop, "cancel", order="c")
    answer(shop, "1,200")
    assert shop.trajectory.measures["db"] == 0.0
    assert shop.trajectory.measures["communicate"] == 1.0
    assert not shop.trajectory.measures["success"]


def test_what_had_to_be_said_is_looked_for(shop):
    shop.reset(options={"index": 1})
    call(shop, "cancel", order="b")
    answer(shop, "Done.")
    assert (shop.trajectory.measures["db"], shop.trajectory.measures["communicate"]) == (1.0, 0.0)
    assert not shop.trajectory.measures["success"]


def test_actions_that_are_asked_for_have_to_be_made(phone):
    phone.reset(options={"index": 1})
    call(phone, "switch", order="x")
    answer(phone, "Done.")
    assert (phone.trajectory.measures["env_assertion"], phone.trajectory.measures["action"]) == (1.0, 0.0)
    assert not phone.trajectory.measures["success"]


def test_episodes_share_no_records(shop):
    shop.reset(options={"index": 1})
    (other,) = shop.branch(1)
    call(other, "cancel", order="b")
    assert "cancelled" in call(other, "show", order="b")[0]["text"]
    assert "pending" in call(shop, "show", order="b")[0]["text"]
    shop.reset(options={"index": 1})
    assert "pending" in call(shop, "show", order="b")[0]["text"]


@pytest.mark.parametrize(
    "arguments", [{}, {"order": "none"}, {"tool_name": "x"}, {"requestor": "user"}, {"order": "a", "b": 1}]
)
def test_wrong_calls_are_answered_and_change_nothing(shop, arguments):
    shop.reset(options={"index": 0})
    observation, *_, info = call(shop, "cancel", **arguments)
    assert "Error: " in observation["text"]
    assert info["tool_results"][0]["status"] == "mistake"
    answer(shop, "Done.")
    assert shop.trajectory.measures["db"] == 1.0


def test_the_calculator_evaluates_no_code(shop):
    shop.reset(options={"index": 0})
    assert "42.0" in call(shop, "calculate", expression="6 * 7")[0]["text"]
    assert "Error: " in call(shop, "calculate", expression="__import__('os')")[0]["text"]


def test_a_budget_that_ends_the_episode_ends_success(shop):
    with closing(AgenticEnv(shop.taskset, max_turns=1)) as env:
        env.reset(options={"index": 0})
        *_, info = call(env, "show", order="a")
        assert info["stop_reason"] is StopReason.MAX_TURNS
        assert not info["is_success"]


def test_a_judge_is_asked(wheel):
    verdicts = iter([False, True])
    with closing(AgenticEnv(Tau2("retail", judge=lambda assertion, said: next(verdicts)))) as env:
        for verdict in (False, True):
            env.reset(options={"index": 3})
            call(env, "cancel", order="c")
            answer(env, "Done.")
            assert env.trajectory.measures["success"] == verdict
            assert env.trajectory.measures["skipped"] == 0.0


def test_alone_the_agent_has_the_note_and_the_phone(shop, phone):
    observation, _ = shop.reset(options={"index": 1})
    assert "You are Ann, case 1." in observation["text"]
    assert shop.system_prompt.startswith("Be kind.")
    phone.reset(options={"index": 0})
    assert "you hold the phone" in phone.system_prompt
    assert {schema["function"]["name"] for schema in phone.tool_schemas} == {
        "show",
        "cancel",
        "calculate",
        "switch",
    }


def test_with_a_customer_the_agent_has_to_ask(wheel):
    heard = []

    def customer(conversation):
        heard.append(conversation)
        return "Bye. [goodbye]"

    with closing(AgenticEnv(Tau2("retail", customer=customer))) as env:
        observation, _ = env.reset(options={"index": 1})
        assert "Ann" not in observation["text"] + env.system_prompt
        assert env.step("Good day.")[2]
        assert "You are Ann, case 1." in heard[0][0]["content"]
    with pytest.raises(ConfigurationError, match="acts on a phone"):
        Tau2("telecom", customer=customer)
