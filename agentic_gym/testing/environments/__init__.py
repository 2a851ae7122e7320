"""The environment's contract as a test: hold one against it, of this package or of your own.

`agentic-gym validate ID` prints what `check_env_contract` yields; a test suite is best parametrised over
`contract_checks(ID)`, so that each check fails by its own name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from agentic_gym.errors import unknown_name
from agentic_gym.testing.checks import Check, run_checks
from agentic_gym.testing.environments.answers import answer_entropy
from agentic_gym.testing.environments.interface import (
    budgets,
    endings,
    gymnasium_contract,
    malformed_actions,
    options_of_reset,
    rendering,
)
from agentic_gym.testing.environments.repeatability import (
    DISTINCT,
    another_process,
    determinism,
    disjoint_splits,
    distinct_tasks,
    first_texts,
    print_episodes,
)
from agentic_gym.testing.environments.secrecy import no_leak, picture_leaks, sandbox_leaks
from agentic_gym.testing.environments.solving import audits, certificates, oracle, playing, success_rate
from agentic_gym.testing.environments.subject import (
    NO_ANSWER,
    Subject,
    answer,
    inner,
    registered_id,
)
from agentic_gym.testing.environments.vectors import vector_modes

__all__ = [
    "CHECKS",
    "DISTINCT",
    "NO_ANSWER",
    "Subject",
    "answer",
    "check_env_contract",
    "check_name",
    "contract_checks",
    "first_texts",
    "inner",
    "playing",
    "print_episodes",
    "registered_id",
    "success_rate",
]

CHECKS: tuple[Callable[[Subject], str], ...] = (
    gymnasium_contract,
    determinism,
    another_process,
    distinct_tasks,
    disjoint_splits,
    options_of_reset,
    malformed_actions,
    endings,
    budgets,
    rendering,
    vector_modes,
    no_leak,
    picture_leaks,
    sandbox_leaks,
    answer_entropy,
    certificates,
    oracle,
    audits,
)
"""Every check: takes a subject, returns what it saw, raises `ContractError` where the contract is broken."""


def check_name(check: Callable[[Subject], str]) -> str:
    """The name under which a check is listed."""
    return check.__name__.replace("_", " ")


def contract_checks(
    env_id: str,
    *,
    episodes: int = 20,
    seed: int = 0,
    levels: Sequence[int] = (),
    only: Sequence[str] = (),
    **options: Any,
) -> Mapping[str, Callable[[], str]]:
    """The checks by name, bound to an environment.

    Args:
        env_id: a registered environment.
        episodes: how many a check plays at each level, where it plays several.
        seed: the first of the seeds it plays.
        levels: which ones are played; all if empty.
        only: names of the checks that are wanted; all if empty.
        options: keyword arguments of `gym.make`.

    Raises:
        ConfigurationError: there is no check of a name in `only`, or no such level.
    """
    subject = Subject(env_id, episodes, seed, options)
    if levels:
        subject = replace(subject, levels=tuple(map(subject.taskset.check_difficulty, levels)))
    checks = {check_name(check): partial(check, subject) for check in CHECKS}
    wanted = [name.replace("_", " ").replace("-", " ") for name in only]
    for name in wanted:
        if name not in checks:
            raise unknown_name("check", name, checks)
    return {name: check for name, check in checks.items() if not wanted or name in wanted}


def check_env_contract(
    env_id: str,
    *,
    episodes: int = 20,
    seed: int = 0,
    levels: Sequence[int] = (),
    only: Sequence[str] = (),
    **options: Any,
) -> Iterator[Check]:
    """Runs the checks and yields each one's result as it comes; arguments as for `contract_checks`."""
    return run_checks(
        contract_checks(env_id, episodes=episodes, seed=seed, levels=levels, only=only, **options)
    )
