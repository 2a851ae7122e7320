"""Never less than asked, and one sandbox for all who ask for the same."""

import os
import threading
from collections.abc import Sequence

import pytest

from agentic_gym.errors import ConfigurationError, SandboxUnavailable
from agentic_gym.sandboxes import EmbeddedSandbox, make_sandbox, selection, shared_sandbox
from agentic_gym.sandboxes.embedded import _PLANS
from agentic_gym.sandboxes.forkserver import ForkServer
from agentic_gym.sandboxes.plan import Plan, plan_namespaces
from agentic_gym.sandboxes.selection import Choice, choose


@pytest.mark.parametrize(
    ("options", "choice"),
    [
        ({}, Choice("auto")),
        ({"min_isolation": "landlock"}, Choice("auto")),
        ({"min_isolation": "docker"}, Choice("namespaces")),
        ({"min_isolation": "namespaces"}, Choice("namespaces")),
        ({"isolation": "landlock"}, Choice("landlock")),
        ({"isolation": "docker", "min_isolation": "landlock"}, Choice("docker")),
        (
            {"isolation": "docker", "runtime": "runsc", "min_isolation": "runsc"},
            Choice("docker", "runsc"),
        ),
        ({"isolation": "namespaces", "min_isolation": "docker"}, Choice("namespaces")),
    ],
)
def test_a_choice_is_at_least_what_was_asked(options: dict[str, str], choice: Choice) -> None:
    assert choose(**options) == choice


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"isolation": "namespace"}, "unknown isolation 'namespace': did you mean 'namespaces'"),
        ({"min_isolation": "landlok"}, "unknown min_isolation 'landlok': did you mean 'landlock'"),
        ({"min_isolation": "auto"}, "Known: 'landlock', 'docker', 'namespaces', 'runsc'"),
        ({"min_isolation": "runsc"}, "isolation='auto' gives 'namespaces', less than min_isolation='runsc'"),
        ({"isolation": "landlock", "min_isolation": "docker"}, "gives 'landlock', less than"),
        ({"isolation": "docker", "min_isolation": "namespaces"}, "gives 'docker', less than"),
        ({"isolation": "docker", "runtime": "runc", "min_isolation": "runsc"}, "runtime='runsc'"),
        ({"runtime": "runsc"}, "needs isolation='docker', got 'auto'"),
    ],
)
def test_what_cannot_be_is_said_at_once(options: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        make_sandbox(**options)  # type: ignore[arg-type]


def test_packages_are_the_images_where_there_is_one() -> None:
    with pytest.raises(ConfigurationError, match="Build one FROM ours"):
        make_sandbox("docker", packages=["scipy"])


def without_namespaces(packages: Sequence[str]) -> Plan:
    """A tree that cannot be built: a folder in it is not there."""
    plan = plan_namespaces(packages)
    plan.launch["binds"].append(("/no/such/folder", "/nowhere"))
    return plan


@pytest.mark.parametrize("least", ["docker", "namespaces"])
def test_where_the_level_cannot_be_had_nothing_weaker_is_started(
    monkeypatch: pytest.MonkeyPatch, least: str
) -> None:
    started = []
    monkeypatch.setitem(_PLANS, "namespaces", without_namespaces)
    monkeypatch.setitem(_PLANS, "landlock", lambda packages: started.append("landlock"))
    sandbox = make_sandbox(min_isolation=least)
    step = r"(?s)'namespaces' cannot be had: bind /no/such/folder.*Remedy:"
    with pytest.raises(SandboxUnavailable, match=step):
        sandbox.open(seed=0)
    assert started == []
    sandbox.close()


def test_all_who_ask_for_the_same_share_one_also_at_the_same_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selection, "_shared", {})
    choice, start, found = Choice("namespaces"), threading.Barrier(16), []

    def ask() -> None:
        start.wait()
        found.append(shared_sandbox(choice))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(sandbox) for sandbox in found}) == 1
    assert shared_sandbox() is not found[0]


def test_a_forked_process_shares_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "_shared", {})
    sandbox = shared_sandbox()
    assert isinstance(sandbox, EmbeddedSandbox)
    ours = server_of(sandbox)
    child = os.fork()
    if not child:
        status = 1
        try:
            theirs = shared_sandbox()
            assert isinstance(theirs, EmbeddedSandbox)
            status = 0 if server_of(theirs).pid != ours.pid else 2
            theirs.close()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ours.alive
    sandbox.close()


def server_of(sandbox: EmbeddedSandbox) -> ForkServer:
    session = sandbox.open(seed=0)
    session.close()
    assert sandbox._running is not None
    return sandbox._running.server
