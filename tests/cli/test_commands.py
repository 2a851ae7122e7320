import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import toy_runs
from agentic_gym.cli import checking, scoring
from agentic_gym.cli.app import app, main
from agentic_gym.errors import ContractError, SandboxUnavailable
from agentic_gym.sandboxes.base import Isolation, Layer
from agentic_gym.trajectories import read_episodes
from agentic_gym.version import __version__


def invoke(*arguments, code=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == code, (result.output, result.exception)
    return result


def fail(monkeypatch, capsys, *arguments):
    """What `main` says on standard error when the command cannot be done."""
    monkeypatch.setattr(sys, "argv", ["agentic-gym", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    return capsys.readouterr().err


def evaluate(out, *agents, episodes=6):
    options = [option for agent in agents for option in ("--agent", agent)]
    return invoke("eval", toy_runs.ENV_ID, *options, "--episodes", episodes, "--out", out, "--workers", 2)


def test_help_of_each_command_has_an_example():
    assert "agentic-gym demo" in invoke("--help").stdout
    for command in ("list", "info", "eval", "demo", "view", "validate", "doctor"):
        shown = invoke(command, "--help").stdout
        assert "Example" in shown
        assert f"agentic-gym {command}" in shown


def test_version():
    assert invoke("--version").stdout == f"agentic-gym {__version__}\n"


def test_list_names_the_environments_with_their_levels():
    shown = invoke("list").stdout
    assert "ToyRun-v0" in shown
    assert "0, 1" in shown


def test_info_says_what_one_needs_to_know():
    shown = invoke("info", toy_runs.ENV_ID).stdout
    for expected in (
        "a small picture",
        "0 (default)",
        "2,000,000 to 2,999,999",
        "Cuts a part",
        "most-common, oracle",
        "integer 100%; open",
        "first version",
    ):
        assert expected in shown


def test_eval_of_one_agent_keeps_its_run_in_the_folder(tmp_path):
    shown = evaluate(tmp_path, "oracle").stdout
    assert "1.000" in shown
    assert f"agentic-gym view {tmp_path}" in shown
    assert len(list(read_episodes(tmp_path))) == 6


def test_eval_of_several_agents_and_view(tmp_path):
    shown = evaluate(tmp_path, "silent", "oracle", "toy_runs:wordless").stdout
    assert shown.index("oracle") < shown.index("silent")
    assert {path.name for path in tmp_path.iterdir()} == {"oracle", "silent", "toy_runs.wordless"}
    report = tmp_path / "report.html"
    assert invoke("view", tmp_path).stdout == f"{report}\n"
    assert "3 runs" in report.read_text("utf-8")
    opened = invoke("view", tmp_path / "oracle", tmp_path / "silent", "--out", tmp_path / "two.html")
    assert opened.stdout.strip().endswith("two.html")
    assert "2 runs" in (tmp_path / "two.html").read_text("utf-8")


def test_view_opens_a_browser_only_when_asked(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    evaluate(tmp_path, "silent", episodes=1)
    invoke("view", tmp_path)
    assert opened == []
    invoke("view", tmp_path, "--open")
    assert opened == [(tmp_path / "report.html").resolve().as_uri()]


def test_demo_plays_scores_and_writes_the_report(tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "DEMO_ENVIRONMENT", toy_runs.ENV_ID)
    monkeypatch.setattr(scoring, "DEMO_AGENTS", ("oracle", "silent"))
    shown = invoke("demo", "--out", tmp_path, "--episodes", 3).stdout
    assert "1.000" in shown
    assert str(tmp_path / "report.html") in shown
    assert (tmp_path / "report.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("info", "toy_runs:ToyRum-v0"), "did you mean 'ToyRun-v0'"),
        (("eval", toy_runs.ENV_ID, "--agent", "orcle"), "did you mean 'oracle'"),
        (("eval", toy_runs.ENV_ID, "--agent", "oracle", "--split", "tset"), "did you mean 'test'"),
        (("eval", toy_runs.ENV_ID, "--agent", "oracle", "--protocol", "hermez"), "did you mean 'hermes'"),
        (("eval", toy_runs.ENV_ID, "--agent", "silent", "--agent", "silent"), "each agent is played once"),
        (("view", "no-such-folder"), "holds no run"),
        (("eval", toy_runs.ENV_ID, "--agent", "silent", "--out", "/dev/null"), "cannot hold a run"),
        (("doctor", "--isolation", "namespace"), "did you mean 'namespaces'"),
        (("validate", "toy_runs:ToyRum-v0"), "did you mean 'ToyRun-v0'"),
        (("validate", "toy_tasks:ToyTaskset", "--only", "orcle"), "did you mean 'oracle'"),
        (("validate", "toy_tasks:ToyTaskset", "--levels", "7"), "unknown difficulty 7"),
        (("doctor", "--runtime", "runsc"), "needs isolation='docker'"),
    ],
)
def test_what_cannot_be_done_is_one_line(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    message = fail(monkeypatch, capsys, *arguments).strip()
    assert said in message
    assert message.startswith("agentic-gym: ")
    assert "\n" not in message
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_agent_stops_the_command_before_another_one_plays(tmp_path, monkeypatch, capsys):
    fail(
        monkeypatch,
        capsys,
        "eval",
        toy_runs.ENV_ID,
        "--agent",
        "silent",
        "--agent",
        "orcle",
        "--out",
        tmp_path / "x",
    )
    assert not (tmp_path / "x").exists()


def test_an_agents_mistake_names_the_task(tmp_path, monkeypatch, capsys):
    message = fail(
        monkeypatch, capsys, "eval", toy_runs.ENV_ID, "--agent", "toy_runs:not_text", "--out", tmp_path
    )
    assert "an action is a str; got int: 7" in message
    assert "ToyRun-v0/test/0/" in message


def test_validate_shows_each_check_and_fails_with_one(monkeypatch):
    def fails():
        raise ContractError("success 0.95 at level 1")

    checks = {"determinism": lambda: "20 seeds", "oracle": fails}
    asked = {}

    def contract_checks(env_id, *, only, **options):
        asked.update(options, env_id=env_id)
        return {name: check for name, check in checks.items() if not only or name in only}

    monkeypatch.setattr(checking, "contract_checks", contract_checks)
    name = "toy_tasks:ToyTaskset"
    assert "20 seeds" in invoke("validate", name, "--only", "determinism").stdout
    assert "success 0.95 at level 1" in invoke("validate", name, "--levels", 1, code=1).stdout
    assert asked == {"env_id": "Toy-v0", "episodes": 20, "seed": 0, "levels": [1]}
    told = json.loads(invoke("validate", name, "--json", code=1).stdout)
    assert [(check["name"], check["ok"]) for check in told] == [("determinism", True), ("oracle", False)]


def test_validate_runs_real_checks_of_a_taskset_of_ones_own():
    only = ["--only", "disjoint-splits", "--only", "oracle", "--only", "answer-entropy"]
    shown = invoke("validate", "toy_tasks:ToyTaskset", *only, "--episodes", 3, "--levels", 0).stdout
    assert "1.000 over 3 episodes a level: level 0 in 2.0 turns with 1.0 calls" in shown
    assert shown.count("yes") == 3


class Box:
    """A sandbox that isolates as it is told to."""

    def __init__(self, level, *layers):
        self.level, self.layers = level, layers

    def isolation(self):
        if not self.layers:
            raise SandboxUnavailable(f"{self.level}: user namespaces are refused; ask for them")
        return Isolation(self.level, self.layers)

    def close(self):
        self.layers = ()


class TestDoctor:
    MISSING = Layer("user namespace", False, "unshare was refused", "allow user namespaces")
    HELD = Layer("seccomp", True, "a forbidden call was refused", "not to be shown")

    @pytest.fixture(autouse=True)
    def machine(self, monkeypatch):
        """What each level of this machine has: nothing, before a test says otherwise."""
        self.layers = {}
        self.asked = []

        def make(level, *, runtime, pool):
            self.asked.append((level, runtime, pool))
            return Box(level, *self.layers.get(level, ()))

        monkeypatch.setattr(checking, "make_sandbox", make)

    def test_it_says_what_is_missing_and_what_to_do(self):
        self.layers["namespaces"] = (self.HELD, self.MISSING)
        shown = invoke("doctor").stdout
        assert "isolated by: namespaces" in shown
        assert "allow user namespaces" in shown
        assert "not to be shown" not in shown
        assert self.asked == [("namespaces", None, 0)]

    def test_it_says_why_not_the_better_level(self):
        self.layers["landlock"] = (self.HELD,)
        shown = invoke("doctor").stdout
        assert "namespaces: user namespaces are refused; ask for them" in shown
        assert "isolated by: landlock" in shown

    def test_where_nothing_isolates_it_fails(self):
        assert "landlock: user namespaces are refused" in invoke("doctor", code=1).stdout
        self.layers["namespaces"] = (self.MISSING,)
        invoke("doctor", code=1)

    def test_a_level_of_ones_choice(self):
        self.layers["docker"] = (self.HELD,)
        invoke("doctor", "--isolation", "docker", "--runtime", "runsc")
        invoke("doctor", "--isolation", "landlock", code=1)
        assert self.asked == [("docker", "runsc", 0), ("landlock", None, 0)]


def test_as_a_module_in_a_process_of_its_own(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "agentic_gym",
        "eval",
        toy_runs.ENV_ID,
        "--agent",
        "oracle",
    ]
    run = subprocess.run(
        [*command, "--episodes", "4", "--out", str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "1.000" in run.stdout
    assert len(list(read_episodes(tmp_path))) == 4


def test_importing_the_command_line_prints_nothing():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = subprocess.run(
        [sys.executable, "-c", "import agentic_gym.cli"],
        env=environment,
        capture_output=True,
        timeout=120,
        check=True,
    )
    assert (run.stdout, run.stderr) == (b"", b"")
