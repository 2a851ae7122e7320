"""Contracts as tests, for the test suites of others too: of an environment, and of a sandbox.

`contract_checks` and `sandbox_checks` give checks by name, for a suite to be parametrised over;
`check_env_contract` and `check_sandbox` run them and yield what became of each.
"""

from agentic_gym.testing.checks import Check, require, run_checks
from agentic_gym.testing.corpus import Expectation, Snippet, hostile_corpus, read_corpus
from agentic_gym.testing.environments import (
    CHECKS,
    DISTINCT,
    NO_ANSWER,
    Subject,
    answer,
    check_env_contract,
    check_name,
    contract_checks,
    first_texts,
    inner,
    playing,
    print_episodes,
    registered_id,
    success_rate,
)
from agentic_gym.testing.sandboxes import check_sandbox, sandbox_checks
from agentic_gym.testing.trial import Trial

__all__ = [
    "CHECKS",
    "DISTINCT",
    "NO_ANSWER",
    "Check",
    "Expectation",
    "Snippet",
    "Subject",
    "Trial",
    "answer",
    "check_env_contract",
    "check_name",
    "check_sandbox",
    "contract_checks",
    "first_texts",
    "hostile_corpus",
    "inner",
    "playing",
    "print_episodes",
    "read_corpus",
    "registered_id",
    "require",
    "run_checks",
    "sandbox_checks",
    "success_rate",
]
