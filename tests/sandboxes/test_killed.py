"""SIGKILL at a hundred points each of trainer, fork server and session, drawn at random.

Within two seconds nothing is left, neither process nor mount nor folder nor descriptor, and every episode
whose end a trainer had told is in its store, whole.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from agentic_gym.errors import SandboxError
from agentic_gym.messages import Message, StopReason, TextPart
from agentic_gym.sandboxes import EmbeddedSandbox, Outcome
from agentic_gym.sandboxes.cage.linux import PR_SET_PDEATHSIG, prctl
from agentic_gym.sandboxes.session import EmbeddedSession
from agentic_gym.testing.host import Host, descendants, eventually
from agentic_gym.trajectories import Trajectory, TrajectoryStore, read_episodes
from agentic_gym.trajectories.store import EPISODES
from sandbox_levels import LIMITS, is_gone, leaves_nothing, parent_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SECONDS = 2.0
"""What is promised, on however busy a machine."""
TIMES = 100
AT_ONCE = 2
LATEST = 0.8
"""Seconds: of a trainer's life, to meet its fork server while it starts, or else after its first episode."""
WORK = "open('x', 'w').write('x' * 1000)\nfor _ in range(10 ** 5): pass\n1"


def train(level: str, folder: Path, told: int) -> None:
    """A trainer that is always in the midst of something; tells of every episode that it has finished."""
    sandbox = EmbeddedSandbox(LIMITS, isolation=level)  # type: ignore[arg-type]
    store = TrajectoryStore(folder)
    prompt = Message("user", (TextPart("What?"),))

    def play(first: int) -> None:
        for number in range(first, 10**6, 3):
            session = sandbox.open(seed=number)
            session.run(WORK)
            session.run("while True: pass", seconds=0.03)
            session.close()
            finished = Trajectory(
                task_id=str(number),
                tags=frozenset(),
                protocol="",
                system_prompt="",
                prompt=prompt,
                turns=(),
                stop_reason=StopReason.ANSWER,
            )
            store.append({}, finished)
            os.write(told, f"{number}\n".encode())

    threads = [threading.Thread(target=play, args=(first,)) for first in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def forked(work: Callable[[], None]) -> Iterator[int]:
    """A process that does it: a fork of this one, which has imported all of it."""
    pid = os.fork()
    if not pid:
        try:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            work()
        finally:
            os._exit(1)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_a_trainer_killed_at_any_point_leaves_nothing_and_loses_no_episode(
    tmp_path: Path, level: str, host: Host
) -> None:
    before = host.traces()
    finished = 0
    for number, wait in enumerate(np.random.default_rng(1).uniform(0.0, LATEST, TIMES // AT_ONCE)):
        folders = [tmp_path / f"{number}-{lane}" for lane in range(AT_ONCE)]
        hear, told = os.pipe()
        with ExitStack() as trainers:
            for folder in folders:
                trainers.enter_context(forked(partial(train, level, folder, told)))
            os.close(told)
            first = os.read(hear, 64).decode() if number % 2 else ""
            time.sleep(wait)
        with open(hear) as lines:
            ends = (first + lines.read()).split()
        assert leaves_nothing(host, before, SECONDS), (
            f"killed after {wait:.3f} s: {host.traces()}, before: {before}"
        )
        stores = [folder for folder in folders if (folder / EPISODES).exists()]
        kept = [record["task_id"] for store in stores for record in read_episodes(store)]
        assert not Counter(ends) - Counter(kept)
        finished += len(ends)
    assert finished >= TIMES // AT_ONCE // 2


@pytest.mark.parametrize("victim", ["fork server", "session"])
def test_a_part_killed_at_any_point_costs_one_session_and_leaves_nothing(
    level: str, victim: str, host: Host
) -> None:
    before = host.traces()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(kill_again_and_again, level, victim, seed) for seed in range(AT_ONCE)]:
            done.result()
    assert leaves_nothing(host, before, SECONDS), f"{host.traces()}, before: {before}"


def kill_again_and_again(level: str, victim: str, seed: int) -> None:
    with closing(EmbeddedSandbox(LIMITS, isolation=level)) as sandbox:  # type: ignore[arg-type]
        for wait in np.random.default_rng((2, seed)).uniform(0.0, 0.1, TIMES // AT_ONCE):
            session = sandbox.open(seed=0)
            pid, lost, folder = session.pid, {session.pid}, folder_of(session)
            if victim == "fork server":
                pid = parent_of(pid)
                lost = {parent_of(pid), pid, *descendants(pid)}
                folder = folder.parent.parent
            killer = threading.Timer(wait, os.kill, (pid, signal.SIGKILL))
            killer.start()
            with suppress(SandboxError):
                while True:
                    assert session.run(WORK).outcome is Outcome.OK
            killer.join()
            assert eventually(partial(nothing_is_left, lost, folder), SECONDS)
            session.close()
            with closing(sandbox.open(seed=0)) as fresh:
                assert fresh.run("6 * 7").output == "42\n"


def folder_of(session: EmbeddedSession) -> Path:
    """Its working folder, by the path that it sees; at `namespaces` there is none of that path outside."""
    return Path(session.run("import os\nprint(os.getcwd())").output.strip())


def nothing_is_left(processes: set[int], folder: Path) -> bool:
    """Of those; the root, above a working folder at `namespaces`, is nobody's."""
    return all(map(is_gone, processes)) and (folder == Path("/") or not folder.exists())
