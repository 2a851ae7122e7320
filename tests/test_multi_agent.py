"""The PettingZoo environments: PettingZoo's own tests, messages, endings, rewards."""

import subprocess
import sys
import warnings
from collections.abc import Mapping
from contextlib import closing

import pettingzoo
import pytest
from gymnasium.utils.env_checker import data_equivalence
from pettingzoo.test import api_test, parallel_api_test, seed_test

from agentic_gym.errors import ConfigurationError, EpisodeEndedError, InfrastructureError
from agentic_gym.messages import StopReason
from agentic_gym.multi_agent import TeamEnv, make_aec, make_parallel
from agentic_gym.tasks import Setting
from agentic_gym.teams import Seat, Team
from agentic_gym.tools import tool
from agentic_gym_envs import TEAMS
from toy_tasks import ToyTaskset

TEXT_SPACES = (
    "Observation is not a NumPy array",
    "Observation space for each agent probably should be",
    "Action space for each agent probably should be",
)
"""What PettingZoo warns of in every environment whose observations and actions are text."""
ROLE_NAMES = ("We recommend agents to be named in the format <descriptor>_<number>",)
"""And of agents that are named by role."""


@tool
def fail(why: str) -> str:
    """Fails.

    Args:
        why: what is wrong.
    """
    raise InfrastructureError(why)


class Pair(Team):
    """One knows the numbers, the other answers."""

    id = "Pair-v0"
    roles = ("reader", "solver")
    max_cycles = 4

    def __init__(self):
        self.taskset = ToyTaskset()

    def seats(self, task, coordinates) -> Mapping[str, Seat]:
        return {
            "reader": Seat(task.prompt, Setting((fail,)), task.images, briefing="You read."),
            "solver": Seat("Add what you are told.", Setting(), answers=True),
        }


@pytest.fixture
def env():
    with closing(make_parallel(Pair())) as env:
        env.reset(seed=0)
        yield env


def _step(env, reader="", solver=""):
    return env.step({"reader": reader, "solver": solver})


# --- PettingZoo's own tests ---------------------------------------------------------------------------


def _allowed(caught) -> bool:
    return all(str(warning.message).startswith(TEXT_SPACES + ROLE_NAMES) for warning in caught)


@pytest.mark.parametrize("env_id", TEAMS)
def test_pettingzoos_tests_pass_with_only_the_warnings_of_text_spaces(env_id):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with closing(pettingzoo.make("parallel", env_id, difficulty=0)) as env:
            parallel_api_test(env, num_cycles=12)
        with closing(pettingzoo.make("aec", env_id, difficulty=0)) as env:
            api_test(env, num_cycles=12)
        seed_test(lambda: pettingzoo.make("aec", env_id, difficulty=0), num_cycles=6)
    assert _allowed(caught), [str(warning.message) for warning in caught]


@pytest.mark.parametrize("first", ["agentic_gym", "pettingzoo"])
def test_the_ids_are_there_whichever_is_imported_first(first):
    second = {"agentic_gym": "pettingzoo", "pettingzoo": "agentic_gym"}[first]
    ids = "pettingzoo.parallel_registry.keys() & pettingzoo.aec_registry.keys()"
    code = f"import {first}, {second}; print(*({ids}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(TEAMS) <= set(run.stdout.split())


def test_importing_the_package_does_not_import_pettingzoo():
    code = "import sys, agentic_gym; print('pettingzoo' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


# --- messages -----------------------------------------------------------------------------------------


def test_a_message_arrives_in_the_next_cycle_and_nobody_hears_themselves(env):
    observations, *_ = _step(env, reader="It says <answer 3> and <image>", solver="Tell me more")
    heard = observations["solver"]["text"]
    assert heard == "Message from the reader:\nIt says &lt;answer 3> and &lt;image>"
    assert observations["reader"]["text"] == "Message from the solver:\nTell me more"
    assert _step(env)[0]["solver"]["text"] == ""


def test_a_message_follows_what_a_tool_gave_back(env):
    call = '<tool_call>{"name": "none", "arguments": {}}</tool_call>'
    text = _step(env, reader=call, solver="Hello")[0]["reader"]["text"]
    assert "There is no tool 'none'" in text
    assert text.endswith("\n\nMessage from the solver:\nHello")


def test_every_role_has_its_own_conversation(env):
    _step(env, reader="Two and two", solver="")
    assert [entry["role"] for entry in env.seat("solver").messages] == ["system", "user", "assistant", "user"]
    assert "You read." in env.seat("reader").system_prompt
    assert "You read." not in env.seat("solver").system_prompt
    assert env.task.prompt not in env.seat("solver").messages[1]["content"][0]["text"]


def _play_parallel(env, cycles):
    env.reset(seed=4)
    for cycle in cycles:
        env.step(dict(zip(env.agents, cycle, strict=True)))


def _play_aec(env, cycles):
    """The same, one role after another; a role that is done steps with nothing."""
    env.reset(seed=4)
    actions = iter([action for cycle in cycles for action in cycle])
    for _ in env.agent_iter():
        *_, terminated, truncated, _ = env.last()
        action = None if terminated or truncated else next(actions, None)
        if action is None and not (terminated or truncated):
            return
        env.step(action)


def _conversations(env):
    return {role: env.seat(role).messages for role in env.possible_agents}


def test_an_aec_episode_is_its_parallel_twin():
    cycles = [("first", "ok"), ("", "and?"), ("third", "<answer>7</answer>")]
    with closing(make_parallel(Pair())) as parallel, closing(make_aec(Pair())) as aec:
        _play_parallel(parallel, cycles)
        _play_aec(aec, cycles)
        twin = aec.unwrapped
        assert isinstance(twin, TeamEnv)
        assert not twin.agents
        assert _conversations(twin) == _conversations(parallel)
        for role in parallel.possible_agents:
            one, other = twin.seat(role).trajectory, parallel.seat(role).trajectory
            assert one.measures == other.measures == {"success": 0.0}
            assert one.stop_reason is other.stop_reason


@pytest.mark.parametrize("env_id", TEAMS)
def test_the_registered_teams_are_twins_too(env_id):
    with (
        closing(pettingzoo.make("parallel", env_id, difficulty=0)) as parallel,
        closing(pettingzoo.make("aec", env_id, difficulty=0)) as aec,
    ):
        roles = len(parallel.possible_agents)
        cycles = [tuple(f"{number}: {place}" for place in range(roles)) for number in range(3)]
        cycles.append(("", *(["<tool_call>{"] * (roles - 1))))
        _play_parallel(parallel, cycles)
        _play_aec(aec, cycles)
        assert _conversations(aec.unwrapped) == _conversations(parallel)
        assert all(len(messages) > 6 for messages in _conversations(parallel).values())


# --- endings and rewards ------------------------------------------------------------------------------


def test_an_answer_ends_it_for_all_with_the_teams_success(env):
    _, rewards, terminations, truncations, infos = _step(
        env, reader="done", solver=f"<answer>{env.task.reference}</answer>"
    )
    assert rewards == {"reader": 1.0, "solver": 1.0}
    assert terminations == {"reader": True, "solver": True}
    assert truncations == {"reader": False, "solver": False}
    assert infos["reader"]["stop_reason"] is StopReason.TEAM_DONE
    assert infos["solver"]["stop_reason"] is StopReason.ANSWER
    assert env.agents == []
    with pytest.raises(EpisodeEndedError):
        _step(env)


def test_the_cycles_run_out_for_all(env):
    for _ in range(3):
        assert not any(_step(env, "<answer>1</answer>")[3].values())
    _, rewards, terminations, truncations, infos = _step(env, "<answer>1</answer>")
    assert truncations == {"reader": True, "solver": True}
    assert not any(terminations.values())
    assert set(rewards.values()) == {0.0}
    assert {info["stop_reason"] for info in infos.values()} == {StopReason.MAX_TURNS}


def test_infrastructure_ends_it_unscored_for_all(env):
    call = '<tool_call>{"name": "fail", "arguments": {"why": "x"}}</tool_call>'
    _, rewards, _, truncations, infos = _step(env, call, f"<answer>{env.task.reference}</answer>")
    assert all(truncations.values())
    assert set(rewards.values()) == {0.0}
    assert not any(info["scored"] for info in infos.values())


@pytest.mark.parametrize(("rewards", "expected"), [("individual", (0.0, 2.0)), ("shared", (1.0, 1.0))])
def test_rewards_are_shared_or_each_ones_own(rewards, expected):
    with closing(make_parallel(Pair(), rewards=rewards, rubric="deepeyes_paper")) as env:
        env.reset(seed=0)
        answer = f"<answer>{env.task.reference}</answer>"
        _, given, *_ = _step(env, "<tool_call>{", answer)
        assert tuple(given.values()) == expected


# --- bad input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ({"reader": "x"}, "an action is missing for solver"),
        ({"reader": "", "solver": "", "writer": ""}, "unknown role 'writer'"),
        ({"reader": 1, "solver": ""}, "an action is a str"),
    ],
)
def test_actions_that_are_none_are_refused(env, actions, message):
    with pytest.raises(ConfigurationError, match=message):
        env.step(actions)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rewards": "sharde"}, "did you mean 'shared'"),
        ({"render_mode": "human"}, "unknown render mode"),
        ({"difficulty": 9}, "unknown difficulty"),
    ],
)
def test_arguments_that_are_none_are_refused(arguments, message):
    with pytest.raises(ConfigurationError, match=message):
        make_parallel(Pair(), **arguments)


def test_options_of_reset_are_checked(env):
    with pytest.raises(ConfigurationError, match="did you mean 'index'"):
        env.reset(options={"indx": 1})
    env.reset(options={"index": 7})
    assert env.task.key.index == 7


def test_before_the_first_reset_there_is_no_episode():
    env = make_parallel(Pair())
    with pytest.raises(EpisodeEndedError):
        _ = env.task
    with pytest.raises(EpisodeEndedError):
        env.step({})


# --- pictures -----------------------------------------------------------------------------------------


def test_rendering():
    with closing(make_parallel(Pair(), render_mode="ansi")) as env:
        env.reset(seed=0)
        assert "=== solver" in env.render()
    with closing(make_parallel(Pair(), render_mode="rgb_array")) as env:
        env.reset(seed=0)
        assert env.render().shape == (720, 1920, 3)


def test_the_same_seed_gives_the_same_episode_and_the_next_reset_another():
    with closing(make_parallel(Pair())) as one, closing(make_parallel(Pair())) as two:
        first, again = one.reset(seed=3), two.reset(seed=3)
        assert data_equivalence(first, again)
        assert one.reset()[1] != first[1]
