"""On files of the usual forms that are made here."""

import importlib.util
import json
import threading
from contextlib import closing

import gymnasium as gym
import pytest

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.messages import GiveAnswer
from agentic_gym_envs.mathfile import verifying
from agentic_gym_envs.mathfile.reading import read_answer
from agentic_gym_envs.mathfile.verifying import Verifier

FORMS = [
    {"problem": "What is 1/4 + 1/4?", "answer": "\\frac{1}{2}", "level": 1},
    {"Problem": "What is 1/4 + 1/4?", "Answer": 0.5},
    {"question": "What is 1/4 + 1/4?", "final_answer": ["$\\frac{1}{2}$"]},
    {"problem": "What is 1/4 + 1/4?", "solution": "We add: $\\boxed{1}$? No, \\boxed{\\frac{1}{2}}."},
]


@pytest.fixture(scope="module")
def verifier():
    with closing(Verifier()) as verifier:
        yield verifier


def _file(folder, *rows):
    path = folder / "test.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def _reward(env, index, answer):
    env.reset(options={"index": index})
    return env.step(env.unwrapped.protocol.write(GiveAnswer(answer)))[1]


@pytest.mark.parametrize("row", FORMS)
def test_the_usual_columns_are_found_and_graded(tmp_path, row):
    with gym.make("MathFile-v0", path=_file(tmp_path, row)) as env:
        assert "1/4 + 1/4" in env.reset(options={"index": 0})[0]["text"]
        assert _reward(env, 0, "0.5") == 1.0
        assert _reward(env, 0, "The answer is $\\frac{2}{4}$.") == 1.0
        assert _reward(env, 0, "0.4") == 0.0


def test_whole_numbers_need_no_algebra(tmp_path, monkeypatch):
    with gym.make("MathFile-v0", path=_file(tmp_path, {"problem": "6*7?", "answer": "042"})) as env:
        assert _reward(env, 0, "So the answer is 42.") == 1.0
        assert _reward(env, 0, "\\boxed{42}") == 1.0
        assert _reward(env, 0, "43") == 0.0


def test_columns_can_be_named(tmp_path):
    path = _file(tmp_path, {"text": "2+2?", "key": "4"})
    with gym.make("MathFile-v0", path=path, problem="text", answer="key") as env:
        assert _reward(env, 0, "4") == 1.0
    with pytest.raises(ConfigurationError, match="looked for problem, question.*they have text, key"):
        gym.make("MathFile-v0", path=path)


@pytest.mark.parametrize(
    ("truth", "answer", "equal"),
    [
        ("12\\sqrt{2}", "\\sqrt{288}", True),
        ("x^2+2x+1", "(x+1)^2", True),
        ("(3,4)", "(3, 4)", True),
        ("(3,4)", "\\{3,4\\}", False),
        ("\\{3,4\\}", "(3,4)", False),
        ("[2,5)", "(2,5)", False),
        ("\\text{east}", "\\text{east}", True),
        ("\\frac{1}{2}", "", False),
        ("\\frac{1}{2}", "1" * 400, False),
        ("\\frac{1}{2}", "\\frac{1}{", False),
        ("\\frac{1}{2}", "I do not know", False),
    ],
)
def test_expressions_are_compared_as_mathematics(verifier, truth, answer, equal):
    assert verifier.equal(truth, answer) is equal


def test_any_thread_may_compare(verifier):
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append(verifier.equal("\\frac{1}{3}", "\\frac{2}{6}")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 4


def test_what_takes_too_long_is_no_match_and_the_next_one_is_compared(monkeypatch):
    with closing(Verifier()) as verifier:
        monkeypatch.setattr(verifying, "PATIENCE", 0.0)
        assert not verifier.equal("\\frac{1}{3}", "\\frac{2}{6}")
        monkeypatch.setattr(verifying, "PATIENCE", 60.0)
        assert verifier.equal("\\frac{1}{3}", "\\frac{2}{6}")


def test_without_math_verify_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'agentic-gym\[math\]'"):
        Verifier()


@pytest.mark.parametrize(
    ("content", "answer"),
    [("\\boxed{a} then \\boxed{\\sqrt{b}}", "\\sqrt{b}"), ("\\boxed{a", "\\boxed{a"), (7, "7"), (["x"], "x")],
)
def test_answers_are_found_in_solutions(content, answer):
    assert read_answer(content, "row 0") == answer


@pytest.mark.parametrize("content", [None, "", [], " "])
def test_a_row_without_an_answer_is_named(content):
    with pytest.raises(RecordError, match="row 3 has no answer"):
        read_answer(content, "row 3")


def test_no_path_says_how():
    with pytest.raises(ConfigurationError, match="path='FILE"):
        gym.make("MathFile-v0")
