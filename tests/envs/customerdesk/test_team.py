"""The desk for two."""

from contextlib import closing

import pettingzoo
import pytest

import agentic_gym  # noqa: F401 - registers the teams
from agentic_gym.messages import CallTools, StopReason, ToolCall
from agentic_gym.multi_agent import make_parallel
from agentic_gym_envs.customerdesk.levels import LEVELS
from agentic_gym_envs.customerdesk.pair_oracle import pair_oracle
from agentic_gym_envs.customerdesk.team import AGENT, CUSTOMER, CustomerDeskTeam


def play_pair(env, seed, approves=True):
    """One episode of both scripts: rewards, terminations, truncations and infos of its last cycle."""
    env.reset(seed=seed)
    script = pair_oracle(env.task, "norm1000")
    protocol, cycle = env.seat(AGENT).protocol, next(script)
    while True:
        actions = {role: protocol.write(action) for role, action in cycle.items()}
        if not approves and '"approve"' in actions.get(CUSTOMER, ""):
            actions = {}
        observations, *rest = env.step({role: actions.get(role, "") for role in env.agents})
        if not env.agents:
            return rest
        cycle = script.send(observations)


@pytest.mark.parametrize("level", LEVELS)
def test_two_who_play_their_parts_succeed(level):
    with closing(make_parallel(CustomerDeskTeam(), difficulty=level)) as env:
        for seed in range(4):
            rewards, terminations, truncations, infos = play_pair(env, seed)
            assert rewards == {AGENT: 1.0, CUSTOMER: 1.0}
            assert all(terminations.values())
            assert not any(truncations.values())
            stops = {role: info["stop_reason"] for role, info in infos.items()}
            assert stops in (
                {AGENT: StopReason.TEAM_DONE, CUSTOMER: StopReason.USER_DONE},
                {AGENT: StopReason.TRANSFER, CUSTOMER: StopReason.TEAM_DONE},
            )


def test_a_yes_in_words_will_do_as_well():
    with closing(make_parallel(CustomerDeskTeam(), difficulty=0)) as env:
        rewards, *_ = play_pair(env, 0, approves=False)
        assert rewards[AGENT] == 1.0


def test_each_has_tools_of_their_own():
    with closing(pettingzoo.make("parallel", "CustomerDesk-v0", difficulty=2)) as env:
        observations, _ = env.reset(seed=0)
        tools = {
            role: {schema["function"]["name"] for schema in env.unwrapped.seat(role).tool_schemas}
            for role in env.agents
        }
        assert tools[CUSTOMER] == {"my_records", "approve", "leave"}
        assert not tools[AGENT] & tools[CUSTOMER]
        assert "# Policy" in env.unwrapped.seat(AGENT).system_prompt
        assert "# Policy" not in env.unwrapped.seat(CUSTOMER).system_prompt
        assert observations[AGENT]["text"] in observations[CUSTOMER]["text"]


def test_the_app_shows_and_approves_only_what_is_the_customers():
    with closing(make_parallel(CustomerDeskTeam(), difficulty=2)) as env:
        env.reset(seed=0)
        visit, protocol = env.task.visit, env.seat(CUSTOMER).protocol
        foreign = next(
            record["id"]
            for record in visit.records.values()
            if record.get("customer_id") not in (None, visit.customer["id"])
        )
        calls = (ToolCall("my_records"), ToolCall("approve", {"record_id": foreign}))
        observations, *_, infos = env.step({AGENT: "", CUSTOMER: protocol.write(CallTools(calls))})
        assert visit.requests[0].record_id in observations[CUSTOMER]["text"]
        assert [result["status"] for result in infos[CUSTOMER]["tool_results"]] == ["ok", "mistake"]


def test_the_customer_may_leave_and_nothing_is_achieved():
    with closing(make_parallel(CustomerDeskTeam(), difficulty=0)) as env:
        env.reset(seed=0)
        leaving = env.seat(CUSTOMER).protocol.write(CallTools((ToolCall("leave"),)))
        _, rewards, terminations, _, _ = env.step({AGENT: "", CUSTOMER: leaving})
        assert rewards == {AGENT: 0.0, CUSTOMER: 0.0}
        assert all(terminations.values())


def test_who_agrees_to_nothing_has_nothing_changed_rightly():
    with closing(make_parallel(CustomerDeskTeam(), difficulty=0)) as env:
        env.reset(seed=0)
        visit, protocol = env.task.visit, env.seat(AGENT).protocol
        name, arguments = visit.requests[0].call
        found = ToolCall("find_customer", {"email": visit.customer["email"]})
        env.step({AGENT: protocol.write(CallTools((found, ToolCall(name, arguments)))), CUSTOMER: ""})
        leaving = protocol.write(CallTools((ToolCall("leave"),)))
        env.step({AGENT: "", CUSTOMER: leaving})
        measures = env.trajectories[AGENT].measures
        assert (measures["success"], measures["state"], measures["policy"]) == (0.0, 1.0, 0.0)
