import json
import shutil

import gymnasium as gym
import numpy as np
import pytest

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.evaluation.agents import make_agent
from agentic_gym.evaluation.runner import draw_indices
from agentic_gym.frozen import export_tasks, read_set
from agentic_gym.frozen.records import digest_of


def test_a_frozen_task_is_shown_and_solved_as_the_live_one(frozen, toy_id):
    with gym.make("Frozen-v0", path=str(frozen)) as env, gym.make(toy_id) as live_env:
        for level in (0, 1):
            for number, index in enumerate(draw_indices(range(2_000_000, 3_000_000), 3, seed=5)):
                seen, _ = env.reset(options={"index": number, "difficulty": level})
                live, _ = live_env.reset(options={"index": index, "difficulty": level})
                assert seen["text"] == live["text"]
                assert all(
                    np.array_equal(one, other)
                    for one, other in zip(seen["images"], live["images"], strict=True)
                )
                assert _oracle_reward(env, seen) == 1.0


def _oracle_reward(env, observation):
    agent = make_agent("oracle", env.unwrapped)
    ended = False
    while not ended:
        observation, reward, terminated, truncated, _ = env.step(agent(observation))
        ended = terminated or truncated
    return reward


def test_no_truth_stands_in_a_set(frozen):
    source = read_set(frozen)
    contents = b"".join(path.read_bytes() for path in frozen.iterdir() if path.is_file())
    with gym.make("Frozen-v0", path=frozen) as env:
        for record in source.records:
            env.reset(options={"index": record.number, "difficulty": record.difficulty})
            reference = env.unwrapped.task.reference
            assert f'"{reference}"'.encode() not in contents
            assert record.canary == source.manifest.canary
            assert record.canary.encode() in contents


def test_the_same_export_gives_the_same_set(toy_id, tmp_path, storage):
    first, second = (export_tasks(toy_id, tmp_path / name, count=2, seed=1, storage=storage) for name in "ab")
    assert first == second
    assert export_tasks(toy_id, tmp_path / "c", count=2, seed=2).fingerprint != first.fingerprint


def test_progress_counts_every_task(toy_id, tmp_path):
    seen = []
    export_tasks(toy_id, tmp_path / "set", count=2, levels=(0, 1), progress=lambda *at: seen.append(at))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_export_that_stops_leaves_nothing(toy_id, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_tasks(toy_id, tmp_path / "set", count=2, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(toy_id, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ConfigurationError, match="is there already"):
        export_tasks(toy_id, tmp_path, count=1)
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"storage": "parket"}, "did you mean 'parquet'"),
        ({"split": "tset"}, "did you mean 'test'"),
        ({"levels": (7,)}, "unknown difficulty"),
        ({"count": 0}, "episodes is a whole number from 1"),
    ],
)
def test_what_cannot_be_exported_is_refused(toy_id, tmp_path, arguments, message):
    with pytest.raises(ConfigurationError, match=message):
        export_tasks(toy_id, tmp_path / "set", **{"count": 1, **arguments})
    assert list(tmp_path.iterdir()) == []


# --- damage -----------------------------------------------------------------------------------------


def _refused(folder, message):
    with pytest.raises(RecordError, match=message):
        gym.make("Frozen-v0", path=str(folder))


@pytest.fixture
def lines(toy_id, tmp_path):
    """A set as JSON lines, and a function that rewrites its records."""
    folder = tmp_path / "lines"
    export_tasks(toy_id, folder, count=3, seed=5)
    path = folder / "tasks.jsonl"

    def rewrite(change):
        path.write_text("".join(change(path.read_text().splitlines(keepends=True))))

    return folder, rewrite


def test_a_changed_record_is_named(lines):
    folder, rewrite = lines
    rewrite(lambda rows: [rows[0], rows[1].replace("What is", "Tell me"), rows[2]])
    _refused(folder, r"record 1 of .* \(Toy-v0/test/0/\d+\) was changed")


def test_a_truncated_set_says_where_it_ends(lines):
    folder, rewrite = lines
    rewrite(lambda rows: rows[:2])
    _refused(folder, "ends after record 1 of 3")


def test_a_half_line_is_damage(lines):
    folder, rewrite = lines
    rewrite(lambda rows: [*rows[:2], rows[2][:40]])
    _refused(folder, "record 2 of .* is damaged")


def test_an_added_record_is_refused(lines):
    folder, rewrite = lines
    rewrite(lambda rows: [*rows, rows[0]])
    _refused(folder, "more than its 3 records")


def test_a_record_with_another_field_is_refused(lines):
    folder, rewrite = lines
    rewrite(lambda rows: [rows[0].replace('"number"', '"nummer"'), *rows[1:]])
    _refused(folder, "differs from what was written in the fields number, nummer")


def test_a_changed_or_missing_picture_is_named(lines):
    folder, _ = lines
    picture = folder / "images" / f"{read_set(folder).records[2].images[0]}.png"
    picture.write_bytes(picture.read_bytes() + b"x")
    _refused(folder, "picture 1 of record 2 .* was changed")
    picture.unlink()
    _refused(folder, "picture 1 of record 2 .* is missing")


def test_a_damaged_parquet_file_is_refused(toy_id, tmp_path):
    folder = tmp_path / "set"
    export_tasks(toy_id, folder, count=2, storage="parquet")
    path = folder / "tasks.parquet"
    path.write_bytes(path.read_bytes()[:200])
    _refused(folder, "is damaged")


def test_a_manifest_of_another_format_or_that_was_changed_is_refused(lines):
    folder, _ = lines
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "format": 2}))
    _refused(folder, "format 2; this version of agentic-gym reads format 1")
    path.write_text(json.dumps({**manifest, "count": 2}))
    _refused(folder, "was changed after it was written")
    path.write_text("{")
    _refused(folder, "manifest.json is damaged")


def test_a_folder_without_a_set_says_how_to_make_one(tmp_path):
    _refused(tmp_path, "agentic-gym export")
    with pytest.raises(ConfigurationError, match="path='DIR'"):
        gym.make("Frozen-v0")


def test_a_set_that_another_version_made_otherwise_is_refused_with_the_record(lines):
    folder, rewrite = lines
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    manifest = json.loads((other / "manifest.json").read_text())
    record = json.loads((other / "tasks.jsonl").read_text().splitlines()[1])
    record["index"] = 2_000_001 if record["index"] != 2_000_001 else 2_000_002
    digests = [*manifest["digests"]]
    digests[1] = digest_of(record)
    unsigned = {**manifest, "digests": digests, "package": "0.0.1", "fingerprint": ""}
    (other / "manifest.json").write_text(json.dumps({**unsigned, "fingerprint": digest_of(unsigned)}))
    rows = (other / "tasks.jsonl").read_text().splitlines()
    (other / "tasks.jsonl").write_text("\n".join([rows[0], json.dumps(record), rows[2]]) + "\n")
    _refused(other, r"Toy-v0/test/0/\d+ of .* was made by agentic-gym 0.0.1, .* makes another task")
