"""Rewards of the papers, computed by hand on written-out trajectories."""

import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import (
    CallTools,
    GiveAnswer,
    Malformed,
    Message,
    Mistake,
    StopReason,
    ToolCall,
    ToolResult,
    ToolStatus,
)
from agentic_gym.scoring.presets import PRESETS, get_rubric
from agentic_gym.scoring.rubric import Component, Rubric
from agentic_gym.trajectories import Trajectory, Turn


def called(name, status=ToolStatus.OK, thought="I call."):
    call = ToolCall(name)
    return Turn("", CallTools((call,), thought), (ToolResult(call, "", (), status),))


def answered(text="42", thought="So."):
    return Turn("", GiveAnswer(text, thought))


GARBLED = Turn("", Malformed(Mistake.EMPTY, ""))


def episode(*turns, success=1.0, tags=(), **measures):
    return Trajectory(
        task_id="t",
        tags=frozenset(tags),
        protocol="hermes",
        system_prompt="",
        prompt=Message("user", ()),
        turns=turns,
        stop_reason=StopReason.ANSWER,
        measures={"success": success, **measures},
    )


@pytest.mark.parametrize(
    ("preset", "trajectory", "reward"),
    [
        ("outcome", episode(called("search"), answered()), 1.0),
        ("outcome", episode(answered(), success=0.0), 0.0),
        ("deepeyes_paper", episode(called("search"), answered(), tags=["search"]), 2.0),
        ("deepeyes_paper", episode(GARBLED, answered()), 1.0),
        ("deepeyes_paper", episode(answered("x" * 300)), 1.0),
        ("deepeyes_code", episode(called("python"), answered(), tags=["search"]), 1.0),
        ("deepeyes_code", episode(called("search"), answered(), tags=["search"]), 0.8 * 0.9 + 0.2),
        ("deepeyes_code", episode(called("search"), answered(), tags=["perception"]), 1.0),
        ("deepeyes_code", episode(answered("x" * 300)), 0.2),
        ("deepeyes_code", episode(answered("x" * 299)), 1.0),
        ("artist_math", episode(called("python"), answered()), 4.0),
        ("artist_math", episode(answered()), 2 + 0.25 + 0.5),
        ("artist_math", episode(called("python", ToolStatus.MISTAKE), called("python"), answered()), 3.5),
        ("artist_math", episode(called("python", thought=""), answered()), 3.5),
        ("artist_math", episode(GARBLED, success=0.0), 0.0),
        ("artist_functions", episode(called("f"), answered(), state=0.5, functions=1.0), 0.25 + 0.5 + 0.2),
        ("search_cost", episode(called("search"), answered()), 1.0),
        ("search_cost", episode(answered(), wasted_searches=1.0), 0.95),
        ("search_cost", episode(answered(), wasted_searches=40.0), 0.5),
        ("search_cost", episode(answered(), success=0.0), 0.0),
    ],
)
def test_presets_reproduce_the_papers(preset, trajectory, reward):
    assert get_rubric(preset).score(trajectory).reward == pytest.approx(reward)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_reports_success_and_an_empty_episode_earns_nothing(preset):
    score = get_rubric(preset).score(episode(success=0.0))
    assert score.reward == 0.0
    assert score.components["success"] == 0.0


def test_metrics_are_reported_and_weigh_nothing():
    rubric = Rubric([Component("one", lambda _: 1.0, 2.0), Component("noise", lambda _: 99.0)])
    score = rubric.score(episode())
    assert score.reward == 2.0
    assert score.components == {"one": 1.0, "noise": 99.0}


def test_names_are_unique():
    with pytest.raises(ConfigurationError, match="twice: \\['a'\\]"):
        Rubric([Component("a", lambda _: 0.0, 1.0), Component("a", lambda _: 0.0)])


def test_a_rubric_of_metrics_alone_is_refused():
    with pytest.raises(ConfigurationError, match="weight"):
        Rubric([Component("a", lambda _: 0.0)])
