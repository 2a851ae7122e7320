"""A run that is killed or stopped goes on where it was: in processes of their own, with real signals."""

import os
import signal
import subprocess
import sys
import time

import pytest

import toy_runs
from agentic_gym.evaluation.runner import draw_indices
from agentic_gym.trajectories import read_episodes

EPISODES = 40
# Where the tests themselves run in the background, their children would be deaf to Ctrl-C.
PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from agentic_gym.cli import main; main()"
)


def start(out):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "eval", toy_runs.ENV_ID, "--agent", "toy_runs:Slow"]
        + ["--episodes", str(EPISODES), "--workers", "2", "--out", str(out)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_episodes(out, count):
    deadline = time.monotonic() + 60
    lines = out / "episodes.jsonl"
    while not lines.exists() or lines.read_bytes().count(b"\n") < count:
        assert time.monotonic() < deadline, "the run finishes no episode"
        time.sleep(0.01)


def finish(out):
    """Lets the run go on to its end, and gives the indices that it played."""
    process = start(out)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return [record["index"] for record in read_episodes(out)]


@pytest.mark.parametrize("half_line", [b"", b'{"task_id":"ToyRun-v0/test/0/2', "…".encode()[:1]])
def test_a_killed_run_loses_nothing_and_repeats_nothing(tmp_path, half_line):
    process = start(tmp_path)
    wait_for_episodes(tmp_path, 5)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    lines = tmp_path / "episodes.jsonl"
    finished = lines.read_bytes()
    finished = finished[: finished.rindex(b"\n") + 1]
    # What a kill leaves that comes in the middle of a write.
    lines.write_bytes(finished + half_line)
    before = [record["index"] for record in read_episodes(tmp_path)]
    assert 5 <= len(before) < EPISODES
    played = finish(tmp_path)
    assert lines.read_bytes().startswith(finished)
    assert sorted(played) == sorted(draw_indices(range(2_000_000, 3_000_000), EPISODES, 0))
    assert not list(tmp_path.glob("*.part"))


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path):
    process = start(tmp_path)
    wait_for_episodes(tmp_path, 3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert f"Stopped. What was finished is in {tmp_path}" in errors
    assert "Traceback" not in errors
    before = [record["index"] for record in read_episodes(tmp_path)]
    assert 3 <= len(before) < EPISODES
    played = finish(tmp_path)
    assert played[: len(before)] == before
    assert sorted(played) == sorted(draw_indices(range(2_000_000, 3_000_000), EPISODES, 0))
