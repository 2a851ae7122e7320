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
        self.failure: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def make(self) -> int:
        self.begun += 1
        self.gate.wait(5)
        if self.failure:
            raise self.failure
        self.made += 1
        return self.made

    def pool(self, size: int) -> Pool[int]:
        return Pool(size, self.make, self.discarded.append)


def take(pool: Pool[int]) -> int:
    return pool.use(int)


def test_it_fills_up_once_somebody_takes_and_hands_each_out_once() -> None:
    workshop = Workshop()
    pool = workshop.pool(2)
    assert take(pool) == 1
    assert eventually(lambda: len(pool) == 2)
    assert [take(pool), take(pool)] == [2, 3]
    assert eventually(lambda: len(pool) == 2)
    assert eventually(lambda: threading.active_count() == 1), "no thread waits in a full pool"
    pool.close()
    assert (workshop.discarded, workshop.made) == ([4, 5], 5)
    assert len(pool) == 0
    take(pool)
    assert threading.active_count() == 1, "a closed pool is not filled again"


def test_one_that_was_lost_while_it_waited_is_not_used() -> None:
    workshop = Workshop()
    pool = workshop.pool(2)
    take(pool)
    assert eventually(lambda: len(pool) == 2)

    def begin(made: int) -> str:
        if made <= 3:
            raise SandboxError("lost")
        return f"session {made}"

    assert int(pool.use(begin).split()[1]) > 3
    pool.close()


def test_without_one_that_waits_a_new_one_is_used() -> None:
    workshop = Workshop()
    assert workshop.pool(0).use(str) == "1"
    workshop.failure = SandboxError("out of order")
    with pytest.raises(SandboxError, match="out of order"):
        workshop.pool(0).use(str)


def test_a_pool_of_none_makes_nothing() -> None:
    workshop = Workshop()
    pool = workshop.pool(0)
    assert take(pool) == 1
    assert threading.active_count() == 1
    pool.close()
    assert workshop.made == 1


def test_what_is_made_while_it_closes_is_discarded() -> None:
    workshop = Workshop()
    pool = workshop.pool(2)
    take(pool)
    workshop.gate.clear()
    assert eventually(lambda: workshop.begun == 2)
    closing = threading.Thread(target=pool.close)
    closing.start()
    assert eventually(lambda: pool._closed)
    workshop.gate.set()
    closing.join(5)
    assert not closing.is_alive()
    assert (workshop.made, workshop.discarded) == (2, [2])


@pytest.mark.parametrize("failure", [SandboxError("out of order"), OSError("no room"), ValueError("a bug")])
def test_after_a_failure_the_next_taker_is_told_and_the_one_after_has_it_filled_again(
    failure: Exception,
) -> None:
    workshop = Workshop()
    workshop.failure = failure
    pool = workshop.pool(1)
    with pytest.raises(type(failure), match=str(failure)):
        take(pool)
    assert eventually(lambda: threading.active_count() == 1)
    workshop.failure = None
    take(pool)
    assert eventually(lambda: len(pool) == 1)
    pool.close()


def test_where_no_thread_can_be_had_it_is_as_if_there_were_no_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = Workshop()
    pool = workshop.pool(1)

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert [take(pool), take(pool)] == [1, 2]
    take(pool)
    assert eventually(lambda: len(pool) == 1)
    pool.close()
