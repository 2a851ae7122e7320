import threading
import time

import pytest

from agentic_gym_envs.world.cache import RecentlyUsed


def test_what_was_used_least_recently_goes_first() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    cache: RecentlyUsed[str, str] = RecentlyUsed(make, most=2)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert cache.get(key) == key.upper()
    assert made == ["a", "b", "c", "b"]


def test_threads_that_ask_at_once_get_one_thing() -> None:
    made: list[int] = []

    def make(key: int) -> object:
        time.sleep(0.02)
        made.append(key)
        return object()

    cache: RecentlyUsed[int, object] = RecentlyUsed(make, most=2)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(cache.get(1))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert len(set(map(id, found))) == 1


def test_a_failure_is_passed_on_and_not_kept() -> None:
    answers = iter([True, False])

    def make(key: str) -> int:
        if next(answers):
            raise ValueError("first")
        return 5

    cache: RecentlyUsed[str, int] = RecentlyUsed(make, most=2)
    with pytest.raises(ValueError, match="first"):
        cache.get("a")
    assert cache.get("a") == 5


def test_heavy_things_leave_room_for_fewer() -> None:
    made: list[int] = []

    def make(key: int) -> int:
        made.append(key)
        return key

    cache: RecentlyUsed[int, int] = RecentlyUsed(make, most=10, weigh=lambda key: key)
    for key in (4, 5, 4, 6, 4, 5):
        assert cache.get(key) == key
    assert made == [4, 5, 6, 5]


def test_what_is_heavier_than_all_that_may_be_kept_is_kept_alone() -> None:
    cache: RecentlyUsed[int, object] = RecentlyUsed(lambda key: object(), most=10, weigh=lambda key: key)
    assert cache.get(50) is cache.get(50)
