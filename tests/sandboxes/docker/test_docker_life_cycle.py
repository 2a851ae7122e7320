"""Who may die at any point of a run in containers: no finished trajectory is lost, and nothing stays."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from agentic_gym.errors import RecordError, SandboxError
from agentic_gym.evaluation.runs import read_results
from agentic_gym.sandboxes.docker import Engine, remove_orphans
from agentic_gym.testing.host import eventually
from coding_runs import ENV_ID
from sandbox_levels import PATIENCE

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(1200)]

TIMES = 25
"""Of each victim: 100 in all."""

TRAINER = """
import sys
from agentic_gym.evaluation import evaluate

def tell(progress):
    if progress.result: print(progress.result.index, flush=True)

evaluate(sys.argv[1], "coder", out=sys.argv[2], episodes=5_000, split="train", workers=2,
         env_options={"isolation": "docker"}, progress=tell)
"""
"""Plays on from where it was killed, and tells which tasks are finished."""


class Run:
    """A run in a folder, by trainers of which one follows the other."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.told: list[int] = []
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._environment = {**os.environ, "PYTHONPATH": path, "DOCKER_HOST": url}

    @contextmanager
    def trainer(self) -> "Iterator[subprocess.Popen[str]]":
        """Starts one, and kills it in the midst of its work; what it had told until then is finished."""
        command = [sys.executable, "-c", TRAINER, ENV_ID, str(self.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self._environment) as trainer:
            try:
                yield trainer
                assert trainer.poll() is None, "the trainer ended by itself"
            finally:
                trainer.kill()
                lines = trainer.communicate()[0].splitlines(keepends=True)  # the last may be cut in two
                self.told += [int(line) for line in lines if line.endswith("\n")]

    def finished(self) -> list[int]:
        """The tasks whose scored trajectories are in the folder."""
        with suppress(RecordError):
            return [result.index for result in read_results(self.folder) if result.scored]
        return []

    def await_another(self) -> None:
        before = len(self.finished())
        assert eventually(lambda: len(self.finished()) > before, 60.0), "the trainer finishes no more tasks"

    def require_nothing_lost(self) -> None:
        finished = self.finished()
        assert len(finished) == len(set(finished)), "a finished task was played again"
        assert set(self.told) <= set(finished), "a finished trajectory was lost"


@pytest.fixture
def run(tmp_path: Path, docker_url: str) -> Run:
    return Run(tmp_path / "run", docker_url)


@pytest.fixture
def docker(docker_url: str) -> Iterator[Engine]:
    engine = Engine(docker_url)
    yield engine
    engine.close()


def what_there_is(engine: Engine) -> dict[str, int]:
    """Containers in any state, and volumes."""
    with engine.doing("list what it has") as client:
        containers, volumes = client.containers(all=True), client.volumes()["Volumes"] or []
    return {"containers": len(containers), "volumes": len(volumes)}


def require_nothing_left(engine: Engine, before: dict[str, int]) -> None:
    """What the next trainer does as it starts is enough to have nothing left."""
    remove_orphans(engine)

    def is_clean() -> bool:
        now = what_there_is(engine)
        return all(now[name] <= count for name, count in before.items())

    assert eventually(is_clean, 2.0 * PATIENCE), f"left {what_there_is(engine)}; before: {before}"


def points(seed: int, most_seconds: float) -> Iterator[float]:
    """Seconds to wait before each kill."""
    return iter(np.random.default_rng(seed).uniform(0.2, most_seconds, TIMES))


def test_a_trainer_killed_at_any_point_loses_no_trajectory_and_leaves_nothing(
    run: Run, docker: Engine
) -> None:
    before = what_there_is(docker)
    for wait in points(1, 8.0):
        with run.trainer():
            time.sleep(wait)
        require_nothing_left(docker, before)
        run.require_nothing_lost()
    with run.trainer():
        run.await_another()
    run.require_nothing_lost()


def first_process(engine: Engine, container: str) -> int:
    with engine.doing("inspect a container") as client:
        return int(client.inspect_container(container)["State"]["Pid"])


def kill_supervisor(engine: Engine, container: str) -> None:
    os.kill(first_process(engine, container), signal.SIGKILL)


def kill_worker(engine: Engine, container: str) -> None:
    first = first_process(engine, container)
    (worker,) = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)


def kill_container(engine: Engine, container: str) -> None:
    with engine.doing("kill a container") as client:
        client.kill(container)


@pytest.mark.parametrize("kill", [kill_supervisor, kill_worker, kill_container])
def test_a_part_killed_at_any_point_loses_no_trajectory_and_leaves_nothing(
    run: Run, docker: Engine, kill: Callable[[Engine, str], None]
) -> None:
    before = what_there_is(docker)
    rng = np.random.default_rng(2)
    with run.trainer():
        run.await_another()  # that nothing can be had here is not what is tried
        for wait in points(3, 2.0):
            time.sleep(wait)
            assert eventually(lambda: kill_one(docker, kill, rng), 30.0)
        run.await_another()
    require_nothing_left(docker, before)
    run.require_nothing_lost()


def kill_one(engine: Engine, kill: Callable[[Engine, str], None], rng: np.random.Generator) -> bool:
    """Kills a part of some container that runs; none may, or it may end meanwhile."""
    with engine.doing("list its containers") as client:
        running = [entry["Id"] for entry in client.containers()]
    if not running:
        return False
    try:
        kill(engine, running[int(rng.integers(len(running)))])
    except (SandboxError, OSError, ValueError):
        return False
    return True
