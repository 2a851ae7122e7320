"""First come, first served, and never more at once than there are turns."""

import threading
import time
from pathlib import Path

import pytest

from agentic_gym.sandboxes import turns
from agentic_gym.sandboxes.turns import Turns, usable_cores


def wait_until_queued(turns: Turns, count: int) -> None:
    deadline = time.monotonic() + 5
    while len(turns._waiting) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_who_asked_first_goes_first_also_before_the_one_who_just_had_a_turn() -> None:
    turns, order = Turns(1), []

    def work(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    with turns:
        for number, thread in enumerate(threads):
            thread.start()
            wait_until_queued(turns, number + 1)
    with turns:  # a thread that gave its turn back and asks again at once
        order.append(99)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4, 99]
    assert turns.free == 1


def test_no_more_at_once_than_there_are_turns() -> None:
    turns, lock, now, most = Turns(3), threading.Lock(), 0, 0

    def work() -> None:
        nonlocal now, most
        for _ in range(50):
            with turns:
                with lock:
                    now += 1
                    most = max(most, now)
                time.sleep(0.0001)
                with lock:
                    now -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, turns.free) == (3, 3)


class Interrupted:
    """A lock at which a waiting thread is interrupted, before or after its turn has come."""

    def __init__(self, turns: Turns, *, turn_has_come: bool) -> None:
        self.turns = turns
        self.turn_has_come = turn_has_come
        self.acquired = 0

    def acquire(self) -> None:
        self.acquired += 1
        if self.acquired == 2:
            if self.turn_has_come:
                self.turns.__exit__()
            raise KeyboardInterrupt

    def release(self) -> None:
        pass


@pytest.mark.parametrize("turn_has_come", [False, True])
def test_an_interrupt_while_waiting_loses_no_turn(
    monkeypatch: pytest.MonkeyPatch, turn_has_come: bool
) -> None:
    line = Turns(1)
    line.__enter__()
    with monkeypatch.context() as patched:
        patched.setattr(turns.threading, "Lock", lambda: Interrupted(line, turn_has_come=turn_has_come))
        with pytest.raises(KeyboardInterrupt):
            line.__enter__()
    if not turn_has_come:
        line.__exit__()
    assert (line.free, len(line._waiting)) == (1, 0)


@pytest.mark.parametrize(
    ("quota", "cores"), [("150000 100000\n", 2), ("50000 100000", 1), ("max 100000", 8), (None, 8)]
)
def test_a_containers_quota_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: str | None, cores: int
) -> None:
    file = tmp_path / "cpu.max"
    if quota:
        file.write_text(quota)
    monkeypatch.setattr(turns, "_CPU_QUOTA", file)
    monkeypatch.setattr(turns.os, "sched_getaffinity", lambda _: set(range(8)))
    assert usable_cores() == cores
