"""The hostile corpus in containers; one snippet in ten by default, all of them where slow."""

from collections.abc import Iterator
from functools import partial

import pytest

from agentic_gym.sandboxes.docker import IMAGE, DockerSandbox, Engine
from agentic_gym.testing import Snippet, Trial, hostile_corpus, sandbox_checks
from sandbox_levels import LIMITS, PATIENCE

PARAMETERS = [
    pytest.param(
        snippet, id=f"{snippet.group}: {snippet.name}", marks=[pytest.mark.slow] if number % 10 else []
    )
    for number, snippet in enumerate(hostile_corpus())
]


@pytest.fixture(scope="module")
def trial(engine_url: str, engine: Engine) -> Iterator[Trial]:
    level = engine.check(IMAGE).name

    def containers() -> int:
        with engine.doing("list its containers") as client:
            return len(client.containers(all=True))

    factory = partial(DockerSandbox, LIMITS, engine=engine_url, pool=0)
    with Trial(factory, LIMITS, patience=PATIENCE, elsewhere=containers, level=level) as trial:
        yield trial


@pytest.mark.parametrize("snippet", PARAMETERS)
def test_the_snippet_ends_as_it_has_to_and_harms_nothing(trial: Trial, snippet: Snippet) -> None:
    trial.run(snippet)


@pytest.mark.parametrize("check", sandbox_checks(DockerSandbox, snippets=()))
def test_the_contract_is_kept(engine_url: str, check: str) -> None:
    factory = partial(DockerSandbox, LIMITS, engine=engine_url, pool=0)
    sandbox_checks(factory, LIMITS, snippets=())[check]()
