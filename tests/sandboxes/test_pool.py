"""Each thing once, a full pool soon, and nothing left."""

import threading
import time
from collections.abc import Callable

import pytest

from agentic_gym.errors import SandboxError
from agentic_gym.sandboxes.pool import Pool


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.001)
    return holds()


class Workshop:
    """Makes numbers, and remembers which were discarded."""

    def __init__(self) -> None:
        self.begun = 0
        self.made = 0
        self.discarded: list[int] = []
        self.failing = False
        self.gate = threading.Event()
        self.gate.set()

    def make(self) -> int:
        self.begun += 1
        self.gate.wait(5)
        if self.failing:
            raise SandboxError("out of order")
        self.made += 1
        return self.made

    def pool(self, size: int) -> Pool[int]:
        return Pool(size, self.make, self.discarded.append)


def test_it_fills_up_once_somebody_takes_and_hands_each_out_once() -> None:
    workshop = Workshop()
    pool = workshop.pool(2)
    assert pool.take() is None
    assert eventually(lambda: len(pool) == 2)
    assert [pool.take(), pool.take()] == [1, 2]
    assert eventually(lambda: len(pool) == 2)
    assert eventually(lambda: threading.active_count() == 1), "no thread waits in a full pool"
    pool.close()
    assert (workshop.discarded, workshop.made) == ([3, 4], 4)
    assert pool.take() is None
    assert len(pool) == 0


def test_one_that_was_lost_while_it_waited_is_not_used() -> None:
    workshop = Workshop()
    pool = workshop.pool(2)
    pool.take()
    assert eventually(lambda: len(pool) == 2)

    def begin(made: int) -> str:
        if made <= 2:
            raise SandboxError("lost")
        return f"session {made}"

    assert int(pool.use(begin).split()[1]) > 2
    pool.close()


def test_without_one_that_waits_a_new_one_is_used() -> None:
    workshop = Workshop()
    assert workshop.pool(0).use(str) == "1"
    workshop.failing = True
    with pytest.raises(SandboxError, match="out of order"):
        workshop.pool(0).use(str)


def test_a_pool_of_none_makes_nothing() -> None:
    workshop = Workshop()
    pool = workshop.pool(0)
    assert pool.take() is None
    assert threading.active_count() == 1
    pool.close()
    assert workshop.made == 0


def test_what_is_made_while_it_closes_is_discarded() -> None:
    workshop = Workshop()
    workshop.gate.clear()
    pool = workshop.pool(2)
    pool.take()
    assert eventually(lambda: workshop.begun == 1)
    closing = threading.Thread(target=pool.close)
    closing.start()
    assert eventually(lambda: pool._closed)
    workshop.gate.set()
    closing.join(5)
    assert not closing.is_alive()
    assert (workshop.made, workshop.discarded) == (1, [1])


def test_after_a_failure_the_next_taker_has_it_filled_again() -> None:
    workshop = Workshop()
    workshop.failing = True
    pool = workshop.pool(1)
    pool.take()
    assert eventually(lambda: threading.active_count() == 1)
    workshop.failing = False
    assert pool.take() is None
    assert eventually(lambda: len(pool) == 1)
    pool.close()
