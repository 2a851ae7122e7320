"""`export`, and playing what it wrote, as a user types it."""

import json

import pytest
from typer.testing import CliRunner

from agentic_gym.cli.app import app
from agentic_gym.errors import ConfigurationError
from toy_runs import ENV_ID


def _run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_an_exported_set_is_played_by_eval(tmp_path):
    folder = tmp_path / "set"
    written = _run("export", ENV_ID, folder, "--n", 3, "--seed", 4)
    assert written.exit_code == 0, written.output
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["fingerprint"] in written.stdout
    assert "3 tasks are in" in written.stdout

    played = _run(
        *("eval", "Frozen-v0", "--option", f"path={folder}", "--agent", "oracle", "--episodes", 3),
        *("--out", tmp_path / "run"),
    )
    assert played.exit_code == 0, played.output
    assert "1.000" in played.stdout


def test_a_parquet_set_of_two_levels(tmp_path):
    written = _run(
        *("export", ENV_ID, tmp_path / "set", "--n", 2, "--format", "parquet"),
        *("--difficulty", 0, "--difficulty", 1),
    )
    assert written.exit_code == 0, written.output
    assert "4 tasks" in written.stdout
    assert (tmp_path / "set" / "tasks.parquet").exists()


@pytest.mark.parametrize("option", ["path", "=x", "two words=1"])
def test_an_option_is_written_as_name_and_value(tmp_path, option):
    run = _run("eval", "Frozen-v0", "--agent", "silent", "--out", tmp_path, "--option", option)
    assert isinstance(run.exception, ConfigurationError)
    assert "NAME=VALUE" in str(run.exception)
