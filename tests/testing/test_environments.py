"""Each check of the contract holds for a sound environment, and fails for one that breaks its promise."""

import itertools

import numpy as np
import pytest

import broken_tasks
from agentic_gym.errors import ConfigurationError, ContractError
from agentic_gym.evaluation import auditing
from agentic_gym.sandboxes import Execution, FakeSandbox, Outcome
from agentic_gym.tasks import Ceiling
from agentic_gym.testing import CHECKS, Subject, check_env_contract, contract_checks, registered_id

BY_NAME = {check.__name__: check for check in CHECKS}


@pytest.fixture(autouse=True)
def _few_audits(monkeypatch):
    """Those that need neither code nor OCR, which have tests of their own."""
    few = {name: auditing.AUDITS[name] for name in ("silent", "answer-list")}
    monkeypatch.setattr(auditing, "AUDITS", few)


def subject(name, **more):
    return Subject(registered_id(f"broken_tasks:{name}"), episodes=8, levels=(0,), **more)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_each_check_holds_for_a_sound_environment(check):
    assert check(subject("Named" if check.__name__ == "picture_leaks" else "Healthy"))


@pytest.mark.parametrize(
    ("check", "name", "said"),
    [
        ("gymnasium_contract", "Unseeded", "check_env raised"),
        ("determinism", "Repainted", "two different first observations"),
        ("another_process", "Salted", "another process made other texts"),
        ("distinct_tasks", "Scarce", "10000 seeds gave"),
        ("disjoint_splits", "Scarce", "'train' has 1000 tasks"),
        ("disjoint_splits", "Overlapping", "'train' and 'test' overlap"),
        ("options_of_reset", "Lax", "'difficulty': 99"),
        ("endings", "Generous", "'I do not know' succeeded"),
        ("vector_modes", "Counting", "rewards of step 2 are not those of sync"),
        ("no_leak", "Telltale", "stands in the first text"),
        ("picture_leaks", "Watermarked", "picture's lowest bits"),
        ("answer_entropy", "Monotonous", "'Kaldor' answers 200 of 200; 2% is the most"),
        ("answer_entropy", "Lopsided", "28% is the most"),
        ("certificates", "Uncertified", "'small numbers' does not hold for Uncertified-v0/train/0/"),
        ("oracle", "Helpless", "the oracle fails 8 of 8 at level 0"),
        ("oracle", "Orphaned", "has no 'oracle'"),
        ("audits", "Monotonous", "most-common at level 0: 8 of 8, ceiling 0.050, at most 2 allowed"),
        ("audits", "Generous", "silent at level 0: 8 of 8, ceiling 0.000"),
    ],
)
def test_a_check_fails_for_what_it_is_there_for(check, name, said):
    with pytest.raises(ContractError, match=said):
        BY_NAME[check](subject(name))


@pytest.mark.parametrize("check", ["malformed_actions", "budgets"])
def test_a_protocol_that_takes_everything_for_an_answer_is_found(check):
    with pytest.raises(ContractError):
        BY_NAME[check](subject("Healthy", options={"protocol": broken_tasks.Gullible()}))


def test_frames_of_several_sizes_are_found(monkeypatch):
    sizes = iter(range(10, 99))
    monkeypatch.setattr(
        "agentic_gym.core.draw_frame", lambda messages: np.zeros((next(sizes), 9, 3), np.uint8)
    )
    with pytest.raises(ContractError, match="frames of several sizes"):
        BY_NAME["rendering"](subject("Healthy"))


class TestSandboxLeaks:
    def test_a_truth_that_only_its_own_session_holds_is_found(self):
        said = itertools.cycle(["FOUND 0 variable answer\nSEARCHED 9", "SEARCHED 9"])
        sandbox = FakeSandbox(lambda code: Execution(Outcome.OK, output=next(said)))
        with pytest.raises(ContractError, match="code finds 'Kaldor .*: variable answer"):
            BY_NAME["sandbox_leaks"](subject("Named", options={"sandbox": sandbox}))

    def test_a_text_that_every_session_holds_is_no_leak(self):
        sandbox = FakeSandbox(lambda code: Execution(Outcome.OK, output="FOUND 0 file x\nSEARCHED 9"))
        assert BY_NAME["sandbox_leaks"](subject("Named", options={"sandbox": sandbox}))

    def test_a_package_that_makes_the_tasks_is_found(self, monkeypatch):
        monkeypatch.setattr(broken_tasks.Named, "__module__", "numpy.tasks")
        with pytest.raises(ContractError, match="'numpy' in the sandbox: it can be imported there"):
            BY_NAME["sandbox_leaks"](subject("Named"))

    def test_a_search_that_did_not_run_is_no_proof(self):
        sandbox = FakeSandbox(lambda code: Execution(Outcome.OK, output=""))
        with pytest.raises(ContractError, match="did not run to its end"):
            BY_NAME["sandbox_leaks"](subject("Named", options={"sandbox": sandbox}))


class TestAudits:
    def test_a_family_may_state_a_ceiling_with_its_reason(self, monkeypatch):
        ceilings = {name: Ceiling(1.0, "they may") for name in ("most-common", "answer-list")}
        monkeypatch.setattr(broken_tasks.Monotonous, "ceilings", ceilings, raising=False)
        assert "most-common 1.00" in BY_NAME["audits"](subject("Monotonous"))

    def test_closed_answers_may_be_guessed_at_chance(self):
        with pytest.raises(ContractError, match="most-common at level 0: 8 of 8, ceiling 0.280"):
            BY_NAME["audits"](subject("Lopsided"))


def test_checks_are_chosen_by_name_and_report_what_they_saw():
    env_id = registered_id("broken_tasks:Helpless")
    results = list(check_env_contract(env_id, episodes=3, only=["disjoint-splits", "oracle"]))
    assert [(result.name, result.ok) for result in results] == [("disjoint splits", True), ("oracle", False)]
    with pytest.raises(ConfigurationError, match="did you mean 'oracle'"):
        contract_checks(env_id, only=["orcale"])
    with pytest.raises(ConfigurationError, match="difficulty 9"):
        contract_checks(env_id, levels=[9])


def test_a_taskset_is_registered_once():
    assert [registered_id("broken_tasks:Healthy") for _ in range(2)] == ["Healthy-v0"] * 2
    with pytest.raises(ConfigurationError):
        registered_id("broken_tasks:Nothing")
