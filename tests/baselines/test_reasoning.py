"""The oracle's thoughts are worded anew: always the same for a task, seldom the same for two."""

import re
from collections import Counter

import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.playing import play
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.messages import Malformed
from agentic_gym.tasks import Taskset
from agentic_gym_baselines.reasoning import SilentOracle, VariedOracle
from toy_runs import ENV_ID, RunTaskset

EPISODES = 150


def thoughts(env, agent, index):
    info = play(env, agent, options={"index": index})
    assert info["is_success"]
    assert not any(isinstance(turn.action, Malformed) for turn in env.trajectory.turns)
    return tuple(turn.action.thought for turn in env.trajectory.turns)


@pytest.fixture(scope="module", params=[(ENV_ID, None), ("MathPython-v0", 0), ("FunctionCalls-v0", 0)])
def env(request):
    env_id, level = request.param
    made = make_environment(env_id, difficulty=level)
    yield made
    made.close()


def test_no_phrasing_is_common_and_every_episode_still_succeeds(env):
    masked = Counter(
        tuple(re.sub(r"\d+", "#", thought) for thought in thoughts(env, VariedOracle, index))
        for index in range(EPISODES)
    )
    assert masked.most_common(1)[0][1] <= EPISODES * 0.02
    own = Counter(thoughts(env, "oracle", index) for index in range(EPISODES // 3))
    assert len(masked) > 2 * len(own) or len(masked) > 0.9 * EPISODES


def test_a_task_is_always_demonstrated_in_the_same_words(env):
    assert [thoughts(env, VariedOracle, 5) for _ in range(2)] == [thoughts(env, VariedOracle, 5)] * 2


def test_the_actions_are_the_oracles_own(env):
    calls = []
    for agent in ("oracle", VariedOracle, SilentOracle):
        thoughts(env, agent, 7)
        calls.append([(env.trajectory.calls, env.trajectory.answer)])
    assert calls[0] == calls[1] == calls[2]


def test_without_reasoning_there_is_no_thought(env):
    assert not any(thoughts(env, SilentOracle, 3))


def test_a_thought_holds_no_tag_of_what_it_quotes():
    env = make_environment(ENV_ID)
    shown = " ".join(" ".join(thoughts(env, VariedOracle, index)) for index in range(EPISODES))
    assert "tool_response" not in shown
    assert "What is" in shown  # the question is among what is quoted


def test_an_environment_without_an_oracle_says_what_to_do(monkeypatch):
    env = make_environment(ENV_ID)
    monkeypatch.setattr(RunTaskset, "policies", Taskset.policies)
    env.reset(seed=0)
    with pytest.raises(ConfigurationError, match="no oracle.*--teacher-url"):
        VariedOracle(env)
