"""`agentic-gym eval --agent openai`."""

import json

import pytest
from typer.testing import CliRunner

from agentic_gym.cli.app import app
from agentic_gym.errors import ConfigurationError
from chat_server import ChatServer, completion
from toy_runs import ENV_ID


def run(*arguments):
    return CliRunner().invoke(app, ["eval", ENV_ID, *arguments])


def test_a_served_model_is_scored_in_groups(tmp_path):
    asked = []

    def model(request):
        asked.append(request)
        return completion({"content": "<answer>1</answer>"})

    with ChatServer(model) as server:
        served = ("--agent", "openai", "--model", "tiny", "--base-url", server.url)
        more = ("--sampling", "temperature=0.5", "--episodes", "2", "--rollouts", "2", "--out", str(tmp_path))
        first, again = run(*served, *more), run(*served, *more)
    assert first.exit_code == again.exit_code == 0, first.output
    assert len(asked) == 4
    assert {request["temperature"] for request in asked} == {0.5}
    assert "openai: pass@1 0.000, pass@2 0.000" in first.stdout
    assert "openai: pass^1 0.000, pass^2 0.000" in first.stdout
    assert "44 tokens shown, 20 sampled" in first.stdout
    configuration = json.loads((tmp_path / "run.json").read_text())["configuration"]
    assert configuration["agent"] == "openai:tiny temperature=0.5"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--agent", "openai"),
        ("--agent", "openai", "--model", "tiny"),
        ("--agent", "oracle", "--model", "tiny"),
        ("--agent", "openai", "--model", "tiny", "--base-url", "http://x", "--sampling", "hot"),
    ],
)
def test_half_a_served_model_is_refused(arguments):
    error = run(*arguments).exception
    assert isinstance(error, ConfigurationError)
    assert "--model" in str(error) or "--sampling" in str(error)
