"""An episode is kept for its own worth, its task's, and its difference from others; else it says why not."""

import pytest

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym_baselines.screening import BaseRate, Screen, Verdict, conduct, phrasing, task_of

THOUGHT = "<think>\nI add {}.\n</think>\n<answer>{}</answer>"


def record(index=0, *, thought="", **changes):
    turn = {"action": thought or THOUGHT.format(index, index), "mistake": None, "calls": []}
    return {
        "index": index,
        "difficulty": 0,
        "scored": True,
        "is_success": True,
        "stop_reason": "answer",
        "protocol": "hermes",
        "turns": [turn],
    } | changes


def turn(mistake=None, status="ok"):
    return {"action": "a", "mistake": mistake, "calls": [{"name": "f", "arguments": {}, "status": status}]}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.KEPT),
        ({"turns": [turn(), turn()]}, Verdict.KEPT),
        ({"scored": False, "is_success": False, "stop_reason": "infrastructure"}, Verdict.UNSCORED),
        ({"is_success": False}, Verdict.WRONG),
        ({"stop_reason": "max_turns"}, Verdict.CUT_OFF),
        ({"stop_reason": "user_done"}, Verdict.KEPT),
        ({"turns": [turn(mistake="empty"), turn()]}, Verdict.MALFORMED),
        ({"turns": [turn(status="mistake"), turn()]}, Verdict.FAILED_CALL),
    ],
)
def test_correct_and_free_of_errors(changes, verdict):
    assert conduct(record(**changes)) is verdict


def test_a_task_that_the_base_model_solves_without_tools_is_too_easy():
    rates = {(0, n): BaseRate(8, with_tools=8, without_tools=n) for n in range(4)}
    verdicts = Screen(base_most=2).judge([record(n) for n in range(4)], rates)
    assert verdicts == [Verdict.KEPT] * 3 + [Verdict.EASY]


@pytest.mark.parametrize("wanted", [True, False])
def test_tasks_are_split_by_whether_tools_help(wanted):
    rates = {(0, 0): BaseRate(8, 5, 1), (0, 1): BaseRate(8, 1, 1), (0, 2): BaseRate(8, 0, 2)}
    verdicts = Screen(tools_help=wanted).judge([record(n) for n in range(3)], rates)
    kept = [verdict is Verdict.KEPT for verdict in verdicts]
    assert kept == [wanted, not wanted, not wanted]
    assert set(verdicts) == {Verdict.KEPT, Verdict.TOOLS}


def test_of_several_rollouts_the_first_good_one_is_kept():
    attempts = [record(1, is_success=False), record(1), record(1), record(2)]
    verdicts = Screen().judge(attempts, {})
    assert verdicts == [Verdict.WRONG, Verdict.KEPT, Verdict.ANOTHER, Verdict.KEPT]


def test_no_phrasing_makes_up_more_than_its_share():
    alike = [record(n) for n in range(50)]
    others = [record(n, thought=f"<think>{'very ' * n}odd</think><answer>1</answer>") for n in range(50, 150)]
    verdicts = Screen(most_alike=0.04).judge([*alike, *others], {})
    assert verdicts[:50] == [Verdict.KEPT] * 4 + [Verdict.ALIKE] * 46  # 4% of the 104 that are kept
    assert verdicts[50:] == [Verdict.KEPT] * 100
    assert Screen().judge(alike, {}) == [Verdict.KEPT] * 50


def test_the_share_is_of_what_is_kept_and_not_of_what_was_played():
    assert Screen(most_alike=0.02).judge([record(n) for n in range(1000)], {}).count(Verdict.KEPT) == 2


def test_a_second_rollout_takes_the_place_of_one_that_is_phrased_like_others():
    odd = record(3, thought="<think>Otherwise.</think><answer>3</answer>")
    attempts = [record(1), record(2), record(3), odd, record(3)]
    verdicts = Screen(most_alike=0.02).judge(attempts, {})
    assert verdicts == [Verdict.KEPT, Verdict.KEPT, Verdict.ALIKE, Verdict.KEPT, Verdict.ANOTHER]


def test_a_task_is_left_out_whose_base_attempts_infrastructure_ended():
    rates = {(0, 0): BaseRate(8, 1, 0, unscored=1), (0, 1): BaseRate(8, 1, 0), (0, 2): BaseRate(8, 0, 3, 1)}
    verdicts = Screen().judge([record(n) for n in range(3)], rates)
    assert verdicts == [Verdict.UNSCORED, Verdict.KEPT, Verdict.EASY]


def test_episodes_without_thoughts_are_not_held_against_each_other():
    silent = [record(n, thought="<answer>1</answer>") for n in range(50)]
    assert Screen(most_alike=0.02).judge(silent, {}) == [Verdict.KEPT] * 50


def test_phrasings_are_alike_but_for_numbers():
    assert phrasing(record(12)) == phrasing(record(345)) == ("I add #.",)
    assert phrasing(record(turns=[{"action": "", "mistake": "empty", "calls": []}])) == ()


@pytest.mark.parametrize("read", [conduct, task_of])
def test_another_record_is_refused(read):
    with pytest.raises(RecordError, match="not one of an evaluation"):
        read({"task_id": "x"})


def test_a_share_is_a_share():
    with pytest.raises(ConfigurationError, match="share above 0"):
        Screen(most_alike=0.0)
