"""The sandbox's contract: what fails where a sandbox does not keep it."""

import pytest

from agentic_gym.errors import ContractError, SandboxUnavailable
from agentic_gym.sandboxes import EmbeddedSandbox, Execution, FakeSandbox, Limits, Outcome
from agentic_gym.testing import check_sandbox, hostile_corpus, sandbox_checks

SOME = [snippet for snippet in hostile_corpus() if snippet.name in ("fork", "reading a file of the host")]


def scripted() -> FakeSandbox:
    return FakeSandbox(lambda code: Execution(Outcome.OK, output="1\n"))


def test_a_scripted_sandbox_fails_all_but_the_rules_of_closing() -> None:
    held = {check.name for check in check_sandbox(scripted, snippets=SOME) if check.ok}
    assert held == {"closing all"}


def test_what_fails_is_told() -> None:
    told = {check.name: check.detail for check in check_sandbox(scripted, snippets=SOME)}
    assert "names no layer" in told["isolation"]
    assert "'x + 1' should print" in told["notebook"] or "should print" in told["notebook"]
    assert told["hostile processes"].startswith("fork: ")
    assert told["hostile files"].startswith("reading a file of the host: ")


def test_a_sandbox_that_cannot_be_had_fails_every_check_by_name() -> None:
    def refuse() -> EmbeddedSandbox:
        raise SandboxUnavailable("no isolation here")

    checks = list(check_sandbox(refuse, snippets=SOME))
    assert len(checks) == len(sandbox_checks(refuse, snippets=SOME)) > 10
    assert {(check.ok, check.detail) for check in checks} == {
        (False, "SandboxUnavailable: no isolation here"),
    }


@pytest.mark.slow
def test_the_embedded_sandbox_keeps_the_contract_with_its_own_limits() -> None:
    checks = list(check_sandbox(EmbeddedSandbox, snippets=SOME, patience=4.0))
    assert [check for check in checks if not check.ok] == []


def test_limits_that_are_not_kept_are_found() -> None:
    claimed = Limits(output_chars=100, images=1, memory_mb=64)
    checks = sandbox_checks(EmbeddedSandbox, claimed, snippets=())
    for name in ("output limit", "pictures", "memory limit"):
        with pytest.raises(ContractError):
            checks[name]()


def test_the_whole_corpus_is_held_against_it_by_group() -> None:
    names = set(sandbox_checks(EmbeddedSandbox))
    assert {f"hostile {snippet.group}" for snippet in hostile_corpus()} < names
