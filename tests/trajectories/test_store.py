"""What a killed run leaves behind is never half an episode."""

import json
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from agentic_gym.errors import RecordError
from agentic_gym.messages import (
    CallTools,
    GiveAnswer,
    ImagePart,
    Malformed,
    Message,
    Mistake,
    StopReason,
    TextPart,
    ToolCall,
    ToolResult,
)
from agentic_gym.trajectories import Trajectory, TrajectoryStore, Turn, read_episodes

PICTURE = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)


def trajectory(task_id="Toy-v0/train/0/1", answer="42"):
    shown = ImagePart("image_1", PICTURE)
    call = ToolCall("crop", {"image": "image_1"})
    return Trajectory(
        task_id=task_id,
        tags=frozenset({"search", "perception"}),
        protocol="hermes",
        system_prompt="system",
        prompt=Message("user", (TextPart("image_1\n"), shown, TextPart("\nWhat? \u2603"))),
        turns=(
            Turn(
                "hm", Malformed(Mistake.EMPTY, "write an answer"), (), Message("user", (TextPart("no"),)), 0.5
            ),
            Turn(
                "call",
                CallTools((call,)),
                (ToolResult(call, "done", (shown,)),),
                Message("user", (shown,)),
                1.0,
            ),
            Turn("answer", GiveAnswer(answer)),
        ),
        stop_reason=StopReason.ANSWER,
        measures={"success": 1.0},
        isolation="landlock",
        isolation_layers=("seccomp filter", "network"),
    )


def test_an_episode_is_read_back_as_it_was_written(tmp_path):
    with TrajectoryStore(tmp_path) as store:
        store.append({"index": 1, "reward": 1.0}, trajectory())
    [record] = read_episodes(tmp_path)
    assert record["task_id"] == "Toy-v0/train/0/1"
    assert (record["index"], record["reward"], record["answer"]) == (1, 1.0, "42")
    assert record["stop_reason"] == "answer"
    assert record["tags"] == ["perception", "search"]
    assert record["prompt"][2] == {"text": "\nWhat? \u2603"}
    assert [turn["mistake"] for turn in record["turns"]] == ["empty", None, None]
    assert record["turns"][1]["calls"][0]["name"] == "crop"
    assert (record["isolation"], record["isolation_layers"]) == ("landlock", ["seccomp filter", "network"])


def test_a_picture_is_kept_once_under_the_hash_of_its_content(tmp_path):
    with TrajectoryStore(tmp_path) as store:
        store.append({}, trajectory())
        store.append({}, trajectory("Toy-v0/train/0/2"))
    [file] = (tmp_path / "images").iterdir()
    first, _ = read_episodes(tmp_path)
    assert first["prompt"][1]["image"] == f"images/{file.name}"
    assert first["turns"][1]["observation"][0]["image"] == f"images/{file.name}"
    assert (np.asarray(Image.open(file)) == PICTURE).all()


def test_pictures_of_other_shapes_with_the_same_bytes_are_two(tmp_path):
    flat = ImagePart("image_1", PICTURE.reshape(7, 5, 3))
    with TrajectoryStore(tmp_path) as store:
        store.append({}, trajectory())
        store.append({}, replace(trajectory(), prompt=Message("user", (flat,))))
    assert len(list((tmp_path / "images").iterdir())) == 2


@pytest.mark.parametrize("half", [b'{"task_id": "half', b'{"task_id": "whole but for its end"}'])
def test_a_half_written_line_is_not_read_and_is_cut_off_by_the_next_run(tmp_path, half):
    with TrajectoryStore(tmp_path) as store:
        store.append({}, trajectory("one"))
    with (tmp_path / "episodes.jsonl").open("ab") as file:
        file.write(half)
    assert [record["task_id"] for record in read_episodes(tmp_path)] == ["one"]
    with TrajectoryStore(tmp_path) as store:
        store.append({}, trajectory("two"))
    assert [record["task_id"] for record in read_episodes(tmp_path)] == ["one", "two"]


def test_a_damaged_line_is_an_error_that_names_it(tmp_path):
    with TrajectoryStore(tmp_path) as store:
        store.append({}, trajectory())
    (tmp_path / "episodes.jsonl").write_bytes(b"{}\nnot json\n")
    with pytest.raises(RecordError, match="line 2 of .* is damaged"):
        list(read_episodes(tmp_path))


def test_a_folder_without_a_run_is_an_error_that_says_how_to_make_one(tmp_path):
    with pytest.raises(RecordError, match="agentic-gym eval"):
        list(read_episodes(tmp_path))


def _try_to_open(folder, queue):
    try:
        TrajectoryStore(folder)
    except RecordError as error:
        queue.put(str(error))
    else:
        queue.put("opened")


def test_a_second_process_is_refused_while_the_first_writes(tmp_path):
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    with TrajectoryStore(tmp_path):
        other = context.Process(target=_try_to_open, args=(tmp_path, queue))
        other.start()
        assert "another run is writing" in queue.get(timeout=60)
        other.join()
    other = context.Process(target=_try_to_open, args=(tmp_path, queue))
    other.start()
    assert queue.get(timeout=60) == "opened"
    other.join()


def test_threads_share_a_store(tmp_path):
    with TrajectoryStore(tmp_path) as store, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.append({"index": n}, trajectory(str(n))), range(200)))
    assert sorted(record["index"] for record in read_episodes(tmp_path)) == list(range(200))


def test_a_record_is_one_line_whatever_the_agent_wrote(tmp_path):
    with TrajectoryStore(tmp_path) as store:
        store.append({}, trajectory(answer='a\nb\r\u2028"\x00'))
    lines = (tmp_path / "episodes.jsonl").read_bytes().split(b"\n")
    assert len(lines) == 2
    assert json.loads(lines[0])["answer"] == 'a\nb\r\u2028"\x00'
