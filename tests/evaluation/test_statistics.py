import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.errors import RecordError
from agentic_gym.evaluation.statistics import (
    EpisodeResult,
    bootstrap_difference,
    bootstrap_mean,
    pass_all,
    pass_at,
    summarize,
    wilson,
)


def result(index, *, scored=True, success=False, **more):
    fields = {
        "task_id": f"Toy-v0/test/0/{index}",
        "reward": float(success),
        "turns": 2,
        "calls": 1,
        "seconds": 0.5,
        "stop_reason": "answer" if scored else "infrastructure",
        "template": "sum",
        "tags": ("reasoning",),
    }
    return EpisodeResult(index=index, scored=scored, success=success, **fields | more)


def test_wilson_agrees_with_published_values():
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    for successes, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
    ]:
        interval = wilson(successes, n)
        assert interval.low == pytest.approx(low, abs=5e-5)
        assert interval.high == pytest.approx(high, abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_rate_and_stays_within_bounds(case):
    interval = wilson(*case)
    assert 0.0 <= interval.low <= interval.estimate <= interval.high <= 1.0
    assert interval.high > interval.low


def test_wilson_of_nothing_says_nothing():
    interval = wilson(0, 0)
    assert math.isnan(interval.estimate)
    assert (interval.low, interval.high) == (0.0, 1.0)


def test_bootstrap_covers_the_mean_as_often_as_it_says():
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(100):
        interval = bootstrap_mean(rng.exponential(1.0, size=60).tolist())
        covered += interval.low <= 1.0 <= interval.high
    assert covered >= 85


def test_bootstrap_leaves_the_global_random_state_alone_and_repeats():
    before = np.random.get_state()[1].copy()
    assert bootstrap_mean([0.0, 1.0, 1.0]) == bootstrap_mean([0.0, 1.0, 1.0])
    assert (np.random.get_state()[1] == before).all()


def test_unscored_episodes_never_count_as_wrong():
    summary = summarize([result(1, success=True), result(2, scored=False), result(3)])
    assert (summary.n, summary.successes, summary.unscored, summary.repeated) == (2, 1, 1, 0)
    assert summary.success.estimate == 0.5
    assert summary.reward.estimate == 0.5
    assert summary.stop_reasons == {"answer": 2, "infrastructure": 1}


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_repeated_task_the_scored_episode_counts(order):
    summary = summarize([result(1, scored=False), result(1, success=True)][::order])
    assert (summary.n, summary.successes, summary.unscored, summary.repeated) == (1, 1, 0, 1)


def test_breakdowns():
    results = [
        result(1, success=True, tags=("search", "perception"), template="a"),
        result(2, tags=("search",), template="b"),
    ]
    summary = summarize(results)
    assert [(each.name, each.successes, each.n) for each in summary.by_tag] == [
        ("perception", 1, 1),
        ("search", 1, 2),
    ]
    assert [(each.name, each.successes, each.n) for each in summary.by_template] == [("a", 1, 1), ("b", 0, 1)]


def test_no_episodes_make_a_summary_too():
    summary = summarize([])
    assert summary.n == 0
    assert math.isnan(summary.reward.estimate)
    assert math.isnan(summary.turns)


def test_a_record_of_something_else_is_refused():
    with pytest.raises(RecordError, match="is_success"):
        EpisodeResult.from_record({"index": 1, "task_id": "x", "scored": True})


def test_rollouts_of_a_task_are_summed_up_by_task():
    rollouts = [
        result(index, rollout=rollout, success=rollout < wins, sampled_tokens=3)
        for index, wins in enumerate([4, 2, 0])
        for rollout in range(4)
    ]
    summary = summarize([*rollouts, result(0, rollout=1, scored=False, sampled_tokens=3)])
    assert (summary.n, summary.repeated, summary.sampled_tokens) == (12, 1, 39)
    assert summary.pass_at == pytest.approx({1: 0.5, 2: (1 + 5 / 6) / 3, 4: 2 / 3})
    assert summary.pass_all == pytest.approx({1: 0.5, 2: (1 + 1 / 6) / 3, 4: 1 / 3})
    assert summary.success.estimate == 0.5
    assert summary.success.high - summary.success.low > 0.5  # three tasks say little, however often played


def test_pass_at_k_agrees_with_every_choice_of_k():
    for n in range(1, 6):
        for successes in range(n + 1):
            outcomes = [i < successes for i in range(n)]
            for k in range(1, n + 1):
                chosen = list(itertools.combinations(outcomes, k))
                assert pass_at(k, successes, n) == pytest.approx(np.mean([any(each) for each in chosen]))
                assert pass_all(k, successes, n) == pytest.approx(np.mean([all(each) for each in chosen]))


def test_each_of_two_samples_is_drawn_anew_by_itself():
    certain = bootstrap_difference([1.0] * 30, [0.0] * 10)
    assert (certain.estimate, certain.low, certain.high) == (1.0, 1.0, 1.0)
    rng = np.random.default_rng(1)
    first, second = rng.normal(3.0, 1.0, 400), rng.normal(1.0, 2.0, 100)
    interval = bootstrap_difference(list(first), list(second))
    error = math.sqrt(first.var() / 400 + second.var() / 100)
    assert interval.estimate == pytest.approx(first.mean() - second.mean())
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert math.isnan(bootstrap_difference([], [1.0]).estimate)
