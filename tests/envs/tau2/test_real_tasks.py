"""A sample of the real tasks, in the slow tests: needs the wheel, as the README of the family installs it."""

import copy
from contextlib import closing

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.playing import play
from agentic_gym.messages import CallTools, GiveAnswer, StopReason, ToolCall
from agentic_gym_envs.tau2.judging import solved_by_nothing
from agentic_gym_envs.tau2.taskset import Tau2

pytestmark = pytest.mark.slow
SAMPLE = 25
FREE = {"airline": 19, "retail": 7}
"""How many tasks of a domain a policy solves that does nothing."""


@pytest.fixture(scope="module", params=["airline", "retail", "telecom"])
def env(request):
    with closing(AgenticEnv(Tau2(request.param))) as env:
        yield env


def call(env, name, **arguments):
    return env.step(env.protocol.write(CallTools((ToolCall(name, arguments),))))


def answer(env, text):
    return env.step(env.protocol.write(GiveAnswer(text)))


def test_the_wheels_own_actions_succeed(env):
    for index in range(SAMPLE):
        info = play(env, "oracle", options={"index": index})
        assert info["is_success"], (info["task_id"], env.trajectory.measures)


def test_nothing_solves_what_it_is_known_to_solve_and_nothing_of_the_strict_split(env):
    domain = env.taskset.make(env.taskset.key(index=0)).domain
    if domain.name in FREE:
        assert sum(solved_by_nothing(domain, task) for task in domain.tasks) == FREE[domain.name]
    for index in env.taskset.splits["strict"][:SAMPLE]:
        assert not play(env, "silent", options={"split": "strict", "index": index})["is_success"]
    for index in env.taskset.splits["test"][:SAMPLE]:
        free = solved_by_nothing(domain, env.taskset.source(index))
        assert play(env, "silent", options={"index": index})["is_success"] == free


def test_an_episode_leaves_the_original_as_it_was(env):
    domain = env.taskset.make(env.taskset.key(index=0)).domain
    before = domain.database.model_dump_json()
    for index in range(SAMPLE):
        play(env, "oracle", options={"index": index})
        play(env, "tool-spam", options={"index": index})
    assert domain.database.model_dump_json() == before


def test_measuring_again_gives_the_same(env):
    for index in range(5):
        play(env, "oracle", options={"index": index})
        assert env.task.measure(env.trajectory) == env.trajectory.measures


def test_wrong_calls_are_answered(env):
    env.reset(options={"index": 0})
    name = env.tool_schemas[0]["function"]["name"]
    for wrong in ({"no_such": 1}, {"tool_name": "x"}, {"requestor": "user"}, {"self": 1}):
        assert "Error" in call(env, name, **wrong)[0]["text"]
    assert "There is no tool" in call(env, "__init__")[0]["text"]
    assert call(env, "calculate", expression="9**9**9**9")[4]["tool_results"][0]["status"] == "mistake"


def test_a_budget_that_ends_the_episode_ends_success(env):
    indices = env.taskset.splits["test"]
    domain = env.taskset.make(env.taskset.key(index=0)).domain
    free = [place for place in indices[:SAMPLE] if solved_by_nothing(domain, domain.tasks[place])]
    for index in free[:1]:
        with closing(AgenticEnv(env.taskset, max_turns=1)) as short:
            short.reset(options={"index": index})
            *_, info = call(short, "think", thought="hm")
            assert info["stop_reason"] is StopReason.MAX_TURNS
            assert not info["is_success"]


def test_a_branch_goes_its_own_way():
    with closing(AgenticEnv(Tau2("retail"))) as env:
        env.reset(options={"index": 0})
        pending = next(o for o, order in env.task.domain.database.orders.items() if order.status == "pending")
        (other,) = env.branch(1)
        call(other, "cancel_pending_order", order_id=pending, reason="no longer needed")
        assert "cancelled" in call(other, "get_order_details", order_id=pending)[0]["text"]
        assert "cancelled" not in call(env, "get_order_details", order_id=pending)[0]["text"]


def test_a_judge_is_asked_and_without_one_terms_are_skipped():
    asked = []
    with closing(AgenticEnv(Tau2("airline", judge=lambda *given: asked.append(given) or True))) as env:
        env.reset(options={"index": 0})
        answer(env, "I cannot cancel it.")
        assert asked == [(env.task.source.evaluation_criteria.nl_assertions[0], "I cannot cancel it.")]
        assert env.trajectory.measures["nl_assertion"] == 1.0
        assert env.trajectory.measures["skipped"] == 0.0
    with closing(AgenticEnv(Tau2("airline"))) as env:
        env.reset(options={"index": 0})
        answer(env, "I cannot cancel it.")
        assert "nl_assertion" not in env.trajectory.measures
        assert env.trajectory.measures["skipped"] == 1.0


def test_a_function_plays_the_customer_of_airline_and_retail():
    heard = []

    def customer(conversation):
        heard.append(copy.deepcopy(conversation))
        return "Cancel it, please." if len(conversation) < 3 else "Bye. [goodbye]"

    with closing(AgenticEnv(Tau2("airline", customer=customer))) as env:
        observation, _ = env.reset(options={"index": 0})
        assert "Emma Kim" not in observation["text"] + env.system_prompt
        assert env.step("Hello, what can I do for you?")[0]["text"] == "Cancel it, please."
        assert env.step("I cannot do that.")[2]
        assert "Emma Kim" in heard[0][0]["content"]
    with pytest.raises(ConfigurationError, match="acts on a phone"):
        Tau2("telecom", customer=customer)
