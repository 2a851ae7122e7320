import importlib.util
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import toy_runs
import toy_tasks
from agentic_gym.evaluation.cards import about, describe, describe_level, measure_effort, write_efforts
from agentic_gym.evaluation.runner import make_environment
from agentic_gym_envs import ENVIRONMENTS

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "environments"


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(main, *arguments):
    import typer

    app = typer.Typer()
    app.command()(main)
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_about_is_the_docstring_without_its_sections():
    class Family(toy_tasks.ToyTaskset):
        """Measures
        sums.

        Made by adding.

        Args:
            extra: more.
        """

    assert about(Family) == ("Measures sums.", "Made by adding.")


def test_a_level_is_described_by_its_tasks():
    card = describe_level(toy_runs.RunTaskset(), 1)
    assert (card.summary, card.answers, card.guess, card.templates) == (
        "a wide picture",
        {"integer": 1.0},
        0.0,
        2,
    )


def test_a_card_says_what_the_oracle_needs():
    env = make_environment(toy_runs.ENV_ID)
    text = describe(env, "ToyRun-v0")
    for expected in (
        "# ToyRun-v0",
        "| 0 (default) | a small picture | integer 100% | open | 2 |",
        "- `crop`:",
    ):
        assert expected in text
    assert write_efforts([measure_effort(env, 0, 3)]).endswith("| 0 | 3 of 3 | 2.0 | 1.0 |")


def test_the_script_writes_a_page_with_pictures(tmp_path, monkeypatch):
    cards = script("write_cards")
    result = run(cards.main, toy_runs.ENV_ID, "--episodes", 1, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    page = (tmp_path / f"{toy_runs.ENV_ID}.md").read_text("utf-8")
    pictures = sorted(path.name for path in tmp_path.glob("*.jpg"))
    assert len(pictures) == 2
    assert all(f"({name})" in page for name in pictures)


@pytest.mark.slow
@pytest.mark.parametrize("env_id", sorted(page.stem for page in PAGES.glob("*.md")))
def test_a_page_is_current(env_id):
    """In what follows from the code: levels, answers, tools, budgets, version history."""
    env = make_environment(env_id)
    page = (PAGES / f"{env_id}.md").read_text("utf-8")
    assert describe(env, env_id) in page, f"run `python scripts/write_cards.py {env_id}`"
    pictures = re.findall(r"\((\S+\.jpg)\)", page)
    assert pictures
    assert all((PAGES / name).exists() for name in pictures)
    env.close()


@pytest.mark.slow
def test_every_environment_has_a_page():
    assert {page.stem for page in PAGES.glob("*.md")} == set(ENVIRONMENTS), (
        "run `python scripts/write_cards.py`"
    )


def test_the_table_of_audits_is_written_and_resumed(tmp_path, monkeypatch):
    audits = script("write_audits")
    played = []

    def audit_level(env, level, seeds, *, names, progress):
        played.append((level, seeds[0], "oracle" in names, "thumbnail" in names))
        return [
            audits.AuditScore("silent", level, len(seeds), 0),
            audits.AuditScore("list", level, 9, 9, 0.05),
        ]

    monkeypatch.setattr(audits, "audit_level", audit_level)
    arguments = [toy_runs.ENV_ID, "--kept", tmp_path / "kept", "--out", tmp_path / "page.md"]
    assert run(audits.main, *arguments, "--episodes", 20).exit_code == 1
    assert played == [(0, 0, True, True), (1, 0, True, True)]
    lines = (tmp_path / "kept").read_text("utf-8").splitlines()
    assert [json.loads(line)["level"] for line in lines] == [0, 1]
    (tmp_path / "kept").write_text(f'{lines[0]}\n{{"half', "utf-8")
    again = run(audits.main, *arguments, "--episodes", 120)
    assert len(played) == 2 + 11
    assert played[-1] == (1, 100, False, False), "a hundred are enough of these two"
    assert "list at level 1: 54 of 54" in again.output
    page = (tmp_path / "page.md").read_text("utf-8")
    assert "| `silent` | 0/120 | 0/120 | 0.000 |  |" in page
    assert "54/54 **fails**" in page
    run(audits.main, *arguments, "--episodes", 120)
    assert len(played) == 2 + 11, "what was kept after the half-written line is read too"
