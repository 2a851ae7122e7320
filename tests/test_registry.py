"""Every registered environment keeps the contract."""

import subprocess
import sys

import gymnasium as gym
import pytest

import agentic_gym
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation import auditing
from agentic_gym.testing import CHECKS, Subject
from agentic_gym_envs import DATASETS, ENVIRONMENTS

SOME = 4
"""Episodes of a check in the default tests, which play an environment's easiest level."""
MANY = 20


@pytest.fixture
def _without_ocr(monkeypatch):
    """OCR takes seconds a picture: the slow tests have it."""
    quick = {name: audit for name, audit in auditing.AUDITS.items() if name != "thumbnail"}
    monkeypatch.setattr(auditing, "AUDITS", quick)


@pytest.mark.usefixtures("_without_ocr")
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("env_id", ENVIRONMENTS)
def test_every_environment_keeps_the_contract(env_id, check):
    (easiest, *_) = Subject(env_id).played_levels
    subject = Subject(env_id, SOME, options={"difficulty": easiest}, levels=(easiest,))
    assert check(subject)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("env_id", ENVIRONMENTS)
def test_every_environment_keeps_the_contract_at_every_level(env_id, check):
    assert check(Subject(env_id, MANY))


@pytest.mark.parametrize("env_id", ENVIRONMENTS)
def test_an_environment_needs_no_import_by_its_module_id(env_id):
    code = f"import gymnasium as gym; print(gym.make('agentic_gym:{env_id}').reset(seed=0)[1]['task_id'])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith(env_id)


def test_importing_the_package_is_quick_and_light():
    code = "import sys, time; t = time.time(); import agentic_gym; print(time.time() - t, *sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, *modules = run.stdout.split()
    heavy = {"torch", "matplotlib", "docker", "pettingzoo", "sympy", "typer", "rich", "jinja2"}
    assert heavy.isdisjoint(modules)
    assert float(seconds) < 5, "aimed at 0.5 s; this bound only catches an import that does work"


def test_the_table_of_ids_is_what_is_registered():
    code = "import agentic_gym; print(*agentic_gym.registered_ids())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [*ENVIRONMENTS, *DATASETS]


def test_an_id_is_registered_once():
    with pytest.raises(ConfigurationError, match="taken"):
        agentic_gym.register("RealX-v0", "somewhere:Taskset")


def test_a_taskset_is_named_by_module_and_attribute():
    with pytest.raises(ConfigurationError, match="module:attribute"):
        agentic_gym.register("Nowhere-v0", "somewhere")
    assert "Nowhere-v0" not in gym.registry


def test_an_unknown_id_gets_a_suggestion():
    with pytest.raises(gym.error.NameNotFound, match="Did you mean: `RealX`"):
        gym.make("RealY-v0")


def test_public_names_are_these():
    assert sorted(agentic_gym.__all__) == [
        "AgenticEnv",
        "AgenticVectorEnv",
        "Component",
        "Observation",
        "QuestionTask",
        "Rubric",
        "StopReason",
        "Task",
        "TaskKey",
        "Taskset",
        "ToolContext",
        "ToolOutput",
        "Trajectory",
        "__version__",
        "register",
        "registered_ids",
        "tool",
    ]
