"""Cold-start data: kept only where they are fit, the same whenever they are collected, and resumable."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from agentic_gym.trajectories import read_episodes
from agentic_gym_baselines import collect as collecting
from agentic_gym_baselines.collect import main
from agentic_gym_baselines.demonstrations import read_demonstrations
from agentic_gym_baselines.playing import Chosen
from agentic_gym_baselines.screening import BaseRate
from chat_server import ChatServer, completion
from toy_runs import ENV_ID

EPISODES = 6


def collect(out, *arguments):
    return main(["--env-id", ENV_ID, "--out", str(out), "--episodes", str(EPISODES), *arguments])


def summary(out):
    return json.loads((out / "summary.json").read_text("utf-8"))


def lines(folder):
    """What is kept, without what differs between two runs of the same."""
    unlike = {"seconds", "episode_id", "turns"}
    return [
        {
            **{k: v for k, v in record.items() if k not in unlike},
            "acts": [t["action"] for t in record["turns"]],
        }
        for record in read_episodes(folder)
    ]


def numbers(request):
    """The two numbers of the question that a request asks."""
    [question] = [
        part["text"]
        for part in request["messages"][1]["content"]
        if part["type"] == "text" and "What is" in part["text"]
    ]
    return [int(number) for number in re.findall(r"(\d+) \+ (\d+)", question)[0]]


def test_the_oracle_demonstrates_every_level(tmp_path):
    assert collect(tmp_path, "--level", "0", "1") == 0
    assert summary(tmp_path)["verdicts"] == {"kept": 2 * EPISODES}
    demonstrations = list(read_demonstrations(tmp_path))
    assert len({demonstration.task_id for demonstration in demonstrations}) == 2 * EPISODES
    assert {demonstration.task_id.split("/")[2] for demonstration in demonstrations} == {"0", "1"}
    assert all(len(demonstration.pictures) == 1 for demonstration in demonstrations)
    assert len(list((tmp_path / "images").iterdir())) == 2 * EPISODES


def test_what_is_collected_depends_on_the_seed_alone(tmp_path):
    for name, more in (("a", ()), ("b", ("--workers", "1")), ("c", ("--seed", "1"))):
        assert collect(tmp_path / name, *more) == 0
    assert lines(tmp_path / "a") == lines(tmp_path / "b") != lines(tmp_path / "c")


def test_a_longer_collection_goes_on_from_a_shorter_one(tmp_path):
    assert collect(tmp_path) == 0
    before = {record["episode_id"] for record in read_episodes(tmp_path)}
    assert collect(tmp_path, "--episodes", str(2 * EPISODES)) == 0
    after = {record["episode_id"] for record in read_episodes(tmp_path)}
    assert before < after
    assert len(after) == 2 * EPISODES


@pytest.mark.parametrize("reasoning", ["oracle", "none"])
def test_reasoning_can_be_the_oracles_own_or_none(tmp_path, reasoning):
    assert collect(tmp_path, "--reasoning", reasoning) == 0
    actions = [action for each in read_demonstrations(tmp_path) for action in each.actions]
    assert all(("<think>" in action) is (reasoning == "oracle") for action in actions)


def teacher(request):
    """Adds in its head: wrongly, after a slip of form, after a failed call, or well, by the first number."""
    a, b = numbers(request)
    turn = len(request["messages"]) // 2
    kind = a % 4 if turn == 1 else 3
    said = {
        0: "<answer>0</answer>",
        1: "I forgot how to write",
        2: '<tool_call>{"name": "refuse", "arguments": {"reason": "so"}}</tool_call>',
        3: f"<think>{a} and {b}, hm.</think><answer>{a + b}</answer>",
    }[kind]
    return completion({"content": said})


def test_a_teacher_is_kept_only_where_it_is_right_and_makes_no_error(tmp_path, capsys):
    with ChatServer(teacher) as server:
        served = ("--teacher-model", "tiny", "--teacher-url", server.url, "--episodes", "20")
        assert collect(tmp_path, *served, "--most-alike", "1") == 0
    verdicts = summary(tmp_path)["verdicts"]
    assert set(verdicts) == {"kept", "not correct", "a turn could not be read", "a tool call failed"}
    assert sum(verdicts.values()) == 20
    assert len(list(read_demonstrations(tmp_path))) == verdicts["kept"]
    assert "a tool call failed" in capsys.readouterr().out


def test_a_teacher_that_always_says_the_same_is_cut_short(tmp_path):
    def chatty(request):
        return completion({"content": f"<think>Easy: 1.</think><answer>{sum(numbers(request))}</answer>"})

    with ChatServer(chatty) as server:
        served = ("--teacher-model", "tiny", "--teacher-url", server.url)
        assert collect(tmp_path, *served) == 0
    assert summary(tmp_path)["verdicts"] == {"kept": 2, "too many others are phrased like it": EPISODES - 2}


def base_model(request):
    """Solves what is even without tools; with them, what can be divided by three, too."""
    a, b = numbers(request)
    has_tools = '"add"' in request["messages"][0]["content"]
    knows = a % 2 == 0 or (has_tools and a % 3 == 0)
    return completion({"content": f"<answer>{a + b if knows else 0}</answer>"})


@pytest.mark.parametrize("wanted", ["either", "yes", "no"])
def test_tasks_are_kept_by_what_the_base_model_can_do(tmp_path, wanted):
    with ChatServer(base_model) as server:
        base = ("--base-model", "tiny", "--base-url", server.url, "--base-rollouts", "3", "--episodes", "16")
        assert collect(tmp_path, *base, "--tools-help", wanted) == 0
    records = list(read_episodes(tmp_path))
    firsts = [int(re.findall(r"(\d+) \+", record["prompt"][-1]["text"])[0]) for record in records]
    assert firsts
    assert all(first % 2 for first in firsts)
    helped = [first % 3 == 0 for first in firsts]
    assert [record["tools_help"] for record in records] == helped
    assert set(helped) == {"either": {True, False}, "yes": {True}, "no": {False}}[wanted]
    assert all(record["base"]["without_tools"] == 0 for record in records)
    said = summary(tmp_path)
    assert said["base"]["tasks"] == 16
    assert said["verdicts"]["the base model solves it without tools"] == said["base"]["easy"]


def test_a_base_attempt_that_was_not_scored_is_no_failure(tmp_path, monkeypatch):
    keys = []

    def played(args, chosen, level, folder, *others):
        chosen.reseed(7)
        lines = [
            {"difficulty": 0, "index": index, "is_success": False, "scored": index != 1 or attempt > 0}
            for index in range(2)
            for attempt in range(2)
        ]
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "episodes.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
        return tmp_path / folder

    monkeypatch.setattr(collecting, "_play", played)
    chosen = Chosen("tiny", 1, reseed=lambda *key: keys.append(key))
    monkeypatch.setattr(collecting, "choose_model", lambda *arguments: chosen)
    args = collecting.Args(ENV_ID, tmp_path, base_model="tiny", base_rollouts=2)
    rates = dict(collecting._base_rates(args, [0], {}))
    assert rates == {(0, 0): BaseRate(2, 0, 0), (0, 1): BaseRate(2, 0, 0, unscored=2)}
    assert keys == [(1, 7), (2, 7)]  # with and without tools it does not draw the same


def test_models_in_this_process_can_be_base_and_teacher(tmp_path, capsys):
    math = ["--env-id", "MathPython-v0", "--level", "0", "--episodes", "2", "--options", "max_turns=1"]
    few = [*math, "--max-new-tokens", "4", "--batch", "3"]
    base = ["--base-model", "nano", "--base-rollouts", "2", "--options", "max_turns=2"]
    assert main([*few, *base, "--out", str(tmp_path / "base")]) == 0
    rates = [record["base"] for record in read_episodes(tmp_path / "base")]
    assert rates == [{"rollouts": 2, "with_tools": 0, "without_tools": 0, "unscored": 0}] * 2
    assert len(list(read_episodes(tmp_path / "base/base/without-tools/level-0"))) == 4
    assert main([*few, "--teacher-model", "nano", "--out", str(tmp_path / "teacher")]) == 2
    assert summary(tmp_path / "teacher")["verdicts"] == {"cut off by a budget": 2}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--teacher-url", "http://x"), "goes with --teacher-model"),
        (("--tools-help", "yes"), "go with --base-model"),
        (("--protocol", "openai"), "text protocol"),
        (("--level", "9"), "9"),
        (("--most-alike", "2"), "share above 0"),
        (("--episodes", "0"), "episodes"),
    ],
)
def test_bad_arguments_are_one_line_and_write_nothing(tmp_path, capsys, arguments, message):
    assert collect(tmp_path / "new", *arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert not (tmp_path / "new" / "episodes.jsonl").exists()


def test_another_collection_in_the_folder_is_refused(tmp_path, capsys):
    assert collect(tmp_path) == 0
    assert collect(tmp_path, "--seed", "1") == 2
    assert "holds another run" in capsys.readouterr().err
    assert len(list(read_demonstrations(tmp_path))) == EPISODES


def test_nothing_to_learn_from_is_an_error(tmp_path, capsys):
    with ChatServer(lambda request: completion({"content": "<answer>0</answer>"})) as server:
        assert collect(tmp_path, "--teacher-model", "tiny", "--teacher-url", server.url) == 2
    assert "none of 6 episodes can be learned from" in capsys.readouterr().err


PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from agentic_gym_baselines.collect import main; raise SystemExit(main())"
)


def test_ctrl_c_leaves_what_is_finished_and_the_same_command_goes_on(tmp_path):
    command = [sys.executable, "-c", PROGRAM, "--env-id", ENV_ID, "--out", str(tmp_path), "--episodes", "300"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    played = tmp_path / "attempts/level-0/episodes.jsonl"
    deadline = time.monotonic() + 60
    while not played.exists() or played.read_bytes().count(b"\n") < 5:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on from there" in errors
    assert "Traceback" not in errors
    finished = {record["episode_id"] for record in read_episodes(tmp_path / "attempts/level-0")}
    assert 5 <= len(finished) < 300
    assert collect(tmp_path, "--episodes", "300") == 0
    assert finished < {record["episode_id"] for record in read_episodes(tmp_path)}
