"""The scripted sandbox."""

import numpy as np
import pytest

from agentic_gym.errors import SandboxError
from agentic_gym.sandboxes import Execution, FakeSandbox, Outcome, Sandbox


def test_it_answers_as_scripted_and_remembers() -> None:
    sandbox = FakeSandbox(lambda code: Execution(Outcome.OK, output=code))
    session = sandbox.open(seed=3)
    session.put_images({"image_1": np.zeros((1, 2, 3), np.uint8)})
    assert session.run("a").output == "a"
    assert (session.seed, session.cells, list(session.images)) == (3, ["a"], ["image_1"])


def test_it_is_a_sandbox_that_isolates_nothing() -> None:
    sandbox: Sandbox = FakeSandbox(lambda code: Execution(Outcome.OK))
    isolation = sandbox.isolation()
    assert (isolation.level, isolation.layers) == ("fake", ())


def test_an_outcome_that_ends_the_session_ends_it() -> None:
    session = FakeSandbox(lambda code: Execution(Outcome.CRASHED)).open(seed=0)
    session.run("a")
    assert not session.alive
    with pytest.raises(SandboxError, match="over"):
        session.run("b")


def test_closing_the_sandbox_closes_its_sessions() -> None:
    sandbox = FakeSandbox(lambda code: Execution(Outcome.OK))
    session = sandbox.open(seed=0)
    sandbox.close()
    with pytest.raises(SandboxError):
        session.put_images({})
