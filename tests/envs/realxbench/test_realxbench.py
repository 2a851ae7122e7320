"""On rows of the released form that are made here; none of the released ones is in the repository."""

import base64
import io
import json

import gymnasium as gym
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from PIL import Image

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.search import Document, MemoryCorpus
from agentic_gym.tools import tool
from agentic_gym_envs.realxbench.answers import read_truths

PAGES = MemoryCorpus([Document("https://a.example/harbour", "Harbour", "The harbour opened in 1931.")])


@tool
def ask_engine(query: str) -> str:
    """Asks a search engine.

    Args:
        query: what to ask.
    """
    return f"nothing about {query}"


TOOLS = [ask_engine]


def _picture(shade):
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 10, 10)).save(file, "PNG")
    return file.getvalue()


def _rows():
    answers = ["42 km", "Lisbon or Lisboa", "3 March 2021", "Truth or Dare"]
    return [
        {
            "query": f"Question {number}?",
            "answer": answer,
            "perception": number % 2 == 0,
            "search": True,
            "reason": number == 1,
            "image": {"bytes": _picture(40 * number), "path": f"{number}.png"},
        }
        for number, answer in enumerate(answers)
    ]


@pytest.fixture
def parquet(tmp_path):
    folder = tmp_path / "parquet"
    folder.mkdir()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(_rows()), folder / "test.parquet")
    return folder


def _answer(env, index, answer):
    env.reset(options={"index": index})
    _, reward, terminated, _, info = env.step(env.unwrapped.protocol.write(GiveAnswer(answer)))
    assert terminated
    assert info["scored"]
    return reward


def test_the_questions_are_played_with_their_pictures_and_tags(parquet):
    with gym.make("RealXBench-v0", path=str(parquet)) as env:
        observation, info = env.reset(options={"index": 1})
        assert info["task_id"] == "RealXBench-v0/test/0/1"
        assert "Question 1?" in observation["text"]
        assert observation["images"][0].shape == (48, 64, 3)
        assert tuple(observation["images"][0][0, 0]) == (40, 10, 10)
        assert env.unwrapped.task.tags == {"search", "reasoning"}
        names = {schema["function"]["name"] for schema in env.unwrapped.tool_schemas}
        assert {"crop", "python"} <= names
        assert "search" not in names


@pytest.mark.parametrize(
    ("index", "answer", "right"),
    [
        (0, "42", True),
        (0, "42 kilometres", True),
        (0, "The answer is 42 km.", True),
        (0, "42 miles", False),
        (0, "43", False),
        (1, "lisboa", True),
        (1, "Lisbon", True),
        (1, "Lisbon or Lisboa", True),
        (1, "Porto", False),
        (2, "2021-03-03", True),
        (2, "March 2021", False),
        (3, "Truth or Dare", True),
        (3, "I do not know", False),
    ],
)
def test_answers_are_graded_by_rule(parquet, index, answer, right):
    with gym.make("RealXBench-v0", path=parquet) as env:
        assert _answer(env, index, answer) == float(right)


def test_json_lines_with_paths_or_base64_give_the_same_pictures(tmp_path, parquet):
    folder = tmp_path / "lines"
    folder.mkdir()
    rows = _rows()
    (folder / "0.png").write_bytes(rows[0]["image"]["bytes"])
    images = ["0.png", base64.b64encode(rows[1]["image"]["bytes"]).decode()]
    images.append("data:image/png;base64," + base64.b64encode(rows[2]["image"]["bytes"]).decode())
    lines = [{**row, "image": image} for row, image in zip(rows, images, strict=False)]
    (folder / "test.jsonl").write_text("\n".join(map(json.dumps, lines)))
    with gym.make("RealXBench-v0", path=folder) as one, gym.make("RealXBench-v0", path=parquet) as other:
        for index in range(3):
            seen, expected = (env.reset(options={"index": index})[0] for env in (one, other))
            assert np.array_equal(seen["images"][0], expected["images"][0])


def test_pages_that_are_given_can_be_searched(parquet):
    with gym.make("RealXBench-v0", path=parquet, search=PAGES) as env:
        env.reset(options={"index": 0})
        call = CallTools((ToolCall("search", {"query": "harbour opened"}),))
        observation, *_ = env.step(env.unwrapped.protocol.write(call))
        assert "https://a.example/harbour" in observation["text"]


@pytest.mark.parametrize("search", [TOOLS, f"{__name__}:TOOLS"])
def test_tools_that_are_given_are_offered(parquet, search, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    with gym.make("RealXBench-v0", path=parquet, search=search) as env:
        env.reset(options={"index": 0})
        call = CallTools((ToolCall("ask_engine", {"query": "x"}),))
        observation, *_ = env.step(env.unwrapped.protocol.write(call))
        assert "nothing about x" in observation["text"]


@pytest.mark.parametrize("search", ["no.such.module:x", "json:nothing", "json", 7])
def test_a_search_that_is_none_is_refused(parquet, search):
    with pytest.raises(ConfigurationError, match="search"):
        gym.make("RealXBench-v0", path=parquet, search=search)


def test_data_that_cannot_be_played_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="path='FILE, FOLDER or hub id'"):
        gym.make("RealXBench-v0")
    (tmp_path / "a.jsonl").write_text('{"query": "q", "answer": "a"}\n')
    with pytest.raises(RecordError, match="has no perception, search, reason, image"):
        gym.make("RealXBench-v0", path=tmp_path)
    with pytest.raises(ConfigurationError, match="did you mean 'path'"):
        gym.make("RealXBench-v0", pth=tmp_path)


@pytest.mark.parametrize("image", ["none.png", "", 4, {"path": "none.png"}])
def test_a_picture_that_cannot_be_read_is_named(tmp_path, image):
    row = {**_rows()[0], "image": image}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    with (
        gym.make("RealXBench-v0", path=tmp_path) as env,
        pytest.raises(RecordError, match="RealXBench-v0/test/0/0: "),
    ):
        env.reset(options={"index": 0})


@pytest.mark.parametrize("answer", ["", "x" * 400])
def test_an_answer_that_cannot_be_given_is_an_error(answer):
    with pytest.raises(RecordError, match="row 3"):
        read_truths(answer, "row 3")
