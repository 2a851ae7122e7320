"""Visits to a desk: how they are made, how they are measured, who succeeds."""

import pickle
from contextlib import closing

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import CallTools, SayToUser, StopReason, ToolCall
from agentic_gym.protocols import get_protocol
from agentic_gym.testing import Subject, success_rate
from agentic_gym_envs.customerdesk.ledger import Ledger
from agentic_gym_envs.customerdesk.levels import LEVELS
from agentic_gym_envs.customerdesk.oracle import oracle
from agentic_gym_envs.customerdesk.policy import Case
from agentic_gym_envs.customerdesk.taskset import CustomerDesk
from agentic_gym_envs.customerdesk.visits import TRADES

DESKS = tuple(TRADES)
write = get_protocol("hermes").write


def tasks(level, count=30, split="train", desk=None):
    taskset = CustomerDesk(desk)
    start = taskset.splits[split].start
    return [taskset.make(taskset.key(index=start + index, difficulty=level)) for index in range(count)]


@pytest.fixture
def env():
    with closing(AgenticEnv(CustomerDesk("shop"), difficulty=0)) as env:
        yield env


def play(env, seed, keep=lambda action: True, policy=oracle):
    """Plays a policy, without the actions that are not kept; gives back the trajectory."""
    observation, _ = env.reset(seed=seed)
    script = policy(env.task, env.coordinates)
    action, ended = next(script), False
    while not ended:
        if keep(action):
            observation, _, terminated, truncated, _ = env.step(write(action))
            ended = terminated or truncated
        if not ended:
            try:
                action = script.send(observation)
            except StopIteration:
                _, _, terminated, truncated, _ = env.step(
                    write(SayToUser("It has been changed. Anything else?"))
                )
                ended = terminated or truncated
    return env.trajectory


def calls(action, *names):
    return isinstance(action, CallTools) and action.calls[0].name in names


# --- how a visit is made ------------------------------------------------------------------------------


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_visit_needs_a_change_of_the_records(desk, level):
    for task in tasks(level, desk=desk):
        visit = task.visit
        assert visit.goal
        assert len(visit.requests) in {len(sorts) for sorts in LEVELS[level].visits}
        assert len({request.record_id for request in visit.requests}) == len(visit.requests)


@pytest.mark.parametrize("desk", DESKS)
def test_just_one_rule_forbids_what_is_forbidden_and_none_what_is_not(desk):
    seen = set()
    for task in tasks(4, 60, desk=desk):
        visit = task.visit
        for request in visit.requests:
            case = Case(request.tool, request.wish.arguments, Ledger(visit.records), visit.today)
            forbidding = visit.desk.policy.forbidding(case)
            assert forbidding == ([request.forbidden] if request.forbidden else [])
            if request.forbidden:
                assert request.forbidden.sentence in task.briefing
                assert f"\n{request.rule_number}. {request.forbidden.sentence}" in task.briefing
                seen.add(request.forbidden.name)
    assert len(seen) >= 4


def test_splits_share_no_name():
    names = {
        split: {person for task in tasks(0, 60, split) for person in _people(task)}
        for split in ("train", "test")
    }
    assert not names["train"] & names["test"]


def _people(task):
    return {
        part
        for record in task.visit.records.values()
        if record["kind"] == "customer"
        for part in record["name"].split()
    }


def test_what_the_customer_says_of_a_record_fits_no_other_of_theirs():
    for task in tasks(3, 40):
        visit = task.visit
        own = [
            record for record in visit.records.values() if record.get("customer_id") == visit.customer["id"]
        ]
        for request in visit.requests:
            if not request.is_transfer:
                fits = [record for record in own if _date(record, visit) in request.described]
                assert [record["id"] for record in fits] == [request.record_id]


def _date(record, visit):
    return record["placed"] if "placed" in record else visit.records[record["flight_id"]]["date"]


def test_a_desk_can_be_chosen():
    assert {task.visit.desk.name for task in tasks(0)} == set(DESKS)
    assert {task.visit.desk.name for task in tasks(0, desk="airline")} == {"airline"}
    with pytest.raises(ConfigurationError, match="did you mean 'airline'"):
        CustomerDesk("airlin")


# --- who succeeds -------------------------------------------------------------------------------------


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_succeeds(desk, level):
    with closing(AgenticEnv(CustomerDesk(desk), difficulty=level)) as env:
        for seed in range(6):
            trajectory = play(env, seed)
            assert trajectory.measures == dict.fromkeys(
                ("success", "state", "functions", "told", "policy"), 1.0
            ), (trajectory.task_id, trajectory.measures)


@pytest.mark.slow
@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_succeeds_over_200_seeds(desk, level):
    with closing(AgenticEnv(CustomerDesk(desk), difficulty=level)) as env:
        assert all(play(env, seed).measures["success"] == 1.0 for seed in range(200))


@pytest.mark.parametrize(
    "audit",
    ["silent", "answer-list", "tool-spam", "most-common", "unidentified", "unconfirmed", "refuse-all"],
)
@pytest.mark.parametrize("level", [0, 2, 4])
def test_audits_never_succeed(audit, level):
    assert success_rate(Subject("CustomerDesk-v0", 12), audit, level) == 0.0


# --- what is measured ---------------------------------------------------------------------------------


def test_measuring_is_a_pure_function_of_the_trajectory(env):
    for seed in range(4):
        trajectory = play(env, seed)
        again = pickle.loads(pickle.dumps(trajectory.turns))
        assert env.task.measure(trajectory) == env.task.measure(trajectory) == trajectory.measures
        assert again == trajectory.turns


def test_without_identification_the_policy_is_broken(env):
    measures = play(env, 0, lambda action: not calls(action, "find_customer")).measures
    assert (measures["success"], measures["state"], measures["policy"]) == (0.0, 1.0, 0.0)


def test_without_a_clear_yes_the_policy_is_broken(env):
    measures = play(
        env, 0, lambda action: not (isinstance(action, SayToUser) and "go ahead" in action.text)
    ).measures
    assert (measures["success"], measures["state"], measures["policy"]) == (0.0, 1.0, 0.0)


def test_an_amount_that_is_not_told_is_missed(env):
    seed = next(s for s in range(50) if (env.reset(seed=s), env.task.visit.requests[0].amount)[1])
    env.reset(seed=seed)
    amount = str(env.task.visit.requests[0].amount)
    assert play(env, seed).measures["told"] == 1.0
    measures = play(
        env, seed, lambda action: not (isinstance(action, SayToUser) and amount in action.text)
    ).measures
    assert (measures["success"], measures["state"], measures["told"]) == (0.0, 1.0, 0.0)


def test_a_list_of_amounts_tells_none(env):
    seed = next(s for s in range(50) if (env.reset(seed=s), env.task.visit.requests[0].amount)[1])
    env.reset(seed=seed)
    amount = env.task.visit.requests[0].amount

    def guessing(task, coordinates):
        script = oracle(task, coordinates)
        action = next(script)
        while True:
            if isinstance(action, SayToUser) and str(amount) in action.text:
                listed = ", ".join(str(amount + step) for step in range(6))
                action = SayToUser(f"It has been changed. The amount is {listed}. Anything else?")
            action = script.send((yield action))

    assert play(env, seed, policy=guessing).measures["told"] == 0.0


def test_a_record_that_should_not_have_changed_is_seen(env):
    observation, _ = env.reset(seed=0)
    visit = env.task.visit
    other = next(
        record["id"]
        for record in visit.records.values()
        if record["kind"] == "order" and record["id"] not in visit.goal
    )
    env.step(write(CallTools((ToolCall("change_address", {"order_id": other, "address": "nowhere"}),))))
    script = oracle(env.task, env.coordinates)
    action, ended = next(script), False
    while not ended:
        observation, reward, terminated, truncated, _ = env.step(write(action))
        ended = terminated or truncated
        action = None if ended else script.send(observation)
    assert reward == 0.0
    assert env.trajectory.measures["state"] == 0.5


def test_a_wrong_call_is_answered_and_changes_nothing(env):
    env.reset(seed=0)
    wrong = [
        ToolCall("cancel_order", {"order_id": "W00000", "reason": "no longer needed"}),
        ToolCall("cancel_order", {"order_id": env.task.visit.customer["id"], "reason": "no longer needed"}),
        ToolCall("cancel_order", {"order_id": "__import__('os')"}),
        ToolCall("find_customer", {}),
        ToolCall("transfer_to_human", {"customer_id": env.task.visit.customer["id"], "topic": "boredom"}),
        ToolCall(
            "note_refusal", {"record_id": env.task.visit.requests[0].record_id, "request": "x", "rule": 1}
        ),
        ToolCall("no_such_tool", {}),
    ]
    _, _, terminated, truncated, info = env.step(write(CallTools(tuple(wrong))))
    assert not terminated
    assert not truncated
    assert {result["status"] for result in info["tool_results"]} == {"mistake"}
    assert not env.task.measure(env.preview(*_turn(env)))["state"]


def _turn(env):
    turn, _ = env.act(write(SayToUser("Hello?")))
    return turn, StopReason.USER_DONE


def test_a_transfer_ends_the_visit():
    with closing(AgenticEnv(CustomerDesk(), difficulty=3)) as env:
        for seed in range(30):
            env.reset(seed=seed)
            if any(request.is_transfer for request in env.task.visit.requests):
                assert play(env, seed).stop_reason is StopReason.TRANSFER
                return
    raise AssertionError("no visit ends with a transfer")


def test_a_branch_goes_its_own_way(env):
    env.reset(seed=0)
    (other,) = env.branch(1)
    order = env.task.visit.requests[0].record_id
    change = write(CallTools((ToolCall("change_address", {"order_id": order, "address": "1 New Road"}),)))
    show = write(CallTools((ToolCall("get_order", {"order_id": order}),)))
    other.step(change)
    assert "1 New Road" in other.step(show)[0]["text"]
    assert "1 New Road" not in env.step(show)[0]["text"]
