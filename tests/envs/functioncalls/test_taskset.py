from contextlib import closing
from dataclasses import replace

import gymnasium as gym
import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, ContractError
from agentic_gym.evaluation.playing import play
from agentic_gym.messages import CallTools, GiveAnswer, SayToUser, StopReason, ToolCall
from agentic_gym_envs.functioncalls.programs import SIZES, Mode
from agentic_gym_envs.functioncalls.states import public_state
from agentic_gym_envs.functioncalls.task import FunctionCallsTask
from agentic_gym_envs.functioncalls.taskset import FunctionCalls

LEVELS = sorted(FunctionCalls.difficulties)
MODES = ["mixed", *map(str, Mode)]


@pytest.fixture
def env():
    with closing(AgenticEnv(FunctionCalls("base"), difficulty=0)) as env:
        yield env


def _task(mode, level=2, index=0):
    taskset = FunctionCalls(mode)
    return taskset.make(taskset.key(index=index, difficulty=level))


def _play(env, actions):
    for action in actions:
        *_, info = env.step(env.protocol.write(action))
    return info


def _right(program):
    """The right actions, without the oracle's reading."""
    for request in program.requests:
        yield from (CallTools((call,)) for call in request.calls)
        yield SayToUser(f"Done. {request.fact}")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", MODES)
def test_the_oracle_solves_every_mode_and_level(mode, level):
    with closing(AgenticEnv(FunctionCalls(mode), difficulty=level)) as env:
        for seed in range(3):
            assert play(env, "oracle", seed=seed)["is_success"]
            assert env.trajectory.measures == {"success": 1.0, "state": 1.0, "functions": 1.0}
            assert env.trajectory.stop_reason is StopReason.USER_DONE


@pytest.mark.parametrize("audit", ["silent", "tool-spam", "answer-list", "most-common"])
@pytest.mark.parametrize("mode", MODES)
def test_who_does_nothing_or_anything_fails(mode, audit):
    with closing(AgenticEnv(FunctionCalls(mode), difficulty=1)) as env:
        assert not any(play(env, audit, seed=seed)["is_success"] for seed in range(3))


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", MODES)
def test_the_oracle_solves_200(mode, level):
    with closing(AgenticEnv(FunctionCalls(mode), difficulty=level)) as env:
        assert all(play(env, "oracle", seed=seed)["is_success"] for seed in range(200))


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("audit", ["silent", "tool-spam", "answer-list"])
def test_audits_solve_none_of_200(audit, level):
    with closing(AgenticEnv(FunctionCalls("mixed"), difficulty=level)) as env:
        assert not any(play(env, audit, seed=seed)["is_success"] for seed in range(200))


def test_every_protocol_can_be_played():
    for protocol in ("hermes", "artist", "deepeyes"):
        with closing(AgenticEnv(FunctionCalls("mixed"), difficulty=2, protocol=protocol)) as env:
            assert play(env, "oracle", seed=1)["is_success"]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_has_the_size_that_it_states(level):
    size = SIZES[level]
    program = _task("base", level).program
    assert len(program.requests) == size.errands
    assert len(program.start) == size.offered
    changed = {
        name
        for name in program.start
        if program.requests[-1].state[name]
        != {k: v for k, v in vars(program.start[name]).items() if k[0] != "_"}
    }
    assert len(changed) == size.services
    assert all(request.calls for request in program.requests)


def test_ids_of_the_program_are_not_in_the_requests():
    for index in range(20):
        program = _task("base", 4, index).program
        said = " ".join(request.text for request in program.requests)
        for request in program.requests:
            for call in request.calls:
                ids = [value for name, value in call.arguments.items() if name.endswith("_id")]
                assert not any(value in said for value in ids)


def test_less_than_was_asked_fails_and_more_does_too(env):
    env.reset(options={"index": 0})
    *calls, last = list(_right(env.task.program))
    assert not _play(env, [*calls[:-1], last])["is_success"]
    env.reset(options={"index": 0})
    assert _play(env, [*calls, last])["is_success"]
    env.reset(options={"index": 0})
    more = {
        "files": ToolCall("delete_file", {"path": "?"}),
        "vehicle": ToolCall("inflate_tyre", {"wheel": "rear left", "tenths": 35}),
    }
    for index in range(100):
        env.reset(options={"index": index})
        if "vehicle" in env.task.program.start:
            *calls, last = list(_right(env.task.program))
            assert not _play(env, [*calls, CallTools((more["vehicle"],)), last])["is_success"]
            break
    else:
        raise AssertionError("no task with the vehicle")


def test_a_final_answer_stands_for_the_last_message(env):
    env.reset(options={"index": 3})
    *calls, last = list(_right(env.task.program))
    info = _play(env, [*calls, GiveAnswer(last.text)])
    assert info["is_success"]
    assert info["stop_reason"] is StopReason.ANSWER


def test_an_answer_before_the_end_leaves_the_rest_undone():
    with closing(AgenticEnv(FunctionCalls("base"), difficulty=2)) as env:
        env.reset(options={"index": 0})
        info = _play(env, [CallTools((call,)) for call in env.task.program.requests[0].calls])
        info = _play(env, [GiveAnswer("Done.")])
        assert not info["is_success"]
        assert 0 < env.trajectory.measures["functions"] < 1
        assert 0 < env.trajectory.measures["state"] < 1


def test_a_missing_function_is_refused_until_it_is_announced():
    task = _task("missing_function", 0)
    due = task.program.requests[1].calls
    with closing(AgenticEnv(FunctionCalls("missing_function"), difficulty=0)) as env:
        env.reset(options={"index": 0})
        observation, *_ = env.step(env.protocol.write(CallTools((due[-1],))))
        assert "There is no tool" in observation["text"]
        observation, *_ = env.step(env.protocol.write(SayToUser("I have no function for that.")))
        assert "You have new tools from now on" in observation["text"]
        assert f'"name": "{due[-1].name}"' in observation["text"]
        info = _play(
            env, [*(CallTools((call,)) for call in due), SayToUser(task.program.requests[1].fact or "Done.")]
        )
        assert info["is_success"]


def test_who_guesses_a_missing_parameter_fails_even_when_right():
    task = _task("missing_parameter", 0)
    asked, told = task.program.requests
    assert not asked.calls
    with closing(AgenticEnv(FunctionCalls("missing_parameter"), difficulty=0)) as env:
        env.reset(options={"index": 0})
        calls = [CallTools((call,)) for call in told.calls]
        assert not _play(env, [*calls, SayToUser(told.fact or "Done."), SayToUser("Done.")])["is_success"]
        assert env.trajectory.measures["state"] == 1.0


def test_what_the_user_wants_to_know_may_be_said_or_looked_up(env):
    for index in range(200):
        env.reset(options={"index": index})
        (request,) = env.task.program.requests
        if request.errand.question == "How many lines does it have then?":
            break
    else:
        raise AssertionError("no task asks for lines")
    assert _play(env, [*(CallTools((call,)) for call in request.calls), SayToUser("Done.")])["is_success"]


def test_mistakes_come_back_in_the_style_of_the_api(env):
    env.reset(options={"index": 0})
    name = env.tool_schemas[0]["function"]["name"]
    observation, *_, info = env.step(env.protocol.write(CallTools((ToolCall(name, {"wrong": 1}),))))
    assert '{"error": "' in observation["text"]
    assert info["tool_results"][0]["status"] == "mistake"


def test_a_branch_shares_nothing(env):
    env.reset(options={"index": 0})
    actions = list(_right(env.task.program))
    (other,) = env.branch(1)
    assert _play(other, actions)["is_success"]
    assert _play(env, actions)["is_success"]


def test_long_context_is_long():
    def length(mode):
        with closing(AgenticEnv(FunctionCalls(mode), difficulty=2)) as env:
            play(env, "oracle", seed=5)
            return sum(len(result.text) for result in env.trajectory.results)

    assert length("long_context") > 5 * length("base")


def test_an_unknown_mode_is_refused_with_what_there_is():
    with pytest.raises(ConfigurationError, match="did you mean 'missing_function'"):
        gym.make("FunctionCalls-v0", mode="missing_functions")
    with closing(gym.make("FunctionCalls-v0", mode="long_context", rubric="artist_functions")) as env:
        env.reset(seed=0)
        assert env.unwrapped.task.template == "long_context"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", list(Mode))
def test_every_task_holds_its_certificates(mode, level):
    for index in range(4):
        task = _task(mode, level, index)
        for certify in FunctionCalls().certificates().values():
            certify(task)


def test_a_task_that_says_its_ids_or_asks_for_nothing_is_refused():
    task = _task("base", 0)
    (request,) = task.program.requests
    certificates = FunctionCalls().certificates()
    for change, name in (
        ({"state": public_state(task.program.start)}, "something changes"),
        ({"text": f"{request.text} {request.calls}"}, "ids by calls"),
    ):
        program = replace(task.program, requests=[replace(request, **change)])
        with pytest.raises(ContractError):
            certificates[name](FunctionCallsTask(task.key, program))


def test_an_id_that_was_made_is_passed_on_to_somebody():
    for index in range(200):
        program = _task("base", 3, index).program
        texts = [request.text for request in program.requests]
        if any("Send" in text and "just made" in text for text in texts):
            place = next(place for place, text in enumerate(texts) if "just made" in text)
            sent = program.requests[place].calls[-1].arguments["text"]
            assert program.requests[place - 1].fact == sent or "-" in sent
            return
    raise AssertionError("no task passes an id on")
