import csv
import json
import sys

import pyarrow
import pyarrow.parquet
import pytest

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym_envs.datasets import read_rows

ROWS = [{"query": "how many", "answer": "4"}, {"query": "who, then", "answer": "Ann"}]


def _write(path):
    match path.suffix:
        case ".jsonl":
            path.write_text("\n".join(map(json.dumps, ROWS)) + "\n\n")
        case ".json":
            path.write_text(json.dumps(ROWS))
        case ".csv":
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, ["query", "answer"])
                writer.writeheader()
                writer.writerows(ROWS)
        case ".parquet":
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    return path


@pytest.mark.parametrize("ending", ["jsonl", "json", "csv", "parquet"])
def test_every_kind_of_file_gives_the_same_rows(tmp_path, ending):
    file = _write(tmp_path / f"test.{ending}")
    assert list(read_rows(file).rows) == ROWS
    assert list(read_rows(tmp_path).rows) == ROWS
    assert read_rows(file).folder == tmp_path


def test_a_folder_is_read_by_split_where_its_files_are_named_so(tmp_path):
    _write(tmp_path / "train.json")
    (tmp_path / "test.jsonl").write_text('{"query": "q", "answer": "a"}\n')
    assert len(read_rows(tmp_path, split="test").rows) == 1
    assert len(read_rows(tmp_path, split="val").rows) == 3


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"a": 1}\n{"a": ', "line 2 of .* is damaged"),
        ("a.json", "[1, 2", "is damaged"),
        ("a.json", "[3]", "holds '3' where a row"),
        ("a.json", "[]", "holds no rows"),
        ("a.parquet", "nothing of the kind", "is damaged"),
    ],
)
def test_damage_is_an_error_that_says_where(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(RecordError, match=message):
        read_rows(tmp_path / name)


def test_a_missing_column_is_named(tmp_path):
    rows = read_rows(_write(tmp_path / "a.json"))
    rows.require("query", "answer")
    with pytest.raises(RecordError, match="row 0 of .* has no image; it has query, answer"):
        rows.require("query", "image")


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="give a file, a folder, or a hub id"):
        read_rows(tmp_path / "none.jsonl")
    with pytest.raises(ConfigurationError, match="none of the files that can be read"):
        read_rows(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(ConfigurationError, match="its ending is none of"):
        read_rows(tmp_path / "notes.txt")


def test_a_hub_id_without_the_client_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'agentic-gym\[data\]'"):
        read_rows("glowol/RealXBench")
