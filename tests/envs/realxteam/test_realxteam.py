"""RealX's questions, played by three."""

from contextlib import closing

import pytest

import agentic_gym  # noqa: F401 - registers the teams
from agentic_gym.messages import StopReason
from agentic_gym.multi_agent import make_parallel
from agentic_gym_envs.realxteam.oracle import team_oracle
from agentic_gym_envs.realxteam.team import ANALYST, OBSERVER, RESEARCHER, RealXTeam


def play_oracle(env, seed):
    """One episode of the team's oracle: rewards, terminations and infos of its last cycle."""
    env.reset(seed=seed)
    lead = env.seat(env.agents[0])
    script = team_oracle(env.task, lead.coordinates)
    cycle = next(script)
    while True:
        written = {role: lead.protocol.write(action) for role, action in cycle.items()}
        observations, *rest = env.step({role: written.get(role, "") for role in env.agents})
        if not env.agents:
            return rest
        cycle = script.send(observations)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_three_that_tell_each_other_solve_it(level):
    with closing(make_parallel(RealXTeam(), difficulty=level)) as env:
        for seed in range(2):
            rewards, terminations, truncations, infos = play_oracle(env, seed)
            assert rewards == dict.fromkeys(env.possible_agents, 1.0)
            assert all(terminations.values())
            assert not any(truncations.values())
            assert infos[ANALYST]["stop_reason"] is StopReason.ANSWER
            assert infos[OBSERVER]["stop_reason"] is StopReason.TEAM_DONE
            assert all(info["is_success"] for info in infos.values())


def test_each_has_what_the_others_lack():
    with closing(make_parallel(RealXTeam(), difficulty=1)) as env:
        observations, _ = env.reset(seed=1)
        tools = {
            role: {schema["function"]["name"] for schema in env.seat(role).tool_schemas}
            for role in env.agents
        }
        assert len(observations[OBSERVER]["images"]) == 1
        assert observations[RESEARCHER]["images"] == observations[ANALYST]["images"] == ()
        assert tools[ANALYST] == {"python"}
        assert "search" in tools[RESEARCHER] - tools[OBSERVER]
        assert "image_search" in tools[OBSERVER] - tools[RESEARCHER]
        assert all(env.task.prompt in observation["text"] for observation in observations.values())


def test_only_the_analyst_answers():
    with closing(make_parallel(RealXTeam(), difficulty=0)) as env:
        env.reset(seed=1)
        answer = f"<answer>{env.task.reference}</answer>"
        observations, *_ = env.step({OBSERVER: answer, RESEARCHER: "", ANALYST: ""})
        assert env.agents
        assert "In this team the analyst answers" in observations[OBSERVER]["text"]
        _, rewards, *_ = env.step({OBSERVER: "", RESEARCHER: "", ANALYST: answer})
        assert set(rewards.values()) == {1.0}
        assert not env.agents
