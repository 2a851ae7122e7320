"""The hostile corpus at the embedded sandbox's levels; a third of it by default, all of it where slow."""

from collections.abc import Iterator
from functools import partial

import pytest

from agentic_gym.sandboxes import EmbeddedSandbox
from agentic_gym.testing import Snippet, Trial, hostile_corpus, sandbox_checks
from sandbox_levels import LEVELS, LIMITS, PATIENCE, require_level

PARAMETERS = [
    pytest.param(
        snippet, id=f"{snippet.group}: {snippet.name}", marks=[pytest.mark.slow] if number % 3 else []
    )
    for number, snippet in enumerate(hostile_corpus())
]


@pytest.fixture(scope="module", params=LEVELS)
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    require_level(request.param)
    with Trial(partial(EmbeddedSandbox, LIMITS, isolation=request.param), LIMITS, patience=PATIENCE) as trial:
        yield trial


@pytest.mark.parametrize("snippet", PARAMETERS)
def test_the_snippet_ends_as_it_has_to_and_harms_nothing(trial: Trial, snippet: Snippet) -> None:
    trial.run(snippet)


@pytest.mark.parametrize("check", sandbox_checks(EmbeddedSandbox, snippets=()))
@pytest.mark.parametrize("level", LEVELS)
def test_the_contract_is_kept(level: str, check: str) -> None:
    require_level(level)
    sandbox_checks(partial(EmbeddedSandbox, LIMITS, isolation=level), LIMITS, snippets=())[check]()
