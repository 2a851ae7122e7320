"""Whose container it is."""

import os
import subprocess
import sys

import pytest

from agentic_gym.sandboxes.docker import owner
from agentic_gym.sandboxes.docker.owner import EXPIRES, OWNER, labels


def test_this_process_is_alive() -> None:
    assert not owner._is_orphan(labels(60.0))


def test_a_process_that_ended_left_an_orphan() -> None:
    code = "from agentic_gym.sandboxes.docker.owner import OWNER, labels; print(labels(60.0)[OWNER])"
    path = os.pathsep.join(entry for entry in sys.path if entry)
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert owner._is_orphan({OWNER: done.stdout.strip(), EXPIRES: "99999999999"})


def test_a_number_that_came_again_is_another_process() -> None:
    boot, namespace, pid, started = labels(60.0)[OWNER].split()
    assert owner._is_orphan({OWNER: f"{boot} {namespace} {pid} {int(started) - 1}"})


@pytest.mark.parametrize("word", [0, 1])
def test_what_cannot_be_seen_from_here_is_left_alone_until_it_expires(word: int) -> None:
    words = labels(60.0)[OWNER].split()
    words[word] = "elsewhere"
    assert not owner._is_orphan({OWNER: " ".join(words), EXPIRES: "99999999999"})
    assert owner._is_orphan({OWNER: " ".join(words), EXPIRES: "1"})


def test_labels_of_somebody_else() -> None:
    assert not owner._is_orphan({OWNER: "nonsense", EXPIRES: "soon"})
