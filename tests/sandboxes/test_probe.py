"""Isolation is found by doing, and holds when looked at from outside."""

from pathlib import Path

from agentic_gym.sandboxes import EmbeddedSandbox
from agentic_gym.sandboxes.session import EmbeddedSession

LACKING = {
    "namespaces": set[str](),
    "landlock": {"process namespace", "own root", "disk limit"},
}
"""Layers a level does without, on a kernel that has everything."""


def test_every_layer_of_the_level_holds(sandbox: EmbeddedSandbox) -> None:
    isolation = sandbox.isolation()
    missing = {layer.name for layer in isolation.layers if not layer.active}
    assert missing == LACKING[isolation.level]


def test_what_is_missing_comes_with_a_remedy(sandbox: EmbeddedSandbox) -> None:
    for layer in sandbox.isolation().layers:
        assert layer.probe
        assert bool(layer.remedy) is not layer.active


def test_it_is_found_once(sandbox: EmbeddedSandbox) -> None:
    assert sandbox.isolation() is sandbox.isolation()


def test_the_kernel_says_so_from_outside(session: EmbeddedSession) -> None:
    lines = Path(f"/proc/{session.pid}/status").read_text().splitlines()
    status = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    for capabilities in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        assert int(status[capabilities][0], 16) == 0
    assert status["NoNewPrivs"] == ["1"]
    assert status["Seccomp"] == ["2"]
    assert "0" not in status["Uid"]
    assert status["Threads"] == ["1"]


def test_a_session_has_namespaces_of_its_own(sandbox: EmbeddedSandbox, session: EmbeddedSession) -> None:
    other = sandbox.open(seed=0)
    if sandbox.isolation().level == "namespaces":
        for name in ("user", "pid", "mnt", "ipc", "uts"):
            spaces = [Path(f"/proc/{pid}/ns/{name}").readlink() for pid in ("self", session.pid, other.pid)]
            assert len(set(spaces)) == 3, name
        spaces = [Path(f"/proc/{pid}/ns/net").readlink() for pid in ("self", session.pid)]
        assert len(set(spaces)) == 2
    other.close()
