"""What an agent does with its tools, and a code that does nothing."""

import math

import pytest

from agentic_gym.errors import RecordError
from agentic_gym.evaluation import evaluate
from agentic_gym.trajectories import read_episodes
from agentic_gym_baselines.behaviour import behaviour, is_placeholder
from toy_runs import ENV_ID


def call(name="python", status="ok", **arguments):
    return {"name": name, "arguments": arguments, "status": status}


def record(index, *turns, success=True, answer="7", **changes):
    written = [{"mistake": "empty" if made is None else None, "calls": made or []} for made in turns]
    return {
        "index": index,
        "scored": True,
        "is_success": success,
        "reward": float(success),
        "answer": answer,
        "turns": written,
        "sampled_tokens": 10 * len(written),
    } | changes


def means(*records):
    return {name: interval.estimate for name, interval in behaviour(records).items()}


def test_shares_are_of_what_they_say():
    found = means(
        record(1, [call(code="print(2)"), call("search", status="mistake", query="a")], None, []),
        record(2, [], success=False, answer=None),
    )
    assert found["success"] == found["reward"] == found["called"] == found["answered"] == 0.5
    assert (found["calls"], found["turns"], found["length"]) == (1.0, 2.0, 20.0)
    assert found["well_formed"] == pytest.approx((2 / 3 + 1) / 2)
    assert found["failed_calls"] == 0.5  # of the task that has calls
    assert found["placeholder_calls"] == 1.0  # of the calls of python


def test_identical_calls_are_those_made_in_other_tasks_too():
    fixed, own = call(code="print(1 + 1)"), call(code="print(5 * 5)")
    found = means(record(1, [fixed]), record(2, [fixed]), record(3, [own]), record(3, [own]))
    assert found["identical_calls"] == pytest.approx(2 / 3)
    assert found["repeated_calls"] == 0.0
    assert means(record(1, [own], [own]))["repeated_calls"] == 0.5


def test_tasks_are_what_is_drawn_anew():
    records = [record(1), record(1), record(1), record(2, success=False)]
    interval = behaviour(records)["success"]
    assert (interval.estimate, interval.low, interval.high) == (0.5, 0.0, 1.0)


def test_unscored_episodes_say_nothing():
    found = means(record(1, scored=False, success=False))
    assert all(math.isnan(value) for value in found.values())


def test_a_stored_evaluation_can_be_read(tmp_path):
    evaluate(ENV_ID, "oracle", out=tmp_path, episodes=4)
    found = means(*read_episodes(tmp_path))
    assert (found["success"], found["calls"], found["well_formed"]) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "# nothing",
        "pass",
        "x = 5",
        "print('let me think')",
        "import math",
        "'doc'",
        "print(f'{7}')",
        "x = [1]",
    ],
)
def test_code_that_computes_nothing_is_a_placeholder(code):
    assert is_placeholder(code)


@pytest.mark.parametrize(
    "code",
    ["print(1 + 1)", "x = f(2)", "print(len('a'))", "for i in (1, 2): print(i)", "def f(): pass", "1 +"],
)
def test_code_that_does_something_is_none(code):
    assert not is_placeholder(code)


def test_another_record_is_refused():
    with pytest.raises(RecordError, match="not one of an evaluation"):
        behaviour([{"scored": True}])
